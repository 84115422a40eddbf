"""Which legs to short: the best fit of a portfolio on one, two, three... candidates, with no beta below
zero.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.measure.beta import Floats

RIDGE = 0.05
"""The weight of the ridge, as a share of the mean variance of the legs."""
MOST_LEGS = 6
"""The most legs that are looked for; the search grows fast with them."""
ROUNDING_NOISE = 1e-9
"""A score must grow by more than this share to count as better.

A leg whose true coefficient is zero gets one of about 1e-17 from the solver, and its sign depends on the
processor.
"""
MOST_TURNS = 50
"""After so many rounds the bounded fit goes another way; as a rule it takes two or three."""


@dataclass(frozen=True, slots=True)
class Subset:
    """Some of the candidates, fitted together."""

    legs: tuple[int, ...]
    """Their positions among the candidates, ascending."""
    betas: Floats
    """Their coefficients, all above zero; (legs,)."""
    score: float
    """By how much the criterion of `BoundedFit` falls from having no hedge; larger is better."""


@dataclass(frozen=True, slots=True)
class BoundedFit:
    """A portfolio to be hedged by candidate legs: `system b = right` without any bound.

    Minimised over 0 <= b <= most is `b'Gb - 2 c'b + lambda |b - own|^2`, lambda = ridge * mean(diag G): the
    ridge pulls each leg to a one-for-one hedge of the coin itself (none held: to zero), so a coin is hedged
    by its own contract one for one.
    """

    system: Floats
    """(m, m): covariance of the candidates with the ridge on its diagonal."""
    right: Floats
    """(m,): covariance with the portfolio, and what the ridge pulls to."""
    plain: Floats
    """(m,): coefficient of each leg alone, cov / var: one leg has no collinearity for a ridge to tame."""
    most: Floats
    """(m,): largest coefficient of each leg; infinite where there is no bound."""
    tolls: Floats
    """(m,): how much the criterion must fall for each unit of a leg. They weigh in the choice of legs and
    not in the coefficients of those chosen.
    """

    @classmethod
    def of(
        cls,
        gram: Floats,
        cross: Floats,
        own: Floats,
        most: Floats | None,
        ridge: float = RIDGE,
        tolls: Floats | None = None,
    ) -> "BoundedFit":
        """The fit of this portfolio.

        gram (m, m): covariance of the candidates. cross (m,): their covariance with the portfolio.
        own (m,): the portfolio's weight in each candidate itself. most (m,): largest coefficient of each.
        tolls (m,): as the field.
        """
        penalty = ridge * float(np.mean(np.diag(gram)))
        return cls(
            gram + penalty * np.eye(len(gram)),
            cross + penalty * own,
            cross / np.diag(gram),
            np.full(len(gram), np.inf) if most is None else most,
            np.zeros(len(gram)) if tolls is None else tolls,
        )

    def score(self, legs: NDArray[np.intp], betas: Floats) -> float:
        """How much the criterion falls from no hedge at all."""
        return float(2 * self.right[legs] @ betas - betas @ self.system[np.ix_(legs, legs)] @ betas)

    def bounded(self, legs: NDArray[np.intp]) -> Floats:
        """The exact fit on these legs, each between zero and its bound."""
        system, right, most = self.system[np.ix_(legs, legs)], self.right[legs], self.most[legs]
        return np.asarray(bounded_fits(system[None], right[None], most[None])[0])


def bounded_fits(systems: Floats, rights: Floats, most: Floats) -> Floats:
    """The exact fits of several portfolios at once, each coefficient between zero and its bound.

    systems (fits, m, m), rights (fits, m), most (fits, m): as the fields of `BoundedFit`; a leg whose bound
    is zero stays out. The result is (fits, m).

    Each turn solves for the legs that stand at no bound, the others held where they stand, and lets those
    change places that the fit would move past a bound (an active set, all at once). Where it turns in circles
    `_by_turns` goes on.
    """
    unit, scale = np.eye(rights.shape[1]), np.diagonal(systems, axis1=1, axis2=2)
    out = most <= 0
    low, high = out, np.zeros_like(out)
    for _ in range(MOST_TURNS):
        free = ~(low | high)
        held = np.where(high, most, 0.0)
        rest = np.where(free, rights - _times(systems, held), held)
        tied = np.where(free[:, :, None] & free[:, None, :], systems, unit)
        betas = np.asarray(np.linalg.solve(tied, rest[..., None])[..., 0])
        # Where the fit would go without the bound: past it, the leg stands at the bound.
        wanted = betas + (rights - _times(systems, betas)) / scale
        now = (wanted < 0) | out, (wanted > most) & ~out
        settled = ((now[0] == low) & (now[1] == high)).all(axis=1)
        if settled.all():
            return betas
        low, high = now
    for fit in np.flatnonzero(~settled):
        betas[fit] = _by_turns(systems[fit], rights[fit], most[fit])
    return betas


def _times(systems: Floats, vectors: Floats) -> Floats:
    """Each matrix (fits, m, m) times its vector (fits, m)."""
    return np.asarray((systems @ vectors[..., None])[..., 0])


def _by_turns(system: Floats, right: Floats, most: Floats) -> Floats:
    """The same by going from leg to leg: slower, and certain to arrive."""
    betas = np.zeros(len(right))
    for _ in range(10 * MOST_TURNS):
        for leg in range(len(betas)):
            pull = right[leg] - system[leg] @ betas + system[leg, leg] * betas[leg]
            betas[leg] = min(max(pull / system[leg, leg], 0.0), most[leg])
    return betas


@lru_cache(maxsize=256)
def _choices(candidates: int, size: int) -> NDArray[np.intp]:
    return np.array(list(combinations(range(candidates), size)), dtype=np.intp)


def best_of_each(fits: list[BoundedFit], most: int = MOST_LEGS) -> list[list[Subset]]:
    """The best subset of each size 1, 2, ... up to `most` legs, for several fits on the same candidates.

    Best is what lets the criterion of `BoundedFit` fall most, less the tolls of its legs. A size that is no
    better than a smaller one without the tolls, or has no all-positive fit, is left out. A fit with a
    negative coefficient is no candidate: with that leg at zero it is a smaller subset.

    Without limits every subset is tried. With limits that takes a search of its own for each subset, tens of
    milliseconds for ten candidates, so legs are taken away one by one instead: see `_taken_away`.
    """
    systems, rights = np.array([fit.system for fit in fits]), np.array([fit.right for fit in fits])
    if any(np.isfinite(fit.most).any() for fit in fits):
        return _taken_away(fits, systems, rights, most)
    found: list[list[Subset]] = [[] for _ in fits]
    for size in range(1, min(most, len(rights[0])) + 1):
        chosen = _choices(len(rights[0]), size)
        right = rights[:, chosen]
        betas = np.linalg.solve(systems[:, chosen[:, :, None], chosen[:, None, :]], right[..., None])[..., 0]
        scores = (right * betas).sum(axis=2)
        for each, fit in enumerate(fits):
            before = found[each][-1].score if found[each] else 0.0
            better = _best(fit, chosen, betas[each], scores[each], before * (1 + ROUNDING_NOISE))
            if better is not None:
                found[each].append(better)
    return found


def _taken_away(fits: list[BoundedFit], systems: Floats, rights: Floats, most: int) -> list[list[Subset]]:
    """Good subsets of each size: from the fit on all candidates the leg missed least goes, each time.

    The best single leg is found by trying each. A size that is no better than a smaller one is left out. All
    fits go step by step together: an array operation on seven small systems takes hardly longer than on one.
    """
    limits = np.array([fit.most for fit in fits])
    tolls = np.array([fit.tolls for fit in fits])
    found: list[dict[int, Subset]] = [{} for _ in fits]
    left = np.ones(rights.shape, dtype=bool)
    while left.any():
        bounds = np.where(left, limits, 0.0)
        betas = bounded_fits(systems, rights, bounds)
        left &= betas > ROUNDING_NOISE * betas.max(axis=1, initial=0.0, keepdims=True)
        betas = np.where(left, betas, 0.0)
        scores = (betas * (2 * rights - _times(systems, betas))).sum(axis=1)
        for each, (size, fit) in enumerate(zip(left.sum(axis=1).tolist(), fits, strict=True)):
            if 1 < size <= most:
                legs = np.flatnonzero(left[each])
                found[each][size] = _subset(fit, legs, betas[each, legs], float(scores[each]))
        missed = np.where(left, _missed(systems, rights, betas, left & (betas < bounds), tolls), np.inf)
        left[np.arange(len(fits)), missed.argmin(axis=1)] = False
    return [_rising(subsets, _best_single(fit)) for subsets, fit in zip(found, fits, strict=True)]


def _rising(found: dict[int, Subset], single: Subset | None) -> list[Subset]:
    """The subsets by size, each better than all smaller ones."""
    better = [] if single is None else [single]
    for size in sorted(found):
        if found[size].score > (better[-1].score if better else 0.0) * (1 + ROUNDING_NOISE):
            better.append(found[size])
    return better


def _missed(systems: Floats, rights: Floats, betas: Floats, free: NDArray[np.bool_], tolls: Floats) -> Floats:
    """What each score loses by each leg if it goes and legs within their bounds make up for it; (fits, m).

    b_i^2 s_i + 2 g_i b_i - b_i (t_i - sum_j a_ij t_j), with s_i the variance of the leg that the `free`
    others leave (a Schur complement), g_i the slope that holds a leg at its bound, t the tolls and a_ij how
    much of leg j takes the place of one of i.
    """
    unit = np.eye(rights.shape[1])
    inverse = np.linalg.inv(np.where(free[:, :, None] & free[:, None, :], systems, unit))
    across = np.where(free[:, None, :], systems, 0.0)
    alone = np.diagonal(systems, axis1=1, axis2=2) - ((across @ inverse) * across).sum(axis=2)
    left = np.where(free, 1 / np.diagonal(inverse, axis1=1, axis2=2), alone)
    slope = np.where(free, 0.0, np.maximum(rights - _times(systems, betas), 0.0))
    saved = np.where(free, _times(inverse, tolls) * left, tolls - _times(across @ inverse, tolls))
    return np.asarray(betas**2 * left + 2 * slope * betas - betas * saved)


def _best_single(fit: BoundedFit) -> Subset | None:
    """The best leg alone, within its bound; None where none moves with the portfolio."""
    variance = np.diag(fit.system)
    betas = np.clip(fit.right / variance, 0.0, fit.most)
    scores = np.where(fit.plain > 0, 2 * fit.right * betas - variance * betas**2, -np.inf)
    leg = int(np.argmax(np.where(scores > 0, scores - fit.tolls * betas, -np.inf)))
    if scores[leg] <= 0:
        return None
    return _subset(fit, np.array([leg]), betas[[leg]], float(scores[leg]))


def _best(
    fit: BoundedFit, chosen: NDArray[np.intp], betas: Floats, scores: Floats, before: float
) -> Subset | None:
    """The best subset of one size, if it is better than `before`. betas, scores: of each of `chosen`."""
    positive: NDArray[np.bool_] = np.all(betas > 0, axis=1)
    if chosen.shape[1] == 1:  # its coefficient will be the plain one, which the ridge's pull must not make
        positive &= fit.plain[chosen[:, 0]] > 0
    better = positive & (scores > before)
    if not better.any():
        return None
    best = int(np.argmax(np.where(better, scores - (betas * fit.tolls[chosen]).sum(axis=1), -np.inf)))
    return _subset(fit, chosen[best], betas[best], float(scores[best]))


def non_negative(
    gram: Floats,
    cross: Floats,
    own: Floats,
    *,
    limits: Floats | None = None,
    ridge: float = RIDGE,
) -> Subset | None:
    """The bounded ridge fit over all candidates; None if nothing helps."""
    fit = BoundedFit.of(gram, cross, own, limits, ridge)
    betas = fit.bounded(np.arange(len(gram)))
    legs = np.flatnonzero(betas > ROUNDING_NOISE * betas.max(initial=0.0))
    if len(legs) > 1:
        return _subset(fit, legs, betas[legs], fit.score(legs, betas[legs]))
    found = best_of_each([fit], len(gram))[0]
    return max(found, key=lambda subset: subset.score, default=None)


def _subset(fit: BoundedFit, legs: NDArray[np.intp], betas: Floats, score: float) -> Subset:
    """A single leg gets its plain coefficient."""
    if len(legs) == 1:
        betas = np.minimum(fit.plain[legs], fit.most[legs])
    return Subset(tuple(legs.tolist()), betas, score)
