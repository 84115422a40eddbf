"""A contract: one tradable future of a venue, with everything that an order in it must keep to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Literal

Condition = Literal["trading", "post only", "reduce only", "suspended"]
"""What a venue lets people do in a contract at the moment.

In a `post only` contract an order may wait in the book but not trade at once. In a `reduce only` one open
positions can be closed, but nothing new opened. In a `suspended` one no order is taken. A contract that the
venue has ended is not listed at all.
"""


@dataclass(frozen=True, slots=True)
class Bracket:
    """One tier of maintenance margin: the larger a position, the larger the share that must stay covered.

    Within the tier, maintenance margin = notional * rate - cum. Sources: the venues' own tables, read through
    ccxt.
    """

    floor: Decimal
    """The notional from which this tier applies, in USD; in coins where `Contract.brackets_in_coins` is
    set.
    """
    rate: Decimal
    """The maintenance rate of the tier, a decimal of the notional."""
    cum: Decimal
    """What is taken off, so that maintenance margin does not jump where two tiers meet. Same unit as
    `floor`.
    """
    max_leverage: Decimal
    """The highest leverage that the venue allows in this tier."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One future of one venue, as its listing describes it.

    A count of contracts is always in the venue's own contracts. A quoted price is in USD for `scale` coins.
    """

    venue: str
    """The venue's ccxt id, for example `binanceusdm`."""
    symbol: str
    """The unified name that ccxt gives to the contract at every venue, for example `ETH/USDT:USDT`."""
    id: str
    """The venue's own name for it, for example `ETHUSDT`. This is what its screen shows."""
    asset: str
    """The canonical ticker of the coin that the contract is on."""
    settle: str
    """The coin in which margin is kept and gains are paid: USDT or, for an inverse contract, the coin
    itself.
    """
    multiplier: Decimal
    """Coins in one contract; for an inverse contract, USD in one contract."""
    lot: Decimal
    """The step in which orders are sized, in contracts."""
    min_count: Decimal
    """The smallest order, in contracts."""
    min_notional: Decimal
    """The least that one order must be worth, in USD."""
    tick: Decimal
    """The step of prices, in quoted units."""
    brackets: tuple[Bracket, ...]
    """The tiers of maintenance margin, ascending by floor; the first floor is 0."""
    max_count: Decimal | None = None
    """The largest market order, in contracts; None where the venue names none."""
    scale: Decimal = Decimal(1)
    """How many coins the quoted price is for: 1000 for 1000PEPE, otherwise 1."""
    inverse: bool = False
    """Whether margin and gains are counted in the coin, and each contract is worth a fixed sum of USD."""
    expiry: datetime | None = None
    """When a dated future ends; None for a perpetual."""
    taker_fee: Decimal = Decimal("0.0005")
    """Fee of an order that trades at once, a decimal of its notional."""
    maker_fee: Decimal = Decimal("0.0002")
    """Fee of an order that waits in the book, a decimal of its notional."""
    brackets_assumed: bool = False
    """Whether the brackets are our own assumption, because the venue publishes none. It must be said."""
    brokered: bool = False
    """Whether it is traded through a broker, where cash backs a whole account: no leverage is set per
    position and no margin is isolated.
    """
    condition: Condition = "trading"
    """What can be done in it now, by the listing or, where those say more, by the venue's prices."""
    frozen_margin: bool = False
    """Whether the maintenance margin of an isolated position stays what it was at the entry."""
    closing_fee: bool = False
    """Whether the venue liquidates early enough to leave the fee of the closing order."""
    brackets_in_coins: bool = False
    """Whether the brackets of an inverse contract are counted in coins instead of USD."""
    ends: datetime | None = None
    """When the venue will end a perpetual, where it has announced that. The moment may have passed
    already.
    """

    @property
    def perpetual(self) -> bool:
        """Whether it has no expiry."""
        return self.expiry is None

    @property
    def until(self) -> datetime | None:
        """When it ends: at its expiry, or as the venue has announced; None where no end is known."""
        return self.expiry or self.ends

    def offered(self, horizon: datetime) -> bool:
        """Whether a short may be opened in it that should last until `horizon`.

        A dated future is offered even where it expires sooner, because the plan says so and can be rolled.
        """
        return self.condition == "trading" and (self.ends is None or self.ends > horizon)

    def value(self, price: Decimal) -> Decimal:
        """What one contract is worth in USD at the quoted `price`."""
        return self.multiplier if self.inverse else self.multiplier * price / self.scale

    def quantity(self, count: Decimal, price: Decimal) -> Decimal:
        """How many coins `count` contracts are at the quoted `price`."""
        return count * self.value(price) * self.scale / price if self.inverse else count * self.multiplier

    def least(self, price: Decimal) -> Decimal:
        """The smallest order in contracts that meets minimum count, lot and
        minimum notional at the quoted `price`.
        """
        # Everything is counted in lots, so that the result is one that the venue takes.
        by_notional = (self.min_notional / self.value(price) / self.lot).to_integral_value(ROUND_CEILING)
        by_count = (self.min_count / self.lot).to_integral_value(ROUND_CEILING)
        return max(by_notional, by_count, Decimal(1)) * self.lot
