"""Funding week by week."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.funding_weeks import funding_past
from core.domain.series import NO_SETTLEMENTS, FundingHistory
from tests.domain import NOW


def every_eight_hours(rates: list[float]) -> FundingHistory:
    """These rates, the last of them an hour ago."""
    ends = np.datetime64((NOW - timedelta(hours=1)).replace(tzinfo=None), "s")
    times = np.array([ends - np.timedelta64(8 * 3600 * back, "s") for back in range(len(rates))][::-1])
    return FundingHistory(times, np.array(rates))


def test_three_settlements_a_day_make_a_week_of_twenty_one() -> None:
    found = funding_past(every_eight_hours([0.0001] * 63), NOW, 90)
    assert found is not None
    assert [week.total for week in found.weeks] == pytest.approx([0.0021, 0.0021, 0.0021])
    assert found.paid == 1
    assert found.known == pytest.approx(20.7, abs=0.1)
    assert found.worst == pytest.approx(14 * 3 * 0.0001)


def test_days_that_cost_are_no_days_that_paid() -> None:
    found = funding_past(every_eight_hours([-0.0001] * 30 + [0.0002] * 30), NOW, 90)
    assert found is not None
    assert found.paid == pytest.approx(0.5)


def test_only_the_days_asked_for_count() -> None:
    found = funding_past(every_eight_hours([0.01] * 30 + [0.0001] * 21), NOW, 7)
    assert found is not None
    assert found.total == pytest.approx(0.0021)
    assert funding_past(NO_SETTLEMENTS, NOW, 30) is None


@given(st.lists(st.floats(-0.001, 0.001), min_size=1, max_size=200))
def test_the_weeks_add_up_to_the_total(rates: list[float]) -> None:
    found = funding_past(every_eight_hours(rates), NOW, 90)
    assert found is not None
    assert sum(week.total for week in found.weeks) == pytest.approx(found.total)
    assert 0 <= found.paid <= 1
