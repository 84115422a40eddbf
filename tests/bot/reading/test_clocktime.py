"""Times of day, time zones and spans as people type them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.times import (
    parse_daily,
    parse_hours,
    parse_span,
    parse_time,
    zone_alone,
    zone_called,
)
from core.domain.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8", time(8)),
        ("8:00", time(8)),
        ("08:05", time(8, 5)),
        ("20.30", time(20, 30)),
        ("20h30", time(20, 30)),
        ("8 pm", time(20)),
        ("12am", time(0)),
        ("12:30PM", time(12, 30)),
        ("0:00", time(0)),
        ("24:00", time(0)),
    ],
)
def test_times_of_day(typed: str, meant: time) -> None:
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "25:00", "8:60", "24:01", "13 pm", "0am", "noon", "-8", "8:0", "٨:00"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="time of day"):
        parse_time(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("23-7", (time(23), time(7), "")),
        ("22:30-6:15", (time(22, 30), time(6, 15), "")),
        ("23 – 7 berlin", (time(23), time(7), "berlin")),
        ("23 to 7 New York", (time(23), time(7), "New York")),
        ("11pm-7am", (time(23), time(7), "")),
        ("11 pm - 7 am Europe/Berlin", (time(23), time(7), "Europe/Berlin")),
        ("13-15", (time(13), time(15), "")),
        ("23 7", (time(23), time(7), "")),
        ("from 23 to 7", (time(23), time(7), "")),
        ("between 23:00 and 7 Berlin", (time(23), time(7), "Berlin")),
        ("23h-7h", (time(23), time(7), "")),
        ("23h30-7h15 Paris", (time(23, 30), time(7, 15), "Paris")),
        ("23.00 Uhr - 7 Uhr Berlin", (time(23), time(7), "Berlin")),
    ],
)
def test_hours(typed: str, meant: tuple[time, time, str]) -> None:
    assert parse_hours(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("8", (time(8), "")),
        ("8:00 Berlin", (time(8), "Berlin")),
        ("8 pm", (time(20), "")),
        ("8pm new york", (time(20), "new york")),
        ("at 8", (time(8), "")),
        ("8 helsinki", (time(8), "helsinki")),
    ],
)
def test_daily_times(typed: str, meant: tuple[time, str]) -> None:
    assert parse_daily(typed) == meant


@pytest.mark.parametrize("typed", ["23", "23-", "7-7", "0-24", "23-7-8", "abc"])
def test_what_says_no_hours_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_hours(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("1 day", timedelta(days=1)),
        ("2w", timedelta(weeks=2)),
        ("90min", timedelta(minutes=90)),
    ],
)
def test_spans(typed: str, meant: timedelta) -> None:
    assert parse_span(typed) == meant


@pytest.mark.parametrize("typed", ["0h", "31d", "9999w", "h", "1y", "1.5h", "-1h"])
def test_what_is_no_span_or_too_long_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        parse_span(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("utc", "UTC"),
        ("buenos aires", "America/Buenos_Aires"),
        ("istanbul", "Asia/Istanbul"),
        ("US/Eastern", "US/Eastern"),
    ],
)
def test_a_zone_by_its_name_or_its_city(typed: str, meant: str) -> None:
    assert zone_called(typed) == meant


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("brelin", "Europe/Berlin"),
        ("Europe/Brelin", "Europe/Berlin"),
        ("Amstrdam", "Europe/Amsterdam"),
        ("cet", "Europe/Berlin"),
        ("EST", "America/New_York"),
        ("Mumbai", "Asia/Kolkata"),
        ("xyzzy", "Type a large city"),
    ],
)
def test_a_zone_typed_wrongly_is_not_guessed_but_offered(typed: str, offered: str) -> None:
    with pytest.raises(BadInput, match=r"I know no time zone") as refused:
        zone_called(typed)
    assert offered in str(refused.value)


@pytest.mark.parametrize("typed", ["+2", "UTC+2", "gmt -5", "UTC+05:30"])
def test_hours_from_utc_are_refused_for_they_are_wrong_for_half_of_the_year(typed: str) -> None:
    with pytest.raises(BadInput, match="wrong in summer or winter"):
        zone_called(typed)


def test_accents_do_not_matter() -> None:
    assert zone_called("Zürich") == "Europe/Zurich"
    assert zone_called("são paulo") == "America/Sao_Paulo"


def test_a_zone_alone() -> None:
    assert zone_alone("lisbon") == "Europe/Lisbon"
    assert zone_alone("23-7") is None


@given(
    st.sampled_from(sorted(zone for zone in available_timezones() if zone.startswith(("Europe/", "Asia/"))))
)
def test_every_place_is_found_by_its_name_and_keeps_its_clock(zone: str) -> None:
    assert zone_called(zone.lower()) == zone
    city = zone_called(zone.rpartition("/")[2].replace("_", " "))
    for month in (1, 7):
        day = datetime(2026, month, 1, tzinfo=UTC)
        assert day.astimezone(ZoneInfo(city)).utcoffset() == day.astimezone(ZoneInfo(zone)).utcoffset()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_zone_or_refused_in_a_sentence(typed: str) -> None:
    try:
        zone = zone_called(typed)
    except BadInput:
        return
    assert ZoneInfo(zone)
