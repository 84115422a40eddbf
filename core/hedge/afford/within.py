"""The hedge that the cash at hand pays for: the most risk removed at the chance of liquidation aimed at.

Each short is isolated, with its own margin, at the leverage that keeps its chance of liquidation at the
target or below. What that takes grows with the size, so cash below it pays for a part of the hedge, or for
one in fewer contracts that need less margin for the risk they remove. The best of these is taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.domain.capital.mode import POOLED
from core.domain.holding import Holding
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.afford.account import account_at
from core.hedge.afford.isolated import Isolated, taken
from core.hedge.afford.pooled_plan import pooled_within
from core.hedge.afford.purse import best_part
from core.hedge.afford.ways import Way, ways_of
from core.hedge.hedge import Hedge, Means
from core.hedge.plan import ground, hedge_of, rounding_lost, sized_on
from core.hedge.size import Sized
from core.hedge.wish import Wish

SHARES = (Decimal("0.25"), Decimal("0.5"))
"""Parts of the whole hedge's cash whose effect is told beside the user's own."""


def hedge_within(
    holdings: Iterable[Holding],
    snapshot: Snapshot,
    wish: Wish,
    now: datetime,
    positions: Iterable[Position] = (),
    lying: Mapping[str, Decimal] | None = None,
) -> Hedge:
    """The hedge that answers the wish and takes no more than its cash; without a limit, `plan`.

    lying: the coins that lie at the venue, by asset. Raises TooLittleCash, with the least that would do,
    where the cash pays for no order, what `plan` raises, and what `account_at` does.
    """
    known = ground(holdings, snapshot, wish, now, positions)
    if wish.mode in POOLED:
        account = account_at(snapshot, wish.mode, lying or {}, known.measured, known.offered, now)
        return pooled_within(known, wish, account)
    # A wish that cannot be met at all is refused here with its own reason and not with a lack of cash.
    whole = sized_on(known, wish)
    if wish.cash is None:
        return hedge_of(known, wish, whole)
    ways, purse = ways_of(known, wish, whole), Isolated(known, wish, wish.cash)
    if purse.takes(whole) <= wish.cash:
        found = hedge_of(known, wish, whole, ways[0].then)
    else:
        part = best_part(ways, purse, wish.cash, snapshot.venue)
        found = replace(hedge_of(known, part.way.wish, part.sized, part.way.then), wish=wish)
    return replace(found, means=_means(purse, ways, whole))


def takes(hedge: Hedge) -> Decimal:
    """USD of margin and opening fees, at the chance of liquidation aimed at or the user's own leverage."""
    return taken(hedge.legs, hedge.wish)


def _means(purse: Isolated, ways: Sequence[Way], whole: Sized) -> tuple[Means, ...]:
    """What parts of the cash of the whole hedge would do, the least first."""
    needed, found = purse.takes(whole), []
    for cash in (needed * share for share in SHARES):
        bounds = zip(ways, purse.most_for(ways, cash), strict=True)
        best, coverage = max(bounds, key=lambda one: one[0].worth(one[1]))
        if best.can_be_ordered(coverage):
            found.append(Means(cash, best.removal.at(coverage)))
    lost = rounding_lost(ways[0].known.measured, whole)
    return (*found, Means(needed, ways[0].removal.at(float(whole.coverage)) - lost))
