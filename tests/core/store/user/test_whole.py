"""All that is stored about a user: taken along without keys, forgotten without a trace."""

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Table, insert, select
from sqlalchemy.types import TypeEngine

from core.domain.errors import AlreadyDone, BadInput
from core.store.database import Database
from core.store.tables import metadata, users
from core.store.types import Exact, Instant
from core.store.user.book import Book
from core.store.user.whole import KEPT_BACK, everything, owner
from tests.core.store.exported import exported

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
ME, OTHER = 987_654_321, 987_654_322
SAMPLES: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
    (Exact, Decimal("1.5")),
    (Instant, NOW),
    (DateTime, NOW),
    (Date, date(2026, 6, 10)),
    (Boolean, False),
    (Integer, 1),
    (Float, 1.0),
    (LargeBinary, b"sealed"),
)


def sample(column: Column[Any], user: int) -> Any:
    """A value that the column takes; the user's id where it says whose the row is."""
    if column is owner(column.table):
        return user
    return next((value for kind, value in SAMPLES if isinstance(column.type, kind)), f"text of {user}")


OWNED = [table for table in metadata.sorted_tables if owner(table) is not None]


async def fill_every_table(database: Database, user: int) -> None:
    """One row of the user in each table."""
    async with database.write() as connection:
        for table in OWNED:
            row = {column.name: sample(column, user) for column in table.columns}
            await connection.execute(insert(table), row)


async def rows_of(database: Database, table: Table, user: int) -> list[tuple[Any, ...]]:
    """The rows in which the user's id or a text of theirs is found anywhere."""
    async with database.read() as connection:
        rows = (await connection.execute(select(table))).all()
    return [tuple(row) for row in rows if user in row or f"text of {user}" in row]


THE_OWNERS_LIST = ("people", "invites", "strangers")
"""Who may write to the bot is for its owner to say: nobody takes themselves off that list, or onto it."""


def test_every_table_but_those_of_nobody_has_an_owner() -> None:
    of_nobody = {table.name for table in metadata.sorted_tables} - {table.name for table in OWNED}
    # A row of `paces` says when a chat was last written to, and is gone within the hour.
    assert of_nobody == {"closes", "collateral", "figures", "looks", "paces", *THE_OWNERS_LIST}


async def test_forgetting_leaves_no_row_in_any_table_and_touches_nobody_else(database: Database) -> None:
    for user in (ME, OTHER):
        await fill_every_table(database, user)
    assert all([await rows_of(database, table, ME) for table in OWNED])
    token = await Book(database, ME, now=NOW).save_draft("forget")
    await Book(database, ME, now=NOW).forget(token, "forget")
    for table in metadata.sorted_tables:
        assert await rows_of(database, table, ME) == [], table.name
    for table in OWNED:
        assert len(await rows_of(database, table, OTHER)) == 1, table.name


async def test_forgetting_while_other_devices_write_ends_well_for_all(database: Database) -> None:
    book = Book(database, ME, now=NOW)
    for _ in range(10):
        token = await book.save_draft("forget")
        others = (book.save_draft("SOL 60") for _ in range(3))
        ends = await asyncio.gather(book.forget(token, "forget"), *others, return_exceptions=True)
        assert all(isinstance(end, str | AlreadyDone | None) for end in ends), ends


async def test_forgetting_needs_the_very_question(database: Database) -> None:
    book = Book(database, ME, now=NOW)
    token = await book.save_draft("SOL 60")
    for wrong in (token, "0" * 8):
        with pytest.raises(AlreadyDone):
            await book.forget(wrong, "forget")
    assert await book.draft() is not None
    async with database.read() as connection:
        assert (await connection.scalars(select(users.c.id))).all() == [ME]


async def test_everything_is_ones_own_and_without_keys(database: Database) -> None:
    for user in (ME, OTHER):
        await fill_every_table(database, user)
    rows = await exported(database, ME)
    assert rows.keys() == {table.name for table in OWNED} - {table.name for table in KEPT_BACK}
    assert all(len(found) == 1 for found in rows.values())
    assert str(OTHER) not in repr(rows)
    assert "sealed" not in repr(rows)
    assert await exported(database, 5) == {name: [] for name in rows}


async def test_more_rows_than_a_file_takes_are_refused_before_any_is_read(database: Database) -> None:
    await fill_every_table(database, ME)
    count = sum(map(len, (await exported(database, ME)).values()))
    with pytest.raises(BadInput, match=f"I keep {count} rows of yours"):
        await everything(database, ME, count - 1, lambda _: pytest.fail("rows were asked for"))
