"""A user's day: quiet hours end when they should, whatever the clocks do where the user is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.quiet import Hours, last, zone

NIGHT = Hours(23 * 60, 7 * 60, "Europe/Berlin")
NOON = Hours(12 * 60, 13 * 60)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (NIGHT, "2026-01-10 21:59", "2026-01-10 21:59"),
        (NIGHT, "2026-01-10 22:00", "2026-01-11 06:00"),
        (NIGHT, "2026-01-11 05:59", "2026-01-11 06:00"),
        (NIGHT, "2026-01-11 06:00", "2026-01-11 06:00"),
        (NIGHT, "2026-07-10 21:00", "2026-07-11 05:00"),
        (NOON, "2026-07-10 12:30", "2026-07-10 13:00"),
        (NOON, "2026-07-10 11:59", "2026-07-10 11:59"),
        (Hours(), "2026-07-10 12:30", "2026-07-10 12:30"),
        (Hours(60, 60), "2026-07-10 01:00", "2026-07-10 01:00"),
        # The clocks are set forward, then back, at one in the morning of UTC.
        (NIGHT, "2026-03-28 22:30", "2026-03-29 05:00"),
        (NIGHT, "2026-10-24 21:30", "2026-10-25 06:00"),
        # There is no half past two on that day: it is half past three.
        (Hours(22 * 60, 150, "Europe/Berlin"), "2026-03-29 00:59", "2026-03-29 01:30"),
    ],
)
def test_quiet_hours_end(hours: Hours, now: str, until: str) -> None:
    assert hours.until(at(now)) == at(until)


@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/New_York"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
)
def test_they_end_within_a_day_and_are_over_then(start: int, end: int, place: str, now: datetime) -> None:
    moment = now.replace(tzinfo=UTC)
    hours = Hours(start, end, place)
    until = hours.until(moment)
    assert moment <= until <= moment + timedelta(hours=25)
    if until > moment:
        assert hours.until(until) == until


def test_the_last_time_of_day_is_today_or_yesterday() -> None:
    berlin = zone("Europe/Berlin")
    assert last(at("2026-07-10 06:00"), 8 * 60, berlin) == at("2026-07-10 06:00")
    assert last(at("2026-07-10 05:59"), 8 * 60, berlin) == at("2026-07-09 06:00")
    assert last(at("2026-07-10 23:30"), 60, berlin) == at("2026-07-10 23:00")


@pytest.mark.parametrize("name", ["Berlin", "Europe", "../etc/passwd", "europe/berlin", "a\0b"])
def test_an_unknown_time_zone_is_named(name: str) -> None:
    with pytest.raises(BadInput, match="Europe/Berlin"):
        zone(name)
