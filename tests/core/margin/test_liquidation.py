"""Liquidation prices: where equity meets maintenance, found here by root search."""

from decimal import Decimal
from math import isinf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from core.domain.contract import Bracket
from core.domain.errors import CannotHedge
from core.margin import (
    bankruptcy_inverse,
    bankruptcy_linear,
    bracket_at,
    cross_wallet,
    initial,
    liquidation_frozen_linear,
    liquidation_inverse,
    liquidation_linear,
    maintenance,
    margin_to_survive,
    pnl_inverse,
    pnl_linear,
    tiered,
)
from tests.domain import FLAT_BRACKET

STEEP = tiered(
    [("0", "0.004", "125"), ("50000", "0.005", "100"), ("250000", "0.01", "50"), ("1000000", "0.05", "10")]
)
SIDES = st.sampled_from([1, -1])
LEVERAGES = st.integers(1, 15).map(Decimal)
ENTRIES = st.decimals("0.01", "100000", places=2)
NOTIONALS = st.decimals("10", "5000000", places=2)
FEES = st.sampled_from([Decimal(0), Decimal("0.0005")])
CLOSE = Decimal("1e-12")


def short(leverage: int, brackets: tuple[Bracket, ...] = FLAT_BRACKET, quantity: str = "1") -> Decimal:
    """Liquidation price of an isolated short of this many coins from 3,500."""
    size = Decimal(quantity)
    wallet = initial(size * 3500, Decimal(leverage))
    price = liquidation_linear(-1, size, Decimal(3500), wallet, brackets)
    assert price is not None
    return price


@pytest.mark.parametrize(("leverage", "price"), [(2, "5223.88"), (3, "4643.45"), (5, "4179.10")])
def test_a_short_from_3500_at_half_a_percent(leverage: int, price: str) -> None:
    assert round(short(leverage), 2) == Decimal(price)


def kept(brackets: tuple[Bracket, ...], notional: float) -> float:
    """Maintenance as a venue's page defines it: slice by slice, each at the rate of its tier."""
    ends = [*(float(bracket.floor) for bracket in brackets[1:]), float("inf")]
    return sum(
        (min(notional, end) - float(bracket.floor)) * float(bracket.rate)
        for bracket, end in zip(brackets, ends, strict=True)
        if notional > float(bracket.floor)
    )


@given(NOTIONALS)
def test_maintenance_is_the_sum_of_its_slices(notional: Decimal) -> None:
    assert float(maintenance(STEEP, notional)) == pytest.approx(kept(STEEP, float(notional)))


@pytest.mark.parametrize("bracket", STEEP[1:])
def test_maintenance_has_no_jump_where_a_tier_begins(bracket: Bracket) -> None:
    below, above = maintenance(STEEP, bracket.floor - CLOSE), maintenance(STEEP, bracket.floor)
    assert abs(above - below) <= CLOSE
    assert bracket_at(STEEP, bracket.floor) == bracket


@given(side=SIDES, leverage=LEVERAGES, entry=ENTRIES, notional=NOTIONALS, fee=FEES)
def test_an_isolated_position_is_liquidated_where_its_equity_meets_maintenance(
    side: int, leverage: Decimal, entry: Decimal, notional: Decimal, fee: Decimal
) -> None:
    quantity, wallet = notional / entry, notional / leverage
    price = liquidation_linear(side, quantity, entry, wallet, STEEP, fee)
    size, start, cost = float(quantity), float(entry), float(fee)

    def cushion(at: float) -> float:
        return float(wallet) + side * size * (at - start) - kept(STEEP, size * at) - cost * size * at

    if price is None or price < entry * CLOSE:
        assert side > 0
        assert cushion(1e-9 * start) >= 0
    else:
        assume(cushion(start) > 0)
        oracle = brentq(cushion, 1e-9 * start, 3 * start, xtol=1e-12 * start)
        assert float(price) == pytest.approx(oracle, rel=1e-6)


@given(
    side=SIDES,
    balance=st.decimals("1000", "500000", places=2),
    profit=st.decimals("-20000", "20000", places=2),
    other=st.decimals("0", "5000", places=2),
    notional=NOTIONALS,
)
def test_a_cross_position_is_liquidated_where_the_whole_account_meets_maintenance(
    side: int, balance: Decimal, profit: Decimal, other: Decimal, notional: Decimal
) -> None:
    entry = Decimal(3500)
    quantity = notional / entry
    wallet = cross_wallet(balance, [(profit, other)])
    size = float(quantity)

    def cushion(at: float) -> float:
        account = float(balance + profit) + side * size * (at - 3500)
        return account - float(other) - kept(STEEP, size * at)

    assume(cushion(3500) > 0)
    price = liquidation_linear(side, quantity, entry, wallet, STEEP)
    far = 3500 + 2 * float(balance + abs(profit)) / size
    if price is None:
        assert side > 0
        assert cushion(1e-6) >= 0
    elif float(price) > 1e-3:
        low, high = (1e-6, 3500.0) if side > 0 else (3500.0, far)
        assert float(price) == pytest.approx(brentq(cushion, low, high), rel=1e-6)


@given(leverage=st.integers(1, 50), notional=st.decimals("10", "200000", places=2))
def test_a_shorts_liquidation_is_above_its_entry_and_below_its_bankruptcy(
    leverage: int, notional: Decimal
) -> None:
    price = short(leverage, STEEP, str(notional / 3500))
    assert 3500 < price < bankruptcy_linear(-1, Decimal(3500), Decimal(leverage))


@given(leverage=st.integers(1, 49), notional=st.decimals("10", "1000000", places=2), fee=FEES)
def test_more_leverage_is_liquidated_sooner(leverage: int, notional: Decimal, fee: Decimal) -> None:
    quantity = notional / 3500
    low, high = (
        liquidation_linear(-1, quantity, Decimal(3500), notional / times, STEEP, fee)
        for times in (leverage, leverage + 1)
    )
    assert low is not None
    assert high is not None
    assert high < low


@given(leverage=LEVERAGES, notional=NOTIONALS)
def test_a_slightly_larger_short_has_nearly_the_same_liquidation_price(
    leverage: Decimal, notional: Decimal
) -> None:
    prices = [
        liquidation_linear(-1, size / 3500, Decimal(3500), size / leverage, STEEP)
        for size in (notional, notional * (1 + CLOSE))
    ]
    assert prices[0] is not None
    assert prices[1] is not None
    assert abs(prices[0] - prices[1]) <= prices[0] * CLOSE


def test_a_short_that_is_liquidated_right_at_a_tier_has_a_price() -> None:
    for thirds in range(1, 40):
        quantity = Decimal(thirds) / 3
        price = 250_000 / quantity
        wallet = quantity * (price - 3500) + maintenance(STEEP, Decimal(250_000))
        found = liquidation_linear(-1, quantity, Decimal(3500), wallet, STEEP)
        assert found is not None
        assert found == pytest.approx(price)


def test_a_long_at_1x_without_maintenance_is_never_liquidated() -> None:
    free = tiered([("0", "0", "125")])
    assert liquidation_linear(1, Decimal(1), Decimal(3500), Decimal(3500), free) is None


@pytest.mark.parametrize("wallet", ["-3500", "-4000"])
def test_a_position_whose_account_is_spent_is_no_safe_position(wallet: str) -> None:
    with pytest.raises(CannotHedge, match="past liquidation"):
        liquidation_linear(-1, Decimal(1), Decimal(3500), Decimal(wallet), FLAT_BRACKET)
    with pytest.raises(CannotHedge, match="past liquidation"):
        liquidation_inverse(1, Decimal(3500), Decimal(3500), Decimal(wallet), FLAT_BRACKET)


@given(leverage=LEVERAGES, entry=ENTRIES, notional=NOTIONALS)
def test_maintenance_frozen_at_entry_leaves_a_short_more_room(
    leverage: Decimal, entry: Decimal, notional: Decimal
) -> None:
    quantity, wallet = notional / entry, notional / leverage
    frozen = liquidation_frozen_linear(-1, quantity, entry, wallet, maintenance(STEEP, notional))
    living = liquidation_linear(-1, quantity, entry, wallet, STEEP)
    assert frozen is not None
    assert living is not None
    assert (frozen > living) == (living > entry)


# --- coin-margined


@given(side=SIDES, leverage=LEVERAGES, entry=ENTRIES, notional=NOTIONALS, fee=FEES)
def test_an_inverse_position_is_liquidated_where_its_coins_meet_maintenance(
    side: int, leverage: Decimal, entry: Decimal, notional: Decimal, fee: Decimal
) -> None:
    wallet = notional / leverage / entry
    price = liquidation_inverse(side, notional, entry, wallet, STEEP, fee)
    if price is None:
        assert side == -1
        assert leverage == 1
        return
    equity = wallet + pnl_inverse(side, notional, entry, price)
    assert equity == pytest.approx(
        (maintenance(STEEP, notional) + fee * notional) / price, rel=Decimal("1e-9"), abs=Decimal("1e-15")
    )


@given(side=SIDES, leverage=st.integers(2, 15).map(Decimal), coins=st.decimals("0.1", "900", places=2))
def test_tiers_in_coins_are_those_at_the_liquidation_price(
    side: int, leverage: Decimal, coins: Decimal
) -> None:
    tiers = tiered([("0", "0.004", "125"), ("5", "0.01", "50"), ("50", "0.03", "20")])
    entry = Decimal(40_000)
    wallet = coins / leverage
    price = liquidation_inverse(side, coins * entry, entry, wallet, tiers, tiers_in_coins=True)
    assert price is not None
    equity = wallet + pnl_inverse(side, coins * entry, entry, price)
    assert equity == pytest.approx(maintenance(tiers, coins * entry / price), rel=Decimal("1e-9"))


@given(ENTRIES, NOTIONALS)
def test_an_inverse_short_at_1x_is_never_liquidated(entry: Decimal, notional: Decimal) -> None:
    assert liquidation_inverse(-1, notional, entry, notional / entry, STEEP) is None
    assert bankruptcy_inverse(-1, entry, Decimal(1)) is None


# --- the margin that a rise takes


@given(
    rise=st.decimals("0.01", "5", places=3),
    notional=NOTIONALS,
    fee=FEES,
    inverse=st.booleans(),
)
def test_a_short_with_the_margin_for_a_rise_is_liquidated_just_there(
    rise: Decimal, notional: Decimal, fee: Decimal, inverse: bool
) -> None:
    entry = Decimal(3500)
    margin = margin_to_survive(notional, rise, STEEP, fee, inverse=inverse)
    price = (
        liquidation_inverse(-1, notional, entry, margin / entry, STEEP, fee)
        if inverse
        else liquidation_linear(-1, notional / entry, entry, margin, STEEP, fee)
    )
    assert price is not None
    assert not isinf(price)
    assert price / entry - 1 == pytest.approx(rise, rel=Decimal("1e-9"))


def test_profits_of_a_linear_and_an_inverse_short() -> None:
    assert pnl_linear(-1, Decimal(2), Decimal(100), Decimal(90)) == 20
    assert pnl_inverse(-1, Decimal(200), Decimal(100), Decimal(80)) == Decimal("0.5")
