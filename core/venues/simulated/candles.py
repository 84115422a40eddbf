"""Prices minute by minute, put together to candles."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Candles


def day_candles(day: date, minutes: NDArray[np.float64], length: timedelta) -> list[Candles]:
    """One day's candles of that length of each row of `minutes`, (assets, 1441) from midnight to midnight.

    The price at which a candle ends is the one at which the next begins, and belongs to both.
    """
    span = length // timedelta(minutes=1)
    closes = minutes[:, span::span]
    within = minutes[:, :-1].reshape(*closes.shape, span)
    highs = np.maximum(within.max(axis=2), closes)
    lows = np.minimum(within.min(axis=2), closes)
    ends = np.datetime64(day, "s") + (np.arange(closes.shape[1]) + 1) * np.timedelta64(span * 60, "s")
    return [Candles(ends, *rows) for rows in zip(highs, lows, closes, strict=True)]


def between(parts: Sequence[Candles], first: datetime, last: datetime) -> Candles:
    """The candles of all parts, one or more in order of time, that end after `first` and not after `last`."""
    times = np.concatenate([part.times for part in parts])
    inside = (times > _second(first)) & (times <= _second(last))
    return Candles(
        times[inside],
        np.concatenate([part.highs for part in parts])[inside],
        np.concatenate([part.lows for part in parts])[inside],
        np.concatenate([part.closes for part in parts])[inside],
    )


def _second(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s")
