"""Risks of many users at once are those of each one's own coins."""

import numpy as np

from core.sweep.crowd import CrowdParts, small
from core.sweep.drift import _quadratic

COINS = 400


def test_the_risk_of_each_user_is_that_of_their_own_coins_however_many_coins_there_are() -> None:
    draw = np.random.default_rng(3)
    root = draw.normal(size=(COINS, COINS))
    matrix = root @ root.T
    owner = np.repeat([0, 2, 3], [3, 1, 3])
    coins = np.concatenate([draw.choice(COINS, 3, replace=False), [COINS - 1], [7, 398, 399]])
    amounts = draw.normal(size=len(coins))
    found = _quadratic(CrowdParts.of(owner, 5), small(coins), amounts, matrix)
    for user in range(5):
        own = coins[owner == user]
        expected = amounts[owner == user] @ matrix[np.ix_(own, own)] @ amounts[owner == user]
        np.testing.assert_allclose(found[user], expected, rtol=1e-12)


def test_a_total_is_of_each_users_own_and_unknown_where_one_of_them_is() -> None:
    parts = CrowdParts.of(np.array([1, 1, 2, 4]), 6)
    np.testing.assert_array_equal(parts.total(np.array([1.0, 2.0, np.nan, 4.0])), [0, 3, np.nan, 0, 4, 0])
    np.testing.assert_array_equal(CrowdParts.of(np.zeros(0, dtype=np.int64), 2).total(np.zeros(0)), [0, 0])
    assert parts.owner.tolist() == [1, 1, 2, 4]
