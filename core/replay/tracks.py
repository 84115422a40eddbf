"""Prices of several coins at common moments of the past, each divided by its own price at the first moment.

Everything here is float64. The price of a moment is the last close at or before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from core.domain.series import Candles, Closes
from core.measure.beta import RELISTING, Floats
from core.measure.breaks import is_break, suspicious, traded_through, usual_move

Moments = NDArray[np.datetime64]
"""Moments in UTC, datetime64[s], ascending."""

_HOUR, _DAY = np.timedelta64(3600, "s"), np.timedelta64(86_400, "s")


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """How one coin went."""

    growth: Floats
    """Its price at each moment over the first price, so what became of one dollar; (moments,)."""
    highs: Floats
    """The highest price since the moment before, over the first price; 1 at the first moment; (moments,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """What is known of several coins at the same moments."""

    times: Moments
    """The moments."""
    hours: int
    """Hours between two moments."""
    by_asset: Mapping[str, Track]
    """The coins that have prices from beginning to end."""
    missing: tuple[str, ...]
    """Coins without a price at the first moment."""
    relisted: Mapping[str, date]
    """Coins whose price jumped as no coin's does, with the day: probably two coins under one name."""
    recounted: Mapping[str, date]
    """Those that were counted anew, several new coins for an old one, and the day of it. Nothing was lost."""
    halted: Mapping[str, datetime]
    """Coins of `by_asset` that had no price for more than a day, with the
    last moment before that. Their last price stands meanwhile.
    """

    @property
    def gone(self) -> frozenset[str]:
        """The coins that cannot be followed."""
        return frozenset(self.missing) | self.relisted.keys() | self.recounted.keys()


def moments(first: datetime, last: datetime, hours: int) -> Moments:
    """`first`, and from there a moment every `hours` until `last`."""
    start, end = (np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s") for at in (first, last))
    return np.arange(start, end + np.timedelta64(1, "s"), _HOUR * hours)


def tracks(
    candles: Mapping[str, Candles], assets: Iterable[str], first: datetime, last: datetime, hours: int
) -> Tracks:
    """How `assets` went from `first` to `last`, which are whole days apart. Candles begin up to a day before.

    A coin without a close in the day up to `first` is missing. A log move beyond RELISTING from one whole day
    to the next is refused, as it is where betas are measured.
    """
    times = moments(first, last, hours)
    found: dict[str, Track] = {}
    missing: list[str] = []
    relisted: dict[str, date] = {}
    halted: dict[str, datetime] = {}
    for asset in dict.fromkeys(assets):
        known = _usable(candles[asset], times) if asset in candles else None
        if known is None or not len(known.times) or known.times[0] > times[0]:
            missing.append(asset)
            continue
        track = _track(known, times)
        if jumped := _jump(track.growth, times, hours):
            relisted[asset] = jumped
            continue
        found[asset] = track
        if stopped := _halt(known.times, times):
            halted[asset] = stopped
    recounted = _recounted(found, candles, times, hours)
    for asset in recounted:
        del found[asset]
        halted.pop(asset, None)
    return Tracks(times, hours, found, tuple(missing), relisted, recounted, halted)


def deepest_falls(closes: Closes, days: int) -> list[tuple[date, date]]:
    """The first and last day of each stretch of `days` days that fell, the deepest fall from close to close
    first.

    A stretch begins with the close of the day before it. None overlaps a deeper one; rises are left out.
    """
    spans = [
        (float(closes.prices[at + days] / closes.prices[at]), at)
        for at in range(len(closes.days) - days)
        if closes.days[at + days] - closes.days[at] == np.timedelta64(days, "D")
    ]
    taken: list[int] = []
    for kept, at in sorted(spans):
        if kept < 1 and all(abs(at - other) >= days for other in taken):
            taken.append(at)
    return [(closes.days[at + 1].astype(object), closes.days[at + days].astype(object)) for at in taken]


def _usable(candles: Candles, times: Moments) -> Candles:
    """The candles from a day before the first moment to the last one whose prices are numbers above zero."""
    prices = np.stack([candles.highs, candles.closes])
    kept = (np.isfinite(prices) & (prices > 0)).all(axis=0)
    kept &= (candles.times > times[0] - _DAY) & (candles.times <= times[-1])
    return Candles(candles.times[kept], candles.highs[kept], candles.lows[kept], candles.closes[kept])


def _track(known: Candles, times: Moments) -> Track:
    """The price and the high of each moment, over the first price."""
    last = np.searchsorted(known.times, times, side="right") - 1
    price = known.closes[last]
    highs = price.copy()
    into = np.searchsorted(times, known.times)
    later = known.times > times[0]
    np.maximum.at(highs, into[later], known.highs[later])
    return Track(price / price[0], highs / price[0])


def _jump(growth: Floats, times: Moments, hours: int) -> date | None:
    """The first day whose move, from its start to its end, means another
    coin under the same name; None without.
    """
    step = 24 // hours
    moves = np.abs(np.diff(np.log(growth[::step])))
    if not (moves > RELISTING).any():
        return None
    day: date = times[int(np.argmax(moves > RELISTING)) * step].astype("datetime64[D]").astype(object)
    return day


def _recounted(
    found: Mapping[str, Track], candles: Mapping[str, Candles], times: Moments, hours: int
) -> dict[str, date]:
    """The coins whose unit was changed, and the first day of each whose move is that and no fall or rise.

    Where prices are known by the hour, they tell how far the coin usually moves, and whether the move was
    traded. Of a few days without hours neither is known, and no break is found.
    """
    step = 24 // hours
    moves = {asset: np.diff(np.log(track.growth[::step])) for asset, track in found.items()}
    broken: dict[str, date] = {}
    for asset, own in moves.items():
        known = candles[asset]
        usual = usual_move(np.diff(np.log(known.closes))) * np.sqrt(24) if hours == 1 else None
        for day in suspicious(own, usual):
            others = [each[day] for name, each in moves.items() if name != asset]
            beside = float(np.median(others)) if others else 0.0
            # With the last hour before the day, for the unit may be changed at midnight.
            within = (known.times >= times[day * step]) & (known.times <= times[(day + 1) * step])
            span = Candles(known.times[within], known.highs[within], known.lows[within], known.closes[within])
            traded = traded_through(span, float(own[day])) if hours == 1 else None
            if is_break(own, day, traded, beside, usual):
                broken.setdefault(asset, times[day * step].astype("datetime64[D]").astype(object))
    return broken


def _halt(known: Moments, times: Moments) -> datetime | None:
    """When the last price was before the first stretch of more than a day without any; None without one."""
    edges = np.append(known, times[-1])
    halts = np.flatnonzero(np.diff(edges) > _DAY)
    if not len(halts):
        return None
    stopped: datetime = edges[halts[0]].astype(object)
    return stopped.replace(tzinfo=UTC)
