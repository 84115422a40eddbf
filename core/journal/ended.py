"""The end of a position that the venue itself closed: the fill that records
it, and the most it can have lost.
"""

from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from core.journal.fill import Fill
from core.journal.held import Held, decimal

LIQUIDATED, CLOSED, DELEVERAGED, SETTLED = "liquidated", "closed", "deleveraged", "settled"
"""Why a venue closed a position: it was liquidated; nobody knows why; it was in profit, and those who lost
could not pay; its contract ended.
"""
BY_VENUE = frozenset({LIQUIDATED, CLOSED, DELEVERAGED, SETTLED})
"""The reasons of fills that were no order of the user's, because the venue itself closed the position."""
_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)


def used_up(held: Held) -> Decimal | None:
    """The price, in quoted units, at which the position's isolated margin is used up.

    Whatever price a liquidated position was really closed at, it loses its margin and no more, so it is
    counted as closed at this price: entry - side * margin * scale / (count * multiplier), or for an inverse
    contract count * multiplier * entry / (count * multiplier + side * margin). side is +1 long, -1 short. It
    is rounded towards the entry. None where the margin is not known, or no price uses it up.
    """
    if held.margin is None or not held.count or not held.margin:
        return None
    side = 1 if held.count > 0 else -1
    worth = abs(Fraction(held.count)) * Fraction(held.terms.multiplier)
    if held.terms.inverse:
        # In coins: worth / entry - side * worth / price is lost; the margin in coins is margin / entry.
        left = worth + side * held.margin
        price = worth * held.entry / left if left > 0 else None
    else:
        price = held.entry - side * held.margin * Fraction(held.terms.scale) / worth
    if price is None or price <= 0:
        return None
    rounding = ROUND_CEILING if side > 0 else ROUND_FLOOR
    return decimal(price).quantize(_PLACES, rounding, _ROOM)


def closing_fill(held: Held, price: Decimal, at: datetime, reason: str, index: Decimal | None = None) -> Fill:
    """The fill by which the venue closed the whole position at this price. index: what the coin cost then."""
    return Fill(held.venue, held.symbol, held.terms, -held.count, price, at, index=index, reason=reason)


def likely_reason(held: Held, price: Decimal, at: datetime, *, listed: bool = True) -> str:
    """Why a venue most likely closed a position at this price (quoted units), where it did so itself.

    A contract that ended, or is listed no more, was settled. Of the others a venue liquidates those in loss,
    and takes away those in profit.
    """
    ends = held.terms.expiry
    if not listed or (ends is not None and ends <= at):
        return SETTLED
    made = held.unrealised(price)
    return LIQUIDATED if made < 0 else DELEVERAGED if made > 0 else CLOSED


def by_venue(fill: Fill) -> bool:
    """Whether the venue itself closed what this fill closes."""
    return fill.reason in BY_VENUE


def noted_end(held: Held) -> Fill | None:
    """The fill that a position was ended by that was noted at its liquidation price, once it is known to be
    gone; None where nothing is noted, or its margin is not known.
    """
    price = used_up(held)
    if held.note is None or price is None:
        return None
    index = held.note.price if held.terms.expiry is None else None
    return closing_fill(held, price, max(held.note.at, held.changed), LIQUIDATED, index)


def as_liquidated(held: Held) -> Fill | None:
    """The fill that a position noted as liquidated counts as; None for any other position."""
    return noted_end(held) if held.lost else None
