"""Trades that a venue told of, taken into a journal once, whoever has typed them as well.

A venue's list of trades may come in any order, twice, or with a page missing. So nothing of a contract is
taken over before its trades, together with what the journal has, come to exactly what is open at the venue.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.journal.fill import Fill, Terms

BEFORE, AFTER = timedelta(minutes=10), timedelta(days=7)
"""A fill that was typed is of trades that were made at most so long after it, and before it."""
OTHER_PRICE = Decimal("0.05")
"""A fill whose price is further from that of the trades, as a share of it, is another one."""
_PLACES = Decimal("1e-12")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Traded:
    """One trade as the venue tells it."""

    id: str
    """The venue's own name of it; it has one only once."""
    order: str
    """The order that it filled, by the venue's own name."""
    symbol: str
    """The contract's unified name."""
    count: Decimal
    """Contracts: above zero bought, below zero sold."""
    price: Decimal
    """In quoted units."""
    at: datetime
    """When it was made."""
    fee: Decimal = _NOTHING
    """USD; below zero where the venue paid."""
    reason: str | None = None
    """Why it was no order of the user's: `liquidated`, `deleveraged` or `settled`; None for one of theirs."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fill of the journal that did not come from the venue's list."""

    number: int
    """The number of its entry."""
    fill: Fill
    """What it says."""
    read: bool = False
    """Whether it was made from the venue's positions, so that it stands for all trades up to then."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be done about one contract."""

    written: tuple[tuple[Traded, Told | None], ...] = ()
    """Trades to be recorded, each with the fill of the journal that it takes the place of."""
    voided: tuple[int, ...] = ()
    """Entries of the journal to be taken back, because trades take their place, or because they were typed
    beside trades that are there already.
    """
    absorbed: tuple[Traded, ...] = ()
    """Trades that the journal has already, in a fill made from the venue's positions."""
    agrees: bool = True
    """Whether the journal has what the venue has, once this is done. Otherwise nothing is done."""


def merge(
    held: Decimal,
    told: Sequence[Told],
    known: Sequence[Traded],
    pending: Sequence[Traded],
    there: Decimal,
) -> Merge:
    """What takes the journal of one contract to what the venue has.

    held: contracts that are open by the journal, signed. told: its fills of late that did not come from the
    venue's list. known: trades of late that it has already. pending: trades that it does not have. there:
    contracts open at the venue.
    """
    read_at = max((each.fill.at for each in told if each.read), default=None)
    absorbed = tuple(each for each in pending if read_at is not None and each.at <= read_at)
    new = sorted((each for each in pending if each not in absorbed), key=lambda each: (each.at, each.id))
    typed = [each for each in told if not each.read]
    claims = dict(_claims(typed, new))
    replaced = sum((each.fill.count for each in claims), _NOTHING)
    added = sum((each.count for each in new), _NOTHING)
    if claims and held - replaced + added == there:
        owner = {trade.id: claim for claim, trades in claims.items() for trade in trades}
        written = tuple((trade, owner.get(trade.id)) for trade in new)
        return Merge(written, tuple(sorted(each.number for each in claims)), absorbed)
    if held + added == there:
        return Merge(tuple((trade, None) for trade in new), (), absorbed)
    again = next((each for each in reversed(typed) if _typed_again(each, known, held + added, there)), None)
    if again is not None:
        return Merge(tuple((trade, None) for trade in new), (again.number,), absorbed)
    return Merge(agrees=False)


def fills_of(merged: Merge, venue: str, terms: Terms) -> tuple[Fill, ...]:
    """The fills that record the trades of a merge.

    What a replaced fill knew beside its price goes over: what the plan had wanted and the price of the coin,
    and its margin, in proportion.
    """
    totals: dict[int, Decimal] = {}
    for trade, owner in merged.written:
        if owner is not None:
            totals[owner.number] = totals.get(owner.number, _NOTHING) + trade.count
    first: set[int] = set()
    found = []
    for trade, owner in merged.written:
        fill = Fill(
            venue,
            trade.symbol,
            terms,
            trade.count,
            trade.price,
            trade.at,
            trade.fee,
            reason="liquidated" if trade.reason == "liquidated" else "closed" if trade.reason else None,
        )
        if owner is not None:
            old = owner.fill
            share = trade.count / totals[owner.number]
            margin = None if old.margin is None else (old.margin * share).quantize(_PLACES)
            wanted = old.wanted if owner.number not in first else None
            fill = replace(fill, margin=margin, wanted=wanted, index=old.index)
            first.add(owner.number)
        found.append(fill)
    return tuple(found)


def _claims(typed: Iterable[Told], new: Sequence[Traded]) -> Iterator[tuple[Told, tuple[Traded, ...]]]:
    """The trades that each typed fill stands for: those of one order, or some that follow each other."""
    left = list(new)
    for each in sorted(typed, key=lambda one: (one.fill.at, one.number)):
        found = next((some for some in _groups(left, each.fill.count) if _stands_for(each.fill, some)), None)
        if found is not None:
            left = [trade for trade in left if trade not in found]
            yield each, found


def _groups(trades: Sequence[Traded], count: Decimal) -> Iterator[tuple[Traded, ...]]:
    """The trades of each order, then every run of trades on one side that come to so many contracts."""
    orders: dict[str, list[Traded]] = {}
    for trade in trades:
        orders.setdefault(trade.order, []).append(trade)
    yield from (tuple(own) for own in orders.values())
    # A run is what lies between two sums of the first trades that differ by the count. So a journal's trades,
    # whose orders are not kept, are looked through once, however many they are.
    own = [trade for trade in trades if trade.count * count > 0]
    total, begins = _NOTHING, {_NOTHING: 0}
    for end, trade in enumerate(own, 1):
        total += trade.count
        if (begin := begins.get(total - count)) is not None:
            yield tuple(own[begin:end])
        begins[total] = end


def _stands_for(fill: Fill, trades: Sequence[Traded]) -> bool:
    """Whether a typed fill tells of these trades: as many contracts, about then, at about that price."""
    count = sum((trade.count for trade in trades), _NOTHING)
    if count != fill.count:
        return False
    first, last = min(trade.at for trade in trades), max(trade.at for trade in trades)
    if not first - BEFORE <= fill.at <= last + AFTER:
        return False
    paid = sum((trade.count * trade.price for trade in trades), _NOTHING) / count
    return abs(fill.price / paid - 1) <= OTHER_PRICE


def _typed_again(told: Told, known: Sequence[Traded], held: Decimal, there: Decimal) -> bool:
    """Whether a fill was typed beside trades that the journal has, and without it both would agree."""
    if held - told.fill.count != there:
        return False
    return told_already(told.fill, known)


def told_already(fill: Fill, known: Iterable[Traded], within: timedelta = AFTER) -> bool:
    """Whether a fill that is typed tells of trades that the journal has from the venue itself.

    known: trades in its contract. within: how long after them it may be typed.
    """
    near = [trade for trade in known if trade.at - BEFORE <= fill.at <= trade.at + within]
    near.sort(key=lambda trade: (trade.at, trade.id))
    return any(_stands_for(fill, some) for some in _groups(near, fill.count))
