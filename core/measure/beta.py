"""How assets move, day by day and together: their daily returns, and the covariance of those.

Everything here is float64. Returns are daily log returns of the closes at midnight UTC. Betas have no unit,
covariances are per day. A day that is missing is never filled in with a price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.series import NO_CLOSES, Closes
from core.measure.breaks import GREAT, is_break, suspicious

Floats = NDArray[np.float64]
"""An array of float64; its shape stands where it is used."""

WINDOW = 365
"""Days of history that an estimate may use."""
HALF_LIFE = 60.0
"""Days after which an observation counts half as much."""
LEAST = 30
"""With fewer returns no beta is estimated: that of the other coins is assumed."""
RELISTING = 2.0
"""A log move from one close to the next that is larger means another coin under the same name."""


Relistings = dict[int, int]
"""By column: the row with the first close of today's coin, where another one had the name before."""
Breaks = dict[int, list[int]]
"""By column: the rows with the first close in a new unit of the same coin."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """How assets moved in the days before today, and which of these moves no holder made."""

    returns: Floats
    """Daily log returns, oldest first; (days, assets). NaN where unknown,
    and where no holder made the move.
    """
    logs: Floats
    """Logs of the closes that the returns lie between, up to yesterday; (days + 1, assets). NaN where
    unknown.
    """
    relisted: Relistings
    broken: Breaks


def daily_returns(
    closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int = WINDOW
) -> Floats:
    """Log returns into each of the `days` days before `today`, oldest first; (days, assets). NaN where
    unknown.

    A return needs the closes of two consecutive days; nothing is carried over a gap. History up to a
    relisting is dropped, also where days without closes lie between the two coins. A day on which a coin was
    counted anew is left out. A crash that was traded stays, however deep: see `core.measure.breaks`.
    """
    return daily_moves(closes, assets, today, days).returns


def daily_moves(closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int) -> Moves:
    """The returns of `daily_returns`, with the closes and the jumps that they come of."""
    logs = _log_prices(closes, assets, today, days)
    relisted, broken = _jumps(logs, closes, assets, today)
    return Moves(_returns(logs, relisted, broken), logs, relisted, broken)


def _log_prices(closes: Mapping[str, Closes], assets: Sequence[str], today: date, days: int) -> Floats:
    """Logs of the closes up to yesterday; (days + 1, assets). NaN where there is none, or one that cannot
    be.
    """
    end = np.datetime64(today, "D")
    prices = np.full((days + 1, len(assets)), np.nan)
    for column, asset in enumerate(assets):
        known = closes.get(asset, NO_CLOSES)
        rows = (known.days - end).astype(np.int64) + days + 1
        inside = (rows >= 0) & (rows <= days)
        prices[rows[inside], column] = known.prices[inside]
    return np.asarray(np.log(np.where(np.isfinite(prices) & (prices > 0), prices, np.nan)))


def _jumps(
    logs: Floats, closes: Mapping[str, Closes], assets: Sequence[str], today: date
) -> tuple[Relistings, Breaks]:
    """Find moves of a day that no holder made: another coin took over the name, or the coin is counted
    anew.
    """
    relisted: Relistings = {}
    broken: Breaks = {}
    # A coin whose highest and lowest close are no further apart than GREAT had no jump in between.
    spread = np.fmax.reduce(logs) - np.fmin.reduce(logs)
    for column in np.flatnonzero(spread > GREAT).tolist():
        own = logs[:, column]
        traded = closes[assets[column]].traded if assets[column] in closes else {}

        # `traded` is bound as a default, because the loop goes on to the next column.
        def was_traded(row: int, traded: Mapping[date, bool] = traded) -> bool | None:
            return traded.get(day_of_close(row, len(logs), today)) if traded else None

        # From close to close, whatever lies between: a name is often taken over after a pause.
        closed = np.flatnonzero(np.isfinite(own))
        great = closed[1:][np.abs(np.diff(own[closed])) > RELISTING].tolist()
        others = [row for row in great if not was_traded(row)]
        if others:
            # The last one, as nothing before it is of the coin that has the name today.
            relisted[column] = others[-1]
        moves = np.diff(own)
        # Moves of the former coin say nothing of what is usual for this one.
        moves[: relisted.get(column, 0)] = np.nan
        rows = [
            at + 1
            for at in suspicious(moves)
            if is_break(moves, at, was_traded(at + 1), _others(logs, column, at))
        ]
        if rows:
            broken[column] = rows
    return relisted, broken


def _others(logs: Floats, column: int, at: int) -> float:
    """The median log move of the other columns into the row after `at`; zero where there are none."""
    moves = np.delete(logs[at + 1] - logs[at], column)
    known = moves[np.isfinite(moves)]
    return float(np.median(known)) if len(known) else 0.0


def day_of_close(row: int, rows: int, today: date) -> date:
    """The day of a row of closes; the last of `rows` rows is yesterday."""
    return today - timedelta(days=rows - row)


def _returns(logs: Floats, relisted: Relistings, broken: Breaks) -> Floats:
    """Log returns from logs of closes, NaN where the former coin or a change
    of unit is in them; (days, assets).
    """
    returns: Floats = np.diff(logs, axis=0)
    for column, row in relisted.items():
        returns[:row, column] = np.nan
    for column, rows in broken.items():
        returns[[row - 1 for row in rows], column] = np.nan
    return returns


def covariance(returns: Floats, weights: Floats) -> Floats:
    """Weighted covariance per day: sum of w (r - mean)(r - mean)'; (assets, assets).

    returns: (days, assets), all finite. weights: (days,), summing to 1; the mean is weighted by them as well.
    """
    centred = returns - weights @ returns
    return np.asarray((centred * weights[:, None]).T @ centred)


def effectiveness(covariance: Floats, portfolio: Floats, hedge: Floats) -> float:
    """The share of the portfolio's variance that a hedge removes: 1 - var(hedged) / var(bare). Ederington,
    Journal of Finance 34 (1979).

    portfolio, hedge (assets,): USD held and USD shorted of each asset, on any common scale. A portfolio that
    does not move has nothing to remove: the share is 1.
    """
    left = portfolio - hedge
    bare = float(portfolio @ covariance @ portfolio)
    return 1 - float(left @ covariance @ left) / bare if bare > 0 else 1.0
