"""Updates that were fetched and are not handled yet."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from telegram import Update

FEW = 10
"""A user with more updates than this under way floods us, and nobody waits for their updates."""
STALL = 1.0
"""Seconds without any update handled after which nobody waits for those that are left."""
MOST = 5.0
"""Seconds that anybody waits at all."""


class Backlog:
    """How many updates of each user are left to handle, and which of them are not confirmed yet."""

    def __init__(self) -> None:
        self._left: Counter[int | None] = Counter()
        self._unconfirmed: dict[int, int | None] = {}
        self._progress = asyncio.Event()

    def add(self, updates: Iterable[Update]) -> None:
        """These were fetched. Asking for them has confirmed all before: nobody need wait for those again."""
        self._unconfirmed = {update.update_id: user_of(update) for update in updates}
        self._left.update(self._unconfirmed.values())

    def remove(self, update: object) -> None:
        """This one is handled, or has failed for good."""
        user = user_of(update)
        if isinstance(update, Update):
            self._unconfirmed.pop(update.update_id, None)
        self._left[user] -= 1
        if self._left[user] < FEW:
            self._progress.set()
        if self._left[user] <= 0:
            del self._left[user]

    async def settle(self) -> None:
        """Wait until what was fetched last is handled, but for users who flood us, or until it is slow."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST):
                while any(self._left[user] <= FEW for user in self._unconfirmed.values()):
                    self._progress.clear()
                    await asyncio.wait_for(self._progress.wait(), STALL)


def user_of(update: object) -> int | None:
    """Whose update it is; None for nobody's."""
    user = update.effective_user if isinstance(update, Update) else None
    return user.id if user else None
