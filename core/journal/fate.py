"""What becomes of an open position besides its fills: liquidated as far as is known, or open as the user
says.

A venue liquidates a position as soon as its mark reaches the liquidation price, wherever the price goes
afterwards. The bot cannot see the account. So it notes what it saw, counts the position as liquidated, and
asks the user. The answer is an entry of the journal too, and every such entry can be taken back.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

Becomes: TypeAlias = Literal["liquidated", "doubtful", "open"]
"""What may be said of an open position."""
LIQUIDATED: Becomes = "liquidated"
"""The price reached the liquidation price: the position counts as closed, and its margin as lost."""
DOUBTFUL: Becomes = "doubtful"
"""The same where the liquidation price rests on assumed margin rates: it
counts as open, and the user is asked.
"""
OPEN: Becomes = "open"
"""The user says that the position is still open."""

BY_MARK, BY_EXTREME, BY_USER, BY_ACCOUNT = "mark", "extreme", "user", "account"
"""How it came to be known: by a mark that was seen, by the high or low of a
candle of a time when nobody looked, from the user, or from their account at the venue.
"""

AGAIN = Decimal("0.05")
"""A position that the user called open at some price is doubted again once the price is this share beyond
it.
"""


@dataclass(frozen=True, slots=True)
class Fate:
    """What is known of one position from a moment on."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    what: Becomes
    """What has become of the position."""
    price: Decimal | None
    """What the contract was at then, in quoted units; None where that was not known."""
    at: datetime
    """Since when."""
    reason: str
    """How it is known: `BY_MARK`, `BY_EXTREME`, `BY_USER` or `BY_ACCOUNT`."""


def beyond(side: int, price: Decimal, limit: Decimal) -> bool:
    """Whether a price is at the limit or past it, as seen from a position: a
    rise hurts a short (side -1), a fall a long (side +1).
    """
    return (price - limit) * -side >= 0


def told_open(side: int, price: Decimal) -> Decimal:
    """The price from which on a position is doubted again that the user called open at `price`."""
    return price * (1 - side * AGAIN)
