"""How far the gain of a portfolio may be from what is expected of it, in shares of its worth.

All of it rests on the measured covariance of a day (`core.hedge.study`). The ends of a range are multiples of
a spread, and the multiples are constants: the tenth and ninetieth percentile of (outcome - expected) / spread
on recorded prices of 24 coins from June 2019 to 2024, for baskets and single coins. They are not
those of a bell curve: coins have fatter tails, spells of calm and of storm, and a hedge fits the days that it
was sized on better than the days that come.

`python -m tests.benchmarks hedge_quality` measures them again, and says how often ranges held on days that
their constants had not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.hedge.study import Study
from core.measure.beta import Floats


@dataclass(frozen=True, slots=True)
class Multiples:
    """The two ends of a range, in spreads."""

    low: float
    """The lower end; below zero."""
    high: float
    """The upper end."""


SWING_BARE = Multiples(-1.01, 1.58)
"""Of coins without a hedge, in standard deviations of the horizon."""
SWING_HEDGED = Multiples(-1.24, 1.42)
"""Of coins with their hedge, likewise."""
FALL_BARE = Multiples(-0.82, 0.84)
"""Of coins after a move of the benchmark, in standard deviations of what it leaves open, see `days_of`."""
FALL_HEDGED = Multiples(-1.46, 1.67)
"""Of coins with their hedge after such a move, likewise."""
DAYS_A_MOVE = 70.0
"""Days of other moves for a move of the whole price: 14 for a fall of 20 %."""
BASIS = 0.0002
"""The share of a short's variance by which it does not follow its own coin: a perpetual against spot removes
.9998 of it at least.
"""


def deviation(study: Study, weights: Floats, shorted: Floats, named: Iterable[str] = ()) -> float:
    """The standard deviation of a day that is left open once the moves of the named coins are known.

    weights, shorted (assets,): USD held and USD short of each asset per USD of the portfolio. The variance is
    v'(C - C_n C_nn^-1 C_n')v of v = weights - shorted, and BASIS of what each short varies by itself.
    """
    moves, left = study.covariance, weights - shorted
    columns = study.columns(named)
    variance = float(left @ moves @ left)
    if len(columns):
        cross = moves[columns] @ left
        # A pseudo-inverse, because the named coins may have moved as one.
        inverse = np.linalg.pinv(moves[np.ix_(columns, columns)], hermitian=True)
        variance -= float(cross @ inverse @ cross)
    apart = BASIS * float(shorted**2 @ np.diag(moves))
    # Rounding may leave a variance of nothing a little below zero.
    return sqrt(max(variance, 0.0) + apart)


def days_of(study: Study, shorted: Floats, moves: Mapping[str, float]) -> float:
    """For how many days of other moves these moves of the named coins leave room.

    Without a hedge it is DAYS_A_MOVE times the largest of them. With one it is as many days as the moves are
    daily standard deviations, the root of r'C_nn^-1 r: where BTC moves 3 % a day, a fall of 20 % takes about
    seven days. How long it will take is not known beforehand; of several ways to guess it, these held best.
    """
    if not shorted.any():
        return DAYS_A_MOVE * max(map(abs, moves.values()), default=0.0)
    columns = study.columns(moves)
    sizes = np.array(list(moves.values()))
    inverse = np.linalg.pinv(study.covariance[np.ix_(columns, columns)], hermitian=True)
    return sqrt(max(float(sizes @ inverse @ sizes), 0.0))


def swing_ends(study: Study, weights: Floats, shorted: Floats, days: float) -> tuple[float, float]:
    """What the portfolio makes over so many days four times in five, as shares of its worth."""
    ends = SWING_HEDGED if shorted.any() else SWING_BARE
    spread = deviation(study, weights, shorted) * sqrt(days)
    return ends.low * spread, ends.high * spread


def move_ends(
    study: Study, weights: Floats, shorted: Floats, moves: Mapping[str, float]
) -> tuple[float, float]:
    """How far it may be off what is expected of it after these moves, four times in five; shares of its
    worth.
    """
    ends = FALL_HEDGED if shorted.any() else FALL_BARE
    spread = deviation(study, weights, shorted, moves) * sqrt(days_of(study, shorted, moves))
    return ends.low * spread, ends.high * spread
