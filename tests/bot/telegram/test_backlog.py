"""How long the next fetch waits for what was fetched before."""

import asyncio

from telegram import Update

from bot.telegram.backlog import Backlog

SLOW, QUICK = Update(1), Update(2)


async def waits(backlog: Backlog) -> bool:
    """Whether the next fetch has to wait now."""
    settling = asyncio.create_task(backlog.settle())
    await asyncio.sleep(0)
    return settling.cancel()


async def test_it_waits_for_what_was_fetched_last_until_that_is_handled() -> None:
    backlog = Backlog()
    backlog.add([SLOW])
    assert await waits(backlog)
    backlog.remove(SLOW)
    assert not await waits(backlog)


async def test_it_waits_once_for_one_that_is_slow_and_not_at_each_fetch_until_it_is_handled() -> None:
    backlog = Backlog()
    backlog.add([SLOW])
    backlog.add([])
    assert not await waits(backlog), "fetching again has confirmed it"
    backlog.add([QUICK])
    assert await waits(backlog)
    backlog.remove(QUICK)
    assert not await waits(backlog)
    backlog.remove(SLOW)
    assert not await waits(backlog)
