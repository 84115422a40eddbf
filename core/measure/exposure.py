"""What a portfolio is worth, asset by asset."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Valued:
    """A holding with its price."""

    asset: str
    """The canonical ticker."""
    quantity: Decimal
    """How many coins."""
    price: Decimal
    """USD per coin."""

    @property
    def value(self) -> Decimal:
        """What the holding is worth in USD."""
        return self.quantity * self.price


@dataclass(frozen=True)
class Exposure:
    """What a portfolio is worth."""

    holdings: tuple[Valued, ...]
    """The holdings that have a price, the largest first."""
    unpriced: tuple[str, ...] = ()
    """Assets that have no usable price now; they are in none of the figures."""

    @cached_property
    def value(self) -> Decimal:
        """USD worth of everything that has a price."""
        return sum((holding.value for holding in self.holdings), Decimal(0))

    @property
    def moving(self) -> tuple[Valued, ...]:
        """The holdings that move with the market: all but stablecoins."""
        return tuple(holding for holding in self.holdings if holding.asset not in STABLECOINS)

    @cached_property
    def moving_value(self) -> Decimal:
        """USD worth of the holdings that move with the market: what there is to hedge."""
        return sum((holding.value for holding in self.moving), Decimal(0))


def expose(holdings: Iterable[Holding], snapshot: Snapshot, now: datetime) -> Exposure:
    """Value a portfolio at the snapshot's prices. Assets without a usable price are named, not guessed.

    Holdings of one asset are added up.
    """
    quantities: dict[str, Decimal] = {}
    for holding in holdings:
        quantities[holding.asset] = quantities.get(holding.asset, Decimal(0)) + holding.quantity
    valued, unpriced = [], []
    for asset, quantity in quantities.items():
        try:
            valued.append(Valued(asset, quantity, snapshot.price(asset, now)))
        except NoData:
            unpriced.append(asset)
    valued.sort(key=lambda item: (-item.value, item.asset))
    return Exposure(tuple(valued), tuple(sorted(unpriced)))
