"""When regulated futures end: against days on which real ones did, around clock changes and year ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.venues.catalogue import CATALOGUES
from core.venues.catalogue.expiry import (
    FRIDAY,
    Cycle,
    Ending,
    good_friday,
    last_friday,
    shut_in_both,
    shut_in_one,
)
from core.venues.catalogue.product import Product

LONDON = Ending("Europe/London", 16, shut_in_both)
NEW_YORK = Ending("America/New_York", 16, shut_in_one)
PRODUCTS = {
    f"{catalogue.id} {product.code}": product
    for catalogue in CATALOGUES.values()
    for product in catalogue.products
}
some_time = st.integers(0, 17 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def product(name: str) -> Product:
    return PRODUCTS[name]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# What Coinbase's own answers said of BIT-26APR24, ADA-31JAN25, BIT-24APR26, BIT-25SEP26, BIT-30OCT26 and
# BIT-27NOV26.
@pytest.mark.parametrize(
    "end",
    [
        "2024-04-26T15:00",
        "2025-01-31T16:00",
        "2026-04-24T15:00",
        "2026-09-25T15:00",
        "2026-10-30T16:00",
        "2026-11-27T16:00",
    ],
)
def test_a_month_ends_when_the_exchange_said_it_did(end: str) -> None:
    expected = utc(end)
    assert LONDON.on(last_friday(expected.year, expected.month)) == expected
    nearest = product("coinbasederivatives BIT").cycle.expiries(expected - timedelta(days=20))[0]
    assert nearest == expected


# The days in the names of contracts that were listed: BIT-29AUG25, ET-27JUN25, ET-26DEC25, BIT-29MAY26 at
# Coinbase; MBTG6, MBTH6 and MBTJ6 at CME.
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("coinbasederivatives BIT", "2025-08-29"),
        ("coinbasederivatives ET", "2025-06-27"),
        ("coinbasederivatives ET", "2025-12-26"),
        ("coinbasederivatives BIT", "2026-05-29"),
        ("cme MBT", "2026-02-27"),
        ("cme MBT", "2026-03-27"),
        ("cme MBT", "2026-04-24"),
    ],
)
def test_a_listed_contract_ends_on_the_day_in_its_name(name: str, day: str) -> None:
    ends = product(name).cycle.expiries(utc(day) - timedelta(days=40))
    assert date.fromisoformat(day) in [end.date() for end in ends]


def test_a_friday_future_ends_the_day_before_a_holiday() -> None:
    ends = Cycle(NEW_YORK, months=2).expiries(utc("2026-12-12T00:00"))
    assert (
        ends
        == [utc("2026-12-24T21:00"), utc("2027-01-29T21:00")]
        == [*Cycle(NEW_YORK, months=2).expiries(utc("2026-11-28T00:00"))]
    )


@pytest.mark.parametrize(
    ("friday", "strict", "loose"),
    [
        ("2026-12-25", "2026-12-24", "2026-12-24"),  # Christmas
        ("2027-03-26", "2027-03-25", "2027-03-25"),  # Good Friday
        ("2021-01-01", "2020-12-31", "2020-12-31"),  # New Year
        ("2031-12-26", "2031-12-24", "2031-12-26"),  # Boxing Day is one in London only
        ("2026-06-19", "2026-06-18", "2026-06-19"),  # Juneteenth in the US only
        ("2026-07-03", "2026-07-02", "2026-07-03"),  # Independence Day, a Saturday, is kept on the Friday
        ("2027-12-31", "2027-12-31", "2027-12-31"),  # the New Year that follows, a Saturday, is not
        ("2026-11-27", "2026-11-27", "2026-11-27"),  # the day after Thanksgiving is one of business
    ],
)
def test_a_holiday_brings_the_end_forward(friday: str, strict: str, loose: str) -> None:
    day = date.fromisoformat(friday)
    assert Ending("Europe/London", 16, shut_in_one).on(day).date() == date.fromisoformat(strict)
    assert LONDON.on(day).date() == date.fromisoformat(loose)


def test_good_friday_is_two_days_before_easter() -> None:
    easter = pytest.importorskip("dateutil.easter").easter
    for year in range(1900, 2200):
        assert good_friday(year) == easter(year) - timedelta(days=2)


def test_each_city_changes_its_clocks_on_its_own_day() -> None:
    # New York is four hours behind UTC from 14 March 2027 on; London is at UTC until the 28th.
    assert NEW_YORK.on(date(2027, 3, 12)) == utc("2027-03-12T21:00")
    assert NEW_YORK.on(date(2027, 3, 19)) == utc("2027-03-19T20:00")
    assert LONDON.on(date(2027, 3, 19)) == utc("2027-03-19T16:00")
    assert LONDON.on(date(2027, 4, 30)) == utc("2027-04-30T15:00")


def test_what_has_ended_is_listed_no_more() -> None:
    end = utc("2026-12-24T16:00")
    cycle = product("cme MET").cycle
    assert cycle.expiries(end - timedelta(seconds=1))[0] == end
    assert cycle.expiries(end)[0] == utc("2027-01-29T16:00")


def test_a_year_and_the_next_december_are_listed_at_a_year_end() -> None:
    ends = product("cme MBT").cycle.expiries(utc("2026-12-28T00:00"))
    assert [f"{end:%b %y}" for end in ends] == [
        "Jan 27", "Feb 27", "Mar 27", "Apr 27", "May 27", "Jun 27", "Dec 27", "Dec 28",
    ]  # fmt: skip


def test_xrp_lists_six_months_four_quarters_and_a_second_december() -> None:
    ends = product("cme MXP").cycle.expiries(utc("2026-01-05T00:00"))
    assert [f"{end:%b %y}" for end in ends] == [
        "Jan 26", "Feb 26", "Mar 26", "Apr 26", "May 26", "Jun 26",
        "Sep 26", "Dec 26", "Mar 27", "Jun 27", "Dec 27",
    ]  # fmt: skip


@given(now=some_time, name=st.sampled_from(sorted(PRODUCTS)))
def test_every_listed_end_is_in_the_future_and_ascending(now: datetime, name: str) -> None:
    cycle = product(name).cycle
    ends = cycle.expiries(now)
    assert all(end > now for end in ends)
    assert ends == sorted(set(ends))
    assert len(ends) >= max(cycle.months, cycle.decembers)
    assert all(end.astimezone(ZoneInfo(cycle.ending.zone)).hour == 16 for end in ends)


@given(now=some_time, name=st.sampled_from(sorted(PRODUCTS)))
def test_an_end_is_on_a_friday_unless_that_is_a_holiday(now: datetime, name: str) -> None:
    cycle = product(name).cycle
    for end in cycle.expiries(now):
        day = end.date()
        assert not cycle.ending.shut(day)
        while day.weekday() != FRIDAY:
            day += timedelta(days=1)
            assert cycle.ending.shut(day)


@given(now=some_time)
def test_nothing_is_skipped_from_one_end_to_the_next(now: datetime) -> None:
    cycle = product("cme MBT").cycle
    first, second, *_ = cycle.expiries(now)
    assert timedelta(days=25) <= second - first <= timedelta(days=38)
    assert cycle.expiries(first)[0] == second
