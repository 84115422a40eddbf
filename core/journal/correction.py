"""Corrections of a journal: entries that take back what was recorded, and say it right."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from operator import mul

from core.domain.errors import BadInput
from core.domain.paid import index_at
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Void, Written
from core.journal.journal import Held, decimal, live_entries, value, voided

UNDO = "undo"
"""The source of entries that take a change back as a whole."""
WATCH = "watch"
"""The source of what the bot notes by itself, as it sees prices."""
_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)


def removal(entries: Iterable[Entry], held: Held) -> tuple[Void, ...]:
    """What takes the open position back, as if it had never been opened; what was closed before stays.

    Raises BadInput where its first order also closed an opposite position.
    """
    return tuple(Void(entry.number) for entry in _since_flat(entries, held))


def corrected(
    entries: Iterable[Entry], held: Held, count: Decimal, price: Decimal
) -> tuple[Void | Fill, ...]:
    """What makes the open position one of `count` contracts (above zero) with the average entry `price`.

    The orders that opened it are taken back for one that does; those that closed part of it stay, with what
    they made by the new entry. What was noted of it is taken back: it rested on the wrong
    position. Margin that came with orders goes with what they are worth, for the leverage stays. Raises
    BadInput as `removed` does.
    """
    own = _since_flat(entries, held)
    opening = [entry for entry in own if _same_side(entry.what, held)]
    fills = [entry.what for entry in opening if isinstance(entry.what, Fill)]
    closed = sum((Fraction(fill.count) for fill in fills), Fraction(0)) - Fraction(held.count)
    sign = 1 if held.count > 0 else -1
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
    """What the coin cost when these fills were at `price` on average; None where it is not known of all."""
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
    """Margin of the right order at the leverage of these; None where theirs is not known."""
    known = [fill.margin for fill in fills if fill.margin is not None]
    if len(known) < len(fills):
        return None
    before = sum(value(fill.terms, fill.count, fill.price) for fill in fills)
    share = value(right.terms, right.count, right.price) / before
    return decimal(Fraction(sum(known, Decimal(0))) * share).quantize(_PLACES, context=_ROOM)


def last_change(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What counts of the newest change made by hand that is no undoing; empty without one."""
    known = tuple(entries)
    gone = voided(known)
    live = [each for each in known if each.number not in gone and each.source not in (UNDO, "sync", WATCH)]
    newest = max((each.change for each in live), default=None)
    return tuple(each for each in live if each.change == newest)


def taken_back(entries: Iterable[Entry], change: int) -> tuple[Void, ...]:
    """What takes the change back: a void for each of its entries that still counts."""
    known = tuple(entries)
    gone = voided(known)
    return tuple(Void(each.number) for each in known if each.change == change and each.number not in gone)


def _since_flat(entries: Iterable[Entry], held: Held) -> tuple[Entry, ...]:
    """The entries of the open position, from the order that opened it on."""
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
        raise BadInput(
            f"Your {held.terms.asset} position was turned around by one order, so it cannot be corrected as "
            "a whole. Undo that order, or close the position and enter it again: /position add."
        )
    return tuple(own)


def _same_side(what: Written, held: Held) -> bool:
    return isinstance(what, Fill) and what.count * held.count > 0
