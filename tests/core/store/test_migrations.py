"""Every database reaches the schema that the tables describe, whichever way it got there."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from core.domain.errors import NoStore
from core.store.address import read_url
from core.store.database import open_database
from core.store.migrations import HEAD, at_head, ensure_schema, migrate
from core.store.tables import metadata

PROJECT = Path(__file__).parents[3]

ENSURE = """
import asyncio, sys
from core.store.database import open_database
from core.store.migrations import ensure_schema

async def main():
    database = open_database(sys.argv[1])
    await ensure_schema(database)
    await database.close()

asyncio.run(main())
"""


def config(url: str) -> Config:
    """The project's own configuration of Alembic, for the database at `url`."""
    return Config(toml_file=PROJECT / "pyproject.toml", attributes={"url": read_url(url)})


def schema(connection: Connection) -> dict[str, Any]:
    """What the database says of its tables: columns, keys and their names."""
    seen = inspect(connection)
    return {
        table: (
            [(c["name"], repr(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            seen.get_foreign_keys(table),
            seen.get_indexes(table),
            seen.get_unique_constraints(table),
        )
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
    }


async def schema_at(url: str) -> dict[str, Any]:
    database = open_database(url)
    try:
        async with database.read() as connection:
            return await connection.run_sync(schema)
    finally:
        await database.close()


async def create_all(url: str) -> None:
    database = open_database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


def test_head_is_the_newest_revision() -> None:
    scripts = ScriptDirectory.from_config(Config(toml_file=PROJECT / "pyproject.toml"))
    assert scripts.get_heads() == [HEAD]


def test_migrations_go_up_down_and_up(empty_database_url: str) -> None:
    nothing = asyncio.run(schema_at(empty_database_url))
    command.upgrade(config(empty_database_url), "head")
    first = asyncio.run(schema_at(empty_database_url))
    command.downgrade(config(empty_database_url), "base")
    assert asyncio.run(schema_at(empty_database_url)) == nothing == {}
    command.upgrade(config(empty_database_url), "head")
    assert asyncio.run(schema_at(empty_database_url)) == first


def test_migrations_lack_nothing_that_the_tables_have(database_url: str) -> None:
    command.check(config(database_url))


def test_migrations_make_the_very_tables(empty_database_url: str) -> None:
    command.upgrade(config(empty_database_url), "head")
    migrated = asyncio.run(schema_at(empty_database_url))
    command.downgrade(config(empty_database_url), "base")
    asyncio.run(create_all(empty_database_url))
    assert migrated == asyncio.run(schema_at(empty_database_url))


def test_a_generated_migration_makes_the_very_tables(empty_database_url: str, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "alembic", tmp_path / "alembic", ignore=shutil.ignore_patterns("0*", "__*"))
    own = Config(attributes={"url": read_url(empty_database_url)})
    own.set_main_option("script_location", str(tmp_path / "alembic"))
    command.revision(own, "again", autogenerate=True, rev_id="again")
    command.upgrade(own, "head")
    generated = asyncio.run(schema_at(empty_database_url))
    command.downgrade(own, "base")
    asyncio.run(create_all(empty_database_url))
    assert generated == asyncio.run(schema_at(empty_database_url))


async def test_an_empty_database_is_brought_to_the_newest_schema(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    assert not await at_head(database)
    await ensure_schema(database)
    assert await at_head(database)
    await ensure_schema(database)
    await database.close()


@pytest.mark.process
def test_two_programs_may_start_on_an_empty_database_at_once(empty_database_url: str) -> None:
    start = [sys.executable, "-c", ENSURE, empty_database_url]
    programs = [subprocess.Popen(start, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [program.communicate()[1] for program in programs]
    assert [program.returncode for program in programs] == [0, 0], said
    assert asyncio.run(schema_at(empty_database_url)).keys() == metadata.tables.keys()


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE closes (x INTEGER)"))
    before = await schema_at(empty_database_url)
    with pytest.raises(Exception, match="already exists"):
        await ensure_schema(database)
    assert await schema_at(empty_database_url) == before
    assert not await at_head(database)
    await database.close()


async def test_a_database_of_a_newer_program_is_refused(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    await ensure_schema(database)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NoStore, match="newer"):
        await ensure_schema(database)
    await database.close()


def test_migrating_what_cannot_be_reached_names_it(unused_tcp_port: int) -> None:
    with pytest.raises(NoStore) as refused:
        migrate(f"postgresql://me:hunter2@127.0.0.1:{unused_tcp_port}/money")
    assert "money on 127.0.0.1" in refused.value.for_operator
    assert "hunter2" not in refused.value.for_operator


@pytest.mark.process
def test_a_database_at_head_is_opened_without_alembic(database_url: str) -> None:
    ask = ENSURE + "\nassert 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-c", ask, database_url], check=True)


@pytest.mark.process
def test_the_command_line_finds_the_database_in_the_environment(empty_database_url: str) -> None:
    for line in (["upgrade", "head"], ["check"], ["downgrade", "base"]):
        subprocess.run(
            [sys.executable, "-m", "alembic", *line],
            check=True,
            cwd=PROJECT,
            env={"DATABASE_URL": empty_database_url},
            capture_output=True,
        )
    assert asyncio.run(schema_at(empty_database_url)) == {}


OLDER = (
    """
    INSERT INTO users (id, created_at, coverage, horizon_days, alerts_made)
    VALUES (7, '2026-01-01 00:00:00', '1', 14, 2), (8, '2026-01-01 00:00:00', '1', 14, 1)
    """,
    """
    INSERT INTO alerts
      (user_id, number, kind, figure, subject, side, tiers, mode, origin, created_at, states, version)
    VALUES
      (7, 1, 'stale', 'minutes', '', 'above', '["15"]', 'on', 'hedge', '2026-01-01 00:00:00', '{}', 0),
      (7, 2, 'funding', 'pays', '', 'below', '["0"]', 'on', 'hedge', '2026-01-01 00:00:00', '{}', 0),
      (8, 1, 'funding', 'pays', '', 'below', '["0"]', 'on', 'user', '2026-01-01 00:00:00', '{}', 0)
    """,
)
"""Someone with a hedge, and someone who has set an alert and has none, before revision 0010."""


async def run(url: str, *lines: str) -> list[tuple[Any, ...]]:
    """Run these statements in one transaction; the rows of the last one."""
    database = open_database(url)
    try:
        async with database.write() as connection:
            done = [await connection.execute(text(line)) for line in lines]
            return [tuple(row) for row in done[-1]] if done[-1].returns_rows else []
    finally:
        await database.close()


def test_open_hedges_of_older_databases_get_the_alerts_that_newer_ones_begin_with(
    empty_database_url: str,
) -> None:
    command.upgrade(config(empty_database_url), "0006")
    asyncio.run(run(empty_database_url, *OLDER))
    known = "SELECT user_id, number, kind, tiers FROM alerts ORDER BY user_id, number"
    command.upgrade(config(empty_database_url), "0010")
    assert asyncio.run(run(empty_database_url, known)) == [
        (7, 1, "stale", '["15"]'),
        (7, 2, "funding", '["-0.05"]'),
        (7, 3, "contract", '["0", "1", "2"]'),
        (7, 4, "expiry", '["7", "3", "1", "0.25"]'),
        (8, 1, "funding", '["0"]'),
    ]
    counted = "SELECT id, alerts_made FROM users ORDER BY id"
    assert asyncio.run(run(empty_database_url, counted)) == [(7, 4), (8, 1)]
    command.downgrade(config(empty_database_url), "0006")
    command.upgrade(config(empty_database_url), "0010")
    assert [row[2] for row in asyncio.run(run(empty_database_url, known))].count("expiry") == 1
