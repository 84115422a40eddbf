"""The hedge whose shorts share an account: what cash and coins back, and what it says of that."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from core.domain.capital.collateral import Collateral, flat
from core.hedge.afford.account import covariance_of
from core.hedge.afford.instead import cash_instead
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.unclear import NoCoinsThere, OthersBackIt, PooledInverse
from core.hedge.unmet import CoinsDoNotCount, NoSuchMode, TooLittleCash, TooLittleForMode
from core.hedge.wish import Wish
from core.margin import TARGET
from core.margin.pooled.odds import pool_odds, pulled
from tests.domain import NOW, contract, holdings, snapshot

PRICES: dict[str, Any] = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "LINK": 15, "AVAX": 20}
SEEN = replace(snapshot(**PRICES), venue="bybit")
HELD = {"ETH": "4", "SOL": "62.5", "LINK": "400", "AVAX": "1000"}
MINE = holdings(*(f"{asset} {quantity}" for asset, quantity in HELD.items()))
THERE = {asset: Decimal(quantity) for asset, quantity in HELD.items()}
NEARLY = TARGET * 1.03


def within(
    mode: str, cash: int | str | Decimal | None = None, lying: dict[str, Decimal] | None = None, **asked: Any
) -> Hedge:
    seen = asked.pop("seen", SEEN)
    wish = Wish(mode=mode, cash=None if cash is None else Decimal(cash), **asked)  # type: ignore[arg-type]
    return hedge_within(MINE, seen, wish, NOW, (), THERE if lying is None else lying)


def test_coins_back_their_own_hedge_without_cash() -> None:
    found = within("coins")
    assert found.backed is not None
    assert found.backed.cash == 0
    assert found.backed.odds.probability <= NEARLY
    usual = plan(MINE, SEEN, Wish(), NOW)
    assert [(leg.contract.symbol, leg.count) for leg in found.legs] == [
        (leg.contract.symbol, leg.count) for leg in usual.legs
    ]
    assert all(leg.liquidation is None for leg in found.legs)
    assert found.backed.ends.rise is not None
    assert found.backed.ends.rise > 1


def test_a_pool_of_cash_takes_what_keeps_the_odds_and_no_more() -> None:
    found = within("cross")
    assert found.backed is not None
    assert 0.5 * TARGET < found.backed.odds.probability <= NEARLY
    less = replace(found.backed.pool, cash=found.backed.pool.cash * Decimal("0.9"))
    spread = pulled(covariance_of(found.study, less.assets), less.assets)
    assert pool_odds(less, spread, found.wish.horizon_days).probability > TARGET


def test_a_pool_takes_less_than_a_margin_for_each_short() -> None:
    each = plan(MINE, SEEN, Wish(), NOW)
    pool = within("cross").backed
    assert pool is not None
    assert pool.cash < each.margin


@pytest.mark.parametrize("mode", ["cross", "coins"])
@pytest.mark.parametrize("cash", [400, 1500, 6000, 20_000])
def test_the_odds_are_kept_with_any_cash(mode: str, cash: int) -> None:
    few = {"AVAX": Decimal(300)}
    found = within(mode, cash, few)
    assert found.backed is not None
    assert found.backed.odds.probability <= NEARLY
    assert found.backed.cash == cash
    assert found.wish.cash == cash


def test_more_cash_never_removes_less() -> None:
    removed = [within("cross", cash).unseen for cash in (500, 2000, 8000, 16_000, 40_000)]
    assert removed == sorted(removed)


def test_what_is_told_of_other_amounts_is_what_they_do() -> None:
    for told in within("cross", 2000).means:
        assert told.odds <= NEARLY
        assert within("cross", told.cash).unseen == pytest.approx(told.removed, abs=0.005)


def test_too_little_is_refused_with_the_least_that_would_do() -> None:
    with pytest.raises(TooLittleCash) as refused:
        within("cross", "0.5")
    assert refused.value.mode == "cross"
    assert within("cross", refused.value.least).legs


def test_only_coins_that_lie_there_and_count_back_anything() -> None:
    found = within("coins", None, {"ETH": Decimal(4), "KAS": Decimal(9)})
    assert found.backed is not None
    assert set(found.backed.counted) == {"ETH"}
    assert found.backed.pool.coins == {"ETH": Decimal(4)}
    with pytest.raises(NoCoinsThere):
        within("coins", None, {})
    with pytest.raises(NoCoinsThere):
        within("coins", None, {"USDT": Decimal(900)})
    with pytest.raises(CoinsDoNotCount):
        within("coins", seen=replace(SEEN, venue="hyperliquid"))


def test_dollars_there_count_to_the_cash() -> None:
    found = within("cross", None, {"USDT": Decimal(900), "USDC": Decimal(50)})
    assert found.backed is not None
    assert found.backed.there == 900, "a pool that settles in USDT takes no USDC"


@pytest.mark.parametrize(
    ("venue", "mode"),
    [
        ("weex", "coins"),
        ("weex", "portfolio"),
        ("bybit", "portfolio"),
        ("gate", "portfolio"),
    ],
)
def test_a_mode_that_a_venue_lacks_or_whose_rules_are_unknown_is_refused(venue: str, mode: str) -> None:
    with pytest.raises(NoSuchMode) as refused:
        within(mode, seen=replace(SEEN, venue=venue))
    assert "cross" in refused.value.has
    assert "portfolio" not in refused.value.has


def test_an_account_that_asks_for_more_equity_is_refused_with_how_much() -> None:
    with pytest.raises(TooLittleForMode) as refused:
        within("coins", 100, {"ETH": Decimal(1)}, seen=replace(SEEN, venue="okx"))
    assert refused.value.least == 10_000
    assert within("coins", seen=replace(SEEN, venue="okx")).backed is not None


def test_a_broker_has_no_pool_to_choose() -> None:
    listed = [replace(contract(asset), brokered=True) for asset in PRICES]
    with pytest.raises(NoSuchMode) as refused:
        within("cross", seen=snapshot(*listed, **PRICES))
    assert refused.value.has == ()


def test_portfolio_margin_where_its_rules_are_known() -> None:
    found = within("portfolio", seen=replace(SEEN, venue="okx"))
    assert found.backed is not None
    assert found.backed.mode == "portfolio"


def test_coin_margined_contracts_are_no_pool() -> None:
    with pytest.raises(PooledInverse):
        Wish(mode="coins", inverse=True)


def test_a_table_that_was_read_takes_the_place_of_the_assumed_one() -> None:
    read = Collateral("bybit", NOW, {"ETH": flat("ETH", Decimal("0.5"))}, source="Bybit, read today")
    found = within("coins", seen=replace(SEEN, collateral=read))
    assert found.backed is not None
    assert found.backed.counted == {"ETH": Decimal(4) * 3500 / 2}
    assert not found.backed.assumed
    assert set(found.backed.idle) == {"SOL", "LINK", "AVAX"}


def test_the_debt_of_a_rise_is_what_the_shorts_lose_then() -> None:
    found = within("coins")
    assert found.backed is not None
    assert found.backed.rally is not None
    assert found.backed.rally.owed == pytest.approx(found.backed.rally.loss, rel=Decimal("0.01"))
    assert found.backed.rally.a_day > 0
    assert found.backed.at_stake == pytest.approx(Decimal(50_000))


def test_a_monte_carlo_of_jointly_normal_moves_agrees() -> None:
    """Of 200,000 joint moves as many end the account as its distance says of a normal law."""
    found = within("cross", 9000)
    assert found.backed is not None
    pool, days = found.backed.pool, found.wish.horizon_days
    spread = pulled(covariance_of(found.study, pool.assets), pool.assets)
    moves = np.random.default_rng(5).multivariate_normal(
        np.zeros(len(pool.assets)), spread * days * 2, 200_000
    )
    seen = float((pool.slack(np.exp(moves)) <= 0).mean())
    doubled = pool_odds(pool, spread, days * 2)
    assert 0.001 < seen < 0.2
    assert seen == pytest.approx(norm.sf(doubled.distance), rel=0.35)


def test_what_an_account_would_take_is_told_beside_a_margin_for_each() -> None:
    usual = hedge_within(MINE, SEEN, Wish(), NOW)
    told = cash_instead(usual, SEEN, THERE, NOW)
    assert list(told) == ["cross", "coins"]
    assert told["coins"] == 0
    pool = within("cross").backed
    assert pool is not None
    assert told["cross"] == pytest.approx(pool.cash, rel=Decimal("0.01"))
    assert list(cash_instead(usual, SEEN, {"USDT": Decimal(5)}, NOW)) == ["cross"]
    assert cash_instead(within("cross"), SEEN, THERE, NOW) == {}
    assert list(cash_instead(usual, replace(SEEN, venue="weex"), THERE, NOW)) == ["cross"]


def test_coins_there_that_the_hedge_is_not_about_are_left_out_and_not_said_to_count_nothing() -> None:
    found = within("coins", only=("ETH",))
    assert found.backed is not None
    assert set(found.backed.aside) == {"LINK", "AVAX"} - set(found.study.sample.assets)
    assert "LINK" not in found.backed.idle
    with pytest.raises(OthersBackIt):
        within("coins", None, {"LINK": Decimal(400)}, only=("ETH",))
