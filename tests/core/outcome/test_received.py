"""Funding that was received: only what settled while a position was open, with what was open then."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from core.domain.series import FundingHistory
from core.journal.fill import Fill
from core.outcome.course import Course
from core.outcome.received import received
from tests.core.outcome.lives import BEGAN, after, exact, fill, settlements, terms

FLAT = Course((after(days=-1),), (Fraction(3000),))
"""Before every settlement of these tests ETH was last seen at $3,000."""
SETTLED = settlements(*[0.0001] * 20)
"""0.01 % each 8 hours: midnight, 8:00 (both before it began), 16:00, ..."""


def paid(*fills: Fill, history: FundingHistory | None = SETTLED, **later: float) -> Fraction | None:
    return received(fills, history, Course(), after(**later))


def test_a_short_receives_what_settled_while_it_was_open() -> None:
    # 100 contracts of 0.01 ETH at $3,000: one coin; 16:00, midnight and 8:00 each pay 0.01 % of $3,000
    assert paid(fill("-100", "3000"), hours=21) == 3 * exact("0.3")


def test_a_long_pays_it() -> None:
    assert paid(fill("100", "3000"), hours=5) == exact("-0.3")


def test_a_negative_rate_costs_a_short() -> None:
    assert paid(fill("-100", "3000"), history=settlements(*[-0.0002] * 9), hours=5) == exact("-0.6")


def test_each_settlement_counts_with_what_was_open_then() -> None:
    fills = (
        fill("-100", "3000"),
        fill("-100", "3000", at=after(hours=5)),
        fill("150", "3000", at=after(hours=13)),
    )
    # 16:00 with 1 coin, midnight with 2, 8:00 with half a coin
    assert paid(*fills, hours=21) == exact("0.3") + exact("0.6") + exact("0.15")


def test_nothing_settles_while_nothing_is_open() -> None:
    fills = (
        fill("-100", "3000"),
        fill("100", "3000", at=after(hours=5)),
        fill("-100", "3000", at=after(hours=20, minutes=30)),
    )
    assert paid(*fills, hours=21) == exact("0.3")


@pytest.mark.parametrize("second", [0, 59])
def test_a_position_opened_at_the_second_of_a_settlement_takes_part(second: int) -> None:
    at_settlement = after(hours=4, seconds=second)
    expected = 1 if second == 0 else 0
    assert paid(fill("-100", "3000", at=at_settlement), hours=5) == expected * exact("0.3")


def test_a_position_closed_at_the_second_of_a_settlement_takes_part() -> None:
    assert paid(fill("-100", "3000"), fill("100", "3000", at=after(hours=4)), hours=20) == exact("0.3")


def test_fills_of_one_second_count_together() -> None:
    both = (fill("-60", "3000"), fill("-40", "3000"))
    assert paid(*both, hours=5) == paid(*reversed(both), hours=5) == exact("0.3")


def test_a_position_that_goes_through_zero_pays_then_receives() -> None:
    fills = (fill("100", "3000"), fill("-200", "3000", at=after(hours=5)))
    assert paid(*fills, hours=13) == exact("-0.3") + exact("0.3")


def test_the_interval_may_change() -> None:
    hourly = settlements(*[0.0001] * 5, first=BEGAN.replace(hour=17), hours=1)
    before = settlements(0.0001, 0.0001, 0.0001)
    both = FundingHistory(
        np.concatenate([before.times, hourly.times]), np.concatenate([before.rates, hourly.rates])
    )
    assert paid(fill("-100", "3000"), history=both, hours=9, minutes=30) == 6 * exact("0.3")


def test_the_mark_is_the_last_price_known_before_the_settlement() -> None:
    midnight = datetime(2026, 6, 2, tzinfo=UTC)
    course = Course((BEGAN, midnight), (Fraction(3000), Fraction(2500)))
    # 16:00 at $3,000; midnight and 8:00 at the close of $2,500
    assert received([fill("-100", "3000")], SETTLED, course, after(hours=21)) == exact("0.8")


def test_without_any_price_the_fill_stands_for_the_mark() -> None:
    assert received([fill("-100", "3100")], SETTLED, Course(), after(hours=5)) == exact("0.31")


def test_an_inverse_contract_is_worth_its_dollars() -> None:
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    assert paid(fill("-300", "3000", terms=ten_dollars), hours=5) == exact("0.3")


def test_a_thousand_coins_are_priced_by_the_thousand() -> None:
    kilo = terms("PEPE", multiplier="1000", scale=Decimal(1000))
    # 100 contracts of 1,000 coins at $0.01 a thousand coins: $1
    assert paid(fill("-100", "0.01", "PEPE", terms=kilo), hours=5) == exact("0.0001")


def test_a_dated_future_has_no_funding() -> None:
    until = terms("ETH", expiry=after(days=90))
    assert paid(fill("-100", "3000", terms=until), history=None, hours=50) == 0


@pytest.mark.parametrize(
    ("history", "why"),
    [
        (None, "there is no record"),
        (settlements(), "the record is empty"),
        (settlements(*[0.0001] * 9, first=after(hours=20)), "it begins after the position"),
        (settlements(0.0001, 0.0001, 0.0001), "it ends long before now"),
    ],
)
def test_a_record_that_is_not_whole_gives_no_sum(history: FundingHistory | None, why: str) -> None:
    assert paid(fill("-100", "3000"), history=history, hours=40) is None, why


def test_a_hole_in_the_record_is_not_taken_for_nothing_paid() -> None:
    gone = np.arange(20) != 4
    holed = FundingHistory(SETTLED.times[gone], SETTLED.rates[gone])
    assert paid(fill("-100", "3000"), history=holed, hours=60) is None


def test_a_hole_in_an_hourly_record_is_seen_too() -> None:
    hourly = settlements(*[0.0001] * 40, hours=1)
    gone = np.arange(40) != 20
    holed = FundingHistory(hourly.times[gone], hourly.rates[gone])
    assert paid(fill("-100", "3000"), history=hourly, hours=20) == 21 * exact("0.3")  # noon counts
    assert paid(fill("-100", "3000"), history=holed, hours=20) is None


def test_a_hole_while_nothing_was_open_does_no_harm() -> None:
    gone = np.arange(20) != 8
    holed = FundingHistory(SETTLED.times[gone], SETTLED.rates[gone])
    fills = (fill("-100", "3000"), fill("100", "3000", at=after(hours=5)))
    assert paid(*fills, history=holed, hours=70) == exact("0.3")


def test_the_newest_settlement_may_be_told_of_late() -> None:
    known = settlements(0.0001, 0.0001, 0.0001)
    assert paid(fill("-100", "3000"), history=known, hours=12, minutes=20) == exact("0.3")


def test_an_hourly_record_that_ends_some_hours_ago_is_not_whole() -> None:
    hourly = settlements(*[0.0001] * 17, hours=1)  # the last one at 16:00
    assert paid(fill("-100", "3000"), history=hourly, hours=5, minutes=50) == 5 * exact("0.3")
    assert paid(fill("-100", "3000"), history=hourly, hours=8) is None


def test_a_contract_that_settles_once_a_day_has_no_holes() -> None:
    daily = settlements(*[0.0003] * 9, hours=24)
    assert paid(fill("-100", "3000"), history=daily, days=3) == 3 * exact("0.9")


def test_a_position_of_this_minute_has_received_nothing_yet() -> None:
    assert paid(fill("-100", "3000"), minutes=1) == 0


def test_what_was_never_open_received_nothing() -> None:
    assert received((), None, FLAT, BEGAN + timedelta(days=1)) == 0
