"""Corrections of a journal: the entries that take back what was recorded, and say it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from operator import mul

from core.domain.errors import BadInput
from core.domain.paid import index_at
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Void, Written
from core.journal.held import Held, decimal, value
from core.journal.journal import live_entries, voided_entries

UNDO = "undo"
"""The source of entries that take back a whole change, at the user's wish."""
WATCH = "watch"
"""The source of entries that the bot writes by itself, about what it saw of prices."""
VENUE = "venue"
"""The source of entries that were taken from the trades of a connected account."""
READ = "sync"
"""The source of entries that were made from the positions of a connected account."""
_BY_ITSELF = frozenset((UNDO, WATCH, VENUE, READ))
_PLACES = Decimal("1e-12")
"""Places to which a price or a margin that had to be divided is rounded before it is recorded."""
_ROOM = Context(prec=60)
"""Enough digits that cutting a number to its places never fails."""


@dataclass(eq=False)
class TurnedAround(BadInput):
    """One order closed the position and opened the opposite one: it has no first order of its own."""

    says = "Your {asset} position was turned around by one order, so it cannot be corrected as a whole."
    asset: str


def removal(entries: Iterable[Entry], held: Held) -> tuple[Void, ...]:
    """The entries that take the open position back, as if it had never been opened. What was closed before
    stays.

    Raises BadInput where the order that opened it also closed an opposite position.
    """
    return tuple(Void(entry.number) for entry in _since_flat(entries, held))


def corrected(
    entries: Iterable[Entry], held: Held, count: Decimal, price: Decimal
) -> tuple[Void | Fill, ...]:
    """The entries that make the open position one of `count` contracts (above zero) at the average entry
    `price`.

    The orders that opened it are taken back and replaced by a single one. Orders that closed a part of it
    stay; what they made is then counted from the new entry. What the bot noted of the position is taken back
    as well, because it was judged by the wrong position. Margin changes with the worth of the orders, so that
    the leverage stays as it was. Raises BadInput as `removal` does.
    """
    own = _since_flat(entries, held)
    opening = [entry for entry in own if _same_side(entry.what, held)]
    fills = [entry.what for entry in opening if isinstance(entry.what, Fill)]
    closed = sum((Fraction(fill.count) for fill in fills), Fraction(0)) - Fraction(held.count)
    sign = 1 if held.count > 0 else -1
    # What was closed in between must have been opened too, on top of what is open now.
    total = Fraction(count) * sign + closed
    right = replace(
        fills[0],
        count=decimal(total),
        price=price,
        at=held.since,
        fee=sum((fill.fee for fill in fills), Decimal(0)),
        index=_index(fills, price),
        wanted=None,
    )
    right = replace(right, margin=_margin(fills, right))
    wrong = [entry for entry in own if entry in opening or isinstance(entry.what, Fate)]
    return (*(Void(entry.number) for entry in wrong), right)


def _index(fills: Sequence[Fill], price: Decimal) -> Decimal | None:
    """What the coin cost when these fills were at `price` on average; None
    where one fill's index is not known.
    """
    known = [fill.index for fill in fills if fill.index is not None]
    if len(known) < len(fills):
        return None
    counts = [Fraction(fill.count) for fill in fills]
    paid, index = (
        decimal(sum(map(mul, counts, map(Fraction, each)), Fraction(0)) / sum(counts))
        for each in ([fill.price for fill in fills], known)
    )
    found = index_at(price, paid, index)
    return None if found is None else found.quantize(_PLACES, context=_ROOM)


def _margin(fills: Sequence[Fill], right: Fill) -> Decimal | None:
    """The margin of the corrected order at the leverage of these fills; None
    where one fill's margin is not known.
    """
    known = [fill.margin for fill in fills if fill.margin is not None]
    if len(known) < len(fills):
        return None
    before = sum(value(fill.terms, fill.count, fill.price) for fill in fills)
    share = value(right.terms, right.count, right.price) / before
    return decimal(Fraction(sum(known, Decimal(0))) * share).quantize(_PLACES, context=_ROOM)


def last_change(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that count of the newest change that the user made by hand; empty without one.

    Undoing, synchronising and what the bot noted or read by itself are no such changes.
    """
    known = tuple(entries)
    gone = voided_entries(known)
    live = [each for each in known if each.number not in gone and each.source not in _BY_ITSELF]
    newest = max((each.change for each in live), default=None)
    return tuple(each for each in live if each.change == newest)


def taken_back(entries: Iterable[Entry], change: int) -> tuple[Void, ...]:
    """The entries that take a whole change back: a void for each of its entries that still counts."""
    known = tuple(entries)
    gone = voided_entries(known)
    return tuple(Void(each.number) for each in known if each.change == change and each.number not in gone)


def _since_flat(entries: Iterable[Entry], held: Held) -> tuple[Entry, ...]:
    """The entries of the open position, from the order that opened it on.

    Raises BadInput where that order also closed an opposite position: a part of an order cannot be taken
    back.
    """
    own: list[Entry] = []
    count, turned = Fraction(0), False
    for entry in live_entries(entries):
        what = entry.what
        if isinstance(what, Void) or (what.venue, what.symbol) != (held.venue, held.symbol):
            continue
        before = count
        if isinstance(what, Fill):
            count += Fraction(what.count)
        if not before or before * count < 0:
            own, turned = [], bool(before)
        if before or count:
            own.append(entry)
    if turned:
        raise TurnedAround(held.terms.asset)
    return tuple(own)


def _same_side(what: Written, held: Held) -> bool:
    return isinstance(what, Fill) and what.count * held.count > 0
