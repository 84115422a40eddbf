"""Current snapshots of the venues in use, and what one venue lacks from the next."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import NoData
from core.feed import FRESH, Feed
from core.market import (
    Candles,
    Closes,
    CloseStore,
    FundingHistory,
    Health,
    Market,
    Snapshot,
    Spot,
)

IN_USE = timedelta(hours=1)
"""So long after somebody last asked for a venue it is kept fresh."""
NEIGHBOURS = 3
"""Venues that are asked, one after the other, for a coin that the user's venue does not know."""
NOWHERE = timedelta(minutes=10)
"""How long before a coin that no venue knew is looked for again; sooner if one of them did not answer."""


@dataclass(frozen=True, slots=True)
class VenueHealth:
    """How one venue is doing: when each kind of figure was last had, and why it fails if it does."""

    venue: str
    quotes_at: datetime | None
    funding_at: datetime | None
    closes_at: datetime | None
    failure: str
    health: Health


class Watch:
    """Snapshots by venue. `open_market` opens a venue when it is first used; `clock` gives aware UTC.

    venues: in the operator's order; what a venue lacks is looked for in the ones after it.
    """

    def __init__(
        self,
        open_market: Callable[[str], Market],
        closes: CloseStore,
        clock: Callable[[], datetime],
        venues: Sequence[str] = (),
    ) -> None:
        self._open_market = open_market
        self._store = closes
        self._clock = clock
        self._venues = tuple(venues)
        self._feeds: dict[str, Feed] = {}
        self._found: dict[tuple[str, str], tuple[str | None, datetime]] = {}

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues that were asked for since the start."""
        return tuple(self._feeds)

    def in_use(self, venue: str) -> bool:
        """Whether somebody asked for the venue lately."""
        asked = self._feeds[venue].asked_at if venue in self._feeds else None
        return asked is not None and self._clock() - asked <= IN_USE

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
        spot, closes = await self._elsewhere(feed, held, now)
        return replace(feed.snapshot({**closes, **feed.closes}), spot=spot)

    async def funding_history(
        self, venue: str, symbols: Collection[str], since: datetime | None = None
    ) -> Mapping[str, FundingHistory]:
        """What perpetuals of a venue settled lately, or from `since` on, by symbol.

        From memory but for what is new or further back. A symbol whose history cannot be had is left out.
        """
        feed = self._feed(venue)
        return await feed.settlements.of(symbols, feed.funding, self._clock(), since)

    async def candles(
        self, venue: str, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Past candles of a venue as `core.past.Past.candles` gives them."""
        return await self._feed(venue).past.candles(assets, first, last, hours, self._clock())

    async def past_funding(
        self, venue: str, symbols: Collection[str], first: datetime, last: datetime
    ) -> Mapping[str, FundingHistory]:
        """Past settlements of a venue as `core.past.Past.funding` gives them."""
        return await self._feed(venue).past.funding(symbols, first, last, self._clock())

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
            self._feeds[venue] = Feed(self._open_market(venue), self._store, self._clock)
        return self._feeds[venue]

    async def _elsewhere(
        self, feed: Feed, held: Collection[str], now: datetime
    ) -> tuple[dict[str, Spot], dict[str, Closes]]:
        """Spot prices and closes of held assets that no contract with a price is on at the feed's venue."""
        quoted = feed.quoted
        lacking = [asset for asset in dict.fromkeys(held) if asset not in quoted]
        if not lacking:
            return {}, {}
        with suppress(NoData):
            await feed.spot_prices(lacking, now)
        spot = {asset: price for asset in lacking if (price := feed.on_spot(asset, now)) is not None}
        closes: dict[str, Closes] = {}
        for other, assets in (await self._places(feed, [a for a in lacking if a not in spot], now)).items():
            neighbour = self._feeds[other]
            await neighbour.read_closes(assets, now)
            for asset in assets:
                if (price := _price(neighbour, asset, now)) is not None:
                    spot[asset] = price
                if asset in neighbour.closes:
                    closes[asset] = neighbour.closes[asset]
        return spot, closes

    async def _places(self, feed: Feed, assets: Collection[str], now: datetime) -> dict[str, list[str]]:
        """Which of the next venues knows each asset, fresh; what none knows is not looked for again soon."""
        places: dict[str, list[str]] = {}
        for asset in assets:
            known, until = self._found.get((feed.market.venue, asset), (None, None))
            if until is None or now > until:
                known, sure = await self._search(feed, asset, now)
                keep = NOWHERE if known is None and sure else FRESH
                self._found[feed.market.venue, asset] = (known, now + keep)
            if known is not None:
                places.setdefault(known, []).append(asset)
        return places

    async def _search(self, feed: Feed, asset: str, now: datetime) -> tuple[str | None, bool]:
        """The first of the next venues that has a price for the asset, and whether all before it answered."""
        sure = True
        for other in self._neighbours(feed.market.venue):
            neighbour = self._feed(other)
            try:
                await neighbour.freshen(now)
                if asset not in neighbour.quoted:
                    await neighbour.spot_prices([asset], now)
            except NoData:
                sure = False
            if _price(neighbour, asset, now) is not None:
                return other, sure
        return None, sure

    def _neighbours(self, venue: str) -> tuple[str, ...]:
        """The venues that are asked next."""
        place = self._venues.index(venue) + 1 if venue in self._venues else 0
        return tuple(other for other in (*self._venues[place:], *self._venues[:place]) if other != venue)[
            :NEIGHBOURS
        ]


def _price(feed: Feed, asset: str, now: datetime) -> Spot | None:
    """What a coin costs at a venue, by its contract there or on its spot market."""
    try:
        quote = feed.snapshot({}).spot_quote(asset, now)
    except NoData:
        return feed.on_spot(asset, now)
    return Spot(quote.mark, quote.at, feed.market.venue)
