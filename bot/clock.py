"""Where the time comes from: the machine's clock, or one that a person moves along a simulated market."""

import re
from datetime import UTC, datetime, timedelta

from core.errors import BadInput

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST = timedelta(days=3650)


def utc_now() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


class MovableClock:
    """The machine's time plus what `move` has added."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def move(self, text: str) -> timedelta:
        """Go ahead by `30m`, `6h` or `2d`; raises BadInput for anything else."""
        match = re.fullmatch(r"([0-9]{1,5})([mhd])", text.strip())
        step = int(match[1]) * _UNITS[match[2]] if match else None
        if step is None or self._ahead + step > MOST:
            raise BadInput("Move the clock by minutes, hours or days: :tick 6h")
        self._ahead += step
        return step
