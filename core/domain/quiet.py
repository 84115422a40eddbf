"""The hours of a user's day: when they want to be left in peace, and when the daily summary comes.

A time of day is a number of minutes after midnight, where the user is. Where clocks are set forward over a
time of day, that time comes as much later as the clocks were moved.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.errors import BadInput

DAY = 24 * 60
"""Minutes in a day."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a user wants no messages but urgent ones.

    The time goes from `start` to `end`, over midnight where `end` is not later than `start`. It never comes
    where one of them is None or both are the same.
    """

    start: int | None = None
    """Minutes after midnight at which it begins."""
    end: int | None = None
    """Minutes after midnight at which it ends."""
    zone: str | None = None
    """The time zone, such as `Europe/Berlin`; None is UTC."""

    def until(self, now: datetime) -> datetime:
        """When the quiet time that covers `now` ends, in UTC; `now` itself where it is not quiet."""
        if self.start is None or self.end is None or self.start == self.end:
            return now
        place = zone(self.zone)
        today = now.astimezone(place).date()
        # A quiet time over midnight that covers now began yesterday.
        for day in (today - timedelta(days=1), today):
            begins = moment_of_day(day, self.start, place)
            ends = moment_of_day(day if self.end > self.start else day + timedelta(days=1), self.end, place)
            if begins <= now < ends:
                return ends
        return now


def zone(name: str | None) -> ZoneInfo:
    """The time zone of this name; UTC for None. Raises BadInput for a name that is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # it reads a file of that name, which may be a folder
        raise BadInput(f"{name} is no time zone I know. Type it like Europe/Berlin.") from None


def moment_of_day(day: date, minutes: int, place: ZoneInfo) -> datetime:
    """The moment of this time of day on this day in the time zone `place`, in UTC."""
    return datetime.combine(day, time(*divmod(minutes % DAY, 60)), place).astimezone(UTC)


def last(now: datetime, minutes: int, place: ZoneInfo) -> datetime:
    """When this time of day last came, at `now` or before, in UTC."""
    return max(at for at in _around(now, minutes, place) if at <= now)


def following(now: datetime, minutes: int, place: ZoneInfo) -> datetime:
    """When this time of day comes next, after `now`, in UTC."""
    return min(at for at in _around(now, minutes, place) if at > now)


def _around(now: datetime, minutes: int, place: ZoneInfo) -> list[datetime]:
    """This time of day on the five days around `now`.

    Yesterday and tomorrow alone would not do: a whole day is missing where a place changes sides of the date
    line.
    """
    today = now.astimezone(place).date()
    return [moment_of_day(today + timedelta(days=days), minutes, place) for days in range(-2, 3)]
