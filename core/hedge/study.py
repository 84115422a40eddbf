"""The portfolio measured: how its assets and the candidate legs move together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.beta import Floats, Sample, covariance, effectiveness, sample
from core.exposure import Exposure
from core.hedge.subset import Subset, best_subsets, non_negative
from core.market import Snapshot

HELD_OUT = 30
"""Days kept back to judge a fit that was made without them."""


@dataclass(frozen=True, slots=True)
class Study:
    """sample: aligned returns of holdings and candidates. covariance: per day, weighted, (assets, assets).

    weights (assets,): USD held of each asset over the portfolio's worth.
    """

    exposure: Exposure
    sample: Sample
    covariance: Floats
    weights: Floats

    def columns(self, assets: Iterable[str]) -> NDArray[np.intp]:
        return np.array([self.sample.assets.index(asset) for asset in assets], dtype=np.intp)

    def spread(self, legs: NDArray[np.intp], betas: Floats) -> Floats:
        """A hedge as a vector over all assets: `betas` at `legs`, zero elsewhere."""
        hedge = np.zeros(len(self.weights))
        hedge[legs] = betas
        return hedge

    def fit(self, legs: NDArray[np.intp]) -> Subset | None:
        """Non-negative joint fit of the portfolio on these columns; the subset's legs index into `legs`."""
        return _fit(self.covariance, self.weights, legs)

    def r_squared(self, legs: NDArray[np.intp]) -> float:
        """Share of the variance that these legs explain, of the holdings whose history was measured."""
        own = np.array([asset in self.sample.measured for asset in self.sample.assets])
        measured = np.where(own, self.weights, 0.0)
        if not measured.any():
            return 0.0
        found = _fit(self.covariance, measured, legs)
        if found is None:
            return 0.0
        return effectiveness(self.covariance, measured, self.spread(legs[list(found.legs)], found.betas))

    def frontier(self, legs: NDArray[np.intp]) -> list[tuple[tuple[int, ...], float]]:
        """For each number of legs the best ones (columns) and their effectiveness on days not used to fit."""
        early, late = self.sample.split(HELD_OUT)
        before = covariance(early.returns, early.weights())
        after = covariance(late.returns, np.full(late.days, 1 / late.days))
        gram, cross = before[np.ix_(legs, legs)], before[legs] @ self.weights
        return [
            (
                tuple(legs[list(found.legs)].tolist()),
                effectiveness(after, self.weights, self.spread(legs[list(found.legs)], found.betas)),
            )
            for found in best_subsets(gram, cross, self.weights[legs])
        ]

    def betas_to(self, benchmark: str) -> Floats:
        """Beta of every asset to one of them: cov / var."""
        column = self.sample.assets.index(benchmark)
        return np.asarray(self.covariance[:, column] / self.covariance[column, column])


def _fit(moves: Floats, weights: Floats, legs: NDArray[np.intp]) -> Subset | None:
    return non_negative(moves[np.ix_(legs, legs)], moves[legs] @ weights, weights[legs])


def study(exposure: Exposure, candidates: Iterable[str], snapshot: Snapshot, today: date) -> Study:
    """Measure the portfolio and the candidates on their common days; raises NoData where it cannot."""
    held = [holding.asset for holding in exposure.moving]
    found = sample(snapshot.closes, [*candidates, *held], today)
    worth = {holding.asset: float(holding.value / exposure.value) for holding in exposure.moving}
    weights = np.array([worth.get(asset, 0.0) for asset in found.assets])
    return Study(exposure, found, covariance(found.returns, found.weights()), weights)
