"""All that is stored about a user, at once: to be taken along in a file, or to be forgotten."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import BadInput
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

T = TypeVar("T")

TableRows = tuple[str, Iterable[Mapping[str, Any]]]
"""The name of a table, and its rows."""

EXPORTED_ROWS = 25
"""A file may have so many times the rows of entries that are read for any other answer."""
FETCHED = 500
"""So many rows are fetched from the database at once."""
KEPT_BACK = frozenset({data_keys, sealed, handled, drafts, tallies, inbox, shown, questions})
"""Tables that are never exported: keys, also sealed ones; what only says
which messages are under way; and what is made from the journal.
"""


def owner(table: Table) -> Column[Any] | None:
    """The column that says whose row it is; None for a table that belongs to nobody."""
    return users.c.id if table is users else table.c.get("user_id")


async def everything(
    database: Database, user: int, most: int, write: Callable[[Iterable[TableRows]], T]
) -> T:
    """What `write` makes of all rows of the user, table by table, as they are at one moment, without keys.

    Raises BadInput where there are more than `most`, before any is read.
    """

    def look(connection: Connection) -> T:
        count = sum(
            connection.scalars(select(func.count()).select_from(table).where(column == user)).one()
            for table, column in _exported()
        )
        if count > most:
            raise BadInput(
                f"I keep {count:,} rows of yours, and put at most {most:,} into a file. Whoever runs me can "
                "give you all of them."
            )
        return write((table.name, _rows(connection, table, column == user)) for table, column in _exported())

    return await database.survey(look)


def _exported() -> Iterator[tuple[Table, Column[Any]]]:
    for table in metadata.sorted_tables:
        column = owner(table)
        if column is not None and table not in KEPT_BACK:
            yield table, column


def _rows(connection: Connection, table: Table, whose: ColumnElement[bool]) -> Iterator[Mapping[str, Any]]:
    """The rows one after the other, so that never all of them are in memory as values."""
    query = select(table).where(whose).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=FETCHED)).mappings():
        yield dict(row)


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
