"""An account whose shorts share what backs them: equity, maintenance, debts, and what ends it."""

from dataclasses import replace
from decimal import Decimal
from math import log, log1p, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from core.margin.pooled.odds import pool_odds
from core.margin.pooled.path import first_crossing, joint_break
from core.margin.pooled.pool import Pool
from core.margin.pooled.terms import TERMS, terms_of
from core.margin.probability import tail
from tests.core.margin.pooled.accounts import collateral, haircut, pool, short

BTC = np.array([1.0])


def covered(ratio: str, cash: str = "0") -> Pool:
    """Ten bitcoins at $30,000, as many short, maintenance of half a percent."""
    takes = collateral(BTC=ratio)
    return pool(
        short("BTC", "10", "30000"), cash=cash, coins={"BTC": "10"}, prices={"BTC": "30000"}, takes=takes
    )


@pytest.mark.parametrize(("ratio", "cash"), [("0.95", "0"), ("0.5", "0"), ("0.5", "60000"), ("0.8", "1000")])
def test_a_covered_short_is_liquidated_where_algebra_says(ratio: str, cash: str) -> None:
    """P = (C / q + E) / (1 - r + m)."""
    expected = (float(cash) / 10 + 30_000) / (1 - float(ratio) + 0.005)
    rise = first_crossing(covered(ratio, cash), BTC, 30.0)
    assert rise is not None
    assert 30_000 * (1 + rise) == pytest.approx(expected, rel=1e-9)


def test_coins_at_full_worth_and_no_maintenance_never_end() -> None:
    whole = pool(
        short("BTC", "10", "30000", rate="0"),
        coins={"BTC": "10"},
        prices={"BTC": "30000"},
        takes=collateral(BTC="1"),
    )
    assert first_crossing(whole, BTC, 50.0) is None
    assert joint_break(whole, {"BTC": 1.0}, {"BTC": 0.03}).rise is None


def test_the_debt_of_a_rise_and_the_margin_that_it_asks_for() -> None:
    asking = replace(covered("0.9"), terms=terms_of("bybit"))
    seen = asking.figures({"BTC": Decimal(39_000)})
    assert seen.debt == 90_000
    assert seen.dollars == -90_000
    assert seen.coins == Decimal("0.9") * 390_000
    assert seen.maintenance == Decimal("0.005") * 390_000 + Decimal("0.04") * 90_000
    assert seen.ratio == seen.maintenance / seen.equity


def test_tiers_count_slice_by_slice_in_coins_and_in_dollars() -> None:
    coins = haircut("ETH", ("0", "0.9"), ("4", "0.7"), ("10", "0"))
    assert coins.counts(Decimal(12), Decimal(2000)) == (4 * Decimal("0.9") + 6 * Decimal("0.7")) * 2000
    usd = haircut("ETH", ("0", "0.9"), ("8000", "0.7"), in_usd=True)
    assert usd.counts(Decimal(12), Decimal(2000)) == Decimal("0.9") * 8000 + Decimal("0.7") * 16_000
    capped = haircut("ETH", ("0", "0.9"), cap=Decimal(3))
    assert capped.counts(Decimal(12), Decimal(2000)) == Decimal("0.9") * 6000


def test_a_coin_that_is_full_or_unknown_counts_nothing() -> None:
    takes = collateral(haircut("ETH", ("0", "0.9"), full=True))
    held = pool(coins={"ETH": "5", "KAS": "900"}, prices={"ETH": "2000", "KAS": "0.1"}, takes=takes)
    assert held.figures().equity == 0
    assert not takes.takes("ETH")
    assert not takes.takes("KAS")


def mixed(
    venue: str, mode: str, cash: float, coins: tuple[float, float], shorts: tuple[float, float]
) -> Pool:
    takes = collateral(haircut("ETH", ("0", "0.9"), ("3", "0.8"), cap=Decimal(40)), BTC="0.95", SOL="0.7")
    prices = {"BTC": "60000", "ETH": "3000", "SOL": "150"}
    return pool(
        short("BTC", repr(shorts[0]), "58000", fee="0.0005"),
        short("ETH", repr(shorts[1]), "3100", rate="0.01"),
        cash=repr(cash),
        coins={"ETH": repr(coins[0]), "SOL": repr(coins[1])},
        prices=prices,
        takes=takes,
        mode=mode,  # type: ignore[arg-type]
        terms=terms_of(venue),
    )


AMOUNTS = st.floats(0.01, 80)
MOVES = st.floats(0.05, 4)


@given(
    st.sampled_from(sorted(TERMS)), st.sampled_from(["coins", "portfolio"]), st.floats(0, 90_000),
    st.tuples(AMOUNTS, AMOUNTS), st.tuples(st.floats(0.001, 3), AMOUNTS), st.tuples(MOVES, MOVES, MOVES),
)  # fmt: skip
def test_floats_for_many_markets_agree_with_exact_figures(
    venue: str, mode: str, cash: float, coins: tuple[float, float], shorts: tuple[float, float],
    moves: tuple[float, float, float],
) -> None:  # fmt: skip
    account = mixed(venue, mode, cash, coins, shorts)
    assert account.assets == ("ETH", "SOL", "BTC")
    at = {
        asset: account.prices[asset] * Decimal(repr(m))
        for asset, m in zip(account.assets, moves, strict=True)
    }
    seen = account.figures(at)
    expected = seen.dollars + account.terms.weight * seen.coins - account.gauge.keeps * seen.maintenance
    assert account.slack(np.array([moves]))[0] == pytest.approx(float(expected), rel=1e-9, abs=1e-4)


def test_the_weakest_coin_is_the_one_whose_fall_alone_ends_it_soonest() -> None:
    account = pool(
        short("ETH", "10", "3000"), coins={"DOT": "6000"}, prices={"ETH": "3000", "DOT": "5"},
        takes=collateral(DOT="0.8"),
    )  # fmt: skip
    calm = joint_break(account, {"ETH": 1.0, "DOT": 1.2}, {"ETH": 0.03, "DOT": 0.05})
    assert calm.coin == "ETH"
    wild = joint_break(account, {"ETH": 1.0, "DOT": 1.2}, {"ETH": 0.001, "DOT": 0.5})
    assert wild.coin == "DOT"
    # 30,000 * (1 + x) * .8 = 150 where only DOT moves
    assert wild.alone == pytest.approx(150 / 24_000 - 1)
    assert calm.alone is not None
    up = account.slack(np.array([[1.0, 1 + calm.alone]]))[0]
    assert up == pytest.approx(0, abs=1e-3)


def test_a_short_with_cash_has_the_odds_of_the_short_alone() -> None:
    alone = pool(
        short("ETH", "10", "3000"), cash="30000", prices={"ETH": "3000"}, takes=collateral(), mode="cross"
    )
    rise = first_crossing(alone, np.array([1.0]), 5.0)
    assert rise is not None
    assert rise == pytest.approx((60_000 / (10 * 1.005)) / 3000 - 1)
    found = pool_odds(alone, np.array([[0.04**2]]), 14)
    assert found.probability == pytest.approx(tail(log1p(rise) / (0.04 * sqrt(14))), rel=1e-4)
    assert found.way[0] == pytest.approx(rise, rel=1e-4)


def test_more_cash_is_never_likelier_to_be_liquidated() -> None:
    spread = np.array([[0.05**2, 0.0012, 0.001], [0.0012, 0.06**2, 0.001], [0.001, 0.001, 0.03**2]])
    odds = [
        pool_odds(mixed("bybit", "coins", cash, (2, 40), (0.3, 5)), spread, 30).probability
        for cash in (0, 2000, 8000, 20_000, 60_000)
    ]
    assert odds == sorted(odds, reverse=True)
    assert odds[0] > odds[-1]


def test_nothing_short_is_never_liquidated_and_what_is_past_it_certainly() -> None:
    spread = np.array([[0.05**2]])
    bare = pool(coins={"BTC": "1"}, prices={"BTC": "60000"}, takes=collateral(BTC="0.95"))
    assert pool_odds(bare, spread, 14).probability == 0
    over = pool(short("BTC", "1", "30000"), cash="20000", prices={"BTC": "60000"}, takes=collateral())
    assert pool_odds(over, spread, 14).probability == 1


@pytest.mark.parametrize("cash", [0, 3000, 9000, 20_000])
@pytest.mark.parametrize("seed", range(4))
def test_the_distance_agrees_with_a_monte_carlo(cash: int, seed: int) -> None:
    """Of 400,000 joint moves the share past the liquidation is that of the distance, under a normal law."""
    drawn = np.random.default_rng(seed)
    loads = drawn.normal(0.03, 0.008, (3, 1)) @ np.ones((1, 1))
    spread = loads @ loads.T + np.diag(drawn.uniform(0.01, 0.03, 3) ** 2)
    account = mixed("bybit", "coins", cash, (4, 60), (0.45, 6))
    found = pool_odds(account, spread, 30)
    moves = drawn.multivariate_normal(np.zeros(3), spread * 30, 400_000)
    seen = float((account.slack(np.exp(moves)) <= 0).mean())
    assert 0 < seen < 0.5
    assert found.distance == pytest.approx(norm.isf(seen), abs=0.12)
    assert account.slack(1 + np.array([found.way]))[0] == pytest.approx(0, abs=1)
    assert log(1 + found.way[2]) > 0, "bitcoin, which is only short, rises on the likeliest way"
