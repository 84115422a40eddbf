"""A position: a contract that the user has open on a venue."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """`count` contracts of `symbol` (unified name) at `venue`: positive long, negative short.

    entry: average price in quoted units. margin: USD (coins for an inverse contract) set aside for it, None
    where it is unknown.
    """

    venue: str
    symbol: str
    count: Decimal
    entry: Decimal
    margin: Decimal | None = None

    @property
    def short(self) -> Decimal:
        """Contracts shorted; negative where the position is long."""
        return -self.count
