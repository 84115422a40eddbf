"""A thread that notices when the event loop stands still. The loop itself cannot, and nobody is answered
then.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.health.sdnotify import ALIVE, tell, watchdog_seconds
from bot.health.troubles import Troubles

log = logging.getLogger(__name__)

ABOUT = "event loop"
"""The name under which the trouble is reported."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the watchdog waits for what, in seconds."""

    beat: float = 1.0
    """Between two signs of life, and between two looks for one."""
    still: float = 10.0
    """After so long without a sign of life the loop counts as standing still."""
    over: float = 600.0
    """For so long afterwards it is still told that the loop stood still, so that somebody sees it."""
    last: float = 300.0
    """After so long without a sign of life there is no hope that the loop goes on by itself."""


PATIENCE = Patience()


class Watchdog:
    """Looks after the event loop of the thread that makes it.

    stopped: called once each time that the loop stands still. hopeless: called in the watchdog's thread, once
    the loop has stood still for so long that it will not go on. notify: tells systemd that the program is
    alive. every: within how many seconds systemd has to hear that; None where it does not wait for it.
    """

    def __init__(
        self,
        troubles: Troubles,
        stopped: Callable[[], object],
        hopeless: Callable[[], object],
        *,
        patience: Patience = PATIENCE,
        notify: Callable[[str], object] = tell,
        every: float | None = None,
    ) -> None:
        self._troubles = troubles
        self._stopped = stopped
        self._hopeless = hopeless
        self._patience = patience
        self._notify = notify
        self._every = every
        self._watched = threading.get_ident()
        self._ending = threading.Event()
        self._beat = time.monotonic()
        self._told = float("-inf")
        self._stood_until: float | None = None

    async def live(self) -> None:
        """Give signs of life, without end. It runs in the loop that is watched."""
        while True:
            self._beat = time.monotonic()
            if self._stood_until is not None and self._beat > self._stood_until + self._patience.over:
                self._stood_until = None
                self._troubles.over(ABOUT)
            await asyncio.sleep(self._patience.beat)

    def watch(self) -> None:
        """Look for signs of life until `end` is called. It runs in the watchdog's thread."""
        stands = False
        while not self._ending.wait(self._patience.beat):
            now = time.monotonic()
            gap = now - self._beat
            if gap > self._patience.still and not stands:
                stands = True
                self._tell_of_stop(gap)
            elif gap <= self._patience.still and stands:
                stands = False
                log.warning("The event loop goes on")
            # Ending is the only way on: whatever started the program starts it again.
            if stands and gap > self._patience.last:
                self._hopeless()
                return
            if not stands and self._every is not None and now >= self._told + self._every / 2:
                self._told = now
                self._notify(ALIVE)

    def end(self) -> None:
        """Stop looking."""
        self._ending.set()

    def _tell_of_stop(self, gap: float) -> None:
        """Log where the loop stands. The stack has places in the code and no values, so nothing that anybody
        typed.
        """
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - public in spite of its name
        stack = "".join(traceback.format_stack(frame)) if frame else "its thread is gone"
        log.error("The event loop has stood still for %.0f s; nobody is answered. It is at\n%s", gap, stack)
        self._stood_until = time.monotonic()
        self._troubles.report(ABOUT, "The program stood still and answered nobody; the log says where.")
        self._stopped()


@asynccontextmanager
async def watched_loop(
    troubles: Troubles,
    stopped: Callable[[], object],
    hopeless: Callable[[], object],
    patience: Patience = PATIENCE,
) -> AsyncIterator[None]:
    """Looks after the running loop until the end."""
    dog = Watchdog(troubles, stopped, hopeless, patience=patience, every=watchdog_seconds())
    living = asyncio.create_task(dog.live(), name="signs of life")
    thread = threading.Thread(target=dog.watch, name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        dog.end()
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
