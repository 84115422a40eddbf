"""The open database: transactions that read, transactions that write, and nothing else.

On SQLite one connection writes and every writing transaction begins IMMEDIATE, so that writers queue for
that connection instead of failing with "database is locked"; a few more connections read. On PostgreSQL one
pool serves both. A reading transaction sees one moment on both.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    QueuePool,
    Table,
    create_engine,
    event,
    func,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.store.address import is_sqlite, place, prepare_file, reaching, read_url
from core.store.types import Instant

log = logging.getLogger(__name__)

T = TypeVar("T")

READERS = 4
"""SQLite connections that only read."""
PATIENCE = 60.0
"""Seconds that a transaction waits for its turn before it gives up."""
CONNECT_TIMEOUT = 10
"""Seconds that PostgreSQL has to answer a new connection."""


class Database:
    """An open database; made by `open_database`. Close it when done."""

    def __init__(
        self, url: URL, writer: AsyncEngine, reader: AsyncEngine, looker: Engine | None = None
    ) -> None:
        self._url = url
        self._writer = writer
        self._reader = reader
        self._looker = looker
        self._survey: Engine | None = None

    def __repr__(self) -> str:
        return f"<Database: {place(self._url)}>"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @property
    def url(self) -> URL:
        """Where it is, password included; as a string it hides the password."""
        return self._url

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment and cannot write. Raises NoData when it cannot be begun."""
        return self._transaction(self._reader)

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that is committed on success and rolled back on any exception.

        On SQLite one at a time runs, so nothing slow belongs inside, and no second one. Raises NoData when
        it cannot be begun.
        """
        return self._transaction(self._writer)

    async def see(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds in a transaction that sees one moment and cannot write, for the hottest reads.

        On SQLite it runs as a whole in one thread: going to a thread and back for each statement costs
        several times the statements. Raises NoData when the transaction cannot be begun.
        """
        if self._looker is None:
            async with self.read() as connection:
                return await connection.run_sync(look)
        return await asyncio.to_thread(self._look, self._looker, look)

    async def survey(self, look: Callable[[Connection], T]) -> T:
        """The same for a look at many rows: whatever the database, it is another thread that is kept busy."""
        return await asyncio.to_thread(self._look, self._looker or self._surveyor(), look)

    def _surveyor(self) -> Engine:
        """The engine of `survey` on PostgreSQL, made when it is first used."""
        if self._survey is None:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            engine = create_engine(self._url, pool_size=2, max_overflow=0, **_postgresql_options(self._url))
            self._survey = engine.execution_options(**options)
        return self._survey

    def _look(self, engine: Engine, look: Callable[[Connection], T]) -> T:
        with ExitStack() as stack:
            with reaching(self._url):
                connection = stack.enter_context(engine.begin())
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
        async with AsyncExitStack() as stack:
            with reaching(self._url):
                connection = await stack.enter_async_context(engine.begin())
            yield connection


def open_database(url: str) -> Database:
    """The database at `url`, not yet connected to; an SQLite file is created when there is none.

    Raises BadInput when the URL is not one of ours, NoData when the file cannot be created.
    """
    where = read_url(url)
    if not is_sqlite(where):
        return _open_postgresql(where)
    prepare_file(where)
    log.info("SQLite %s: only one process at a time may write to it.", sqlite3.sqlite_version)
    return Database(
        where,
        writer=_sqlite_engine(where, "BEGIN IMMEDIATE", connections=1),
        reader=_sqlite_engine(where, "BEGIN", connections=READERS, read_only=True),
        looker=_sqlite_looker(where),
    )


def _open_postgresql(url: URL) -> Database:
    engine = create_async_engine(url, pool_size=10, max_overflow=0, **_postgresql_options(url))
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url, writer=engine, reader=reader)


def _postgresql_options(url: URL) -> dict[str, Any]:
    """Of every engine: a connection that a restarted server has closed is replaced before it is used."""
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT}
    return {
        "pool_timeout": PATIENCE,
        "pool_pre_ping": True,
        "hide_parameters": True,
        "connect_args": timeout,
    }


def _sqlite_engine(url: URL, begin: str, *, connections: int, read_only: bool = False) -> AsyncEngine:
    """An engine whose transactions start with `begin`: the driver would begin late, and DEFERRED."""
    engine = create_async_engine(url, **_sqlite_options(connections))
    _prepare_sqlite(engine.sync_engine, begin, read_only=read_only)
    return engine


def _sqlite_looker(url: URL) -> Engine:
    """A reading engine for whole transactions in a thread; its connections go from thread to thread."""
    options = _sqlite_options(READERS)
    options["connect_args"]["check_same_thread"] = False
    engine = create_engine(url.set(drivername="sqlite"), poolclass=QueuePool, **options)
    _prepare_sqlite(engine, "BEGIN", read_only=True)
    return engine


def _sqlite_options(connections: int) -> dict[str, Any]:
    return {
        "pool_size": connections,
        "max_overflow": 0,
        "pool_timeout": PATIENCE,
        "hide_parameters": True,
        "connect_args": {"isolation_level": None, "timeout": PATIENCE},
    }


def _prepare_sqlite(engine: Engine, begin: str, *, read_only: bool) -> None:
    """Pragmas for each new connection, and `begin` for each transaction."""
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "secure_delete": "ON",  # what a user has deleted does not stay in free pages
        "query_only": "ON" if read_only else "OFF",
    }

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma, value in pragmas.items():
            cursor.execute(f"PRAGMA {pragma}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def emit_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def insert_or_ignore(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that does nothing where the row is there already.

    To know which, add `.returning(...)`: the rowcount of an INSERT is not told by every driver.
    """
    return _insert(connection, table).on_conflict_do_nothing()


def upsert(connection: AsyncConnection, table: Table, *only: str) -> Insert:
    """An INSERT that overwrites, where the row is there already, `only` these columns or all but its key."""
    statement = _insert(connection, table)
    rest = only or [column.name for column in table.columns if not column.primary_key]
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in rest},
    )


def database_time(connection: AsyncConnection | Connection) -> ColumnElement[datetime]:
    """This very moment by the database's clock, the one clock that all its writers share."""
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f000", "now", type_=Instant)
    return func.clock_timestamp(type_=Instant)


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
