"""The past of one venue: funding that was settled, and prices, asked for one contract at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.series import NO_SPANS, Candles, Closes, FundingHistory
from core.venues.exchange.adapter import past
from core.venues.exchange.adapter.client import VenueClient
from core.venues.exchange.adapter.history import History
from core.venues.exchange.adapter.notes import Notes
from core.venues.exchange.adapter.reading import read_moment, read_number
from core.venues.exchange.adapter.spot import SpotMarket
from core.venues.exchange.venue import Venue

FINAL = timedelta(minutes=10)
"""So long after its end a day's close is final, though the venue's clock be somewhat off."""
AT_ONCE = 8
"""Price histories on their way at the same time."""

_DAY = timedelta(days=1)

Series = TypeVar("Series")


class VenuePast:
    """What one venue says of the past. Every method raises NoData where its contracts cannot be had.

    contracts: gives the venue's contracts by unified symbol, from memory where they are known. What is
    refused is named in `notes`.
    """

    def __init__(
        self,
        venue: Venue,
        client: VenueClient,
        spot: SpotMarket,
        notes: Notes,
        clock: Callable[[], datetime],
        contracts: Callable[[], Awaitable[Mapping[str, Contract]]],
    ) -> None:
        self._venue = venue
        self._spot = spot
        self._notes = notes
        self._clock = clock
        self._contracts = contracts
        self._history = History(client, venue)
        self._marks = History(client, venue, venue.marks.most if venue.marks else None)

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """Settlements from `since` to now of each perpetual, one request or a few for each.

        A symbol without funding here is left out, and so is one whose history fails, by name.
        """
        contracts = await self._contracts()
        wanted = [symbol for symbol in symbols if symbol in contracts and contracts[symbol].perpetual]
        now = self._clock()

        async def history(symbol: str) -> tuple[FundingHistory, list[str]]:
            rows = await self._history.settlements(symbol, since, now)
            return past.settlements(self._venue, symbol, rows, since, now)

        return await self._each("past funding", wanted, history)

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes in USD per coin of each asset from its day in `since` to the last final one.

        From its linear perpetual, or else from the spot market; an asset with neither is left out, and so is
        one whose history fails, by name.
        """
        today = (self._clock() - FINAL).astimezone(UTC).date()
        places = await self._places(since)

        async def history(asset: str) -> tuple[Closes, list[str]]:
            source, symbol, scale = places[asset]
            what = f"daily closes of {asset}"
            rows = await source.candles(what, symbol, _midnight(since[asset]), _midnight(today), _DAY)
            return past.read_closes(self._venue, asset, scale, rows, since[asset], today)

        return await self._each("closes", places, history)

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of `hours` (1 or 24) ending after `first` and until `last`, as `closes`."""
        places = await self._places(assets)
        length = timedelta(hours=hours)

        async def history(asset: str) -> tuple[Candles, list[str]]:
            source, symbol, scale = places[asset]
            rows = await source.candles(f"past prices of {asset}", symbol, first - length, last, length)
            inside = [row for row in rows if _within(row, first - length, last - length)]
            return past.spans(self._venue, asset, scale, inside, length)

        return await self._each("past prices", places, history)

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        """Candles of these contracts in quoted units that begin from `first` until before `last`.

        Of the mark price, or of trades where those cannot be had. A symbol for which both fail is left out,
        by name.
        """
        contracts = await self._contracts()
        wanted = [symbol for symbol in symbols if symbol in contracts]

        async def history(symbol: str) -> tuple[Candles, list[str]]:
            marks = self._venue.marks
            if marks is None:
                return await traded(symbol)
            try:
                found, refused = await read(self._marks, f"past marks of {symbol}", symbol, marks.asks)
            except NoData as failure:
                found, refused = NO_SPANS, [str(failure)]
            # What was traded is better than nothing: a liquidation that nobody sees is the worst.
            if len(found.times) and not refused:
                return found, refused
            instead, more = await traded(symbol)
            return past.both(found, instead), [*refused, *more]

        async def traded(symbol: str) -> tuple[Candles, list[str]]:
            return await read(self._history, f"past prices of {symbol}", symbol, {})

        async def read(
            source: History, what: str, symbol: str, asks: Mapping[str, object]
        ) -> tuple[Candles, list[str]]:
            rows = await source.candles(what, symbol, first, last, length, asks)
            # one venue gives the last millisecond of a candle for its time
            begun = [[_begin(row[0], length), *row[1:]] for row in rows]
            inside = [row for row in begun if _within(row, first - length, last)]
            return past.spans(self._venue, symbol, Decimal(1), inside, length)

        return await self._each("past marks", wanted, history)

    async def _places(self, assets: Iterable[str]) -> dict[str, tuple[History, str, Decimal]]:
        """Where the past prices of each asset are: whose candles, of which symbol, for how many coins."""
        perpetuals = _perpetuals((await self._contracts()).values())
        found = {
            asset: (self._history, perpetuals[asset].symbol, perpetuals[asset].scale)
            for asset in assets
            if asset in perpetuals
        }
        rest = [asset for asset in assets if asset not in found]
        if rest:
            try:
                found |= await self._spot.places(rest)
            except NoData as failure:
                self._notes.refused("spot market", [str(failure)])
        return found

    async def _each(
        self, kind: str, names: Iterable[str], fetch: Callable[[str], Awaitable[tuple[Series, list[str]]]]
    ) -> dict[str, Series]:
        """What `fetch` gives for each name, a few at once; one that fails is left out and named."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> tuple[Series | None, list[str]]:
            try:
                async with places:
                    return await fetch(name)
            except NoData as failure:
                return None, [str(failure)]

        names = list(names)
        answers = await asyncio.gather(*(one(name) for name in names))
        self._notes.refused(kind, [problem for _, problems in answers for problem in problems])
        read = ((name, figures) for name, (figures, _) in zip(names, answers, strict=True))
        return {name: figures for name, figures in read if figures is not None}


def _perpetuals(contracts: Iterable[Contract]) -> dict[str, Contract]:
    """The linear perpetual of each asset that stands for its price: USDT first, then the smallest."""
    linear = (contract for contract in contracts if contract.perpetual and not contract.inverse)
    ranked = sorted(
        linear,
        key=lambda c: (c.condition != "trading", c.settle != "USDT", c.multiplier * c.lot, c.symbol),
        reverse=True,
    )
    return {contract.asset: contract for contract in ranked}


def _within(row: list[object], after: datetime, until: datetime) -> bool:
    at = read_moment(row[0], "The venue gives an impossible time for a candle.")
    return at is not None and after < at <= until


def _begin(stamp: object, length: timedelta) -> object:
    """The beginning of the span of that length in which the time lies, in milliseconds."""
    read, span = read_number(stamp), length // timedelta(milliseconds=1)
    return stamp if read is None else int(read) // span * span


def _midnight(day: date) -> datetime:
    """The start of a UTC day."""
    return datetime.combine(day, time(), UTC)
