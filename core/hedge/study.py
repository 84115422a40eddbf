"""The portfolio measured: how its assets and the candidate legs move together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.domain.snapshot import Snapshot
from core.measure.beta import Floats, Sample, covariance, effectiveness, sample
from core.measure.exposure import Exposure
from core.measure.subset import Subset, non_negative


@dataclass(frozen=True, slots=True)
class Study:
    """sample: aligned returns of holdings and candidates. covariance: per day, weighted, (assets, assets).

    weights (assets,): USD held of each asset over the portfolio's worth.
    """

    exposure: Exposure
    sample: Sample
    covariance: Floats
    weights: Floats

    @property
    def moving(self) -> float:
        """Share of the portfolio's worth that the market moves: what stablecoins are not."""
        return float(self.exposure.moving_value / self.exposure.value)

    def columns(self, assets: Iterable[str]) -> NDArray[np.intp]:
        return np.array([self.sample.assets.index(asset) for asset in assets], dtype=np.intp)

    def spread(self, legs: NDArray[np.intp], betas: Floats) -> Floats:
        """A hedge as a vector over all assets: `betas` at `legs`, zero elsewhere."""
        hedge = np.zeros(len(self.weights))
        hedge[legs] = betas
        return hedge

    def fit(self, legs: NDArray[np.intp], limits: Floats | None = None) -> Subset | None:
        """Non-negative joint fit of the portfolio on these columns; the subset's legs index into `legs`.

        limits: largest coefficient of each, none where it is left out.
        """
        return _fit(self.covariance, self.weights, legs, limits)

    def sigmas(self, legs: NDArray[np.intp]) -> Floats:
        """Daily standard deviation of each leg; one that was not measured is as wild as the wildest that was.

        The returns that stand in for a missing history are a mean of coins, which is calmer than one coin.
        """
        sigmas: Floats = np.sqrt(np.diag(self.covariance))
        own = np.array([asset in self.sample.measured for asset in self.sample.assets])
        return np.asarray(np.where(own, sigmas, np.maximum(sigmas, sigmas[own].max()))[legs])

    def r_squared(self, legs: NDArray[np.intp]) -> float | None:
        """Share of the variance that these legs explain, of the holdings whose history was measured.

        None where none of them was.
        """
        own = np.array([asset in self.sample.measured for asset in self.sample.assets])
        measured = np.where(own, self.weights, 0.0)
        if not measured.any():
            return None
        found = _fit(self.covariance, measured, legs)
        if found is None:
            return 0.0
        return effectiveness(self.covariance, measured, self.spread(legs[list(found.legs)], found.betas))

    def benchmark(self, legs: tuple[str, ...]) -> str:
        """The asset whose fall an answer works out: the one leg, or BTC where there are several."""
        return "BTC" if len(legs) > 1 and "BTC" in self.sample.measured else legs[0]

    def beta_to(self, benchmark: str) -> float:
        """Beta of the portfolio to one asset."""
        return float(self.weights @ self.betas_to(benchmark))

    def betas_to(self, benchmark: str) -> Floats:
        """Beta of every asset to one of them: cov / var."""
        column = self.sample.assets.index(benchmark)
        return np.asarray(self.covariance[:, column] / self.covariance[column, column])


def _fit(
    moves: Floats, weights: Floats, legs: NDArray[np.intp], limits: Floats | None = None
) -> Subset | None:
    gram, cross = moves[np.ix_(legs, legs)], moves[legs] @ weights
    return non_negative(gram, cross, weights[legs], limits=limits)


def study(exposure: Exposure, candidates: Iterable[str], snapshot: Snapshot, today: date) -> Study:
    """Measure the portfolio and the candidates on their common days; raises NoData where it cannot."""
    held = [holding.asset for holding in exposure.moving]
    found = sample(snapshot.closes, [*candidates, *held], today)
    worth = {holding.asset: float(holding.value / exposure.value) for holding in exposure.moving}
    weights = np.array([worth.get(asset, 0.0) for asset in found.assets])
    return Study(exposure, found, covariance(found.returns, found.weights()), weights)
