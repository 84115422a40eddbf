"""Which legs: the fits against scipy's non-negative least squares and against every other choice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear, nnls

from core.measure.beta import Floats
from core.measure.subset import RIDGE, BoundedFit, Subset, _by_turns, best_of_each, non_negative
from tests.core.hedge.problems import Fit, best_subsets, random_fit

SEEDS = st.integers(0, 2**32 - 1)


def oracle(fit: Fit, legs: list[int]) -> Floats:
    """Coefficients of the non-negative ridge fit on these legs, by scipy, on the augmented system.

    Rows A with A'A = gram stand for the days; sqrt(penalty) rows with target sqrt(penalty) * own pull.
    """
    penalty = RIDGE * np.diag(fit.gram).mean()
    rows = np.linalg.cholesky(fit.gram).T
    target = np.linalg.solve(rows.T, fit.cross)
    chosen = np.sqrt(penalty) * np.eye(len(fit.gram))
    system = np.vstack([rows, chosen])[:, legs]
    found, _ = nnls(system, np.concatenate([target, np.sqrt(penalty) * fit.own]))
    return np.asarray(found)


def worth(fit: Fit, legs: list[int], betas: Floats) -> float:
    """How much the fit's criterion falls from a hedge of nothing: what a subset's score is."""
    penalty = RIDGE * np.diag(fit.gram).mean()
    full = np.zeros(len(fit.gram))
    full[legs] = betas
    system = fit.gram + penalty * np.eye(len(full))
    return float(2 * (fit.cross + penalty * fit.own) @ full - full @ system @ full)


def spread(found: Subset, candidates: int) -> Floats:
    full = np.zeros(candidates)
    full[list(found.legs)] = found.betas
    return full


@given(SEEDS, st.integers(2, 7))
def test_the_joint_fit_is_non_negative_least_squares(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    expected = oracle(fit, list(range(candidates)))
    found = non_negative(fit.gram, fit.cross, fit.own)
    assert found is not None
    assert set(found.legs) == set(np.flatnonzero(expected > 1e-10).tolist())
    if len(found.legs) > 1:
        assert spread(found, candidates) == pytest.approx(expected, abs=1e-8)


@given(SEEDS, st.integers(1, 7))
def test_a_single_leg_gets_the_plain_beta(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    found = best_subsets(fit.gram, fit.cross, fit.own)[0]
    (leg,) = found.legs
    assert found.betas[0] == pytest.approx(fit.cross[leg] / fit.gram[leg, leg])


@given(SEEDS, st.integers(2, 7), st.data())
def test_no_other_legs_of_that_number_fit_better(seed: int, candidates: int, data: st.DataObject) -> None:
    fit = random_fit(seed, candidates)
    size = data.draw(st.integers(1, candidates))
    legs = sorted(data.draw(st.permutations(range(candidates)))[:size])
    theirs = worth(fit, legs, oracle(fit, legs))
    ours = max(found.score for found in best_subsets(fit.gram, fit.cross, fit.own, most=size))
    assert ours >= theirs - 1e-12


@given(SEEDS, st.integers(2, 7))
def test_a_score_is_what_the_criterion_falls_by(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    for found in best_subsets(fit.gram, fit.cross, fit.own):
        assert (found.betas > 0).all()
        assert list(found.legs) == sorted(set(found.legs))
        if len(found.legs) > 1:
            assert found.score == pytest.approx(worth(fit, list(found.legs), found.betas), abs=1e-12)


@given(SEEDS, st.integers(2, 7), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(seed: int, candidates: int, random: object) -> None:
    fit = random_fit(seed, candidates)
    order = np.random.default_rng(seed).permutation(candidates)
    turned = Fit(fit.gram[np.ix_(order, order)], fit.cross[order], fit.own[order])
    ours = list(best_subsets(fit.gram, fit.cross, fit.own))
    theirs = list(best_subsets(turned.gram, turned.cross, turned.own))
    assert [len(found.legs) for found in ours] == [len(found.legs) for found in theirs]
    for one, other in zip(ours, theirs, strict=True):
        back = np.zeros(candidates)
        back[order] = spread(other, candidates)
        assert spread(one, candidates) == pytest.approx(back, abs=1e-9)


@given(SEEDS, st.integers(1, 6), st.floats(0.01, 3), st.data())
def test_a_coin_alone_is_hedged_one_to_one_by_its_own_contract(
    seed: int, candidates: int, held: float, data: st.DataObject
) -> None:
    gram = random_fit(seed, candidates).gram
    own = np.zeros(candidates)
    coin = data.draw(st.integers(0, candidates - 1))
    own[coin] = held
    found = non_negative(gram, gram @ own, own)
    assert found is not None
    assert spread(found, candidates) == pytest.approx(own, abs=1e-9)


@given(SEEDS, st.integers(1, 6))
def test_a_portfolio_of_coins_with_contracts_is_hedged_one_to_one_by_all_of_them(
    seed: int, candidates: int
) -> None:
    gram = random_fit(seed, candidates).gram
    own = np.random.default_rng(seed).uniform(0.05, 1, candidates)
    *_, found = best_subsets(gram, gram @ own, own, most=candidates)
    assert spread(found, candidates) == pytest.approx(own, abs=1e-9)


def test_a_candidate_that_moves_the_other_way_is_never_shorted() -> None:
    gram = np.diag([0.04, 0.04])
    found = non_negative(gram, np.array([0.03, -0.02]), np.zeros(2))
    assert found is not None
    assert found.legs == (0,)


def test_where_every_candidate_moves_the_other_way_there_is_no_fit() -> None:
    gram = np.diag([0.04, 0.04])
    assert non_negative(gram, np.array([-0.03, -0.02]), np.zeros(2)) is None
    assert list(best_subsets(gram, np.array([-0.03, -0.02]), np.zeros(2))) == []


def test_no_more_legs_are_tried_than_allowed() -> None:
    fit = random_fit(11, 7)
    assert max(len(found.legs) for found in best_subsets(fit.gram, fit.cross, fit.own, most=3)) <= 3


def test_a_single_leg_that_moves_the_other_way_is_no_hedge_however_much_of_it_is_held() -> None:
    gram, own = np.array([[0.04]]), np.array([1.0])
    assert non_negative(gram, np.array([-0.001]), own) is None
    assert list(best_subsets(gram, np.array([-0.001]), own)) == []


@given(SEEDS, st.integers(1, 4))
def test_every_coefficient_is_above_zero_whatever_moves_which_way(seed: int, candidates: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((candidates + 2, candidates))
    cross, own = rng.standard_normal(candidates) * 0.3, rng.random(candidates) * 5
    found = non_negative(rows.T @ rows, cross, own)
    assert found is None or (found.betas > 0).all()


# --- bounds


@given(SEEDS, st.integers(2, 7))
def test_the_bounded_fit_is_bounded_least_squares(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    limits = np.random.default_rng(seed).uniform(0.02, 0.6, candidates)
    penalty = RIDGE * np.diag(fit.gram).mean()
    rows = np.linalg.cholesky(fit.gram).T
    system = np.vstack([rows, np.sqrt(penalty) * np.eye(candidates)])
    target = np.concatenate([np.linalg.solve(rows.T, fit.cross), np.sqrt(penalty) * fit.own])
    theirs = lsq_linear(system, target, (0, limits), method="bvls", tol=1e-14).x
    ours = BoundedFit.of(fit.gram, fit.cross, fit.own, limits).bounded(np.arange(candidates))
    assert ours == pytest.approx(theirs, abs=1e-7)


@given(SEEDS, st.integers(2, 7))
def test_no_leg_passes_its_limit_whatever_the_number_of_legs(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    limits = np.random.default_rng(seed).uniform(0.0, 0.5, candidates)
    limits[0] = np.inf
    for found in best_subsets(fit.gram, fit.cross, fit.own, limits=limits):
        assert (found.betas > 0).all()
        assert (found.betas <= limits[list(found.legs)] * (1 + 1e-12)).all()


@given(SEEDS, st.integers(3, 6))
def test_going_from_leg_to_leg_arrives_at_the_same_fit(seed: int, candidates: int) -> None:
    fit = random_fit(seed, candidates)
    limits = np.random.default_rng(seed).uniform(0.02, 0.6, candidates)
    bounded = BoundedFit.of(fit.gram, fit.cross, fit.own, limits)
    slowly = _by_turns(bounded.system, bounded.right, limits)
    score = bounded.score(np.arange(candidates), slowly)
    assert score == pytest.approx(
        bounded.score(np.arange(candidates), bounded.bounded(np.arange(candidates)))
    )


@given(SEEDS, st.integers(2, 6))
def test_several_portfolios_fitted_at_once_get_what_each_gets_alone(seed: int, candidates: int) -> None:
    rng = np.random.default_rng(seed)
    fits = []
    for each in range(4):
        one = random_fit(seed + each, candidates)
        fits.append(BoundedFit.of(one.gram, one.cross, one.own, rng.uniform(0.0, 0.6, candidates)))
    for together, fit in zip(best_of_each(fits), fits, strict=True):
        (alone,) = best_of_each([fit])
        assert [one.legs for one in together] == [one.legs for one in alone]
        for mine, other in zip(together, alone, strict=True):
            assert mine.betas == pytest.approx(other.betas, abs=1e-12)
