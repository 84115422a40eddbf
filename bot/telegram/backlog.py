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
    """How many updates of each user are left to handle."""

    def __init__(self) -> None:
        self._left: Counter[int | None] = Counter()
        self._progress = asyncio.Event()

    def add(self, updates: Iterable[Update]) -> None:
        """These were fetched."""
        self._left.update(map(user_of, updates))

    def remove(self, update: object) -> None:
        """This one is handled, or has failed for good."""
        user = user_of(update)
        self._left[user] -= 1
        if self._left[user] < FEW:
            self._progress.set()
        if self._left[user] <= 0:
            del self._left[user]

    async def settle(self) -> None:
        """Wait until all are handled but those of users who flood us, or until the others are slow."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MOST):
                while any(count <= FEW for count in self._left.values()):
                    self._progress.clear()
                    await asyncio.wait_for(self._progress.wait(), STALL)


def user_of(update: object) -> int | None:
    """Whose update it is; None for nobody's."""
    user = update.effective_user if isinstance(update, Update) else None
    return user.id if user else None
