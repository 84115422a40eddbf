"""The sweep: each thing is told once and in time, whoever else changes what meanwhile."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from core.alert.rule import Rule
from core.domain.holding import HoldingChange
from core.journal.fill import Void
from core.store.database import Database, open_database
from core.store.queue import chats
from core.store.queue.outbox import Outbox
from core.store.tables import notices, users
from core.sweep import Sweep
from tests.core.sweep.world import (
    ALPHA,
    ANN,
    BEGAN,
    BETA,
    BOB,
    DIGEST,
    ETH,
    MINUTE,
    World,
    fill,
    hedged,
    passes,
    sweep_of,
    told,
)

SOL_BELOW = Rule("price", "level", "SOL", "below", (Decimal(150), Decimal(120)))
NEAR = Rule("liquidation", "distance", "", "below", (Decimal("0.3"), Decimal("0.1")))
OFF = Rule("drift", "risk", "", "above", (Decimal("0.05"),))
STALE = Rule("stale", "minutes", "", "above", (Decimal(15),))


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.refresh()
    return made


async def test_nobody_is_nothing_to_do(world: World) -> None:
    sweep = sweep_of(world)
    swept = await sweep.run(ALPHA)
    assert (swept.users, swept.alerts, swept.candidates, swept.fired) == (0, 0, 0, 0)
    assert await sweep.needed() == ()


async def test_an_alert_is_told_once_and_again_when_it_is_worse(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    fired = [await passes(world, sweep, SOL=price) for price in (160, 149, 148, 119, 118, 149)]
    assert fired == [0, 1, 0, 1, 0, 0]
    assert await told(world.database) == ["price 1", "price 2"]


async def test_a_threshold_crossed_while_nobody_looked_is_told_on_return(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    assert await passes(world, sweep_of(world), SOL=160) == 0
    assert await passes(world, sweep_of(world), timedelta(days=2), SOL=149) == 1
    assert await passes(world, sweep_of(world), SOL=149) == 0


async def test_a_new_alert_is_seen_by_a_sweep_under_way(world: World) -> None:
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=149) == 0
    await world.alerts(ANN).add(SOL_BELOW)
    assert await passes(world, sweep, SOL=149) == 1
    await world.alerts(ANN).remove(1)
    await world.alerts(ANN).add(SOL_BELOW)
    assert await passes(world, sweep, SOL=149) == 1


async def test_what_a_user_changes_counts_from_the_next_sweep_on(world: World) -> None:
    await hedged(world)
    await world.alerts(ANN).add(OFF)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 0
    await world.book(ANN).apply([HoldingChange("add", "ETH", Decimal(2))], prices={"ETH": world.price("ETH")})
    assert await passes(world, sweep) == 1
    entries = (await world.book(ANN).ledger.open()).entries  # type: ignore[union-attr]
    await world.book(ANN).ledger.record([Void(entries[0].number)])
    assert await passes(world, sweep, ETH=9000) == 0


async def test_two_sweeps_at_once_tell_once(world: World, database_url: str) -> None:
    people = range(1, 41)
    for user in people:
        await world.alerts(user).add(SOL_BELOW)
    other = World(open_database(database_url), clock=world.clock)
    sweeps = [sweep_of(one) for one in (world, other)]
    for one in (world, other):
        one.markets[ALPHA].prices["SOL"] = 149
        await one.refresh()
    swept = await asyncio.gather(*(one.run(ALPHA) for one in sweeps))
    assert sum(each.fired for each in swept) == len(people)
    for user in people:
        assert await told(world.database, user) == ["price 1"]
    assert [(await one.run(ALPHA)).fired for one in sweeps] == [0, 0]
    await other.database.close()


async def test_what_another_sweep_has_told_is_told_again_when_it_comes_back(
    world: World, database_url: str
) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    other = World(open_database(database_url), clock=world.clock)
    one, two = sweep_of(world), sweep_of(other)
    assert await passes(world, one, SOL=160) == await passes(other, two, SOL=160) == 0
    assert await passes(world, one, SOL=149) == 1
    # It is the second that sees the price recover, and fall again once the cool-down is over.
    assert await passes(other, two, SOL=160) == 0
    assert await passes(other, two, timedelta(hours=2), SOL=149) == 1
    await other.database.close()


async def test_what_is_off_is_not_told_and_what_is_silent_makes_no_sound(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW, mode="off")
    await world.alerts(BOB).add(SOL_BELOW, mode="silent")
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=149) == 1
    (batch,) = await Outbox(world.database).claim(world.clock(), 10, MINUTE)
    assert (batch.user, batch.silent) == (BOB, True)


async def test_a_snoozed_alert_is_told_when_its_sleep_ends_if_it_still_stands(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    await world.alerts(ANN).change(1, snoozed_until=BEGAN + timedelta(hours=1))
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=149) == 0
    assert await passes(world, sweep, SOL=148) == 0
    assert await passes(world, sweep, timedelta(hours=1), SOL=149) == 1


async def test_a_crossing_within_the_cool_down_is_told_when_that_ends(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    assert [await passes(world, sweep, SOL=price) for price in (149, 160, 149)] == [1, 0, 0]
    assert await passes(world, sweep, timedelta(minutes=30)) == 0
    assert await passes(world, sweep, timedelta(minutes=30)) == 1


async def test_quiet_hours_put_off_all_but_what_is_urgent(world: World) -> None:
    await hedged(world)
    await world.book(ANN).prefer(quiet_from=9 * 60, quiet_to=12 * 60, timezone="UTC")
    for rule in (NEAR, SOL_BELOW):
        await world.alerts(ANN).add(rule)
    assert await passes(world, sweep_of(world), SOL=149, ETH=4300) == 2
    box = Outbox(world.database)
    (batch,) = await box.claim(world.clock(), 10, MINUTE)
    assert [notice.kind for notice in batch.notices] == ["liquidation"]
    await box.sent(batch, 1, world.clock())
    assert await box.claim(datetime.fromisoformat("2026-06-10 11:59+00:00"), 10, MINUTE) == []
    (batch,) = await box.claim(datetime.fromisoformat("2026-06-10 12:00+00:00"), 10, MINUTE)
    assert [notice.kind for notice in batch.notices] == ["price"]


async def test_while_a_venue_is_silent_only_that_is_told(world: World) -> None:
    await hedged(world)
    for rule in (NEAR, SOL_BELOW, STALE):
        await world.alerts(ANN).add(rule)
    sweep = sweep_of(world)
    await passes(world, sweep)
    world.markets[ALPHA].down = True
    fired = [await passes(world, sweep, timedelta(minutes=5), SOL=100, ETH=5000) for _ in range(4)]
    assert fired == [0, 0, 0, 1]
    assert await told(world.database) == ["stale 1"]
    world.markets[ALPHA].down = False
    assert await passes(world, sweep) == 2


async def test_a_venue_that_never_answers_is_told_after_a_while(world: World) -> None:
    await world.book(ANN).prefer(venue=BETA)
    await world.alerts(ANN).add(STALE)
    silent = World(world.database, clock=world.clock)
    silent.markets[BETA].down = True
    sweep = sweep_of(silent)
    assert [await passes(silent, sweep, timedelta(minutes=5)) for _ in range(5)] == [0, 0, 0, 0, 1]


async def test_a_paused_chat_is_not_watched_until_it_is_back(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    await passes(world, sweep, SOL=160)
    await chats.pause(world.database, ANN, "blocked", world.clock())
    assert await passes(world, sweep, SOL=149) == 0
    await chats.resume(world.database, ANN)
    assert await passes(world, sweep, SOL=148) == 1


async def test_who_is_forgotten_is_let_go_of(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    await world.alerts(BOB).add(SOL_BELOW)
    sweep = sweep_of(world)
    await passes(world, sweep, SOL=160)
    book = world.book(ANN)
    await book.forget(await book.save_draft("?"), "?")
    assert await passes(world, sweep, SOL=149) == 1
    assert await passes(world, sweep, SOL=149) == 0
    assert (await sweep.run(ALPHA)).users == 1


async def test_a_change_committed_long_after_it_was_made_is_seen(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    await passes(world, sweep, SOL=160)
    # As if the transaction had begun a minute ago, before the sweep read last.
    await world.alerts(ANN).change(1, tiers=(Decimal(170),))
    async with world.database.write() as connection:
        touched = (await connection.scalars(select(users.c.touched))).one()
        assert touched is not None
        await connection.execute(update(users).values(touched=touched - MINUTE))
    assert await passes(world, sweep, SOL=160) == 1


async def test_a_digest_comes_once_a_day_and_names_what_may_not_have_arrived(world: World) -> None:
    await world.book(ANN).prefer(digest_at=8 * 60)
    await world.alerts(ANN).add(DIGEST)
    async with world.database.write() as connection:
        await connection.execute(
            insert(notices).values(
                user_id=ANN,
                key="1::1:x",
                kind="price",
                urgency=1,
                silent=False,
                body='{"kind": "price"}',
                created_at=BEGAN,
                due_at=BEGAN,
                state="unknown",
            )
        )
    sweep = sweep_of(world)
    assert [await passes(world, sweep) for _ in range(3)] == [1, 0, 0]
    (batch,) = await Outbox(world.database).claim(world.clock(), 10, MINUTE)
    assert [each.key for each in batch.notices[0].facts.unknown] == ["1::1:x"]
    fired = [await passes(world, sweep, timedelta(hours=6)) for _ in range(8)]
    assert fired == [0, 0, 0, 1, 0, 0, 0, 1]


async def test_the_venues_needed_are_those_of_watched_users_and_their_hedges(world: World) -> None:
    prices = {"ETH": world.price("ETH")}
    await world.book(ANN).apply([HoldingChange("add", "ETH", Decimal(10))], prices=prices)
    await world.book(ANN).ledger.record([fill(world, BETA, ETH, "-10")], prices=prices)
    for alert in await world.alerts(ANN).list():
        await world.alerts(ANN).remove(alert.number)
    assert await sweep_of(world).needed() == ()
    await world.alerts(ANN).add(SOL_BELOW)
    assert set(await sweep_of(world).needed()) == {ALPHA, BETA}


async def test_a_sweep_of_one_user_leaves_others_alone(world: World) -> None:
    for user in (ANN, BOB):
        await world.alerts(user).add(SOL_BELOW)
    alone = Sweep(world.database, world.watch, world.clock, (ALPHA, BETA), only=BOB)
    assert await passes(world, alone, SOL=149) == 1
    assert (await told(world.database, ANN), await told(world.database, BOB)) == ([], ["price 1"])


async def test_many_changed_users_become_one_crowd_again(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    await passes(world, sweep, SOL=160)
    for user in range(10, 30):
        await world.alerts(user).add(SOL_BELOW)
        assert await passes(world, sweep, SOL=160) == 0
    swept = await sweep.run(ALPHA)
    assert (swept.users, swept.alerts) == (21, 21)
    assert await passes(world, sweep, SOL=149) == 21
    assert np.unique([user for user in range(10, 30) if await told(world.database, user)]).size == 20
