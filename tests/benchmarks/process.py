"""What a benchmark sees of its own process: how long its event loop is kept busy, and its memory."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from time import perf_counter

TICK = 0.002
"""Seconds between two looks at how long the event loop was busy."""
IDLE = 5.0
"""Seconds in which nothing is done."""


class Busy:
    """How long the event loop was kept from everything else at the most."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.own = 0.0
        """The same without what the loop waited for a processor, as other programs run too."""

    async def watch(self) -> None:
        while True:
            began, queued = perf_counter(), _queued()
            await asyncio.sleep(TICK)
            held = perf_counter() - began - TICK
            self.longest = max(self.longest, held)
            self.own = max(self.own, held - (_queued() - queued))


def _queued() -> float:
    """Seconds for which this thread could have run and had no processor, since it began."""
    return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9


async def idle() -> float:
    """How long the loop is kept from everything while nothing is done: other programs run too."""
    busy = Busy()
    with suppress(TimeoutError):
        await asyncio.wait_for(busy.watch(), IDLE)
    return busy.longest


def memory() -> float:
    """MB that the process has in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
