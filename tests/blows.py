"""What may hurt a running bot beside a signal: its disk is full, or its database is restarted."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from core.store.database import Database, open_database
from tests.pastes import Blow, Paste
from tests.postgres import Postgres

SMALLEST = 4096
"""Bytes that a file may have where nothing may grow: less than the header of an SQLite file."""
NO_LIMIT = resource.RLIM_INFINITY
INJECTED = """
CREATE TABLE injected (fault BOOLEAN NOT NULL);
INSERT INTO injected VALUES (false);
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM injected WHERE fault) THEN
        RAISE EXCEPTION 'could not extend file: no space left on device' USING ERRCODE = '53100';
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE each text;
BEGIN
    FOREACH each IN ARRAY ARRAY['inbox', 'users', 'holdings', 'journal', 'alerts', 'handled', 'tallies'] LOOP
        EXECUTE format('CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION no_room()', each);
    END LOOP;
END $$;
"""
"""PostgreSQL answers a change as where its disk is full, whenever the table says so."""
TAKEN_OUT = "DROP FUNCTION no_room CASCADE; DROP TABLE injected"


@asynccontextmanager
async def disk_full(database_url: str) -> AsyncIterator[Blow]:
    """For a moment nothing can be written: an SQLite file may not grow, PostgreSQL answers 53100."""
    if database_url.startswith("sqlite"):
        yield _file_full
        return
    database = open_database(database_url)

    async def blow(paste: Paste) -> None:
        await _run(database, "UPDATE injected SET fault = true")
        await paste.moment()
        await _run(database, "UPDATE injected SET fault = false")

    await _run(database, INJECTED)
    yield blow
    await _run(database, TAKEN_OUT)
    await database.close()


async def _file_full(paste: Paste) -> None:
    bot = await paste.running()
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (SMALLEST, NO_LIMIT))
    await paste.moment()
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))


async def _run(database: Database, statements: str) -> None:
    async with database.write() as connection:
        await connection.execute(text(statements))


def database_restarted(server: Postgres) -> Blow:
    """PostgreSQL is stopped in the middle of whatever it does, and started again."""

    async def blow(paste: Paste) -> None:
        await asyncio.to_thread(server.restart)
        await paste.moment()

    return blow
