"""The legs that compete for what there is: those of the wish, each major, those of every number of orders.

Fewer contracts, or other ones, may need less margin for the risk they remove than a part of the usual hedge
does. Of 12 made-up portfolios with a tenth to three quarters of the cash that the whole hedge takes, the best
of these ways removed .5 to 4 points of variance less than the exact optimum over any number of legs, which
took two to four orders more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.errors import CannotHedge
from core.hedge.method import Ratio, asked_of
from core.hedge.plan import Ground, hedges_then, sized_on
from core.hedge.size import Sized
from core.hedge.toll import toll_share
from core.hedge.unseen import Removal, removals
from core.hedge.wish import LEAST_COVERAGE, Wish
from core.measure.beta import Floats

STEP = Decimal("0.0001")
"""Coverage is worked out to a hundredth of a percent."""


@dataclass(frozen=True, eq=False)
class Way:
    """One set of legs, which can be taken at any coverage up to the whole."""

    known: Ground
    """What was measured."""
    wish: Wish
    """The wish that it answers; an aim (keep, target beta) has given way to a coverage."""
    betas: dict[str, float]
    """USD short per USD of the portfolio at full coverage, by asset."""
    fixed: bool
    """As in `core.hedge.method.Ratio`."""
    then: tuple[Floats, ...]
    """The whole hedge as it would have been on the morning of each fold."""
    removal: Removal
    """What that removes."""
    toll: float
    """The share of variance that the whole hedge has to remove for what it costs: see `core.hedge.toll`."""

    @property
    def most(self) -> float:
        """The coverage of the whole hedge."""
        return float(self.wish.coverage)

    def worth(self, coverage: float) -> float:
        """The share of variance that it should remove, less what its costs and its orders have to add."""
        return self.removal.at(coverage) - coverage * self.toll - asked_of(self.betas)

    def can_be_ordered(self, coverage: float) -> bool:
        """Whether each leg is half of the smallest order at least, so that it is not rounded to nothing."""
        value = coverage * float(self.known.measured.exposure.value)
        offered = self.known.offered
        return all(value * beta >= float(offered[asset].least) / 2 for asset, beta in self.betas.items())

    def sized(self, coverage: float) -> Sized | None:
        """It in whole contracts at this coverage; None where that cannot be placed."""
        wish = as_coverage(self.wish, Decimal(repr(coverage)))
        try:
            return sized_on(self.known, wish, Ratio(self.betas, self.fixed))
        except CannotHedge:
            return None


def ways_of(known: Ground, wish: Wish, whole: Sized) -> list[Way]:
    """The legs of the whole hedge first and, where they are ours to choose, the others."""
    asked = as_coverage(wish, whole.coverage)
    fixed = bool(wish.shares) or wish.beta is not None or wish.drop is not None
    ours = not (wish.legs or fixed or wish.orders is not None or wish.target_beta is not None)
    betas = {leg.asset: leg.beta for leg in whole.legs}
    mine = hedges_then(known, wish, tuple(betas))
    first = _way(known, asked, betas, mine, removals(known.judged, [mine])[0], fixed=fixed)
    return [first, *(_others(known, asked, frozenset(betas)) if ours else ())]


def _others(known: Ground, wish: Wish, mine: frozenset[str]) -> Iterator[Way]:
    """Each major alone, and the best legs of every number, as far as those are not `mine`.

    A major alone is judged as one that was named, whether or not it is also the best single leg: otherwise
    the same order would be worth less than where its user had asked for it.
    """
    majors = [asset for asset in MAJORS if asset in known.offered and frozenset((asset,)) != mine]
    alone = {asset: _alone(known, asset) for asset in majors}
    found = removals(known.judged, list(alone.values())) if alone else []
    seen = {mine}
    for (asset, then), removal in zip(alone.items(), found, strict=True):
        beta = known.measured.beta_to(asset)
        if beta > 0:
            seen.add(frozenset((asset,)))
            yield _way(known, wish, {asset: beta}, then, removal)
    for choice in known.choices:
        if frozenset(choice.legs) not in seen:
            betas = dict(zip(choice.legs, choice.betas.tolist(), strict=True))
            yield _way(known, wish, betas, choice.then, choice.removal)


def _way(
    known: Ground,
    wish: Wish,
    betas: dict[str, float],
    then: tuple[Floats, ...],
    removal: Removal,
    *,
    fixed: bool = False,
) -> Way:
    toll = toll_share(known.measured, known.offered, betas, wish.horizon_days)
    return Way(known, wish, betas, fixed, then, removal, toll)


def _alone(known: Ground, asset: str) -> tuple[Floats, ...]:
    """The hedges by one coin alone that would have been chosen on the morning of each fold."""
    hedges = []
    for fold in known.judged:
        beta = max(fold.before.beta_to(asset), 0.0)
        hedges.append(fold.before.spread(fold.before.columns((asset,)), np.array([beta])))
    return tuple(hedges)


def as_coverage(wish: Wish, coverage: Decimal) -> Wish:
    """The wish at this coverage; an aim (keep, target beta) gives way to it."""
    return replace(wish, coverage=rounded_down(coverage), keep=None, target_beta=None)


def rounded_down(coverage: Decimal) -> Decimal:
    """A coverage that can be wished for, no larger than this one unless that is the least there is."""
    return max(coverage.quantize(STEP, ROUND_DOWN), LEAST_COVERAGE)
