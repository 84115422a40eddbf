"""How coins move on the days that matter: the worst ones of a benchmark; and how alike they move at all."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from core.measure.beta import Floats

WORST = 0.05
"""The share of days that count as the worst."""
LEAST_WORST = 10
"""With fewer worst days nothing is said of them."""
Z = 1.2815515655446004
"""Standard deviations to either side of the middle that hold four outcomes in five."""


@dataclass(frozen=True, slots=True)
class WorstBeta:
    """How far something fell for each percent that a benchmark fell, over its worst days."""

    beta: float
    """The figure itself."""
    low: float
    """With `high`: between these it lies, four times in five."""
    high: float
    days: int
    """How many days it was measured on."""


def worst_days(benchmark: Floats, share: float = WORST) -> NDArray[np.intp]:
    """The positions of that share of the days (days,) on which the benchmark fell most, in order of time.

    Days on which it did not fall are none of them, so that there may be fewer.
    """
    most = ceil(share * len(benchmark))
    lowest = np.argsort(benchmark, kind="stable")[:most]
    return np.sort(lowest[benchmark[lowest] < 0])


def worst_beta(returns: Floats, benchmark: Floats) -> WorstBeta | None:
    """The beta over these days, all of them falls of the benchmark; None with fewer than LEAST_WORST.

    returns, benchmark: log returns (days,). It is sum(xy) / sum(xx), a line through the origin: the worst
    days lie close together, so that a line with a constant of its own would have next to nothing to go by.
    The range is by the jackknife (Efron, 1982), with Student's t for so few days.
    """
    days = len(benchmark)
    if days < LEAST_WORST:
        return None
    both, own = returns * benchmark, benchmark * benchmark
    beta = float(both.sum() / own.sum())
    without = (both.sum() - both) / (own.sum() - own)
    error = float(np.sqrt((days - 1) / days * ((without - without.mean()) ** 2).sum()))
    reach = student(days - 1) * error
    return WorstBeta(beta, beta - reach, beta + reach, days)


def student(freedom: int) -> float:
    """The 90 % quantile of Student's t, by the expansion of Fisher and Cornish (1960); exact to 0.001 from 9
    degrees of freedom on.
    """
    first = (Z**3 + Z) / (4 * freedom)
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
    return float(Z + first + second)


def correlations(moves: Floats) -> Floats:
    """The correlation of every two columns of a covariance; (assets, assets). NaN where one does not move."""
    sigmas = np.sqrt(np.diag(moves))
    apart = np.outer(sigmas, sigmas)
    alike = np.divide(moves, apart, out=np.full_like(moves, np.nan), where=apart > 0)
    return np.asarray(np.clip(alike, -1, 1))


def fell_together(returns: Floats) -> int:
    """On how many of these days (days, assets) every asset fell."""
    return int((returns < 0).all(axis=1).sum())
