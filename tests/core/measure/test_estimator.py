"""Betas by name: against independent implementations, published examples, and what must not change them."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls
from scipy.stats import theilslopes

from core.domain.errors import CannotHedge, NoData
from core.hedge.study import study
from core.measure.beta import HALF_LIFE, WINDOW, Floats, covariance
from core.measure.estimator import (
    ESTIMATORS,
    Prior,
    blume,
    cross_section,
    dimson,
    downside,
    ewma,
    huber,
    joint_non_negative,
    ols,
    theil_sen,
    toward_one,
    upside,
    vasicek,
)
from core.measure.exposure import expose
from core.measure.regression import Fit
from core.measure.risk import realised_effectiveness
from core.measure.subset import RIDGE
from tests.domain import NOW, TODAY, holdings, snapshot
from tests.effort import examples

CASES = Path(__file__).parents[4] / "shared" / "reference_cases.json"
SEEDS = st.integers(0, 2**32 - 1)
MEAN, SPREAD = 1.2, 0.09
JOINT = ("default", "ols", "ewma", "dimson", "huber")
ONE_LEG = tuple(name for name in ESTIMATORS if name not in JOINT)


def market(seed: int, days: int = 200, legs: int = 1, noise: float = 0.02) -> tuple[Floats, Floats]:
    """Returns of a portfolio and of correlated legs that it follows, with some wild days."""
    rng = np.random.default_rng(seed)
    x = 0.03 * rng.standard_normal((days, legs)) + 0.02 * rng.standard_normal((days, 1))
    y = x @ rng.uniform(0.3, 1.5, legs) + noise * rng.standard_t(3, days)
    return y, x


def estimate(name: str, y: Floats, x: Floats, **given: Any) -> Fit:
    """The estimator by its name, with a cross-section where it needs one."""
    if name == "vasicek":
        given.setdefault("prior", Prior(MEAN, SPREAD))
    return ESTIMATORS[name](y, x, **given)


def column(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)[:, None]


# --- against independent implementations


@given(SEEDS, st.integers(1, 4))
def test_ols_is_that_of_statsmodels(seed: int, legs: int) -> None:
    y, x = market(seed, legs=legs)
    theirs = sm.OLS(y, sm.add_constant(x)).fit()
    ours = ols(y, x)
    assert [ours.drift, *ours.betas] == pytest.approx(theirs.params, rel=1e-9, abs=1e-12)
    assert ours.errors == pytest.approx(theirs.bse[1:], rel=1e-9)
    assert ours.r_squared == pytest.approx(theirs.rsquared, rel=1e-9)
    assert ours.days == theirs.nobs


@given(SEEDS, st.integers(1, 4))
def test_ewma_is_weighted_least_squares_with_whites_errors(seed: int, legs: int) -> None:
    y, x = market(seed, legs=legs)
    weights = 0.5 ** (np.arange(len(y))[::-1] / HALF_LIFE)
    theirs = sm.WLS(y, sm.add_constant(x), weights=weights).fit(cov_type="HC0")
    ours = ewma(y, x)
    assert [ours.drift, *ours.betas] == pytest.approx(theirs.params, rel=1e-9, abs=1e-12)
    assert ours.errors == pytest.approx(theirs.bse[1:], rel=1e-9)
    assert ours.r_squared == pytest.approx(theirs.rsquared, rel=1e-9)


@given(SEEDS, st.integers(1, 3))
@settings(max_examples=examples(25))
def test_huber_is_the_robust_regression_of_statsmodels(seed: int, legs: int) -> None:
    y, x = market(seed, legs=legs)
    theirs = sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT()).fit(tol=1e-12, maxiter=500)
    ours = huber(y, x)
    # Both end by iterating; a drift is of the size of a ten-thousandth.
    assert [ours.drift, *ours.betas] == pytest.approx(theirs.params, rel=1e-6, abs=1e-7)
    assert ours.errors == pytest.approx(theirs.bse[1:], rel=1e-5)


@given(SEEDS)
def test_theil_sen_is_that_of_scipy(seed: int) -> None:
    y, x = market(seed, days=60)
    theirs = theilslopes(y, x[:, 0])
    ours = theil_sen(y, x)
    assert ours.betas[0] == pytest.approx(theirs.slope, rel=1e-12)
    assert ours.drift == pytest.approx(theirs.intercept, rel=1e-9, abs=1e-12)
    assert ours.errors[0] == pytest.approx((theirs.high_slope - theirs.low_slope) / 2 / 1.959964, rel=1e-6)


@given(SEEDS, st.integers(2, 5))
def test_the_default_is_the_non_negative_ridge_fit_of_scipy(seed: int, legs: int) -> None:
    y, x = market(seed, legs=legs)
    y = y - 1.5 * x[:, 0]
    own = np.random.default_rng(seed).uniform(0, 1, legs)
    weights = 0.5 ** (np.arange(len(y))[::-1] / HALF_LIFE)
    weights /= weights.sum()
    root = np.sqrt(weights)
    centred = root[:, None] * (x - weights @ x)
    penalty = np.sqrt(RIDGE * np.mean(np.diag(centred.T @ centred)))
    theirs, _ = nnls(
        np.vstack([centred, penalty * np.eye(legs)]),
        np.concatenate([root * (y - weights @ y), penalty * own]),
    )
    ours = joint_non_negative(y, x, own=own)
    if (theirs > 0).sum() != 1:
        assert ours.betas == pytest.approx(theirs, rel=1e-7, abs=1e-9)
    assert (ours.betas >= 0).all()
    assert np.isnan(ours.errors).tolist() == (ours.betas == 0).tolist()


def test_the_default_is_what_the_study_behind_a_hedge_fits() -> None:
    seen = snapshot(BTC=90_000, ETH=3_500, SOL=160, LINK=15, UNI=8)
    worth = expose(holdings("ETH 3", "SOL 60", "LINK 300", "UNI 500"), seen, NOW)
    measured = study(worth, ["BTC"], seen, TODAY)
    for legs in (["BTC", "ETH", "SOL"], ["ETH"], ["LINK", "BTC"]):
        columns = measured.columns(legs)
        found = measured.fit(columns)
        assert found is not None
        ours = joint_non_negative(
            measured.sample.returns @ measured.weights,
            measured.sample.returns[:, columns],
            own=measured.weights[columns],
            ages=measured.sample.ages,
        )
        assert ours.betas[list(found.legs)] == pytest.approx(found.betas, rel=1e-9)
        assert np.count_nonzero(ours.betas) == len(found.legs)


@given(SEEDS)
def test_without_a_bound_or_ridge_to_feel_the_errors_of_the_default_are_those_of_ewma(seed: int) -> None:
    y, x = market(seed)
    assume(ewma(y, x).betas[0] > 0)
    assert joint_non_negative(y, x).errors == pytest.approx(ewma(y, x).errors, rel=1e-9)


@given(SEEDS)
def test_crash_and_rally_betas_are_regressions_over_the_days_of_falls_and_rises(seed: int) -> None:
    y, x = market(seed)
    fell = x[:, 0] < 0
    for found, days in ((downside(y, x), fell), (upside(y, x), ~fell)):
        theirs = sm.OLS(y[days], sm.add_constant(x[days])).fit()
        assert found.betas[0] == pytest.approx(theirs.params[1], rel=1e-9)
        assert found.errors[0] == pytest.approx(theirs.bse[1], rel=1e-9)
        assert found.days == days.sum()


@given(SEEDS, st.integers(1, 2))
@settings(max_examples=examples(25))
def test_dimson_sums_the_coefficients_on_three_days(seed: int, legs: int) -> None:
    y, x = market(seed, legs=legs)
    theirs = sm.OLS(y[1:-1], sm.add_constant(np.hstack([x[:-2], x[1:-1], x[2:]]))).fit()
    ours = dimson(y, x)
    for leg in range(legs):
        total = np.zeros(1 + 3 * legs)
        total[1 + leg :: legs] = 1
        test = theirs.t_test(total)
        assert ours.betas[leg] == pytest.approx(test.effect.item(), rel=1e-9)
        assert ours.errors[leg] == pytest.approx(test.sd.item(), rel=1e-9)
    assert ours.days == len(y) - 2


# --- shrinkage


@given(SEEDS)
def test_vasicek_lies_between_the_measured_beta_and_that_of_the_others(seed: int) -> None:
    y, x = market(seed)
    plain, ours = ols(y, x), vasicek(y, x, prior=Prior(MEAN, SPREAD))
    weight = SPREAD / (SPREAD + plain.errors[0] ** 2)
    assert ours.betas[0] == pytest.approx(weight * plain.betas[0] + (1 - weight) * MEAN)
    assert ours.errors[0] < plain.errors[0]


def test_vasicek_trusts_a_tight_cross_section_and_ignores_a_wide_one() -> None:
    y, x = market(1)
    assert vasicek(y, x, prior=Prior(MEAN, 0.0)).betas[0] == pytest.approx(MEAN)
    assert vasicek(y, x, prior=Prior(MEAN, 1e9)).betas[0] == pytest.approx(ols(y, x).betas[0])


def test_vasicek_without_other_coins_says_what_it_lacks() -> None:
    y, x = market(1)
    with pytest.raises(CannotHedge, match="betas of other coins, and none are given"):
        vasicek(y, x)


def test_a_cross_section_is_the_mean_and_variance_of_the_coins_betas() -> None:
    _, x = market(3)
    noise = 0.01 * np.random.default_rng(3).standard_normal((len(x), 3))
    coins = x * np.array([0.8, 1.0, 1.5]) + noise
    betas = [ols(coin, x).betas[0] for coin in coins.T]
    found = cross_section(coins, x[:, 0])
    assert (found.mean, found.variance) == pytest.approx((np.mean(betas), np.var(betas, ddof=1)))
    with pytest.raises(NoData, match="at least two coins"):
        cross_section(coins[:, :1], x[:, 0])


@given(SEEDS)
def test_blume_pulls_a_third_of_the_way_to_one(seed: int) -> None:
    y, x = market(seed)
    plain, ours = ols(y, x), blume(y, x)
    assert 1 - ours.betas[0] == pytest.approx(2 / 3 * (1 - plain.betas[0]))
    assert ours.errors[0] == pytest.approx(2 / 3 * plain.errors[0])


# --- what must hold for all of them


@given(SEEDS, st.sampled_from([name for name in ESTIMATORS if name != "blume"]), st.floats(0.01, 100))
def test_twice_the_portfolio_has_twice_the_beta(seed: int, name: str, scale: float) -> None:
    y, x = market(seed, legs=2 if name in JOINT else 1)
    given: dict[str, Any] = {}
    if name == "vasicek":
        given["prior"] = Prior(MEAN * scale, SPREAD * scale**2)
    plain, larger = estimate(name, y, x), estimate(name, scale * y, x, **given)
    assert larger.betas == pytest.approx(scale * plain.betas, rel=1e-6, abs=1e-12)
    assert larger.errors == pytest.approx(scale * plain.errors, rel=1e-5, abs=1e-12, nan_ok=True)
    assert larger.r_squared == pytest.approx(plain.r_squared, abs=1e-6)


@given(SEEDS, st.sampled_from([*ESTIMATORS]), st.floats(0.01, 100))
def test_a_beta_has_no_unit_of_return(seed: int, name: str, scale: float) -> None:
    y, x = market(seed, legs=2 if name in JOINT else 1)
    plain, other = estimate(name, y, x), estimate(name, scale * y, scale * x)
    assert other.betas == pytest.approx(plain.betas, rel=1e-6, abs=1e-9)


@given(SEEDS, st.sampled_from(JOINT))
def test_the_order_of_the_legs_is_no_matter(seed: int, name: str) -> None:
    y, x = market(seed, legs=3)
    plain, turned = estimate(name, y, x), estimate(name, y, x[:, [2, 0, 1]])
    assert turned.betas == pytest.approx(plain.betas[[2, 0, 1]], rel=1e-6, abs=1e-9)
    assert turned.r_squared == pytest.approx(plain.r_squared, abs=1e-9)


@given(SEEDS, st.sampled_from(["ols", "blume", "downside", "upside", "huber", "theil-sen"]))
def test_the_order_of_the_days_is_no_matter_where_they_count_alike(seed: int, name: str) -> None:
    y, x = market(seed)
    days = np.random.default_rng(seed).permutation(len(y))
    assert estimate(name, y[days], x[days]).betas == pytest.approx(estimate(name, y, x).betas, rel=1e-6)


@given(SEEDS, st.sampled_from(["default", "ols", "ewma"]))
def test_movement_of_its_own_leaves_less_of_a_portfolio_to_explain(seed: int, name: str) -> None:
    y, x = market(seed, noise=0.0)
    loud = y + 0.05 * np.random.default_rng(seed + 1).standard_normal(len(y))
    assert estimate(name, y, x).r_squared == pytest.approx(1)
    assert estimate(name, loud, x).r_squared < 0.999


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name not in ("blume", "vasicek", "default")])
def test_a_portfolio_that_is_its_leg_and_a_half_has_a_beta_of_one_and_a_half(name: str) -> None:
    _, x = market(5)
    found = estimate(name, 1.5 * x[:, 0], x)
    assert found.betas[0] == pytest.approx(1.5)
    assert found.errors[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", ["huber", "theil-sen"])
def test_a_few_wild_days_hardly_move_a_robust_beta(name: str) -> None:
    _, x = market(6)
    y = 1.2 * x[:, 0] + 0.005 * np.random.default_rng(6).standard_normal(len(x))
    wild = y.copy()
    wild[np.argsort(x[:, 0])[-8:]] -= 1.0
    assert ols(wild, x).betas[0] < 0.7
    assert estimate(name, wild, x).betas[0] == pytest.approx(1.2, abs=0.1)


# --- days


@pytest.mark.parametrize("name", [*ESTIMATORS])
def test_days_with_a_missing_value_are_left_out_and_counted_out(name: str) -> None:
    y, x = market(7)
    gapped, holed = y.copy(), x.copy()
    gapped[50], holed[60, 0] = np.nan, np.inf
    ages = np.arange(len(y), 0, -1.0)
    keep = ~np.isin(np.arange(len(y)), [50, 60])
    found, expected = estimate(name, gapped, holed), estimate(name, y[keep], x[keep], ages=ages[keep])
    assert found.betas == pytest.approx(expected.betas)
    assert found.days == expected.days < estimate(name, y, x).days


def test_dimson_never_takes_days_across_a_gap_for_neighbours() -> None:
    y, x = market(8, days=40)
    y[20] = np.nan
    lagged = np.hstack([x[:-2], x[1:-1], x[2:]])
    whole = ~np.isin(np.arange(1, 39), [19, 20, 21])
    theirs = sm.OLS(y[1:-1][whole], sm.add_constant(lagged[whole])).fit()
    ours = dimson(y, x)
    assert ours.betas[0] == pytest.approx(theirs.params[1:].sum())
    assert ours.days == 35


@pytest.mark.parametrize("name", [*ESTIMATORS])
def test_only_the_window_counts(name: str) -> None:
    y, x = market(9, days=WINDOW + 100)
    assert estimate(name, y, x).betas == pytest.approx(estimate(name, y[100:], x[100:]).betas)
    recent = estimate(name, y, x, window=90)
    assert recent.betas == pytest.approx(estimate(name, y[-90:], x[-90:]).betas)


@pytest.mark.parametrize("name", [*ESTIMATORS])
def test_too_few_days_are_refused(name: str) -> None:
    y, x = market(10, days=2)
    with pytest.raises(NoData, match="too few for a beta"):
        estimate(name, y, x)
    with pytest.raises(NoData, match="Only 0 days"):
        estimate(name, np.full(50, np.nan), np.ones((50, 1)))


@pytest.mark.parametrize("name", [*ESTIMATORS])
def test_a_leg_that_did_not_move_is_refused(name: str) -> None:
    y, _ = market(11)
    with pytest.raises(NoData, match="did not move"):
        estimate(name, y, np.full((len(y), 1), 0.01))


def test_a_crash_beta_without_falls_is_refused() -> None:
    with pytest.raises(NoData, match="Only 0 days"):
        downside(np.array([0.01, 0.02, 0.03]), column(0.01, 0.03, 0.02))


@pytest.mark.parametrize("name", ["ols", "ewma", "huber"])
def test_legs_that_move_as_one_are_refused(name: str) -> None:
    y, x = market(12)
    with pytest.raises(NoData, match="moved as one"):
        estimate(name, y, np.hstack([x, 2 * x]))


def test_the_default_splits_a_hedge_between_legs_that_move_as_one() -> None:
    y, x = market(12)
    found = joint_non_negative(y, np.hstack([x, x]))
    assert found.betas[0] == pytest.approx(found.betas[1])


@pytest.mark.parametrize("name", ONE_LEG)
def test_a_beta_to_one_coin_is_refused_for_two(name: str) -> None:
    y, x = market(13, legs=2)
    with pytest.raises(CannotHedge, match="is to one coin, not to 2 at once"):
        estimate(name, y, x)


def test_a_portfolio_that_falls_with_no_leg_gets_no_short_by_default() -> None:
    _, x = market(14)
    found = joint_non_negative(-x[:, 0], x)
    assert found.betas.tolist() == [0]
    assert found.r_squared == 0


def test_shapes_that_do_not_match_are_a_mistake() -> None:
    y, x = market(15)
    for returns, legs, ages in ((y[1:], x, None), (y, x[:, 0], None), (y, x, np.arange(3.0))):
        with pytest.raises(ValueError, match="one row of legs"):
            ols(returns, legs, ages=ages)


def test_the_covariance_of_the_study_gives_the_same_beta_as_ewma() -> None:
    y, x = market(16)
    weights = 0.5 ** (np.arange(len(y))[::-1] / HALF_LIFE)
    moves = covariance(np.column_stack([x, y]), weights / weights.sum())
    assert ewma(y, x).betas[0] == pytest.approx(moves[0, 1] / moves[0, 0])


# --- published examples


def _pair(inputs: dict[str, Any]) -> tuple[Floats, Floats]:
    return np.array(inputs["y"], dtype=np.float64), column(*inputs["x"])


def _ols(inputs: dict[str, Any], expected: Any) -> Any:
    found = ols(*_pair(inputs))
    return [found.drift, found.betas[0]] if np.ndim(expected) else found.betas[0]


def _longley(_inputs: dict[str, Any], _expected: Any) -> Any:
    known = sm.datasets.longley.load_pandas()
    return ols(known.endog.to_numpy(np.float64), known.exog.to_numpy(np.float64)).betas


def _stackloss(_inputs: dict[str, Any], _expected: Any) -> Any:
    known = sm.datasets.stackloss.load_pandas()
    found = huber(known.endog.to_numpy(np.float64), known.exog.to_numpy(np.float64))
    return [*found.betas, found.drift]


def _dimson(inputs: dict[str, Any], _expected: Any) -> Any:
    stock, index = (np.array(inputs[name]) for name in ("stock", "market"))
    found = dimson(stock[1:] / stock[:-1] - 1, (index[1:] / index[:-1] - 1)[:, None])
    assert found.days == inputs["observations"]
    return found.betas[0]


def _table_of_a_paper(_inputs: dict[str, Any], expected: Any) -> Any:
    """The paper prints no returns: two series whose variances stand as it says."""
    bare = np.random.default_rng(1).standard_normal(100)
    found = {
        name: realised_effectiveness(bare, np.sqrt(1 - share) * bare)
        for name, share in expected.items()
        if name.startswith("HE")
    }
    return {**expected, **found}


TOPICS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "beta.ols": _ols,
    "beta.multivariate_ols": _longley,
    "beta.huber": _stackloss,
    "beta.dimson_1_1": _dimson,
    "beta.blume": lambda inputs, _: toward_one(np.array([inputs["beta"]]))[0],
    "beta.downside": lambda inputs, _: downside(*_pair(inputs), threshold=inputs["threshold"]).betas[0],
    "beta.upside": lambda inputs, _: upside(*_pair(inputs), threshold=inputs["threshold"]).betas[0],
    "beta.theil_sen": lambda inputs, _: theil_sen(*_pair(inputs)).betas[0],
    "paper.hedge_effectiveness": _table_of_a_paper,
}
"""How to work the examples of each topic."""


@cache
def cases() -> list[dict[str, Any]]:
    if not CASES.exists():
        pytest.skip(f"no worked examples: {CASES} is absent")
    found: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    return found


@pytest.mark.parametrize("topic", [*TOPICS])
def test_worked_examples_of_others_come_out_as_they_say(topic: str) -> None:
    mine = [case for case in cases() if case["topic"] == topic]
    assert mine
    for case in mine:
        found = TOPICS[topic](case["inputs"], case["expected"])
        assert found == pytest.approx(case["expected"], rel=case["tol_rel"]), case["id"]


def test_no_topic_about_betas_goes_unworked() -> None:
    topics = {case["topic"] for case in cases()}
    mine = ("beta.", "paper.hedge_effectiveness")
    assert {topic for topic in topics if topic.startswith(mine)} == set(TOPICS)
