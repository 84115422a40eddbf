"""Scenarios that follow each other in a running market, and shocks on top of them."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.domain.errors import BadInput, NoData
from core.venues.simulated.market import SimulatedMarket
from core.venues.simulated.scenario import SCENARIOS
from core.venues.simulated.story import SHOCKS, Shock
from tests.core.venues.simulated.moments import BEGAN, Clock, answer, closes, contracts, funding, quotes

HOUR = timedelta(hours=1)
ETH = "ETH/USDT:USDT"


class Running:
    """A market whose clock is set by hand, beside one to which nothing happens."""

    def __init__(self, scenario: str = "calm") -> None:
        self.clock = Clock(BEGAN)
        self.market = SimulatedMarket(7, scenario, self.clock)
        self.calm = SimulatedMarket(7, "calm", self.clock)

    def moved(self, symbol: str) -> float:
        """The coin's price over that in the calm market, less one."""
        there, calm = quotes(self.market)[symbol].index, quotes(self.calm)[symbol].index
        assert there is not None
        assert calm is not None
        return float(there / calm - 1)


@pytest.fixture
def running() -> Running:
    return Running()


def test_a_fall_takes_a_fifth_off_bitcoin_within_twenty_minutes_and_more_off_others(running: Running) -> None:
    running.clock.now += HOUR
    running.market.befall(SHOCKS["fall"])
    assert running.moved("BTC/USDT:USDT") == pytest.approx(0, abs=1e-6)
    running.clock.now += timedelta(minutes=20)
    assert running.moved("BTC/USDT:USDT") == pytest.approx(-0.20, abs=0.001)
    assert running.moved(ETH) < -0.22
    running.clock.now += 48 * HOUR
    assert running.moved("BTC/USDT:USDT") == pytest.approx(-0.20, abs=0.001), "it stays there"


def test_shocks_add_up(running: Running) -> None:
    for _ in range(2):
        running.market.befall(SHOCKS["fall"])
    running.clock.now += HOUR
    assert running.moved("BTC/USDT:USDT") == pytest.approx(0.8 * 0.8 - 1, abs=0.001)


def test_another_scenario_begins_where_the_last_one_has_come_to(running: Running) -> None:
    running.market.go_on_as("crash")
    running.clock.now += 18 * HOUR
    half_way = running.moved("BTC/USDT:USDT")
    running.market.go_on_as("calm")
    assert running.moved("BTC/USDT:USDT") == pytest.approx(half_way, abs=1e-6)
    running.clock.now += 48 * HOUR
    assert running.moved("BTC/USDT:USDT") == pytest.approx(half_way, abs=1e-6)
    with pytest.raises(BadInput):
        running.market.go_on_as("storm")


def test_what_happens_now_changes_no_close_of_the_past(running: Running) -> None:
    running.clock.now += 72 * HOUR
    before = closes(running.market)
    running.market.befall(SHOCKS["fall"])
    running.market.go_on_as("crash")
    for asset, history in closes(running.market).items():
        assert np.array_equal(history.prices, before[asset].prices)


def test_funding_turns_against_shorts(running: Running) -> None:
    assert funding(running.market)[ETH].rate > 0
    running.market.befall(SHOCKS["funding"])
    running.clock.now += 2 * HOUR
    assert funding(running.market)[ETH].rate < Decimal("-0.0005")


def test_a_contract_that_is_taken_off_has_no_price_and_no_funding_any_more(running: Running) -> None:
    running.market.befall(Shock(delists=frozenset({"ETH"})))
    for found in (contracts(running.market), quotes(running.market), funding(running.market)):
        assert ETH not in found
        assert "SOL/USDT:USDT" in found


def test_a_silent_venue_says_until_when(running: Running) -> None:
    running.market.befall(SHOCKS["silence"])
    with pytest.raises(NoData, match="10:30 UTC"):
        quotes(running.market)
    running.clock.now += HOUR
    assert quotes(running.market)


def test_shorts_are_closed_for_an_hour(running: Running) -> None:
    def stages() -> set[str]:
        return {each.stage for each in answer(running.market.deleveraging()).values()}

    assert stages() == {"calm"}
    running.market.befall(SHOCKS["deleveraging"])
    assert stages() == {"now"}
    running.clock.now += HOUR
    assert stages() == {"calm"}


def test_the_tenth_of_october_falls_within_ten_minutes_and_small_coins_far_beyond_their_beta() -> None:
    running = Running("10-october-2025")
    running.clock.now += timedelta(minutes=50)
    assert -0.08 < running.moved("BTC/USDT:USDT") < -0.04
    running.clock.now += timedelta(minutes=7)  # from then on the venue is silent
    assert -0.13 < running.moved("BTC/USDT:USDT") < -0.08
    assert {each.stage for each in answer(running.market.deleveraging()).values()} == {"now"}
    running.clock.now += timedelta(minutes=3)
    with pytest.raises(NoData):
        quotes(running.market)
    day = answer(running.calm.candles(["BTC", "LINK"], BEGAN, running.clock.now, 1))
    assert set(day) == {"BTC", "LINK"}
    running.clock.now += timedelta(minutes=30)
    coins = ["BTC", "LINK", "SOL"]
    then = running.clock.now
    fallen = answer(running.market.candles(coins, BEGAN, then, 1))
    calm = answer(running.calm.candles(coins, BEGAN, then, 1))
    low = {coin: float(fallen[coin].lows.min() / calm[coin].lows.min() - 1) for coin in coins}
    assert low["BTC"] == pytest.approx(-0.125, abs=0.02)
    assert low["SOL"] == pytest.approx(-0.33, abs=0.04)
    assert low["LINK"] == pytest.approx(-0.65, abs=0.04)
    assert running.moved("LINK/USDT:USDT") == pytest.approx(-0.28, abs=0.05), "half of it comes back"
    assert SCENARIOS["10-october-2025"].modelled_on
