"""Work on rows that were read, beside the event loop."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select

T = TypeVar("T")


def off_loop(connection: Connection, work: Callable[[], T]) -> T:
    """What `work` gives. It runs in a thread where the connection belongs to the event loop, so that others
    are answered meanwhile; where the connection is used in a thread already, it runs at once.

    It must not use the connection. The transaction waits for it.
    """
    driver = connection.connection.dbapi_connection
    # Drivers of the event loop have this method, which is how sync code on them awaits something.
    run = getattr(driver, "run_async", None)
    return work() if run is None else run(lambda _driver: asyncio.to_thread(work))


def each_read(connection: Connection, query: Select[Any], read: Callable[[Row[Any]], T]) -> tuple[T, ...]:
    """What `read` makes of each row of a query that may give many.

    All rows are in memory once the query was made, and turning them into values takes most of the time.
    """
    rows: Iterable[Row[Any]] = connection.execute(query)
    return off_loop(connection, lambda: tuple(map(read, rows)))
