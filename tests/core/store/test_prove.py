"""What becomes of a change while the database cannot keep it, and how that is noticed without a change."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.domain.errors import NoData, NoStore
from core.store import kept_file
from core.store.database import Database, open_database
from core.store.tables import users
from tests.conftest import sqlite_url
from tests.domain import NOW

FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@pytest.fixture
def file(migrated_sqlite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path / "mine.db"))


def delete(path: Path) -> None:
    path.unlink()


def lies(path: Path) -> bool:
    return path.exists()


def replace(path: Path, other: Path) -> None:
    """Put a copy of the other file in its place, as `cp` and `mv` do."""
    new = path.with_suffix(".new")
    shutil.copy(other, new)
    new.replace(path)


async def keep(database: Database, user: int = 1) -> None:
    async with database.write() as connection:
        await connection.execute(users.insert(), {"id": user, "created_at": NOW})


async def kept(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(users.c.id))).all())


async def test_a_database_that_can_be_written_is_proven_without_a_change(database: Database) -> None:
    await keep(database)
    for _time in range(2):
        await database.prove()
    assert await kept(database) == 1
    await keep(database, 2)


async def test_a_database_that_only_reads_is_not_proven(
    database_url: str,
) -> None:
    if database_url.startswith("sqlite"):
        database = open_database(database_url)
        async with database.write() as connection:
            await connection.execute(text("PRAGMA query_only = ON"))
    else:
        database = open_database(f"{database_url}&options=-cdefault_transaction_read_only%3Don")
    with pytest.raises((NoData, NoStore), match=r"takes no changes|Cannot open"):
        await database.prove()
    await database.close()


async def test_nothing_is_saved_into_a_file_that_was_deleted(file: Path) -> None:
    database = open_database(sqlite_url(file))
    await keep(database)
    delete(file)
    with pytest.raises(NoData, match="deleted or replaced"):
        await keep(database, 2)
    with pytest.raises(NoData, match="deleted or replaced"):
        await database.prove()
    await asyncio.gather(*(database.read().__aenter__() for _ in range(3)), return_exceptions=True)
    await database.close()
    assert not lies(file), "nor is another one made in its place"


async def test_nor_into_one_that_was_replaced(file: Path, migrated_sqlite: Path) -> None:
    database = open_database(sqlite_url(file))
    await keep(database)
    replace(file, migrated_sqlite)
    with pytest.raises(NoData, match="deleted or replaced"):
        await keep(database, 2)
    await database.close()


async def test_nor_where_the_log_beside_it_was_deleted(file: Path) -> None:
    database = open_database(sqlite_url(file))
    await keep(database)
    delete(Path(f"{file}-wal"))
    with pytest.raises(NoData, match="deleted or replaced"):
        await keep(database, 2)
    await database.close()


async def test_what_is_deleted_in_the_middle_of_a_change_leaves_the_change_undone(file: Path) -> None:
    database = open_database(sqlite_url(file))
    spare = file.with_suffix(".spare")
    os.link(file, spare)

    async def changing() -> None:
        async with database.write() as connection:
            await connection.execute(users.insert(), {"id": 1, "created_at": NOW})
            delete(file)

    with pytest.raises(NoData, match="deleted or replaced"):
        await changing()
    os.link(spare, file)
    assert await kept(database) == 0
    await database.close()


async def test_without_room_a_change_says_so_and_with_room_it_is_kept(
    database: Database,
) -> None:
    await _fill(database)
    with pytest.raises(NoData, match="disk that I write to is full"):
        await _grow(database)
    if database.dialect == "sqlite":
        with pytest.raises(NoData, match="disk of the database is full"):
            await database.prove()
    await _make_room(database)
    await database.prove()
    await _grow(database)


async def _fill(database: Database) -> None:
    async with database.write() as connection:
        if database.dialect == "sqlite":
            await connection.execute(text("PRAGMA max_page_count = 1"))  # no more than there are
        else:
            await connection.execute(text(FULL))


async def _make_room(database: Database) -> None:
    async with database.write() as connection:
        if database.dialect == "sqlite":
            await connection.execute(text("PRAGMA max_page_count = 100000"))
        else:
            await connection.execute(text("DROP TRIGGER no_room ON users"))


async def _grow(database: Database) -> None:
    async with database.write() as connection:
        for user in range(2000):
            await connection.execute(users.insert(), {"id": user, "created_at": NOW, "timezone": "x" * 2000})


NO_GROWTH = """
import asyncio, resource, sys
from pathlib import Path
from core.domain.errors import NoData
from core.store.database import open_database
from tests.core.store.test_prove import keep, kept

async def main():
    database = open_database(sys.argv[1])
    await keep(database, 1)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, most))
    for ask in (lambda: keep(database, 2), database.prove):
        try:
            await ask()
        except NoData as error:
            print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await database.prove()
    await keep(database, 2)
    print(await kept(database))
    await database.close()

asyncio.run(main())
"""


@pytest.mark.process
def test_a_file_that_may_not_grow_is_a_full_disk(file: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", NO_GROWTH, sqlite_url(file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    refused, proof, users_kept = ran.stdout.splitlines()
    assert "disk that I write to is full" in refused
    assert "disk of the database is full" in proof
    assert users_kept == "2"


async def test_little_room_is_told_before_there_is_none(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(sqlite_url(file))
    await database.prove()
    monkeypatch.setattr(kept_file, "LEAST_FREE", 2**80)
    with pytest.raises(NoData, match="almost full"):
        await database.prove()
    await keep(database)
    await database.close()
