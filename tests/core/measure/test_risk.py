"""What returns risked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measure.beta import Floats, covariance
from core.measure.risk import mean_correlation, realised_effectiveness, variance_shares

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, *shape: int) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape)


def test_missing_days_are_left_out() -> None:
    known = drawn(2, 60)
    gapped = np.insert(known, 30, np.nan)
    assert realised_effectiveness(gapped, gapped / 2) == realised_effectiveness(known, known / 2)


def test_a_hedge_that_halves_every_move_removes_three_quarters_of_the_variance() -> None:
    moves = drawn(3, 50)
    assert realised_effectiveness(moves, moves / 2) == pytest.approx(0.75)
    assert realised_effectiveness(moves, moves) == pytest.approx(0)
    assert realised_effectiveness(moves, -2 * moves) == pytest.approx(-3)
    assert realised_effectiveness(np.zeros(5), moves[:5]) == 1


@given(SEEDS)
def test_shares_of_the_variance_sum_to_one(seed: int) -> None:
    moves = covariance(drawn(seed, 40, 5), np.full(40, 1 / 40))
    weights = drawn(seed + 1, 5)
    assert variance_shares(moves, weights).sum() == pytest.approx(1)


@given(SEEDS)
def test_a_share_is_what_the_variance_gains_as_the_weight_grows(seed: int) -> None:
    moves = covariance(drawn(seed, 40, 3), np.full(40, 1 / 40))
    weights = np.random.default_rng(seed).random(3) + 0.1
    step = 1e-6
    total = weights @ moves @ weights
    for asset in range(3):
        more = weights.copy()
        more[asset] *= 1 + step
        gain = (more @ moves @ more - total) / step / total / 2
        assert variance_shares(moves, weights)[asset] == pytest.approx(gain, rel=1e-3, abs=1e-4)


def test_what_moves_against_the_rest_has_a_negative_share() -> None:
    moves = np.array([[1.0, -0.5], [-0.5, 1.0]])
    shares = variance_shares(moves, np.array([0.9, 0.1]))
    assert shares[1] < 0 < shares[0]


def test_without_movement_nothing_has_a_share() -> None:
    assert variance_shares(np.zeros((2, 2)), np.ones(2)).tolist() == [0, 0]


def test_the_mean_correlation_is_over_each_pair_once() -> None:
    sigmas, alike = np.array([0.02, 0.05, 0.03]), np.array([[1, 0.5, 0.2], [0.5, 1, 0.8], [0.2, 0.8, 1]])
    moves = alike * np.outer(sigmas, sigmas)
    assert mean_correlation(moves, np.arange(3)) == pytest.approx(0.5)
    assert mean_correlation(moves, np.array([2, 1])) == pytest.approx(0.8)
    assert mean_correlation(moves, np.array([1])) == 1.0
    moves[0] = moves[:, 0] = 0.0
    assert mean_correlation(moves, np.arange(3)) == 0.0
