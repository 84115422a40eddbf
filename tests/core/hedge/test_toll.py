"""What a short should cost weighs in the choice of legs: a dear one has to remove that much more."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.short import share_of_cost
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.toll import AVERSION, DEAR, toll_of
from core.hedge.wish import Wish
from core.measure.subset import ROUNDING_NOISE, BoundedFit, best_of_each
from tests.core.hedge.problems import random_fit
from tests.domain import NOW, holdings, snapshot

HELD = ("ETH 4", "SOL 62.5", "LINK 400", "AVAX 1000")
SEEDS = st.integers(0, 2**32 - 1)


def venue(**a_day: float) -> Snapshot:
    """A venue where the shorts of these coins were paid so much of their notional a day in the last month."""
    whole = snapshot(BTC=90_000, ETH=3500, SOL=160, LINK=15, AVAX=20)
    times = np.array(
        [(NOW - timedelta(hours=8 * back)).replace(tzinfo=None, minute=0) for back in range(95, -1, -1)]
    )
    return replace(
        whole,
        settled={
            f"{asset}/USDT:USDT": FundingHistory(
                times.astype("datetime64[s]"), np.full(len(times), paid / 3) * np.tile([1.5, 0.5], 48)
            )
            for asset, paid in a_day.items()
        },
    )


def hedged(on: Snapshot, *held: str, **wished: object) -> Hedge:
    return plan(holdings(*(held or HELD)), on, Wish(**wished), NOW)  # type: ignore[arg-type]


def legs(hedge: Hedge) -> set[str]:
    return {leg.asset for leg in hedge.legs}


def test_a_coin_whose_short_pays_much_is_left_to_the_majors_and_named_with_its_cost() -> None:
    usual, dear = hedged(venue()), hedged(venue(AVAX=-0.01))
    assert "AVAX" in legs(usual)
    assert "AVAX" not in legs(dear)
    assert dear.dear == {"AVAX": pytest.approx(0.14 + 0.001, abs=0.001)}
    assert not usual.dear


def test_a_little_funding_leaves_the_hedge_as_it_is() -> None:
    assert legs(hedged(venue(AVAX=-0.00005))) == legs(hedged(venue()))


def test_nothing_is_shorted_for_what_it_earns() -> None:
    assert legs(hedged(venue(AVAX=0.0001))) == legs(hedged(venue(AVAX=0.02)))


def test_a_contract_that_the_user_names_is_shorted_whatever_it_costs() -> None:
    assert legs(hedged(venue(AVAX=-0.01), legs=("AVAX",))) == {"AVAX"}


def test_the_expected_funding_is_the_mean_of_the_month_and_not_the_rate_of_now() -> None:
    found = hedged(venue(ETH=0.001), "ETH 4")
    (leg,) = found.legs
    assert float(found.income or 0) == pytest.approx(float(leg.notional) * 0.001, rel=0.01)
    assert found.income_now == leg.notional * 3 / 10_000


def test_without_past_payments_the_rate_of_now_is_expected() -> None:
    found = hedged(venue(), "ETH 4")
    assert found.income == found.income_now


def test_the_share_of_a_cost_has_fees_spread_and_funding() -> None:
    market = venue()
    contract = market.contracts["ETH/USDT:USDT"]
    assert share_of_cost(market, contract, 14, NOW, fee=None, record=None) == pytest.approx(
        2 * 0.0005 - 14 * 0.0003
    )
    silent = replace(market, funding={})
    assert share_of_cost(silent, contract, 14, NOW, fee=None, record=None) == pytest.approx(0.001)


def test_a_toll_is_the_variance_that_the_cost_is_worth() -> None:
    # Half the aversion times the variance of fourteen days is what is worth paying.
    toll = toll_of(np.array([0.01, -0.01]), 14)
    assert toll[0] * 14 * AVERSION / 2 == pytest.approx(0.01)
    assert toll[1] == 0
    assert DEAR > 0


@given(SEEDS, st.integers(2, 6))
def test_no_other_legs_of_that_number_are_better_after_their_tolls(seed: int, candidates: int) -> None:
    fit, rng = random_fit(seed, candidates), np.random.default_rng(seed)
    tolls = rng.uniform(0, 0.002, candidates)
    priced = BoundedFit.of(fit.gram, fit.cross, fit.own, None, tolls=tolls)
    subsets = best_of_each([priced])[0]
    for smaller, found in pairwise(subsets):
        legs = np.array(found.legs)
        for _ in range(10):
            other = np.sort(rng.permutation(candidates)[: len(legs)])
            betas = np.asarray(np.linalg.solve(priced.system[np.ix_(other, other)], priced.right[other]))
            # What is no better than fewer legs, costs aside, is no candidate.
            if (betas > 0).all() and priced.score(other, betas) > smaller.score * (1 + ROUNDING_NOISE):
                ours = found.score - tolls[legs] @ found.betas
                assert ours >= priced.score(other, betas) - tolls[other] @ betas - 1e-12


@given(SEEDS, st.integers(3, 6))
def test_a_leg_that_is_taken_away_is_the_one_whose_loss_less_its_toll_is_least(
    seed: int, candidates: int
) -> None:
    fit, rng = random_fit(seed, candidates), np.random.default_rng(seed)
    tolls, loose = rng.uniform(0, 0.002, candidates), np.full(candidates, 1e6)
    priced = BoundedFit.of(fit.gram, fit.cross, fit.own, loose, tolls=tolls)
    sizes = {len(found.legs): found for found in best_of_each([priced], candidates)[0]}
    for size, larger in sizes.items():
        if size < 3 or size - 1 not in sizes:
            continue
        worth = {}
        for leg in larger.legs:
            rest = np.array([each for each in larger.legs if each != leg])
            betas = np.linalg.solve(priced.system[np.ix_(rest, rest)], priced.right[rest])
            if (betas <= 0).any():
                return
            worth[leg] = priced.score(rest, betas) - tolls[rest] @ betas
        (gone,) = set(larger.legs) - set(sizes[size - 1].legs)
        assert worth[gone] == pytest.approx(max(worth.values()), abs=1e-9)
