"""Numbers as a phone shows them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.numbers import parse_number
from bot.wording.numbers import (
    beta,
    cents,
    contracts,
    day,
    leverage,
    money,
    number,
    percent,
    price,
    quantity,
    safety,
    short_price,
)
from core.domain.contract import Contract
from tests.domain import contract

amounts = st.decimals(
    min_value=Decimal("1e-18"), max_value=Decimal(10) ** 18, places=18, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("amount", "shown"),
    {
        "50000": "$50,000", "49999.5": "$50,000", "999.99": "$999.99", "12.345": "$12.34", "0.5116": "$0.51",
        "0": "$0.00", "-120": "-$120.00", "-2525.4": "-$2,525", "-0.001": "$0.00",
        "1e18": "$1,000,000,000,000,000,000", "1e40": f"${10**40:,}",
    }.items(),
)  # fmt: skip
def test_money_has_cents_up_to_a_thousand_dollars(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown


def test_a_gain_is_signed_where_signs_matter_and_nothing_is_neither_gain_nor_loss() -> None:
    assert money(Decimal(120), signed=True) == "+$120.00"
    assert money(Decimal(-120), signed=True) == "-$120.00"
    assert money(Decimal("0.001"), signed=True) == "$0.00"
    assert money(Decimal("-0.001"), signed=True) == "$0.00"


@pytest.mark.parametrize(
    ("amount", "shown"),
    {
        "5223.884": "$5,223.88", "1": "$1.00", "0.18": "$0.18", "0.0000123456": "$0.00001235",
        "0.000000000000000001": "$0.000000000000000001", "1234567.891": "$1,234,567.89", "0": "$0",
        "1e40": f"${10**40:,}.00",
    }.items(),
)  # fmt: skip
def test_a_price_keeps_its_cents_and_a_tiny_one_four_figures(amount: str, shown: str) -> None:
    assert price(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    {
        "60": "60", "60.50": "60.5", "4.28571428": "4.2857143", "1250.75": "1250.75", "1e5": "100000",
        "1e-18": "0.000000000000000001", "123456789012": "123,456,789,012", "999999": "999999",
        "100": "100", "1200": "1200",
    }.items(),
)  # fmt: skip
def test_coins_are_shown_in_up_to_eight_figures(amount: str, shown: str) -> None:
    assert quantity(Decimal(amount)) == shown


@given(amounts)
def test_shown_coins_are_right_to_eight_figures(amount: Decimal) -> None:
    shown = Decimal(quantity(amount).replace(",", ""))
    assert abs(shown - amount) <= amount * Decimal("5.1e-8")


@given(amounts)
def test_an_exact_number_is_shown_exactly(amount: Decimal) -> None:
    assert Decimal(number(amount).replace(",", "")) == amount


@given(st.decimals(min_value=1, max_value=10**15, places=2, allow_nan=False, allow_infinity=False))
def test_shown_money_can_be_typed_back(amount: Decimal) -> None:
    assert abs(parse_number(price(amount).removeprefix("$"), money=True) - amount) == 0


def test_shares_betas_and_leverage() -> None:
    assert percent(0.923) == "92%"
    assert percent(Decimal("0.000101"), 4) == "0.0101%"
    assert percent(1) == "100%"
    assert beta(1.504) == "1.50"
    assert beta(-0.001) == "0.00"
    assert leverage(Decimal("2.50")) == "2.5x"
    assert leverage(Decimal("1E+2")) == "100x"


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [
        ("2143", contract("ETH", multiplier="0.01"), "2,143 × 0.01 ETH"),
        ("21.43", contract("ETH", multiplier="1"), "21.43 ETH"),
        ("3", contract("PEPE", multiplier="1000", scale="1000"), "3 × 1,000 PEPE"),
        ("5", contract("ETH", multiplier="10", inverse=True, settle="ETH"), "5 × $10 ETH"),
    ],
)
def test_the_size_of_an_order_is_in_the_venues_own_unit(count: str, of: Contract, shown: str) -> None:
    assert contracts(Decimal(count), of) == shown


def test_a_gain_that_adds_up_with_others_keeps_its_cents() -> None:
    assert [cents(Decimal(text)) for text in ("1204.56", "-0.07", "0")] == ["+$1,204.56", "-$0.07", "$0.00"]


def test_a_price_in_a_table_has_five_figures() -> None:
    prices = ("98012.34", "3412.14", "0.012345678")
    assert [short_price(Decimal(text)) for text in prices] == ["$98,012", "$3,412.1", "$0.012346"]


def test_a_day_has_its_year_where_that_is_another() -> None:
    at = datetime(2026, 6, 3, tzinfo=UTC)
    assert day(at, at) == "3 Jun"
    assert day(at, at.replace(year=2027)) == "3 Jun 2026"


def test_safety_is_told_until_it_says_no_more() -> None:
    assert [safety(Decimal(text)) for text in ("4.24", "12.6", "100")] == ["4.2x", "13x", "100x+"]
    assert safety(None) == "100x+"
