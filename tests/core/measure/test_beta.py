"""How assets move together: daily returns, covariance, and what a hedge removes."""

from datetime import timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from core.domain.series import NO_CLOSES
from core.measure.beta import Floats, covariance, daily_returns, effectiveness
from tests.domain import TODAY, closes, without

SEEDS = st.integers(0, 2**32 - 1)


def random_returns(seed: int, days: int = 120, assets: int = 4) -> tuple[Floats, Floats]:
    """Correlated returns and weights that sum to 1."""
    rng = np.random.default_rng(seed)
    mixed = rng.standard_normal((days, assets)) @ rng.standard_normal((assets, assets))
    weights = rng.random(days) + 0.01
    return 0.03 * mixed, np.asarray(weights / weights.sum())


# --- daily returns


def test_a_return_is_the_log_of_a_close_over_the_close_of_the_day_before() -> None:
    found = daily_returns({"SOL": closes([100, 110, 99])}, ["SOL"], TODAY, days=3)
    assert np.isnan(found[0, 0])
    assert found[1:, 0] == pytest.approx([np.log(1.1), np.log(0.9)])


def test_returns_of_all_assets_stand_on_the_same_day() -> None:
    late = closes([50, 55], last=TODAY - timedelta(days=2))
    found = daily_returns({"SOL": closes([100, 110, 99]), "ETH": late}, ["ETH", "SOL"], TODAY, days=3)
    expected = [[np.nan, np.nan], [np.log(1.1), np.log(1.1)], [np.nan, np.log(0.9)]]
    assert found == pytest.approx(np.array(expected), nan_ok=True)


def test_the_day_in_progress_and_days_before_the_window_are_left_out() -> None:
    through_today = closes([1, 2, 3, 4, 5], last=TODAY)
    found = daily_returns({"SOL": through_today}, ["SOL"], TODAY, days=2)
    assert found[:, 0] == pytest.approx([np.log(3 / 2), np.log(4 / 3)])


def test_nothing_is_filled_in_over_a_gap() -> None:
    gapped = without(closes([100, 101, 102, 103, 104, 105]), 3)
    found = daily_returns({"SOL": gapped}, ["SOL"], TODAY, days=5)
    assert np.isnan(found[:, 0]).tolist() == [False, False, True, True, False]


def test_an_asset_without_closes_has_no_returns() -> None:
    assert np.isnan(daily_returns({"SOL": NO_CLOSES}, ["SOL", "ETH"], TODAY, days=5)).all()


@pytest.mark.parametrize("bad", [0.0, -5.0, np.nan, np.inf])
def test_a_price_that_cannot_be_makes_no_return(bad: float) -> None:
    found = daily_returns({"SOL": closes([100, 101, bad, 103, 104])}, ["SOL"], TODAY, days=4)
    assert np.isnan(found[:, 0]).tolist() == [False, True, True, False]


@pytest.mark.parametrize("factor", [8.0, 1 / 8.0])
def test_history_up_to_a_relisting_is_dropped(factor: float) -> None:
    found = daily_returns({"LUNA": closes([1, 1.1, 1.1 * factor, factor, factor])}, ["LUNA"], TODAY, days=4)
    assert np.isnan(found[:, 0]).tolist() == [True, True, False, False]


def test_a_relisting_after_days_without_closes_is_one_too() -> None:
    luna = without(closes([80, 79, 81, 0.0001, 0.0001, 9, 8, 9]), 4, 5)
    found = daily_returns({"LUNA": luna}, ["LUNA"], TODAY, days=7)
    assert np.isfinite(found[:, 0]).tolist() == [False] * 5 + [True] * 2


def test_a_great_move_that_a_coin_can_make_is_no_relisting() -> None:
    assert np.isfinite(daily_returns({"SOL": closes([1, 7, 1, 7])}, ["SOL"], TODAY, days=3)).all()


# --- covariance and fits against independent implementations


@given(SEEDS)
def test_the_covariance_is_numpys_with_the_same_weights(seed: int) -> None:
    returns, weights = random_returns(seed)
    expected = np.cov(returns, rowvar=False, aweights=weights, ddof=0)
    assert covariance(returns, weights) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@given(SEEDS)
def test_days_counted_several_times_are_days_of_more_weight(seed: int) -> None:
    returns, _ = random_returns(seed, days=40)
    times = np.random.default_rng(seed).integers(1, 5, 40)
    expected = np.cov(returns, rowvar=False, fweights=times, ddof=0)
    assert covariance(returns, times / times.sum()) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@given(SEEDS)
def test_a_beta_is_the_slope_of_weighted_least_squares(seed: int) -> None:
    returns, weights = random_returns(seed)
    moves = covariance(returns, weights)
    fitted = sm.WLS(returns[:, 1], sm.add_constant(returns[:, 0]), weights=weights).fit()
    assert moves[0, 1] / moves[0, 0] == pytest.approx(fitted.params[1], rel=1e-7, abs=1e-9)


@given(SEEDS)
def test_a_covariance_is_symmetric_and_no_portfolio_has_negative_variance(seed: int) -> None:
    moves = covariance(*random_returns(seed))
    assert moves == pytest.approx(moves.T, rel=1e-12)
    assert np.linalg.eigvalsh(moves).min() > -1e-15


# --- effectiveness


@given(SEEDS)
def test_hedging_everything_removes_everything_and_nothing_removes_nothing(seed: int) -> None:
    moves = covariance(*random_returns(seed))
    portfolio = np.random.default_rng(seed).random(4) + 0.01
    assert effectiveness(moves, portfolio, portfolio) == pytest.approx(1)
    assert effectiveness(moves, portfolio, np.zeros(4)) == pytest.approx(0)
    assert effectiveness(moves, portfolio, 2 * portfolio) == pytest.approx(0, abs=1e-9)


@given(SEEDS, st.floats(0.001, 1000))
def test_effectiveness_has_no_scale_and_is_never_above_one(seed: int, scale: float) -> None:
    moves = covariance(*random_returns(seed))
    rng = np.random.default_rng(seed)
    portfolio, hedge = rng.random(4) + 0.01, rng.random(4)
    share = effectiveness(moves, portfolio, hedge)
    assert share <= 1 + 1e-12
    assert effectiveness(moves, scale * portfolio, scale * hedge) == pytest.approx(share, abs=1e-9)
    assert effectiveness(scale * moves, portfolio, hedge) == pytest.approx(share, abs=1e-9)


@given(SEEDS)
def test_the_measured_beta_is_the_best_of_all_single_hedges_and_explains_r_squared(seed: int) -> None:
    moves = covariance(*random_returns(seed))
    portfolio = np.array([0.0, 0.5, 0.3, 0.2])
    beta = moves[0] @ portfolio / moves[0, 0]
    best = effectiveness(moves, portfolio, np.array([beta, 0, 0, 0]))
    r_squared = (moves[0] @ portfolio) ** 2 / (moves[0, 0] * (portfolio @ moves @ portfolio))
    assert best == pytest.approx(r_squared, abs=1e-9)
    for other in (beta - 0.1, beta + 0.1, 0.0, 1.5):
        assert effectiveness(moves, portfolio, np.array([other, 0, 0, 0])) <= best + 1e-12


def test_a_portfolio_that_does_not_move_has_nothing_to_remove() -> None:
    assert effectiveness(np.zeros((2, 2)), np.ones(2), np.zeros(2)) == 1
