"""When contracts of a regulated exchange end: the Friday of its rule, or the business day before a holiday.

The holidays are the fixed ones that can move a Friday's expiry. London: Good Friday, New Year's Day,
Christmas Day, Boxing Day. The US, as its stock exchanges keep them: Good Friday, New Year's Day, Juneteenth,
Independence Day and Christmas Day, the last three on the Friday before where they fall on a Saturday. A
holiday that is proclaimed for one year is not known here.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

FRIDAY = 4
QUARTERS = (3, 6, 9, 12)
_DAY = timedelta(days=1)
_LONDON = frozenset({(1, 1), (12, 25), (12, 26)})
_US = frozenset({(1, 1), (6, 19), (7, 4), (12, 25)})
_US_OBSERVED = _US - {(1, 1)}


@dataclass(frozen=True, slots=True)
class Ending:
    """When trading ends on a contract's last day, and which holidays bring that day forward."""

    zone: str
    hour: int
    shut: Callable[[date], bool]

    def on(self, friday: date) -> datetime:
        """When the contract of that Friday ends: UTC."""
        day = friday
        while self.shut(day):
            day -= _DAY
        return datetime(day.year, day.month, day.day, self.hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Which expiries of a product are listed at one time.

    months: that many of the next last Fridays of a month. quarters: that many March, June, September and
    December contracts after those months. decembers: so many of the next December contracts in any case.
    """

    ending: Ending
    months: int
    quarters: int = 0
    decembers: int = 0

    def expiries(self, now: datetime) -> list[datetime]:
        """The ends of every contract that is listed at `now`, ascending, each after `now`: UTC."""
        near = list(islice(_monthly(self.ending, now), self.months))
        far = _monthly(self.ending, near[-1], QUARTERS)
        return sorted(
            {
                *near,
                *islice(far, self.quarters),
                *islice(_monthly(self.ending, now, (12,)), self.decembers),
            }
        )


def shut_in_london(day: date) -> bool:
    return (day.month, day.day) in _LONDON or day == good_friday(day.year)


def shut_in_us(day: date) -> bool:
    after = day + _DAY
    observed = day.weekday() == FRIDAY and (after.month, after.day) in _US_OBSERVED
    return observed or (day.month, day.day) in _US or day == good_friday(day.year)


def shut_in_one(day: date) -> bool:
    """For a rule that asks for a day of business in London and in the US."""
    return shut_in_london(day) or shut_in_us(day)


def shut_in_both(day: date) -> bool:
    """For a rule that asks for a day of business in London or in the US."""
    return shut_in_london(day) and shut_in_us(day)


def good_friday(year: int) -> date:
    """Two days before Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    skipped = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1) - 2 * _DAY


def last_friday(year: int, month: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - _DAY
    return last - (last.weekday() - FRIDAY) % 7 * _DAY


def _monthly(ending: Ending, after: datetime, months: Collection[int] = range(1, 13)) -> Iterator[datetime]:
    """The ends of the contracts of these months that end after a moment, for ever."""
    first = after.astimezone(UTC).year
    ends = (ending.on(last_friday(year, month)) for year in count(first) for month in sorted(months))
    return (end for end in ends if end > after)
