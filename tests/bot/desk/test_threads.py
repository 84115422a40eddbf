"""A long calculation keeps nobody else from being answered, and one that is too long is given up."""

import asyncio
import threading

import pytest

from bot.desk import threads as room
from bot.desk.threads import in_thread
from core.domain.errors import BadInput, NoData

LONG = 30.0
"""Seconds after which a test gives up."""


async def test_the_loop_goes_on_while_something_is_calculated() -> None:
    loop_went_on = threading.Event()
    asyncio.get_running_loop().call_soon(loop_went_on.set)
    assert await in_thread(loop_went_on.wait, LONG)


async def test_what_it_raises_is_raised() -> None:
    def refuse(why: str, *, more: str) -> None:
        raise BadInput(why + more)

    with pytest.raises(BadInput, match="no, never"):
        await in_thread(refuse, "no, ", more="never")


async def test_who_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BUDGET", 0.01)
    end = threading.Event()
    with pytest.raises(NoData, match="longer than I can calculate"):
        await in_thread(end.wait, LONG)
    end.set()
