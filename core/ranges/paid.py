"""What funding will have paid: the mean of the last 30 days, and how far off that was.

Funding goes in spells, so the days of a horizon err together, and the range grows with the days and not with
their root. It is as wide as the days of the last month were apart, and a little wider where much was paid:
`Record.spread`, days * (deviation + PULL * |mean|).

The constants are percentiles of (paid - expected) / spread on the funding of BTC, ETH, ADA, XRP, LTC and SOL
from 2019 to 2024; `python -m tests.benchmarks hedge_quality` measures them again. None is a small coin.
"""

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from core.cost.funding import Record
from core.cost.short import Cost
from core.domain.range import Forecast, Range
from core.hedge.hedge import Hedge

HORIZONS = (7, 14, 30, 60)
"""Days for which the ends were measured; between them they are interpolated."""
ENDS = HORIZONS, (-0.88, -0.86, -0.92, -0.98), (1.23, 1.44, 1.59, 1.88)
"""The lower and the upper ends, in spreads, for each of HORIZONS."""


def funding_ends(known: Record, days: float) -> tuple[float, float]:
    """What a short receives in funding over so many days four times in five, as shares of its notional."""
    spread = known.spread(days)
    low, high = (float(np.interp(days, HORIZONS, ends)) for ends in ENDS[1:])
    return known.mean * days + low * spread, known.mean * days + high * spread


def funding_of(hedge: Hedge) -> Forecast | None:
    """The funding of the plan's perpetuals over its horizon; None where it has none, and where the past of
    one is not on record.
    """
    days, perpetuals = float(hedge.wish.horizon_days), [leg for leg in hedge.legs if leg.contract.perpetual]
    return _together((leg.notional, leg.record, days) for leg in perpetuals) if perpetuals else None


def funding_forecast(legs: Iterable[Cost]) -> Forecast | None:
    """The same of priced legs, each over its own days."""
    perpetuals = [leg for leg in legs if leg.contract.perpetual]
    shorts = ((leg.notional, leg.record, float(leg.days)) for leg in perpetuals)
    return _together(shorts) if perpetuals else None


def _together(shorts: Iterable[tuple[Decimal, Record | None, float]]) -> Forecast | None:
    """The funding of shorts of so many USD over so many days, as if all were off to the same side."""
    mid = low = high = Decimal(0)
    for notional, known, days in shorts:
        if known is None:
            return None
        shares = (known.mean * days, *funding_ends(known, days))
        mid, low, high = (
            total + notional * Decimal(repr(share))
            for total, share in zip((mid, low, high), shares, strict=True)
        )
    return Forecast(mid, Range(low, high))
