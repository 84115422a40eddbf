"""How alike the coins of a portfolio move, each with the benchmarks and with each other, and on bad days."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.hedge.study import Study
from core.measure.beta import Floats
from core.measure.worst_days import WorstBeta, correlations, fell_together, worst_beta, worst_days
from core.outlook.anatomy import BENCHMARKS

MOST_COINS = 8
"""Coins of the table, the largest."""


@dataclass(frozen=True, slots=True)
class Companion:
    """One coin beside the benchmarks."""

    correlations: Mapping[str, float]
    """Its correlation to each benchmark that could be measured, recent days weighing more."""
    calm: float | None
    """Its beta to the benchmark over all days, recent ones weighing more; None without a benchmark."""
    worst: WorstBeta | None
    """Its beta on the worst days of the benchmark; None where those are too few."""
    shrunk: bool = False
    """Whether part of its history is that of other coins."""


@dataclass(frozen=True, slots=True)
class BadDays:
    """What the largest coins did on the days on which the benchmark fell most."""

    days: int
    """How many days those are."""
    together: int
    """On how many of them all these coins fell."""


@dataclass(frozen=True, slots=True)
class Alike:
    """How a portfolio's coins move together."""

    companions: Mapping[str, Companion]
    """Each coin with a history of its own, the largest first, by asset."""
    table: tuple[str, ...]
    """The coins of the table below: the largest MOST_COINS."""
    matrix: Floats
    """The correlation of every two of them; (k, k)."""
    benchmark: str | None
    """The coin that the worst days are those of; None where no benchmark has enough history."""
    bad: BadDays | None
    """What the coins of the table did on them; None where they are too few, or one coin is no company."""
    spared: float
    """By which share holding all coins swings less than each of them alone would, on average by worth."""
    unknown: tuple[str, ...]
    """Coins without a history of their own: nothing can be said of them."""


def how_alike(study: Study) -> Alike:
    """Measure it on the days of the study, which must hold the benchmarks as far as they are known."""
    found = study.sample
    benchmarks = tuple(asset for asset in BENCHMARKS if asset in found.measured)
    benchmark = benchmarks[0] if benchmarks else None
    near = correlations(study.covariance)
    mine = [held.asset for held in study.exposure.moving if held.asset not in found.assumed]
    bad = worst_days(found.returns[:, _column(study, benchmark)]) if benchmark else np.array([], np.intp)
    shown = tuple(mine[:MOST_COINS])
    columns = [_column(study, asset) for asset in shown]
    return Alike(
        {asset: _companion(study, asset, benchmarks, near, found.returns[bad]) for asset in mine},
        shown,
        near[np.ix_(columns, columns)],
        benchmark,
        BadDays(len(bad), fell_together(found.returns[bad][:, columns]))
        if len(shown) > 1 and len(bad)
        else None,
        _spared(study),
        tuple(held.asset for held in study.exposure.moving if held.asset in found.assumed),
    )


def _companion(study: Study, asset: str, benchmarks: tuple[str, ...], near: Floats, bad: Floats) -> Companion:
    """bad: the returns of all assets on the worst days; (days, assets)."""
    column = _column(study, asset)
    alone = {benchmark: float(near[column, _column(study, benchmark)]) for benchmark in benchmarks}
    shrunk = asset in study.sample.shrunk
    if not benchmarks:
        return Companion(alone, None, None, shrunk)
    first = _column(study, benchmarks[0])
    calm = float(study.betas_to(benchmarks[0])[column])
    return Companion(alone, calm, worst_beta(bad[:, column], bad[:, first]), shrunk)


def _spared(study: Study) -> float:
    """1 - sigma of the whole / sum of the sigmas of its parts; 0 where nothing moves."""
    parts = float(study.weights @ np.sqrt(np.diag(study.covariance)))
    whole = float(np.sqrt(max(float(study.weights @ study.covariance @ study.weights), 0.0)))
    return 1 - whole / parts if parts > 0 else 0.0


def _column(study: Study, asset: str) -> int:
    return study.sample.assets.index(asset)
