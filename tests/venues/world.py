"""One small world that every venue's served answers tell of, each in its own shape."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
TODAY = NOW.date()

MARKS = {"BTC": "60012.5", "ETH": "3001.5", "SOL": "150.15", "PEPE": "0.00001002"}
"""USD per coin of each perpetual's mark."""
INDEXES = {"BTC": "60000", "ETH": "3000", "SOL": "150", "PEPE": "0.00001"}
"""USD per coin of its index, where the venue gives one."""
BIDS = {"BTC": "60012", "ETH": "3001.4", "SOL": "150.1", "PEPE": "0.00001001"}
ASKS = {"BTC": "60013", "ETH": "3001.6", "SOL": "150.2", "PEPE": "0.00001003"}
RATES = {"BTC": "0.0001", "ETH": "0.00005", "SOL": "-0.0002", "PEPE": "0.0003"}
"""What longs pay shorts at the next settlement, as a decimal of notional."""
TRADED, OPEN = "2400000000", "48000000"
"""USD traded in each perpetual within 24 hours, and USD open in it."""
SPOT_ONLY = {"KAS": ("0.0814", "0.0816")}
"""Bid and ask in USD of a coin that has no contract; its price is the middle, 0.0815."""
DATED_PREMIUM = Decimal("1.015")
"""Of a dated future's mark over the index."""
LISTED = date(2025, 3, 1)
"""The first day that any coin has a price."""
ENDING = NOW + timedelta(days=4)
"""When a perpetual ends whose end was announced."""
FAR_OFF = datetime(2100, 12, 25, 8, tzinfo=UTC)
"""What venues write for the end of a perpetual of which none was announced."""


def close(asset: str, day: date) -> Decimal:
    """USD per coin at the end of a UTC day: a wave around the index."""
    price = Decimal(INDEXES.get(asset, "0.0815"))
    wave = 1 + Decimal(round(0.2 * math.sin((day - LISTED).days / 9 + len(asset)), 4)).quantize(
        Decimal("0.0001")
    )
    return price * wave


def days() -> list[date]:
    """Every day that has ended, from LISTED on."""
    return [LISTED + timedelta(days=day) for day in range((TODAY - LISTED).days)]


def past_rate(asset: str, at: datetime) -> Decimal:
    """What a settlement paid: a little different each time."""
    return Decimal(RATES[asset]) + Decimal(at.day) / 1_000_000


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
