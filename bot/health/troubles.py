"""What keeps the program from doing its work: reported by whoever notices it, read by
/healthz and /status.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.domain.errors import NoData, NoStore
from core.domain.trace import trace

log = logging.getLogger(__name__)

ANSWER = 3.0
"""Seconds that a check has for its answer."""

Check = Callable[[], Awaitable[object]]
"""Raises NoData, saying what is wrong, where something is."""


@dataclass(slots=True)
class _Awaited:
    """Something that has to happen again and again."""

    within: float
    """Seconds within which it has to happen again."""
    last: float
    """When it last happened, in seconds of the clock that only goes forward."""
    silent: str
    """What is said where it does not happen, with its name and the seconds."""


@dataclass(slots=True)
class Troubles:
    """Everything that is wrong now.

    Every trouble has a name that says what it is about; a later report of that name replaces the earlier one.
    """

    seconds: Callable[[], float] = time.monotonic
    """A clock that only goes forward."""
    _reported: dict[str, str] = field(default_factory=dict)
    """What is wrong, by what it is about."""
    _awaited: dict[str, _Awaited] = field(default_factory=dict)
    _checks: dict[str, Check] = field(default_factory=dict)
    _looks: dict[str, "asyncio.Future[object]"] = field(default_factory=dict)
    """The checks under way, by what they are about."""

    def report(self, about: str, sentence: str) -> None:
        """This is wrong from now on, until `over` is called."""
        self._reported[about] = sentence

    def over(self, about: str) -> None:
        """It is no longer wrong, if it was."""
        self._reported.pop(about, None)

    def expect(self, what: str, within: float, silent: str = "{} has not run for {:.0f} s") -> None:
        """From now on this has to happen again and again, within so many seconds each time.

        silent: what is said where it does not, with its name and the seconds.
        """
        self._awaited[what] = _Awaited(within, self.seconds(), silent)

    def alive(self, what: str) -> None:
        """To be called when it has happened."""
        if what in self._awaited:
            self._awaited[what].last = self.seconds()

    def check(self, about: str, look: Check) -> None:
        """Add a check that is made whenever somebody asks what is wrong."""
        self._checks[about] = look

    async def found(self) -> tuple[str, ...]:
        """A sentence for everything that is wrong now; nothing where all is well."""
        now = self.seconds()
        silent = [
            each.silent.format(what, now - each.last)
            for what, each in self._awaited.items()
            if now - each.last > each.within
        ]
        looked = await asyncio.gather(*map(self._look, self._checks))
        return (*silent, *(said for said in looked if said), *self._reported.values())

    async def _look(self, about: str) -> str:
        """What one check finds. A check that does not answer is not made again until it has."""
        look = self._looks.get(about)
        if look is None or look.done():
            look = self._looks[about] = asyncio.ensure_future(self._checks[about]())
            # Whoever asked may have gone by then, and asyncio would complain of a failure that nobody has
            # seen.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({look}, timeout=ANSWER)
        if not look.done():
            return f"The {about} has not answered for {ANSWER:g} s."
        try:
            look.result()
        except (NoData, NoStore) as error:
            return str(error)
        except Exception as error:  # noqa: BLE001
            log.error("The %s cannot be looked at\n%s", about, trace(error))  # noqa: TRY400
            return f"The {about} cannot be read."
        return ""
