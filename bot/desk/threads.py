"""Long calculations in threads of their own, so that everybody else is answered while one lasts."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from core.domain.errors import NoData

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
"""So many calculations run at the same time; others wait. More would only slow the event loop down."""
BUDGET = 30.0
"""Seconds after which an answer gives up on its calculation, the wait for a thread included."""

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="calculation")


async def in_thread(work: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> T:
    """Run a pure function in a thread; gives what it gives and raises what it raises.

    Raises NoData where that takes longer than BUDGET.
    """
    call = asyncio.get_running_loop().run_in_executor(_threads, partial(work, *args, **more))
    done, _ = await asyncio.wait({call}, timeout=BUDGET)
    if not done:
        call.cancel()  # only stops what has not begun; a running thread cannot be stopped and is left to end
        raise NoData("That takes longer than I can calculate for one answer. Try again in a minute.")
    return call.result()
