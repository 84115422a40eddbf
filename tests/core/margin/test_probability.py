"""How often a rally takes a short: the curve, its inverse, and what daily highs really did."""

import csv
import gzip
from collections import defaultdict
from decimal import Decimal
from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.margin import (
    MAX_CHOSEN,
    chance_of_any,
    likely_rally,
    rallies_of,
    rally_probability,
    whole_leverage,
)
from core.margin.probability import MEASURED, distance_of, tail
from core.margin.rallies import OF_MAJORS, OF_OTHERS, OF_THIN, Rallies
from core.measure.beta import Floats

SIGMAS, DAYS, RISES = st.floats(0.005, 0.2), st.integers(1, 90), st.floats(0.001, 20)
CLASSES = st.sampled_from([OF_MAJORS, OF_OTHERS, OF_THIN])


@pytest.mark.parametrize(("deviations", "probability"), MEASURED)
def test_the_curve_of_several_coins_passes_through_what_was_measured(
    deviations: float, probability: float
) -> None:
    assert tail(deviations) == pytest.approx(probability)
    assert distance_of(probability) == pytest.approx(deviations)


@given(SIGMAS, DAYS, RISES, st.floats(1.01, 3), CLASSES)
def test_a_nearer_price_a_wilder_coin_and_a_longer_time_are_never_safer(
    sigma: float, days: int, rise: float, more: float, coins: Rallies
) -> None:
    before = rally_probability(rise, sigma, days, coins)
    assert 0 <= before <= 1
    assert rally_probability(rise / more, sigma, days, coins) >= before
    assert rally_probability(rise, sigma * more, days, coins) >= before
    assert rally_probability(rise, sigma, days + 1, coins) >= before


@given(SIGMAS, DAYS, st.floats(0.0001, 0.4), CLASSES)
def test_the_likely_rally_has_just_that_probability(
    sigma: float, days: int, probability: float, coins: Rallies
) -> None:
    rise = likely_rally(probability, sigma, days, coins)
    assert rally_probability(rise, sigma, days, coins) == pytest.approx(probability)


@given(st.floats(0, 0.04), st.floats(0.5, 2))
def test_a_coin_of_less_liquid_a_class_is_told_no_less_of_a_large_rise(calm: float, rise: float) -> None:
    major, other, thin = (
        rally_probability(rise, calm, 14, coins) for coins in (OF_MAJORS, OF_OTHERS, OF_THIN)
    )
    assert major <= other <= thin
    assert rally_probability(0.95, calm + 0.01, 14, OF_THIN) >= 0.025


def test_the_class_of_a_coin_goes_by_its_name_and_how_much_it_trades() -> None:
    assert rallies_of("ETH") == rallies_of("ETH", thin=True) == OF_MAJORS
    assert rallies_of("LINK") == OF_OTHERS
    assert rallies_of("LINK", thin=True) == OF_THIN


def test_a_short_that_is_past_liquidation_at_entry_is_lost_for_certain() -> None:
    assert rally_probability(0, 0.04, 14, OF_OTHERS) == rally_probability(-0.5, 0.04, 14, OF_MAJORS) == 1


def test_a_coin_that_does_not_move_is_never_liquidated() -> None:
    assert rally_probability(0.1, 0, 14, OF_OTHERS) == 0
    assert likely_rally(0.01, 0, 14, OF_OTHERS) == 0


@pytest.mark.parametrize(
    ("most", "allowed", "chosen"), [("0.4", 50, 1), ("2.99", 50, 2), ("9", 50, 5), ("4.2", 3, 3)]
)
def test_a_whole_leverage_stays_within_one_and_what_is_allowed(most: str, allowed: int, chosen: int) -> None:
    assert whole_leverage(Decimal(most), Decimal(allowed)) == chosen
    assert chosen <= MAX_CHOSEN


# --- any of several


@given(st.lists(st.floats(0.0005, 0.9), min_size=2, max_size=6), st.floats(0, 0.9))
def test_any_of_several_is_between_the_likeliest_and_all_by_chance(
    chances: list[float], correlation: float
) -> None:
    found = chance_of_any(chances, correlation)
    assert max(chances) <= found <= 1 - np.prod(1 - np.array(chances)) + 1e-5
    assert found >= chance_of_any(chances, min(correlation + 0.05, 0.95)) - 1e-5


def test_coins_that_have_nothing_in_common_are_liquidated_by_chance() -> None:
    assert chance_of_any([0.1, 0.2, 0.05], 0.0) == pytest.approx(1 - 0.9 * 0.8 * 0.95, abs=1e-4)


def test_one_short_alone_is_what_it_is() -> None:
    assert chance_of_any([0.07], 1.0) == 0.07
    assert chance_of_any([1.0, 0.2], 0.5) == 1.0
    assert chance_of_any([0.0, 0.0], 0.5) == 0.0


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
    foretold = np.mean([rally_probability(survived, sigma, DAYS_AHEAD, OF_MAJORS) for sigma in sigmas])
    happened = np.mean(rises >= survived)
    assert happened == pytest.approx(foretold, rel=0.5, abs=0.015)


@pytest.mark.parametrize("leverage", [1, 2, 3, 5])
def test_shorts_of_the_other_coins_were_liquidated_about_as_often_as_foretold(leverage: int) -> None:
    survived = (1 / leverage - 0.0055) / 1.0055
    others = [shorts(asset) for asset in highs_and_closes() if asset not in {"BTC", "ETH", "SOL"}]
    foretold = [
        rally_probability(survived, sigma, DAYS_AHEAD, OF_OTHERS) for sigmas, _ in others for sigma in sigmas
    ]
    happened = np.concatenate([rises >= survived for _, rises in others])
    assert happened.mean() == pytest.approx(np.mean(foretold), rel=0.3)
