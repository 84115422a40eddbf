"""A real exchange as a market: one adapter over ccxt for every venue, public endpoints only."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.market import Health
from core.domain.quote import QUOTE_REFUSE, QUOTE_WARN, Deleveraging, FundingRate, Quote
from core.domain.series import Candles, Closes, FundingHistory
from core.domain.stated import Stated
from core.venues.exchange.adapter import figures
from core.venues.exchange.adapter.board import Board, Known
from core.venues.exchange.adapter.client import REST, VenueClient
from core.venues.exchange.adapter.notes import Notes
from core.venues.exchange.adapter.reading import sift
from core.venues.exchange.adapter.rules import Rules
from core.venues.exchange.adapter.spot import SpotMarket
from core.venues.exchange.adapter.venue_past import VenuePast
from core.venues.exchange.backs import Ask
from core.venues.exchange.collateral import read_collateral
from core.venues.exchange.venue import Venue

TIMEOUT = timedelta(seconds=10)
"""How long one answer may take."""
BELIEVE = timedelta(minutes=3)
"""A price after a jump is believed once the venue has said it for so long."""
MOST_FAVOURED = 200
"""Assets that are asked for before others."""


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
        self._spot = SpotMarket(venue, self._client, clock=clock, timeout=timeout, url=url)
        self._rules = Rules(venue, self._client, self._board, self._notes, clock)
        self._past = VenuePast(venue, self._client, self._spot, self._notes, clock, self._known)
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
            traded, still_open = self._depth(contract, known or {}, refused)
            try:
                quote = figures.quote(self._venue, symbol, known, (bid, ask), now, (traded, still_open))
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

    def _depth(
        self, contract: Contract, known: figures.Known, refused: list[str]
    ) -> tuple[Decimal | None, Decimal | None]:
        """USD traded and open in a linear contract; venues count those of inverse ones in several units."""
        if contract.inverse:
            return None, None
        try:
            return figures.depth(self._venue, contract.symbol, known)
        except NoData as refusal:
            refused.append(str(refusal))
            return None, None

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

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        """What the venue says of closing positions in profit, by symbol; nothing where it never does."""
        if not any("stage" in call.gives for call in self._venue.figures):
            return {}
        contracts = await self._known()
        board = await self._read(contracts)
        if "stage" in self._board.failures:
            raise NoData(self._board.failures["stage"])
        now = self._clock()

        def read(symbol: str) -> tuple[str, Deleveraging] | None:
            found = figures.deleveraging(self._venue, symbol, board.get(symbol), now)
            return None if found is None else (symbol, found)

        usable, refused = sift(contracts, read)
        self._notes.refused("deleveraging", refused)
        return dict(usable)

    async def collateral(self) -> Collateral | None:
        """What the venue takes as margin beside cash, and what a debt costs; None where none is published."""
        backs = self._venue.backs
        if backs is None:
            return None
        prices = {
            contract.asset: quote.mark / contract.scale
            for symbol, contract in self._rules.contracts.items()
            if (quote := self._quotes.get(symbol)) is not None
        }

        async def fetch(what: str, ask: Ask) -> object:
            asked: VenueClient | SpotMarket = self._spot if ask.on_spot else self._client
            return await asked.table(what, ask)

        found = await read_collateral(self._venue, backs, fetch, prices, self._clock())
        self._notes.refused("collateral", found.problems)
        return found

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """USD per coin of assets on the venue's spot market, in bulk; an unknown one is left out."""
        quotes, refused = await self._spot.quotes(assets)
        self._notes.refused("spot prices", refused)
        return quotes

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """Settlements from `since` to now of each perpetual; one whose history fails is left out, by name."""
        return await self._past.funding_history(symbols, since)

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes in USD per coin of each asset from its day in `since` on; see `VenuePast.closes`."""
        return await self._past.closes(since)

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of `hours` (1 or 24) ending after `first` and until `last`, in USD per coin."""
        return await self._past.candles(assets, first, last, hours)

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        """Candles of these contracts in quoted units, of the mark price where it can be had."""
        return await self._past.marks(symbols, first, last, length)

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

    def _require(self, found: Collection[object], what: str) -> None:
        if not found:
            raise NoData(f"{self._venue.name} gave no usable {what}. Try again in a minute.")


def _behind(quotes: Mapping[str, Quote], wanted: Iterable[str], now: datetime) -> list[str]:
    """Those of the wanted contracts that have no price now, while others have."""
    return [symbol for symbol in wanted if symbol not in quotes or now - quotes[symbol].at > QUOTE_WARN]
