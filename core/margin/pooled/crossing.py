"""Where a value first falls to zero along several ways at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
PARTS = 12
"""The parts that the interval of a first fall is cut into."""
TURNS = 12
"""Steps of the method of false position (Illinois) after that; on straight pieces one or two are enough."""


def first_zeros(value: Callable[[_Floats], _Floats], looks: _Floats, turns: int = TURNS) -> _Floats:
    """The first point of each way at which the value is zero or less (ways,); NaN where none is.

    looks (ways, m): ascending points to look at first; a fall and rise between two of them is not seen.
    value: of points (ways, n), (ways, n). turns: the most steps after the looks.
    """
    ways = np.arange(len(looks))
    seen = value(looks)
    found = (seen <= 0).any(axis=1)
    low, high, above, below = _bracket(looks, seen)
    points = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, PARTS + 1)
    seen = value(points)
    # the ends are known, and rounding must not lose them
    seen[ways, 0], seen[ways, -1] = above, below
    low, high, above, below = _bracket(points, seen)
    for _ in range(turns):
        drop = above - below
        middle = high + below * (high - low) / np.where(drop > 0, drop, 1.0)
        middle = np.clip(np.where(drop > 0, middle, high), low, high)
        here = value(middle[:, None])[:, 0]
        past = here <= 0
        # Illinois: the end that stays counts half, so that both ends move
        low, above = np.where(past, low, middle), np.where(past, above / 2, here)
        high, below = np.where(past, middle, high), np.where(past, here, below / 2)
        if (high - low <= 1e-13 * np.abs(high)).all() or (here == 0).all():
            break
    return np.where(found, high, np.nan)


def _bracket(points: _Floats, seen: _Floats) -> tuple[_Floats, _Floats, _Floats, _Floats]:
    """For each way the last point before its first fall to zero and that one, and the values there.

    Where the first point is past already both are that one; where none is, what is given means nothing.
    """
    ways = np.arange(len(points))
    first = (seen <= 0).argmax(axis=1)
    before = np.maximum(first - 1, 0)
    return points[ways, before], points[ways, first], seen[ways, before], seen[ways, first]
