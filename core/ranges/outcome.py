"""What a plan's coins make, with the hedge and without it: over the horizon, in a fall, after any move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.domain.range import Forecast, Range
from core.hedge.hedge import Hedge
from core.hedge.study import Study
from core.measure.beta import Floats
from core.ranges.spread import move_ends, swing_ends


@dataclass(frozen=True, slots=True)
class Both:
    """A forecast of the coins alone and of coins and shorts together."""

    bare: Forecast
    """Without the hedge."""
    hedged: Forecast
    """With it."""


def swings(hedge: Hedge) -> Both:
    """What prices make of the coins over the horizon. Nothing is expected of them in either direction."""
    study, shorted, days = hedge.study, shorted_of(hedge), hedge.wish.horizon_days
    worth, none = hedge.exposure, np.zeros(len(hedge.study.weights))
    return Both(
        _forecast(worth.value, Decimal(0), swing_ends(study, study.weights, none, days), worth.moving_value),
        _forecast(worth.value, Decimal(0), swing_ends(study, study.weights, shorted, days), None),
    )


def bare_swing(study: Study, days: int) -> Range:
    """What prices make of the coins alone over so many days."""
    ends = swing_ends(study, study.weights, np.zeros(len(study.weights)), days)
    return _forecast(study.exposure.value, Decimal(0), ends, study.exposure.moving_value).range


def in_fall(hedge: Hedge) -> Both:
    """What they make if the benchmark falls as the plan says."""
    fall = hedge.outcome
    return after(hedge, {fall.benchmark: -hedge.wish.fall}, fall.without, fall.hedged)


def after(hedge: Hedge, named: Mapping[str, Decimal], bare: Decimal, hedged: Decimal) -> Both:
    """The forecasts after these moves, where `bare` and `hedged` are expected in USD."""
    study, worth = hedge.study, hedge.exposure
    moves = {asset: float(move) for asset, move in named.items()}
    none = np.zeros(len(study.weights))
    return Both(
        _forecast(worth.value, bare, move_ends(study, study.weights, none, moves), worth.moving_value),
        _forecast(worth.value, hedged, move_ends(study, study.weights, shorted_of(hedge), moves), None),
    )


def shorts_in_rise(hedge: Hedge, benchmark: str, rise: Decimal) -> Forecast:
    """What the shorts lose, as a gain below zero, if the benchmark rises and their coins follow by beta.

    They are as far off as the coins themselves would be without a hedge.
    """
    study, shorted = hedge.study, shorted_of(hedge)
    named = {benchmark: float(rise)}
    lost = Decimal(repr(float(shorted @ study.betas_to(benchmark)))) * rise * hedge.exposure.value
    low, high = move_ends(study, shorted, np.zeros(len(shorted)), named)
    return _forecast(hedge.exposure.value, -lost, (-high, -low), None)


def shorted_of(hedge: Hedge) -> Floats:
    """USD short of each asset of the study per USD of the portfolio; (assets,)."""
    shorts: dict[str, Decimal] = {}
    for leg in hedge.legs:
        shorts[leg.asset] = shorts.get(leg.asset, Decimal(0)) + leg.notional
    shares = np.array([float(short / hedge.exposure.value) for short in shorts.values()])
    return hedge.study.spread(hedge.study.columns(shorts), shares)


def _forecast(worth: Decimal, mid: Decimal, ends: Iterable[float], most: Decimal | None) -> Forecast:
    """The forecast in USD. most: what can be lost at all; None where there is no such bound."""
    low, high = (mid + worth * Decimal(repr(float(end))) for end in ends)
    return Forecast(mid, Range(low if most is None else max(low, -most), high))
