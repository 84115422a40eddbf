"""How the coins move: volatilities, betas and correlations of the order that real ones have."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.core.venues.simulated.moments import market, year_of_returns

SEEDS = range(7, 13)
DEFI = ("LINK", "UNI", "AAVE")


def beta(returns: NDArray[np.float64], factor: NDArray[np.float64]) -> float:
    return float(np.cov(returns, factor)[0, 1] / np.var(factor, ddof=1))


def explained(returns: NDArray[np.float64], factor: NDArray[np.float64]) -> float:
    """R squared."""
    return float(np.corrcoef(returns, factor)[0, 1] ** 2)


@pytest.fixture(scope="module", params=SEEDS)
def returns(request: pytest.FixtureRequest) -> dict[str, NDArray[np.float64]]:
    return year_of_returns(market(seed=request.param))


def test_bitcoin_moves_two_and_a_half_percent_a_day(returns: dict[str, NDArray[np.float64]]) -> None:
    assert 0.020 < returns["BTC"].std() < 0.031


def test_ether_moves_a_fifth_more_than_bitcoin(returns: dict[str, NDArray[np.float64]]) -> None:
    assert 1.0 < beta(returns["ETH"], returns["BTC"]) < 1.4
    assert 0.6 < explained(returns["ETH"], returns["BTC"]) < 0.85


def test_altcoins_have_plausible_betas_and_much_of_their_own(
    returns: dict[str, NDArray[np.float64]],
) -> None:
    for asset in returns.keys() - {"BTC", "ETH"}:
        assert 0.8 < beta(returns[asset], returns["BTC"]) < 1.85
        assert 0.28 < explained(returns[asset], returns["BTC"]) < 0.75
        assert 0.5 < returns[asset].std() * np.sqrt(365) < 1.6


def test_altcoins_move_together(returns: dict[str, NDArray[np.float64]]) -> None:
    alts = np.array([moves for asset, moves in returns.items() if asset not in ("BTC", "ETH")])
    pairs = np.corrcoef(alts)[np.triu_indices(len(alts), 1)]
    assert pairs.min() > 0.40
    assert pairs.max() < 0.90
    assert 0.6 < np.median(pairs) < 0.8


def test_ether_explains_defi_coins_better_than_bitcoin_does(
    returns: dict[str, NDArray[np.float64]],
) -> None:
    for asset in DEFI:
        assert explained(returns[asset], returns["ETH"]) > explained(returns[asset], returns["BTC"])


def test_tails_are_fatter_than_the_normal() -> None:
    pooled = np.concatenate([year_of_returns(market(seed=seed))["BTC"] for seed in range(20)])
    standard = (pooled - pooled.mean()) / pooled.std()
    assert (standard**4).mean() > 3.8
