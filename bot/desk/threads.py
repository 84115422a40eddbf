"""Long calculations beside the event loop, a few at a time: while one lasts, everybody else is answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from core.domain.errors import NoData

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
"""Calculations that run side by side; others wait for their turn. More would only take time from the loop."""
BUDGET = 30.0
"""Seconds that an answer waits for its calculation, its turn included."""

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="aside")


async def in_thread(work: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
    """What the pure function gives, or raises. Raises NoData where that takes longer than BUDGET."""
    call = asyncio.get_running_loop().run_in_executor(_threads, partial(work, *args, **more))
    done, _ = await asyncio.wait({call}, timeout=BUDGET)
    if not done:
        call.cancel()  # where it has not begun; one that has is left to end
        raise NoData("That takes longer than I can calculate for one answer. Try again in a minute.")
    return call.result()
