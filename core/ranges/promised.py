"""All that a plan says of days to come, with ranges: kept with the hedge, so that the report can judge it."""

from decimal import ROUND_HALF_EVEN, Decimal

from core.domain.range import Forecast, Promise, Range
from core.hedge.hedge import Hedge
from core.ranges.outcome import in_fall, swings
from core.ranges.paid import funding_of

_CENT = Decimal("0.01")


def promised(hedge: Hedge) -> Promise:
    """What the plan says."""
    swing, fall, funding = swings(hedge), in_fall(hedge), funding_of(hedge)
    return Promise(
        days=hedge.wish.horizon_days,
        benchmark=hedge.outcome.benchmark,
        fall=hedge.wish.fall,
        bare_swing=_range(swing.bare.range),
        swing=_range(swing.hedged.range),
        bare_fall=_forecast(fall.bare),
        in_fall=_forecast(fall.hedged),
        funding=None if funding is None else _forecast(funding),
    )


def _forecast(found: Forecast) -> Forecast:
    return Forecast(_cents(found.mid), _range(found.range))


def _range(found: Range) -> Range:
    return Range(_cents(found.low), _cents(found.high))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
