"""Figures over time, as numpy arrays: daily closes, candles, and past funding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray


def day_range(first: date, last: date) -> NDArray[np.datetime64]:
    """Every day from `first` to `last`, both included, as datetime64[D]."""
    count = max((last - first).days + 1, 0)
    return np.datetime64(first, "D") + np.arange(count).astype("timedelta64[D]")


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Daily closes of one asset, at midnight UTC.

    A day without a close is absent: nothing is filled in. The day in progress has no close yet.
    """

    days: NDArray[np.datetime64]
    """The days, datetime64[D], ascending and without repeats."""
    prices: NDArray[np.float64]
    """The close of each of these days in USD per coin, float64."""
    traded: Mapping[date, bool] = field(default_factory=dict)
    """For days with an extreme move whose hourly prices were looked at: True where it was traded through,
    False where there is a gap, as when coins are counted anew.
    """

    @property
    def last(self) -> date | None:
        """The newest day with a close; None without any."""
        # As an object numpy's day becomes Python's date.
        return self.days[-1].astype(object) if len(self.days) else None


NO_CLOSES = Closes(np.array([], dtype="datetime64[D]"), np.array([], dtype=np.float64))
"""Closes of an asset of which none are known."""


@dataclass(frozen=True, eq=False, slots=True)
class FundingHistory:
    """Past settlements of one perpetual; never changed, so that what follows from them may be kept.

    The interval between settlements is not stored, because venues change it: it follows from the times. A
    settlement whose figures were refused is absent.
    """

    times: NDArray[np.datetime64]
    """When each was, datetime64[s] in UTC, ascending and without repeats."""
    rates: NDArray[np.float64]
    """What longs paid shorts, a decimal of notional, float64."""


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Prices of one asset over equal spans of time, in USD per coin. A span without trades is absent."""

    times: NDArray[np.datetime64]
    """When each span ends, datetime64[s] in UTC, ascending and without repeats."""
    highs: NDArray[np.float64]
    """The highest price of each span, float64."""
    lows: NDArray[np.float64]
    """The lowest price of each span, float64."""
    closes: NDArray[np.float64]
    """The last price of each span, float64."""


def scaled(candles: Candles, by: float) -> Candles:
    """The same candles with every price multiplied by `by`, for a price that is quoted for several coins."""
    return Candles(candles.times, candles.highs * by, candles.lows * by, candles.closes * by)


NO_SPANS = Candles(np.array([], dtype="datetime64[s]"), *(np.array([], dtype=np.float64) for _ in range(3)))
"""Candles of an asset of which none are known."""

NO_SETTLEMENTS = FundingHistory(np.array([], dtype="datetime64[s]"), np.array([], dtype=np.float64))
"""The history of what has none: a dated future, or a perpetual of which nothing is known."""
