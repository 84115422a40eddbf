"""All that is stored about a user, at once: to be taken along in a file, or to be forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Database
from core.store.queue.arrived import EMPTY
from core.store.tables import (
    data_keys,
    drafts,
    handled,
    inbox,
    metadata,
    questions,
    sealed,
    shown,
    tallies,
    users,
)
from core.store.user.own import hold
from core.store.user.refusals import QuestionOver

KEPT_BACK = frozenset({data_keys, sealed, handled, drafts, tallies, inbox, shown, questions})
"""Tables that are never exported: keys, also sealed ones; what only says
which messages are under way; and what is made from the journal.
"""


def owner(table: Table) -> Column[Any] | None:
    """The column that says whose row it is; None for a table that belongs to nobody."""
    return users.c.id if table is users else table.c.get("user_id")


async def everything(database: Database, user: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All rows of the user by table, as they are at one moment, without keys."""

    def look(connection: Connection) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for table in metadata.sorted_tables:
            column = owner(table)
            if column is None or table in KEPT_BACK:
                continue
            rows = connection.execute(
                select(table).where(column == user).order_by(*table.primary_key.columns)
            )
            found[table.name] = [dict(row._mapping) for row in rows]  # noqa: SLF001 - public in spite of its name
        return found

    return await database.see(look)


async def forget(
    database: Database,
    user: int,
    token: str,
    question: str,
    *,
    request: int | None = None,
    answer: str | None = None,
) -> None:
    """Delete every row of the user in every table, if their draft is this question. Otherwise raise
    AlreadyDone.

    request: the message that asks for it. Of that message only its number stays, with its answer, until the
    answer is sent. Messages that the user has sent after it, and that are not handled yet, stay too.
    """
    async with database.write() as connection:
        await connection.run_sync(hold, user)
        own = (drafts.c.user_id == user, drafts.c.token == token, drafts.c.body == question)
        if (await connection.execute(delete(drafts).where(*own))).rowcount == 0:
            raise QuestionOver
        for table in reversed(metadata.sorted_tables):
            column = owner(table)
            if column is not None and table is not inbox:
                await connection.execute(delete(table).where(column == user))
        await _forget_messages(connection, user, request, answer)


async def _forget_messages(
    connection: AsyncConnection, user: int, request: int | None, answer: str | None
) -> None:
    mine = inbox.c.user_id == user
    if request is None:
        await connection.execute(delete(inbox).where(mine))
        return
    later = (inbox.c.state == "waiting") & (inbox.c.update_id > request)
    await connection.execute(delete(inbox).where(mine, inbox.c.update_id != request, ~later))
    asked = update(inbox).where(mine, inbox.c.update_id == request)
    await connection.execute(asked.values(body=EMPTY, secret=None, answer=answer))
