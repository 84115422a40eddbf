"""The past of the world as a venue has it before paging: settlements and candles, oldest first."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache

from tests.venues.world import INDEXES, LISTED, NOW, close, midnight, ms, past_rate

Query = Mapping[str, str]
FIRST = midnight(LISTED)


@cache
def settled(asset: str, hours: int) -> list[tuple[int, str]]:
    """When a perpetual has settled, in milliseconds, and what: every `hours` since it was listed."""
    count = (NOW - FIRST) // timedelta(hours=hours)
    times = (FIRST + timedelta(hours=hours) * step for step in range(count + 1))
    return [(ms(at), f"{past_rate(asset, at):f}") for at in times]


@cache
def candles(asset: str, hours: int, scale: int = 1) -> list[tuple[int, str, str, str, str]]:
    """Start in milliseconds, open, high, low and close of every candle, that in progress included.

    Those of an hour close where their day does.
    """
    count = (NOW - FIRST) // timedelta(hours=hours)
    starts = (FIRST + timedelta(hours=hours) * step for step in range(count + 1))
    return [_candle(asset, at, scale) for at in starts]


def _candle(asset: str, at: datetime, scale: int) -> tuple[int, str, str, str, str]:
    end = close(asset, at.astimezone(UTC).date()) * scale
    prices = (end, end * Decimal("1.01"), end * Decimal("0.99"), end)
    return (ms(at), *(f"{price:f}" for price in prices))  # type: ignore[return-value]


ABOVE = Decimal("1.05")
"""Of the past marks over the index: they are told from trades by it."""


def marks(
    asset: str, minutes: int, first: int, count: int, scale: int = 1
) -> list[tuple[int, str, str, str, str]]:
    """As `candles`, so many of the mark price, from the first one that begins at `first` or later."""
    step, price = minutes * 60_000, Decimal(INDEXES[asset]) * ABOVE * scale
    begin = -(-first // step) * step
    prices = (price, price * Decimal("1.01"), price * Decimal("0.99"), price)
    row = tuple(f"{each:f}" for each in prices)
    return [(begin + place * step, *row) for place in range(count)]  # type: ignore[misc]


def next_settlement(hours: int) -> datetime:
    """The first settlement after NOW."""
    day = NOW.replace(hour=0, minute=0)
    return day + timedelta(hours=hours) * ((NOW - day) // timedelta(hours=hours) + 1)
