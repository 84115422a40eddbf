"""What the size of a contract leaves of a hedge."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.cost.sizes import sizes_left

STEPS = {"standard": Decimal(10), "micro": Decimal("0.01"), "other micro": Decimal("0.010")}


def test_a_standard_contract_leaves_what_a_micro_does_not() -> None:
    standard, micro = sizes_left(Decimal(50_000), Decimal(3500), STEPS)
    assert [standard.coins, standard.steps, standard.left] == [10, 1, 15_000]
    assert [micro.steps, micro.left] == [1429, 15]
    assert micro.where == ("micro", "other micro")


@given(st.decimals("0.01", 10**7, places=2), st.decimals("0.01", 10**5, places=2))
def test_no_size_leaves_more_than_half_a_step(target: Decimal, price: Decimal) -> None:
    for size in sizes_left(target, price, STEPS):
        assert size.left <= size.coins * price / 2
