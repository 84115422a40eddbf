"""The engines of an SQLite file: which connections it has, and how their transactions begin."""

import asyncio
from contextlib import suppress
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import MissingGreenlet
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from core.store.kept_file import KeptFile

READERS = 4
"""How many SQLite connections only read."""
PATIENCE = 60.0
"""How many seconds a transaction waits for its turn before it gives up."""


def file_engine(
    url: URL, kept: KeptFile, begin: str, *, connections: int, read_only: bool = False
) -> AsyncEngine:
    """An engine whose transactions start with `begin`.

    The driver itself would begin them late and DEFERRED, which fails with "database is locked" under writers.
    """
    options = _options(connections)
    options["connect_args"]["async_creator_fn"] = _open
    engine = create_async_engine(url, **options)
    _prepare(engine.sync_engine, kept, begin, read_only=read_only)
    event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


async def _open(*place: Any, **options: Any) -> aiosqlite.Connection:
    """A new connection of the driver. It is closed where whoever asked for it is cancelled meanwhile: the
    driver would forget it, open as it is.
    """
    connection = aiosqlite.connect(*place, **options)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does, so that no exit waits for it

    async def opened() -> aiosqlite.Connection:
        return await connection

    def close(opening: asyncio.Future[aiosqlite.Connection]) -> None:
        if not opening.cancelled():
            opening.exception()  # nobody else asks for it
        connection.stop()

    opening = asyncio.ensure_future(opened())
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(close)
        raise


def _let_go(connection: Any, *_why: object) -> None:
    """Roll back what a connection was doing before it is thrown away, as one is whose task was cancelled.

    Closing it is not enough. A statement that nobody reads to its end, which the cancelled task still refers
    to, keeps the file locked, and every writer would wait for as long as PATIENCE.
    """
    # A second cancellation must not stop the closing that follows; the first one is being raised already.
    # Without a greenlet, where a connection is collected as garbage, there is nobody to wait for the driver.
    with suppress(asyncio.CancelledError, MissingGreenlet):
        connection.rollback()


def thread_engine(
    url: URL, kept: KeptFile, begin: str, *, connections: int, read_only: bool = False
) -> Engine:
    """The same for whole transactions in a thread. Its connections go from one thread to another."""
    options = _options(connections)
    # Safe, because the pool gives a connection to one thread at a time.
    options["connect_args"]["check_same_thread"] = False
    engine = create_engine(url.set(drivername="sqlite"), poolclass=QueuePool, **options)
    _prepare(engine, kept, begin, read_only=read_only)
    return engine


def _options(connections: int) -> dict[str, Any]:
    return {
        "pool_size": connections,
        # A connection more than the pool has would be a second writer beside the only one.
        "max_overflow": 0,
        "pool_timeout": PATIENCE,
        "hide_parameters": True,
        # The driver begins no transactions of its own; `emit_begin` does.
        "connect_args": {"isolation_level": None, "timeout": PATIENCE},
    }


def _prepare(engine: Engine, kept: KeptFile, begin: str, *, read_only: bool) -> None:
    """Set pragmas on each new connection, and start each transaction with `begin`.

    Where the file is gone no connection is made, because SQLite would create a new file in its place.
    """
    pragmas = {
        "journal_mode": "WAL",
        "synchronous": "FULL",
        "foreign_keys": "ON",
        "secure_delete": "ON",  # what a user has deleted does not stay in free pages
        "query_only": "ON" if read_only else "OFF",
    }

    @event.listens_for(engine, "do_connect")
    def look_before(*_arguments: object) -> None:
        kept.check()

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma, value in pragmas.items():
            cursor.execute(f"PRAGMA {pragma}={value}")
        if not read_only:
            cursor.execute("SELECT count(*) FROM sqlite_master")  # opens the log
            # The log is a file of its own beside the database, which exists only once something was read.
            kept.log_opened()
        cursor.close()

    @event.listens_for(engine, "close")
    def close_log(*_arguments: object) -> None:
        if not read_only:
            kept.log_closed()

    @event.listens_for(engine, "begin")
    def emit_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
