"""All watched users as arrays: whatever fails while they are read, nobody is left out afterwards."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import NoData
from core.store.database import Database
from core.store.tables import users
from core.sweep.crowds import MOST_SMALL
from tests.core.sweep.test_sweep import SOL_BELOW
from tests.core.sweep.world import ALPHA, ANN, BETA, BOB, DIGEST, World, passes, sweep_of

T = TypeVar("T")


@pytest.mark.parametrize("good", range(4))
async def test_a_database_that_fails_while_all_are_read_leaves_nobody_out(
    database: Database, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    world = World(database)
    await world.refresh()
    await world.alerts(ANN).add(SOL_BELOW)
    await world.alerts(BOB).add(SOL_BELOW)
    await world.book(BOB).prefer(venue=BETA)
    async with database.write() as connection:  # it was long ago
        await connection.execute(update(users).values(touched=world.clock()))
    sweep, survey, left = sweep_of(world), database.survey, [good]

    async def failing(look: Callable[[Connection], T]) -> T:
        left[0] -= 1
        if left[0] == -1:
            raise NoData("Cannot reach the database.")
        return await survey(look)

    monkeypatch.setattr(database, "survey", failing)
    with pytest.raises(NoData):
        await sweep.run(ALPHA)
    assert await passes(world, sweep, SOL=149) == 2


async def test_what_could_not_be_written_is_told_the_next_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(database)
    await world.refresh()
    await world.book(ANN).prefer(digest_at=world.clock().hour * 60 + 40, timezone="UTC")
    await world.alerts(ANN).add(DIGEST)
    async with database.write() as connection:  # it was long ago
        await connection.execute(update(users).values(touched=world.clock()))
    sweep, write = sweep_of(world), database.write
    assert await passes(world, sweep) == 0
    world.clock.now += timedelta(hours=1)

    def failing() -> AbstractAsyncContextManager[AsyncConnection]:
        monkeypatch.setattr(database, "write", write)
        raise NoData("Cannot reach the database.")

    monkeypatch.setattr(database, "write", failing)
    with pytest.raises(NoData):
        await sweep.run(ALPHA)
    assert await passes(world, sweep) == 1


async def test_users_who_change_a_few_at_a_time_are_put_together_and_none_is_left_out(
    database: Database,
) -> None:
    world = World(database)
    await world.refresh()
    people = range(1, 41)
    for user in people:
        await world.alerts(user).add(SOL_BELOW)
    sweep = sweep_of(world)
    for turn in range(MOST_SMALL + 3):
        for user in (2 * turn % 40 + 1, 2 * turn % 40 + 2, 39):
            await world.book(user).prefer(horizon_days=3 + turn)
        assert await passes(world, sweep) == 0
    assert await passes(world, sweep, SOL=149) == len(people)
