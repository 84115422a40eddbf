"""How often a rally takes a short: the curve, its inverse, and what daily highs really did."""

import csv
import gzip
from collections import defaultdict
from decimal import Decimal
from functools import cache
from math import exp, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.margin import (
    DISTANCE,
    MAX_CHOSEN,
    TARGET,
    affordable_leverage,
    likely_rally,
    liquidation_probability,
    rally_probability,
    whole_leverage,
)
from core.margin.probability import MEASURED
from core.measure.beta import Floats
from tests.domain import FLAT_BRACKET

RATE, FEE = Decimal("0.005"), Decimal("0.0005")
SIGMAS, DAYS = st.floats(0.005, 0.2), st.integers(1, 90)
LEVERAGES = st.integers(1, 100)


def liquidated(sigma: float = 0.045, days: int = 14, leverage: int = 2) -> float:
    return liquidation_probability(sigma, days, Decimal(leverage), RATE, FEE)


@pytest.mark.parametrize(("deviations", "probability"), MEASURED)
def test_the_curve_passes_through_what_was_measured(deviations: float, probability: float) -> None:
    rise = exp(deviations * 0.045 * sqrt(14)) - 1
    assert rally_probability(rise, 0.045, 14) == pytest.approx(probability)


def test_the_target_is_three_and_a_half_deviations() -> None:
    assert likely_rally(TARGET, 0.045, 14) == pytest.approx(exp(DISTANCE * 0.045 * sqrt(14)) - 1)


@pytest.mark.parametrize(
    ("coin", "sigma", "at_2x", "at_5x"),
    [("BTC", 0.028, 0.005, 0.12), ("ETH", 0.037, 0.019, 0.20), ("SOL", 0.055, 0.108, 0.35)],
)
def test_typical_coins_are_liquidated_about_as_often_as_was_measured(
    coin: str, sigma: float, at_2x: float, at_5x: float
) -> None:
    assert at_2x / 2 <= liquidated(sigma, leverage=2) <= at_2x * 2
    assert at_5x / 1.5 <= liquidated(sigma, leverage=5) <= at_5x * 1.5


@given(SIGMAS, DAYS, LEVERAGES)
def test_more_leverage_is_never_safer(sigma: float, days: int, leverage: int) -> None:
    assert liquidated(sigma, days, leverage + 1) >= liquidated(sigma, days, leverage)


@given(SIGMAS, DAYS, LEVERAGES, st.floats(1.01, 3))
def test_a_wilder_coin_or_a_longer_time_is_never_safer(
    sigma: float, days: int, leverage: int, more: float
) -> None:
    before = liquidated(sigma, days, leverage)
    assert 0 <= before <= 1
    assert liquidated(sigma * more, days, leverage) >= before
    assert liquidated(sigma, days + 1, leverage) >= before


@given(SIGMAS, DAYS, st.floats(0.0001, 0.9))
def test_the_affordable_leverage_has_just_the_target_probability(
    sigma: float, days: int, target: float
) -> None:
    most = affordable_leverage(sigma, days, RATE, FEE, target)
    assert liquidation_probability(sigma, days, Decimal(most), RATE, FEE) == pytest.approx(target)
    assert rally_probability(likely_rally(target, sigma, days), sigma, days) == pytest.approx(target)


def test_a_short_that_is_past_liquidation_at_entry_is_lost_for_certain() -> None:
    assert liquidated(leverage=200) == 1


def test_a_coin_that_does_not_move_is_never_liquidated() -> None:
    assert liquidated(sigma=0) == 0


@given(SIGMAS, DAYS)
def test_the_chosen_leverage_is_the_largest_whole_one_that_keeps_the_target(sigma: float, days: int) -> None:
    most = affordable_leverage(sigma, days, RATE, FEE)
    leverage, kept = whole_leverage(Decimal(most), FLAT_BRACKET[0].max_leverage), most >= 1
    assert leverage == leverage.to_integral_value()
    assert kept == (liquidation_probability(sigma, days, leverage, RATE, FEE) <= TARGET * (1 + 1e-9))
    if kept and leverage < MAX_CHOSEN:
        assert liquidation_probability(sigma, days, leverage + 1, RATE, FEE) > TARGET * (1 - 1e-9)


@pytest.mark.parametrize(
    ("most", "allowed", "chosen"), [("0.4", 50, 1), ("2.99", 50, 2), ("9", 50, 5), ("4.2", 3, 3)]
)
def test_a_whole_leverage_stays_within_one_and_what_is_allowed(most: str, allowed: int, chosen: int) -> None:
    assert whole_leverage(Decimal(most), Decimal(allowed)) == chosen


def test_a_published_study_of_bitcoins_daily_extremes_agrees() -> None:
    """A 1 % chance a day of losing a short's margin: margin 20 %, leverage 5, at BTC's sigma of that time."""
    assert affordable_leverage(0.05, 1, RATE, FEE) == pytest.approx(5, abs=0.5)


# --- against real daily highs

SPOT = Path(__file__).parents[4] / "shared" / "data" / "daily_spot.csv.gz"
HALF_LIFE, LEAST_DAYS, DAYS_AHEAD = 60, 90, 14


@cache
def highs_and_closes() -> dict[str, tuple[Floats, Floats]]:
    if not SPOT.exists():
        pytest.skip(f"no recorded prices at {SPOT}")
    rows = defaultdict(list)
    with gzip.open(SPOT, "rt") as file:
        for row in csv.DictReader(file):
            rows[row["asset"]].append((row["date"], float(row["high"]), float(row["close"])))
    return {
        asset: (np.array([row[1] for row in sorted(days)]), np.array([row[2] for row in sorted(days)]))
        for asset, days in rows.items()
    }


@cache
def shorts(asset: str) -> tuple[Floats, Floats]:
    """For a short opened at each close: sigma known then, and the highest rise in the days ahead."""
    highs, closes = highs_and_closes()[asset]
    returns = np.diff(np.log(closes))
    sigmas, rises = [], []
    for day in range(LEAST_DAYS, len(closes) - DAYS_AHEAD):
        past = returns[max(0, day - 365) : day]
        weights = 0.5 ** (np.arange(len(past))[::-1] / HALF_LIFE)
        sigmas.append(sqrt(np.average((past - np.average(past, weights=weights)) ** 2, weights=weights)))
        rises.append(highs[day + 1 : day + 1 + DAYS_AHEAD].max() / closes[day] - 1)
    return np.array(sigmas), np.array(rises)


@pytest.mark.parametrize("asset", ["BTC", "ETH", "SOL"])
@pytest.mark.parametrize("leverage", [2, 3, 5])
def test_shorts_of_2019_to_2024_were_liquidated_about_as_often_as_foretold(asset: str, leverage: int) -> None:
    sigmas, rises = shorts(asset)
    survived = (1 / leverage - 0.0055) / 1.0055
    foretold = np.mean([rally_probability(survived, sigma, DAYS_AHEAD) for sigma in sigmas])
    happened = np.mean(rises >= survived)
    assert happened == pytest.approx(foretold, rel=0.5, abs=0.01)


@pytest.mark.parametrize("probability", [0.005, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8])
def test_the_majors_reached_a_rally_about_as_often_as_its_probability(probability: float) -> None:
    reached = np.concatenate(
        [
            rises >= [likely_rally(probability, sigma, DAYS_AHEAD) for sigma in sigmas]
            for sigmas, rises in map(shorts, ("BTC", "ETH", "SOL"))
        ]
    )
    assert np.mean(reached) == pytest.approx(probability, rel=0.25, abs=0.005)


def test_smaller_coins_jump_far_a_little_more_often() -> None:
    small = highs_and_closes().keys() - {"BTC", "ETH", "SOL"}
    reached = [
        rises >= [likely_rally(TARGET, s, DAYS_AHEAD) for s in sigmas] for sigmas, rises in map(shorts, small)
    ]
    assert TARGET < np.mean(np.concatenate(reached)) < 3 * TARGET
