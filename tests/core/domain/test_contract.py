"""Worth, coins and smallest order of a contract: linear, quoted by the thousand, margined in the coin."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain import contract

STEPS = st.sampled_from(["0.001", "0.01", "0.1", "0.5", "1", "3", "10", "1000"])
PRICES = st.decimals("0.000001", "200000", places=6)


def test_a_linear_contract_is_worth_its_coins_at_the_price() -> None:
    micro = contract("ETH", multiplier="0.01")
    assert micro.value(Decimal(3500)) == 35
    assert micro.quantity(Decimal(2143), Decimal(3500)) == Decimal("21.43")


def test_a_contract_quoted_for_a_thousand_coins_divides_the_price() -> None:
    pepe = contract("PEPE", multiplier="1000000", scale="1000")
    assert pepe.symbol == "1000PEPE/USDT:USDT"
    assert pepe.value(Decimal("0.01")) == 10
    assert pepe.quantity(Decimal(3), Decimal("0.01")) == 3_000_000


def test_an_inverse_contract_is_worth_its_dollars_and_fewer_coins_the_dearer_they_are() -> None:
    inverse = contract("BTC", multiplier="100", inverse=True)
    assert inverse.value(Decimal(50_000)) == 100
    assert inverse.quantity(Decimal(10), Decimal(50_000)) == Decimal("0.02")
    assert inverse.quantity(Decimal(10), Decimal(100_000)) == Decimal("0.01")


def test_a_contract_with_an_expiry_is_not_perpetual() -> None:
    assert contract("ETH").perpetual
    assert not contract("ETH", expiry=datetime(2026, 9, 25, 8, tzinfo=UTC)).perpetual


@pytest.mark.parametrize(
    ("rules", "price", "least"),
    [
        ({"min_count": "1", "min_notional": "5"}, 3500, "1"),
        ({"min_count": "3", "min_notional": "5"}, 3500, "3"),
        ({"min_count": "3", "lot": "2", "min_notional": "5"}, 3500, "4"),
        ({"min_count": "1", "min_notional": "100"}, 3500, "3"),  # 35 a contract: 2 are 70, 3 are 105
        ({"min_count": "1", "min_notional": "105"}, 3500, "3"),
        ({"min_count": "0.1", "lot": "0.1", "min_notional": "5"}, 3500, "0.2"),
        ({"min_count": "0", "min_notional": "0"}, 3500, "1"),
    ],
)
def test_the_smallest_order_meets_lot_count_and_notional(
    rules: dict[str, Any], price: int, least: str
) -> None:
    found = contract("ETH", multiplier="0.01", **rules).least(Decimal(price))
    assert found == Decimal(least)


@given(STEPS, STEPS, STEPS, st.integers(0, 200), st.booleans(), PRICES)
def test_nothing_smaller_could_be_ordered(
    multiplier: str, lot: str, min_count: str, min_notional: int, inverse: bool, price: Decimal
) -> None:
    rules = contract(
        "XYZ", multiplier=multiplier, lot=lot, min_count=min_count, min_notional=str(min_notional),
        inverse=inverse,
    )  # fmt: skip

    def allowed(count: Decimal) -> bool:
        worth = count * rules.value(price)
        return count >= rules.min_count and worth >= rules.min_notional * (1 - Decimal("1e-24"))

    least = rules.least(price)
    assert least > 0
    assert least % rules.lot == 0
    assert allowed(least)
    assert least == rules.lot or not allowed(least - rules.lot)


@given(STEPS, st.integers(1, 10**6), PRICES, st.booleans())
def test_coins_times_their_price_are_the_notional(
    multiplier: str, count: int, price: Decimal, inverse: bool
) -> None:
    thousands = contract("PEPE", multiplier=multiplier, scale="1000", inverse=inverse)
    worth = count * thousands.value(price)
    coins = thousands.quantity(Decimal(count), price)
    assert coins * (price / 1000) == pytest.approx(worth, rel=Decimal("1e-20"))
