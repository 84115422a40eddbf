"""Buying back what is open: exact counts, what it makes, costs and frees, and what cannot be traded."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advice.unwind import Unwound, leverage_set, unwind, unwound
from core.domain.contract import Contract
from core.domain.snapshot import Snapshot
from core.hedge.ticket import total
from tests.core.advice.test_drift import AFTER, BEFORE
from tests.core.journal.open_hedges import ETH, legs, sold
from tests.domain import contract, quote, snapshot

HALF, ALL = Fraction(1, 2), Fraction(1)


def closed(count: str, part: Fraction = ALL, market: Snapshot = AFTER, **more: str) -> Unwound:
    (leg,) = legs(market, sold(count, BEFORE, **more))
    found = unwind(leg, part, None)
    assert found is not None
    return found


def market(rules: Contract) -> Snapshot:
    return snapshot(rules, BTC=90_000, ETH=3500)


def test_all_is_bought_back_reduce_only_at_todays_price() -> None:
    one = closed("2143", margin="37502.5")
    assert one.ticket.side == "buy"
    assert one.ticket.reduce_only
    assert one.ticket.margin == 0
    assert one.gain == Decimal("11250.75")  # 21.43 ETH * (3500 - 2975)
    assert one.cost == Decimal("31.8771250")  # 5 bp of 21.43 ETH * 2975
    assert one.margin == Decimal("37502.5")
    assert [one.count, one.left, one.leftover, one.shorted] == [2143, 0, 0, 0]


def test_the_gap_between_buyers_and_sellers_is_a_cost() -> None:
    wide = replace(AFTER, quotes={**AFTER.quotes, ETH: quote("2975", bid="2970", ask="2980")})
    assert closed("100", market=wide).cost == Decimal(2975) * (Decimal("0.0005") + Decimal(5) / 2975)


def test_half_is_rounded_to_whole_lots_and_keeps_its_share_of_margin() -> None:
    one = closed("2143", HALF, margin="2143")
    assert [one.count, one.left] == [1072, -1071]
    assert one.margin == 1072
    assert one.gain == Decimal(5628)  # 10.72 ETH * 525


def test_half_of_a_single_lot_is_all_of_it() -> None:
    assert closed("1", HALF).left == 0


def test_a_long_is_sold() -> None:
    one = closed("-20")
    assert one.ticket.side == "sell"
    assert one.ticket.reduce_only
    assert one.gain == -105
    assert one.left == 0


def test_what_is_no_whole_lot_any_more_is_left_over_and_named() -> None:
    now = market(contract("ETH", multiplier="0.01", lot="10"))
    one = closed("2143", market=now)
    assert [one.count, one.leftover, one.left] == [2140, 3, -3]


def test_what_is_less_than_the_smallest_order_cannot_be_placed() -> None:
    one = closed("3", market=market(contract("ETH", multiplier="0.01", min_count="5")))
    assert [one.count, one.leftover, one.gain, one.cost] == [0, 3, 0, 0]
    assert not one.ticket.placeable


def test_an_order_that_only_closes_need_not_be_worth_the_least() -> None:
    one = closed("3", market=market(contract("ETH", multiplier="0.01", min_notional="1000")))
    assert one.count == 3


def test_one_order_is_never_larger_than_the_venue_takes() -> None:
    one = closed("2143", market=market(contract("ETH", multiplier="0.01", max_count=Decimal(1000))))
    assert one.ticket.orders == ((Decimal(715), 1), (Decimal(714), 2))


def test_where_the_venue_is_down_there_is_no_order() -> None:
    found = legs(BEFORE, sold("5", BEFORE), sold("7", BEFORE, venue="elsewhere"))
    assert [one.leg.held.venue for one in unwound(found, ALL, None)] == ["testvenue"]


@pytest.mark.parametrize(("margin", "times"), [("75005", 1), ("37502.5", 2), ("25001.67", 3), ("90000", 1)])
def test_the_leverage_follows_from_the_margin(margin: str, times: int) -> None:
    (leg,) = legs(BEFORE, sold("2143", BEFORE, margin=margin))
    assert leverage_set(leg.held) == times


def test_without_a_known_margin_there_is_no_leverage() -> None:
    (leg,) = legs(BEFORE, sold("2143", BEFORE))
    assert leverage_set(leg.held) is None


@given(st.integers(-10_000, 10_000).filter(bool), st.integers(1, 999))
def test_leaving_leaves_exactly_nothing(count: int, largest: int) -> None:
    now = market(contract("ETH", multiplier="0.01", max_count=Decimal(largest)))
    one = closed(str(count), market=now)
    assert one.left == 0
    assert one.leg.held.count + one.ticket.change == 0
    assert total(one.ticket.orders) == abs(count)


@given(st.integers(1, 10_000), st.fractions(min_value=Fraction(1, 100), max_value=1))
def test_no_part_closes_more_than_is_open_or_misses_by_more_than_half_a_lot(
    count: int, part: Fraction
) -> None:
    one = closed(str(count), part)
    assert 0 <= one.asked <= count
    assert abs(Fraction(one.asked) - count * part) <= Fraction(1, 2)
