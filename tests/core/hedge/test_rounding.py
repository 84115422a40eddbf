"""Whole contracts: the search against every alternative, and how far it has to look."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from core.domain.contract import Contract
from core.hedge.rounding import JITTER, MOST_STEPS, nearest_integers, round_jointly
from core.measure.beta import Floats
from tests.core.hedge.problems import random_covariance
from tests.domain import contract
from tests.effort import examples

SEEDS = st.integers(0, 2**32 - 1)
POINTS = 40_000
"""Alternatives that a search is compared with."""


def cost(units: Floats, wanted: Floats, counts: Any, covariance: Floats) -> Any:
    """Variance of the USD left over, for one row of counts or many."""
    left = units * (np.asarray(counts) - wanted)
    return np.einsum("...i,ij,...j->...", left, covariance, left)


def alternatives(wanted: Floats, least: Sequence[int], found: Sequence[int]) -> Floats:
    """Allowed counts in a box around what is wanted and what was found, at most about POINTS of them."""
    reach = int(POINTS ** (1 / len(wanted)) / 4)
    sides = []
    for target, minimum, count in zip(wanted, least, found, strict=True):
        near = {middle + step for middle in (round(target), count) for step in range(-reach, reach + 1)}
        sides.append([0, *sorted(number for number in near | {minimum} if number >= minimum)])
    grid = np.meshgrid(*(np.array(side, dtype=np.float64) for side in sides))
    return np.stack(grid, axis=-1).reshape(-1, len(wanted))


@settings(max_examples=examples(300))
@given(
    seed=SEEDS,
    legs=st.integers(1, 4),
    together=st.sampled_from([0.0, 0.5, 0.8, 0.9]),
    coarse=st.lists(st.sampled_from([2.0, 5.0, 35.0, 350.0]), min_size=4, max_size=4),
    least=st.lists(st.sampled_from([1, 1, 2, 5]), min_size=4, max_size=4),
)
def test_no_other_counts_leave_less_risk(
    seed: int, legs: int, together: float, coarse: list[float], least: list[int]
) -> None:
    expect_the_best(np.array(coarse[:legs]), least[:legs], random_covariance(seed, legs, together), seed)


@settings(max_examples=examples(150))
@given(SEEDS, st.sampled_from([0.99, 0.9999, 1 - 1e-7, 1.0]), st.sampled_from([1.0, 7.0, 100.0]))
def test_no_other_counts_leave_less_risk_where_two_legs_move_almost_as_one(
    seed: int, together: float, coarse: float
) -> None:
    expect_the_best(np.array([1.3, coarse]), [1, 2], random_covariance(seed, 2, together), seed)


@pytest.mark.parametrize("seed", range(12))
def test_a_large_contract_beside_small_ones_is_rounded_well_however_long_the_search(seed: int) -> None:
    units, covariance = np.array([9000.0, 5.0, 0.5, 5.0]), random_covariance(seed, 4, 0.9)
    wanted = np.random.default_rng(seed).uniform(0, 6, 4)
    with steps_of_search(MOST_STEPS + ENOUGH):
        found = nearest_integers(units, wanted, [1] * 4, covariance)
    least = min(
        cost(units, wanted, [large, *fine], covariance)
        for large in range(9)
        for fine in (rest(large, units, wanted, covariance), (0, 0, 0))
    )
    assert cost(units, wanted, found, covariance) <= least + 0.001 * cost(
        units, wanted, 0 * wanted, covariance
    )


def rest(large: int, units: Floats, wanted: Floats, covariance: Floats) -> list[int]:
    """Counts of the small contracts, by scipy and rounded one by one, beside so many of the large one."""
    rows = np.linalg.cholesky(covariance).T * units
    found, _ = nnls(rows[:, 1:], rows @ wanted - rows[:, 0] * large)
    return [round(count) for count in found]


def expect_the_best(units: Floats, least: list[int], covariance: Floats, seed: int) -> None:
    wanted = np.random.default_rng(seed).uniform(0, 6, len(units))
    found = nearest_integers(units, wanted, least, covariance)
    assert all(count == 0 or count >= fewest for count, fewest in zip(found, least, strict=True))
    points = alternatives(wanted, least, found)
    costs = cost(units, wanted, points, covariance)
    best = points[np.argmin(costs)]
    tie = 2 * JITTER * float(np.diag(covariance) @ (units * (best - wanted)) ** 2)
    assert cost(units, wanted, found, covariance) <= costs.min() * (1 + 1e-9) + tie


@given(st.floats(0, 1e6), st.floats(0.001, 1e5), st.floats(1e-6, 1))
def test_a_single_leg_goes_to_the_nearest_count(wanted: float, unit: float, variance: float) -> None:
    (found,) = nearest_integers(np.array([unit]), np.array([wanted]), [1], np.array([[variance]]))
    assert abs(found - wanted) <= 0.5


@pytest.mark.parametrize(
    ("wanted", "least", "count"),
    [(1.4, 3, 0), (1.6, 3, 3), (2.9, 3, 3), (3.4, 3, 3), (0.2, 1, 0), (0.6, 1, 1), (7.0, 3, 7)],
)
def test_a_single_leg_below_the_minimum_goes_to_it_or_to_none(wanted: float, least: int, count: int) -> None:
    assert nearest_integers(np.array([35.0]), np.array([wanted]), [least], np.eye(1)) == (count,)


def test_a_finer_leg_makes_up_for_what_a_coarse_one_cannot_hit() -> None:
    units, wanted = np.array([10_000.0, 35.0]), np.array([1.4, 10.0])
    covariance = random_covariance(1, 2, 0.95)
    bitcoin, ether = nearest_integers(units, wanted, [1, 1], covariance)
    assert bitcoin == 1
    assert ether > 50
    alone = cost(units, wanted, [1, 10], covariance)
    assert cost(units, wanted, [bitcoin, ether], covariance) < alone / 5


@given(SEEDS, st.integers(2, 4))
def test_the_order_of_the_legs_changes_no_cost(seed: int, legs: int) -> None:
    rng = np.random.default_rng(seed)
    units, wanted = rng.uniform(1, 500, legs), rng.uniform(0, 20, legs)
    covariance, order = random_covariance(seed, legs, 0.9), rng.permutation(legs)
    found = nearest_integers(units, wanted, [1] * legs, covariance)
    turned = nearest_integers(units[order], wanted[order], [1] * legs, covariance[np.ix_(order, order)])
    assert cost(units[order], wanted[order], turned, covariance[np.ix_(order, order)]) == pytest.approx(
        cost(units, wanted, found, covariance)
    )


# --- contracts


def rounded(target: str, own: Contract, price: str) -> Decimal:
    """Contracts for one leg of so many USD."""
    (count,) = round_jointly([Decimal(target)], [own], [Decimal(price)], random_covariance(5, 1, 0))
    return count


def test_75000_dollars_in_hundredths_of_ether_at_3500_are_2143_contracts() -> None:
    assert rounded("75000", contract("ETH", multiplier="0.01"), "3500") == 2143


def test_a_count_is_a_whole_number_of_lots() -> None:
    assert rounded("9620", contract("SOL", multiplier="1", lot="0.5"), "160") == Decimal("60.0")
    assert rounded("9680", contract("SOL", multiplier="1", lot="0.5"), "160") == Decimal("60.5")


def test_an_inverse_contract_is_counted_in_its_dollars() -> None:
    assert rounded("74970", contract("ETH", multiplier="10", inverse=True), "3500") == 7497


def test_a_market_order_maximum_does_not_bound_the_count() -> None:
    small_orders = contract("ETH", multiplier="0.01", max_count=Decimal(100))
    assert rounded("75000", small_orders, "3500") == 2143


@given(
    st.lists(
        st.tuples(
            st.decimals("0", "60000", places=2),
            st.sampled_from(["0.001", "0.01", "0.1", "1"]),
            st.sampled_from(["0.1", "1", "5"]),
            st.sampled_from(["5", "50", "100"]),
            st.decimals("10", "4000", places=2),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_count_is_none_or_an_order_that_the_venue_takes(
    legs: list[tuple[Decimal, str, str, str, Decimal]],
) -> None:
    contracts = [
        contract(f"C{place}", multiplier=multiplier, lot=lot, min_notional=notional)
        for place, (_, multiplier, lot, notional, _) in enumerate(legs)
    ]
    prices = [price for *_, price in legs]
    counts = round_jointly([leg[0] for leg in legs], contracts, prices, random_covariance(1, len(legs), 0.8))
    for count, own, price in zip(counts, contracts, prices, strict=True):
        assert count == 0 or count >= own.least(price)
        assert count % own.lot == 0


# --- how far the search looks


class _TooFar(Exception):
    pass


@contextmanager
def steps_of_search(most: int) -> Iterator[None]:
    """Ends the search after `most` steps, so that a search without end fails instead of hanging."""
    steps = 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal steps
        if event == "call" and frame.f_code.co_name == "descend":
            steps += 1
            if steps > most:
                raise _TooFar(f"more than {most} steps")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)


def test_the_steps_of_a_search_are_counted() -> None:
    with pytest.raises(_TooFar), steps_of_search(2):
        nearest_integers(np.ones(3), np.full(3, 4.4), [1] * 3, random_covariance(1, 3, 0.9))


ENOUGH = 20_000
"""Steps of a search that ends by itself: a tenth of a second."""


@settings(max_examples=examples(60))
@given(SEEDS, st.integers(2, 6), st.sampled_from([0.5, 0.9, 0.99, 0.9999, 1 - 1e-7, 1.0]))
def test_a_search_over_six_legs_ends_soon_even_where_they_move_as_one(
    seed: int, legs: int, together: float
) -> None:
    rng = np.random.default_rng(seed)
    units = np.exp(rng.uniform(np.log(0.5), np.log(500), legs))
    wanted = rng.uniform(200, 20_000, legs) / units
    sigmas = np.full(legs, 0.05) if together == 1 else rng.uniform(0.02, 0.06, legs)
    covariance = np.outer(sigmas, sigmas) * (together + (1 - together) * np.eye(legs))
    with steps_of_search(ENOUGH):
        nearest_integers(units, wanted, [1] * legs, covariance)


@settings(max_examples=examples(60))
@given(SEEDS, st.integers(2, 6), st.floats(5, 500))
def test_a_search_ends_soon_where_less_is_wanted_than_the_smallest_orders(
    seed: int, legs: int, worth: float
) -> None:
    rng = np.random.default_rng(seed)
    units = np.exp(rng.uniform(np.log(0.005), np.log(2), legs))
    least = [int(np.ceil(5 / unit)) for unit in units]
    wanted = worth * rng.dirichlet(np.ones(legs)) / units
    with steps_of_search(MOST_STEPS + ENOUGH):
        nearest_integers(units, wanted, least, random_covariance(seed, legs, 0.75))


def test_five_legs_that_move_as_one_are_no_long_search() -> None:
    units, wanted = np.array([5.3, 7.1, 11.3, 13.7, 17.9]), np.array([10.4, 20.3, 30.7, 7.2, 3.3])
    with steps_of_search(ENOUGH):
        nearest_integers(units, wanted, [1] * 5, np.full((5, 5), 0.0025))


def test_a_leg_below_its_smallest_order_is_decided_first_however_fine_it_is() -> None:
    units = np.array([0.01, 0.012, 0.02, 0.09])
    wanted = 30 * np.array([0.1, 0.2, 0.3, 0.4]) / units  # of the first $3, where $5 is the least
    with steps_of_search(100):
        found = nearest_integers(units, wanted, [500, 417, 250, 56], random_covariance(1, 4, 0.75))
    assert found[0] in (0, 500)


def test_a_search_that_is_cut_short_still_answers_with_counts_the_venue_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    units, least = np.array([0.01, 0.012, 0.02, 0.09]), [500, 417, 250, 56]
    wanted, covariance = 30 * np.array([0.1, 0.2, 0.3, 0.4]) / units, random_covariance(10, 4, 0.75)
    thorough = nearest_integers(units, wanted, least, covariance)
    monkeypatch.setattr("core.hedge.rounding.MOST_STEPS", 1)
    hasty = nearest_integers(units, wanted, least, covariance)
    assert all(count == 0 or count >= fewest for count, fewest in zip(hasty, least, strict=True))
    nothing = cost(units, wanted, np.zeros(4), covariance)
    assert cost(units, wanted, thorough, covariance) < cost(units, wanted, hasty, covariance) < nothing
