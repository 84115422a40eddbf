"""Users' chats: where notices go, and to whom nothing is sent for now."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Database, upsert
from core.store.tables import chats
from core.store.user.own import hold, touch

REMOVED = "removed by the owner"
"""Why nothing is sent to somebody who may no longer write. Only being let in again ends it."""
PAUSED = select(chats.c.user_id).where(chats.c.paused_at.is_not(None))
"""The users to whom nothing is sent."""


async def pause(database: Database, user: int, why: str, now: datetime) -> None:
    """Send this user nothing, and watch nothing for them, until `resume`. What waits goes on waiting."""
    await _change(database, user, {"paused_at": now, "reason": why})


async def resume(database: Database, user: int) -> datetime | None:
    """Send to this user again. Returns since when they were paused; None where they were not."""
    own = (
        chats.c.user_id == user,
        chats.c.paused_at.is_not(None),
        chats.c.reason.is_distinct_from(REMOVED),
    )
    async with database.read() as connection:  # as a rule nothing is to be written
        since: datetime | None = await connection.scalar(select(chats.c.paused_at).where(*own))
    if since is None:
        return None
    async with database.write() as connection:
        again = update(chats).where(*own).values(paused_at=None, reason=None)
        if not (await connection.execute(again)).rowcount:
            return None
        await connection.run_sync(touch, [user])
    return since


async def chat_moved(database: Database, user: int, chat: int) -> None:
    """Note that the user's chat has another id now."""
    await _change(database, user, {"chat_id": chat})


async def chats_of(connection: AsyncConnection, some: Collection[int]) -> dict[int, int]:
    """The chats of those users whose chat has another id than they have."""
    query = select(chats.c.user_id, chats.c.chat_id).where(chats.c.user_id.in_(some))
    return dict(map(tuple, (await connection.execute(query)).all()))


async def _change(database: Database, user: int, values: dict[str, Any]) -> None:
    async with database.write() as connection:
        if await connection.run_sync(hold, user):  # else they have been forgotten
            row = {"user_id": user, "chat_id": user, **values}
            await connection.execute(upsert(connection, chats, *values), row)
            await connection.run_sync(touch, [user])
