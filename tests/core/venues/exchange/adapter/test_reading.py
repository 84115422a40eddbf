"""Numbers as venues write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import NoData
from core.venues.exchange.adapter import reading

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.decimals()
)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=18))
def test_a_written_number_is_read_to_the_digit(value: Decimal) -> None:
    assert reading.read_number(f"{value:f}") == value


@given(ANYTHING)
def test_nothing_but_a_positive_number_passes_for_one(value: object) -> None:
    with suppress(NoData):
        read = reading.positive(value, "missing")
        assert read.is_finite()
        assert read > 0
        assert float(read) == float(value)  # type: ignore[arg-type]


@given(ANYTHING)
def test_a_time_is_a_time_or_refused(value: object) -> None:
    with suppress(NoData):
        at = reading.read_moment(value, "impossible")
        assert at is None or at.tzinfo is not None


@pytest.mark.parametrize("value", [True, "1e40", "1e-40", "nan", "0x10", "12 a", "", "1,000"])
def test_odd_writings_are_no_numbers(value: object) -> None:
    assert reading.read_number(value) is None
