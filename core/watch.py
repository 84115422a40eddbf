"""Keeps a current snapshot of each venue in use, refreshed by schedule or on demand, never twice at once."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from core.beta import WINDOW
from core.contract import Contract
from core.errors import NoData
from core.market import Closes, CloseStore, FundingHistory, FundingRate, Market, Quote, Snapshot
from core.settlements import Settlements

FRESH = timedelta(seconds=90)
"""An older snapshot is refreshed before it answers; the schedule refreshes sooner."""
RULES_FRESH = timedelta(hours=1)
"""How long contract rules are kept."""
PATIENCE = timedelta(seconds=10)
"""After a failed refresh, how long before a user's question tries again."""
CLOSES_RETRY = timedelta(minutes=10)
"""How long before yesterday's close is asked for again; a whole history is asked for after PATIENCE."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Feed:
    """What is kept of one venue between refreshes."""

    market: Market
    settlements: Settlements
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    rules_at: datetime | None = None
    quotes: Mapping[str, Quote] = field(default_factory=dict)
    funding: Mapping[str, FundingRate] = field(default_factory=dict)
    refreshed_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""
    closes: dict[str, Closes] = field(default_factory=dict)
    asked_at: dict[str, datetime] = field(default_factory=dict)
    prices: asyncio.Lock = field(default_factory=asyncio.Lock)
    histories: asyncio.Lock = field(default_factory=asyncio.Lock)


class Watch:
    """Snapshots by venue. `open_market` opens a venue when it is first used; `clock` gives aware UTC."""

    def __init__(
        self, open_market: Callable[[str], Market], closes: CloseStore, clock: Callable[[], datetime]
    ) -> None:
        self._open_market = open_market
        self._store = closes
        self._clock = clock
        self._feeds: dict[str, _Feed] = {}

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues in use."""
        return tuple(self._feeds)

    async def snapshot(self, venue: str, histories: Collection[str] = ()) -> Snapshot:
        """Current figures of a venue with the closes of `histories`; from memory while they are fresh.

        When a refresh fails the last figures are given with their age; raises NoData when there are none.
        """
        feed = self._feed(venue)
        now = self._clock()
        if feed.refreshed_at is None or now - feed.refreshed_at > FRESH:
            try:
                await self._refresh_unless_tried(feed, now)
            except NoData:
                if feed.refreshed_at is None:
                    raise
        if self._missing(feed, histories, now):
            await self._fetch_closes(feed, histories, now)
        return Snapshot(
            venue,
            feed.contracts,
            feed.quotes,
            feed.funding,
            dict(feed.closes),
            simulated=feed.market.simulated,
        )

    async def funding_history(self, venue: str, symbols: Collection[str]) -> Mapping[str, FundingHistory]:
        """What perpetuals of a venue settled lately, by symbol, from memory but for new settlements.

        A symbol whose history cannot be had is left out.
        """
        feed = self._feed(venue)
        return await feed.settlements.of(symbols, feed.funding, self._clock())

    async def refresh(self, venue: str) -> None:
        """Fetch prices and funding, and the contract rules when they are old; raises NoData when it fails.

        All or nothing: a failure leaves every figure as it was.
        """
        feed = self._feed(venue)
        async with feed.prices:
            await self._refresh(feed)

    async def close(self) -> None:
        """Let go of every venue."""
        for feed in self._feeds.values():
            await feed.market.close()
        self._feeds.clear()

    def _feed(self, venue: str) -> _Feed:
        if venue not in self._feeds:
            market = self._open_market(venue)
            self._feeds[venue] = _Feed(market, Settlements(market))
        return self._feeds[venue]

    async def _refresh_unless_tried(self, feed: _Feed, asked: datetime) -> None:
        async with feed.prices:
            if feed.refreshed_at is not None and asked - feed.refreshed_at <= FRESH:
                return
            if feed.failed_at is not None and asked - feed.failed_at < PATIENCE:
                raise NoData(feed.failure)
            await self._refresh(feed)

    async def _refresh(self, feed: _Feed) -> None:
        now = self._clock()
        try:
            contracts, rules_at = feed.contracts, feed.rules_at
            if rules_at is None or now - rules_at > RULES_FRESH:
                contracts, rules_at = await feed.market.contracts(), now
            quotes = await feed.market.quotes()
            funding = await feed.market.funding()
        except NoData as error:
            if feed.failed_at is None:
                log.warning("%s: %s", feed.market.venue, error)
            feed.failed_at, feed.failure = now, str(error)
            raise
        if feed.failed_at is not None:
            log.info("%s answers again", feed.market.venue)
        feed.contracts, feed.rules_at = contracts, rules_at
        feed.quotes, feed.funding = quotes, funding
        feed.refreshed_at, feed.failed_at = now, None

    def _missing(self, feed: _Feed, assets: Collection[str], now: datetime) -> dict[str, date]:
        """The first day wanted of each asset whose closes do not reach yesterday, unless just asked for."""
        yesterday = now.date() - timedelta(days=1)
        oldest = now.date() - timedelta(days=WINDOW + 1)
        wanted: dict[str, date] = {}
        for asset in assets:
            last = feed.closes[asset].last if asset in feed.closes else None
            asked, patience = feed.asked_at.get(asset), CLOSES_RETRY if last else PATIENCE
            if (last is None or last < yesterday) and (asked is None or now - asked > patience):
                wanted[asset] = last + timedelta(days=1) if last else oldest
        return wanted

    async def _fetch_closes(self, feed: _Feed, assets: Collection[str], now: datetime) -> None:
        async with feed.histories:
            wanted = self._missing(feed, assets, now)
            unread = [asset for asset in wanted if asset not in feed.closes]
            if unread and not feed.market.simulated:
                oldest = now.date() - timedelta(days=WINDOW + 1)
                feed.closes.update(await self._store.load(feed.market.venue, unread, oldest))
                wanted = self._missing(feed, assets, now)
            if not wanted:
                return
            try:
                fetched = await feed.market.closes(wanted)
            except NoData as error:
                log.warning("%s: %s", feed.market.venue, error)
                return
            finally:  # not sooner: a question that comes meanwhile has to wait for the answer
                feed.asked_at.update(dict.fromkeys(wanted, now))
            for asset, new in fetched.items():
                feed.closes[asset] = _joined(feed.closes.get(asset), new)
            if not feed.market.simulated:
                await self._store.save(feed.market.venue, fetched)


def _joined(old: Closes | None, new: Closes) -> Closes:
    """`old` followed by the days of `new` that come after it."""
    if old is None or old.last is None:
        return new
    later = new.days > old.days[-1]
    return Closes(
        np.concatenate([old.days, new.days[later]]), np.concatenate([old.prices, new.prices[later]])
    )
