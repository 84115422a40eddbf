"""Prices at common moments: carried over gaps by name, refused where they are two coins or none."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.series import Candles, day_range
from core.replay.tracks import deepest_falls, moments, tracks
from tests.domain import closes

START = datetime(2022, 5, 5, tzinfo=UTC)
NAN = float("nan")


def candles(
    closed: Sequence[float], highs: Sequence[float] = (), *, hours: int = 24, first: datetime = START
) -> Candles:
    """Candles of `hours`; the first of them ends at `first`. A close of NaN is no candle."""
    prices = np.array(closed, dtype=np.float64)
    ends = moments(first, first + timedelta(hours=hours * (len(closed) - 1)), hours)
    tops = np.array(highs, dtype=np.float64) if highs else prices
    there = ~np.isnan(prices)
    return Candles(ends[there], tops[there], prices[there], prices[there])


def days_later(count: float) -> datetime:
    return START + timedelta(days=count)


def test_prices_are_over_the_first_one() -> None:
    found = tracks(
        {"ETH": candles([2000, 1800, 1900], [2000, 2100, 1950])}, ["ETH"], START, days_later(2), 24
    )
    assert list(found.by_asset["ETH"].growth) == [1, 0.9, 0.95]
    assert list(found.by_asset["ETH"].highs) == [1, 1.05, 0.975]
    assert not found.gone
    assert not found.halted


def test_hours_stand_beside_each_other() -> None:
    hourly = candles(list(range(100, 149)), hours=1)
    found = tracks({"ETH": hourly}, ["ETH"], START, days_later(2), 1)
    assert len(found.times) == 49
    assert found.by_asset["ETH"].growth[-1] == 1.48


def test_a_coin_without_a_price_at_the_beginning_is_missing() -> None:
    known = {"NEW": candles([5, 5], first=days_later(1)), "NONE": candles([NAN, NAN])}
    found = tracks(known, ["NEW", "NONE", "UNKNOWN"], START, days_later(2), 24)
    assert found.missing == ("NEW", "NONE", "UNKNOWN")
    assert found.gone == {"NEW", "NONE", "UNKNOWN"}
    assert not found.by_asset


def test_a_first_price_may_be_hours_old_but_not_a_day() -> None:
    hours = candles([10, 20], hours=1, first=START - timedelta(hours=24))
    assert tracks({"ETH": hours}, ["ETH"], START, days_later(1), 1).by_asset["ETH"].growth[0] == 1
    old = candles([10], hours=1, first=START - timedelta(hours=24))
    assert tracks({"ETH": old}, ["ETH"], START, days_later(1), 1).missing == ("ETH",)


def test_over_a_gap_the_last_price_stands_and_is_named() -> None:
    gapped = candles([10, 11, NAN, 12, 13])
    found = tracks({"ETH": gapped}, ["ETH"], START, days_later(4), 24)
    assert list(found.by_asset["ETH"].growth) == pytest.approx([1, 1.1, 1.1, 1.2, 1.3])
    assert found.halted == {"ETH": days_later(1)}


def test_a_coin_that_stops_is_named_with_its_last_moment() -> None:
    found = tracks({"EOS": candles([1, 0.9, 0.8])}, ["EOS"], START, days_later(9), 24)
    assert found.halted == {"EOS": days_later(2)}
    assert found.by_asset["EOS"].growth[-1] == 0.8


def test_an_hour_without_a_trade_is_nothing_to_tell() -> None:
    hourly = candles([10, NAN, NAN, *[11] * 22], hours=1)
    assert not tracks({"ETH": hourly}, ["ETH"], START, days_later(1), 1).halted


@pytest.mark.parametrize("hours", [1, 24])
@pytest.mark.parametrize("times", [8, 1 / 8])
def test_a_price_that_jumps_in_a_day_is_refused_with_the_day(hours: int, times: float) -> None:
    a_day = 24 // hours
    other = candles([10] * (a_day + 1) + [10 * times] * (2 * a_day), hours=hours)
    found = tracks({"LUNA": other}, ["LUNA"], START, days_later(3), hours)
    assert found.relisted == {"LUNA": date(2022, 5, 6)}
    assert found.gone == {"LUNA"}


def test_a_coin_that_comes_back_as_another_is_refused() -> None:
    relisted = candles([80, 40, NAN, NAN, 2])
    assert tracks({"LUNA": relisted}, ["LUNA"], START, days_later(4), 24).relisted == {
        "LUNA": date(2022, 5, 8)
    }


def test_a_fall_of_five_sixths_in_a_day_is_none() -> None:
    assert not tracks({"ETH": candles([60, 10])}, ["ETH"], START, days_later(1), 24).relisted


def unsteady(days: int, *, hours: int) -> list[float]:
    """Prices around 10 that move by half a percent from one candle to the next."""
    return [10.0 + 0.05 * (at % 2) for at in range(days * 24 // hours + 1)]


@pytest.mark.parametrize("factor", [2, 5, 1 / 4])
@pytest.mark.parametrize("at", [5 * 24, 5 * 24 + 10])
def test_a_coin_that_is_counted_anew_between_two_hours_is_refused_with_the_day(
    factor: float, at: int
) -> None:
    prices = unsteady(14, hours=1)
    known = {
        "SOL": candles([*prices[: at + 1], *(price * factor for price in prices[at + 1 :])], hours=1),
        "ETH": candles(prices, hours=1),
    }
    found = tracks(known, ["SOL", "ETH"], START, days_later(14), 1)
    assert found.recounted == {"SOL": date(2022, 5, 10)}
    assert found.gone == {"SOL"}
    assert list(found.by_asset) == ["ETH"]


def test_a_crash_that_trades_its_way_down_is_a_fall() -> None:
    at, prices = 5 * 24, unsteady(14, hours=1)
    way = [10 * 0.25 ** (hour / 12) for hour in range(1, 13)]
    crashed = [*prices[:at], *way, *(price / 4 for price in prices[at + 12 :])]
    found = tracks({"FTT": candles(crashed, hours=1)}, ["FTT"], START, days_later(14), 1)
    assert not found.gone
    assert found.by_asset["FTT"].growth[-1] == pytest.approx(0.25)


def test_a_jump_that_all_coins_make_is_no_break() -> None:
    prices = unsteady(14, hours=1)
    fallen = candles([*prices[:130], *(price / 2 for price in prices[130:])], hours=1)
    found = tracks({"SOL": fallen, "ETH": fallen}, ["SOL", "ETH"], START, days_later(14), 1)
    assert not found.gone


def test_day_by_day_a_break_stands_out_of_many_quiet_days() -> None:
    prices = unsteady(60, hours=24)
    broken = candles([*prices[:30], *(price / 4 for price in prices[30:])])
    found = tracks({"SOL": broken}, ["SOL"], START, days_later(60), 24)
    assert found.recounted == {"SOL": date(2022, 6, 3)}


@pytest.mark.parametrize("bad", [0.0, -3.0, NAN, float("inf")])
def test_a_price_that_cannot_be_is_no_price(bad: float) -> None:
    known = candles([10, 11, 12])
    known.closes[1] = bad
    found = tracks({"ETH": known}, ["ETH"], START, days_later(2), 24)
    assert list(found.by_asset["ETH"].growth) == [1, 1, 1.2]
    assert found.halted == {"ETH": START}


@given(st.lists(st.floats(-1.5, 1.5), min_size=1, max_size=30), st.floats(1e-9, 1e6))
def test_the_unit_of_the_price_is_no_matter(logs: list[float], unit: float) -> None:
    way = np.exp(np.concatenate([[0.0], np.cumsum(logs)]))
    for scale in (1.0, unit):
        found = tracks({"ETH": candles(list(way * scale))}, ["ETH"], START, days_later(len(logs)), 24)
        assert found.by_asset["ETH"].growth == pytest.approx(way, rel=1e-9)


def test_the_deepest_falls_come_first_and_do_not_overlap() -> None:
    known = closes([100, 90, 80, 100, 101, 102, 60, 61, 62], last=date(2022, 5, 9))
    assert deepest_falls(known, 2) == [
        (date(2022, 5, 6), date(2022, 5, 7)),
        (date(2022, 5, 2), date(2022, 5, 3)),
    ]


def test_rises_are_no_falls_and_too_short_a_history_has_none() -> None:
    assert deepest_falls(closes([1, 2, 3, 4]), 2) == []
    assert deepest_falls(closes([1]), 2) == []


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=60), st.integers(1, 10))
def test_every_stretch_is_of_its_length_and_apart_from_the_others(prices: list[float], length: int) -> None:
    known = closes(prices)
    seen: set[date] = set()
    fell = []
    for first, last in deepest_falls(known, length):
        covered = set(day_range(first, last).astype(object))
        assert len(covered) == length
        assert not covered & seen
        seen |= covered
        at = known.days.tolist().index(first)
        fell.append(known.prices[at + length - 1] / known.prices[at - 1])
    assert fell == sorted(fell)
