"""The machine's clock, corrected where the servers that the program talks to agree that it is wrong."""

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.clocks.clock import utc_now
from core.domain.errors import NoData

TOO_FAR_OFF = timedelta(minutes=1)
"""A clock that is wrong by no more than this does no harm."""
ALIKE = timedelta(seconds=30)
"""Two clocks agree where they are no further apart than this."""
STEP = timedelta(seconds=5)
"""The correction changes by no less than this, for what is heard is never exact."""
ANEW = 1.0
"""Seconds between two looks at what the others say."""

Others = Callable[[], Mapping[str, timedelta]]
"""Gives how far this machine's clock is ahead of others, by the name of each whose time is known."""


class AgreedClock:
    """Gives aware UTC. One server alone is not believed: its clock may be wrong, or it may serve an old page.

    seconds: a clock that only goes forward.
    """

    def __init__(
        self, machine: Callable[[], datetime] = utc_now, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._machine = machine
        self._seconds = seconds
        self._others: list[Others] = []
        self._witnesses: tuple[str, ...] = ()
        self._ahead = timedelta(0)
        self._looked = float("-inf")

    def __call__(self) -> datetime:
        if (now := self._seconds()) - self._looked > ANEW:
            self._looked = now
            self._look()
        return self._machine() - self._ahead

    def ask(self, others: Others) -> None:
        """Ask these from now on, too."""
        self._others.append(others)

    def _look(self) -> None:
        heard = {who: ahead for others in self._others for who, ahead in others().items()}
        agreed, self._witnesses = _agreed(heard)
        agreed = agreed if abs(agreed) > TOO_FAR_OFF else timedelta(0)
        if abs(agreed - self._ahead) >= STEP:
            self._ahead = agreed

    async def check(self) -> None:
        """Raise NoData, saying by how much, while the machine's clock is wrong."""
        self()
        if self._ahead:
            minutes, way = (
                abs(self._ahead) / timedelta(minutes=1),
                "fast" if self._ahead > TOO_FAR_OFF else "slow",
            )
            others = " and ".join(self._witnesses[:3])
            raise NoData(
                f"This machine's clock is {minutes:,.0f} min {way}, as {others} say. "
                "I reckon with their time until it is set right."
            )


def _agreed(heard: Mapping[str, timedelta]) -> tuple[timedelta, tuple[str, ...]]:
    """How far the machine is ahead by most of them, at least two, and who they are; zero where they do not
    agree.
    """
    if not heard:
        return timedelta(0), ()
    # The median is somebody's own figure, and a few that are far off do not move it.
    middle = statistics.median_low(heard.values())
    agree = tuple(sorted(who for who, ahead in heard.items() if abs(ahead - middle) <= ALIKE))
    return (middle, agree) if len(agree) >= 2 and len(agree) * 2 > len(heard) else (timedelta(0), ())
