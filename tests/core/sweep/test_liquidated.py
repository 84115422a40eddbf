"""What has come to its liquidation price is noted by the sweep, wherever the price goes then."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.alert.rule import Rule
from core.journal.fate import BY_EXTREME, BY_USER, DOUBTFUL, OPEN, Fate
from core.journal.held import Held
from core.journal.journal import open_positions
from core.outcome.reached import Extreme
from core.store.database import Database
from core.sweep import Sweep
from tests.core.sweep.test_hedges import NEAR, bodies, world
from tests.core.sweep.world import ALPHA, ANN, ETH, World, hedged, passes, sweep_of, told

__all__ = ["world"]
DRIFT = Rule("drift", "size", "", "above", (Decimal("0.1"),))


async def open_now(world: World) -> Held:
    episode = await world.book(ANN).ledger.open()
    assert episode is not None
    (held,) = open_positions(episode.entries)
    return held


async def looked_at(world: World, *rules: Rule) -> Sweep:
    """10 ETH short with $14,000 of margin (liquidated at $4,876), and these alerts."""
    await hedged(world)
    for rule in rules:
        await world.alerts(ANN).add(rule)
    return sweep_of(world)


async def test_a_price_that_comes_back_does_not_forget_it(database: Database, world: World) -> None:
    sweep = await looked_at(world, NEAR, DRIFT)
    await passes(world, sweep, ETH=4800.0)
    assert not (await open_now(world)).lost
    await passes(world, sweep, ETH=5000.0)
    assert (await open_now(world)).lost
    first = await told(database)
    assert "liquidation 3" in first
    await passes(world, sweep, ETH=3500.0)
    await passes(world, sweep, after=timedelta(hours=30), ETH=3500.0)
    assert (await open_now(world)).lost
    assert any(kind.startswith("drift") for kind in await told(database))  # the coins are bare
    (said,) = [body for body in await bodies(database) if body["kind"] == "liquidation" and body["tier"] == 3]
    assert said["lost"] is True
    near, _ = await world.alerts(ANN).list()
    assert near.states[f"{ALPHA}:{ETH}"].tier == 3


async def test_it_is_noted_for_who_has_no_alert_on_it(database: Database, world: World) -> None:
    sweep = await looked_at(world, Rule("price", "value", "BTC", "above", (Decimal(500_000),)))
    await passes(world, sweep, ETH=5000.0)
    assert (await open_now(world)).lost
    assert await told(database) == []
    first = await open_now(world)
    await passes(world, sweep, ETH=5100.0)
    assert await open_now(world) == first  # once


async def test_the_highs_while_nobody_looked_are_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = await looked_at(world, NEAR)
    await passes(world, sweep)
    world.clock.now += timedelta(hours=3)
    since = world.clock.now - timedelta(hours=3)
    scenes = sweep._scenes
    make = scenes.scene

    async def with_highs(*args: object, **rest: object) -> object:
        scene = await make(*args, **rest)  # type: ignore[arg-type]
        scene.extremes[ALPHA, ETH] = [Extreme(since, Decimal(3400), Decimal(5500))]
        return scene

    monkeypatch.setattr(scenes, "scene", with_highs)
    await passes(world, sweep)
    note = (await open_now(world)).note
    assert note is not None
    assert note.price == 5500
    assert note.reason == "extreme"


async def test_a_doubt_of_what_nobody_saw_is_told_once_and_the_price_is_watched_on(
    database: Database, world: World
) -> None:
    sweep = await looked_at(world, NEAR)
    await passes(world, sweep)
    unseen = Fate(ALPHA, ETH, DOUBTFUL, Decimal(5500), world.clock.now, BY_EXTREME)
    await world.book(ANN).ledger.record([unseen])
    await passes(world, sweep)
    await passes(world, sweep)
    [asked] = await bodies(database)
    assert (asked["kind"], asked["tier"], asked["reason"]) == ("liquidation", 3, BY_EXTREME)
    assert "lost" not in asked
    # 4,876 would liquidate; it counts as open, so that is told as ever.
    await passes(world, sweep, ETH=4300.0)
    assert await told(database) == ["liquidation 3", "liquidation 1"]


async def test_what_the_user_called_open_is_asked_about_again_only_beyond_that(world: World) -> None:
    sweep = await looked_at(world, NEAR)
    await passes(world, sweep, ETH=5000.0)
    said = Fate(ALPHA, ETH, OPEN, Decimal(5001), world.clock.now + timedelta(seconds=1), BY_USER)
    await world.book(ANN).ledger.record([said])
    await passes(world, sweep, ETH=5100.0)
    assert not (await open_now(world)).lost
    await passes(world, sweep, ETH=5300.0)
    assert (await open_now(world)).lost
