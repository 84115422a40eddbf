"""How Alembic reaches the database: `core.store.migrations` hands it the URL, else DATABASE_URL names it."""

import os
from contextlib import ExitStack
from typing import Any, Literal

from alembic import context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, pool, text

from core.store.address import is_sqlite, prepare_file, reaching, read_url
from core.store.tables import metadata
from core.store.types import Exact, Instant

LOCK = 0x6D6963726F
"""The advisory lock of PostgreSQL that makes a second upgrade wait for the first."""
FROZEN = {
    Exact: 'sa.Numeric(38, 18).with_variant(sa.Text(), "sqlite")',
    Instant: "sa.DateTime(timezone=True)",
}
"""How a migration writes our types: they may change later, a migration must not."""


def wanted_url() -> URL:
    url = context.config.attributes.get("url")
    if isinstance(url, URL):
        return url
    if "DATABASE_URL" not in os.environ:
        raise CommandError("Set DATABASE_URL, or run `microhedge migrate`, which knows the default.")
    return read_url(os.environ["DATABASE_URL"])


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    return FROZEN.get(type(item), False) if kind == "type" else False


def open_engine(url: URL) -> Engine:
    """An engine for one connection; on SQLite a schema change is part of the transaction, as elsewhere."""
    if not is_sqlite(url):
        return create_engine(url, poolclass=pool.NullPool)
    prepare_file(url)
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=pool.NullPool,
        connect_args={"isolation_level": None, "timeout": 60},
    )
    # A table is changed by copying and dropping it: with foreign keys on, the drop would delete its children.
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def run(connection: Connection) -> None:
    """All pending migrations inside the transaction that is open: all or nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, render_item=render
    )
    context.run_migrations()


if context.is_offline_mode():
    raise CommandError("The migrations are written to run on a database, not to print SQL.")
url = wanted_url()
with ExitStack() as stack:
    with reaching(url):
        connection = stack.enter_context(open_engine(url).begin())
    run(connection)
