"""What a pool needs so that nothing within a distance liquidates it."""

from dataclasses import replace

import numpy as np
import pytest

from core.margin.pooled.odds import jump_odds, slack_odds, swings_of
from core.margin.pooled.worst import cash_needed, share_backed, worst_within
from core.margin.rallies import OF_OTHERS, jump_probability
from tests.core.margin.pooled.accounts import collateral, pool, short

SPREAD = np.array([[0.05**2, 0.0018], [0.0018, 0.06**2]])
ROOT = swings_of(SPREAD, 14)
ACCOUNT = pool(
    short("SOL", "60", "150"),
    coins={"ETH": "4"},
    prices={"ETH": "3000", "SOL": "150"},
    takes=collateral(ETH="0.8"),
).arrays


def test_no_move_within_the_distance_leaves_less() -> None:
    least, where = worst_within(ACCOUNT, ROOT, 3.0)
    drawn = np.random.default_rng(1).standard_normal((100_000, 2))
    inside = (
        drawn / np.linalg.norm(drawn, axis=1)[:, None] * np.random.default_rng(2).uniform(0, 3, (100_000, 1))
    )
    seen = ACCOUNT(np.exp(inside @ ROOT.T))
    assert least <= seen.min() + 1
    assert least == pytest.approx(float(ACCOUNT(where[None, :])[0]))


def test_cash_and_size_end_where_the_odds_search_says() -> None:
    more = cash_needed(ACCOUNT, ROOT, 4.0)
    assert more > 0
    backed = replace(ACCOUNT, cash=ACCOUNT.cash + more)
    assert slack_odds(backed, ROOT, 14).distance == pytest.approx(4.0, abs=0.02)
    share = share_backed(ACCOUNT, ROOT, 4.0)
    assert 0 < share < 1
    part = ACCOUNT.opened(ACCOUNT.sizes * share, ACCOUNT.cash)
    assert slack_odds(part, ROOT, 14).distance == pytest.approx(4.0, abs=0.02)


def test_what_is_backed_already_needs_nothing() -> None:
    assert cash_needed(ACCOUNT, ROOT, 0.5) == 0
    assert share_backed(ACCOUNT, ROOT, 0.5) == 1


def test_a_small_coin_that_is_short_and_not_held_may_jump() -> None:
    lone = pool(
        short("KAS", "10000", "0.1", rate="0"), cash="3000", prices={"KAS": "0.1"}, takes=collateral()
    ).arrays
    assert jump_odds(lone, 14) == pytest.approx(jump_probability(3.0, 14, OF_OTHERS), rel=1e-3)
    held = pool(
        short("KAS", "10000", "0.1", rate="0"),
        coins={"KAS": "10000"},
        prices={"KAS": "0.1"},
        takes=collateral(KAS="1"),
    ).arrays
    assert jump_odds(held, 14) == 0
    assert jump_odds(ACCOUNT, 14) == 0, "no jumps are known of SOL"
