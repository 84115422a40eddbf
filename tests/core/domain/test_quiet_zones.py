"""Quiet hours and daily times in many time zones, against the clock on the wall."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.domain.quiet import Hours, following, last

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata",
    "Pacific/Apia", "Africa/Casablanca",
)  # fmt: skip
DAY = timedelta(days=1)

moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2034, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
places = st.sampled_from(ZONES)
minutes = st.integers(0, 24 * 60 - 1)


@given(moments, minutes, minutes, places)
def test_where_no_clock_changes_the_one_on_the_wall_decides(
    now: datetime, start: int, end: int, place: str
) -> None:
    zone = ZoneInfo(place)
    around = {(now + step * DAY).astimezone(zone).utcoffset() for step in (-2, -1, 0, 1, 2)}
    if len(around) > 1 or start == end:
        return
    wall = now.astimezone(zone)
    shown = wall.hour * 60 + wall.minute
    inside = start <= shown < end if start < end else shown >= start or shown < end
    assert (Hours(start, end, place).until(now) > now) == inside


@given(moments, minutes, places)
def test_a_daily_time_comes_once_for_each_day_of_the_calendar(now: datetime, at: int, place: str) -> None:
    zone = ZoneInfo(place)
    times = {last(now + timedelta(hours=hours), at, zone) for hours in range(24 * 6)}
    days = sorted(moment.astimezone(zone).date() for moment in times)
    assert len(times) in (6, 7)
    assert all(later - earlier == DAY for earlier, later in pairwise(days))


@given(moments, minutes, places)
def test_the_last_time_of_day_is_shown_by_the_clock_unless_it_was_just_changed(
    now: datetime, at: int, place: str
) -> None:
    found = last(now, at, ZoneInfo(place))
    assert found <= now
    wall = found.astimezone(ZoneInfo(place))
    offsets = {wall.utcoffset(), (found - DAY).astimezone(ZoneInfo(place)).utcoffset()}
    assert wall.hour * 60 + wall.minute == at or len(offsets) == 2


@given(moments, minutes, places)
def test_between_the_last_time_of_day_and_the_next_there_is_none(now: datetime, at: int, place: str) -> None:
    zone = ZoneInfo(place)
    before, after = last(now, at, zone), following(now, at, zone)
    assert before <= now < after
    assert following(before, at, zone) == after
    assert last(after, at, zone) == after
    assert after.astimezone(zone).date() - before.astimezone(zone).date() == DAY
