"""A venue's spot market: what a coin costs that has no contract there, and what it cost."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.coins.asset import listed_as
from core.domain.errors import BadInput, NoData
from core.domain.quote import QUOTE_REFUSE, Quote
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.history import History
from core.venues.exchange.adapter.reading import optional, positive, read_moment, sift
from core.venues.exchange.backs import Ask
from core.venues.exchange.calls import figure
from core.venues.exchange.venue import Venue

FRESH = timedelta(seconds=60)
"""All prices come in one answer, which stands for so long."""
DOLLARS = ("USDT", "USDC", "USD")
"""What a pair is priced in, the first before the others."""
WIDEST = Decimal("0.2")
"""A spread wider than this part of the price says nothing about the price."""


class SpotMarket:
    """The spot market of one venue; where its ccxt class is the venue's own, only a second client of it."""

    def __init__(
        self,
        venue: Venue,
        client: VenueClient,
        *,
        clock: Callable[[], datetime],
        timeout: timedelta,
        url: str | None,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._spot = venue.spot
        self._client: VenueClient | None = None
        if self._spot is not None:
            shared = not self._spot.id and not self._spot.options
            self._client = client if shared else VenueClient(
                self._spot.id or venue.id, venue.name, clock=clock, timeout=timeout,
                options=self._spot.options, url=url,
            )  # fmt: skip
        self._own = self._client is not client
        self._rows: Mapping[str, Any] = {}
        self._at: datetime | None = None
        self._reading = asyncio.Lock()

    @property
    def calls(self) -> int:
        """Requests of its own that were sent in the last minute."""
        return self._client.calls if self._client and self._own else 0

    async def quotes(self, assets: Collection[str]) -> tuple[dict[str, Quote], list[str]]:
        """USD per coin of each asset that has a pair with a usable price, and what was refused."""
        pairs = await self._pairs()
        wanted = [asset for asset in assets if asset in pairs]
        read, refused = sift(wanted, lambda asset: (asset, self._quote(*pairs[asset])))
        return dict(read), refused

    async def places(self, assets: Collection[str]) -> dict[str, tuple[History, str, Decimal]]:
        """Where the past prices of each asset that has a pair are."""
        pairs = await self._pairs()
        if self._client is None or self._spot is None:
            return {}
        history = History(self._client, self._venue, self._spot.candles)
        return {asset: (history, *pairs[asset]) for asset in assets if asset in pairs}

    async def table(self, what: str, ask: Ask) -> Any:
        """The answer to a request for a table that the class of the spot market asks. Raises NoData."""
        if self._client is None:
            raise NoData(f"{self._venue.name} has no spot market that is read: no {what}.")
        return await self._client.table(what, ask)

    async def close(self) -> None:
        """Let go of connections of its own."""
        if self._client and self._own:
            await self._client.close()

    async def _pairs(self) -> dict[str, tuple[str, Decimal]]:
        """The pair of each asset and how many coins it is priced for; raises NoData."""
        found: dict[str, tuple[int, int, str, Decimal]] = {}
        for symbol in await self._read():
            base, _, quote = symbol.partition("/")
            if quote in DOLLARS and (coin := _coin(base)):
                asset, scale = coin
                # the coin under its own name before one that is worth as much
                pair = (DOLLARS.index(quote), int(base != asset), symbol, scale)
                found[asset] = min(found.get(asset, pair), pair)
        return {asset: (symbol, scale) for asset, (*_, symbol, scale) in found.items()}

    async def _read(self) -> Mapping[str, Any]:
        async with self._reading:
            now = self._clock()
            if (
                self._client is not None
                and self._spot is not None
                and (self._at is None or not timedelta(0) <= now - self._at < FRESH)
            ):
                call = self._spot.call
                self._rows = await self._client.call("spot prices", call.method, params=dict(call.params))
                self._at = now
            return self._rows

    def _quote(self, symbol: str, scale: Decimal) -> Quote:
        """The middle of bid and ask, or a new last price where there are not both; raises NoData."""
        wrong = f"{self._venue.name} gives no usable spot price for {symbol}."
        gives = self._spot.call.gives if self._spot else {}
        row = {name: figure(self._rows[symbol], key) for name, key in gives.items()}
        bid, ask = optional(row.get("bid"), wrong), optional(row.get("ask"), wrong)
        at, now = read_moment(row.get("at"), wrong), self._clock()
        if bid is not None and ask is not None:
            price = (bid + ask) / 2
            if bid > ask or (ask - bid) / price > WIDEST:
                raise NoData(wrong)
        else:
            # a pair that is no longer traded has a last price for ever
            price = positive(row.get("mark"), wrong)
            if at is None or now - at > QUOTE_REFUSE:
                raise NoData(wrong)
        return Quote(price / scale, min(at or now, now))


def _coin(base: str) -> tuple[str, Decimal] | None:
    try:
        return listed_as(base)
    except BadInput:
        return None
