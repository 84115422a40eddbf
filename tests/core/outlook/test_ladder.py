"""What a rally asks of the margin."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.leg import SHORT, Leg, Offer, open_leg
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.margin import liquidation_inverse, liquidation_linear
from core.outlook.ladder import ladder, to_add
from tests.domain import FLAT_BRACKET, NOW, contract, holdings, snapshot

TENTH = Decimal("0.1")


def hedge(*words: str, **wished: object) -> Hedge:
    prices = snapshot(BTC=60_000, ETH=3500, SOL=160, LINK=18)
    wish = Wish(legs=words, **wished)  # type: ignore[arg-type]
    return plan(holdings("SOL 200", "LINK 1000"), prices, wish, NOW)


def leg(leverage: int, *, inverse: bool = False) -> Leg:
    """A short of 100,000 USD of ETH at 3,500."""
    own = contract("ETH", multiplier="10" if inverse else "0.001", inverse=inverse)
    count = Decimal(10_000) if inverse else Decimal(100_000_000) / 3500
    wish = Wish(leverage=Decimal(leverage), inverse=inverse)
    return open_leg(Offer(own, Decimal(3500), None), count, Decimal(1), 1.0, 0.04, wish, held=Decimal(0))


def distance_after(leg: Leg, rise: Decimal, cash: Decimal) -> Decimal:
    """Rise from up there to the liquidation of the short whose margin got this cash."""
    up = leg.price * (1 + rise)
    if leg.contract.inverse:
        coins = leg.margin / leg.price + cash / up
        price = liquidation_inverse(SHORT, leg.notional, leg.price, coins, leg.contract.brackets)
    else:
        price = liquidation_linear(SHORT, leg.quantity, leg.price, leg.margin + cash, leg.contract.brackets)
    assert price is not None
    return price / up - 1


@given(st.integers(2, 50), st.decimals("0.01", "1.5", places=3), st.booleans())
def test_the_cash_restores_the_distance_to_liquidation(leverage: int, rise: Decimal, inverse: bool) -> None:
    short = leg(leverage, inverse=inverse)
    assert short.distance is not None
    cash = to_add(short, rise)
    assert cash > 0
    assert distance_after(short, rise, cash) == pytest.approx(short.distance, rel=Decimal("1e-9"))


def test_at_2x_a_rise_of_a_tenth_takes_the_loss_and_a_tenth_more_margin() -> None:
    own = contract("ETH", brackets=FLAT_BRACKET)
    count = Decimal(100_000_000) / 3500
    wish = Wish(leverage=Decimal(2))
    short = open_leg(Offer(own, Decimal(3500), None), count, Decimal(1), 1.0, 0.04, wish, held=Decimal(0))
    assert to_add(short, TENTH) == pytest.approx(Decimal(10_000 + 5_000))


def test_a_fall_asks_for_nothing() -> None:
    assert to_add(leg(3), -TENTH) == 0


def test_an_inverse_short_at_1x_asks_for_nothing() -> None:
    assert to_add(leg(1, inverse=True), Decimal(2)) == 0


def test_each_rung_asks_for_more_and_the_coins_gain_more() -> None:
    rungs = ladder(hedge("SOL", "BTC"))
    assert [rung.rise for rung in rungs] == [TENTH, 2 * TENTH, 4 * TENTH]
    assert 0 < rungs[0].add < rungs[1].add < rungs[2].add
    assert rungs[2].gain == pytest.approx(4 * rungs[0].gain)
    assert rungs[0].gain > 0


def test_every_leg_rises_by_its_beta_to_the_benchmark() -> None:
    planned = hedge("SOL", "BTC")
    by_asset = {leg.asset: leg for leg in planned.legs}
    beta = planned.study.betas_to("BTC")[planned.study.columns(["SOL"])][0]
    assert planned.outcome.benchmark == "BTC"
    assert beta != pytest.approx(1, abs=0.05)
    assert ladder(planned)[0].add == pytest.approx(
        to_add(by_asset["BTC"], TENTH) + to_add(by_asset["SOL"], TENTH * Decimal(str(beta)))
    )


def test_a_short_is_lost_on_the_first_rung_past_its_liquidation() -> None:
    rungs = ladder(hedge("SOL", leverage=Decimal(4)))
    assert [rung.liquidated for rung in rungs] == [(), (), ("SOL",)]
    assert not any(rung.liquidated for rung in ladder(hedge("SOL", leverage=Decimal(1))))


def test_the_coins_gain_what_was_measured_also_where_the_hedge_is_sized_by_a_beta_of_ones_own() -> None:
    mine, measured = hedge("SOL", beta=Decimal(3)), hedge("SOL")
    assert [rung.gain for rung in ladder(mine)] == [rung.gain for rung in ladder(measured)]


def test_a_shared_account_asks_for_cash_that_brings_its_odds_back() -> None:
    mine = holdings("SOL 100", "LINK 1000", "ETH 4")
    found = replace(snapshot(BTC=90_000, ETH=3500, SOL=160, LINK=15), venue="bybit")
    there = {coin.asset: coin.quantity for coin in mine}
    pool = ladder(hedge_within(mine, found, Wish(mode="cross"), NOW, (), there))
    assert [rung.add for rung in pool] == sorted(rung.add for rung in pool)
    assert pool[0].add > 0
    coins = ladder(hedge_within(mine, found, Wish(mode="coins"), NOW, (), there))
    assert coins[0].add == 0
