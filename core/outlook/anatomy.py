"""What moves a portfolio: the part of each asset in its variance, and its beta in calm times and in falls."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.domain.errors import NoData
from core.hedge.study import Study
from core.measure.beta import LEAST, Floats
from core.measure.estimator import downside, ewma
from core.measure.regression import Fit
from core.measure.risk import variance_shares

BENCHMARKS = ("BTC", "ETH")
"""The coins that betas are given to."""
APART = 0.25
"""Where calm and crash beta differ by more, it is worth sizing for the crash."""


@dataclass(frozen=True, slots=True)
class Part:
    """One holding, or all of them together."""

    weight: float
    """Its share of the portfolio's worth, a decimal."""
    betas: Mapping[str, float]
    """Its beta to each benchmark that could be measured."""
    r_squared: float | None
    """The share of its variance that the benchmarks explain together; None
    where its history is assumed or nothing moves.
    """
    variance_share: float
    """Its share of the portfolio's variance; below zero where it moves against the rest."""
    assumed: bool = False
    """Whether its history is too short, so that these figures are partly or wholly those of other coins."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a portfolio's movement is made of."""

    parts: Mapping[str, Part]
    """Each holding, the largest first, by asset."""
    whole: Part
    """All of them together."""
    benchmark: str | None
    """The coin that calm and crash are betas to; None where no benchmark has enough history."""
    calm: Fit | None
    """The beta that a plan goes by; None without a benchmark."""
    crash: Fit | None
    """The beta over days on which the benchmark fell; None where those are too few."""

    @property
    def apart(self) -> bool:
        """Whether both betas are measured and differ by more than APART."""
        if self.calm is None or self.crash is None:
            return False
        return bool(abs(self.crash.betas[0] - self.calm.betas[0]) > APART)


def anatomy(study: Study) -> Anatomy:
    """Each holding's weight, betas and part of the variance. A stablecoin has betas and shares of zero."""
    found = study.sample
    benchmarks = tuple(asset for asset in BENCHMARKS if asset in found.measured)
    benchmark = benchmarks[0] if benchmarks else None
    shares = variance_shares(study.covariance, study.weights)
    moving = {held.asset for held in study.exposure.moving}
    parts: dict[str, Part] = {}
    for held in study.exposure.holdings:
        weight = float(held.value / study.exposure.value)
        if held.asset not in moving:
            parts[held.asset] = Part(weight, dict.fromkeys(benchmarks, 0.0), None, 0.0)
            continue
        column = found.assets.index(held.asset)
        alone = np.eye(len(found.assets))[column]
        explained = None if held.asset in found.assumed else _explained(study, alone, benchmarks)
        parts[held.asset] = Part(
            weight,
            _betas(study, alone, benchmarks),
            explained,
            float(shares[column]),
            assumed=held.asset not in found.measured,
        )
    return Anatomy(
        parts,
        Part(
            1.0,
            _betas(study, study.weights, benchmarks),
            _explained(study, study.weights, benchmarks),
            float(shares.sum()),
        ),
        benchmark,
        calm_beta(study, study.weights, benchmark) if benchmark else None,
        crash_beta(study, study.weights, benchmark) if benchmark else None,
    )


def calm_beta(study: Study, weights: Floats, benchmark: str) -> Fit:
    """The beta of these weights (assets,) to the benchmark over all days, recent days weighing more."""
    return ewma(study.sample.returns @ weights, _leg(study, benchmark), ages=study.sample.ages)


def crash_beta(study: Study, weights: Floats, benchmark: str) -> Fit | None:
    """The beta of these weights (assets,) over the days on which the
    benchmark fell; None with fewer than LEAST.
    """
    try:
        fit = downside(study.sample.returns @ weights, _leg(study, benchmark), ages=study.sample.ages)
    except NoData:
        return None
    return fit if fit.days >= LEAST else None


def _leg(study: Study, benchmark: str) -> Floats:
    return study.sample.returns[:, study.columns([benchmark])]


def _betas(study: Study, weights: Floats, benchmarks: tuple[str, ...]) -> dict[str, float]:
    return {benchmark: float(weights @ study.betas_to(benchmark)) for benchmark in benchmarks}


def _explained(study: Study, weights: Floats, benchmarks: tuple[str, ...]) -> float | None:
    """R-squared on the benchmarks jointly, with the study's weights of days: c'S^-1 c / variance.

    S is the covariance of the benchmarks, c their covariance with these weights (assets,). None where nothing
    moves or there is no benchmark.
    """
    legs = study.columns(benchmarks)
    variance = float(weights @ study.covariance @ weights)
    if variance <= 0 or not benchmarks:
        return None
    cross = study.covariance[legs] @ weights
    # A pseudo-inverse, because BTC and ETH may have moved as one.
    inverse = np.linalg.pinv(study.covariance[np.ix_(legs, legs)], hermitian=True)
    return float(cross @ inverse @ cross) / variance
