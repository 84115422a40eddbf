"""Drift: a short of fixed size against moved prices, and how much the difference risks."""

from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advice.drift import at_sizing, drift
from core.advice.sizing import sizing
from core.hedge.plan import plan
from core.hedge.wish import Wish
from tests.domain import NOW, contract, holdings, snapshot

FINE = contract("ETH", multiplier="0.01")
BEFORE = snapshot(FINE, BTC=90_000, ETH=3500, SOL=100)
AFTER = snapshot(FINE, BTC=76_500, ETH=2975, SOL="77.5")
"""ETH fell 15 %, and the coins 1.5 times as much."""
ONE_AND_A_HALF = Wish(legs=("ETH",), beta=Decimal("1.5"))
COINS = holdings("SOL 500")


def test_a_fall_makes_a_short_of_fixed_size_too_large() -> None:
    sized = plan(COINS, BEFORE, ONE_AND_A_HALF, NOW)
    assert sized.legs[0].count == 2143
    now = plan(COINS, AFTER, ONE_AND_A_HALF, NOW)
    short = {"ETH": 2143 * Decimal("29.75")}
    found = drift(now.study, now.wanted, short)
    assert found.wanted["ETH"] == Decimal(58125)
    assert found.excess == pytest.approx(Decimal("0.0968"), abs=Decimal("0.0001"))
    assert found.errors == {"ETH": Decimal("5629.25")}
    assert found.outside


def test_the_betas_of_the_sizing_say_the_same_as_long_as_they_hold() -> None:
    known = sizing(plan(COINS, BEFORE, ONE_AND_A_HALF, NOW), "", NOW)
    assert at_sizing(known, Decimal(58125)) == {"ETH": Decimal(58125)}


def test_the_risk_of_an_error_is_its_swing_over_that_of_the_coins() -> None:
    hedge = plan(holdings("ETH 10"), BEFORE, Wish(legs=("ETH",)), NOW)
    short = {"ETH": hedge.wanted["ETH"] + 3500}
    assert drift(hedge.study, hedge.wanted, short).risk == pytest.approx(0.1)


def test_errors_that_make_up_for_each_other_risk_less_than_each_alone() -> None:
    hedge = plan(COINS, BEFORE, Wish(legs=("ETH", "SOL")), NOW)
    one, other = Decimal(5000), Decimal(-4000)
    both = drift(hedge.study, {"ETH": Decimal(0), "SOL": Decimal(0)}, {"ETH": one, "SOL": other}).risk
    alone = [
        drift(hedge.study, {"ETH": Decimal(0)}, {"ETH": one}).risk,
        drift(hedge.study, {"SOL": Decimal(0)}, {"SOL": other}).risk,
    ]
    columns = hedge.study.columns(["ETH", "SOL"])
    block = hedge.study.covariance[columns][:, columns]
    correlation = block[0, 1] / sqrt(block[0, 0] * block[1, 1])
    assert both**2 == pytest.approx(alone[0] ** 2 + alone[1] ** 2 - 2 * correlation * alone[0] * alone[1])
    assert both < max(alone)


def test_the_band_decides_what_is_worth_an_order() -> None:
    hedge = plan(holdings("ETH 10"), BEFORE, Wish(legs=("ETH",)), NOW)
    short = {"ETH": hedge.wanted["ETH"] * Decimal("1.04")}
    assert not drift(hedge.study, hedge.wanted, short).outside
    assert drift(hedge.study, hedge.wanted, short, band=0.03).outside


def test_without_anything_wanted_the_whole_short_is_the_error() -> None:
    hedge = plan(COINS, BEFORE, Wish(legs=("ETH",)), NOW)
    found = drift(hedge.study, {}, {"ETH": Decimal(1000)})
    assert found.excess is None
    assert found.errors == {"ETH": Decimal(1000)}
    assert found.risk > 0


@given(st.sampled_from([("ETH",), ("ETH", "SOL"), ("BTC", "ETH", "SOL")]), st.integers(5, 150))
def test_right_after_sizing_only_the_rounding_is_off(legs: tuple[str, ...], percent: int) -> None:
    hedge = plan(COINS, BEFORE, Wish(legs=legs, coverage=Decimal(percent) / 100), NOW)
    assert drift(hedge.study, hedge.wanted, hedge.wanted).risk == 0
    short = {leg.asset: leg.notional for leg in hedge.legs}
    assert drift(hedge.study, hedge.wanted, short).risk < 0.001
