"""Tells a break in a coin's prices from a crash that was traded all the way down.

When one old coin becomes four new ones, a quarter of the price is left from one day to the next, and nobody
lost anything. FTT lost three quarters in a day, and that day belongs in its beta. Where the hours of the day
are known they decide (`traded_through`). Otherwise a move is a break only if all of this holds: it goes far
beyond what the coin does, it is a round ratio, the days around it were quiet, which no crash leaves, and the
other coins stood where they were.
"""

from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Candles, Closes

GREAT = 0.5
"""Log moves of a day below this are never looked at."""
FALL = 0.15
"""A log move of the other coins, in the same direction, that explains a great one."""
BEYOND = 8.0
"""A suspicious move is at least so many usual moves."""
FAR_BEYOND = 12.0
"""The same where nothing is known of the hours of the day, because coins do double in a day."""
QUIET = 4.0
"""A day near a break stays below so many usual moves."""
AROUND = 3
"""So many days before and after it have to be quiet."""
ENOUGH = 20
"""With fewer returns it is not known what is usual."""
RATIOS = (2, 3, 4, 5)
"""Coins for one coin that can be recognised; above that, every move is close to some whole ratio."""
_NORMAL = 1.4826
"""The standard deviation of a normal distribution over its median distance from the median."""
_UNTRADED = 0.5
"""The part of a move that has to lie between two hours for it to be a break."""


def usual_move(returns: NDArray[np.float64]) -> float:
    """How far the coin moves in a day: a standard deviation that jumps do not change. NaN where it is not
    known.

    1.4826 * median |r - median r|, over the returns that are finite.
    """
    known = returns[np.isfinite(returns)]
    if len(known) < ENOUGH:
        return float("nan")
    return float(_NORMAL * np.median(np.abs(known - np.median(known))))


def suspicious(returns: NDArray[np.float64], usual: float | None = None) -> list[int]:
    """The rows of one coin's log returns (days,) that may be a break, oldest first."""
    with np.errstate(invalid="ignore"):
        great = np.flatnonzero(np.abs(returns) > GREAT)
    if not len(great):
        return []
    spread = usual_move(returns) if usual is None else usual
    return [int(row) for row in great if abs(returns[row]) > BEYOND * spread]


def is_break(
    returns: NDArray[np.float64], row: int, traded: bool | None, others: float, usual: float | None = None
) -> bool:
    """Whether a suspicious return comes from a change of the coin's unit.

    returns: of the coin, (days,), NaN where unknown. traded: whether the prices in between were traded on
    that day; None where nobody knows. others: the log move of the other coins on it.
    """
    if traded or others * np.sign(returns[row]) > FALL:
        return False
    spread = usual_move(returns) if usual is None else usual
    if ratio(returns[row], spread) is None:
        return False
    if traded is False:
        return True
    before, after = returns[max(row - AROUND, 0) : row], returns[row + 1 : row + 1 + AROUND]
    near = np.abs(np.r_[before, after[np.isfinite(after)]])
    quiet = len(before) == AROUND and bool((near < QUIET * spread).all())  # NaN is not quiet
    return quiet and bool(abs(returns[row]) > FAR_BEYOND * spread)


def ratio(move: float, spread: float) -> Fraction | None:
    """New coins for one old coin, if the log move is such a ratio except for
    a usual day's move; otherwise None.
    """
    for many in RATIOS:
        if abs(abs(move) - np.log(many)) < 2.5 * spread:
            return Fraction(many) if move < 0 else Fraction(1, many)
    return None


def days_in_doubt(closes: Closes) -> dict[date, float]:
    """The days whose close may be in another unit than that of the day before, with the log move."""
    if len(closes.days) < 2:
        return {}
    with np.errstate(invalid="ignore", divide="ignore"):
        moves = np.diff(np.log(closes.prices))
    moves[np.diff(closes.days).astype(np.int64) != 1] = np.nan
    return {closes.days[row + 1].astype(object): float(moves[row]) for row in suspicious(moves)}


def traded_through(hours: Candles, move: float) -> bool | None:
    """Whether a day's log move was traded: no two hours in a row have half of it between them.

    None where the hours do not show the move.
    """
    if len(hours.times) < 2:
        return None
    highs, lows = np.log(hours.highs), np.log(hours.lows)
    gaps = lows[:-1] - highs[1:] if move < 0 else lows[1:] - highs[:-1]
    if highs.max() - lows.min() < _UNTRADED * abs(move):
        return None
    return bool(gaps.max() < _UNTRADED * abs(move))
