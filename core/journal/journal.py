"""The positions that follow from a journal.

Everything is exact: a part of something is a fraction, and only `decimal` rounds, to show it. A hedge whose
orders open and close by turns makes these fractions longer each time; beyond FINEST they are rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from itertools import groupby
from typing import TypeGuard

from core.domain.capital.mode import POOLED
from core.domain.errors import BadInput
from core.domain.holding import MOST_WORTH
from core.journal.fate import OPEN, Fate
from core.journal.fill import Entry, Fill, Margin, Void, Written
from core.journal.held import Held, gain, value

_EXACTLY = Context(prec=100, traps=[Inexact])
"""A context that raises instead of rounding. Python's default would round a sum to 28 digits without a
word.
"""
_NOTHING = Fraction(0)
FINEST = 10**600
"""The largest denominator that is kept, so that a long journal does not need longer and longer numbers."""


@dataclass(eq=False)
class WorthChanged(BadInput):
    """A fill is of contracts of another worth than those of the same name that are open."""

    says = "{symbol} on {venue} is not worth what it was when your position was opened. Close that one first."
    venue: str
    symbol: str


def voided(voids: Iterable[tuple[int, int]]) -> frozenset[int]:
    """The numbers of the entries that are taken back. What a voided void took back is not among them.

    voids: of each void its number, and that of the entry that it takes back.
    """
    gone: set[int] = set()
    # From the newest on: whether a void counts is settled by the entries after it.
    for number, taken_back in sorted(voids, reverse=True):
        if number not in gone:
            gone.add(taken_back)
    return frozenset(gone)


def voided_entries(entries: Iterable[Entry]) -> frozenset[int]:
    """The numbers of those of the entries that are taken back by others of them."""
    return voided((entry.number, entry.what.number) for entry in entries if isinstance(entry.what, Void))


def live_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The fills, margins and fates that count, by time, without those that were taken back.

    At one moment fills come first, ordered by what they say, then margins, then fates. So the order in which
    things were recorded makes no difference.
    """
    known = tuple(entries)
    gone = voided_entries(known)
    kept = [entry for entry in known if entry.number not in gone and _counts(entry.what)]
    kept.sort(key=lambda entry: _time(entry.what))
    # Few entries are of one moment, and what sorts those takes much longer than to compare times.
    moments = groupby(kept, key=lambda entry: _time(entry.what))
    return tuple(entry for _, same in moments for entry in _sorted(list(same)))


def live(entries: Iterable[Entry]) -> tuple[Fill | Margin | Fate, ...]:
    """What the entries of `live_entries` say."""
    return tuple(entry.what for entry in live_entries(entries) if _counts(entry.what))


def positions(entries: Iterable[Entry]) -> tuple[Held, ...]:
    """Every contract that the journal knows, closed ones too, by venue and symbol.

    Raises BadInput where contracts of one symbol were worth different things while some of them were open.
    """
    return folded_in((), live(entries))


def folded_in(known: Iterable[Held], later: Iterable[Fill | Margin | Fate]) -> tuple[Held, ...]:
    """The `positions` of a journal that goes on: from what is known, and what comes after all of that.

    known: the positions so far. later: in the order of `live`. Raises BadInput as `positions` does.
    """
    held = {(each.venue, each.symbol): each for each in known}
    for what in later:
        key = (what.venue, what.symbol)
        if isinstance(what, Fill):
            held[key] = _filled(held.get(key), what)
        elif key in held and held[key].count:
            held[key] = _told(held[key], what)
    return tuple(held[key] for key in sorted(held))


def open_positions(entries: Iterable[Entry]) -> tuple[Held, ...]:
    """The positions that are open."""
    return tuple(held for held in positions(entries) if held.count)


def check_fill(fill: Fill) -> None:
    """Raise BadInput unless the fill can have happened.

    It needs a number of contracts that is not zero, a price above zero, a fee that is a number, and a worth
    that an exchange could fill.
    """
    if not fill.count.is_finite() or not fill.count:
        raise BadInput(f"The number of {fill.terms.asset} contracts must be above zero.")
    if not fill.price.is_finite() or fill.price <= 0:
        raise BadInput(f"The price of {fill.terms.asset} must be above zero.")
    if not fill.fee.is_finite():
        raise BadInput(f"The fee of the {fill.terms.asset} order must be a number.")
    if abs(value(fill.terms, fill.count, fill.price)) > MOST_WORTH:
        raise BadInput(
            f"That much {fill.terms.asset} at that price is more than ${MOST_WORTH:,.0f}, which no exchange "
            "fills. Nothing was recorded. Look at the number and the price again."
        )
    check_margin(fill.terms.asset, fill.margin)


def check_margin(name: str, margin: Decimal | None) -> None:
    """Raise BadInput unless this can be the margin of a position. name: what
    to call the position in the message.
    """
    if margin is not None and (not margin.is_finite() or margin < 0):
        raise BadInput(f"The margin of {name} cannot be below zero.")


def _counts(what: Written) -> TypeGuard[Fill | Margin | Fate]:
    return not isinstance(what, Void)


def _time(what: Written) -> datetime:
    # Voids are taken out before anything is sorted.
    if isinstance(what, Void):
        raise TypeError("a void has no time")
    return what.at


def _sorted(same: list[Entry]) -> list[Entry]:
    """The entries of one moment in their order."""
    return sorted(same, key=lambda entry: _order(entry.what)) if len(same) > 1 else same


def _order(what: Written) -> tuple[object, ...]:
    """What entries of one moment are sorted by: the kind, then all that they say."""
    if isinstance(what, Fill):
        numbers = (what.count, what.price, what.fee, what.margin, what.index, what.wanted)
        return (0, what.venue, what.symbol, *((n is not None, n or Decimal(0)) for n in numbers))
    if isinstance(what, Margin):
        known = what.margin is not None
        return (1, what.venue, what.symbol, (known, what.margin or Decimal(0)), what.mode or "")
    if isinstance(what, Fate):
        return (2, what.venue, what.symbol, what.what, what.price or Decimal(0), what.reason)
    raise TypeError("a void has no order")


def _told(held: Held, what: Margin | Fate) -> Held:
    """The open position after a margin or a fate was told of it."""
    if isinstance(what, Margin):
        mode = what.mode or held.mode
        margin = None if what.margin is None or mode in POOLED else Fraction(what.margin)
        return replace(held, margin=margin, mode=mode, sure=what.at, note=None, assured=None)
    if what.what == OPEN:
        return replace(held, sure=what.at, note=None, assured=what.price)
    # What counts as liquidated cannot become merely doubtful.
    return replace(held, note=held.note if held.lost else what)


def _filled(held: Held | None, fill: Fill) -> Held:
    """The position after the fill. Raises BadInput as `positions` does."""
    fee = Fraction(fill.fee)
    if held is None:
        return _opened(fill, fill.count, realised=_NOTHING, fees=fee)
    if not held.count:
        return _opened(fill, fill.count, realised=held.realised, fees=held.fees + fee)
    if not held.terms.same(fill.terms):
        raise WorthChanged(fill.venue, fill.symbol)
    after = _EXACTLY.add(held.count, fill.count)
    if (held.count > 0) == (fill.count > 0):
        return _increased(held, fill, after)
    # An order that turns the position round closes all of it first, and opens the rest anew.
    closed = held.count if after == 0 or (after > 0) != (held.count > 0) else _EXACTLY.minus(fill.count)
    realised = _kept(held.realised + gain(held.terms, closed, held.entry, fill.price))
    fees = held.fees + fee
    if after and (after > 0) != (held.count > 0):
        return _opened(fill, after, realised=realised, fees=fees)
    left = Fraction(after) / Fraction(held.count)
    return replace(
        held,
        count=after,
        margin=None if held.margin is None else _kept(held.margin * left),
        realised=realised,
        fees=fees,
        changed=fill.at,
        sure=fill.at,
        note=None,
        assured=None,
    )


def _kept(exact: Fraction) -> Fraction:
    """The same fraction, rounded where its denominator is larger than FINEST."""
    if exact.denominator <= FINEST:
        return exact
    return Fraction(round(exact * FINEST), FINEST)


def _opened(fill: Fill, count: Decimal, *, realised: Fraction, fees: Fraction) -> Held:
    """The position that begins from nothing with `count` contracts of this fill."""
    return Held(
        fill.venue,
        fill.symbol,
        fill.terms,
        count,
        entry=Fraction(fill.price),
        margin=None if fill.margin is None or fill.mode in POOLED else Fraction(fill.margin),
        mode=fill.mode or "isolated",
        realised=realised,
        fees=fees,
        since=fill.at,
        changed=fill.at,
        sure=fill.at,
    )


def _increased(held: Held, fill: Fill, after: Decimal) -> Held:
    """The position with more contracts of the same side: its average entry moves, and margin is added.

    The new margin is known only where both margins were.
    """
    old, new, both = Fraction(held.count), Fraction(fill.count), Fraction(after)
    price = Fraction(fill.price)
    average = (old * held.entry + new * price) / both
    harmonic = both / (old / held.entry + new / price)
    mode = fill.mode or held.mode
    known = held.margin is not None and fill.margin is not None and mode not in POOLED
    return replace(
        held,
        count=after,
        entry=_kept(harmonic if held.terms.inverse else average),
        margin=Fraction(held.margin or 0) + Fraction(fill.margin or 0) if known else None,
        mode=mode,
        fees=held.fees + Fraction(fill.fee),
        changed=fill.at,
        sure=fill.at,
        note=None,
        assured=None,
    )
