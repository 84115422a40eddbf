"""Liquidation, margin and expiry: what is measured of each open position."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import log
from operator import gt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.alert import KINDS
from core.alert.rule import State, step
from core.alert.situation import Situation
from core.domain.quote import QUOTE_WARN
from core.domain.snapshot import Snapshot
from core.journal.fill import Margin
from core.margin import liquidation_linear, rallies_of, rally_probability
from tests.core.alert.given import (
    ETH,
    FUTURE,
    fact,
    measured,
    older,
    quoted,
    read_each,
    said,
    stepped,
    user,
    value,
    with_open,
)
from tests.core.journal.open_hedges import BEGAN, sold
from tests.core.outcome.lives import episode
from tests.domain import FLAT_BRACKET, NOW, VENUE, contract, snapshot
from tests.effort import examples

MARKET = snapshot(
    contract("ETH", brackets=FLAT_BRACKET), contract("SOL", brackets=FLAT_BRACKET), ETH=3500, SOL=160
)
SOL = f"{VENUE}:SOL/USDT:USDT"
NEW, OLD = timedelta(0), QUOTE_WARN + timedelta(seconds=1)


def shorted(market: Snapshot = MARKET, margin: str = "1750") -> Situation:
    """One ETH short from $3,500."""
    return with_open(market, sold("1000", MARKET, at="3500", margin=margin))


def test_the_distance_is_the_rise_to_the_liquidation_price() -> None:
    # 2x from $3,500 with maintenance of 0.5 %: $5,223.88.
    assert value(shorted(), "liquidation 20%") == pytest.approx(
        Decimal("5223.88") / 3500 - 1, abs=Decimal("1e-5")
    )


def test_the_distance_shrinks_as_the_coin_rises() -> None:
    near = value(shorted(quoted(MARKET, {"ETH": "4500"})), "liquidation 20%")
    assert near == pytest.approx(Decimal("5223.88") / 4500 - 1, abs=Decimal("1e-5"))


def test_past_its_liquidation_price_a_short_is_in_the_worst_tier() -> None:
    past = value(shorted(quoted(MARKET, {"ETH": "5300"})), "liquidation 20%")
    assert past is not None
    assert past < 0


def test_the_margin_to_add_restores_the_mildest_distance() -> None:
    high = quoted(MARKET, {"ETH": "4500"})
    add = fact(shorted(high), "liquidation 30% 20%", "add")
    assert add is not None
    assert add > 0
    restored = shorted(high, margin=f"{1750 + add:f}")
    assert value(restored, "liquidation 30% 20%") == pytest.approx(Decimal("0.3"), abs=Decimal("1e-12"))


def test_nothing_has_to_be_added_far_from_liquidation() -> None:
    assert fact(shorted(), "liquidation 20%", "add") == 0


def test_the_margin_to_add_restores_the_distance_of_a_coin_margined_short() -> None:
    coins = contract("ETH", multiplier="10", inverse=True, brackets=FLAT_BRACKET)
    market = snapshot(coins, ETH=3500)
    high = quoted(market, {"ETH": "4500"})

    def short(margin: str) -> Situation:
        return with_open(high, sold("350", market, coins.symbol, at="3500", margin=margin))

    add = fact(short("1000"), "liquidation 90%", "add")
    assert add is not None
    at_entry = 1000 + add * 3500 / 4500  # what is kept of it is its worth at the entry
    assert value(short(f"{at_entry:f}"), "liquidation 90%") == pytest.approx(
        Decimal("0.9"), abs=Decimal("1e-9")
    )


def test_a_long_is_as_far_as_it_may_fall() -> None:
    bought = replace(sold("1000", MARKET, at="3500", margin="1750"), count=Decimal(1000))
    found = measured(with_open(MARKET, bought), "liquidation 20%")
    assert found is not None
    assert found.value == pytest.approx(Decimal("0.4975"), abs=Decimal("1e-4"))
    assert found.facts.add is None


def test_sigmas_are_usual_days_to_the_liquidation_price() -> None:
    situation = shorted()
    sigma = situation.sigma("ETH", VENUE)
    away = value(situation, "liquidation 20%")
    assert sigma is not None
    assert away is not None
    assert value(situation, "liquidation 4 sigma") == pytest.approx(
        Decimal(log(1 + away) / sigma), rel=Decimal("1e-9")
    )
    assert fact(situation, "liquidation 20%", "sigmas") == pytest.approx(
        Decimal(log(1 + away) / sigma), rel=Decimal("1e-9")
    )
    chance = fact(situation, "liquidation 20%", "chance")
    assert chance == pytest.approx(
        Decimal(rally_probability(float(away), sigma, 14, rallies_of("ETH"))), rel=Decimal("1e-9")
    )


def test_sigmas_past_the_liquidation_price_are_below_zero() -> None:
    past = value(shorted(quoted(MARKET, {"ETH": "5300"})), "liquidation 4 sigma")
    assert past is not None
    assert past < 0


def test_the_margin_to_add_restores_the_mildest_sigmas() -> None:
    high = quoted(MARKET, {"ETH": "4500"})
    add = fact(shorted(high), "liquidation 6 4 2 sigma", "add")
    assert add is not None
    restored = value(shorted(high, margin=f"{1750 + add:f}"), "liquidation 6 4 2 sigma")
    assert restored == pytest.approx(Decimal(6), abs=Decimal("1e-6"))


def test_without_a_measured_history_there_are_no_sigmas() -> None:
    market = replace(MARKET, closes={})
    assert value(shorted(market), "liquidation 4 sigma") is None
    found = measured(shorted(market), "liquidation 20%")
    assert found is not None
    assert (found.facts.sigmas, found.facts.chance) == (None, None)


def test_each_position_is_measured_by_itself() -> None:
    both = with_open(
        MARKET,
        sold("1000", MARKET, at="3500", margin="1750"),
        sold("10000", MARKET, "SOL/USDT:USDT", at="160", margin="400"),
    )
    found = read_each(both, said("liquidation 20%"))
    assert list(found) == [ETH, SOL]
    assert list(read_each(both, said("liquidation SOL 20%"))) == [SOL]
    assert list(read_each(both, said(f"liquidation {ETH} 20%"))) == [ETH]
    assert list(read_each(both, said("liquidation BTC 20%"))) == []


def test_a_second_position_in_danger_is_told_beside_the_first() -> None:
    rule = said("liquidation 20%")
    states: dict[str, State] = {}
    told = []
    for sol in ("160", "225"):
        situation = with_open(
            quoted(MARKET, {"ETH": "4900", "SOL": sol}),
            sold("1000", MARKET, at="3500", margin="1750"),
            sold("10000", MARKET, "SOL/USDT:USDT", at="160", margin="800"),
        )
        for name, reading in read_each(situation, rule).items():
            states[name], firing = stepped(rule, states.get(name, State()), reading)
            told += [name] if firing else []
    assert told == [ETH, SOL]


@pytest.mark.parametrize("words", ["liquidation 20%", "margin 150%"])
def test_a_position_without_a_known_margin_is_not_measured(words: str) -> None:
    assert value(with_open(MARKET, sold("1000", MARKET)), words) is None


@pytest.mark.parametrize("words", ["liquidation 20%", "margin 150%", "expiry 7d"])
def test_nothing_is_measured_without_a_position(words: str) -> None:
    assert read_each(user(MARKET, "ETH 10"), said(words)) == {}


def test_margin_is_what_backs_the_short_over_what_the_venue_asks_for() -> None:
    situation = shorted(quoted(MARKET, {"ETH": "4500"}))
    # 1750 - 1000 over 0.5 % of 4500.
    assert value(situation, "margin 150%") == Decimal(750) / Decimal("22.5")
    assert fact(situation, "margin 150%", "margin") == 750
    assert fact(situation, "margin 150%", "needed") == Decimal("22.5")


def test_the_margin_to_add_restores_the_mildest_health() -> None:
    high = quoted(MARKET, {"ETH": "5210"})
    add = fact(shorted(high), "margin 300% 150%", "add")
    assert add is not None
    assert add > 0
    assert value(shorted(high, margin=f"{1750 + add:f}"), "margin 300% 150%") == pytest.approx(3, rel=1e-12)


def test_margin_that_was_added_counts() -> None:
    fills = sold("1000", MARKET, at="3500", margin="1750")
    added = Margin(VENUE, "ETH/USDT:USDT", Decimal(2000), BEGAN + timedelta(minutes=5))
    situation = user(MARKET, "ETH 10", episode=episode(fills, added))
    before, after = value(shorted(), "liquidation 20%"), value(situation, "liquidation 20%")
    assert before is not None
    assert after is not None
    assert after > before


def test_the_facts_of_a_position_name_it_and_its_worth() -> None:
    found = measured(shorted(), "liquidation 20%")
    assert found is not None
    named = {
        name: getattr(found.facts, name) for name in ("subject", "venue", "symbol", "short", "margin", "mark")
    }
    assert named == {
        "subject": "ETH",
        "venue": VENUE,
        "symbol": "ETH/USDT:USDT",
        "short": Decimal(3500),
        "margin": Decimal(1750),
        "mark": Decimal(3500),
    }


DATED = contract("ETH", symbol="ETH/USDT:USDT-260710", expiry=FUTURE)


def dated(now_left: timedelta) -> Situation:
    """A dated future with so long to run."""
    ends = NOW + now_left
    market = snapshot(replace(DATED, expiry=ends), ETH=3500)
    fill = sold("1000", market, DATED.symbol)
    return with_open(market, fill)


@pytest.mark.parametrize(("left", "days"), [(timedelta(days=7), "7"), (timedelta(hours=6), "0.25")])
def test_an_expiry_counts_days_with_their_fraction(left: timedelta, days: str) -> None:
    assert value(dated(left), "expiry 7d") == Decimal(days)


def test_an_expired_future_has_no_time_left() -> None:
    assert value(dated(timedelta(hours=-5)), "expiry 7d") == 0


def test_an_expiry_needs_no_price() -> None:
    situation = replace(dated(timedelta(days=2)), snapshots={})
    found = measured(situation, "expiry 7d")
    assert found is not None
    assert found.value == 2
    assert found.facts.short is None


def test_a_perpetual_never_expires() -> None:
    assert read_each(shorted(), said("expiry 7d")) == {}


def test_the_end_is_told_at_each_of_its_steps_and_once() -> None:
    kind, rule = KINDS["expiry"], said("expiry 7d 3d 1d 6h")
    state, told = State(), []
    for hours in range(24 * 8, -3, -1):
        situation = dated(timedelta(hours=hours))
        (each,) = kind.each(rule, situation)
        now = NOW - timedelta(hours=hours)
        state, firing = stepped(each, state, kind.measure(situation, each), now)
        told += [(hours, firing.tier)] if firing else []
    assert told == [(167, 1), (71, 2), (23, 3), (5, 4)]


@settings(max_examples=examples(50))
@given(st.lists(st.integers(3000, 6000) | st.none(), max_size=40))
def test_on_any_path_of_prices_each_tier_is_told_once_a_crossing(path: list[int | None]) -> None:
    """None is a minute whose price did not come: the last one is too old by then."""
    kind, rule = KINDS["liquidation"], said(f"liquidation {ETH}")
    end = liquidation_linear(-1, Decimal(1), Decimal(3500), Decimal(1750), FLAT_BRACKET)
    assert end is not None
    state, told, expected = State(), [], []
    inside = [False] * len(rule.tiers)
    for minute, price in enumerate(path):
        situation = older(shorted(quoted(MARKET, {"ETH": str(price or 5200)})), OLD if price is None else NEW)
        found, now = kind.measure(situation, rule), NOW + timedelta(minutes=minute)
        value_now = found.value if found else None
        margin = kind.margin(rule)
        state, firing = step(rule, state, value_now, now, margin=margin, cooldown=timedelta(0))
        told += [(minute, firing.tier)] if firing else []
        if price is not None:
            off = [tier - (end / price - 1) for tier in rule.tiers]
            then = inside
            inside = [gap > 0 or (was and gap > -margin) for gap, was in zip(off, then, strict=True)]
            expected += [(minute, sum(inside))] if any(map(gt, inside, then)) else []
    assert told == expected
