"""Which legs: the best non-negative fit of a portfolio on one, two, three... candidate legs."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.beta import Floats

RIDGE = 0.05
"""Ridge as a share of the mean diagonal of the legs' covariance."""
MOST_LEGS = 6
"""Largest number of orders that is offered."""
ROUNDING_NOISE = 1e-9
"""A share by which a score has to grow to count as better. A leg whose true coefficient is zero gets one of
about 1e-17 from the solver, and its sign depends on the processor."""


@dataclass(frozen=True, slots=True)
class Subset:
    """`legs` are indices into the candidates, ascending; `betas` their coefficients, all positive."""

    legs: tuple[int, ...]
    betas: Floats
    score: float


@lru_cache(maxsize=256)
def _choices(candidates: int, size: int) -> NDArray[np.intp]:
    return np.array(list(combinations(range(candidates), size)), dtype=np.intp)


def best_subsets(
    gram: Floats, cross: Floats, own: Floats, *, most: int = MOST_LEGS, ridge: float = RIDGE
) -> Iterator[Subset]:
    """The best fit of each size 1, 2, ... up to `most` legs.

    A size that is no better than a smaller one, or has no all-positive fit, is left out.

    gram (m, m): covariance of the candidates. cross (m,): their covariance with the portfolio.
    own (m,): the portfolio's weight in each candidate itself. Minimised over b >= 0 is
    `b'Gb - 2 c'b + lambda |b - own|^2`, lambda = ridge * mean(diag G): the ridge pulls each leg to a
    one-for-one hedge of the coin itself (none held: to zero), so a coin is hedged by its own contract 1:1.

    A fit with a negative coefficient is no candidate: with that leg at zero it is a smaller subset.
    """
    before = 0.0
    penalty = ridge * float(np.mean(np.diag(gram)))
    system = gram + penalty * np.eye(len(gram))
    right = cross + penalty * own
    for size in range(1, min(most, len(gram)) + 1):
        chosen = _choices(len(gram), size)
        betas = np.linalg.solve(system[chosen[:, :, None], chosen[:, None, :]], right[chosen][:, :, None])[
            :, :, 0
        ]
        fits = (betas > 0).all(axis=1)
        if size == 1:  # its coefficient will be the plain one, which the ridge's pull does not make positive
            fits &= cross > 0
        scores = np.where(fits, (right[chosen] * betas).sum(axis=1), -np.inf)
        best = int(np.argmax(scores))
        if scores[best] > before * (1 + ROUNDING_NOISE):
            before = float(scores[best])
            legs = tuple(int(leg) for leg in chosen[best])
            yield Subset(legs, _refit(gram, cross, legs, betas[best]), before)


def non_negative(gram: Floats, cross: Floats, own: Floats, *, ridge: float = RIDGE) -> Subset | None:
    """The non-negative ridge fit over all candidates: the best of the best subsets; None if nothing helps."""
    penalty = ridge * float(np.mean(np.diag(gram)))
    right = cross + penalty * own
    betas: Floats = np.linalg.solve(gram + penalty * np.eye(len(gram)), right).astype(np.float64)
    if len(gram) > 1 and (betas > 0).all():  # the bound holds nothing back: no smaller subset is better
        legs = tuple(range(len(gram)))
        return Subset(legs, _refit(gram, cross, legs, betas), float(right @ betas))
    subsets = best_subsets(gram, cross, own, most=len(gram), ridge=ridge)
    return max(subsets, key=lambda subset: subset.score, default=None)


def _refit(gram: Floats, cross: Floats, legs: tuple[int, ...], betas: Floats) -> Floats:
    """A single leg has no collinearity to tame: its coefficient is the plain cov / var."""
    if len(legs) == 1:
        return np.array([cross[legs[0]] / gram[legs[0], legs[0]]])
    return betas
