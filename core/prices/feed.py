"""What is kept of one venue between refreshes."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from core.domain.contract import Contract
from core.domain.errors import NoData, NoStore
from core.domain.market import CloseStore, CollateralStore, FigureStore, Market, VenueFigures
from core.domain.quote import QUOTE_REFUSE, QUOTE_WARN, FundingRate, Quote, SpotPrice
from core.domain.series import NO_CLOSES, Closes
from core.domain.snapshot import Snapshot
from core.measure.beta import WINDOW
from core.measure.breaks import days_in_doubt, traded_through
from core.prices.believed import Believed
from core.prices.collateral import CollateralTable
from core.prices.past import Past
from core.prices.presence import Presence
from core.prices.settlements import Settlements
from core.prices.signs import Signs

FRESH = timedelta(seconds=90)
"""Older figures are refreshed before they answer; the schedule refreshes sooner."""
PATIENCE = timedelta(seconds=10)
"""After a failed refresh, how long before a user's question tries again."""
CLOSES_RETRY = timedelta(minutes=10)
"""How long before yesterday's close is asked for again; a whole history is asked for after PATIENCE."""

log = logging.getLogger(__name__)


class Feed:
    """One venue's figures in memory: refreshed by schedule or on demand, never twice at once.

    figures: where other processes look for what this one has had, and it for theirs; None where it is alone.
    quotes_at, funding_at, closes_at: when each was last had; failure: why the last refresh failed, None
    where it did not.
    """

    def __init__(
        self,
        market: Market,
        store: CloseStore,
        clock: Callable[[], datetime],
        tables: CollateralStore | None = None,
        figures: FigureStore | None = None,
    ) -> None:
        self.market = market
        self.settlements = Settlements(market)
        self.past = Past(market)
        self.signs = Signs(market)
        self.collateral = CollateralTable(market, tables)
        self.presence = Presence()
        self.contracts: Mapping[str, Contract] = {}
        self.quotes: Mapping[str, Quote] = {}
        self._said: Mapping[str, Quote] = {}
        self._believed = Believed()
        self.funding: Mapping[str, FundingRate] = {}
        self.spot: dict[str, Quote] = {}
        self.closes: dict[str, Closes] = {}
        self.asked_at: datetime | None = None
        self.quotes_at: datetime | None = None
        self.funding_at: datetime | None = None
        self.closes_at: datetime | None = None
        self.failure: NoData | None = None
        self._failed_at: datetime | None = None
        self._store = store
        self._shared = figures
        self._clock = clock
        self._funding_failure = ""
        self._spot_failure: NoData | None = None
        self._spot_at: dict[str, datetime] = {}
        self._closes_asked: dict[str, datetime] = {}
        self._looked_into: set[tuple[str, date]] = set()
        self._refreshing = asyncio.Lock()
        self._closing = asyncio.Lock()

    def snapshot(self, closes: Mapping[str, Closes]) -> Snapshot:
        """All of it, with these closes."""
        return Snapshot(
            self.market.venue,
            self.contracts,
            self.quotes,
            self.funding,
            closes,
            simulated=self.market.simulated,
            problems=self._problems,
            remarks=self.market.remarks,
            lost=self.presence.lost,
            stopped=self.presence.stopped,
            deleveraging=self.signs.known,
            collateral=self.collateral.known,
        )

    @property
    def _problems(self) -> tuple[str, ...]:
        """One sentence for each figure that is refused now."""
        return (*self.market.health.problems, *self._believed.refused)

    async def freshen(self, asked: datetime) -> None:
        """Refresh unless that was done or tried lately; the figures stay when it fails.

        Raises NoData when there are none at all.
        """
        self.asked_at = asked
        if self.quotes_at is not None and asked - self.quotes_at <= FRESH:
            return
        async with self._refreshing:
            if self.quotes_at is not None and asked - self.quotes_at <= FRESH:
                return
            await self._take_over()
            if self.quotes_at is not None and asked - self.quotes_at <= FRESH:
                return
            if self._failed_at is None or asked - self._failed_at >= PATIENCE:
                with suppress(NoData):
                    await self._refresh(asked)
        if self.quotes_at is None:
            raise (self.failure or NoData("No prices were asked for yet.")).with_traceback(None)

    async def follow(self) -> None:
        """Have what another process has had lately, where that is newer."""
        async with self._refreshing:
            await self._take_over()

    async def refresh(self, now: datetime) -> None:
        """Fetch rules, prices and funding; raises NoData when it fails and leaves every price as it was."""
        async with self._refreshing:
            await self._refresh(now)

    async def spot_prices(self, assets: Collection[str], now: datetime) -> None:
        """Ask the venue's spot market for these assets, unless that was done lately.

        Raises NoData when it did not answer the last time.
        """
        due = [asset for asset in assets if asset not in self._spot_at or now - self._spot_at[asset] > FRESH]
        if due:
            self._spot_at.update(dict.fromkeys(due, now))
            try:
                self.spot.update(await self.market.spot(due))
                self._spot_failure = None
            except NoData as error:
                if not self._spot_failure:
                    log.warning("%s: %s", self.market.venue, error)
                self._spot_failure = error
        if self._spot_failure:
            raise self._spot_failure.with_traceback(None)

    @property
    def quoted(self) -> set[str]:
        """The assets that a contract is on whose price has not stayed behind those of the others."""
        newest = max((quote.at for quote in self.quotes.values()), default=None)
        return {
            contract.asset
            for symbol, contract in self.contracts.items()
            if newest is not None and (quote := self.quotes.get(symbol)) and newest - quote.at <= QUOTE_WARN
        }

    def on_spot(self, asset: str, now: datetime) -> SpotPrice | None:
        """What the asset costs on the venue's spot market; None where that is not known or too old."""
        quote = self.spot.get(asset)
        if quote is None or now - quote.at > QUOTE_REFUSE:
            return None
        return SpotPrice(quote.mark, quote.at, self.market.venue)

    async def read_closes(self, assets: Collection[str], now: datetime) -> None:
        """Have the closes of these assets to yesterday, as far as the store and the venue give them."""
        if not self._missing(assets, now):
            return
        async with self._closing:
            wanted = self._missing(assets, now)
            unread = [asset for asset in wanted if asset not in self.closes]
            if unread and not self.market.simulated:
                oldest = now.date() - timedelta(days=WINDOW + 1)
                self.closes.update(await self._store.load(self.market.venue, unread, oldest))
                wanted = self._missing(assets, now)
            if wanted:
                await self._fetch_closes(wanted, now)
            await self._look_into(assets, now)
            self.quotes = self._believe(self.contracts, now)

    async def _look_into(self, assets: Collection[str], now: datetime) -> None:
        """Have the hours of days whose close is so far from the last that it may be in another unit."""
        for asset in assets:
            known = self.closes.get(asset, NO_CLOSES)
            for day, move in days_in_doubt(known).items():
                if (asset, day) in self._looked_into or now.date() - day > timedelta(days=WINDOW):
                    continue
                self._looked_into.add((asset, day))
                start = datetime(day.year, day.month, day.day, tzinfo=UTC)
                with suppress(NoData):  # the closes alone have to do then
                    found = await self.past.candles(
                        [asset], start - timedelta(hours=1), start + timedelta(days=1), 1, now
                    )
                    traded = traded_through(found[asset], move) if asset in found else None
                    if traded is not None:
                        known = replace(known, traded={**known.traded, day: traded})
                        self.closes[asset] = known

    async def _fetch_closes(self, wanted: Mapping[str, date], now: datetime) -> None:
        try:
            fetched = await self.market.closes(wanted)
        except NoData as error:
            log.warning("%s: %s", self.market.venue, error)
            return
        finally:  # not sooner: a question that comes meanwhile has to wait for the answer
            self._closes_asked.update(dict.fromkeys(wanted, now))
        for asset, new in fetched.items():
            self.closes[asset] = _joined(self.closes.get(asset), new)
        if fetched:
            self.closes_at = now
        if not self.market.simulated:
            await self._store.save(self.market.venue, fetched)

    def _missing(self, assets: Collection[str], now: datetime) -> dict[str, date]:
        """The first day wanted of each asset whose closes do not reach yesterday, unless just asked for."""
        yesterday = now.date() - timedelta(days=1)
        oldest = now.date() - timedelta(days=WINDOW + 1)
        wanted: dict[str, date] = {}
        for asset in assets:
            last = self.closes[asset].last if asset in self.closes else None
            asked, patience = self._closes_asked.get(asset), CLOSES_RETRY if last else PATIENCE
            if (last is None or last < yesterday) and (asked is None or now - asked > patience):
                wanted[asset] = last + timedelta(days=1) if last else oldest
        return wanted

    async def _refresh(self, now: datetime) -> None:
        try:
            contracts = await self.market.contracts()
            quotes = await self.market.quotes()
        except NoData as error:
            if not self.failure:
                log.warning("%s: %s", self.market.venue, error)
            # Not `now`: a venue that never answers would be waited for by one question after the other.
            self._failed_at, self.failure = self._clock(), error
            raise
        if self.failure:
            log.info("%s answers again", self.market.venue)
        self.contracts, self._said = self.presence.see(contracts, quotes, now)
        self.quotes = self._believe(self.contracts, now)
        self.quotes_at, self._failed_at, self.failure = now, None, None
        await self._refresh_funding(now)
        await self.signs.read(now)
        await self.collateral.read(now)
        await self._share(now)

    async def _share(self, now: datetime) -> None:
        """Let other processes have these figures. This one does without that."""
        if self._shared is None:
            return
        figures = VenueFigures(
            now,
            self.contracts,
            self.quotes,
            self.funding,
            self.funding_at,
            self.signs.known,
            self.presence.lost,
            self.presence.stopped,
            self._problems,
        )
        try:
            await self._shared.save(self.market.venue, figures)
        except (NoStore, NoData) as error:
            log.warning("What %s gave cannot be shared: %s", self.market.venue, error)

    async def _take_over(self) -> None:
        """Have what another process has had, where that is newer. It is checked already."""
        figures = None
        if self._shared is not None:
            try:
                figures = await self._shared.newer(self.market.venue, self.quotes_at)
            except (NoStore, NoData) as error:
                log.warning("What others had of %s cannot be read: %s", self.market.venue, error)
        if figures is None:
            return
        self.presence.take_over(figures)
        self._believed.take_over(figures)
        self.signs.known = figures.deleveraging
        self.contracts, self.quotes, self.funding = figures.contracts, figures.quotes, figures.funding
        self._said, self.quotes_at, self.funding_at = figures.quotes, figures.at, figures.funding_at
        self._failed_at, self.failure = None, None
        await self.collateral.read(figures.at)

    def _believe(self, contracts: Mapping[str, Contract], now: datetime) -> Mapping[str, Quote]:
        """What the venue said last, without prices that cannot be what the same coin costs."""
        return self._believed.sift(self.market.venue, contracts, self._said, self.closes, now)

    async def _refresh_funding(self, now: datetime) -> None:
        """Prices do without funding: where it fails the last rates stand until they are too old."""
        try:
            self.funding = await self.market.funding()
        except NoData as error:
            if not self._funding_failure:
                log.warning("%s: %s", self.market.venue, error)
            self._funding_failure = str(error)
            self.funding = {
                symbol: rate for symbol, rate in self.funding.items() if now - rate.at <= QUOTE_REFUSE
            }
        else:
            self.funding_at = now if self.funding else self.funding_at
            self._funding_failure = ""


def _joined(old: Closes | None, new: Closes) -> Closes:
    """`old` followed by the days of `new` that come after it."""
    if old is None or old.last is None:
        return new
    later = new.days > old.days[-1]
    return Closes(
        np.concatenate([old.days, new.days[later]]),
        np.concatenate([old.prices, new.prices[later]]),
        {**old.traded, **new.traded},
    )
