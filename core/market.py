"""What is known about a venue at one moment, each figure with its own age, and the seam it comes through."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.asset import STABLECOINS
from core.contract import Contract
from core.errors import NoData

QUOTE_WARN = timedelta(minutes=3)
"""Past this age an answer says how old its prices are."""
QUOTE_REFUSE = timedelta(minutes=15)
"""Past this age a price is refused."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one contract in its quoted units: mark, index (spot), best bid and ask, and since when."""

    mark: Decimal
    at: datetime
    index: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None


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


NO_SETTLEMENTS = FundingHistory(np.array([], dtype="datetime64[s]"), np.array([], dtype=np.float64))


def _can_be(price: Decimal) -> bool:
    return price.is_finite() and price > 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is known about one venue at one moment.

    contracts, quotes, funding: by unified symbol. closes: by asset.
    simulated: the figures are made up, and every answer that rests on them must say so.
    problems: one sentence for each figure that was refused, naming it.
    """

    venue: str
    contracts: Mapping[str, Contract]
    quotes: Mapping[str, Quote]
    funding: Mapping[str, FundingRate] = field(default_factory=dict)
    closes: Mapping[str, Closes] = field(default_factory=dict)
    simulated: bool = False
    problems: tuple[str, ...] = ()

    def perpetual(self, asset: str, *, inverse: bool = False) -> Contract | None:
        """The asset's perpetual with a quote here; of several, the one with the smallest contract."""
        found = [
            contract
            for contract in self.contracts.values()
            if contract.asset == asset
            and contract.perpetual
            and contract.inverse == inverse
            and contract.symbol in self.quotes
        ]
        return min(found, key=lambda c: (c.settle != "USDT", c.multiplier * c.lot, c.symbol), default=None)

    def dated(self, asset: str, until: datetime) -> Contract | None:
        """The asset's linear future that expires first from `until` on, else its last one; None if none."""
        found = sorted(
            (
                contract
                for contract in self.contracts.values()
                if contract.asset == asset and not contract.inverse and contract.symbol in self.quotes
            ),
            key=lambda contract: contract.expiry or until,
        )
        found = [contract for contract in found if contract.expiry is not None]
        later = (contract for contract in found if contract.expiry is not None and contract.expiry >= until)
        return next(later, found[-1] if found else None)

    def quote(self, symbol: str, now: datetime) -> Quote:
        """The contract's quote; raises NoData when there is none, or it is impossible or too old to use."""
        quote = self.quotes.get(symbol)
        if quote is None:
            raise NoData(f"{self.venue} gives no price for {symbol} now. Try again in a minute.")
        if not _can_be(quote.mark) or (quote.index and not _can_be(quote.index)):
            raise NoData(f"{self.venue} gives an impossible price for {symbol} now. Try again in a minute.")
        if now - quote.at > QUOTE_REFUSE:
            minutes = int((now - quote.at).total_seconds() // 60)
            raise NoData(
                f"The last price of {symbol} on {self.venue} is {minutes} minutes old, too old to use. "
                "Try again in a minute."
            )
        return quote

    def price(self, asset: str, now: datetime) -> Decimal:
        """USD per coin: the index (spot) price where the venue gives one, else the mark; a stablecoin is 1.

        Raises NoData when the venue has no perpetual for the asset or its quote is too old.
        """
        if asset in STABLECOINS:
            return Decimal(1)
        contract = self.perpetual(asset) or self.perpetual(asset, inverse=True)
        if contract is None:
            raise NoData(f"{self.venue} has no price for {asset}.")
        quote = self.quote(contract.symbol, now)
        return (quote.index or quote.mark) / contract.scale

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
        """Age of the oldest quote that may be used, of the newest where none may; zero without any."""
        ages = sorted(now - quote.at for quote in self.quotes.values())
        usable = [age for age in ages if age <= QUOTE_REFUSE]
        return max(usable or ages[:1], default=timedelta(0))


class Market(Protocol):
    """Where figures come from: one venue. Every method may raise NoData, naming what failed."""

    venue: str
    simulated: bool

    async def contracts(self) -> Mapping[str, Contract]:
        """The rules of every active contract, by unified symbol."""
        ...

    async def quotes(self) -> Mapping[str, Quote]:
        """Mark, index, bid and ask of every contract, in bulk."""
        ...

    async def funding(self) -> Mapping[str, FundingRate]:
        """Current funding of every perpetual with its interval, in bulk."""
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
