"""What becomes of an open position beside its fills: liquidated as far as is known, or open as the user says.

A mark at or past the liquidation price means that the venue has closed the position, wherever the price goes
afterwards. The bot cannot see the account, so it notes what it saw, counts the position as liquidated, and
asks; the answer is an entry of the journal, too, and each of them can be taken back.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

Becomes: TypeAlias = Literal["liquidated", "doubtful", "open"]
LIQUIDATED: Becomes = "liquidated"
"""The price was at or past the one at which the venue liquidates: it counts as closed, its margin lost."""
DOUBTFUL: Becomes = "doubtful"
"""The same by a liquidation price that rests on assumed margin rates: it counts as open, and is asked."""
OPEN: Becomes = "open"
"""The user says that it is still open."""

BY_MARK, BY_EXTREME, BY_USER = "mark", "extreme", "user"
"""How it came to be known: a mark, the high or low of a candle while nobody looked, the user."""

AGAIN = Decimal("0.05")
"""A position that the user called open at a price is doubted again once the price is this share beyond it."""


@dataclass(frozen=True, slots=True)
class Fate:
    """From `at` on the position in `symbol` at `venue` is `what`, as `reason` says.

    price: what the contract was at then, in quoted units; None where that was not known.
    """

    venue: str
    symbol: str
    what: Becomes
    price: Decimal | None
    at: datetime
    reason: str


def beyond(side: int, price: Decimal, limit: Decimal) -> bool:
    """Whether the price is at or past the limit, seen from a position: a short (-1) is hurt by a rise."""
    return (price - limit) * -side >= 0


def told_open(side: int, price: Decimal) -> Decimal:
    """The price from which a position is doubted again that the user called open at `price`."""
    return price * (1 - side * AGAIN)
