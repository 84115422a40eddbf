"""Long work on rows runs beside the event loop, wherever the transaction is."""

import asyncio
from threading import get_ident

import pytest
from sqlalchemy import Connection

from core.store.database import Database
from core.store.off_loop import off_loop


async def test_in_a_transaction_of_the_event_loop_work_runs_in_a_thread(database: Database) -> None:
    async with database.write() as connection:
        assert await connection.run_sync(off_loop, get_ident) != get_ident()


async def test_others_go_on_meanwhile(database: Database) -> None:
    """The work ends only once something else was done on the event loop."""
    loop = asyncio.get_running_loop()

    async def go_on() -> str:
        return "went on"

    def work() -> str:
        return asyncio.run_coroutine_threadsafe(go_on(), loop).result(60)

    async with database.write() as connection:
        assert await connection.run_sync(off_loop, work) == "went on"


async def test_in_a_thread_it_runs_at_once(database: Database) -> None:
    def look(connection: Connection) -> bool:
        return off_loop(connection, get_ident) == get_ident()

    assert await database.survey(look)


async def test_what_it_raises_undoes_the_transaction(database: Database) -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async with database.write() as connection:
            await connection.run_sync(off_loop, fail)
    await database.prove()
