"""The journal of a hedge, and the positions that follow from it.

Everything is exact: a share of something is a fraction, and only `decimal` rounds, for showing it. Orders
that open and close by turns make these fractions longer each time; beyond FINEST they are rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from typing import TypeGuard

from core.domain.errors import BadInput
from core.domain.holding import MOST_WORTH
from core.domain.position import Position
from core.journal.fate import LIQUIDATED, OPEN, Fate
from core.journal.fill import Entry, Fill, Margin, Terms, Void, Written

Exact = Decimal | Fraction

_EXACTLY = Context(prec=100, traps=[Inexact])
"""The default context would round a sum to 28 digits without a word."""
_SHOWN = Context(prec=34)
_NOTHING = Fraction(0)
FINEST = 10**600
"""The largest denominator that is kept, so that a long journal does not need ever longer numbers."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the journal says of one contract of a venue: what is open, and what has been made with it.

    count: contracts open now, above zero long, below zero short, 0 where all is closed. entry: their average
    price in quoted units (of an inverse contract the harmonic mean, which its worth in coins follows); where
    nothing is open, that of the last ones. margin: USD set aside for them, None where it is not known.
    realised: USD that closed contracts made by their price, those of an inverse contract at the price they
    were closed at; fees and funding are not in it. fees: USD paid in all. since: when the open position
    began from nothing, or the last one did; changed: time of the last fill. note: what was noted of the open
    position and still stands, that it was liquidated as far as is known, or may have been; any fill or margin
    told after it takes it back. assured: the price at which the user called it open; None where they did not.
    """

    venue: str
    symbol: str
    terms: Terms
    count: Decimal
    entry: Fraction
    margin: Fraction | None
    realised: Fraction
    fees: Fraction
    since: datetime
    changed: datetime
    note: Fate | None = None
    assured: Decimal | None = None

    @property
    def lost(self) -> bool:
        """Whether it counts as liquidated: it covers nothing, and its margin is gone."""
        return self.note is not None and self.note.what == LIQUIDATED

    @property
    def coins(self) -> Fraction:
        """Coins of the asset in the open contracts, signed; those of an inverse contract at its entry."""
        if self.terms.inverse:
            return (
                Fraction(self.count)
                * Fraction(self.terms.multiplier)
                * Fraction(self.terms.scale)
                / self.entry
            )
        return Fraction(self.count) * Fraction(self.terms.multiplier)

    @property
    def units(self) -> Decimal:
        """USD at a quoted price of 1 of the open contracts, above zero; of inverse ones at any price."""
        whole = abs(self.count) * self.terms.multiplier
        return whole if self.terms.inverse else whole / self.terms.scale

    @property
    def position(self) -> Position:
        """The same for a plan: entry and margin as Decimals, margin in coins for an inverse contract."""
        margin = self.margin
        if margin is not None and self.terms.inverse:
            margin = margin * Fraction(self.terms.scale) / self.entry
        return Position(
            self.venue,
            self.symbol,
            self.count,
            decimal(self.entry),
            None if margin is None else decimal(margin),
        )

    def unrealised(self, mark: Decimal) -> Fraction:
        """USD that the open contracts would make if closed at `mark` (quoted units), without fees."""
        return gain(self.terms, self.count, self.entry, mark)


def decimal(exact: Fraction) -> Decimal:
    """The fraction as a Decimal, rounded to 34 figures where it has no end."""
    return _SHOWN.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def gain(terms: Terms, count: Exact, entry: Exact, leave: Exact) -> Fraction:
    """USD made by `count` contracts (below zero: short) between two prices in quoted units, without fees.

    An inverse contract makes coins; they are valued at the price `leave` at which they are closed.
    """
    moved = Fraction(leave) - Fraction(entry)
    units = Fraction(entry) if terms.inverse else Fraction(terms.scale)
    return Fraction(count) * Fraction(terms.multiplier) * moved / units


def value(terms: Terms, count: Exact, price: Exact) -> Fraction:
    """USD that `count` contracts (signed as they) are worth at a price in quoted units."""
    dollars = Fraction(count) * Fraction(terms.multiplier)
    return dollars if terms.inverse else dollars * Fraction(price) / Fraction(terms.scale)


def voided(entries: Iterable[Entry]) -> frozenset[int]:
    """Numbers of the entries that are taken back; what a voided void took back is not among them."""
    gone: set[int] = set()
    for entry in sorted(entries, key=lambda entry: entry.number, reverse=True):
        if isinstance(entry.what, Void) and entry.number not in gone:
            gone.add(entry.what.number)
    return frozenset(gone)


def live_entries(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The fills, margins and fates that count, without those taken back, by time.

    Fills of one moment are ordered by what they say and come before margins, and these before fates: the
    order in which they were recorded does not matter.
    """
    known = tuple(entries)
    gone = voided(known)
    kept = [entry for entry in known if entry.number not in gone and _counts(entry.what)]
    return tuple(sorted(kept, key=lambda entry: _order(entry.what)))


def live(entries: Iterable[Entry]) -> tuple[Fill | Margin | Fate, ...]:
    """What the entries of `live_entries` say."""
    return tuple(entry.what for entry in live_entries(entries) if _counts(entry.what))


def positions(entries: Iterable[Entry]) -> tuple[Held, ...]:
    """Every contract that the journal knows, closed ones too, by venue and symbol.

    Raises BadInput where contracts of one symbol are worth different things while some are open.
    """
    return folded_in((), live(entries))


def folded_in(known: Iterable[Held], later: Iterable[Fill | Margin | Fate]) -> tuple[Held, ...]:
    """Those of `positions` of a journal that goes on: what is known by now, and what comes after all of it.

    later: in the order of `live`. Raises BadInput as `positions` does.
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
    """Those of `positions` that are open."""
    return tuple(held for held in positions(entries) if held.count)


def check_fill(fill: Fill) -> None:
    """Raise BadInput unless the fill can have happened: a count that is not zero, a price above zero."""
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
    """Raise BadInput unless it can be the margin of a position in `name`."""
    if margin is not None and (not margin.is_finite() or margin < 0):
        raise BadInput(f"The margin of {name} cannot be below zero.")


def _counts(what: Written) -> TypeGuard[Fill | Margin | Fate]:
    return not isinstance(what, Void)


def _order(what: Written) -> tuple[object, ...]:
    """What entries are sorted by: time, then kind, then content."""
    if isinstance(what, Fill):
        numbers = (what.count, what.price, what.fee, what.margin, what.index, what.wanted)
        return (what.at, 0, what.venue, what.symbol, *((n is not None, n or Decimal(0)) for n in numbers))
    if isinstance(what, Margin):
        return (what.at, 1, what.venue, what.symbol, (True, what.margin))
    if isinstance(what, Fate):
        return (what.at, 2, what.venue, what.symbol, what.what, what.price or Decimal(0), what.reason)
    raise TypeError("a void has no time")


def _told(held: Held, what: Margin | Fate) -> Held:
    """The open position after what was said of it."""
    if isinstance(what, Margin):
        return replace(held, margin=Fraction(what.margin), note=None, assured=None)
    if what.what == OPEN:
        return replace(held, note=None, assured=what.price)
    return replace(held, note=held.note if held.lost else what)


def _filled(held: Held | None, fill: Fill) -> Held:
    """The position after the fill."""
    fee = Fraction(fill.fee)
    if held is None:
        return _opened(fill, fill.count, realised=_NOTHING, fees=fee)
    if not held.count:
        return _opened(fill, fill.count, realised=held.realised, fees=held.fees + fee)
    if not held.terms.same(fill.terms):
        raise BadInput(
            f"{fill.symbol} on {fill.venue} is not worth what it was when your position was opened. "
            "Close that one first."
        )
    after = _EXACTLY.add(held.count, fill.count)
    if (held.count > 0) == (fill.count > 0):
        return _increased(held, fill, after)
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
        note=None,
        assured=None,
    )


def _kept(exact: Fraction) -> Fraction:
    """The same, rounded to FINEST where it is finer."""
    if exact.denominator <= FINEST:
        return exact
    return Fraction(round(exact * FINEST), FINEST)


def _opened(fill: Fill, count: Decimal, *, realised: Fraction, fees: Fraction) -> Held:
    """The position that begins from nothing with `count` contracts of the fill."""
    return Held(
        fill.venue,
        fill.symbol,
        fill.terms,
        count,
        entry=Fraction(fill.price),
        margin=None if fill.margin is None else Fraction(fill.margin),
        realised=realised,
        fees=fees,
        since=fill.at,
        changed=fill.at,
    )


def _increased(held: Held, fill: Fill, after: Decimal) -> Held:
    """More of the same side: the average entry moves, margin is added where both are known."""
    old, new, both = Fraction(held.count), Fraction(fill.count), Fraction(after)
    price = Fraction(fill.price)
    average = (old * held.entry + new * price) / both
    harmonic = both / (old / held.entry + new / price)
    known = held.margin is not None and fill.margin is not None
    return replace(
        held,
        count=after,
        entry=_kept(harmonic if held.terms.inverse else average),
        margin=Fraction(held.margin or 0) + Fraction(fill.margin or 0) if known else None,
        fees=held.fees + Fraction(fill.fee),
        changed=fill.at,
        note=None,
        assured=None,
    )
