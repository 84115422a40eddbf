"""What is known of prices over time, and what amounts made at them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from core.outcome.course import AmountChange, Course, courses, holdings_changes, made_of
from core.outcome.trade import trades
from tests.core.outcome.lives import BEGAN, after, fill, step, terms
from tests.domain import closes

MIDNIGHT = datetime(2026, 6, 2, tzinfo=UTC)


def change(amount: int, price: int | None) -> AmountChange:
    return AmountChange(BEGAN, Fraction(amount), None if price is None else Fraction(price))


def test_an_amount_makes_its_own_move_from_each_change_on() -> None:
    assert made_of([change(2, 100), change(-1, 130)], Fraction(150)) == 30 + 50


def test_what_nothing_depends_on_may_be_unknown() -> None:
    assert made_of([change(2, 100), change(-2, 130)], None) == 60
    assert made_of([change(0, None), change(1, 100)], Fraction(90)) == -10


def test_what_matters_must_be_known() -> None:
    assert made_of([change(2, 100)], None) is None
    assert made_of([change(2, None)], Fraction(100)) is None


KNOWN = Course((BEGAN, MIDNIGHT), (Fraction(3000), Fraction(2500)))


@pytest.mark.parametrize(
    ("at", "before", "near"),
    [
        (BEGAN - timedelta(minutes=30), None, 3000),
        (BEGAN - timedelta(hours=2), None, None),
        (BEGAN, 3000, 3000),
        (after(hours=6), 3000, 3000),
        (MIDNIGHT - timedelta(minutes=1), 3000, 2500),
        (MIDNIGHT + timedelta(days=2), 2500, 2500),
        (MIDNIGHT + timedelta(days=2, seconds=1), None, None),
    ],
)
def test_a_price_stands_for_the_moments_about_it(at: datetime, before: int | None, near: int | None) -> None:
    assert (KNOWN.before(at), KNOWN.near(at)) == (before, near)


def test_nothing_is_known_of_a_coin_that_was_never_priced() -> None:
    assert (Course().before(BEGAN), Course().near(BEGAN)) == (None, None)


def test_closes_fills_steps_and_prices_now_make_one_course() -> None:
    known = courses(
        [
            fill("-1", "2999", index="2998", at=after(hours=1)),
            fill("-1", "5", "PEPE", terms=terms("PEPE", scale=Decimal(1000))),
        ],
        [step("ETH", "1", "3000")],
        {"ETH": closes([2500.0], last=BEGAN.date())},
        {"ETH": Decimal(2400)},
        MIDNIGHT + timedelta(hours=3),
    )
    assert list(map(int, known["ETH"].prices)) == [3000, 2998, 2500, 2400]
    assert known["ETH"].times == (BEGAN, after(hours=1), MIDNIGHT, MIDNIGHT + timedelta(hours=3))
    assert known["PEPE"].prices == (Fraction(1, 200),)


def test_what_comes_after_now_is_not_known_yet() -> None:
    known = courses([], [step("ETH", "1", "3000", after(hours=9))], {}, {}, BEGAN)
    assert known == {}


def test_a_dated_future_without_an_index_says_nothing_of_its_coin() -> None:
    until = terms("ETH", expiry=after(days=90))
    assert courses([fill("-1", "3100", terms=until)], [], {}, {}, BEGAN) == {}


def test_a_step_without_a_price_takes_the_last_one_known() -> None:
    found = holdings_changes([step("ETH", "2", None, MIDNIGHT + timedelta(hours=5))], {"ETH": KNOWN})
    assert found["ETH"] == [AmountChange(MIDNIGHT + timedelta(hours=5), Fraction(2), Fraction(2500))]


def test_a_fill_through_zero_closes_and_opens() -> None:
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    opened, turned = trades(
        [fill("-300", "3000", terms=ten_dollars), fill("500", "2000", at=after(hours=1), terms=ten_dollars)]
    )
    assert opened.coins == -1
    assert turned.coins == 1 + Fraction(2000, 2000)  # the coin that was short, and $2,000 long at $2,000
