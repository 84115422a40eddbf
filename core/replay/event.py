"""Days of the past that can be lived through again, and the falls that people remember."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Event:
    """Days of the past, from the start of the first to the end of the last, in UTC."""

    name: str
    """What people call that fall; empty for other days."""
    first: date
    """The first day."""
    last: date
    """The last day, included."""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The midnight at which it begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The midnight at which it ends."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)


EVENTS: Mapping[str, Event] = {
    "may2021": Event("May 2021", date(2021, 5, 10), date(2021, 5, 23)),
    "luna": Event("Luna", date(2022, 5, 5), date(2022, 5, 18)),
    "ftx": Event("FTX", date(2022, 11, 8), date(2022, 11, 21)),
    "aug2024": Event("August 2024", date(2024, 7, 29), date(2024, 8, 11)),
    "oct2025": Event("October 2025", date(2025, 10, 6), date(2025, 10, 19)),
}
"""Falls that people remember, by the word that asks for them. Each is 14 days long."""
