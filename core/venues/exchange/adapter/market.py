"""A real exchange as a market: one adapter over ccxt for every venue, public endpoints only."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.market import Health
from core.domain.quote import QUOTE_REFUSE, QUOTE_WARN, FundingRate, Quote
from core.domain.series import Candles, Closes, FundingHistory
from core.domain.stated import Stated
from core.venues.exchange.adapter import figures, past
from core.venues.exchange.adapter.board import Board, Known
from core.venues.exchange.adapter.client import REST, VenueClient
from core.venues.exchange.adapter.history import History
from core.venues.exchange.adapter.notes import Notes
from core.venues.exchange.adapter.reading import read_moment, sift
from core.venues.exchange.adapter.rules import Rules
from core.venues.exchange.adapter.spot import SpotMarket
from core.venues.exchange.venue import Venue

TIMEOUT = timedelta(seconds=10)
"""How long one answer may take."""
BELIEVE = timedelta(minutes=3)
"""A price after a jump is believed once the venue has said it for so long."""
FINAL = timedelta(minutes=10)
"""So long after its end a day's close is final, though the venue's clock be somewhat off."""
AT_ONCE = 8
"""Price histories on their way at the same time."""
MOST_FAVOURED = 200
"""Assets that are asked for before others."""

Figures = TypeVar("Figures")


class ExchangeMarket:
    """`Market` for one venue. Every method raises NoData, naming the venue and what is missing.

    What can be used is returned; what was refused is named in `health`.
    """

    simulated = False

    def __init__(
        self,
        venue: Venue,
        *,
        url: str | None,
        clock: Callable[[], datetime],
        timeout: timedelta = TIMEOUT,
        rest: timedelta = REST,
    ) -> None:
        self.venue = venue.id
        self.remarks: tuple[Stated, ...] = ()
        self._venue = venue
        self._clock = clock
        needed = {"load_markets", *(call.method for call in venue.figures if call.needed)}
        self._client = VenueClient(
            venue.id, venue.name, clock=clock, timeout=timeout, options=venue.options, url=url, rest=rest,
            needed=needed,
        )  # fmt: skip
        self._notes = Notes(clock)
        self._board = Board(venue, self._client, clock)
        self._history = History(self._client, venue)
        self._spot = SpotMarket(venue, self._client, clock=clock, timeout=timeout, url=url)
        self._rules = Rules(venue, self._client, self._board, self._notes, clock)
        self._quotes: Mapping[str, Quote] = {}
        self._doubted: dict[str, Quote] = {}
        self._rates: Mapping[str, FundingRate] = {}
        self._first: tuple[str, ...] = ()

    @property
    def health(self) -> Health:
        """How the venue answers, and what was refused in the last call of each kind."""
        calls = self._client.calls + self._spot.calls
        ahead = self._client.server_time.ahead
        return Health(self._client.circuit, calls, self._notes.problems, self._notes.events, ahead)

    def favour(self, assets: Collection[str]) -> None:
        """Ask for the figures of these assets first where the venue gives them one contract at a time."""
        self._first = tuple(dict.fromkeys([*assets, *self._first]))[:MOST_FAVOURED]

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol; kept for an hour."""
        return await self._rules.read(self._first)

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, in bulk; without bids and asks when only those fail."""
        contracts = await self._known()
        board = await self._read(contracts)
        now = self._clock()
        refused = list(self._board.problems)
        quotes: dict[str, Quote] = {}
        for symbol, contract in contracts.items():
            known = board.get(symbol)
            if contract.condition != "trading" and figures.mark(known) is None and symbol not in self._quotes:
                continue  # stopped, and never priced: nobody has anything open in it
            try:
                bid, ask = figures.sides(self._venue, symbol, known or {})
            except NoData as refusal:
                bid = ask = None
                refused.append(str(refusal))
            try:
                quote = figures.quote(self._venue, symbol, known, (bid, ask), now)
                quotes[symbol] = self._steady(symbol, quote)
            except NoData as refusal:
                refused.append(str(refusal))
                if symbol in self._quotes:  # it grows old, and past a limit nobody uses it
                    quotes[symbol] = self._quotes[symbol]
        self._notes.refused("quotes", refused)
        self._require(quotes, "prices")
        self._rules.doubt(_behind(quotes, self._rules.favoured(self._first), now))
        self._quotes = quotes
        return quotes

    async def funding(self) -> Mapping[str, FundingRate]:
        """Current funding of every perpetual with its interval; where those come one at a time, of some."""
        contracts = await self._known()
        board = await self._read(contracts)
        for name in ("rate", "interval"):
            if name in self._board.failures:
                raise NoData(self._board.failures[name])
        now = self._clock()

        def read(symbol: str) -> tuple[str, FundingRate]:
            return symbol, figures.funding(self._venue, symbol, board.get(symbol), now)

        perpetuals = (
            symbol
            for symbol, contract in contracts.items()
            if contract.perpetual and (contract.condition == "trading" or symbol in self._quotes)
        )
        usable, refused = sift(perpetuals, read)
        self._notes.refused("funding", refused)
        self._require(usable, "funding rates")
        rates = self._standing(contracts, now) | dict(usable)
        self._tell_intervals(rates)
        self._rates = rates
        return rates

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """USD per coin of assets on the venue's spot market, in bulk; an unknown one is left out."""
        quotes, refused = await self._spot.quotes(assets)
        self._notes.refused("spot prices", refused)
        return quotes

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
            rows = await source.candles(what, symbol, _midnight(since[asset]), _midnight(today), hours=24)
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
            rows = await source.candles(f"past prices of {asset}", symbol, first - length, last, hours)
            inside = [row for row in rows if _within(row, first - length, last - length)]
            return past.spans(self._venue, asset, scale, inside, length)

        return await self._each("past prices", places, history)

    async def marks(self, symbols: Collection[str], since: datetime) -> Mapping[str, Candles]:
        """Hourly candles of these contracts in quoted units, from the hour of `since` on, to now."""
        contracts, hour, now = await self._known(), timedelta(hours=1), self._clock()
        first = since.replace(minute=0, second=0, microsecond=0)
        wanted = [symbol for symbol in symbols if symbol in contracts]
        price = "mark" if self._venue.marks else ""

        async def history(symbol: str) -> tuple[Candles, list[str]]:
            what = f"past prices of {symbol}"
            rows = await self._history.candles(what, symbol, first, now, 1, price)
            inside = [row for row in rows if _within(row, first - hour, now)]
            return past.spans(self._venue, symbol, Decimal(1), inside, hour)

        found = await self._each("past marks", wanted, history)
        return {symbol: candles for symbol, candles in found.items() if len(candles.times)}

    async def close(self) -> None:
        """Let go of connections; calls after this raise NoData."""
        await self._client.close()
        await self._spot.close()

    async def _known(self) -> Mapping[str, Contract]:
        return self._rules.contracts or await self.contracts()

    async def _read(self, contracts: Mapping[str, Contract]) -> Known:
        return await self._board.read(contracts, self._rules.favoured(self._first))

    def _steady(self, symbol: str, quote: Quote) -> Quote:
        """The quote, unless it is absurdly far from the last one that still counts; raises NoData then.

        It is either that one or the last one that is wrong: what the venue keeps saying is believed.
        """
        last, doubted = self._quotes.get(symbol), self._doubted.pop(symbol, None)
        if last is None or quote.at - last.at > QUOTE_REFUSE or figures.alike(quote.mark, last.mark):
            return quote
        if doubted is None or not figures.alike(quote.mark, doubted.mark):
            doubted = quote
        if quote.at - doubted.at >= BELIEVE:
            return quote
        self._doubted[symbol] = doubted
        raise NoData(
            f"{self._venue.name} gives {symbol} at {quote.mark:f} after {last.mark:f}, which cannot be."
        )

    def _standing(self, contracts: Collection[str], now: datetime) -> dict[str, FundingRate]:
        """The last rates that are not too old: they stand in for those that are missing for once."""
        return {
            symbol: rate
            for symbol, rate in self._rates.items()
            if symbol in contracts and now - rate.at <= QUOTE_REFUSE
        }

    def _tell_intervals(self, rates: Mapping[str, FundingRate]) -> None:
        for symbol in self._rates.keys() & rates.keys():
            before, after = self._rates[symbol].interval_hours, rates[symbol].interval_hours
            if before != after:
                self._notes.changed(
                    f"{self._venue.name} settles the funding of {symbol} every {after} h now, not {before} h."
                )

    async def _places(self, assets: Iterable[str]) -> dict[str, tuple[History, str, Decimal]]:
        """Where the past prices of each asset are: whose candles, of which symbol, for how many coins."""
        perpetuals = _perpetuals((await self._known()).values())
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
        self._notes.refused(kind, [problem for _, problems in answers for problem in problems])
        read = ((name, figures) for name, (figures, _) in zip(names, answers, strict=True))
        return {name: figures for name, figures in read if figures is not None}

    def _require(self, found: Collection[object], what: str) -> None:
        if not found:
            raise NoData(f"{self._venue.name} gave no usable {what}. Try again in a minute.")


def _perpetuals(contracts: Iterable[Contract]) -> dict[str, Contract]:
    """The linear perpetual of each asset that stands for its price: USDT first, then the smallest."""
    linear = (contract for contract in contracts if contract.perpetual and not contract.inverse)
    ranked = sorted(
        linear,
        key=lambda c: (c.condition != "trading", c.settle != "USDT", c.multiplier * c.lot, c.symbol),
        reverse=True,
    )
    return {contract.asset: contract for contract in ranked}


def _behind(quotes: Mapping[str, Quote], wanted: Iterable[str], now: datetime) -> list[str]:
    """Those of the wanted contracts that have no price now, while others have."""
    return [symbol for symbol in wanted if symbol not in quotes or now - quotes[symbol].at > QUOTE_WARN]


def _within(row: list[object], after: datetime, until: datetime) -> bool:
    at = read_moment(row[0], "The venue gives an impossible time for a candle.")
    return at is not None and after < at <= until


def _midnight(day: date) -> datetime:
    """The start of a UTC day."""
    return datetime.combine(day, time(), UTC)
