"""A contract: one tradable future of a venue, and the rules for an order in it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Literal

Condition = Literal["trading", "post only", "reduce only", "suspended"]
"""What a venue lets people do in a contract now.

post only: an order may wait in the book but not trade at once. reduce only: what is open can be closed and
nothing opened. suspended: no order at all. A contract that the venue has ended is not listed.
"""


@dataclass(frozen=True, slots=True)
class Bracket:
    """A maintenance-margin tier: from `floor` USD of notional upwards the rate is `rate`.

    `cum` is the amount that makes the tiers meet: maintenance = notional * rate - cum.
    `max_leverage` is the most that the venue allows in this tier.
    """

    floor: Decimal
    rate: Decimal
    cum: Decimal
    max_leverage: Decimal


@dataclass(frozen=True, slots=True)
class Contract:
    """One future of one venue.

    symbol: the unified name, `ETH/USDT:USDT`; `id`: the venue's own, `ETHUSDT`.
    asset: the underlying coin's canonical ticker.
    multiplier: coins of the underlying per contract; for an inverse contract, USD per contract.
    scale: how many coins the quoted price is for (1000 for 1000PEPE).
    lot, min_count, max_count: step, least and greatest size of one market order, in contracts.
    min_notional: least worth of one order in USD. tick: price step, in quoted units.
    taker_fee, maker_fee: decimals of notional. brackets: ascending by floor, first floor 0.
    brackets_assumed: the venue publishes no brackets and these are a labelled assumption.
    brokered: traded through a broker, where cash backs a whole account: no leverage is set, nothing isolated.
    """

    venue: str
    symbol: str
    id: str
    asset: str
    settle: str
    multiplier: Decimal
    lot: Decimal
    min_count: Decimal
    min_notional: Decimal
    tick: Decimal
    brackets: tuple[Bracket, ...]
    max_count: Decimal | None = None
    scale: Decimal = Decimal(1)
    inverse: bool = False
    expiry: datetime | None = None
    taker_fee: Decimal = Decimal("0.0005")
    maker_fee: Decimal = Decimal("0.0002")
    brackets_assumed: bool = False
    brokered: bool = False
    condition: Condition = "trading"
    """What can be done in it now, by the listing or, where that says more, by the venue's prices."""
    frozen_margin: bool = False
    """Whether maintenance margin of an isolated position stays what it was at its entry."""
    closing_fee: bool = False
    """Whether the fee of the closing order must be left beside it."""
    brackets_in_coins: bool = False
    """Whether the brackets of an inverse contract are counted in coins, not in USD."""
    ends: datetime | None = None
    """When the venue will end a perpetual, where it has announced that; it may have passed."""

    @property
    def perpetual(self) -> bool:
        return self.expiry is None

    @property
    def until(self) -> datetime | None:
        """When it ends: at its expiry, or as the venue has announced; None where no end is known."""
        return self.expiry or self.ends

    def offered(self, horizon: datetime) -> bool:
        """Whether a short may be opened in it and, of a perpetual, no end comes before `horizon`."""
        return self.condition == "trading" and (self.ends is None or self.ends > horizon)

    def value(self, price: Decimal) -> Decimal:
        """USD notional of one contract at the quoted `price`."""
        return self.multiplier if self.inverse else self.multiplier * price / self.scale

    def quantity(self, count: Decimal, price: Decimal) -> Decimal:
        """Coins of the underlying in `count` contracts at the quoted `price`."""
        return count * self.value(price) * self.scale / price if self.inverse else count * self.multiplier

    def least(self, price: Decimal) -> Decimal:
        """Fewest contracts one order may hold at the quoted `price`: minimum, lot and notional at once."""
        by_notional = (self.min_notional / self.value(price) / self.lot).to_integral_value(ROUND_CEILING)
        by_count = (self.min_count / self.lot).to_integral_value(ROUND_CEILING)
        return max(by_notional, by_count, Decimal(1)) * self.lot
