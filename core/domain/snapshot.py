"""What is known about a venue at one moment, each figure with its own age, and the seam it comes through."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.domain.asset import STABLECOINS
from core.domain.contract import Condition, Contract
from core.domain.errors import NoData
from core.domain.paid import index_at

QUOTE_WARN = timedelta(minutes=3)
"""Past this age an answer says how old its prices are."""
QUOTE_REFUSE = timedelta(minutes=15)
"""Past this age a price is refused."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one contract in its quoted units: mark, index (spot), best bid and ask, and since when.

    own: false where what the contract trades at is not known and the mark is the spot price instead.
    frozen: the mark stands still while index, bid and ask have gone elsewhere together: nothing is sized or
    fired by it. condition: what the venue's prices say can be done in the contract.
    """

    mark: Decimal
    at: datetime
    index: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    own: bool = True
    frozen: bool = False
    condition: Condition = "trading"

    def index_at(self, paid: Decimal) -> Decimal | None:
        """What the coin cost when the contract was filled at `paid`, as `core.domain.paid.index_at` has it.

        Where the mark is not its own, what it is off the mark may be basis, and the index of now has to do.
        """
        return index_at(paid, self.mark, self.index) if self.own else self.index


@dataclass(frozen=True, slots=True)
class FundingRate:
    """What longs pay shorts at the next settlement: a decimal of notional, every `interval_hours`.

    Raises NoData for a rate that is no number and for an interval that is not above zero.
    """

    rate: Decimal
    interval_hours: int
    at: datetime
    next_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.interval_hours <= 0:
            raise NoData(f"Funding of {self.rate} every {self.interval_hours} h cannot be.")


def day_range(first: date, last: date) -> NDArray[np.datetime64]:
    """Every day from `first` to `last`, both included; datetime64[D]."""
    count = max((last - first).days + 1, 0)
    return np.datetime64(first, "D") + np.arange(count).astype("timedelta64[D]")


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Daily UTC closes of one asset: `days` (datetime64[D], ascending, no repeats) and `prices` (float64).

    A day without a close is absent; nothing is filled in. The day in progress is not a close.
    """

    days: NDArray[np.datetime64]
    prices: NDArray[np.float64]
    traded: Mapping[date, bool] = field(default_factory=dict)
    """Of days with a great move whose hours were looked at: whether it was traded, or is a gap."""

    @property
    def last(self) -> date | None:
        """The newest day with a close."""
        return self.days[-1].astype(object) if len(self.days) else None


NO_CLOSES = Closes(np.array([], dtype="datetime64[D]"), np.array([], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class FundingHistory:
    """Past settlements of one perpetual: `times` (datetime64[s], UTC, ascending, no repeats) and `rates`.

    A rate (float64) is what longs paid shorts at that settlement: a decimal of notional. The time between two
    settlements is in the times; it changes. A settlement that was refused is absent.
    """

    times: NDArray[np.datetime64]
    rates: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Prices of one asset over equal spans of time, in USD per coin; a span without trades is absent.

    times: when each span ends (datetime64[s], UTC, ascending, no repeats). highs, lows, closes: float64.
    """

    times: NDArray[np.datetime64]
    highs: NDArray[np.float64]
    lows: NDArray[np.float64]
    closes: NDArray[np.float64]


def scaled(candles: Candles, by: float) -> Candles:
    """The same prices for so many coins."""
    return Candles(candles.times, candles.highs * by, candles.lows * by, candles.closes * by)


NO_SETTLEMENTS = FundingHistory(np.array([], dtype="datetime64[s]"), np.array([], dtype=np.float64))


def _can_be(price: Decimal) -> bool:
    return price.is_finite() and price > 0


@dataclass(frozen=True, slots=True)
class SpotPrice:
    """USD per coin of an asset that the snapshot's venue has no contract for, since when, and whose price."""

    price: Decimal
    at: datetime
    venue: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A contract that the venue listed and lists no more: since when, and its last quote if any was had."""

    contract: Contract
    since: datetime
    last: Quote | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is known about one venue at one moment.

    contracts, quotes, funding: by unified symbol. closes: by asset.
    simulated: the figures are made up, and every answer that rests on them must say so.
    problems: one sentence for each figure that was refused, naming it. remarks: what every answer that rests
    on these figures must say. spot: prices of assets without a contract here, by asset. lost: contracts that
    were listed while this program ran and are no more, by symbol. stopped: since when a contract, by symbol,
    has been in another condition than trading, as far as this program has seen. apart: what the ticker of an
    asset without any price here costs elsewhere, where that is not one coin: each venue, USD per coin.
    """

    venue: str
    contracts: Mapping[str, Contract]
    quotes: Mapping[str, Quote]
    funding: Mapping[str, FundingRate] = field(default_factory=dict)
    closes: Mapping[str, Closes] = field(default_factory=dict)
    spot: Mapping[str, SpotPrice] = field(default_factory=dict)
    simulated: bool = False
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    lost: Mapping[str, Lost] = field(default_factory=dict)
    stopped: Mapping[str, datetime] = field(default_factory=dict)
    apart: Mapping[str, tuple[tuple[str, Decimal], ...]] = field(default_factory=dict)

    @property
    def dated_only(self) -> bool:
        """Whether every contract that the venue lists ends on a day."""
        return bool(self.contracts) and not any(contract.perpetual for contract in self.contracts.values())

    def perpetual(self, asset: str, *, inverse: bool = False) -> Contract | None:
        """The asset's perpetual with a quote here: one that trades and does not end, then the smallest."""
        found = [
            contract
            for contract in self.contracts.values()
            if contract.asset == asset
            and contract.perpetual
            and contract.inverse == inverse
            and contract.symbol in self.quotes
        ]
        newest = max((self.quotes[contract.symbol].at for contract in found), default=None)
        return min(
            found,
            key=lambda one: (
                newest is not None and newest - self.quotes[one.symbol].at > QUOTE_WARN,
                _first(one),
            ),
            default=None,
        )

    def dated(self, asset: str, until: datetime) -> Contract | None:
        """The asset's linear future that expires first from `until` on, else its last one; None if none.

        Of several that expire together, the one with the smallest contract.
        """
        found = [
            (contract.expiry, contract.multiplier * contract.lot, contract.symbol)
            for contract in self.contracts.values()
            if contract.asset == asset
            and not contract.inverse
            and contract.expiry is not None
            and contract.symbol in self.quotes
        ]
        if not found:
            return None
        first = min((end for end, *_ in found if end >= until), default=max(found)[0])
        return self.contracts[min(one for one in found if one[0] == first)[2]]

    def quote(self, symbol: str, now: datetime) -> Quote:
        """The contract's quote; raises NoData when there is none, or it is impossible, frozen or too old."""
        quote = self.quotes.get(symbol)
        if quote is None:
            raise NoData(f"{self.venue} gives no price for {symbol} now. Try again in a minute.")
        if not _can_be(quote.mark) or (quote.index and not _can_be(quote.index)):
            raise NoData(f"{self.venue} gives an impossible price for {symbol} now. Try again in a minute.")
        if quote.frozen:
            raise NoData(f"{self.venue} keeps the price of {symbol} at {quote.mark:f} while its coin moves.")
        if now - quote.at > QUOTE_REFUSE:
            minutes = int((now - quote.at).total_seconds() // 60)
            raise NoData(
                f"The last price of {symbol} on {self.venue} is {minutes} minutes old, too old to use. "
                "Try again in a minute."
            )
        return quote

    def price(self, asset: str, now: datetime) -> Decimal:
        """USD per coin, as `spot_quote` gives it; a stablecoin is 1."""
        return Decimal(1) if asset in STABLECOINS else self.spot_quote(asset, now).mark

    def spot_quote(self, asset: str, now: datetime) -> Quote:
        """What a coin costs in USD and since when: the index where the venue gives one, else the mark.

        Of the asset's perpetual; where it has none, the index of its next future; without a contract, or
        where the contract's price has stayed behind, its spot price. Raises NoData when there is none of
        these or it is too old.
        """
        contract = self.perpetual(asset) or self.perpetual(asset, inverse=True) or self.dated(asset, now)
        spot = self.spot.get(asset)
        if spot is not None and (not _can_be(spot.price) or now - spot.at > QUOTE_REFUSE):
            spot = None
        known = self.quotes[contract.symbol] if contract else None
        if contract is None or (spot is not None and known is not None and known.at < spot.at - QUOTE_WARN):
            if spot is None:
                raise NoData(f"{self.venue} has no price for {asset}.")
            return Quote(spot.price, spot.at, index=spot.price)
        if known is not None and known.frozen and known.index and _can_be(known.index):
            return Quote(known.index / contract.scale, known.at, index=known.index / contract.scale)
        quote = self.quote(contract.symbol, now)
        if not contract.perpetual and not quote.index:
            raise NoData(f"{self.venue} has no spot price for {asset}.")
        price = (quote.index or quote.mark) / contract.scale
        return Quote(price, quote.at, index=price)

    def check_fresh(self, now: datetime) -> None:
        """Raise NoData when even the newest price here is too old to use."""
        newest = max((quote.at for quote in self.quotes.values()), default=now)
        if now - newest > QUOTE_REFUSE:
            minutes = int((now - newest).total_seconds() // 60)
            raise NoData(
                f"The last prices from {self.venue} are {minutes} minutes old, too old to use. "
                "I keep trying; ask again in a minute."
            )

    def age(self, now: datetime) -> timedelta:
        """Age of the oldest price that may be used, of the newest where none may; zero without any."""
        times = [quote.at for quote in self.quotes.values()] + [spot.at for spot in self.spot.values()]
        ages = sorted(now - at for at in times)
        usable = [age for age in ages if age <= QUOTE_REFUSE]
        return max(usable or ages[:1], default=timedelta(0))


def _first(contract: Contract) -> tuple[bool, bool, Decimal, str]:
    """Of several contracts on a coin the one that is taken comes first."""
    leaving = contract.condition != "trading" or contract.ends is not None
    return leaving, contract.settle != "USDT", contract.multiplier * contract.lot, contract.symbol


@dataclass(frozen=True, slots=True)
class Health:
    """How a venue answers now.

    circuit: `closed` while prices are asked for, `opened` while they are not, `half-opened` while one probes,
    `waiting` while the venue wants fewer. calls: requests in the last minute. problems: one sentence for each
    figure that is refused now. events: what the venue changed lately, each with its time. ahead: how far this
    machine's clock is ahead of the venue's, None where that is not known.
    """

    circuit: str = "closed"
    calls: int = 0
    problems: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ahead: timedelta | None = None


class Market(Protocol):
    """Where figures come from: one venue. Every method may raise NoData, naming what failed.

    remarks: sentences that every answer from this market must say.
    """

    venue: str
    simulated: bool
    remarks: tuple[str, ...]

    @property
    def health(self) -> Health:
        """How the venue answers now."""
        ...

    def favour(self, assets: Collection[str]) -> None:
        """Ask for the figures of these assets first where they come one contract at a time."""
        ...

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol."""
        ...

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, in bulk."""
        ...

    async def funding(self) -> Mapping[str, FundingRate]:
        """Current funding of every perpetual with its interval, in bulk."""
        ...

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        """USD per coin of assets on the venue's spot market, in bulk; an unknown one is left out."""
        ...

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        """Settlements from `since` to now of each perpetual; one that is unknown or fails is left out."""
        ...

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        """Daily closes of each asset from its day in `since` to yesterday UTC; an unknown one is left out."""
        ...

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        """Candles of `hours` (1 or 24) ending after `first`, until `last`; an unknown asset is left out."""
        ...

    async def marks(self, symbols: Collection[str], since: datetime) -> Mapping[str, Candles]:
        """Hourly candles of these contracts in quoted units, from the hour of `since` on, to now.

        Of the mark price where the venue has them, else of trades. A symbol without any is left out.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class CloseStore(Protocol):
    """Where daily closes are kept between runs."""

    async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
        """Closes known of each asset from `since` on; an asset without any is left out."""
        ...

    async def save(self, venue: str, closes: Mapping[str, Closes]) -> None:
        """Keep closes; a day that is already there is overwritten."""
        ...
