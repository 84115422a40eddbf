"""A user's day: when they want to be left in peace, and when the daily summary comes.

Times of day are minutes after midnight where the user is. Where clocks are set forward over a time of day,
it comes as much later as they were set.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.errors import BadInput

DAY = 24 * 60
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from `start` until `end`, over midnight where the end is not later; never where one is None.

    zone: a name such as `Europe/Berlin`; None is UTC.
    """

    start: int | None = None
    end: int | None = None
    zone: str | None = None

    def until(self, now: datetime) -> datetime:
        """The end of the quiet time that is on at `now`, in UTC; `now` where none is."""
        if self.start is None or self.end is None or self.start == self.end:
            return now
        place = zone(self.zone)
        today = now.astimezone(place).date()
        for day in (today - timedelta(days=1), today):
            begins = moment_of_day(day, self.start, place)
            ends = moment_of_day(day if self.end > self.start else day + timedelta(days=1), self.end, place)
            if begins <= now < ends:
                return ends
        return now


def zone(name: str | None) -> ZoneInfo:
    """The time zone of this name; UTC for None. Raises BadInput for one that is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):  # it reads a file of that name, which may be a folder
        raise BadInput(f"{name} is no time zone I know. Type it like Europe/Berlin.") from None


def moment_of_day(day: date, minutes: int, place: ZoneInfo) -> datetime:
    """That time of that day in the time zone, in UTC."""
    return datetime.combine(day, time(*divmod(minutes % DAY, 60)), place).astimezone(UTC)


def last(now: datetime, minutes: int, place: ZoneInfo) -> datetime:
    """When that time of day came last, at `now` or before, in UTC."""
    return max(at for at in _around(now, minutes, place) if at <= now)


def following(now: datetime, minutes: int, place: ZoneInfo) -> datetime:
    """When that time of day comes next, after `now`, in UTC."""
    return min(at for at in _around(now, minutes, place) if at > now)


def _around(now: datetime, minutes: int, place: ZoneInfo) -> list[datetime]:
    """That time of day on the days about `now`: a day may be left out where clocks are set over it."""
    today = now.astimezone(place).date()
    return [moment_of_day(today + timedelta(days=days), minutes, place) for days in range(-2, 3)]
