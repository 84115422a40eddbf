"""What a hedge removes on days that its fit has not seen, judged over the last half year (walk-forward).

The history is cut into folds of FOLD_DAYS days, the newest last. For each fold a hedge is fitted only on the
days before it, as it would have been on that morning, and judged on the days of the fold. A single fold is
mostly noise: choosing the number of orders by the last 30 days alone was measured to cost 2 points of
effectiveness against always shorting BTC, ETH and SOL, and it promised 3 to 8 points too much.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.domain.errors import CannotHedge
from core.hedge.study import Study
from core.measure.beta import LEAST, Floats, covariance
from core.measure.subset import BoundedFit, Subset, best_of_each

FOLDS = 6
"""How many folds are judged where the history is long enough."""
FOLD_DAYS = 30
"""How many days a fold has."""
WORSE = 0.10
"""By how much days to come are taken to be worse than the folds: a share of the variance that was left there.

On recorded prices from 2021 to 2024 the plain figure promised 2 to 5 points too much; with this it is between
1 too low and 3 too high. Where everything was removed, as of a coin by its own contract, nothing is added.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """The best legs of one number, and how good so many legs were on unseen days."""

    legs: tuple[str, ...]
    """The assets to short, as the fit on all days has them."""
    effectiveness: float
    """The share of variance that the best hedge of so many legs should remove: see `expected`."""
    then: tuple[Floats, ...] = field(compare=False, repr=False, default=())
    """The hedges that would have been chosen on the morning of each fold, each a vector (assets,)."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One stretch of days, and what was known on its first morning."""

    before: Study
    """The study on the days before the fold."""
    returns: Floats
    """Daily log returns of the days in the fold; (days, assets)."""


def folds(measured: Study) -> tuple[Fold, ...]:
    """Cut a study into its folds, oldest first. A short history gives fewer folds, and shorter ones."""
    sample = measured.sample
    length = min(FOLD_DAYS, sample.days // 3)
    number = max(min(FOLDS, (sample.days - LEAST) // length), 1)
    found = []
    for at in range(sample.days - number * length, sample.days, length):
        early, late = sample.parted(at, at + length)
        before = replace(measured, sample=early, covariance=covariance(early.returns, early.weights()))
        found.append(Fold(before, late.returns))
    return tuple(found)


def expected(judged: Sequence[Fold], hedges: Sequence[Floats], coverage: float = 1.0) -> float:
    """The share of variance that a hedge should remove from now on; 1 where the portfolio does not move.

    1 - (left + WORSE * coverage^2 * missed) / bare. Over the days of all folds together, bare is the variance
    of the portfolio, left that with the hedge taken at `coverage`, and missed that with the whole hedge.

    hedges: for each fold the whole hedge, (assets,).
    """
    bare = left = missed = 0.0
    for fold, hedge in zip(judged, hedges, strict=True):
        weights, days = fold.before.weights, len(fold.returns)
        bare += float(np.var(fold.returns @ weights)) * days
        whole = float(np.var(fold.returns @ (weights - hedge))) * days
        missed += whole
        left += whole if coverage == 1 else float(np.var(fold.returns @ (weights - coverage * hedge))) * days
    return 1 - (left + WORSE * coverage**2 * missed) / bare if bare > 0 else 1.0


def sized_anew(judged: Sequence[Fold], sized: Callable[[Study], dict[str, float]]) -> tuple[Floats, ...]:
    """The hedge (assets,) that a method would have given on the morning of each fold; zeros where it gave
    none.

    sized: the method; from a study it gives USD short per USD of the portfolio by asset, or raises
    CannotHedge.
    """
    hedges = []
    for fold in judged:
        try:
            betas = sized(fold.before)
        except CannotHedge:  # what had moved against the coins until then was not shorted then
            betas = {}
        legs = fold.before.columns(betas)
        hedges.append(fold.before.spread(legs, np.array(list(betas.values()))))
    return tuple(hedges)


def frontier(
    measured: Study, candidates: tuple[str, ...], limits: Floats, judged: Sequence[Fold]
) -> tuple[Choice, ...]:
    """For each number of legs the best ones, and what so many legs removed on unseen days.

    limits (candidates,): the largest short of each, in USD per USD of the portfolio.
    """
    now, *then = best_of_each(
        [_fit(study, candidates, limits) for study in (measured, *(fold.before for fold in judged))]
    )
    choices = []
    for found in now:
        hedges = tuple(_as_many(measured, candidates, then, len(found.legs)))
        legs = tuple(candidates[leg] for leg in found.legs)
        choices.append(Choice(legs, expected(judged, hedges), hedges))
    return tuple(choices)


def _fit(study: Study, candidates: tuple[str, ...], limits: Floats) -> BoundedFit:
    legs = study.columns(candidates)
    moves = study.covariance
    return BoundedFit.of(moves[np.ix_(legs, legs)], moves[legs] @ study.weights, study.weights[legs], limits)


def _as_many(
    measured: Study, candidates: tuple[str, ...], then: Sequence[Sequence[Subset]], most: int
) -> Iterator[Floats]:
    """For each fold the hedge (assets,) of at most `most` legs that was best
    then; zeros where nothing helped.
    """
    legs = measured.columns(candidates)
    for found in then:
        fitting = [one for one in found if len(one.legs) <= most]
        yield (
            measured.spread(legs[list(fitting[-1].legs)], fitting[-1].betas)
            if fitting
            else np.zeros(len(measured.weights))
        )
