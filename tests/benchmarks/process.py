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

    async def watch(self) -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(TICK)
            self.longest = max(self.longest, perf_counter() - began - TICK)


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
