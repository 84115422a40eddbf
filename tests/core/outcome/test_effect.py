"""How well a hedge worked from day to day, against figures worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from core.domain.series import Closes
from core.outcome.course import AmountChange
from core.outcome.effect import FEWEST, Effect, effect
from tests.domain import closes, without

FIRST = date(2026, 6, 1)
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)
UP_AND_DOWN = [100.0, *[110.0, 90.0] * 6]
"""Closes from the day before FIRST on: twelve days of +10, -20, +20, -20, ..."""


def known(prices: list[float]) -> Closes:
    return closes(prices, last=FIRST + timedelta(days=len(prices) - 2))


def holding(amount: str, at: datetime = MIDNIGHT, price: float | None = None) -> list[AmountChange]:
    return [AmountChange(at, Fraction(amount), None if price is None else Fraction(price))]


def worked(coins: str, short: str, history: Closes, began: datetime = MIDNIGHT, days: float = 12) -> Effect:
    return effect(
        {"ETH": holding(coins)},
        {"ETH": holding(short)},
        {"ETH": history},
        began,
        MIDNIGHT + timedelta(days=days),
    )


def test_a_short_of_every_coin_takes_all_away() -> None:
    assert worked("3", "-3", known(UP_AND_DOWN)) == Effect(12, variance=1.0, downside=1.0)


def test_a_short_of_half_leaves_a_quarter_of_the_variance() -> None:
    found = worked("2", "-1", known(UP_AND_DOWN))
    assert found.variance == pytest.approx(0.75)
    assert found.downside == pytest.approx(0.75)


def test_a_short_of_too_much_makes_it_worse() -> None:
    found = worked("1", "-3", known(UP_AND_DOWN))
    assert found.variance == pytest.approx(-3)


def test_losses_are_told_apart_from_swings() -> None:
    # The coins only rise, so there is no loss to take away.
    found = worked("1", "-1", known([float(100 + day) for day in range(13)]))
    assert found.downside is None


def test_of_several_coins_only_what_moves_counts() -> None:
    # ETH goes up and down by $10 and is shorted by half; SOL stays.
    here, there = known([100 + (day % 2) * 10.0 for day in range(13)]), known([50.0] * 13)
    found = effect(
        {"ETH": holding("1"), "SOL": holding("1")},
        {"ETH": holding("-1/2")},
        {"ETH": here, "SOL": there},
        MIDNIGHT,
        MIDNIGHT + timedelta(days=12),
    )
    assert found.variance == pytest.approx(1 - 25 / 100)
    assert found.downside == pytest.approx(1 - 25 / 100)


def test_a_change_in_the_middle_of_a_day_counts_from_its_price_on() -> None:
    noon = MIDNIGHT + timedelta(days=3, hours=12)
    prices = known(UP_AND_DOWN)
    bare = {"ETH": holding("1")}
    short = {"ETH": [*holding("-1"), AmountChange(noon, Fraction(1), Fraction(95))]}
    found = effect(bare, short, {"ETH": prices}, MIDNIGHT, MIDNIGHT + timedelta(days=12))
    days = np.diff(UP_AND_DOWN)
    hedged = np.where(np.arange(12) < 3, 0.0, days)
    hedged[3] = UP_AND_DOWN[4] - 95  # from noon on without the short
    assert found.variance == pytest.approx(1 - np.var(hedged) / np.var(days))


@pytest.mark.parametrize(
    ("began", "days", "whole"),
    [
        (MIDNIGHT, 12.0, 12),
        (MIDNIGHT + timedelta(seconds=1), 12.0, 11),
        (MIDNIGHT, 11.99, 11),
        (MIDNIGHT + timedelta(hours=5), 0.5, 0),
    ],
)
def test_only_whole_days_count(began: datetime, days: float, whole: int) -> None:
    assert worked("1", "-1", known(UP_AND_DOWN), began, days).days == whole


def test_too_few_days_give_no_figure() -> None:
    assert worked("1", "-1", known(UP_AND_DOWN), days=FEWEST - 1) == Effect(FEWEST - 1)


def test_a_day_without_a_close_is_left_out_with_the_day_after() -> None:
    today = FIRST + timedelta(days=12)
    assert worked("1", "-1", without(known(UP_AND_DOWN), 8, today=today)).days == 10


def test_prices_that_do_not_move_leave_nothing_to_take_away() -> None:
    assert worked("1", "-1", known([100.0] * 13)) == Effect(12)
