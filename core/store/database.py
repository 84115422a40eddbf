"""The open database: transactions that read, and transactions that write.

On SQLite one transaction writes at a time, and each begins IMMEDIATE. So writers queue for their turn instead
of failing with "database is locked"; a few more connections read. On PostgreSQL one pool serves both. On
either, a reading transaction sees one moment.

`see` and `change` are for what happens with every message: the whole transaction is one visit to a thread.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
)
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
from core.store.address import BUSY, is_sqlite, keeping, place, prepare_file, reaching, read_url
from core.store.file_engines import PATIENCE, READERS, file_engine, thread_engine
from core.store.kept_file import KeptFile
from core.store.room import Room, is_full, take_room
from core.store.types import Instant

log = logging.getLogger(__name__)

T = TypeVar("T")

CONNECT_TIMEOUT = 10
"""Seconds that PostgreSQL has to answer a new connection."""


class Database:
    """An open database, made by `open_database`. Close it when done."""

    def __init__(
        self,
        url: URL,
        writer: AsyncEngine,
        reader: AsyncEngine,
        looker: Engine | None = None,
        changer: Engine | None = None,
        kept: KeptFile | None = None,
    ) -> None:
        self._url = url
        self._writer = writer
        self._reader = reader
        self._looker = looker
        self._changer = changer
        self._kept = kept
        self._writing = asyncio.Lock()
        self._room = Room()
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
        with self._room.needed():
            async with self._turn(), self._transaction(self._writer) as connection:
                self.check_file()
                yield connection
                self.check_file()

    async def change(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, done in a transaction as that of `write`. This is for frequent changes.

        On SQLite all of it runs in one thread, as in `see`. There it also ends by itself where the task is
        cancelled meanwhile: whether it was saved is then as unknown as after a crash.
        """
        if self._changer is None:
            async with self.write() as connection:
                return await connection.run_sync(work)
        await self._wait_for_turn()
        loop = asyncio.get_running_loop()
        changing = loop.run_in_executor(None, self._change, self._changer, work)
        changing.add_done_callback(self._end_turn)
        return await asyncio.shield(changing)

    def _change(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        with self._room.needed(), keeping(self._url), ExitStack() as stack:
            with reaching(self._url):
                connection = stack.enter_context(engine.begin())
            self.check_file()
            done = work(connection)
            self.check_file()
            return done

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until nobody else of this process writes to the file, and let nobody until the end."""
        if self._changer is None:
            yield
            return
        await self._wait_for_turn()
        try:
            yield
        finally:
            self._writing.release()

    async def _wait_for_turn(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._writing.acquire()
        except TimeoutError:
            raise NoData(BUSY) from None

    def _end_turn(self, changing: asyncio.Future[Any]) -> None:
        self._writing.release()
        if not changing.cancelled():
            changing.exception()  # where the task was cancelled nobody else asks for it

    async def prove(self) -> None:
        """Raise NoData, saying why, unless a change could be written now. No row is changed by this."""
        try:
            async with self._turn(), self._transaction(self._writer) as connection:
                self.check_file()
                # It takes the lock and the permission of a write, and no row fits.
                await connection.execute(text("DELETE FROM users WHERE 1 = 0"))
                # PostgreSQL gives a transaction its number only when it writes; asking for one shows that it
                # can.
                if self.dialect == "postgresql":
                    await connection.execute(text("SELECT txid_current()"))
                # Only after a full disk was met: usually the lock alone tells that the file takes changes.
                elif self._room.missing:
                    await take_room(connection)
                else:
                    await connection.rollback()
        except exc.DBAPIError as error:
            if is_full(error):
                raise NoData("The disk of the database is full: nothing can be saved.") from None
            raise NoData("The database takes no changes now.") from None
        self._room.missing = False
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
        """Let go of all connections, once what is being changed is."""
        async with self._turn():
            for engine in (self._looker, self._survey, self._changer):
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
        looker=thread_engine(where, kept, "BEGIN", connections=READERS, read_only=True),
        changer=thread_engine(where, kept, "BEGIN IMMEDIATE", connections=1),
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


def insert_or_ignore(connection: AsyncConnection | Connection, table: Table) -> Insert:
    """An INSERT that does nothing where the row is there already.

    To learn whether it did, add `.returning(...)`: not every driver tells the rowcount of an INSERT.
    """
    return _insert(connection, table).on_conflict_do_nothing()


def upsert(connection: AsyncConnection | Connection, table: Table, *only: str) -> Insert:
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


def _insert(connection: AsyncConnection | Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
