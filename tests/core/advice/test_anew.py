"""A short struck anew: as many coins as before, its profit taken, its liquidation by the new price."""

from decimal import Decimal
from fractions import Fraction

import pytest

from core.advice.anew import Anew, struck_anew
from core.domain.contract import Contract
from tests.core.advice.test_drift import AFTER, BEFORE
from tests.core.journal.open_hedges import ETH, legs, sold
from tests.domain import FLAT_BRACKET, contract, quote


def anew(count: str, part: Fraction = Fraction(1), to: Contract | None = None, leverage: str = "2") -> Anew:
    (leg,) = legs(AFTER, sold(count, BEFORE, margin="1000"))
    assert leg.contract is not None
    assert leg.quote is not None
    found = struck_anew(leg, part, to or leg.contract, quote("2975"), None, Decimal(leverage))
    assert found is not None
    return found


def test_what_is_bought_back_is_sold_again() -> None:
    one = anew("2143")
    assert one.close.ticket.change == 2143
    assert one.open.change == -2143
    assert one.close.ticket.reduce_only
    assert not one.open.reduce_only
    assert one.close.gain == Decimal("11250.75")  # 21.43 ETH * (3500 - 2975)
    assert one.fees == 2 * Decimal("31.8771250")
    assert one.worthwhile
    assert not one.moved


def test_it_is_liquidated_by_its_new_price_and_leverage() -> None:
    flat = contract("ETH", multiplier="0.01", brackets=FLAT_BRACKET)
    # 2x: entry * (1 + 1/2) / (1 + maintenance rate)
    rate = flat.brackets[0].rate
    assert anew("100", to=flat).liquidation == pytest.approx(Decimal(2975) * Decimal("1.5") / (1 + rate))


def test_half_of_it_elsewhere_is_as_many_coins_in_the_contracts_there() -> None:
    there = contract("ETH", multiplier="0.1", lot="1")
    one = anew("100", Fraction(1, 2), there)
    assert one.close.count == 50
    assert one.open.change == -5
    assert one.wanted == 5


def test_one_that_has_made_less_than_its_orders_cost_is_not_worth_it() -> None:
    (leg,) = legs(AFTER, sold("100", BEFORE, at="2976"))
    assert leg.contract is not None
    assert leg.quote is not None
    one = struck_anew(leg, Fraction(1), leg.contract, leg.quote, None, Decimal(1))
    assert one is not None
    assert not one.worthwhile
    assert leg.held.symbol == ETH
