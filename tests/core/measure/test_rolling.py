"""Betas through time."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.regression.rolling import RollingOLS

from core.measure.beta import Floats
from core.measure.rolling import rolling_betas
from tests.effort import examples

SEEDS = st.integers(0, 2**32 - 1)


def market(seed: int, days: int = 80, assets: int = 3, legs: int = 2) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = 0.001 + 0.03 * rng.standard_normal((days, legs)) + 0.02 * rng.standard_normal((days, 1))
    return x @ rng.standard_normal((legs, assets)) + 0.02 * rng.standard_normal((days, assets)), x


@given(SEEDS, st.integers(1, 3), st.integers(10, 80))
@settings(max_examples=examples(25))
def test_every_window_has_the_betas_of_statsmodels(seed: int, legs: int, window: int) -> None:
    y, x = market(seed, legs=legs)
    ours = rolling_betas(y, x, window)
    assert ours.shape == (80 - window + 1, 3, legs)
    for asset in range(3):
        theirs = RollingOLS(y[:, asset], sm.add_constant(x), window).fit(params_only=True).params
        assert ours[:, asset] == pytest.approx(theirs[window - 1 :, 1:], rel=1e-6, abs=1e-8)


@given(SEEDS)
def test_a_missing_day_costs_its_asset_just_the_windows_that_hold_it(seed: int) -> None:
    y, x = market(seed)
    whole = rolling_betas(y, x, 20)
    gapped = y.copy()
    gapped[40, 1] = np.nan
    found = rolling_betas(gapped, x, 20)
    lost = np.isnan(found[:, 1]).all(axis=1)
    assert np.flatnonzero(lost).tolist() == list(range(21, 41))
    assert found[:, [0, 2]] == pytest.approx(whole[:, [0, 2]], rel=1e-7, abs=1e-9)
    assert found[~lost, 1] == pytest.approx(whole[~lost, 1], rel=1e-7, abs=1e-9)


def test_a_missing_day_of_a_leg_costs_every_asset_its_windows() -> None:
    y, x = market(2)
    x[40, 0] = np.inf
    lost = np.isnan(rolling_betas(y, x, 20)).all(axis=(1, 2))
    assert np.flatnonzero(lost).tolist() == list(range(21, 41))


def test_a_window_in_which_a_leg_stands_still_or_follows_another_has_no_betas() -> None:
    y, x = market(3)
    x[:30, 0] = 0.01
    x[50:, 1] = 2 * x[50:, 0]
    lost = np.isnan(rolling_betas(y, x, 20)).all(axis=(1, 2))
    assert np.flatnonzero(lost).tolist() == [*range(11), *range(50, 61)]


@given(SEEDS, st.floats(0.1, 10))
def test_betas_follow_the_scale_and_the_order_of_the_assets(seed: int, scale: float) -> None:
    y, x = market(seed)
    plain = rolling_betas(y, x, 30)
    assert rolling_betas(scale * y, x, 30) == pytest.approx(scale * plain, rel=1e-7, abs=1e-9)
    assert rolling_betas(y[:, ::-1], x, 30) == pytest.approx(plain[:, ::-1], rel=1e-9)
    assert rolling_betas(y, x[:, ::-1], 30) == pytest.approx(plain[:, :, ::-1], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("window", [0, 3, 81])
def test_a_window_that_cannot_be_is_a_mistake(window: int) -> None:
    with pytest.raises(ValueError, match=f"a window of {window} days"):
        rolling_betas(*market(4), window)
