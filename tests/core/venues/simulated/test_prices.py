"""Prices and closes: the same for the same seed and moment, joined at midnight, never rewritten."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import NoData
from core.domain.market import Market
from core.domain.snapshot import Snapshot
from core.venues.simulated.assets import ASSETS
from core.venues.simulated.market import SimulatedMarket
from core.venues.simulated.scenario import SCENARIOS
from tests.core.venues.simulated.moments import (
    BEGAN,
    Clock,
    answer,
    closes,
    contracts,
    funding,
    market,
    quotes,
)
from tests.effort import examples

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
MIDNIGHT = datetime(2026, 6, 11, tzinfo=UTC)


def test_it_is_a_market_and_says_that_it_is_made_up() -> None:
    asked: Market = market()
    assert asked.simulated
    assert asked.venue == "simulated"
    assert {contract.venue for contract in contracts(asked).values()} == {"simulated"}


def test_two_markets_of_one_seed_agree_in_every_figure() -> None:
    one, other = market(later=timedelta(hours=5)), market(later=timedelta(hours=5))
    assert quotes(one) == quotes(other)
    assert funding(one) == funding(other)
    assert contracts(one) == contracts(other)
    found = closes(other)
    for asset, history in closes(one).items():
        assert np.array_equal(history.prices, found[asset].prices)


def test_another_seed_is_another_market_and_any_whole_number_is_a_seed() -> None:
    prices = {quotes(market(seed=seed))["BTC/USDT:USDT"].mark for seed in (7, 8, 0, -7, 2**70 + 7)}
    assert len(prices) >= 4


def test_what_was_asked_before_changes_no_answer() -> None:
    clock = Clock()
    wanderer = SimulatedMarket(7, "crash", clock, began=BEGAN)
    for days in (900, 0, 3000, 2, 1):
        clock.now = BEGAN + timedelta(days=days, hours=3)
        quotes(wanderer), closes(wanderer)
    assert quotes(wanderer) == quotes(market("crash", later=timedelta(days=1, hours=3)))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_past_closes_never_change_as_the_clock_moves(scenario: str) -> None:
    clock = Clock()
    asked = SimulatedMarket(7, scenario, clock)
    before = closes(asked)
    for hours in (14.6, 38, 100, 1000):
        clock.now = BEGAN + timedelta(hours=hours)
        after = closes(asked)
        for asset, history in before.items():
            kept = len(history.days)
            assert np.array_equal(after[asset].days[:kept], history.days)
            assert np.array_equal(after[asset].prices[:kept], history.prices)
        before = after


def test_a_calendar_day_has_the_same_close_whenever_the_process_started() -> None:
    early, late = closes(market())["SOL"], closes(market(began=BEGAN + timedelta(days=200)))["SOL"]
    shared = np.intersect1d(early.days, late.days)
    assert len(shared) == 300
    assert np.array_equal(early.prices[np.isin(early.days, shared)], late.prices[np.isin(late.days, shared)])


@pytest.mark.parametrize("scenario", ["calm", "crash", "rally"])
def test_the_spot_at_midnight_is_the_close_of_the_day_that_ends(scenario: str) -> None:
    asked = SimulatedMarket(7, scenario, Clock(MIDNIGHT), began=BEGAN)
    last, listed = closes(asked), contracts(asked)
    for symbol, quote in quotes(asked).items():
        contract = listed[symbol]
        assert quote.index is not None
        close = last[contract.asset].prices[-1] * float(contract.scale)
        assert float(quote.index) == pytest.approx(close, abs=float(contract.tick) / 10)


def test_the_spot_passes_midnight_without_a_jump() -> None:
    second = timedelta(seconds=1)
    before = quotes(SimulatedMarket(7, "crash", Clock(MIDNIGHT - second), began=BEGAN))
    after = quotes(SimulatedMarket(7, "crash", Clock(MIDNIGHT + second), began=BEGAN))
    for symbol, quote in before.items():
        later = after[symbol].index
        assert quote.index is not None
        assert later is not None
        assert float(later / quote.index) == pytest.approx(1, abs=5e-4)


def test_a_close_is_known_from_midnight_on_and_the_day_in_progress_is_not_a_close() -> None:
    clock = Clock(MIDNIGHT - timedelta(microseconds=1))
    asked = SimulatedMarket(7, "calm", clock, began=BEGAN)
    assert closes(asked)["ETH"].last == date(2026, 6, 9)
    clock.now = MIDNIGHT
    assert closes(asked)["ETH"].last == date(2026, 6, 10)


def test_quotes_move_with_every_minute() -> None:
    marks = [quotes(market(later=timedelta(minutes=minute)))["BTC/USDT:USDT"].mark for minute in range(30)]
    assert len(set(marks)) == 30
    assert max(marks) / min(marks) < Decimal("1.05")


def test_the_time_may_come_in_any_zone_but_never_without_one() -> None:
    east = BEGAN.astimezone(tz=datetime.strptime("+0530", "%z").tzinfo)
    assert quotes(SimulatedMarket(7, "calm", Clock(east))) == quotes(market())
    with pytest.raises(ValueError, match="zone"):
        SimulatedMarket(7, "calm", Clock(BEGAN.replace(tzinfo=None)))


def test_before_2020_there_are_no_prices() -> None:
    asked = SimulatedMarket(7, "calm", Clock(datetime(2019, 12, 31, 23, tzinfo=UTC)))
    with pytest.raises(NoData, match="no prices before 2020-01-01"):
        quotes(asked)


def test_old_coins_have_500_closes_and_young_ones_begin_on_their_listing_day() -> None:
    known = {asset: len(history.days) for asset, history in closes(market()).items()}
    assert known.pop("TARN") == 20
    assert known.pop("FENN") == 60
    assert len(known) >= 16
    assert set(known.values()) == {500}
    first = closes(market())["TARN"].days[0]
    assert closes(market(later=timedelta(days=5)))["TARN"].days[0] == first


def test_closes_start_where_each_asset_was_asked_from_without_gaps() -> None:
    since = {"BTC": date(2026, 6, 1), "PEPE": date(2026, 5, 1), "TARN": date(2026, 1, 1)}
    found = answer(market().closes(since))
    assert [str(found[asset].days[0]) for asset in since] == ["2026-06-01", "2026-05-01", "2026-05-21"]
    for history in found.values():
        assert history.last == date(2026, 6, 9)
        assert (np.diff(history.days) == np.timedelta64(1, "D")).all()
        assert history.prices.dtype == np.float64
        assert len(history.prices) == len(history.days)


def test_an_unknown_asset_is_left_out_and_a_future_start_gives_no_closes() -> None:
    found = answer(market().closes({"NOPE": date(2026, 1, 1), "BTC": date(2026, 6, 10)}))
    assert set(found) == {"BTC"}
    assert found["BTC"].last is None


def test_closes_are_per_coin_as_a_snapshot_prices_it() -> None:
    asked = SimulatedMarket(7, "calm", Clock(MIDNIGHT), began=BEGAN)
    seen = Snapshot("simulated", contracts(asked), quotes(asked))
    for asset, history in closes(asked).items():
        assert float(seen.price(asset, MIDNIGHT)) == pytest.approx(history.prices[-1], rel=2e-4)


@settings(max_examples=examples(60), deadline=None)
@given(MOMENTS, st.sampled_from(sorted(SCENARIOS)), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_at_any_time_every_quote_is_positive_and_in_order(
    began: datetime, scenario: str, later: timedelta
) -> None:
    if SCENARIOS[scenario].outage:
        later += timedelta(hours=3)
    asked = market(scenario, began=began, later=later)
    listed = contracts(asked)
    found = quotes(asked)
    assert set(found) == set(listed)
    for symbol, quote in found.items():
        assert quote.at == began + later
        assert quote.bid is not None
        assert quote.ask is not None
        assert quote.index is not None
        assert 0 < quote.bid < quote.ask
        assert quote.bid <= quote.mark <= quote.ask
        assert quote.index > 0
        tick = listed[symbol].tick
        assert quote.bid % tick == quote.ask % tick == 0
        assert quote.mark % (tick / 10) == quote.index % (tick / 10) == 0
        assert (quote.ask - quote.bid) / quote.mark < Decimal("0.01")


@settings(max_examples=examples(60), deadline=None)
@given(MOMENTS, st.sampled_from(sorted(SCENARIOS)), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_at_any_time_funding_is_small_and_settles_on_its_hours(
    began: datetime, scenario: str, later: timedelta
) -> None:
    if SCENARIOS[scenario].outage:
        later += timedelta(hours=3)
    asked = market(scenario, began=began, later=later)
    perpetual = {symbol for symbol, contract in contracts(asked).items() if contract.perpetual}
    found = funding(asked)
    assert set(found) == perpetual
    for rate in found.values():
        assert rate.interval_hours in (1, 4, 8)
        assert abs(rate.rate) * 8 / rate.interval_hours < Decimal("0.003")
        assert rate.next_at is not None
        assert timedelta(0) < rate.next_at - rate.at <= timedelta(hours=rate.interval_hours)
        assert rate.next_at.timestamp() % (rate.interval_hours * 3600) == 0


@settings(max_examples=examples(60), deadline=None)
@given(MOMENTS)
def test_on_any_day_homes_are_not_lost_and_no_coin_jumps_in_calm(began: datetime) -> None:
    for asset, history in closes(market(began=began)).items():
        assert ASSETS[asset].home / 50 < history.prices.min()
        assert history.prices.max() < ASSETS[asset].home * 50
        assert (np.abs(np.diff(history.prices) / history.prices[:-1]) < 0.6).all()
