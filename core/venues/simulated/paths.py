"""The spot price of every asset: a function of the seed and the time, and of nothing else."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.venues.simulated.assets import EXPOSURE, HOME, OWN_VOLATILITY

EPOCH = date(2020, 1, 1)
"""The first simulated day. Paths hang on the calendar, so a day has one close whenever the process starts."""

_BLOCK = 1024  # days drawn at once
_PULL = 0.003  # of the way home each day: keeps prices plausible over decades and daily returns as they are
_FREEDOM = 5  # of Student's t: tails fatter than the normal's
_MAX_MOVE = 0.45  # of a day's log price: about +57 % or -36 %
_MINUTES = 1440

_DAILY, _INTRADAY, _FUNDING = range(3)


def _stream(seed: int, purpose: int, moment: int) -> np.random.Generator:
    """Random numbers of their own for each purpose and moment, so that no query disturbs another."""
    return np.random.default_rng([seed % 2**64, purpose, moment])


def _moves(shocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """(assets, times) log moves from unit shocks (factors + assets, times)."""
    factors = EXPOSURE.shape[1]
    return EXPOSURE @ shocks[:factors] + OWN_VOLATILITY[:, None] * shocks[factors:]


@lru_cache(maxsize=16)
def settlement_noise(seed: int, hour: int, count: int) -> NDArray[np.float64]:
    """`count` standard normals for the settlement `hour` hours after 1970-01-01 UTC."""
    return _stream(seed, _FUNDING, hour).standard_normal(count)


class Paths:
    """Log prices in USD per coin; rows are in the order of `core.venues.simulated.assets.ASSETS`."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        # Column i is the close of the day before EPOCH + i days, which is the open of that day.
        self._opens = np.log(HOME)[:, None]
        self._bridge = lru_cache(maxsize=2)(self._drawn_bridge)

    def log_prices(self, at: datetime) -> NDArray[np.float64]:
        """(assets,) at the aware moment `at`; at 00:00 UTC exactly the close of the day before.

        Raises NoData before EPOCH.
        """
        at = at.astimezone(UTC)
        day = self._index(at.date())
        self._reach(day + 1)
        into = at - datetime(at.year, at.month, at.day, tzinfo=UTC)
        minute, part = divmod(into / timedelta(minutes=1), 1)
        bridge = self._bridge(day)
        wander = bridge[:, int(minute)] * (1 - part) + bridge[:, int(minute) + 1] * part
        share = into / timedelta(days=1)
        opened, closed = self._opens[:, day], self._opens[:, day + 1]
        return np.asarray(opened * (1 - share) + closed * share + wander)

    def log_closes(self, first: date, last: date) -> NDArray[np.float64]:
        """(assets, days) from the day `first` to the day `last`, both included; NoData before EPOCH."""
        start, stop = self._index(first) + 1, self._index(last) + 2
        self._reach(stop - 1)
        return self._opens[:, start:stop]

    def log_minutes(self, day: date) -> NDArray[np.float64]:
        """(assets, 1441) at each minute of the day from its start to its end; NoData before EPOCH."""
        at = self._index(day)
        self._reach(at + 1)
        share = np.linspace(0, 1, _MINUTES + 1)
        opened, closed = self._opens[:, at, None], self._opens[:, at + 1, None]
        return np.asarray(opened * (1 - share) + closed * share + self._drawn_bridge(at))

    def _index(self, day: date) -> int:
        if day < EPOCH:
            raise NoData(f"The simulated market has no prices before {EPOCH}, and so none for {day}.")
        return (day - EPOCH).days

    def _reach(self, column: int) -> None:
        """Draw blocks of days until `column` is there; each hangs on the end of the one before."""
        homes = np.log(HOME)[:, None]
        while self._opens.shape[1] <= column:
            block = (self._opens.shape[1] - 1) // _BLOCK
            away = _pulled(self._opens[:, -1:] - homes, self._drawn_days(block))
            self._opens = np.hstack([self._opens, homes + away])

    def _drawn_days(self, block: int) -> NDArray[np.float64]:
        """(assets, _BLOCK) daily log moves before the pull home."""
        size = (sum(EXPOSURE.shape), _BLOCK)
        shocks = _stream(self._seed, _DAILY, block).standard_t(_FREEDOM, size)
        return np.clip(_moves(shocks / np.sqrt(_FREEDOM / (_FREEDOM - 2))), -_MAX_MOVE, _MAX_MOVE)

    def _drawn_bridge(self, day: int) -> NDArray[np.float64]:
        """(assets, _MINUTES + 1) the way of one day beside the straight line: zero at both ends."""
        size = (sum(EXPOSURE.shape), _MINUTES)
        shocks = _stream(self._seed, _INTRADAY, day).standard_normal(size) / np.sqrt(_MINUTES)
        walk = np.cumsum(np.pad(_moves(shocks), ((0, 0), (1, 0))), axis=1)
        return np.asarray(walk - walk[:, -1:] * np.linspace(0, 1, _MINUTES + 1))


def _pulled(start: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where x[t] = (1 - _PULL) * x[t-1] + moves[t] leads from `start` (assets, 1), without a loop over t."""
    kept = (1 - _PULL) ** np.arange(1, moves.shape[1] + 1)
    return np.asarray(kept * (start + np.cumsum(moves / kept, axis=1)))
