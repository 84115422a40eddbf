"""What is pushed to the one person at a terminal: watching and delivering in one step."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from bot.wording.notices.notice import message
from bot.wording.reply import Reply
from core.prices.refresh import refresh
from core.prices.watch import Watch
from core.store.database import Database
from core.store.queue.outbox import Outbox
from core.sweep import Sweep

EVERY = timedelta(seconds=60)
"""Between two looks at the market, by its clock."""
LEASE = timedelta(seconds=10)
"""Showing takes no time; what was on its way when the program ended is judged after this."""


class Pushes:
    """The pushes of one user.

    venues: those that the conversation offers. clock: the market's, aware UTC.
    """

    def __init__(
        self,
        database: Database,
        watch: Watch,
        venues: tuple[str, ...],
        clock: Callable[[], datetime],
        user: int,
    ) -> None:
        self._watch = watch
        self._clock = clock
        self._outbox = Outbox(database, only=user)
        self._sweep = Sweep(database, watch, clock, venues, only=user)
        self._looked: datetime | None = None

    async def due(self) -> AsyncIterator[Reply]:
        """Look at the market, unless that was done just now, and give what is due.

        A message counts as shown when the next one is asked for.
        """
        now = self._clock()
        if self._looked is None or now - self._looked >= EVERY:
            self._looked = now
            await self._look()
        await self._outbox.recover(self._clock())
        while batches := await self._outbox.claim(self._clock(), 1, LEASE):
            [batch] = batches
            yield message([notice.facts for notice in batch.notices], self._clock())
            await self._outbox.sent(batch, 0, self._clock())

    async def _look(self) -> None:
        for venue in await self._sweep.needed():
            await refresh(self._watch, venue)
            await self._sweep.run(venue)
