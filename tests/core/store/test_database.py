"""Transactions are kept whole, the file is private and safe, and no failure tells the password."""

import asyncio
import logging
import sqlite3
import subprocess
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError

from core.domain.errors import BadInput, NoStore
from core.store.database import Database, open_database
from core.store.file_engines import PATIENCE, _open
from core.store.tables import users
from tests.conftest import sqlite_url
from tests.postgres import GUARDED, Postgres

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

KILLED_WHILE_WRITING = """
import asyncio, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from core.store.database import open_database
from core.store.file_engines import PATIENCE, _open
from core.store.tables import users

async def main():
    async with open_database(sys.argv[1]).write() as connection:
        await connection.execute(insert(users), {"id": 1, "created_at": datetime.now(UTC)})
        print("written", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def add_user(database: Database, user: int) -> None:
    async with database.write() as connection:
        await connection.execute(insert(users), {"id": user, "created_at": NOW})


async def number_of_users(database: Database) -> int:
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(users))).scalar_one()


async def test_what_was_written_is_read(database: Database) -> None:
    await add_user(database, 1)
    assert await number_of_users(database) == 1


async def test_an_exception_inside_a_writing_transaction_undoes_it(database: Database) -> None:
    async def fail_in_the_middle() -> None:
        async with database.write() as connection:
            await connection.execute(insert(users), {"id": 1, "created_at": NOW})
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await fail_in_the_middle()
    assert await number_of_users(database) == 0
    await add_user(database, 2)


async def test_a_cancelled_writer_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    written = asyncio.Event()

    async def write_for_ever() -> None:
        async with database.write() as connection:
            await connection.execute(insert(users), {"id": 1, "created_at": NOW})
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_for_ever())
    await written.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await add_user(database, 2)
    assert await number_of_users(database) == 1


COUNTING = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n"
)
"""Keeps either database busy long enough for a cancellation to come meanwhile, and leaves rows unread."""


@pytest.mark.parametrize("reads_too", [False, True])
async def test_a_writer_cancelled_while_the_database_works_blocks_nobody(
    database: Database, *, reads_too: bool
) -> None:
    at_work = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            await connection.execute(insert(users), {"id": 1, "created_at": NOW})
            at_work.set()
            await connection.execute(COUNTING)

    async def read() -> None:
        async with database.read() as connection:
            await connection.execute(COUNTING)

    for _ in range(3):
        at_work.clear()
        tasks = [asyncio.create_task(each()) for each in ([write, read] if reads_too else [write])]
        await at_work.wait()
        for _ in range(2):  # the statement is handed to the driver
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        # The cancelled tasks are kept, as whoever cancelled them does: what they refer to lives on.
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(PATIENCE / 2):
            await add_user(database, 2)
        assert await number_of_users(database) == 1
        async with database.write() as connection:
            await connection.execute(delete(users))


async def test_a_connection_whose_opening_is_cancelled_is_closed(tmp_path: Path) -> None:
    closed: list[object] = []

    class Watched(sqlite3.Connection):
        """Notes that it was closed."""

        def close(self) -> None:
            closed.append(self)
            super().close()

    opening = asyncio.ensure_future(_open(str(tmp_path / "it.db"), factory=Watched))
    await asyncio.sleep(0)  # the driver's thread is asked to open it
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    async with asyncio.timeout(PATIENCE):
        while not closed:  # noqa: ASYNC110 - another thread does it
            await asyncio.sleep(0.01)


@pytest.mark.process
async def test_a_killed_program_leaves_nothing_half_written(database: Database, database_url: str) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED_WHILE_WRITING, database_url, stdout=subprocess.PIPE
    )
    assert program.stdout is not None
    assert await program.stdout.readline() == b"written\n"
    program.kill()
    await program.communicate()
    assert await number_of_users(database) == 0
    await add_user(database, 1)
    assert await number_of_users(database) == 1


async def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as connection:
            await connection.execute(insert(users), {"id": 1, "created_at": NOW})
    assert await number_of_users(database) == 0
    await add_user(database, 1)


async def test_a_reading_transaction_sees_one_moment(database: Database) -> None:
    count = select(func.count()).select_from(users)
    async with database.read() as connection:
        before = (await connection.execute(count)).scalar_one()
        await add_user(database, 1)
        after = (await connection.execute(count)).scalar_one()
    assert (before, after) == (0, 0)
    assert await number_of_users(database) == 1


async def test_more_readers_than_connections_take_turns(database: Database) -> None:
    assert await asyncio.gather(*(number_of_users(database) for _ in range(50))) == [0] * 50


async def test_a_row_of_nobody_is_refused(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.write() as connection:
            await connection.execute(
                text("INSERT INTO drafts VALUES (7, 'aa', 'body', '2026-03-01 12:00:00')")
            )


async def test_a_refused_statement_does_not_repeat_what_the_user_holds(database: Database) -> None:
    await add_user(database, 424242)
    with pytest.raises(DBAPIError) as refused:
        await add_user(database, 424242)
    assert "created_at" in str(refused.value)
    assert "2026" not in str(refused.value)


async def test_every_sqlite_connection_is_safe(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "new.db"))
    try:
        for transaction in (database.write, database.read):
            async with transaction() as connection:
                names = ("journal_mode", "foreign_keys", "busy_timeout")
                found = [(await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names]
                assert found == ["wal", 1, 60_000]
                assert connection.info["synchronous"] == 2, "until the tests stopped waiting for the disk"
    finally:
        await database.close()


async def test_an_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "new.db"
    database = open_database(sqlite_url(path))
    try:
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE t (x)"))
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    finally:
        await database.close()
    assert modes == {"new.db": "0o600", "new.db-wal": "0o600", "new.db-shm": "0o600"}
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_the_first_connections_of_a_new_file_do_not_collide(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "new.db"))

    async def use(number: int) -> object:
        async with database.write() if number % 2 else database.read() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar_one()

    try:
        assert await asyncio.gather(*(use(number) for number in range(20))) == [1] * 20
    finally:
        await database.close()


def test_opening_sqlite_says_that_one_process_may_write(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        open_database(sqlite_url(tmp_path / "new.db"))
    ours = [record for record in caplog.records if record.name.startswith("core.")]
    assert [(record.levelno, "only one process" in record.message) for record in ours] == [
        (logging.INFO, True)
    ]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true",
        "mysql://me:hunter2@host/db",
        "postgresql://me:hunter2@host:port/db",
        "hunter2",
        "",
    ],
)
def test_a_url_that_is_not_ours_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        open_database(url)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_file_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoStore) as refused:
        open_database(sqlite_url(tmp_path / "file" / "new.db"))
    assert "file/new.db" in refused.value.for_operator


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database, but somebody's notes " * 100)
    await told_clearly(sqlite_url(path), names="notes.db")
    assert path.read_text().startswith("not a database, but")


async def test_a_server_that_cannot_be_reached_is_named_without_the_password(
    caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    url = f"postgresql+psycopg://me:hunter2@127.0.0.1:{unused_tcp_port}/money"
    with caplog.at_level(logging.DEBUG):
        said = await told_clearly(url, names="money on 127.0.0.1")
    assert "hunter2" not in said + caplog.text


async def test_a_wrong_password_is_not_repeated(postgres: Postgres, caplog: pytest.LogCaptureFixture) -> None:
    user, password = GUARDED
    postgres.run("DROP ROLE IF EXISTS {}", user)
    postgres.run("CREATE ROLE {} LOGIN PASSWORD 'Tr0ub4dor'", user)
    right = open_database(postgres.url("postgres", user=user, password=password))
    async with right.read() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == user
    await right.close()
    with caplog.at_level(logging.DEBUG):
        said = await told_clearly(
            postgres.url("postgres", user=user, password="hunter2"), names="the database postgres"
        )
    assert "hunter2" not in said + caplog.text


async def told_clearly(url: str, *, names: str) -> str:
    """All that is said when the database cannot be used, the traceback included."""
    database = open_database(url)
    try:
        with pytest.raises(NoStore) as refused:
            async with database.read():
                pass
    finally:
        await database.close()
    assert names in refused.value.for_operator
    return (
        refused.value.for_operator
        + "".join(traceback.format_exception(refused.value))
        + repr(database)
        + str(database.url)
    )


async def test_a_server_that_was_restarted_fails_nobody_who_comes_after(
    postgres: Postgres, migrated_postgres: str
) -> None:
    database = open_database(postgres.url(postgres.copy(migrated_postgres)))

    async def read() -> int:
        async with database.read() as connection:
            return await connection.run_sync(look)

    def look(connection: Connection) -> int:
        return connection.scalars(select(literal(1))).one()

    for _ in range(2):
        assert await read() + await database.see(look) + await database.survey(look) == 3
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await database.close()
