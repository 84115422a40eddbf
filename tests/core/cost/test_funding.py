"""Who pays whom at a settlement, and what that is a day and a year."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.funding import Record, apr, per_day
from tests.domain import funding

RATES = st.decimals("-0.03", "0.03", places=8)
AMOUNTS = st.decimals("0.001", "1000000", places=3)


@pytest.mark.parametrize(("hours", "yearly"), [(8, "0.1095"), (4, "0.219"), (2, "0.438"), (1, "0.876")])
def test_the_yearly_rate_reads_the_interval(hours: int, yearly: str) -> None:
    assert apr(funding("0.0001", hours)) == Decimal(yearly)


def test_a_short_of_75000_dollars_receives_22_and_a_half_a_day_at_one_basis_point_each_8_hours() -> None:
    assert per_day(funding("0.0001", 8), Decimal(75_000)) == Decimal("22.5")
    assert per_day(funding("-0.0001", 1), Decimal(75_000)) == Decimal(-180)


@given(RATES, st.sampled_from([1, 2, 4, 8]), AMOUNTS)
def test_a_year_of_days_is_the_yearly_rate(rate: Decimal, hours: int, notional: Decimal) -> None:
    known = funding(str(rate), hours)
    assert per_day(known, notional) * 365 == pytest.approx(apr(known) * notional, rel=Decimal("1e-20"))


def test_a_bad_stretch_is_worse_than_the_worst_of_a_short_record_and_as_bad_as_that_of_a_year() -> None:
    short, year = (Record(mean=0.0, worst=-0.01, deviation=0.001, days=30, span=span) for span in (35, 365))
    assert short.bad == pytest.approx(-0.01 - 0.85 * 14 * 0.001)
    assert year.bad == -0.01
    assert Record(mean=0.0, worst=None, deviation=0.001, days=5, span=5).bad is None
