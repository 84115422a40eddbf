"""Which move liquidates a pool: of the benchmark with every coin at its beta, or of one coin alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from core.margin.pooled.crossing import first_zeros
from core.margin.pooled.pool import Pool

_Floats = NDArray[np.float64]

MOST_RISE = 10.0
"""The largest rise that is looked into: tenfold on top of the price."""
LOOKS = 60
"""Points at which a way is looked at before the first crossing is narrowed down; they lie closest at its
beginning.
"""
WORTHLESS = 1e-9
"""What is left of a price that falls to nothing."""


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
    own = np.eye(len(along))
    directions = np.vstack([along, -along, own, -own])
    most = np.array([MOST_RISE, 1.0, *[MOST_RISE] * len(along), *[1.0] * len(along)])
    rise, fall, *singles = first_crossings(pool, directions, most)
    weakest, nearest, alone = "", float("inf"), None
    for place, found in enumerate(singles):
        asset, sign = pool.assets[place % len(along)], 1.0 if place < len(along) else -1.0
        if found is None or sigmas[asset] <= 0 or (found >= 1 and sign < 0):
            continue
        swings = abs(log(max(1 + sign * found, 1e-12))) / sigmas[asset]
        if swings < nearest:
            weakest, nearest, alone = asset, swings, sign * found
    return JointBreak(rise, fall, weakest, alone)


def first_crossings(pool: Pool, directions: _Floats, most: _Floats) -> list[float | None]:
    """For each way the least t up to its `most` at which prices times 1 + t * direction liquidate the pool.

    directions (ways, assets): the move of each asset at t = 1, a decimal. None for a way on which nothing
    does; 0 for a pool that is liquidated already.
    """

    def slack(steps: _Floats) -> _Floats:
        moved = 1 + steps[:, :, None] * directions[:, None, :]
        # none falls to zero quite, where a dollar would be no coins
        return pool.slack(np.maximum(moved, WORTHLESS).reshape(-1, moved.shape[2])).reshape(steps.shape)

    looks = most[:, None] * np.linspace(0.0, 1.0, LOOKS + 1) ** 2
    return [None if np.isnan(found) else float(found) for found in first_zeros(slack, looks)]


def first_crossing(pool: Pool, direction: _Floats, most: float) -> float | None:
    """The same for one way: direction (assets,)."""
    return first_crossings(pool, direction[None, :], np.array([most]))[0]
