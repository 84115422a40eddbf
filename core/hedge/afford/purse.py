"""What pays for a hedge, and the best hedge that it pays for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import Protocol

from core.hedge.afford.ways import Way
from core.hedge.plan import rounding_lost
from core.hedge.size import Sized
from core.hedge.unmet import TooLittleCash
from core.hedge.wish import LEAST_COVERAGE

MOST_TRIES = 60
"""The most hedges that are made in whole contracts in a search; two or three are usual."""


class Purse(Protocol):
    """What there is to back a hedge."""

    def most(self, ways: Sequence[Way]) -> list[float]:
        """The coverage of each way that it surely cannot exceed, before contracts are whole."""
        ...

    def takes(self, sized: Sized) -> Decimal:
        """USD of cash that a hedge in whole contracts takes."""
        ...

    def lower(self, coverage: float, sized: Sized) -> float | None:
        """A lower coverage to try where these contracts take too much; None where they do not."""
        ...


@dataclass(frozen=True, slots=True)
class Affordable:
    """A hedge that the purse pays for."""

    way: Way
    """Its legs."""
    sized: Sized
    """In whole contracts."""
    worth: float
    """The share of variance that it should remove, less what its orders have to add."""


def best_within(ways: Sequence[Way], purse: Purse) -> Affordable | None:
    """The best hedge that the purse pays for; None where it pays for none.

    What a way is worth before rounding, at the most that it can be, bounds what it can come to. So the most
    promising is made whole first, and the search ends where no other promises more than what was found.
    """
    queue = [
        (-way.worth(coverage), number, coverage)
        for number, (way, coverage) in enumerate(zip(ways, purse.most(ways), strict=True))
        if coverage >= LEAST_COVERAGE
    ]
    heapify(queue)
    best: Affordable | None = None
    for _ in range(MOST_TRIES):
        if not queue:
            break
        promised, number, coverage = heappop(queue)
        if best is not None and best.worth >= -promised:
            break
        way = ways[number]
        sized = way.sized(coverage)
        if sized is None:  # and nothing smaller can be placed either
            continue
        lower = purse.lower(coverage, sized)
        if lower is None:
            worth = way.worth(coverage) - rounding_lost(way.known.measured, sized)
            if best is None or worth > best.worth:
                best = Affordable(way, sized, worth)
        elif lower >= LEAST_COVERAGE:
            heappush(queue, (-way.worth(lower), number, lower))
    return best


def smallest(way: Way) -> Sized | None:
    """The least of this way that can be ordered: coverage is doubled from the smallest until it can."""
    coverage = float(LEAST_COVERAGE)
    while coverage <= way.most:
        part = way.sized(coverage)
        if part is not None:
            return part
        coverage *= 2
    return way.sized(way.most)


def best_part(ways: Sequence[Way], purse: Purse, cash: Decimal, venue: str) -> Affordable:
    """The best part that the cash pays for. Raises TooLittleCash where it pays for none."""
    best = best_within(ways, purse)
    if best is not None:
        return best
    mode = ways[0].wish.mode
    # A part can fail only because its smallest order is larger than the cash in proportion would buy; that
    # one order may still be within the cash.
    orders = [(sized, way) for way in ways if (sized := smallest(way)) is not None]
    if not orders:
        raise TooLittleCash(venue, cash, cash * 2, mode)
    least, way = min(orders, key=lambda one: purse.takes(one[0]))
    if purse.takes(least) > cash:
        raise TooLittleCash(venue, cash, purse.takes(least), mode)
    return Affordable(way, least, way.worth(float(least.coverage)))
