"""The hedge that the cash at hand pays for: the most risk removed at the chance of liquidation aimed at.

Each short is isolated, with its own margin, at the leverage that keeps its chance of liquidation at the
target or below. What that takes grows with the size, so cash below it pays for a part of the hedge, or for
one in fewer contracts that need less margin for the risk they remove. The best of these is taken.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from core.domain.coins.asset import MAJORS
from core.domain.errors import CannotHedge
from core.domain.holding import Holding
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge, Means
from core.hedge.method import asked_of
from core.hedge.plan import plan
from core.hedge.unmet import TooLittleCash
from core.hedge.wish import LEAST_COVERAGE, Wish

STEP = Decimal("0.0001")
"""Coverage is worked out to a hundredth of a percent."""
LESS = Decimal("0.97")
"""Where whole contracts take more than the cash, the coverage is lowered by so much and planned again."""
TRIES = 6
SHARES = (Decimal("0.25"), Decimal("0.5"), Decimal(1))
"""Parts of the whole hedge's cash whose effect is told beside the user's own."""

Planner = Callable[[Wish], Hedge | None]
"""Plans a wish for the same holdings at the same moment; None where it cannot be met."""


def hedge_within(
    holdings: Iterable[Holding],
    snapshot: Snapshot,
    wish: Wish,
    now: datetime,
    positions: Iterable[Position] = (),
) -> Hedge:
    """The hedge that answers the wish and takes no more than its cash; without a limit, `plan`.

    Raises TooLittleCash, with the least that would do, where the cash pays for no order, and what `plan`
    raises.
    """
    held, mine = tuple(holdings), tuple(positions)
    if wish.cash is None:
        return plan(held, snapshot, wish, now, mine)
    cash = wish.cash

    def planned(asked: Wish) -> Hedge | None:
        try:
            return plan(held, snapshot, asked, now, mine)
        except CannotHedge:
            return None

    # The whole hedge is planned outside `planned`, so that a wish that cannot be met at all is refused with
    # its own reason and not with a lack of cash.
    whole = plan(held, snapshot, wish, now, mine)
    if takes(whole) <= cash:
        return replace(whole, means=_means(whole, planned))
    # Fewer contracts, or other ones, may need less margin for the risk they remove than a part of the usual
    # hedge does, so all ways compete for the same cash.
    fulls = [full for way in _ways(wish, whole) if (full := planned(way)) is not None]
    found = [best for full in fulls if (best := _part_of(full, cash, planned)) is not None]
    if not found:
        # A part can fail only because its smallest order is larger than the cash in proportion would buy;
        # that one order may still be within the cash.
        smallest = [part for full in fulls if (part := _smallest(full, planned)) is not None]
        found = [part for part in smallest if takes(part) <= cash]
    if not found:
        least = min(map(takes, smallest), default=takes(whole))
        raise TooLittleCash(snapshot.venue, cash, least)
    # The same price for each order as without a limit: many small orders are not worth placing only because
    # there is little cash.
    best = max(found, key=lambda hedge: hedge.unseen - asked_of(leg.asset for leg in hedge.legs))
    return replace(best, wish=wish, means=_means(whole, planned))


def takes(hedge: Hedge) -> Decimal:
    """USD of margin and opening fees, at the chance of liquidation aimed at or the user's own leverage."""
    fees = (
        leg.notional * (leg.contract.taker_fee if hedge.wish.fee is None else hedge.wish.fee)
        for leg in hedge.legs
    )
    # Who chose a leverage accepts its odds, so nothing is put on top of the margin that this leverage takes.
    chosen = hedge.wish.leverage is not None
    extra = Decimal(0) if chosen else sum((leg.extra_margin for leg in hedge.legs), Decimal(0))
    return hedge.margin + extra + sum(fees, Decimal(0))


def _ways(wish: Wish, whole: Hedge) -> Iterator[Wish]:
    """The wish itself and, where its legs are ours to choose, every number of orders and each major alone."""
    yield wish
    if wish.legs or wish.beta is not None or wish.keep is not None or wish.target_beta is not None:
        return
    if wish.drop is not None or wish.orders is not None:
        return
    for choice in whole.frontier:
        yield replace(wish, orders=len(choice.legs))
    for major in MAJORS:
        yield replace(wish, legs=(major,))


def _part_of(full: Hedge, cash: Decimal, planned: Planner) -> Hedge | None:
    """As much of this hedge as the cash pays for; None where that is too little for any order."""
    # In proportion, as a smaller position takes no larger share of margin. What rounding to whole lots adds
    # to that, LESS takes off.
    coverage = min(full.coverage * cash / takes(full), full.coverage)
    for _ in range(TRIES):
        coverage = coverage.quantize(STEP, ROUND_DOWN)
        if coverage < LEAST_COVERAGE:
            return None
        part = planned(_sized(full.wish, coverage))
        if part is None or takes(part) <= cash:
            return part
        coverage *= LESS
    return None


def _sized(wish: Wish, coverage: Decimal) -> Wish:
    """The same legs at this coverage; an aim (keep, target beta) gives way to it."""
    return replace(wish, coverage=coverage, keep=None, target_beta=None)


def _smallest(full: Hedge, planned: Planner) -> Hedge | None:
    """The least of this hedge that can be ordered: coverage is doubled from the smallest until it can."""
    coverage = LEAST_COVERAGE
    while coverage <= full.coverage:
        part = planned(_sized(full.wish, coverage))
        if part is not None:
            return part
        coverage *= 2
    return None


def _means(whole: Hedge, planned: Planner) -> tuple[Means, ...]:
    """What parts of the cash of the whole hedge would do, the least first."""
    found = []
    for share in SHARES:
        part = whole if share == 1 else planned(_sized(whole.wish, _floor(whole.coverage * share)))
        if part is not None:
            found.append(Means(takes(part), part.unseen))
    return tuple(found)


def _floor(coverage: Decimal) -> Decimal:
    return max(coverage.quantize(STEP, ROUND_DOWN), LEAST_COVERAGE)
