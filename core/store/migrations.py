"""Brings a database to the newest schema. Alembic is slow to import, so that happens only when there is
work.
"""

import asyncio
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from core.domain.errors import NoStore
from core.store.address import place, read_url
from core.store.database import Database

HEAD = "0026"
"""The newest revision in `alembic/versions`. A test holds it to that."""


async def ensure_schema(database: Database) -> None:
    """Migrate the database unless it has the newest schema. Raises NoData when that fails."""
    if not await at_head(database):
        await asyncio.to_thread(migrate, database.url.render_as_string(hide_password=False))


async def at_head(database: Database) -> bool:
    """Whether the database has the newest schema."""
    async with database.read() as connection:
        return await connection.run_sync(_revisions) == {HEAD}


def revisions() -> frozenset[str]:
    """Every revision that this program knows how to upgrade from."""
    return frozenset(script.name.split("_")[0] for script in (_scripts() / "versions").glob("[0-9]*.py"))


def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest revision, in one transaction.

    It blocks, so next to a running event loop it belongs in a thread. Raises BadInput or NoData.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    where = read_url(url)
    config = Config(attributes={"url": where})
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        raise NoStore(
            "Cannot upgrade the database: a newer Microhedge has written it. Update Microhedge.", place(where)
        ) from None


def _revisions(connection: Connection) -> set[str]:
    """The revisions that the database says it has; none for one that was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def _scripts() -> Path:
    """The migration scripts: those in the installed package, otherwise those of the checkout."""
    packaged = Path(__file__).with_name("alembic")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "alembic"
