"""The measured portfolio: how its assets, and the coins that might be shorted, move together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.domain.snapshot import Snapshot
from core.measure.beta import Floats, effectiveness
from core.measure.exposure import Exposure
from core.measure.sample import Sample, sample
from core.measure.subset import Subset, non_negative


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that the choice of a hedge rests on.

    A hedge is written as a vector over all assets of the sample: USD short per USD of the portfolio.
    """

    exposure: Exposure
    """What the holdings are worth."""
    sample: Sample
    """Daily returns of the holdings and the candidates on common days; its
    `assets` give the order of all rows and columns below.
    """
    covariance: Floats
    """Covariance of the returns per day, recent days weighing more; (assets, assets)."""
    weights: Floats
    """USD held of each asset over the worth of the whole portfolio; (assets,)."""
    room: Floats | None = None
    """The largest short of each asset that its market has room for, per USD of the portfolio; (assets,).
    `core.hedge.method.AMPLE` where there is no less, or that is not known. None where no market was looked
    at.
    """

    @property
    def moving(self) -> float:
        """The share of the portfolio's worth that moves with the market, which stablecoins do not."""
        return float(self.exposure.moving_value / self.exposure.value)

    def columns(self, assets: Iterable[str]) -> NDArray[np.intp]:
        """The positions of these assets among the columns; (k,). Raises ValueError for one that is not
        there.
        """
        return np.array([self.sample.assets.index(asset) for asset in assets], dtype=np.intp)

    def spread(self, legs: NDArray[np.intp], betas: Floats) -> Floats:
        """A hedge as a vector over all assets: `betas` (k,) at the columns `legs` (k,), zero elsewhere."""
        hedge = np.zeros(len(self.weights))
        hedge[legs] = betas
        return hedge

    def fit(self, legs: NDArray[np.intp], limits: Floats | None = None) -> Subset | None:
        """The best fit of the portfolio on these columns with no coefficient below zero; None where nothing
        helps.

        limits (k,): the largest coefficient of each leg; without it there is no limit. The legs of the result
        index into `legs`, not into the columns of the study. For the formula see
        `core.measure.subset.BoundedFit`.
        """
        return _fit(self.covariance, self.weights, legs, limits)

    def sigmas(self, legs: NDArray[np.intp]) -> Floats:
        """Daily standard deviation of each leg; (k,).

        A coin without a usable history counts as wild as the wildest coin that was measured: the average
        return that stands in for its history is calmer than any single coin.
        """
        sigmas: Floats = np.sqrt(np.diag(self.covariance))
        own = np.array([asset in self.sample.measured for asset in self.sample.assets])
        return np.asarray(np.where(own, sigmas, np.maximum(sigmas, sigmas[own].max()))[legs])

    def r_squared(self, legs: NDArray[np.intp]) -> float | None:
        """The share of variance that these legs explain, of those holdings whose own history was measured.

        None where no holding was measured, 0 where the legs explain nothing.
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
        """The asset whose fall the answer works out: the only leg, or BTC where there are several legs."""
        return "BTC" if len(legs) > 1 and "BTC" in self.sample.measured else legs[0]

    def beta_to(self, benchmark: str) -> float:
        """The beta of the whole portfolio to the benchmark."""
        return float(self.weights @ self.betas_to(benchmark))

    def betas_to(self, benchmark: str) -> Floats:
        """The beta of every asset to the benchmark, cov / var; (assets,)."""
        column = self.sample.assets.index(benchmark)
        return np.asarray(self.covariance[:, column] / self.covariance[column, column])


def _fit(
    moves: Floats, weights: Floats, legs: NDArray[np.intp], limits: Floats | None = None
) -> Subset | None:
    gram, cross = moves[np.ix_(legs, legs)], moves[legs] @ weights
    return non_negative(gram, cross, weights[legs], limits=limits)


def study(exposure: Exposure, candidates: Iterable[str], snapshot: Snapshot, today: date) -> Study:
    """Measure the portfolio together with these candidates, on the days that their histories share.

    Raises NoData, naming the assets, where there is too little history.
    """
    held = [holding.asset for holding in exposure.moving]
    found = sample(snapshot.closes, [*candidates, *held], today)
    worth = {holding.asset: float(holding.value / exposure.value) for holding in exposure.moving}
    weights = np.array([worth.get(asset, 0.0) for asset in found.assets])
    return Study(exposure, found, found.moves, weights)
