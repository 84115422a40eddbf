"""Which move liquidates a pool: of the benchmark with every coin at its beta, or of one coin alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from core.margin.pooled.pool import Pool

MOST_RISE = 10.0
"""The largest rise that is looked into: tenfold on top of the price."""
LOOKS = 400
"""Points at which a way is looked at before the first crossing is narrowed down."""
WORTHLESS = 1e-9
"""What is left of a price that falls to nothing."""
STEPS = 50
"""Halvings of the interval that holds it."""


@dataclass(frozen=True, slots=True)
class JointBreak:
    """The moves that liquidate all shorts of a pool together; decimals, None where none does."""

    rise: float | None
    """Of the benchmark, every coin following at its beta."""
    fall: float | None
    """Of the benchmark likewise; from 0 to 1."""
    coin: str = ""
    """The coin whose move alone, all others standing still, liquidates soonest by its usual swings."""
    alone: float | None = None
    """Its move; below zero a fall."""


def joint_break(pool: Pool, betas: Mapping[str, float], sigmas: Mapping[str, float]) -> JointBreak:
    """Where the market's rise and fall, and the weakest coin's move alone, liquidate the pool.

    betas: of each asset to the benchmark. sigmas: daily standard deviations. A coin does not fall below 0.
    """
    along = np.array([betas[asset] for asset in pool.assets])
    rise = first_crossing(pool, along, MOST_RISE)
    fall = first_crossing(pool, -along, 1.0)
    weakest, nearest, alone = "", float("inf"), None
    for place, asset in enumerate(pool.assets):
        for sign, most in ((1.0, MOST_RISE), (-1.0, 1.0)):
            direction = np.zeros(len(along))
            direction[place] = sign
            found = first_crossing(pool, direction, most)
            if found is None or sigmas[asset] <= 0 or (found >= 1 and sign < 0):
                continue
            swings = abs(log(max(1 + sign * found, 1e-12))) / sigmas[asset]
            if swings < nearest:
                weakest, nearest, alone = asset, swings, sign * found
    return JointBreak(rise, fall, weakest, alone)


def first_crossing(pool: Pool, direction: NDArray[np.float64], most: float) -> float | None:
    """The least t up to `most` at which prices times 1 + t * direction liquidate the pool; None if none does.

    direction (assets,): the move of each asset at t = 1, a decimal. 0 for a pool that is liquidated already.
    """
    steps = np.linspace(0.0, most, LOOKS + 1)
    slack = pool.slack(_moved(direction, steps))
    past = np.flatnonzero(slack <= 0)
    if not len(past):
        return None
    if past[0] == 0:
        return 0.0
    low, high = float(steps[past[0] - 1]), float(steps[past[0]])
    for _ in range(STEPS):
        middle = (low + high) / 2
        if pool.slack(_moved(direction, np.array([middle])))[0] > 0:
            low = middle
        else:
            high = middle
    return high


def _moved(direction: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prices over those of now (n, assets); none falls to zero quite, where a dollar would be no coins."""
    return np.maximum(1 + np.outer(steps, direction), WORTHLESS)
