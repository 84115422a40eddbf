"""A copy of a database made while it is written to, and put back; proven by what is in it then."""

import asyncio
import shutil
import sqlite3
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from core.domain.errors import BadInput, NoData
from core.store.address import read_url
from core.store.backup import RUNS, back_up, put_back
from core.store.database import Database, open_database
from core.store.migrations import at_head, ensure_schema
from core.store.tables import holdings, users
from tests.conftest import sqlite_url
from tests.domain import NOW
from tests.postgres import find_binaries

pytestmark = pytest.mark.process  # those of PostgreSQL's programs

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the very version that serves the tests."""
    if binaries := find_binaries():
        monkeypatch.setenv("PATH", str(binaries), prepend=":")


@pytest.fixture
def copy(database_url: str, tmp_path: Path) -> Path:
    return tmp_path / ("copy.sqlite" if database_url.startswith("sqlite") else "copy.sql")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def keep(database: Database, user: int) -> None:
    """A user and their coins, in one change."""
    async with database.write() as connection:
        await connection.execute(users.insert(), {"id": user, "created_at": NOW})
        row = {"user_id": user, "asset": "SOL", "quantity": Decimal(user), "updated_at": NOW}
        await connection.execute(holdings.insert(), row)


async def kept(url: str) -> tuple[set[int], set[int]]:
    """The users, and whose coins there are."""
    database = open_database(url)
    try:
        async with database.read() as connection:
            people = (await connection.scalars(select(users.c.id))).all()
            coins = (await connection.scalars(select(holdings.c.user_id))).all()
            return set(people), set(coins)
    finally:
        await database.close()


async def test_a_copy_put_back_is_the_database_as_it_was(database_url: str, copy: Path) -> None:
    url, database = read_url(database_url), open_database(database_url)
    await keep(database, 1)
    await asyncio.to_thread(back_up, url, copy)
    assert mode(copy) == 0o600
    await keep(database, 2)
    assert (await kept(database_url))[0] == {1, 2}
    await database.close()
    await asyncio.to_thread(put_back, url, copy)
    assert await kept(database_url) == ({1}, {1})
    again = open_database(database_url)
    assert await at_head(again)
    await keep(again, 3)
    await again.close()


async def test_a_copy_made_in_the_middle_of_changes_has_each_of_them_whole_or_not_at_all(
    database_url: str, copy: Path
) -> None:
    url, database = read_url(database_url), open_database(database_url)
    await keep(database, 1)
    copied = asyncio.create_task(asyncio.to_thread(back_up, url, copy))
    user = 1
    while not copied.done() or user < 20:
        user += 1
        await keep(database, user)
    await copied
    await database.close()
    await asyncio.to_thread(put_back, url, copy)
    people, coins = await kept(database_url)
    assert people == coins
    assert people == set(range(1, max(people) + 1)), "none that came later without those before"


async def test_nothing_is_put_back_while_something_runs_on_it(database_url: str, copy: Path) -> None:
    url, database = read_url(database_url), open_database(database_url)
    await keep(database, 1)
    await asyncio.to_thread(back_up, url, copy)
    await keep(database, 2)
    with pytest.raises(BadInput) as refused:
        await asyncio.to_thread(put_back, url, copy)
    assert str(refused.value) == RUNS
    await keep(database, 3)
    await database.close()
    assert (await kept(database_url))[0] == {1, 2, 3}


async def test_a_copy_is_never_written_over_another(database_url: str, copy: Path) -> None:
    url = read_url(database_url)
    back_up(url, copy)
    before = copy.read_bytes()  # noqa: ASYNC240
    with pytest.raises(BadInput, match="is there already"):
        back_up(url, copy)
    assert copy.read_bytes() == before  # noqa: ASYNC240


def test_what_is_no_copy_of_ours_changes_nothing(database_url: str, copy: Path) -> None:
    url = read_url(database_url)
    copy.write_text("SOL 60\n")
    with pytest.raises(BadInput, match="no copy of a Microhedge database"):
        put_back(url, copy)
    assert asyncio.run(kept(database_url)) == (set(), set())


def test_half_a_copy_changes_nothing(database_url: str, copy: Path) -> None:
    url = read_url(database_url)
    back_up(url, copy)
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    with pytest.raises(BadInput, match="or it is damaged"):
        put_back(url, copy)


def test_a_copy_of_a_newer_program_is_refused(migrated_sqlite: Path, tmp_path: Path) -> None:
    mine, newer = tmp_path / "mine.db", tmp_path / "newer.sqlite"
    for path in (mine, newer):
        shutil.copy(migrated_sqlite, path)
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(BadInput, match="newer Microhedge"):
        put_back(read_url(sqlite_url(mine)), newer)


async def test_a_copy_of_the_first_release_is_put_back_over_todays_database(database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("that release had no copies of PostgreSQL")
    put_back(read_url(database_url), FIXTURES / "written_by_0_1.sqlite")
    database = open_database(database_url)
    assert not await at_head(database)
    await ensure_schema(database)
    await database.close()
    assert (await kept(database_url))[0] == {101, 202, 303, 404}


def test_where_nothing_was_kept_yet_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to copy"):
        back_up(read_url(sqlite_url(tmp_path / "none.db")), tmp_path / "copy.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_without_postgresqls_programs_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("core.store.postgres_tools.FOLDERS", ())
    with pytest.raises(NoData, match="Install PostgreSQL's client programs"):
        back_up(read_url("postgresql://me:hunter2@127.0.0.1:9/money"), tmp_path / "copy.sql")


def test_a_server_that_is_away_is_said_to_be_without_its_password(tmp_path: Path) -> None:
    if find_binaries() is None:
        pytest.skip("no pg_dump here")
    with pytest.raises(NoData, match="pg_dump failed") as refused:
        back_up(read_url("postgresql://me:hunter2@127.0.0.1:9/money"), tmp_path / "copy.sql")
    assert "hunter2" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
