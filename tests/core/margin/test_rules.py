"""Each venue's own rules of liquidation: worked figures, and what holds of all of them."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.contract import Bracket
from core.margin import MarginRules, pnl_inverse, pnl_linear, tiered
from core.sweep.board import SweepBoard
from core.sweep.crowd import Crowd
from core.sweep.liquidation import liquidations, needed
from core.venues.exchange import EXCHANGES
from tests.domain import contract

ONE_PERCENT = tiered([(0, "0.01", 50)])
TIERS = tiered([(0, "0.005", 100), (50_000, "0.01", 50), (250_000, "0.025", 20), (1_000_000, "0.1", 5)])
COINS = tiered([(0, "0.005", 100), (20, "0.01", 50), (80, "0.025", 20), (300, "0.1", 5)])
FEE = Decimal("0.0006")


@pytest.mark.parametrize(
    ("rules", "side", "units", "margin", "price"),
    [
        # Gate and OKX: (10 + 10 / 3) / (1 + 0.01 + 0.0006), and the same the other way
        (MarginRules(ONE_PERCENT, fee=FEE), -1, 1, Decimal(10) / 3, "13.193482"),
        (MarginRules(ONE_PERCENT, fee=FEE), -1, 2, Decimal(4), "11.874134"),
        (MarginRules(ONE_PERCENT, fee=FEE), 1, 1, Decimal(10) / 3, "6.738090"),
        # Bybit: 10 * (1 + 1 / L - 0.01), whatever the price does to the notional
        (MarginRules(ONE_PERCENT, frozen=True), -1, 1, Decimal(10), "19.9"),
        (MarginRules(ONE_PERCENT, frozen=True), 1, 1, Decimal(10) / 3, "6.766667"),
        # The others: (10 + 10 / 3) / (1 + 0.01)
        (MarginRules(ONE_PERCENT), -1, 1, Decimal(10) / 3, "13.201320"),
    ],
)
def test_worked_figures_from_an_entry_of_10(
    rules: MarginRules, side: int, units: int, margin: Decimal, price: str
) -> None:
    found = rules.liquidation(side, Decimal(units), Decimal(10), margin)
    assert found is not None
    assert round(found, 6) == Decimal(price)


def test_brackets_of_a_contract_on_a_coin_count_in_that_coin() -> None:
    # 10 million dollars long from 45,000 on 101 coins, 12.5 % less 11.81 coins: a trader's own sum
    top = (Bracket(Decimal(0), Decimal("0.125"), Decimal("11.81"), Decimal(4)),)
    rules = MarginRules(top, inverse=True, in_coins=True)
    found = rules.liquidation(1, Decimal(10_000_000), Decimal(45_000), Decimal(101 * 45_000))
    assert found is not None
    assert round(found, 4) == Decimal("33578.8597")


def test_a_fee_that_must_be_left_brings_liquidation_nearer_and_frozen_maintenance_moves_it_away() -> None:
    size, entry, margin = Decimal(1), Decimal(3500), Decimal(1750)
    usual, with_fee, frozen = (
        replace(MarginRules(ONE_PERCENT), **kind).liquidation(-1, size, entry, margin)
        for kind in ({}, {"fee": FEE}, {"frozen": True})
    )
    assert usual is not None
    assert with_fee is not None
    assert frozen is not None
    assert with_fee < usual < frozen


@pytest.mark.parametrize(
    ("venue", "frozen", "fee"),
    [("bybit", True, False), ("okx", False, True), ("gate", False, True), ("binanceusdm", False, False)],
)
def test_the_venues_say_which_rules_are_theirs(venue: str, frozen: bool, fee: bool) -> None:
    assert (EXCHANGES[venue].frozen_margin, EXCHANGES[venue].closing_fee) == (frozen, fee)


def test_a_contract_brings_the_rules_of_its_venue() -> None:
    listed = contract("ETH", closing_fee=True, frozen_margin=True, taker_fee="0.0006")
    assert MarginRules.of(listed) == MarginRules(listed.brackets, frozen=True, fee=FEE)


def rules_of(draw: Any) -> MarginRules:
    inverse = draw(st.booleans())
    in_coins = inverse and draw(st.booleans())
    return MarginRules(
        COINS if in_coins else TIERS,
        inverse,
        draw(st.booleans()),
        draw(st.sampled_from([Decimal(0), FEE])),
        in_coins,
    )


@st.composite
def positions(draw: Any) -> tuple[MarginRules, int, Decimal, Decimal, Decimal]:
    rules = rules_of(draw)
    entry = Decimal(draw(st.integers(100, 5000)))
    worth = Decimal(draw(st.integers(1000, 2_000_000)))
    leverage = Decimal(draw(st.integers(2, 8)))
    units = worth if rules.inverse else worth / entry
    return rules, draw(st.sampled_from([-1, 1])), units, entry, worth / leverage


@given(positions())
def test_at_its_liquidation_price_a_position_has_just_what_is_asked(
    one: tuple[MarginRules, int, Decimal, Decimal, Decimal],
) -> None:
    rules, side, units, entry, margin = one
    rules = replace(rules, fee=Decimal(0)) if rules.frozen else rules
    price = rules.liquidation(side, units, entry, margin)
    assume(price is not None)
    assert price is not None
    if rules.inverse:
        backing = (margin / entry + pnl_inverse(side, units, entry, price)) * price
    else:
        backing = margin + pnl_linear(side, units, entry, price)
    asked = rules.needed(units, entry, price)
    assert abs(backing - asked) <= Decimal("1e-9") * (abs(backing) + units * (1 if rules.inverse else price))


@given(positions())
def test_the_margin_that_survives_a_rise_is_liquidated_just_there(
    one: tuple[MarginRules, int, Decimal, Decimal, Decimal],
) -> None:
    rules, _, units, entry, _ = one
    rules = replace(rules, fee=Decimal(0)) if rules.frozen else rules
    notional = units if rules.inverse else units * entry
    # At a rise of a half, in brackets that are those of the notional up there.
    margin = rules.to_survive(notional, Decimal("0.5"), entry)
    price = rules.liquidation(-1, units, entry, margin)
    assert price is not None
    assert abs(price / entry - Decimal("1.5")) < Decimal("1e-9")


@given(positions())
def test_the_sweep_finds_the_same_in_float64(one: tuple[MarginRules, int, Decimal, Decimal, Decimal]) -> None:
    rules, side, units, entry, margin = one
    rules = replace(rules, fee=Decimal(0)) if rules.frozen else rules
    exact = rules.liquidation(side, units, entry, margin)
    opened = SimpleNamespace(
        place=np.array([0]),
        count=np.array([side * float(units)]),
        entry=np.array([float(entry)]),
        margin=np.array([float(margin)]),
    )
    board = SimpleNamespace(brackets=[rules], units=np.array([1.0]), inverse=np.array([rules.inverse]))
    (found,) = liquidations(cast("Crowd", SimpleNamespace(positions=opened)), cast("SweepBoard", board))
    assert (exact is None and (np.isnan(found) or found <= 0)) or found == pytest.approx(float(exact or 0))
    mark = entry * Decimal("1.3")
    (asked,) = needed(rules, np.array([float(units)]), np.array([float(entry)]), np.array([float(mark)]))
    assert asked == pytest.approx(float(rules.needed(units, entry, mark)))
