"""The sweep finds what a plain loop over every user and every alert finds, measured exactly."""

import os

import numpy as np
import pytest
from sqlalchemy import select

from core.alert import KINDS
from core.alert.kind import QUIET
from core.alert.notice import key
from core.alert.rule import State, step
from core.alert.scene import Scene
from core.outcome.reached import reached
from core.prices.scenes import Scenes
from core.store.database import Database
from core.store.tables import notices
from core.store.user.ledger import Ledger
from core.sweep import Sweep
from core.sweep.exact import WatchedUser, read_people
from core.sweep.notices import just_recorded
from tests.core.sweep.anybody import add_alert, meddle, move, person
from tests.core.sweep.world import ALPHA, BEGAN, BETA, World
from tests.effort import FULL

PEOPLE, ALERTS, STEPS = 40, 8, 8
SEEDS = int(os.environ.get("SWEEP_SEEDS", "3" if FULL else "1"))
"""More of them find rarer worlds."""

Kept = dict[tuple[int, int], dict[str, State]]


async def everybody(database: Database, scenes: Scenes, world: World) -> list[tuple[WatchedUser, Scene]]:
    """All users with the scene that each has before them."""
    people = await database.see(
        lambda connection: read_people(connection, range(1, PEOPLE + 1), world.clock())
    )
    found = []
    for venue in (ALPHA, BETA):
        mine = [one for one in people if (one.venue or ALPHA) == venue]
        rules = [alert.rule for one in mine for alert in one.alerts]
        coins = {"BTC", "ETH", "SOL", "AVAX", "NEW", "GONE"}
        scene = await scenes.scene(venue, world.clock(), {ALPHA: coins, BETA: coins}, rules)
        await scenes.befit(scene, mine)
        if any([await noted(database, world, one, scene) for one in mine]):
            ids = [one.user for one in mine]
            mine = await database.see(lambda connection, ids=ids: read_people(connection, ids, world.clock()))  # type: ignore[misc]
        found += [(one, scene) for one in mine]
    return found


async def noted(database: Database, world: World, one: WatchedUser, scene: Scene) -> bool:
    """Write down what of a user's positions has come to its liquidation, as the sweep does first."""
    stands = scene.situation(one).standing
    fates = reached(stands) if stands else ()
    return bool(fates) and bool(await Ledger(database, one.user, now=world.clock()).note(fates))


def loop(people: list[tuple[WatchedUser, Scene]]) -> tuple[Kept, set[tuple[int, str]]]:
    """The states of every alert, and the keys of the notices that they make, one user after the other."""
    kept: Kept = {}
    told: set[tuple[int, str]] = set()
    for one, scene in people:
        situation = scene.situation(one)
        for alert in one.alerts:
            kind = KINDS[alert.rule.kind]
            states = {}
            for rule in kind.each(alert.rule, situation):
                reading = kind.measure(situation, rule)
                states[rule.subject], firing = step(
                    rule,
                    alert.states.get(rule.subject, State()),
                    reading.value if reading else None,
                    situation.now,
                    margin=kind.margin(rule),
                    cooldown=kind.cooldown,
                    snoozed_until=alert.snoozed_until,
                )
                if firing and not (kind.answered and just_recorded(alert, situation)):
                    told.add((one.user, key(alert.number, rule, firing)))
            if kind.urgency != QUIET:
                kept[one.user, alert.number] = {
                    name: each for name, each in states.items() if each != State()
                }
    return kept, told


async def kept_and_told(database: Database) -> tuple[Kept, set[tuple[int, str]]]:
    people = await database.see(lambda connection: read_people(connection, range(1, PEOPLE + 1), BEGAN))
    async with database.read() as connection:
        keys = (await connection.execute(select(notices.c.user_id, notices.c.key))).all()
    kept = {
        (one.user, alert.number): dict(alert.states)
        for one in people
        for alert in one.alerts
        if KINDS[alert.rule.kind].urgency != QUIET  # what was told is all that matters
    }
    return kept, {(user, name) for user, name in keys}


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_the_sweep_finds_what_a_plain_loop_finds(database: Database, seed: int) -> None:
    draw = np.random.default_rng(seed)
    world = World(database)
    await world.refresh()
    for user in range(1, PEOPLE + 1):
        await person(world, user, draw)
        for _ in range(ALERTS):
            await add_alert(world, user, draw)
    sweep, scenes = Sweep(database, world.watch, world.clock, (ALPHA, BETA)), Scenes(world.watch)
    told: set[tuple[int, str]] = set()
    asked = fired = 0
    for _ in range(STEPS):
        await world.refresh()
        expected, news = loop(await everybody(database, scenes, world))
        told |= news
        swept = [await sweep.run(venue) for venue in (ALPHA, BETA)]
        asked += sum(each.candidates for each in swept)
        fired += sum(each.fired for each in swept)
        kept, made = await kept_and_told(database)
        different = [each for each in kept.keys() | expected.keys() if kept.get(each) != expected.get(each)]
        assert [(each, kept.get(each), expected.get(each)) for each in different] == []
        assert made == told
        move(world, draw)
        for user in draw.choice(PEOPLE, size=3, replace=False) + 1:
            await meddle(world, int(user), draw)
    assert fired == len(told) > PEOPLE
    assert asked < PEOPLE * STEPS
