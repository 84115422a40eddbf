"""The textbook hedge in figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hedge.calc import calculate


def test_50000_dollars_at_beta_one_and_a_half_in_hundredths_of_ether() -> None:
    found = calculate(Decimal(50_000), Decimal("1.5"), Decimal(3500), Decimal("0.01"))
    assert found.contract_value == 35
    assert found.exact == pytest.approx(Decimal("2142.857142857"))
    assert found.nearest.contracts == 2143
    assert found.nearest.notional == 75_005
    assert found.nearest.residual_beta == Decimal("-0.0001")
    assert found.down.contracts == 2142
    assert found.down.notional == 74_970
    assert found.down.residual_beta == Decimal("0.0006")


def test_half_a_contract_is_rounded_away_from_zero() -> None:
    found = calculate(Decimal(125), Decimal(1), Decimal(10), Decimal(1))
    assert found.nearest.contracts == 13
    assert found.down.contracts == 12


AMOUNTS = st.decimals("0.01", "1000000", places=2)


@given(AMOUNTS, st.decimals("0.01", "5", places=2), AMOUNTS, st.sampled_from(["0.001", "0.01", "1", "100"]))
def test_rounding_leaves_less_than_a_contract(
    value: Decimal, beta: Decimal, price: Decimal, size: str
) -> None:
    found = calculate(value, beta, price, Decimal(size))
    wanted, tiny = value * beta, Decimal("1e-15") * (value * beta + found.contract_value)
    assert abs(found.nearest.notional - wanted) <= found.contract_value / 2 + tiny
    assert -tiny <= wanted - found.down.notional < found.contract_value + tiny
    for rounded in (found.nearest, found.down):
        assert rounded.contracts == rounded.contracts.to_integral_value()
        assert rounded.residual_beta * value == pytest.approx(wanted - rounded.notional, abs=Decimal("1e-12"))
