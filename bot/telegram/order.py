"""In which order updates are handled: one user's in the order of arrival, different users' at once."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram.ext import BaseUpdateProcessor

from bot.telegram.backlog import Backlog, user_of

MAX_WAITING = 1_000_000
"""The base class's own limit counts updates that only wait for their turn, and one user's burst that reaches
it would hold up everybody. It is set out of reach; the library makes a task per update before it anyway."""


class PerUserProcessor(BaseUpdateProcessor):
    """At most `max_concurrent` updates run at once, and of one user at most one.

    An update first waits for its user's turn and only then for a slot: whatever one user sends, he occupies
    one slot of them. Updates without a user have no order among them and take a slot each.

    backlog: what was fetched and is not through; an update leaves it here.
    """

    __slots__ = ("_slots", "_turns", "backlog")

    def __init__(self, max_concurrent: int = 256) -> None:
        super().__init__(MAX_WAITING)
        self.backlog = Backlog()
        self._slots = asyncio.Semaphore(max_concurrent)
        # A turn lives as long as an update holds or awaits it: users who are idle leave nothing behind.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when it is this update's turn. asyncio's locks serve in the order of arrival."""
        user = user_of(update)
        turn = asyncio.Lock() if user is None else self._turns.setdefault(user, asyncio.Lock())
        try:
            async with turn, self._slots:
                await coroutine
        finally:
            self.backlog.remove(update)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""
