"""A dollar coin that is no dollar any more: worked by hand, and by what must hold."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.outlook.depeg import depeg
from tests.domain import NOW, holdings, snapshot


def hedge(leverage: int = 1) -> Hedge:
    """A short of ETH for some ETH."""
    wish = Wish(legs=("ETH",), leverage=Decimal(leverage))
    return plan(holdings("ETH 10"), snapshot(ETH=1000), wish, NOW)


def test_a_short_in_it_loses_and_its_margin_too() -> None:
    own = hedge()
    found = depeg(own, "USDT", Decimal("-0.1"), {"USDT": Decimal(500)})
    assert float(found.rise) == pytest.approx(1 / 9)
    assert found.shorts_made == -own.notional / 10
    assert found.margin_made == -own.margin / 10
    assert found.held_made == -50
    assert found.total == found.shorts_made + found.margin_made - 50
    assert found.gone == ()


def test_one_that_is_liquidated_by_it_has_lost_its_margin() -> None:
    own = hedge(leverage=20)
    found = depeg(own, "USDT", Decimal("-0.1"), {})
    assert found.gone == found.legs
    assert found.total == -own.margin


def test_what_settles_in_another_coin_is_not_touched() -> None:
    own = hedge()
    usdc = replace(
        own, legs=tuple(replace(leg, contract=replace(leg.contract, settle="USDC")) for leg in own.legs)
    )
    found = depeg(usdc, "USDT", Decimal("-0.5"), {})
    assert found.total == 0
    assert found.others == usdc.legs


@given(st.decimals("-0.9", "0.4", places=3))
def test_a_short_loses_what_its_dollars_are_worth_less(move: Decimal) -> None:
    """In dollars the short is as many dollar coins owed to it: N coins that become N * (1 + m) dollars."""
    own = hedge()
    found = depeg(own, "USDT", move, {})
    if not found.gone:
        assert found.shorts_made == own.notional * move
