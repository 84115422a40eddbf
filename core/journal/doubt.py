"""What speaks against a fill that a user tells of: it may still be right, so it is asked back first.

Each doubt is a kind with fields. Counts in them are contracts above zero, prices are in quoted units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.journal.fill import Fill, Terms
from core.journal.held import Held
from core.journal.order import Order

MOST_TIMES = Decimal(10)
"""A fill is asked back that is so many times as large as its order, or so small a part of it.

A price that is so many times as high or as low as the price now is refused.
"""
MORE_THAN_ORDERED = Decimal("1.1")
"""Fills that add up to more than this multiple of the order are asked back: 10 % may be rounding."""
MOST_OFF = Decimal("0.2")
"""A price that is farther from the price now than this share of it is asked back."""


@dataclass(frozen=True, slots=True)
class AgainstOrder:
    """The order was on the other side than the fill."""

    sold: bool
    """Whether the fill sold, so that the order buys."""


@dataclass(frozen=True, slots=True)
class FilledBefore:
    """With what is recorded already, more would be filled than was ordered."""

    before: Decimal
    """What is recorded of the order already."""
    ordered: Decimal
    """What the order is for."""
    terms: Terms
    """What one contract is."""


@dataclass(frozen=True, slots=True)
class FarFromOrdered:
    """The fill is many times as large as its order, or a very small part of it."""

    ordered: Decimal
    """What the order is for."""
    told: Decimal
    """What the fill is said to be."""
    terms: Terms
    """What one contract is."""


@dataclass(frozen=True, slots=True)
class FarFromPrice:
    """The price of the fill is far from the usual one."""

    usual: Decimal
    """The price now, or where that is not known the order's."""
    told: Decimal
    """The price of the fill as it is said to be."""


@dataclass(frozen=True, slots=True)
class TurnsAround:
    """The fill is larger than the position that it closes, which would be a short turned long or a long
    turned short.
    """

    short: bool
    """Whether the position is short now."""
    held: Decimal
    """What is open of it."""
    terms: Terms
    """What one contract is."""


Doubt = AgainstOrder | FilledBefore | FarFromOrdered | FarFromPrice | TurnsAround


def fill_doubts(
    fill: Fill, *, order: Order | None, filled: Decimal, held: Held | None, usual: Decimal | None
) -> Iterator[Doubt]:
    """What speaks against the fill.

    order: the order of a ticket that it is of; filled: contracts of that order that were recorded before,
    signed. held: what is open in the contract. usual: the price that the fill's is compared with. Each is
    None, or zero, where there is none.
    """
    size = abs(fill.count)
    if order is not None:
        asked, before = abs(order.count), abs(filled)
        if (order.count < 0) != (fill.count < 0):
            yield AgainstOrder(sold=fill.count < 0)
        elif before and before + size > asked * MORE_THAN_ORDERED:
            yield FilledBefore(before, asked, fill.terms)
        # A small rest is nothing odd once most of the order is recorded, so it is odd only as the first fill.
        if size >= asked * MOST_TIMES or (not before and size <= asked / MOST_TIMES):
            yield FarFromOrdered(asked, size, fill.terms)
    if usual is not None and abs(fill.price - usual) > usual * MOST_OFF:
        yield FarFromPrice(usual, fill.price)
    # Usually a mistyped number: whoever wants to turn a position around closes it first.
    if held is not None and held.count * (held.count + fill.count) < 0:
        yield TurnsAround(held.count < 0, abs(held.count), fill.terms)
