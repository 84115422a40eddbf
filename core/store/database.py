"""The open database: transactions that read, and transactions that write.

On SQLite a single connection writes, and every writing transaction begins IMMEDIATE. So writers queue for
that connection instead of failing with "database is locked"; a few more connections read. On PostgreSQL one
pool serves both. On either, a reading transaction sees one moment.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    create_engine,
    exc,
    func,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.domain.errors import NoData
from core.store.address import is_sqlite, keeping, place, prepare_file, reaching, read_url
from core.store.file_engines import PATIENCE, READERS, file_engine, file_looker
from core.store.kept_file import KeptFile
from core.store.types import Instant

log = logging.getLogger(__name__)

T = TypeVar("T")

CONNECT_TIMEOUT = 10
"""Seconds that PostgreSQL has to answer a new connection."""
NO_ROOM = (
    "Nothing was saved: the disk that I write to is full. Whoever runs me has to make room; then try again."
)
"""Said to users where a change could not be written because the disk is full."""
_FULL = {"SQLITE_FULL", "53100"}
"""What the databases call a full disk. Where an SQLite file may not grow,
the error is in _CANNOT_WRITE instead.
"""
_CANNOT_WRITE = {"SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"}


class Database:
    """An open database, made by `open_database`. Close it when done."""

    def __init__(
        self,
        url: URL,
        writer: AsyncEngine,
        reader: AsyncEngine,
        looker: Engine | None = None,
        kept: KeptFile | None = None,
    ) -> None:
        self._url = url
        self._writer = writer
        self._reader = reader
        self._looker = looker
        self._kept = kept
        self._no_room = False
        # Made only when needed: on SQLite there is none, as `_looker` does the same there.
        self._survey: Engine | None = None

    def __repr__(self) -> str:
        return f"<Database: {place(self._url)}>"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @property
    def url(self) -> URL:
        """Where it is, password included. As a string it hides the password."""
        return self._url

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment and cannot write. Raises NoData when it cannot be begun."""
        return self._transaction(self._reader)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed on success and rolled back on any exception.

        On SQLite only one runs at a time, so nothing slow belongs inside, and no second one. Raises NoData
        when it cannot be begun, when the disk has no room for it, and when the file is no longer the one that
        was opened; nothing is written then.
        """
        try:
            async with self._transaction(self._writer) as connection:
                self.check_file()
                yield connection
                self.check_file()
        except exc.DBAPIError as error:
            if _failure(error) not in _FULL | _CANNOT_WRITE:
                raise
            self._no_room = True
            raise NoData(NO_ROOM) from None
        self._no_room = False

    async def prove(self) -> None:
        """Raise NoData, saying why, unless a change could be written now. No row is changed by this."""
        try:
            async with self._transaction(self._writer) as connection:
                self.check_file()
                # It takes the lock and the permission of a write, and no row fits.
                await connection.execute(text("DELETE FROM users WHERE 1 = 0"))
                # PostgreSQL gives a transaction its number only when it writes; asking for one shows that it
                # can.
                if self.dialect == "postgresql":
                    await connection.execute(text("SELECT txid_current()"))
                # Only after a full disk was met: usually the lock alone tells that the file takes changes.
                elif self._no_room:
                    await _take_room(connection)
                else:
                    await connection.rollback()
        except exc.DBAPIError as error:
            if _failure(error) in _FULL | _CANNOT_WRITE:
                raise NoData("The disk of the database is full: nothing can be saved.") from None
            raise NoData("The database takes no changes now.") from None
        self._no_room = False
        if self._kept is not None:
            self._kept.check_room()

    def check_file(self) -> None:
        """Raise NoData where the file is no longer the one that was opened."""
        if self._kept is not None:
            self._kept.check()

    async def see(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds in a transaction that sees one moment and cannot write. This is for frequent
        reads.

        On SQLite all of it runs in one thread, because going to a thread and back for each statement costs
        several times as much as the statements. Raises NoData when the transaction cannot be begun.
        """
        if self._looker is None:
            async with self.read() as connection:
                return await connection.run_sync(look)
        return await asyncio.to_thread(self._look, self._looker, look)

    async def survey(self, look: Callable[[Connection], T]) -> T:
        """The same for a look at many rows: it always keeps another thread busy, never the event loop."""
        return await asyncio.to_thread(self._look, self._looker or self._surveyor(), look)

    def _surveyor(self) -> Engine:
        """The engine of `survey` on PostgreSQL, made when it is first used."""
        if self._survey is None:
            # By default each statement would see its own moment, and holdings read before a change could
            # meet positions read after it.
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            engine = create_engine(self._url, pool_size=2, max_overflow=0, **_postgresql_options(self._url))
            self._survey = engine.execution_options(**options)
        return self._survey

    def _look(self, engine: Engine, look: Callable[[Connection], T]) -> T:
        with ExitStack() as stack:
            with reaching(self._url):
                connection = stack.enter_context(engine.begin())
            with keeping(self._url):
                return look(connection)

    async def close(self) -> None:
        """Let go of all connections."""
        for engine in (self._looker, self._survey):
            if engine is not None:
                engine.dispose()
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with keeping(self._url):
            async with AsyncExitStack() as stack:
                with reaching(self._url):
                    connection = await stack.enter_async_context(engine.begin())
                yield connection


def open_database(url: str) -> Database:
    """The database at `url`, not yet connected to. An SQLite file is created where there is none.

    Raises BadInput when the URL is not one of ours, NoData when the file cannot be created.
    """
    where = read_url(url)
    if not is_sqlite(where):
        return _open_postgresql(where)
    prepare_file(where)
    kept = KeptFile(Path(where.database or ""))
    log.info("SQLite %s: only one process at a time may write to it.", sqlite3.sqlite_version)
    return Database(
        where,
        writer=file_engine(where, kept, "BEGIN IMMEDIATE", connections=1),
        reader=file_engine(where, kept, "BEGIN", connections=READERS, read_only=True),
        looker=file_looker(where, kept),
        kept=kept,
    )


def _open_postgresql(url: URL) -> Database:
    engine = create_async_engine(url, pool_size=10, max_overflow=0, **_postgresql_options(url))
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url, writer=engine, reader=reader)


def _postgresql_options(url: URL) -> dict[str, Any]:
    """Options of every engine. A connection that a restarted server has closed is replaced before it is
    used.
    """
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT}
    return {
        "pool_timeout": PATIENCE,
        "pool_pre_ping": True,
        "hide_parameters": True,
        "connect_args": timeout,
    }


async def _take_room(connection: AsyncConnection) -> None:
    """Take a page and give it back, then commit one to the log: what any change of an SQLite file needs."""
    async with connection.begin_nested() as point:
        await connection.execute(text("CREATE TABLE room (taken INTEGER)"))
        await point.rollback()
    version = await connection.scalar(text("PRAGMA user_version"))
    await connection.execute(text(f"PRAGMA user_version = {int(version or 0)}"))


def _failure(error: exc.DBAPIError) -> str:
    """The driver's code for the failure."""
    own = error.orig
    # Each driver names its own attribute, and a driver without either gives no code, so that the error is
    # passed on.
    return str(getattr(own, "sqlite_errorname", None) or getattr(own, "sqlstate", None) or "")


def insert_or_ignore(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that does nothing where the row is there already.

    To learn whether it did, add `.returning(...)`: not every driver tells the rowcount of an INSERT.
    """
    return _insert(connection, table).on_conflict_do_nothing()


def upsert(connection: AsyncConnection, table: Table, *only: str) -> Insert:
    """An INSERT that overwrites a row that is there already: `only` these columns, or all except its key."""
    statement = _insert(connection, table)
    rest = only or [column.name for column in table.columns if not column.primary_key]
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in rest},
    )


def database_time(connection: AsyncConnection | Connection) -> ColumnElement[datetime]:
    """This very moment by the database's clock, which is the one clock that all its writers share."""
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f000", "now", type_=Instant)
    return func.clock_timestamp(type_=Instant)


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
