"""What many tests share: a fresh, migrated database of each kind."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Pool, event

from core.store.database import Database, open_database
from core.store.migrations import migrate
from tests.effort import examples
from tests.left_out import (
    pytest_collection_modifyitems,
    pytest_deselected,
    pytest_runtest_protocol,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.postgres import MISSING, Postgres, find_binaries, running_postgres

__all__ = [  # pytest finds its hooks here
    "pytest_collection_modifyitems",
    "pytest_deselected",
    "pytest_runtest_protocol",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
]

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

# A busy machine is no failure, so no example has a deadline.
settings.register_profile("patient", deadline=None, max_examples=examples(100))
settings.load_profile("patient")


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@event.listens_for(Pool, "checkout")
def _wait_for_no_disk(connection: Any, record: Any, _proxy: object) -> None:
    """No test here is of a machine that loses its power, so SQLite need not wait for the disk.

    What a connection was set to is kept in its record, for the test that asks. Programs that tests start do
    wait.
    """
    if "sqlite" in type(connection).__module__ and "synchronous" not in record.info:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous")
        (record.info["synchronous"],) = cursor.fetchone()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()


@pytest.fixture(scope="session")
def unpaced() -> Iterator[None]:
    """ccxt sends as slowly as the real venues want it; those on this machine do not mind."""
    from ccxt.async_support.base.exchange import Exchange

    async def at_once(*_: object) -> None:
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Exchange, "throttle", at_once)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started for the tests that ask for it."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip(MISSING)
    with running_postgres(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a migrated database, which each test that uses it finds without any row."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that others are copied from."""
    path = tmp_path_factory.mktemp("migrated") / "microhedge.db"
    migrate(sqlite_url(path))
    return path


@pytest.fixture(params=DIALECTS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind without any table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "empty.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of each kind without any row."""
    if request.param == "sqlite":
        path = tmp_path / "microhedge.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield sqlite_url(path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("migrated_postgres")
    server.empty(name)
    yield server.url(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, opened."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def embedded(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database: enough for tests of what is said."""
    path = tmp_path / "embedded.db"
    shutil.copy(migrated_sqlite, path)
    opened = open_database(sqlite_url(path))
    yield opened
    await opened.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for a test that is no coroutine, such as one of Hypothesis."""
    with asyncio.Runner() as own:
        yield own


@pytest.fixture
def opened(database_url: str, runner: asyncio.Runner) -> Iterator[Database]:
    """A migrated database for use on the runner's event loop."""
    one = open_database(database_url)
    yield one
    runner.run(one.close())
