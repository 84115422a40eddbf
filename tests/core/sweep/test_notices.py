"""What is found of one user counts if they still are who they were when it was measured."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from core.alert.rule import Rule
from core.domain.caps import CAPS
from core.prices.scenes import Scenes
from core.store.database import Database
from core.store.queue.outbox import AlertChange, Outbox
from core.sweep.notices import crossings
from tests.core.sweep.world import (
    ALPHA,
    ANN,
    BETA,
    BOB,
    ETH,
    MINUTE,
    World,
    fill,
    hedged,
    listed,
    passes,
    sweep_of,
    told,
)

SOL_BELOW = Rule("price", "level", "SOL", "below", (Decimal(150), Decimal(120)))
SOL_FLIP = Rule("funding", "rate", "SOL", "across", (Decimal(0),))
NEAR = Rule("liquidation", "distance", "", "below", (Decimal("0.3"), Decimal("0.1")))

Meanwhile = Callable[[World], Awaitable[object]]


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.refresh()
    return made


async def measured(world: World) -> list[AlertChange]:
    """What has changed for Ann."""
    (person,) = await world.people(ANN)
    scene = await Scenes(world.watch).scene(ALPHA, world.clock(), {ALPHA: {"SOL"}}, ())
    return crossings(person, scene.situation(person))


async def forgets(world: World) -> None:
    book = world.book(ANN)
    await book.forget(await book.save_draft("?"), "?")


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda world: world.alerts(ANN).remove(1),
        lambda world: world.alerts(ANN).change(1, mode="off"),
        lambda world: world.alerts(ANN).change(1, tiers=(Decimal(140),)),
        lambda world: world.alerts(ANN).change(1, snoozed_until=world.clock() + timedelta(hours=1)),
        forgets,
    ],
    ids=["removed", "off", "other tiers", "asleep", "forgotten"],
)
async def test_what_the_user_changed_meanwhile_is_not_told(world: World, meanwhile: Meanwhile) -> None:
    await world.alerts(ANN).add(SOL_BELOW)
    world.markets[ALPHA].prices["SOL"] = 149.0
    world.clock.now += MINUTE
    await world.refresh()
    (change,) = await measured(world)
    assert len(change.notices) == 1
    await meanwhile(world)
    assert await Outbox(world.database).apply([change]) == ()
    assert await told(world.database) == []
    assert await passes(world, sweep_of(world), SOL=149) == 0


async def test_everything_of_one_user_is_told_at_once_and_once(world: World) -> None:
    for level in range(CAPS.alerts):
        rule = Rule("price", "level", "SOL", "below", (Decimal(150 - level),))
        await world.alerts(ANN).add(rule)
    await world.alerts(BOB).add(SOL_BELOW)
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=90) == CAPS.alerts + 1
    assert await passes(world, sweep, SOL=90) == 0
    assert await told(world.database, BOB) == ["price 2"]


async def test_each_of_several_positions_in_one_coin_is_told_apart(world: World) -> None:
    await hedged(world)
    symbols = [symbol for symbol, each in listed(ALPHA).items() if each.asset == "ETH" and symbol != ETH]
    counts = {symbol: "-3500" if listed(ALPHA)[symbol].inverse else "-1000" for symbol in symbols}
    beside = [fill(world, ALPHA, symbol, count, margin="10000") for symbol, count in counts.items()]
    beside.append(fill(world, BETA, ETH, "-1000", margin="10000"))
    await world.book(ANN).ledger.record(beside)
    await world.alerts(ANN).remove(*(alert.number for alert in await world.alerts(ANN).list()))
    await world.alerts(ANN).add(NEAR)
    sweep = sweep_of(world)
    await passes(world, sweep)
    assert await passes(world, sweep, timedelta(hours=2), ETH=4900) == 4
    (alert,) = await world.alerts(ANN).list()
    assert set(alert.states) == {f"{ALPHA}:{symbol}" for symbol in (ETH, *symbols)} | {f"{BETA}:{ETH}"}
    assert {state.told for state in alert.states.values()} == {3}
    assert await passes(world, sweep, timedelta(hours=2), ETH=4900) == 0


async def test_the_first_look_tells_what_is_past_its_limit_but_no_flip(world: World) -> None:
    world.markets[ALPHA].rates["SOL"] = -0.0003
    world.markets[ALPHA].prices["SOL"] = 149.0
    for rule in (SOL_BELOW, SOL_FLIP):
        await world.alerts(ANN).add(rule)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 1
    assert await told(world.database) == ["price 1"]
    world.markets[ALPHA].rates["SOL"] = 0.0003
    assert await passes(world, sweep) == 1
    assert await passes(world, sweep_of(world)) == 0
    assert await told(world.database) == ["price 1", "funding 1"]
