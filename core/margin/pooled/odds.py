"""How likely a pool is to be liquidated within a horizon, from the swings of all its coins together.

The way to a liquidation that is likeliest is looked for: of all joint moves that leave no more than must be
kept, the one that is the fewest standard deviations away, with the coins' own covariance (the design point of
a first-order reliability method, Hasofer and Lind 1974). Its distance is turned into odds by the tail that
was measured for the majors. A jump of one small coin by itself comes on top, as for isolated shorts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, isnan

import numpy as np
from numpy.typing import NDArray

from core.domain.coins.asset import MAJORS
from core.margin.pooled.crossing import first_zeros
from core.margin.pooled.pool import Pool
from core.margin.pooled.slack import Slack
from core.margin.probability import tail
from core.margin.rallies import jump_probability, rallies_of

STEP = 1e-4
"""The move of a log price by which slopes are measured."""
ROUNDS = 12
"""The most rounds of the search; three or four are usual."""
CLOSE = 1e-3
"""A search ends where the distance changes by less, in standard deviations."""
FAR = 12.0
"""Standard deviations beyond which nothing is looked for: the odds there are below one in ten million."""
LOOKS = 24
"""Points of a direction that are looked at up to FAR."""
TURNS = 3
"""Steps by which the distance is narrowed down then."""
MOST_JUMP = 20.0
"""The largest jump of one coin that is looked into, a decimal; a larger one comes once in 2,000."""
JITTER = 1e-9
"""Added to the covariance's diagonal, relative to it, for coins that move as one."""
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PoolOdds:
    """How likely a liquidation is, and by which way it is likeliest."""

    probability: float
    """Within the horizon."""
    distance: float
    """Standard deviations of the horizon to the nearest liquidation; infinite where none is near."""
    way: tuple[float, ...]
    """The move of each asset on it, decimals in the order of `Pool.assets`; empty where none is near."""


def pool_odds(pool: Pool, covariance: _Floats, days: float) -> PoolOdds:
    """The odds of a liquidation within `days`.

    covariance (assets, assets): of daily log returns, in the order of `pool.assets`.
    """
    if not pool.shorts:
        return PoolOdds(0.0, inf, ())
    return slack_odds(pool.arrays, swings_of(covariance, days), days)


def pulled(covariance: _Floats, assets: Sequence[str]) -> _Floats:
    """The covariance with each coin's swings pulled towards those of its class, as `Rallies.pulled` says."""
    sigmas = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    wanted = np.array(
        [rallies_of(asset).pulled(sigma) for asset, sigma in zip(assets, sigmas.tolist(), strict=True)]
    )
    ratios = np.where(sigmas > 0, wanted / np.where(sigmas > 0, sigmas, 1.0), 0.0)
    return np.asarray(covariance * np.outer(ratios, ratios))


def swings_of(covariance: _Floats, days: float) -> _Floats:
    """The lower root of the covariance over `days`: of independent standard moves (assets,) it makes the logs
    of price moves.
    """
    spread = np.asarray(covariance * days, dtype=np.float64)
    spread = spread + np.diag(np.maximum(np.diag(spread), 1e-16) * JITTER)
    return np.asarray(np.linalg.cholesky(spread), dtype=np.float64)


def slack_odds(slack: Slack, root: _Floats, days: float) -> PoolOdds:
    """The same of a pool with shorts that is arrays already. root: as `swings_of` gives it for these days."""
    found, jumped = _swing_odds(slack, root), jump_odds(slack, days)
    return replace(found, probability=1 - (1 - found.probability) * (1 - jumped)) if jumped else found


def jump_odds(slack: Slack, days: float) -> float:
    """Probability that one of the coins that are short jumps, all others standing still, to where the pool
    is liquidated. Of the majors none is known.
    """
    shorted = [int(column) for column in np.unique(slack.at[slack.sizes > 0])]
    columns = [column for column in shorted if slack.assets[column] not in MAJORS]
    if not columns:
        return 0.0
    lone = np.eye(len(slack.assets))[columns]

    def seen(rises: _Floats) -> _Floats:
        multiples = 1 + rises[:, :, None] * lone[:, None, :]
        return slack(multiples.reshape(-1, len(slack.assets))).reshape(rises.shape)

    looks = np.tile(MOST_JUMP * np.linspace(0.0, 1.0, LOOKS + 1) ** 2, (len(columns), 1))
    none = 1.0
    for column, rise in zip(columns, first_zeros(seen, looks, TURNS).tolist(), strict=True):
        if not isnan(rise):
            none *= 1 - jump_probability(rise, days, rallies_of(slack.assets[column]))
    return 1 - none


def _swing_odds(slack: Slack, root: _Floats) -> PoolOdds:
    """The odds by the swings of all coins together."""
    size = len(root)
    if slack(np.ones((1, size)))[0] <= 0:
        return PoolOdds(1.0, 0.0, (0.0,) * size)
    # where the pool is steepest now, and where the whole market rises and falls
    points = np.vstack([np.zeros(size), *market_moves(root)])
    best, where = inf, None
    last = np.full(len(points), np.nan)
    for rounds in range(ROUNDS):
        steepest = slopes(slack, root, points)
        length = np.linalg.norm(steepest, axis=1)
        # Hasofer-Lind: the nearest point of the plane that touches the slack lies against its slope
        ways = -steepest / np.where(length > 0, length, 1.0)[:, None]
        reached = _along(slack, root, ways)
        nearest = int(np.nanargmin(reached)) if np.isfinite(reached).any() else None
        if nearest is not None and reached[nearest] < best:
            best, where = float(reached[nearest]), ways[nearest] * reached[nearest]
        lost = np.isnan(reached)
        if (np.where(lost, np.isnan(last), np.abs(reached - last) < CLOSE)).all() and rounds:
            break
        # where a way leads to no liquidation, halfway back from it others begin
        points = np.where(
            lost[:, None], (points + ways * FAR / 2) / 2, ways * np.where(lost, 0, reached)[:, None]
        )
        last = reached
    if where is None:
        return PoolOdds(0.0, inf, ())
    return PoolOdds(tail(best), best, tuple(float(move) for move in np.expm1(root @ where)))


def market_moves(root: _Floats) -> _Floats:
    """Two far points of independent standard moves (2, assets): the common rise of all coins, and their
    fall.
    """
    common = _common_rise(root.tobytes(), len(root))
    return np.vstack([common, -common]) * FAR / 4


# One search asks hundreds of times about one root, and of hundreds of coins each answer takes long.
@lru_cache(maxsize=4)
def _common_rise(root_bytes: bytes, size: int) -> _Floats:
    """The direction (assets,) in which all coins rise together most. root_bytes: the root's numbers."""
    root = np.frombuffer(root_bytes).reshape(size, size)
    _, vectors = np.linalg.eigh(root @ root.T)
    common = np.linalg.solve(root, vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1.0))
    return np.asarray(common / max(float(np.linalg.norm(common)), 1e-300))


def slopes(slack: Slack, root: _Floats, points: _Floats) -> _Floats:
    """The slope of the slack at points of independent standard moves; (points, assets)."""
    size = len(root)
    shifts = np.vstack([np.eye(size), -np.eye(size)]) * STEP
    logs = points @ root.T
    moved = np.exp(np.clip(logs[:, None, :] + shifts, -50.0, 50.0))
    seen = slack(moved.reshape(-1, size)).reshape(len(points), 2 * size)
    return np.asarray((seen[:, :size] - seen[:, size:]) / (2 * STEP) @ root)


def _along(slack: Slack, root: _Floats, ways: _Floats) -> _Floats:
    """The first distance in each direction (ways, assets) at which the pool is liquidated; NaN up to FAR."""
    moves = ways @ root.T

    def seen(steps: _Floats) -> _Floats:
        logs = steps[:, :, None] * moves[:, None, :]
        return slack(np.exp(np.clip(logs, -50.0, 50.0)).reshape(-1, len(root))).reshape(steps.shape)

    return first_zeros(seen, np.tile(np.linspace(0.0, FAR, LOOKS + 1), (len(ways), 1)), TURNS)
