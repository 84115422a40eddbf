"""Figures over time: daily closes, candles and past funding, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray


def day_range(first: date, last: date) -> NDArray[np.datetime64]:
    """Every day from `first` to `last`, both included; datetime64[D]."""
    count = max((last - first).days + 1, 0)
    return np.datetime64(first, "D") + np.arange(count).astype("timedelta64[D]")


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Daily UTC closes of one asset: `days` (datetime64[D], ascending, no repeats) and `prices` (float64).

    A day without a close is absent; nothing is filled in. The day in progress is not a close.
    """

    days: NDArray[np.datetime64]
    prices: NDArray[np.float64]
    traded: Mapping[date, bool] = field(default_factory=dict)
    """Of days with a great move whose hours were looked at: whether it was traded, or is a gap."""

    @property
    def last(self) -> date | None:
        """The newest day with a close."""
        return self.days[-1].astype(object) if len(self.days) else None


NO_CLOSES = Closes(np.array([], dtype="datetime64[D]"), np.array([], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class FundingHistory:
    """Past settlements of one perpetual: `times` (datetime64[s], UTC, ascending, no repeats) and `rates`.

    A rate (float64) is what longs paid shorts at that settlement: a decimal of notional. The time between two
    settlements is in the times; it changes. A settlement that was refused is absent.
    """

    times: NDArray[np.datetime64]
    rates: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Prices of one asset over equal spans of time, in USD per coin; a span without trades is absent.

    times: when each span ends (datetime64[s], UTC, ascending, no repeats). highs, lows, closes: float64.
    """

    times: NDArray[np.datetime64]
    highs: NDArray[np.float64]
    lows: NDArray[np.float64]
    closes: NDArray[np.float64]


def scaled(candles: Candles, by: float) -> Candles:
    """The same prices for so many coins."""
    return Candles(candles.times, candles.highs * by, candles.lows * by, candles.closes * by)


NO_SETTLEMENTS = FundingHistory(np.array([], dtype="datetime64[s]"), np.array([], dtype=np.float64))
