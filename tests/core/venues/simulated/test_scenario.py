"""What each scenario does to prices, funding, basis and the line, and that it does nothing before."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from core.domain.errors import BadInput, NoData
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

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def moved(scenario: str, symbol: str, later: timedelta) -> float:
    """Spot in the scenario over spot in a calm market at the same moment, less one."""
    there = quotes(market(scenario, later=later))[symbol].index
    calm = quotes(market(later=later))[symbol].index
    assert there is not None
    assert calm is not None
    return float(there / calm - 1)


def yearly_basis(scenario: str, later: timedelta) -> list[float]:
    """Annualised basis of every dated future over spot."""
    asked = market(scenario, later=later)
    found = []
    for symbol, contract in contracts(asked).items():
        if contract.expiry:
            quote = quotes(asked)[symbol]
            assert quote.index is not None
            found.append(float(quote.mark / quote.index - 1) / ((contract.expiry - quote.at) / (365 * DAY)))
    return found


def eight_hour_rates(scenario: str, later: timedelta) -> list[Decimal]:
    rates = funding(market(scenario, later=later)).values()
    return [rate.rate * 8 / rate.interval_hours for rate in rates]


def test_an_unknown_scenario_is_refused_with_the_list() -> None:
    with pytest.raises(BadInput, match=r"“storm” is not a scenario.*calm, crash"):
        market("storm")


def test_the_scenario_begins_when_the_market_is_created() -> None:
    clock = Clock()
    asked = SimulatedMarket(7, "crash", clock)
    clock.now += 36 * HOUR
    assert quotes(asked) == quotes(market("crash", later=36 * HOUR))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_history_before_the_beginning_is_the_same_in_every_scenario(scenario: str) -> None:
    calm = closes(market())
    for asset, history in closes(market(scenario)).items():
        assert np.array_equal(history.prices, calm[asset].prices)
    spots = [quote.index for quote in quotes(market(scenario)).values()]
    assert spots == [quote.index for quote in quotes(market()).values()]


def test_in_a_crash_bitcoin_loses_a_third_in_36_hours_and_altcoins_more() -> None:
    fall = moved("crash", "BTC/USDT:USDT", 36 * HOUR)
    assert fall == pytest.approx(-0.35, abs=0.001)
    for symbol in ("ETH/USDT:USDT", "SOL/USDT:USDT", "LINK/USDT:USDT", "1000PEPE/USDT:USDT"):
        assert -0.6 < moved("crash", symbol, 36 * HOUR) < fall


def test_a_crash_is_a_slide_and_not_a_jump() -> None:
    falls = [moved("crash", "BTC/USDT:USDT", hours * HOUR) for hours in range(0, 37, 4)]
    assert falls[0] == 0
    assert falls == sorted(falls, reverse=True)
    assert all(before - after < 0.06 for before, after in pairwise(falls))


def test_after_a_crash_the_market_is_choppy_and_does_not_recover() -> None:
    levels = [moved("crash", "BTC/USDT:USDT", hours * HOUR) for hours in range(48, 120)]
    assert max(levels) - min(levels) > 0.03
    assert max(levels) < -0.25


def test_closes_take_the_crash_in_day_by_day() -> None:
    asked, calm = market("crash", later=3 * DAY), market(later=3 * DAY)
    change = closes(asked)["BTC"].prices / closes(calm)["BTC"].prices - 1
    assert closes(asked)["BTC"].days[-3:].astype(str).tolist() == ["2026-06-10", "2026-06-11", "2026-06-12"]
    assert (change[:-3] == 0).all()
    assert -0.20 < change[-3] < -0.10
    assert change[-2] == pytest.approx(-0.35, abs=0.03)
    assert change[-1] == pytest.approx(-0.35, abs=0.05)


def test_in_a_crash_funding_turns_negative_and_futures_fall_below_spot() -> None:
    assert min(eight_hour_rates("crash", 0 * HOUR)) > 0
    assert max(eight_hour_rates("crash", 24 * HOUR)) < 0
    assert max(yearly_basis("crash", 36 * HOUR)) < 0


def test_a_rally_lifts_bitcoin_by_three_tenths_in_48_hours_and_longs_pay() -> None:
    assert moved("rally", "BTC/USDT:USDT", 48 * HOUR) == pytest.approx(0.30, abs=0.001)
    assert moved("rally", "SOL/USDT:USDT", 48 * HOUR) > 0.35
    rates = eight_hour_rates("rally", 48 * HOUR)
    assert float(np.mean([float(rate) for rate in rates])) == pytest.approx(0.0005, abs=0.00003)


def test_funding_flips_within_twelve_hours_while_prices_stay_calm() -> None:
    before, after = (eight_hour_rates("funding-flip", hours * HOUR) for hours in (0, 12))
    assert np.mean([float(rate) for rate in before]) == pytest.approx(0.0001, abs=0.00002)
    assert np.mean([float(rate) for rate in after]) == pytest.approx(-0.0005, abs=0.00002)
    assert max(after) < 0 < min(before)
    assert moved("funding-flip", "BTC/USDT:USDT", 12 * HOUR) == 0


def test_when_funding_flips_some_contracts_settle_hourly_from_a_settlement_on() -> None:
    before, after = (funding(market("funding-flip", later=hours * HOUR)) for hours in (0, 12))
    assert before["SOL/USDT:USDT"].interval_hours == 8
    assert after["SOL/USDT:USDT"].interval_hours == 1
    assert after["BTC/USDT:USDT"].interval_hours == 8
    # Begun at 09:30: the first eight-hour settlement four hours after that is at 16:00.
    clock = Clock(BEGAN.replace(hour=15, minute=59))
    asked = SimulatedMarket(7, "funding-flip", clock, began=BEGAN)
    last = funding(asked)["SOL/USDT:USDT"]
    clock.now = BEGAN.replace(hour=16, minute=0)
    first = funding(asked)["SOL/USDT:USDT"]
    assert last.next_at == clock.now
    assert first.next_at == clock.now + HOUR
    assert first.rate / last.rate == pytest.approx(Decimal("0.125"), abs=Decimal("0.05"))


def test_the_basis_turns_from_ten_percent_to_minus_six_in_a_week() -> None:
    assert yearly_basis("basis", 0 * DAY) == pytest.approx([0.10] * 4, abs=0.001)
    assert yearly_basis("basis", 7 * DAY) == pytest.approx([-0.06] * 4, abs=0.001)
    assert yearly_basis("basis", 30 * DAY) == pytest.approx([-0.06] * 4, abs=0.001)


@pytest.mark.parametrize(
    "question", ["contracts", "quotes", "funding", "closes"], ids=lambda question: f"asked for {question}"
)
def test_in_an_outage_the_venue_says_so_for_two_hours_and_then_works_again(question: str) -> None:
    clock = Clock()
    asked = SimulatedMarket(7, "outage", clock)

    def ask() -> object:
        known = {"BTC": date(2026, 1, 1)}
        return answer(asked.closes(known) if question == "closes" else getattr(asked, question)())

    for minutes in (0, 29, 150, 10_000):
        clock.now = BEGAN + timedelta(minutes=minutes)
        assert ask()
    for minutes in (30, 90, 149):
        clock.now = BEGAN + timedelta(minutes=minutes)
        with pytest.raises(NoData, match=r"simulated is down .* Try again at 12:00 UTC\."):
            ask()


@pytest.mark.parametrize(
    ("scenario", "sign"), [("calm", 1), ("rally", 1), ("funding-flip", -1), ("crash", -1)]
)
def test_a_perpetual_stands_above_spot_when_longs_pay_and_below_when_shorts_do(
    scenario: str, sign: int
) -> None:
    asked = market(scenario, later=40 * HOUR)
    found = quotes(asked)
    for symbol, rate in funding(asked).items():
        index = found[symbol].index
        assert index is not None
        assert sign * rate.rate > 0
        assert 0 <= sign * (found[symbol].mark / index - 1) < Decimal("0.002")
    index = found["BTC/USDT:USDT"].index
    assert index is not None
    assert sign * (found["BTC/USDT:USDT"].mark - index) > 0


def test_funding_noise_holds_from_settlement_to_settlement() -> None:
    clock = Clock(BEGAN.replace(hour=8, minute=0))
    asked = SimulatedMarket(7, "calm", clock)
    first = funding(asked)["BTC/USDT:USDT"].rate
    clock.now = BEGAN.replace(hour=15, minute=59)
    assert funding(asked)["BTC/USDT:USDT"].rate == first
    clock.now = BEGAN.replace(hour=16, minute=0)
    assert funding(asked)["BTC/USDT:USDT"].rate != first


async def test_closing_leaves_nothing_open_and_may_be_done_twice() -> None:
    asked = market()
    await asked.close()
    await asked.close()
    assert await asked.quotes()
