"""What a move of prices does to the coins and their shorts."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.hedge.plan import plan
from core.hedge.study import Study
from core.hedge.wish import Wish
from core.margin import maintenance
from core.measure.beta import Floats
from core.measure.exposure import Exposure
from core.measure.sample import Sample
from core.outlook.scenario import LegOutcome, Scenario, follow, moved_leg, scenario
from tests.domain import NOW, contract, holdings, snapshot

DAYS = Wish().horizon_days
CLOSE = Decimal("1e-9")
"""Relative, where a beta came from floats."""


def hedged(*held: str, wish: Wish | None = None) -> Hedge:
    found = snapshot(BTC=90_000, ETH=3500, SOL=160, LINK=15)
    return plan(holdings(*held), found, wish or Wish(), NOW)


def altcoins(wish: Wish | None = None) -> Hedge:
    return hedged("SOL 100", "LINK 1000", "ETH 4", "USDT 5000", wish=wish)


def eth_short(leverage: str = "2", *, inverse: bool = False, wish: Wish | None = None) -> Leg:
    """The short of a hedge of 10 ETH at $3,500."""
    listed = [contract("ETH", multiplier="10", min_notional="10", inverse=True)] if inverse else []
    asked = wish or Wish(legs=("ETH",), leverage=Decimal(leverage), inverse=inverse, sure=True)
    found = plan(holdings("ETH 10"), snapshot(*listed, contract("ETH"), ETH=3500), asked, NOW)
    return found.legs[0]


def after(leg: Leg, move: str, held: str = "10") -> LegOutcome:
    return moved_leg(leg, Decimal(move), Decimal(held), DAYS)


def falls(found: Hedge, move: str) -> Scenario:
    return scenario(found, {found.outcome.benchmark: Decimal(move)})


MOVES = st.decimals("-1", "10", places=4)


@given(move=MOVES)
def test_the_net_is_the_coins_and_the_hedge_and_the_funding(move: Decimal) -> None:
    found = altcoins()
    case = scenario(found, {"BTC": move})
    coins = sum(held.value * case.moves[held.asset] for held in found.exposure.moving)
    shorts = sum(leg.pnl for leg in case.legs)
    funding = sum(leg.income * DAYS for leg in found.legs if leg.income is not None and not _gone(case, leg))
    assert case.spot == coins
    assert case.net == coins + shorts + funding
    assert case.hedged == coins + shorts


def _gone(case: Scenario, leg: Leg) -> bool:
    return any(lost.leg is leg for lost in case.liquidated)


@given(move=MOVES)
def test_a_coin_hedged_one_for_one_with_its_own_contract_nets_nothing(move: Decimal) -> None:
    wish = Wish(beta=Decimal(1), legs=("ETH",), leverage=Decimal(1), sure=True)
    case = scenario(hedged("ETH 10", wish=wish), {"ETH": move})
    assert case.liquidated or case.hedged == 0


def test_the_answer_to_a_fall_is_the_one_that_the_hedge_gave() -> None:
    found = altcoins()
    case = falls(found, "-0.2")
    assert float(case.spot) == pytest.approx(float(found.outcome.without), rel=1e-9)
    assert float(case.hedged) == pytest.approx(float(found.outcome.hedged), rel=1e-6)


def test_a_kept_loss_is_kept() -> None:
    case = falls(altcoins(Wish(keep=Decimal(1000), drop=Decimal("0.2"))), "-0.2")
    assert case.hedged == pytest.approx(Decimal(-1000), abs=Decimal(30))


def test_a_rise_does_the_opposite_of_a_fall_while_nothing_is_liquidated() -> None:
    found = altcoins()
    down, up = falls(found, "-0.1"), falls(found, "0.1")
    assert not up.liquidated
    assert float(up.hedged) == pytest.approx(-float(down.hedged))
    assert float(up.spot) == pytest.approx(-float(down.spot))


def test_stablecoins_stay() -> None:
    bare, with_dollars = hedged("SOL 100"), hedged("SOL 100", "USDC 9999")
    assert "USDC" not in falls(with_dollars, "-0.5").coins
    assert falls(with_dollars, "-0.5").spot == pytest.approx(falls(bare, "-0.5").spot, rel=CLOSE)


def test_no_coin_loses_more_than_it_is_worth() -> None:
    found = altcoins()
    case = falls(found, "-0.95")
    assert case.moves["SOL"] == -1
    assert case.spot >= -sum(held.value for held in found.exposure.moving)


def test_a_short_loses_what_the_price_rises() -> None:
    leg = eth_short()
    assert after(leg, "0.1").pnl == -leg.quantity * (Decimal(3850) - Decimal(3500))
    assert after(leg, "-0.4").pnl == leg.quantity * Decimal(1400)


def test_margin_left_is_the_margin_and_the_profit() -> None:
    leg = eth_short()
    found = after(leg, "-0.1")
    assert found.margin_left == leg.margin + leg.notional / 10
    least = maintenance(leg.contract.brackets, leg.notional * Decimal("0.9"))
    assert found.health == found.margin_left / least


def test_a_short_whose_liquidation_price_lies_on_the_way_loses_its_margin_and_no_more() -> None:
    leg = eth_short("3")
    assert leg.liquidation is not None
    reached = leg.liquidation / leg.price - 1
    just, far = moved_leg(leg, reached + CLOSE, Decimal(10), DAYS), after(leg, "5")
    assert just.liquidated
    assert far.liquidated
    assert just.pnl == far.pnl == -leg.margin
    assert far.margin_left == far.health == far.funding == 0


def test_a_short_is_not_liquidated_just_before_its_price() -> None:
    leg = eth_short("3")
    assert leg.liquidation is not None
    found = moved_leg(leg, leg.liquidation / leg.price - 1 - Decimal("1e-6"), Decimal(10), DAYS)
    assert not found.liquidated
    assert found.health == pytest.approx(Decimal(1), abs=Decimal("0.001"))
    assert found.funding == (leg.income or 0) * DAYS != 0


def test_a_short_that_could_only_be_bankrupt_counts_as_liquidated() -> None:
    unknown = replace(eth_short("2"), liquidation=None)
    assert after(unknown, "0.51").liquidated
    assert after(unknown, "0.51").pnl == -unknown.margin


def test_a_liquidated_hedge_costs_its_margin_on_top_of_nothing_it_protects() -> None:
    found = hedged("ETH 10", wish=Wish(legs=("ETH",), leverage=Decimal(5), sure=True))
    case = falls(found, "0.5")
    assert [lost.leg.asset for lost in case.liquidated] == ["ETH"]
    assert case.hedged == case.spot - found.margin
    assert case.margin_left == 0


INVERSE_MOVES = st.decimals("-0.99", "10", places=4)


@given(move=INVERSE_MOVES)
def test_a_coin_margined_short_makes_coins_by_the_closed_formula(move: Decimal) -> None:
    leg = eth_short("1", inverse=True)
    found = moved_leg(leg, move, Decimal(100), DAYS)
    coins = leg.notional * (1 / found.price - 1 / leg.price)
    assert not found.liquidated
    assert float(found.pnl / found.price) == pytest.approx(float(coins), abs=1e-12)
    equity = leg.margin / leg.price + coins
    assert float(found.margin_left) == pytest.approx(float(equity * found.price))


def test_a_coin_margined_short_makes_more_coins_the_deeper_the_fall() -> None:
    leg = eth_short("1", inverse=True)
    first = after(leg, "-0.4").pnl / after(leg, "-0.4").price
    second = after(leg, "-0.8").pnl / after(leg, "-0.8").price
    assert second > 2 * first > 0


def test_margin_coins_that_are_held_are_counted_with_the_coins() -> None:
    assert after(eth_short("1", inverse=True), "-0.3", held="10").collateral == pytest.approx(
        Decimal(0), abs=Decimal(5)
    )


def test_margin_coins_that_must_be_bought_move_too() -> None:
    leg = eth_short("1", inverse=True)
    found = after(leg, "-0.3", held="0")
    assert found.pnl + found.collateral == 0


def test_a_liquidated_coin_margined_short_loses_its_coins_at_the_new_price() -> None:
    leg = eth_short("4", inverse=True)
    found = after(leg, "1")
    assert found.liquidated
    assert found.pnl == -2 * leg.margin


def test_unknown_funding_leaves_the_net_unknown_and_not_the_rest() -> None:
    found = altcoins()
    case = falls(replace(found, legs=(replace(found.legs[0], funding=None), *found.legs[1:])), "-0.2")
    assert case.funding is None
    assert case.net is None
    assert case.hedged == case.spot + case.hedge


# What follows what


def study_of(covariance: Floats) -> Study:
    size = len(covariance)
    names = tuple("ABCDEFGH"[:size])
    sample = Sample(names, np.zeros((1, size)), np.ones(1), frozenset(names), frozenset(), frozenset())
    return Study(Exposure(()), sample, covariance, np.full(size, 1 / size))


@st.composite
def studies(draw: st.DrawFn) -> Study:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    loadings = rng.normal(size=(draw(st.integers(3, 8)), 10))
    return study_of(loadings @ loadings.T * 1e-4)


SMALL = st.decimals("-0.2", "0.2", places=3)


@given(measured=studies(), move=SMALL)
def test_after_one_named_coin_the_others_move_by_their_beta(measured: Study, move: Decimal) -> None:
    expected = np.maximum(measured.betas_to("B") * float(move), -1)
    found = follow(measured, {"B": move})
    assert [float(found[asset]) for asset in measured.sample.assets] == pytest.approx(expected, abs=1e-12)


@given(measured=studies(), first=SMALL, second=SMALL)
def test_named_coins_move_exactly_as_said_and_the_rest_as_regression_on_them_says(
    measured: Study, first: Decimal, second: Decimal
) -> None:
    found = follow(measured, {"C": first, "A": second})
    assert (found["C"], found["A"]) == (first, second)
    # An independent solution: the coefficients of B on A and C, by the inverse of the pair's covariance.
    (aa, ac, cc) = (measured.covariance[i, j] for i, j in ((0, 0), (0, 2), (2, 2)))
    ba, bc = measured.covariance[1, 0], measured.covariance[1, 2]
    determinant = aa * cc - ac * ac
    on_a, on_c = (ba * cc - bc * ac) / determinant, (bc * aa - ba * ac) / determinant
    expected = max(on_a * float(second) + on_c * float(first), -1)
    assert float(found["B"]) == pytest.approx(expected, abs=1e-9)


def test_naming_what_was_to_be_expected_changes_nothing() -> None:
    measured = altcoins().study
    alone = follow(measured, {"BTC": Decimal("-0.15")})
    both = follow(measured, {"BTC": Decimal("-0.15"), "SOL": alone["SOL"]})
    assert {a: float(m) for a, m in both.items()} == pytest.approx({a: float(m) for a, m in alone.items()})


def test_coins_that_move_as_one_can_both_be_named() -> None:
    twins = study_of(np.array([[4.0, 4.0, 2.0], [4.0, 4.0, 2.0], [2.0, 2.0, 3.0]]) * 1e-4)
    found = follow(twins, {"A": Decimal("-0.2"), "B": Decimal("-0.2")})
    assert found["A"] == found["B"] == Decimal("-0.2")
    assert float(found["C"]) == pytest.approx(-0.1)


@pytest.mark.parametrize("move", ["-1.0001", "10.01"])
def test_a_move_out_of_bounds_is_refused(move: str) -> None:
    with pytest.raises(BadInput, match="-100%"):
        falls(altcoins(), move)


def test_a_coin_that_is_not_in_the_plan_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match=r"^XRP is neither .*BTC, ETH, LINK, SOL"):
        scenario(altcoins(), {"XRP": Decimal("-0.1")})


def test_plans_of_the_same_wish_are_equal() -> None:
    assert altcoins() == altcoins()


def pooled(mode: str, cash: str | None = None) -> Hedge:
    mine = holdings("SOL 100", "LINK 1000", "ETH 4")
    found = replace(snapshot(BTC=90_000, ETH=3500, SOL=160, LINK=15), venue="bybit")
    wish = Wish(mode=mode, cash=None if cash is None else Decimal(cash))  # type: ignore[arg-type]
    return hedge_within(mine, found, wish, NOW, (), {coin.asset: coin.quantity for coin in mine})


def test_an_account_that_shorts_share_is_liquidated_where_it_says_and_all_of_them_together() -> None:
    found = pooled("cross", "6000")
    assert found.backed is not None
    assert found.backed.ends.rise is not None
    end = Decimal(repr(found.backed.ends.rise))
    benchmark = found.outcome.benchmark
    before = scenario(found, {benchmark: end * Decimal("0.98")})
    assert not before.liquidated
    past = scenario(found, {benchmark: end * 2})
    assert len(past.liquidated) == len(found.legs)
    assert past.margin_left == 0
    assert past.hedge == pytest.approx(before.hedge / Decimal("0.98"), rel=Decimal("0.01"))
    left = found.backed.figures.equity + before.hedge
    assert before.margin_left == pytest.approx(left, rel=Decimal("0.01"))


def test_coins_that_back_the_shorts_gain_with_them() -> None:
    found = pooled("coins")
    assert not falls(found, "0.6").liquidated
    assert not falls(found, "-0.6").liquidated
