"""Telegram's pace, kept by all processes of one bot together: each message books its moment in the database.

The moments are those of the database's clock, so that processes on several machines agree.
"""

import asyncio
from datetime import datetime

from sqlalchemy import Float, cast, delete, func
from sqlalchemy.dialects.postgresql import insert

from core.store.database import Database
from core.store.tables import paces

ALL = 0
"""Stands for all chats together."""
RATE = 27.0
"""Messages a second over all chats. Telegram begins to refuse at about 30, and what leaves here evenly may
arrive less so.
"""
CHAT_GAP = 1.0
"""Seconds between two messages to one chat."""
KEPT = 3600.0
"""Seconds after which it does not matter any more when a chat was free."""


class StoredPace:
    """Has each message wait for its turn among those of all processes. Only on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turn(self, chat: int) -> None:
        """Wait until a message may go to this chat. Raises NoStore where the database is away."""
        # The chat comes first: a moment among all that is booked for later would be lost to the others.
        for which, gap in ((chat, CHAT_GAP), (ALL, 1 / RATE)):
            if (wait := await self._book(which, gap)) > 0:
                await asyncio.sleep(wait)

    async def _book(self, chat: int, gap: float) -> float:
        """Book the next moment. Returns how many seconds away it is; below zero where it has been."""
        now = cast(func.extract("epoch", func.clock_timestamp()), Float)
        async with self._database.write() as connection:
            booked = insert(paces).values(chat=chat, free_at=now + gap)
            booked = booked.on_conflict_do_update(
                index_elements=[paces.c.chat], set_={"free_at": func.greatest(paces.c.free_at, now) + gap}
            )
            wait = booked.returning(paces.c.free_at - gap - now)
            return float((await connection.execute(wait)).scalar_one())


async def forget_paces(database: Database, now: datetime) -> int:
    """Forget chats that have long been free. Returns how many there were."""
    old = paces.c.free_at < now.timestamp() - KEPT
    async with database.write() as connection:
        return (await connection.execute(delete(paces).where(old))).rowcount
