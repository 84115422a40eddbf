"""Funding: of a coin with or without a position, of the hedge as a whole, and against its own past."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.alert import KINDS
from core.alert.rule import State, step
from core.domain.quote import FundingRate
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from tests.core.alert.given import FUTURE, fact, funded, measured, read_each, said, user, value, with_open
from tests.core.journal.open_hedges import sold
from tests.domain import NOW, VENUE, contract, snapshot

MARKET = snapshot(ETH=3500, SOL=160)
SYMBOL = "ETH/USDT:USDT"


def test_a_rate_is_that_of_one_payment() -> None:
    assert value(user(funded(MARKET, ETH="-0.0002")), "funding ETH below -0.01%") == Decimal("-0.0002")


def test_a_rate_of_zero_is_a_rate() -> None:
    assert value(user(funded(MARKET, ETH="0")), "funding ETH below -0.01%") == 0


def test_a_year_counts_the_hours_between_payments() -> None:
    hourly = FundingRate(Decimal("0.0001"), 1, NOW)
    market = replace(MARKET, funding={SYMBOL: hourly})
    assert value(user(market), "funding ETH above 20% apr") == Decimal("0.876")
    assert value(user(MARKET), "funding ETH above 20% apr") == Decimal("0.1095")


def test_it_says_what_the_users_short_gets_a_day() -> None:
    market = funded(MARKET, ETH="-0.0002")
    situation = with_open(market, sold("1000", market))
    assert fact(situation, "funding ETH below 0", "day") == Decimal("-2.1")
    assert fact(situation, "funding ETH below 0", "short") == 3500
    assert fact(user(market), "funding ETH below 0", "day") is None


def test_without_a_coin_it_is_of_each_open_perpetual() -> None:
    dated = contract("ETH", symbol="ETH/USDT:USDT-260710", expiry=FUTURE)
    market = snapshot(dated, contract("ETH"), SOL=160, ETH=3500)
    situation = with_open(market, sold("1000", market, dated.symbol), sold("10", market, "SOL/USDT:USDT"))
    assert list(read_each(situation, said("funding below 0"))) == ["SOL"]
    assert read_each(user(market), said("funding below 0")) == {}


def test_the_rate_is_that_of_the_contract_that_is_open() -> None:
    elsewhere = replace(funded(snapshot(ETH=3500), ETH="-0.0009"), venue="othervenue")
    short = sold("1000", MARKET, venue="othervenue")
    situation = replace(
        with_open(funded(MARKET, ETH="0.0001"), short),
        snapshots={VENUE: funded(MARKET, ETH="0.0001"), "othervenue": elsewhere},
    )
    assert value(situation, "funding ETH below 0") == Decimal("-0.0009")


def test_the_hedge_pays_once_its_shorts_together_do() -> None:
    market = funded(MARKET, ETH="-0.0002", SOL="0.0001")
    situation = with_open(market, sold("1000", market), sold("10000", market, "SOL/USDT:USDT"))
    # 3500 * -0.0006 + 1600 * 0.0003 a day.
    assert fact(situation, "funding pays", "day") == Decimal("-1.62")
    assert value(situation, "funding pays") == Decimal("-1.62") / 5100 * 365
    assert fact(situation, "funding pays", "apr") == pytest.approx(Decimal("-1.62") / 5100 * 365)
    assert fact(situation, "funding pays", "short") == 5100


@pytest.mark.parametrize(("eth", "told"), [("-0.0002", True), ("0", False), ("0.0001", False)])
def test_the_hedge_starts_to_pay_below_zero(eth: str, told: bool) -> None:
    kind, rule, market = KINDS["funding"], said("funding pays"), funded(MARKET, ETH=eth)
    found = value(with_open(market, sold("1000", market)), "funding pays")
    _, firing = step(rule, State(), found, NOW, margin=kind.margin(rule), cooldown=kind.cooldown)
    assert bool(firing) == told


def test_what_the_hedge_pays_is_that_of_the_shorts_whose_rate_is_known_and_names_the_others() -> None:
    market = replace(MARKET, funding={SYMBOL: MARKET.funding[SYMBOL]})
    situation = with_open(market, sold("1000", market), sold("10000", market, "SOL/USDT:USDT"))
    alone = value(with_open(market, sold("1000", market)), "funding pays")
    found = measured(situation, "funding pays")
    assert found is not None
    assert found.value == alone
    assert found.facts.without == ("SOL",)
    assert measured(situation, "funding SOL below 0") is None
    assert measured(situation, "funding ETH below 0") is not None


def test_a_dated_hedge_pays_no_funding() -> None:
    dated = contract("ETH", symbol="ETH/USDT:USDT-260710", expiry=FUTURE)
    market = snapshot(dated, ETH=3500)
    assert read_each(with_open(market, sold("1000", market, dated.symbol)), said("funding pays")) == {}


def test_an_old_rate_is_not_known() -> None:
    old = {SYMBOL: replace(MARKET.funding[SYMBOL], at=NOW - timedelta(minutes=16))}
    assert measured(user(replace(MARKET, funding=old)), "funding ETH below 0") is None


def test_a_coin_without_a_perpetual_has_no_funding() -> None:
    assert measured(user(MARKET), "funding DOGE below 0") is None


def past(*rates: float, hours: int = 8, ended: timedelta = timedelta(hours=1)) -> FundingHistory:
    """Settlements every `hours`, the last of them so long ago."""
    last = np.datetime64((NOW - ended).astimezone(UTC).replace(tzinfo=None), "s")
    back = np.arange(len(rates) - 1, -1, -1) * np.timedelta64(hours * 3600, "s")
    return FundingHistory(last - back, np.array(rates))


def extreme(rate: str, history: FundingHistory | None, market: Snapshot = MARKET) -> Decimal | None:
    known = {} if history is None else {(VENUE, SYMBOL): history}
    return value(user(funded(market, ETH=rate), histories=known), "funding ETH extreme")


WILD = past(*(0.0001 * (-1) ** day for day in range(90)))
"""A rate of 0.01 % that changes its sign each time: its deviation is its size."""


def test_a_usual_rate_is_not_extreme() -> None:
    assert extreme("0.0001", WILD) == pytest.approx(1, abs=0.05)


def test_a_rate_five_deviations_from_its_mean_is_extreme() -> None:
    assert extreme("0.0005", WILD) == pytest.approx(5, abs=0.1)
    assert extreme("-0.0005", WILD) == pytest.approx(5, abs=0.1)


def test_a_change_of_the_interval_alone_is_not_extreme() -> None:
    hourly = past(*(0.0001 * (-1) ** day / 8 for day in range(24 * 30)), hours=1)
    assert extreme("0.0001", hourly) == pytest.approx(1, abs=0.05)


def test_after_calm_a_tiny_change_is_not_extreme() -> None:
    found = extreme("0.000101", past(*[0.0001] * 90))
    assert found is not None
    assert found < 1


@pytest.mark.parametrize(
    "history", [None, past(0.0001, 0.0001), past(*[0.0001] * 90, ended=timedelta(days=3)), past()]
)
def test_without_its_own_past_nothing_is_extreme(history: FundingHistory | None) -> None:
    assert extreme("0.01", history) is None


def test_what_came_before_its_last_30_days_does_not_count() -> None:
    calm = past(*[0.01] * 90, *(0.0001 * (-1) ** day for day in range(90)))
    assert extreme("0.0005", calm) == pytest.approx(5, abs=0.1)
