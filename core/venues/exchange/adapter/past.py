"""What a venue says of the past: daily closes, candles and settlements, without what cannot be."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from core.domain.errors import NoData
from core.domain.series import Candles, Closes, FundingHistory
from core.venues.exchange.adapter.figures import MAX_RATE
from core.venues.exchange.adapter.reading import read_moment, read_number
from core.venues.exchange.calls import Row, figure
from core.venues.exchange.venue import Venue


def read_closes(
    venue: Venue, asset: str, scale: Decimal, candles: Iterable[list[Any]], since: date, today: date
) -> tuple[Closes, list[str]]:
    """USD per coin at the end of each day from `since` to yesterday, and what was refused.

    A day that comes twice counts once when both say the same, and not at all when they differ.
    """
    found: dict[date, Decimal] = {}
    refused: dict[date, str] = {}
    for stamp, *_, close, _volume in candles:
        wrong = f"{venue.name} gives an impossible close of {asset}"
        at = read_moment(stamp, f"{wrong}.")
        if at is None or not since <= (day := at.date()) < today:
            continue
        if at.time() != time():
            raise NoData(f"{venue.name} gives days of {asset} that do not begin at midnight UTC.")
        price = read_number(close)
        if price is None or price <= 0 or found.setdefault(day, price) != price:
            refused[day] = f"{wrong} on {day}."
    kept = sorted((day, price) for day, price in found.items() if day not in refused)
    return (
        Closes(
            np.array([day for day, _ in kept], dtype="datetime64[D]"),
            np.array([price / scale for _, price in kept], dtype=np.float64),
        ),
        list(refused.values()),
    )


def spans(
    venue: Venue, asset: str, scale: Decimal, candles: Iterable[list[Any]], length: timedelta
) -> tuple[Candles, list[str]]:
    """Candles of `length` in USD per coin, and what was refused: one whose prices contradict each other."""
    found: dict[datetime, tuple[Decimal, Decimal, Decimal]] = {}
    refused: list[str] = []
    for stamp, _open, *prices, _volume in candles:
        wrong = f"{venue.name} gives an impossible candle of {asset}"
        at = read_moment(stamp, f"{wrong}.")
        high, low, close = (read_number(price) for price in prices)
        if at is None or high is None or low is None or close is None or not 0 < low <= close <= high:
            refused.append(f"{wrong} at {at:%Y-%m-%d %H:%M} UTC." if at else f"{wrong}.")
            continue
        found[at + length] = (high / scale, low / scale, close / scale)
    kept = sorted(found.items())
    highs, lows, ends = (np.array([row[place] for _, row in kept], dtype=np.float64) for place in range(3))
    times = np.array([at.replace(tzinfo=None) for at, _ in kept], dtype="datetime64[s]")
    return Candles(times, highs, lows, ends), refused


def both(first: Candles, second: Candles) -> Candles:
    """The candles of both; where both have one of the same span, that of `first`."""
    lacking = ~np.isin(second.times, first.times)
    times = np.concatenate([first.times, second.times[lacking]])
    order = np.argsort(times)
    prices = (
        np.concatenate([mine, theirs[lacking]])[order]
        for mine, theirs in zip(
            (first.highs, first.lows, first.closes), (second.highs, second.lows, second.closes), strict=True
        )
    )
    return Candles(times[order], *prices)


def settlements(
    venue: Venue, symbol: str, rows: Iterable[Row], since: datetime, now: datetime
) -> tuple[FundingHistory, list[str]]:
    """What a perpetual settled from `since` to `now`, to the second, and what was refused.

    A settlement that comes twice counts once when both say the same, and not at all when they differ.
    """
    wrong = f"{venue.name} gives an impossible past funding of {symbol}"
    found: dict[datetime, Decimal] = {}
    refused: dict[datetime, str] = {}
    for row in rows:
        at = read_moment(row["timestamp"], f"{wrong}.")
        if at is None or not since <= (second := at.replace(microsecond=0)) <= now:
            continue
        rate = read_number(figure(row, venue.paid))
        if rate is None or abs(rate) > MAX_RATE or found.setdefault(second, rate) != rate:
            refused[second] = f"{wrong} at {second:%Y-%m-%d %H:%M} UTC."
    kept = sorted((at.replace(tzinfo=None), rate) for at, rate in found.items() if at not in refused)
    return (
        FundingHistory(
            np.array([at for at, _ in kept], dtype="datetime64[s]"),
            np.array([rate for _, rate in kept], dtype=np.float64),
        ),
        list(refused.values()),
    )
