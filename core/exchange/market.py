"""A real exchange as a market: one adapter over ccxt for every venue, public endpoints only."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from core.contract import Contract
from core.errors import NoData
from core.exchange import reading
from core.exchange.client import Client
from core.exchange.venue import Venue
from core.market import Closes, FundingHistory, FundingRate, Quote

TIMEOUT = timedelta(seconds=10)
"""How long one answer may take."""
AHEAD = timedelta(minutes=2)
"""A venue whose clock is further ahead than this disagrees with ours about the time."""
SAME_REFRESH = timedelta(seconds=5)
"""Quotes and funding come in one answer of the venue; asked for within this time, it is fetched once."""
AT_ONCE = 8
"""Price histories on their way at the same time."""

Figures = TypeVar("Figures")

_log = logging.getLogger(__name__)


class ExchangeMarket:
    """`core.market.Market` for one venue. Every method raises NoData, naming the venue and what is missing.

    What can be used is returned; what was refused is named in `problems`.
    """

    simulated = False

    def __init__(
        self,
        venue: Venue,
        *,
        url: str | None,
        clock: Callable[[], datetime],
        timeout: timedelta = TIMEOUT,
    ) -> None:
        self.venue = venue.id
        self._venue = venue
        self._clock = clock
        self._client = Client(venue, url=url, timeout=timeout)
        self._contracts: Mapping[str, Contract] = {}
        self._marks: tuple[datetime, Mapping[str, Any]] | None = None
        self._marking = asyncio.Lock()
        self._problems: dict[str, tuple[str, ...]] = {}

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each figure that was refused in the last call of each kind."""
        return tuple(dict.fromkeys(problem for kind in self._problems.values() for problem in kind))

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol; asked anew at each call."""
        rows, unreadable = await self._client.markets()
        read, refused = reading.sift(rows, partial(reading.contract, self._venue, now=self._clock()))
        refused += [
            f"{self._venue.name} lists a contract that cannot be read: {name}." for name in unreadable
        ]
        self._note("contracts", refused)
        self._require(read, "contracts")
        self._contracts = {contract.symbol: contract for contract in read}
        return self._contracts

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, in bulk; without bids and asks when only those fail."""
        contracts = await self._known()
        marks = await self._marked()
        books, refused = await self._books()
        now = self._clock()

        def read(symbol: str) -> tuple[str, Quote]:
            sides = books.get(symbol, (None, None))
            return symbol, reading.quote(self._venue, symbol, marks.get(symbol), sides, now)

        quotes, missing = reading.sift(contracts, read)
        if any(_ahead(marks.get(symbol), now) for symbol in contracts):
            missing.append(f"The clock of {self._venue.name} is minutes ahead of ours: check this machine's.")
        self._note("quotes", refused + missing)
        self._require(quotes, "prices")
        return dict(quotes)

    async def funding(self) -> Mapping[str, FundingRate]:
        """Current funding of every perpetual with its interval, in bulk."""
        contracts = await self._known()
        marks = await self._marked()
        intervals = await self._bulk("funding intervals", "fetch_funding_intervals")
        now = self._clock()

        def read(symbol: str) -> tuple[str, FundingRate]:
            row, listed = marks.get(symbol), intervals.get(symbol)
            return symbol, reading.funding(self._venue, symbol, row, listed, now)

        perpetuals = (symbol for symbol, contract in contracts.items() if contract.perpetual)
        rates, refused = reading.sift(perpetuals, read)
        self._note("funding", refused)
        self._require(rates, "funding rates")
        return dict(rates)

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """Settlements from `since` to now of each perpetual, one request or a few for each.

        A symbol without funding here is left out, and so is one whose history fails, by name.
        """
        contracts = await self._known()
        wanted = [symbol for symbol in symbols if symbol in contracts and contracts[symbol].perpetual]
        now = self._clock()

        async def history(symbol: str) -> tuple[FundingHistory, list[str]]:
            rows = await self._settlements(symbol, since)
            return reading.settlements(self._venue, symbol, rows, since, now)

        return await self._each("past funding", wanted, history)

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes in USD per coin of each asset from its day in `since` to yesterday UTC.

        An asset without a linear perpetual here is left out, and so is one whose history fails, by name.
        """
        perpetuals = _perpetuals((await self._known()).values())
        wanted = {asset: day for asset, day in since.items() if asset in perpetuals}
        today = self._clock().astimezone(UTC).date()

        async def history(asset: str) -> tuple[Closes, list[str]]:
            contract, first = perpetuals[asset], wanted[asset]
            candles = await self._candles(contract, first, today)
            return reading.closes(self._venue, contract, candles, first, today)

        return await self._each("closes", wanted, history)

    async def close(self) -> None:
        """Let go of connections; calls after this raise NoData."""
        await self._client.close()

    async def _known(self) -> Mapping[str, Contract]:
        return self._contracts or await self.contracts()

    async def _marked(self) -> Mapping[str, Any]:
        """ccxt's row of mark price and funding of every symbol, by symbol."""
        async with self._marking:
            now = self._clock()
            if self._marks is None or not timedelta(0) <= now - self._marks[0] < SAME_REFRESH:
                self._marks = (now, await self._bulk("mark prices", "fetch_funding_rates"))
            return self._marks[1]

    async def _books(self) -> tuple[Mapping[str, Any], list[str]]:
        """Best bid and ask by symbol, and what was refused."""
        try:
            rows = await self._bulk("bids and asks", "fetch_bids_asks")
        except NoData as failure:
            return {}, [str(failure)]
        ours = [row for symbol, row in rows.items() if symbol in self._contracts]
        books, refused = reading.sift(ours, lambda row: (row["symbol"], reading.book(self._venue, row)))
        return dict(books), refused

    async def _bulk(self, what: str, method: str) -> Mapping[str, Any]:
        """ccxt's rows by symbol; an answer with no row for any symbol is of the wrong shape, not empty."""
        rows: Mapping[str | None, Any] = await self._client.call(what, method)
        named = {symbol: row for symbol, row in rows.items() if symbol}
        self._require(named, what)
        return named

    async def _candles(self, contract: Contract, first: date, today: date) -> list[list[Any]]:
        """Daily candles from `first` on, a page at a time."""
        what = f"daily closes of {contract.asset}"
        found: list[list[Any]] = []
        while first < today:
            limit = min((today - first).days, self._venue.candles)
            page = await self._client.call(what, "fetch_ohlcv", contract.symbol, "1d", _stamp(first), limit)
            found += page
            last = reading.last_day(page)
            if last is None or last < first:
                break
            first = last + timedelta(days=1)
        return found

    async def _settlements(self, symbol: str, since: datetime) -> list[Mapping[str, Any]]:
        """ccxt's rows of past funding from `since` on, a page at a time, oldest first."""
        what, first, limit = f"past funding of {symbol}", _ms(since), self._venue.settlements
        found: list[Mapping[str, Any]] = []
        while True:
            page = await self._client.call(what, "fetch_funding_rate_history", symbol, first, limit)
            found += page
            last = max((row["timestamp"] for row in page), default=first - 1)
            if len(page) < limit or last < first:
                return found
            first = last + 1

    async def _each(
        self, kind: str, names: Iterable[str], fetch: Callable[[str], Awaitable[tuple[Figures, list[str]]]]
    ) -> dict[str, Figures]:
        """What `fetch` gives for each name, a few at once; one that fails is left out and named."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> tuple[Figures | None, list[str]]:
            try:
                async with places:
                    return await fetch(name)
            except NoData as failure:
                return None, [str(failure)]

        names = list(names)
        answers = await asyncio.gather(*(one(name) for name in names))
        self._note(kind, [problem for _, problems in answers for problem in problems])
        read = ((name, figures) for name, (figures, _) in zip(names, answers, strict=True))
        return {name: figures for name, figures in read if figures is not None}

    def _require(self, figures: Collection[object], what: str) -> None:
        if not figures:
            raise NoData(f"{self._venue.name} gave no usable {what}. Try again in a minute.")

    def _note(self, kind: str, refused: Iterable[str]) -> None:
        """Keep what was refused in this call; log only what the call before did not refuse."""
        problems = tuple(dict.fromkeys(refused))
        for problem in problems:
            if problem not in self._problems.get(kind, ()):
                _log.warning("%s", problem)
        self._problems[kind] = problems


def _perpetuals(contracts: Iterable[Contract]) -> dict[str, Contract]:
    """The linear perpetual of each asset that stands for its price: USDT first, then the smallest."""
    linear = (contract for contract in contracts if contract.perpetual and not contract.inverse)
    ranked = sorted(linear, key=lambda c: (c.settle != "USDT", c.multiplier * c.lot, c.symbol), reverse=True)
    return {contract.asset: contract for contract in ranked}


def _ahead(row: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a mark-price row says that it is from a time well after `now`."""
    stamp = None if row is None else reading.number(row["timestamp"])
    return stamp is not None and stamp / 1000 > (now + AHEAD).timestamp()


def _stamp(day: date) -> int:
    """Milliseconds of the start of a UTC day."""
    return _ms(datetime.combine(day, time(), UTC))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
