"""Random problems of fitting and rounding, made from a seed."""

from dataclasses import dataclass

import numpy as np

from core.measure.beta import Floats
from core.measure.subset import MOST_LEGS, RIDGE, BoundedFit, Subset, best_of_each


@dataclass(frozen=True)
class Fit:
    """A portfolio to fit on candidates: see `core.measure.subset.BoundedFit`."""

    gram: Floats
    cross: Floats
    own: Floats


def random_fit(seed: int, candidates: int) -> Fit:
    """Candidates that move together with a portfolio that holds some of them and one coin more."""
    rng = np.random.default_rng(seed)
    market = rng.standard_normal((300, 1)) * 0.03
    loadings = rng.uniform(0.3, 1.8, candidates + 1)
    noise = rng.uniform(0.005, 0.05, candidates + 1)
    returns = market * loadings + noise * rng.standard_normal((300, candidates + 1))
    moves = np.cov(returns, rowvar=False, ddof=0)
    own = rng.random(candidates) * (rng.random(candidates) < 0.5)
    weights = np.append(own, rng.random())
    return Fit(moves[:candidates, :candidates], moves[:candidates] @ weights, own)


def best_subsets(
    gram: Floats,
    cross: Floats,
    own: Floats,
    *,
    limits: Floats | None = None,
    most: int = MOST_LEGS,
    ridge: float = RIDGE,
) -> list[Subset]:
    """The best fit of each size of one portfolio."""
    return best_of_each([BoundedFit.of(gram, cross, own, limits, ridge)], most)[0]


def random_covariance(seed: int, legs: int, togetherness: float) -> Floats:
    """Covariance of legs, each pair correlated by `togetherness`; near 1 it is nearly singular."""
    sigmas = np.random.default_rng(seed).uniform(0.02, 0.06, legs)
    correlation = togetherness + (1 - togetherness) * np.eye(legs)
    return np.asarray(np.outer(sigmas, sigmas) * correlation)
