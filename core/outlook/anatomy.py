"""What a portfolio's movement is made of: each asset's part of it, and the beta in calm and in falls."""

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
"""What betas are given to."""
APART = 0.25
"""Calm and crash beta that differ by more than this are worth sizing for."""


@dataclass(frozen=True, slots=True)
class Part:
    """One holding, or all of them together.

    weight: of the portfolio's worth, a decimal. betas: to each benchmark that is measured. r_squared: share
    of its variance that the benchmarks explain together; None where it is assumed or nothing moves.
    variance_share: of the portfolio's variance; negative where it moves against the rest. assumed: its
    history is too short, so these figures are partly or wholly those of the other coins.
    """

    weight: float
    betas: Mapping[str, float]
    r_squared: float | None
    variance_share: float
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Anatomy:
    """parts: by asset, the largest holding first; whole: all of them.

    benchmark: what calm and crash are betas to; None, as they are, where neither benchmark has enough
    history. calm: the beta that /hedge goes by. crash: over the days on which the benchmark fell; None where
    those are too few.
    """

    parts: Mapping[str, Part]
    whole: Part
    benchmark: str | None
    calm: Fit | None
    crash: Fit | None

    @property
    def apart(self) -> bool:
        """Whether calm and crash beta are both measured and differ by more than APART."""
        if self.calm is None or self.crash is None:
            return False
        return bool(abs(self.crash.betas[0] - self.calm.betas[0]) > APART)


def anatomy(study: Study) -> Anatomy:
    """Each holding's weight, betas and part of the variance; a stablecoin has betas and shares of zero."""
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
    """Beta of these weights (assets,) to the benchmark over all days, recent ones counting more."""
    return ewma(study.sample.returns @ weights, _leg(study, benchmark), ages=study.sample.ages)


def crash_beta(study: Study, weights: Floats, benchmark: str) -> Fit | None:
    """Beta of these weights (assets,) over the days on which the benchmark fell; None where under LEAST."""
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
    """R-squared on the benchmarks jointly, days weighted as in the study: c'S^-1 c / variance."""
    legs = study.columns(benchmarks)
    variance = float(weights @ study.covariance @ weights)
    if variance <= 0 or not benchmarks:
        return None
    cross = study.covariance[legs] @ weights
    inverse = np.linalg.pinv(study.covariance[np.ix_(legs, legs)], hermitian=True)
    return float(cross @ inverse @ cross) / variance
