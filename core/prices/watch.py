"""Current snapshots of the venues in use, and what one venue lacks from the next."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.coins.names import MOVES_WITH, is_receipt
from core.domain.errors import NoData
from core.domain.market import CloseStore, CollateralStore, FigureStore, Health, Market
from core.domain.quote import SpotPrice
from core.domain.series import NO_CLOSES, Candles, Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.prices.feed import FRESH, Feed
from core.prices.same_coin import agree, closes_agree

Prices = tuple[tuple[str, Decimal], ...]
"""USD per coin of one ticker, by venue."""

IN_USE = timedelta(hours=1)
"""So long after somebody last asked for a venue it is kept fresh."""
NEIGHBOURS = 3
"""Venues that are asked, one after the other, for a coin that the user's venue does not know."""
COMPARED = 2
"""Of these, those whose prices have to agree before one of them is taken."""
SOON = timedelta(seconds=2)
"""How long an answer waits for past funding that is not in memory; it can do without."""
NOWHERE = timedelta(minutes=10)
"""How long before a coin that no venue knew is looked for again; sooner if one of them did not answer."""


@dataclass(frozen=True, slots=True)
class VenueHealth:
    """How one venue is doing: when each kind of figure was last had, and why it fails if it does."""

    venue: str
    quotes_at: datetime | None
    funding_at: datetime | None
    closes_at: datetime | None
    failure: NoData | None
    health: Health


class Watch:
    """Snapshots by venue. `open_market` opens a venue when it is first used; `clock` gives aware UTC.

    venues: in the operator's order; what a venue lacks is looked for in the ones after it. tables: where
    tables of collateral are kept; without it they are read anew at every start. figures: where
    the processes of one bot keep what they have had for each other; None for a process that is alone.
    """

    def __init__(
        self,
        open_market: Callable[[str], Market],
        closes: CloseStore,
        clock: Callable[[], datetime],
        venues: Sequence[str] = (),
        tables: CollateralStore | None = None,
        figures: FigureStore | None = None,
    ) -> None:
        self._figures = figures
        self._open_market = open_market
        self._store = closes
        self._clock = clock
        self._venues = tuple(venues)
        self._tables = tables
        self._feeds: dict[str, Feed] = {}
        self._found: dict[tuple[str, str], tuple[tuple[str, ...], datetime]] = {}

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues that were asked for since the start."""
        return tuple(self._feeds)

    def in_use(self, venue: str) -> bool:
        """Whether somebody asked for the venue lately, in this process."""
        asked = self._feeds[venue].asked_at if venue in self._feeds else None
        return asked is not None and self._clock() - asked <= IN_USE

    async def tell_asked(self) -> None:
        """Let other processes know which venues somebody asked for here."""
        if self._figures is not None:
            for venue in self._feeds:
                if self.in_use(venue):
                    await self._figures.ask(venue, self._clock())

    async def asked_anywhere(self, venue: str) -> bool:
        """Whether somebody asked for the venue lately, in any process."""
        if self.in_use(venue) or self._figures is None:
            return self.in_use(venue)
        return venue in await self._figures.asked(self._clock() - IN_USE)

    async def snapshot(
        self, venue: str, histories: Collection[str] = (), held: Collection[str] = ()
    ) -> Snapshot:
        """Current figures of a venue with the closes of `histories`; from memory while they are fresh.

        held: assets that need a price even where the venue has no contract for them; it is a spot price, of
        this venue or the next one. When a refresh fails the last figures are given with their age; raises
        NoData when there are none.
        """
        feed, now = self._feed(venue), self._clock()
        feed.market.favour([*held, *histories])
        await feed.freshen(now)
        await feed.read_closes(histories, now)
        spot, closes, apart = await self._elsewhere(feed, held, now)
        closes |= await self._receipts(feed, spot, now)
        settled = feed.settlements.known
        return replace(feed.snapshot({**feed.closes, **closes}), spot=spot, apart=apart, settled=settled)

    def remembered(self, venue: str) -> Snapshot | None:
        """The last figures of a venue, however old, without asking it; None where there are none."""
        feed = self._feeds.get(venue)
        try:
            return None if feed is None else feed.snapshot({})
        except NoData:
            return None

    async def funding_history(
        self, venue: str, symbols: Collection[str], since: datetime | None = None
    ) -> Mapping[str, FundingHistory]:
        """What perpetuals of a venue settled lately, or from `since` on, by symbol.

        From memory but for what is new or further back. A symbol whose history cannot be had is left out.
        """
        feed = self._feed(venue)
        return await feed.settlements.of(symbols, feed.funding, self._clock(), since)

    async def funding_soon(self, venue: str, symbols: Collection[str]) -> Mapping[str, FundingHistory]:
        """All past funding of the venue that is in memory, once that of these perpetuals is.

        An answer does not wait for a slow venue longer than SOON: what is missing then is fetched meanwhile.
        """
        feed = self._feed(venue)
        await feed.settlements.soon(symbols, feed.funding, self._clock(), SOON)
        return feed.settlements.known

    async def candles(
        self, venue: str, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Past candles of a venue as `core.prices.past.Past.candles` gives them."""
        return await self._feed(venue).past.candles(assets, first, last, hours, self._clock())

    async def marks(
        self, venue: str, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        """Candles of contracts as `Market.marks` gives them; they are not kept."""
        return await self._feed(venue).market.marks(symbols, first, last, length)

    async def past_funding(
        self, venue: str, symbols: Collection[str], first: datetime, last: datetime
    ) -> Mapping[str, FundingHistory]:
        """Past settlements of a venue as `core.prices.past.Past.funding` gives them."""
        return await self._feed(venue).past.funding(symbols, first, last, self._clock())

    async def follow(self, *venues: str) -> None:
        """Have what other processes have had lately of these venues, and of those asked for here."""
        for venue in dict.fromkeys([*venues, *self._feeds]):
            await self._feed(venue).follow()

    async def need(self, venue: str) -> None:
        """Let all processes know that somebody needs this venue."""
        if self._figures is not None:
            await self._figures.ask(venue, self._clock())

    async def refresh(self, venue: str) -> None:
        """Fetch rules, prices and funding; raises NoData when it fails and leaves every price as it was."""
        await self._feed(venue).refresh(self._clock())

    def health(self) -> tuple[VenueHealth, ...]:
        """How every venue that was asked for is doing."""
        return tuple(
            VenueHealth(
                venue, feed.quotes_at, feed.funding_at, feed.closes_at, feed.failure, feed.market.health
            )
            for venue, feed in self._feeds.items()
        )

    async def close(self) -> None:
        """Let go of every venue."""
        for feed in self._feeds.values():
            await feed.market.close()
        self._feeds.clear()

    def _feed(self, venue: str) -> Feed:
        if venue not in self._feeds:
            self._feeds[venue] = Feed(
                self._open_market(venue), self._store, self._clock, self._tables, figures=self._figures
            )
        return self._feeds[venue]

    async def _receipts(self, feed: Feed, spot: Mapping[str, SpotPrice], now: datetime) -> dict[str, Closes]:
        """Closes of receipts of staking: those of the coin that they move with, so that their beta is 1.

        A price that no receipt can have is another coin's, which moves by itself.
        """
        found = {}
        for asset, price in spot.items():
            base = MOVES_WITH.get(asset)
            if base is None:
                continue
            with suppress(NoData):
                if is_receipt(price.price, feed.snapshot({}).price(base, now)):
                    await feed.read_closes([base], now)
                    found[asset] = feed.closes.get(base, NO_CLOSES)
        return found

    async def _elsewhere(
        self, feed: Feed, held: Collection[str], now: datetime
    ) -> tuple[dict[str, SpotPrice], dict[str, Closes], dict[str, Prices]]:
        """Spot prices and closes of held assets that no contract with a price is on at the feed's venue.

        The last are prices of tickers that are not one coin at the next venues: none of them is taken.
        """
        quoted = feed.quoted
        lacking = [asset for asset in dict.fromkeys(held) if asset not in quoted]
        if not lacking:
            return {}, {}, {}
        with suppress(NoData):
            await feed.spot_prices(lacking, now)
        spot = {asset: price for asset in lacking if (price := feed.on_spot(asset, now)) is not None}
        closes: dict[str, Closes] = {}
        apart: dict[str, Prices] = {}
        for asset in [asset for asset in lacking if asset not in spot]:
            feeds = [self._feeds[other] for other in await self._places(feed, asset, now)]
            priced = [(each, price) for each in feeds if (price := _price(each, asset, now)) is not None]
            for neighbour, _ in priced[:1]:
                await neighbour.read_closes([asset], now)
            if not _one_coin(asset, priced):
                apart[asset] = tuple((price.venue, price.price) for _, price in priced)
                continue
            for neighbour, price in priced[:1]:
                spot[asset] = price
                if asset in neighbour.closes:
                    closes[asset] = neighbour.closes[asset]
        return spot, closes, apart

    async def _places(self, feed: Feed, asset: str, now: datetime) -> tuple[str, ...]:
        """The first two next venues that know the asset; what none knows is not looked for again soon."""
        known, until = self._found.get((feed.market.venue, asset), ((), None))
        if until is None or now > until:
            known, sure = await self._search(feed, asset, now)
            keep = NOWHERE if not known and sure else FRESH
            self._found[feed.market.venue, asset] = (known, now + keep)
        return known

    async def _search(self, feed: Feed, asset: str, now: datetime) -> tuple[tuple[str, ...], bool]:
        """The first two next venues that have a price for the asset, and whether all asked answered."""
        sure = True
        found: tuple[str, ...] = ()
        for other in self._neighbours(feed.market.venue):
            neighbour = self._feed(other)
            try:
                await neighbour.freshen(now)
                if asset not in neighbour.quoted:
                    await neighbour.spot_prices([asset], now)
            except NoData:
                sure = False
            if _price(neighbour, asset, now) is not None:
                found += (other,)
                if len(found) == COMPARED:
                    break
        return found, sure

    def _neighbours(self, venue: str) -> tuple[str, ...]:
        """The venues that are asked next."""
        place = self._venues.index(venue) + 1 if venue in self._venues else 0
        return tuple(other for other in (*self._venues[place:], *self._venues[:place]) if other != venue)[
            :NEIGHBOURS
        ]


def _price(feed: Feed, asset: str, now: datetime) -> SpotPrice | None:
    """What a coin costs at a venue, by its contract there or on its spot market."""
    try:
        quote = feed.snapshot({}).spot_quote(asset, now)
    except NoData:
        return feed.on_spot(asset, now)
    return SpotPrice(quote.mark, quote.at, feed.market.venue)


def _one_coin(asset: str, priced: Sequence[tuple[Feed, SpotPrice]]) -> bool:
    """Whether all venues mean one coin by the ticker, by their prices and the closes that are kept."""
    prices = [price.price for _, price in priced]
    histories = [each.closes[asset] for each, _ in priced if asset in each.closes]
    return all(agree(prices[0], each) for each in prices[1:]) and all(
        closes_agree(histories[0], each) for each in histories[1:]
    )
