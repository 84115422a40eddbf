"""Many portfolios sized at once: the same counts as one by one."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.beta import Floats, covariance, sample
from core.hedge.batch import Legs, fit_many, size_many
from core.hedge.rounding import round_jointly
from core.hedge.subset import non_negative
from tests.domain import TODAY, contract, snapshot

MARKET = snapshot(
    contract("ETH", multiplier="0.01"),
    contract("SOL", multiplier="0.1"),
    contract("LINK", multiplier="100"),
    BTC=90000, ETH=3500, SOL=160, LINK=15, AVAX=20, DOT=6,
)  # fmt: skip
SHORTED = ("BTC", "ETH", "SOL", "LINK")
RETURNS = sample(MARKET.closes, tuple(MARKET.closes), TODAY)
MOVES = covariance(RETURNS.returns, RETURNS.weights())
OFFERED = [found for asset in SHORTED if (found := MARKET.perpetual(asset))]
LEGS = Legs(
    np.array([RETURNS.assets.index(asset) for asset in SHORTED]),
    tuple(OFFERED),
    tuple(MARKET.quotes[each.symbol].mark for each in OFFERED),
)


def portfolios(count: int, seed: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(len(RETURNS.assets), 0.4), size=count)
    return np.exp(rng.uniform(np.log(20), np.log(1e6), count)), weights


def one_by_one(worth: float, weights: Floats, legs: tuple[int, ...]) -> dict[int, Decimal]:
    """The counts of one portfolio as `size` finds them: fit, round, drop what is nothing, fit again."""
    columns = LEGS.columns[list(legs)]
    found = non_negative(MOVES[np.ix_(columns, columns)], MOVES[columns] @ weights, weights[columns])
    if found is None:
        return {}
    fitted = [legs[leg] for leg in found.legs]
    own = LEGS.columns[fitted]
    counts = round_jointly(
        [Decimal(repr(float(beta * worth))) for beta in found.betas],
        [LEGS.contracts[leg] for leg in fitted],
        [LEGS.prices[leg] for leg in fitted],
        MOVES[np.ix_(own, own)],
    )
    kept = tuple(leg for leg, count in zip(fitted, counts, strict=True) if count)
    if kept and len(kept) < len(fitted):
        return one_by_one(worth, weights, kept)
    return {leg: count for leg, count in zip(fitted, counts, strict=True) if count}


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_are_those_found_one_by_one(seed: int) -> None:
    worth, weights = portfolios(150, seed)
    counts = size_many(worth, weights, MOVES, LEGS)
    assert (counts == 0).any()
    assert (counts > 0).any()
    for row in range(len(worth)):
        alone = one_by_one(float(worth[row]), weights[row], (0, 1, 2, 3))
        expected = [float(alone.get(leg, 0)) for leg in range(len(SHORTED))]
        assert counts[row].tolist() == expected


def test_the_fits_are_those_found_one_by_one() -> None:
    _, weights = portfolios(200, 9)
    betas = fit_many(MOVES, weights, LEGS.columns)
    gram = MOVES[np.ix_(LEGS.columns, LEGS.columns)]
    for row, mine in enumerate(weights):
        found = non_negative(gram, MOVES[LEGS.columns] @ mine, mine[LEGS.columns])
        expected = np.zeros(len(SHORTED))
        if found is not None:
            expected[list(found.legs)] = found.betas
        np.testing.assert_allclose(betas[row], expected, rtol=1e-9, atol=1e-12)


def test_half_the_coverage_takes_half_the_contracts_of_a_fine_leg() -> None:
    worth, weights = np.array([1e6]), np.eye(len(RETURNS.assets))[[RETURNS.assets.index("ETH")]]
    full, half = (size_many(worth, weights, MOVES, LEGS, share)[0, 1] for share in (1.0, 0.5))
    assert half == pytest.approx(full / 2, abs=1)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(1, 3))
def test_fits_on_legs_that_move_any_way_are_those_found_one_by_one(seed: int, assets: int, legs: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((assets + 3, assets)) * 0.03
    moves, columns = rows.T @ rows, np.arange(min(legs, assets))
    weights = rng.dirichlet(np.full(assets, 0.5), size=5)
    betas = fit_many(moves, weights, columns)
    for row, mine in enumerate(weights):
        found = non_negative(moves[np.ix_(columns, columns)], moves[columns] @ mine, mine[columns])
        expected = np.zeros(len(columns))
        if found is not None:
            expected[list(found.legs)] = found.betas
        np.testing.assert_allclose(betas[row], expected, rtol=1e-7, atol=1e-12)


def test_a_leg_that_is_held_and_moves_the_other_way_is_no_hedge_of_many_either() -> None:
    moves = 0.001 * np.array([[1, -0.99], [-0.99, 1]])
    weights = np.array([[0.49, 0.51], [0.8, 0.2]])
    betas = fit_many(moves, weights, np.array([0]))
    assert betas[0, 0] == 0
    assert betas[1, 0] == pytest.approx(0.8 - 0.99 * 0.2)
    assert non_negative(moves[:1, :1], moves[:1] @ weights[0], weights[0, :1]) is None
