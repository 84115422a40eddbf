"""How likely a pool is to be liquidated within a horizon, from the swings of all its coins together.

The way to a liquidation that is likeliest is looked for: of all joint moves that leave no more than must be
kept, the one that is the fewest standard deviations away, with the coins' own covariance (the design point of
a first-order reliability method, Hasofer and Lind 1974). Its distance is turned into odds by the tail that
was measured for single coins, so a pool of one short and cash has the odds that the short alone has.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from core.margin.pooled.path import first_crossing
from core.margin.pooled.pool import Pool
from core.margin.probability import tail

STEP = 1e-4
"""The move of a log price by which slopes are measured."""
ROUNDS = 25
"""The most rounds of the search; five or six are usual."""
CLOSE = 1e-4
"""A search ends where the distance changes by less, in standard deviations."""
FAR = 12.0
"""Standard deviations beyond which nothing is looked for: the odds there are below one in ten million."""
JITTER = 1e-9
"""Added to the covariance's diagonal, relative to it, for coins that move as one."""


@dataclass(frozen=True, slots=True)
class PoolOdds:
    """How likely a liquidation is, and by which way it is likeliest."""

    probability: float
    """Within the horizon."""
    distance: float
    """Standard deviations of the horizon to the nearest liquidation; infinite where none is near."""
    way: tuple[float, ...]
    """The move of each asset on it, decimals in the order of `Pool.assets`; empty where none is near."""


def pool_odds(
    pool: Pool, covariance: NDArray[np.float64], days: float, near: PoolOdds | None = None
) -> PoolOdds:
    """The odds of a liquidation within `days`.

    covariance (assets, assets): of daily log returns, in the order of `pool.assets`. near: what was found for
    a similar pool, from which the search then begins.
    """
    size = len(pool.assets)
    if not pool.shorts:
        return PoolOdds(0.0, inf, ())
    if pool.slack(np.ones((1, size)))[0] <= 0:
        return PoolOdds(1.0, 0.0, (0.0,) * size)
    spread = np.asarray(covariance * days, dtype=np.float64)
    spread = spread + np.diag(np.maximum(np.diag(spread), 1e-16) * JITTER)
    root: NDArray[np.float64] = np.asarray(np.linalg.cholesky(spread), dtype=np.float64)
    if near is not None and near.way:
        moved = np.log1p(np.maximum(np.array(near.way), -0.999999))
        starts: list[NDArray[np.float64]] = [np.linalg.solve(root, moved)]
    else:
        starts = [np.zeros(size), *_market_moves(pool, spread, root)]
    best, where = inf, None
    for start in starts:
        distance, point = _nearest(pool, root, start)
        if distance < best:
            best, where = distance, point
    if where is None:
        return PoolOdds(0.0, inf, ())
    return PoolOdds(tail(best), best, tuple(float(move) for move in np.expm1(root @ where)))


def _market_moves(
    pool: Pool, spread: NDArray[np.float64], root: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Points at which the pool's common move, up and down, liquidates it: where a search may begin, too."""
    values, vectors = np.linalg.eigh(spread)
    common = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    common = common * np.sign(common.sum() or 1.0)
    scale = np.abs(common).max()
    found = []
    for sign, most in ((1.0, 10.0), (-1.0, 1.0)):
        at = first_crossing(pool, sign * common / scale, most) if scale > 0 else None
        if at:
            moved = np.maximum(1 + at * sign * common / scale, 1e-6)
            found.append(np.linalg.solve(root, np.log(moved)))
    return found


def _nearest(
    pool: Pool, root: NDArray[np.float64], start: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64] | None]:
    """The nearest liquidation that a search from `start` finds, in standard deviations, and where it is."""
    point = start
    best: tuple[float, NDArray[np.float64] | None] = (inf, None)
    last = inf
    for _ in range(ROUNDS):
        slack, slope = _slope(pool, root, point)
        steep = float(slope @ slope)
        if steep <= 0:
            break
        # Hasofer-Lind: the nearest point of the plane that touches the slack here
        aim = (float(slope @ point) - slack) / steep * slope
        length = float(np.linalg.norm(aim))
        if length == 0:
            break
        reached = _along(pool, root, aim / length)
        if reached is None:
            point = aim * min(1.0, FAR / length) / 2 + point / 2
            continue
        if reached < best[0]:
            best = (reached, aim / length * reached)
        if abs(reached - last) < CLOSE:
            break
        last, point = reached, aim / length * reached
    return best


def _slope(
    pool: Pool, root: NDArray[np.float64], point: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """The slack at a point of independent standard moves, and its slope there."""
    size = len(point)
    logs = root @ point
    shifts = np.vstack([np.zeros(size), np.eye(size) * STEP, -np.eye(size) * STEP])
    slack = pool.slack(np.exp(np.clip(logs + shifts, -50.0, 50.0)))
    by_log = (slack[1 : size + 1] - slack[size + 1 :]) / (2 * STEP)
    return float(slack[0]), root.T @ by_log


def _along(pool: Pool, root: NDArray[np.float64], direction: NDArray[np.float64]) -> float | None:
    """The first distance in this direction at which the pool is liquidated; None up to FAR."""
    low, high = 0.0, FAR
    for looks in (25, 25, 25, 25):
        steps = np.linspace(low, high, looks)
        slack = pool.slack(np.exp(np.clip(np.outer(steps, root @ direction), -50.0, 50.0)))
        past = np.flatnonzero(slack <= 0)
        if not len(past):
            return None
        if past[0] == 0:
            return low
        low, high = float(steps[past[0] - 1]), float(steps[past[0]])
    return high
