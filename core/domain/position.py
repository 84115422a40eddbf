"""A position: contracts that the user has open at a venue."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Position:
    """The open contracts of one symbol."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    count: Decimal
    """Contracts that are open: above zero long, below zero short."""
    entry: Decimal
    """The average price paid, in quoted units."""
    margin: Decimal | None = None
    """What is set aside for it, in USD, or in coins for an inverse contract; None where that is unknown."""

    @property
    def short(self) -> Decimal:
        """Contracts that are short; below zero where the position is long."""
        return -self.count
