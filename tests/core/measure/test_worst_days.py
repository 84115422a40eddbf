"""Betas on the worst days, and how alike coins move."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from core.measure.worst_days import (
    LEAST_WORST,
    correlations,
    fell_together,
    student,
    worst_beta,
    worst_days,
)


def test_the_worst_days_are_the_deepest_falls_in_order_of_time() -> None:
    moves = np.array([0.01, -0.02, -0.05, 0.0, -0.03, 0.02])
    assert worst_days(moves, 0.5).tolist() == [1, 2, 4]
    assert worst_days(moves, 0.2).tolist() == [2, 4]


def test_a_day_that_did_not_fall_is_no_bad_day() -> None:
    assert worst_days(np.array([0.01, -0.01, 0.0, 0.03]), 1.0).tolist() == [1]


def test_a_coin_that_falls_twice_as_far_has_a_worst_beta_of_two() -> None:
    falls = -np.linspace(0.03, 0.1, 18)
    found = worst_beta(2 * falls, falls)
    assert found is not None
    assert [found.beta, found.low, found.high] == pytest.approx([2, 2, 2])
    assert found.days == 18


def test_with_too_few_days_nothing_is_said() -> None:
    falls = -np.linspace(0.03, 0.1, LEAST_WORST - 1)
    assert worst_beta(falls, falls) is None


@pytest.mark.parametrize("freedom", [9, 13, 17, 18, 60])
def test_the_quantile_is_that_of_students_t(freedom: int) -> None:
    assert student(freedom) == pytest.approx(scipy.stats.t.ppf(0.9, freedom), abs=0.001)


def test_the_range_holds_about_four_times_in_five() -> None:
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        falls = -np.abs(chance.standard_t(4, 18)) * 0.03 - 0.03
        found = worst_beta(1.4 * falls + chance.normal(0, 0.02, 18), falls)
        assert found is not None
        held += found.low <= 1.4 <= found.high
    assert 0.75 < held / 1000 < 0.85


@given(st.lists(st.lists(st.floats(-0.2, 0.2), min_size=3, max_size=3), min_size=12, max_size=20))
def test_correlations_lie_between_minus_one_and_one_and_are_numpys(rows: list[list[float]]) -> None:
    returns = np.array(rows) + np.random.default_rng(3).normal(0, 0.01, (len(rows), 3))
    found = correlations(np.cov(returns.T))
    assert (np.abs(found) <= 1).all()
    assert found == pytest.approx(np.corrcoef(returns.T), abs=1e-9)


def test_what_does_not_move_has_no_correlation() -> None:
    found = correlations(np.array([[0.0, 0.0], [0.0, 1.0]]))
    assert np.isnan(found[0, 1])
    assert found[1, 1] == 1


def test_coins_fell_together_where_none_rose_or_stood() -> None:
    assert fell_together(np.array([[-0.1, -0.2], [-0.1, 0.0], [-0.1, 0.1]])) == 1
