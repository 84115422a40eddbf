"""The digest through the sweep: one each day where the user is, with what came of the other alerts."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.alert.rule import Rule
from core.store.database import Database
from core.store.queue.outbox import Outbox
from core.store.tables import notices
from tests.core.sweep.world import ANN, BEGAN, DIGEST, MINUTE, World, hedged, passes, sweep_of

EIGHT = 8 * 60
SOL_BELOW = Rule("price", "level", "SOL", "below", (Decimal(150), Decimal(120)))
ETH_ABOVE = Rule("price", "level", "ETH", "above", (Decimal(5000),))
NEAR = Rule("liquidation", "distance", "", "below", (Decimal("0.3"), Decimal("0.1")))
GONE = Rule("price", "level", "GONE", "below", (Decimal(1),))


async def digests(database: Database) -> list[dict[str, Any]]:
    """The bodies of all digests made so far, by time."""
    query = select(notices.c.body).where(notices.c.kind == "digest").order_by(notices.c.created_at)
    async with database.read() as connection:
        return [json.loads(body) for body in await connection.scalars(query)]


async def until(world: World, at: str) -> timedelta:
    """How long it is until then, in UTC."""
    return datetime.fromisoformat(at).replace(tzinfo=UTC) - world.clock()


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.book(ANN).prefer(digest_at=EIGHT, timezone="UTC")
    await made.alerts(ANN).add(DIGEST)
    await made.refresh()
    return made


async def test_where_clocks_go_forward_each_day_has_its_own(database: Database) -> None:
    world = World(database)
    world.clock.now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    await world.book(ANN).prefer(digest_at=90, timezone="Europe/Berlin")
    await world.alerts(ANN).add(DIGEST)
    sweep = sweep_of(world)
    await passes(world, sweep)
    # In UTC 00:30 on the 29th, still in winter, and 23:30 on the same day: it is the 30th in Berlin.
    for at, fired in (
        ("2026-03-29 00:29", 0),
        ("2026-03-29 00:30", 1),
        ("2026-03-29 23:29", 0),
        ("2026-03-29 23:30", 1),
        ("2026-03-30 23:29", 0),
        ("2026-03-30 23:30", 1),
    ):
        assert await passes(world, sweep, await until(world, at)) == fired, at
        assert await passes(world, sweep_of(world), timedelta(0)) == 0, at


async def test_one_that_is_too_late_is_left_out_and_the_next_one_comes(world: World) -> None:
    sweep = sweep_of(world)
    assert await passes(world, sweep, await until(world, "2026-06-10 20:30")) == 0
    assert await passes(world, sweep, await until(world, "2026-06-11 07:59")) == 0
    assert await passes(world, sweep, await until(world, "2026-06-11 08:00")) == 1


async def test_the_next_one_says_what_was_since_yesterday(world: World) -> None:
    await hedged(world)
    await world.alerts(ANN).add(DIGEST)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 1
    assert await passes(world, sweep, await until(world, "2026-06-11 08:00"), ETH=3600) == 1
    first, second = await digests(world.database)
    assert "before" not in first
    assert "fired" not in first
    assert second["before"] == {name: first[name] for name in ("net", "coins", "hedge", "began")}
    made = {name: Decimal(second[name]) - Decimal(second["before"][name]) for name in ("coins", "hedge")}
    assert made["coins"] == 10 * (3600 - 3500)
    assert "fired" not in second


async def test_one_that_was_left_out_is_not_yesterday(world: World) -> None:
    await hedged(world)
    await world.alerts(ANN).add(DIGEST)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 1
    assert await passes(world, sweep, await until(world, "2026-06-12 08:00")) == 1
    assert "before" not in (await digests(world.database))[-1]


async def test_it_names_what_was_told_since_the_last_one_the_gravest_first(world: World) -> None:
    await hedged(world)
    for rule in (DIGEST, SOL_BELOW, ETH_ABOVE, NEAR):
        await world.alerts(ANN).add(rule)
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=149) == 2  # with the first digest, which cannot name it
    assert await passes(world, sweep, SOL=119) == 1
    assert await passes(world, sweep, ETH=4300) == 1
    assert await passes(world, sweep, await until(world, "2026-06-11 08:00"), ETH=3500, SOL=160) == 1
    fired = (await digests(world.database))[-1]["fired"]
    assert [(each["kind"], each["tier"]) for each in fired] == [("liquidation", 1), ("price", 2)]
    assert not any(isinstance(fact, list) for each in fired for fact in each.values())


async def test_what_may_not_have_arrived_is_named_apart_and_without_what_it_named(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep, box = sweep_of(world), Outbox(world.database)
    assert [await passes(world, sweep, SOL=price) for price in (160, 149)] == [1, 1]
    (batch,) = await box.claim(world.clock(), 1, MINUTE)
    await box.doubtful(batch, world.clock())
    assert await passes(world, sweep, await until(world, "2026-06-11 08:00"), SOL=119) == 2
    last = (await digests(world.database))[-1]
    assert {each["kind"] for each in last["unknown"]} == {"digest", "price"}
    assert {each["key"] for each in last["unknown"]} == set(batch.keys)
    assert not any(isinstance(fact, list) for each in last["unknown"] for fact in each.values())
    assert "fired" not in last


async def test_it_names_what_is_past_its_limit_now(world: World) -> None:
    await hedged(world)
    for rule in (SOL_BELOW, ETH_ABOVE, NEAR, DIGEST):
        await world.alerts(ANN).add(rule)
    assert await passes(world, sweep_of(world), SOL=119, ETH=4300) == 3
    (found,) = (each["attention"] for each in await digests(world.database))
    assert [(each["kind"], each["tier"], each["subject"]) for each in found] == [
        ("liquidation", 1, "ETH"),
        ("price", 2, "SOL"),
    ]
    assert (found[1]["value"], found[1]["threshold"], found[1]["since"]) == (
        "119",
        "120",
        (BEGAN + MINUTE).isoformat(),
    )


@pytest.mark.parametrize(
    ("rules", "attention"),
    [
        ((SOL_BELOW, ETH_ABOVE), []),
        ((SOL_BELOW, GONE), None),  # one of them cannot be measured
        ((), None),  # nothing is watched
    ],
)
async def test_that_nothing_needs_attention_is_said_only_where_it_is_known(
    world: World, rules: tuple[Rule, ...], attention: list[Any] | None
) -> None:
    for rule in rules:
        await world.alerts(ANN).add(rule)
    assert await passes(world, sweep_of(world)) == 1
    assert (await digests(world.database))[0].get("attention") == attention


async def test_who_has_no_digest_due_is_read_without_their_notices(world: World) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=149) == 2
    assert [one.told for one in await world.people(ANN)] == [()]
    world.clock.now += timedelta(days=1)
    assert [[each.kind for each in one.told] for one in await world.people(ANN)] == [["digest", "price"]]
