"""What time it is where answers come from: their Date tells it, to about a second."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

HEARD_LATELY = 600.0
"""Seconds after which it is no longer known what time it is elsewhere."""


@dataclass(slots=True)
class ServerTime:
    """How far this machine's clock is ahead of a server's. machine, seconds: its clocks."""

    machine: Callable[[], float] = time.time
    """Seconds since 1970."""
    seconds: Callable[[], float] = time.monotonic
    """Goes forward only."""
    _ahead: timedelta | None = field(default=None)
    _at: float = 0.0

    def heard(self, headers: Mapping[str, str]) -> None:
        """An answer came, just now, with these headers."""
        named = {name.lower(): text for name, text in headers.items()}
        theirs = _moment(named.get("date", ""), named.get("age", "0"))
        if theirs is not None:
            self._ahead = datetime.fromtimestamp(self.machine(), UTC) - theirs
            self._at = self.seconds()

    @property
    def ahead(self) -> timedelta | None:
        """To about a second and the time that an answer takes; None where none came lately."""
        return self._ahead if self.seconds() - self._at < HEARD_LATELY else None


def _moment(date: str, age: str) -> datetime | None:
    """When an answer was sent: a cache in between says since how many seconds it has it."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC) + timedelta(seconds=int(age))
    except (ValueError, OverflowError):
        return None
