"""The machine's clock, and a clock for the simulated market that a person can move."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from core.domain.errors import BadInput

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST = timedelta(days=3650)


def utc_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


class MovableClock:
    """Starts at the machine's time, goes `speed` times as fast, and is ahead by what `move` has added."""

    def __init__(self, speed: int = 1, machine: Callable[[], datetime] = utc_now) -> None:
        self._speed = speed
        self._machine = machine
        self._began = machine()
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._began + (self._machine() - self._began) * self._speed + self._ahead

    @property
    def speed(self) -> int:
        """How many times as fast as the machine's clock it goes; 0 while it stands still."""
        return self._speed

    def go(self, speed: int) -> None:
        """Go so many times as fast from now on; 0 stands still. Raises BadInput below zero."""
        if speed < 0:
            raise BadInput("A clock cannot go back.")
        now = self()
        self._began, self._ahead, self._speed = self._machine(), timedelta(0), speed
        self._ahead = now - self()

    def go_on_from(self, moment: datetime) -> None:
        """Do not go back before this moment: what has happened in a simulated market lies in its past."""
        self._ahead += max(moment - self(), timedelta(0))

    def move(self, text: str) -> timedelta:
        """Go ahead by `30m`, `6h` or `2d`. Raises BadInput for anything else."""
        match = re.fullmatch(r"([0-9]{1,5})([mhd])", text.strip())
        step = int(match[1]) * _UNITS[match[2]] if match else None
        if step is None or self._ahead + step > MOST:
            raise BadInput("Move the clock by minutes, hours or days: :tick 6h")
        self._ahead += step
        return step
