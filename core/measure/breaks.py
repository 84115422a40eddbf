"""A break in a coin's prices, told from a crash that traded its way down.

A redenomination (1 old coin is 4 new ones) makes a quarter of a price from one day to the next, and nothing
of that is a loss; FTT lost three quarters in a day, and that day belongs in its beta. What happened within
the day decides where it is known (`traded_through`). Otherwise it takes all of these to be a break: a move
far beyond what the coin does, a round ratio, the usual quiet on the days around it, which no crash leaves,
and other coins that stood where they were.
"""

from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Candles, Closes

GREAT = 0.5
"""A log move of a day below this is never looked at."""
FALL = 0.15
"""Log move of the other coins on a day that explains a great one."""
BEYOND = 8.0
"""Usual moves of a day that a suspicious one is at least."""
FAR_BEYOND = 12.0
"""The same where nothing is known of the hours of the day: coins double in a day."""
QUIET = 4.0
"""Usual moves that a day near a break stays under."""
AROUND = 3
"""Days before and after it that have to be quiet."""
ENOUGH = 20
"""Below this many returns it is not known what is usual."""
RATIOS = (2, 3, 4, 5)
"""Coins for one that are told apart; by more, every move is near a round ratio."""
_NORMAL = 1.4826
"""Standard deviations of a normal distribution in its median distance from the median."""
_UNTRADED = 0.5
"""Part of a move that has to lie between two hours for it to be a break."""


def usual_move(returns: NDArray[np.float64]) -> float:
    """How far the coin moves in a day, a standard deviation that jumps do not change; NaN if unknown."""
    known = returns[np.isfinite(returns)]
    if len(known) < ENOUGH:
        return float("nan")
    return float(_NORMAL * np.median(np.abs(known - np.median(known))))


def suspicious(returns: NDArray[np.float64], usual: float | None = None) -> list[int]:
    """The rows of one coin's log returns (days,) that may be a break, the newest last.

    usual: how far the coin moves in a day, where that is known from elsewhere than these returns.
    """
    with np.errstate(invalid="ignore"):
        great = np.flatnonzero(np.abs(returns) > GREAT)
    if not len(great):
        return []
    spread = usual_move(returns) if usual is None else usual
    return [int(row) for row in great if abs(returns[row]) > BEYOND * spread]


def is_break(
    returns: NDArray[np.float64], row: int, traded: bool | None, others: float, usual: float | None = None
) -> bool:
    """Whether a suspicious return is a change of the coin's unit.

    traded: whether the prices between were traded on that day, None where nobody knows. others: how other
    coins moved on it. usual: as in `suspicious`.
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
    """New coins for one old coin, if a log move is that but for a usual day's; None for no round ratio."""
    for many in RATIOS:
        if abs(abs(move) - np.log(many)) < 2.5 * spread:
            return Fraction(many) if move < 0 else Fraction(1, many)
    return None


def days_in_doubt(closes: Closes) -> dict[date, float]:
    """The days whose close may be in another unit than that of the day before, and the log move."""
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
