"""Many people read at once are who their books say they are."""

from functools import partial

import numpy as np
import pytest

from core.journal.journal import open_positions
from core.store.database import Database
from core.store.queue import chats
from core.store.tables import journal
from core.sweep import load as load_module
from core.sweep.crowd import Directory
from core.sweep.exact import read_people
from core.sweep.load import load_crowd, watched_users
from tests.core.sweep.anybody import add_alert, meddle, move, person
from tests.core.sweep.world import ALPHA, BETA, World

PEOPLE = range(1, 31)
TERMINAL = 0


async def crowded(database: Database) -> World:
    """A world in which people have traded for a while."""
    world, draw = World(database), np.random.default_rng(11)
    await world.refresh()
    for user in PEOPLE:
        await person(world, user, draw)
        await add_alert(world, user, draw)
    for _ in range(4):
        move(world, draw)
        for user in PEOPLE:
            await meddle(world, user, draw)
    return world


async def test_they_have_what_their_books_say(database: Database) -> None:
    world = await crowded(database)
    found = await database.survey(lambda connection: read_people(connection, PEOPLE, world.clock()))
    assert [one.user for one in found] == list(PEOPLE)
    for one in found:
        book = world.book(one.user)
        assert one.holdings == await book.holdings()
        assert one.episode == await book.ledger.open()
        assert one.venue == (await book.preferences()).venue
        assert one.alerts == tuple(alert for alert in await book.alerts.list() if alert.mode != "off")


async def test_as_arrays_they_hold_and_have_open_the_same(database: Database) -> None:
    world, directory = await crowded(database), Directory()
    crowd = await database.survey(lambda connection: load_crowd(connection, directory, np.array(PEOPLE)))
    kinds = set(
        await database.survey(
            lambda connection: connection.scalars(journal.select().with_only_columns(journal.c.kind)).all()
        )
    )
    assert kinds == {"fill", "margin", "void"}
    for place, user in enumerate(PEOPLE):
        book = world.book(user)
        held = crowd.holdings.parts.numbers(place)
        coins = {
            directory.assets.names[crowd.holdings.asset[row]]: crowd.holdings.quantity[row] for row in held
        }
        assert coins == {
            each.asset: float(each.quantity) for each in await book.holdings() if each.asset != "USDC"
        }
        episode = await book.ledger.open()
        opened = {
            (position.venue, position.symbol): position
            for position in (open_positions(episode.entries) if episode else ())
        }
        rows = crowd.positions.parts.numbers(place)
        names = [directory.places.names[crowd.positions.place[row]] for row in rows]
        assert sorted((each.venue, each.symbol) for each in names) == sorted(opened)
        for row, each in zip(rows, names, strict=True):
            position = opened[each.venue, each.symbol]
            figures = (crowd.positions.count[row], crowd.positions.entry[row], crowd.positions.margin[row])
            margin = np.nan if position.margin is None else float(position.margin)
            exact = (float(position.count), float(position.entry), margin)
            np.testing.assert_allclose(figures, exact, rtol=1e-12)


async def test_who_is_paused_or_has_nothing_on_is_not_watched(database: Database) -> None:
    world = World(database)
    await world.refresh()
    for user in (1, 2, 3):
        await add_alert(world, user, np.random.default_rng(user))
    await world.alerts(2).change(1, mode="off")
    await chats.pause(database, 3, "blocked", world.clock())
    await world.book(4).prefer(horizon_days=7)
    by_venue = await database.survey(lambda connection: watched_users(connection, (ALPHA, BETA)))
    assert {venue: ids.tolist() for venue, ids in by_venue.items()} == {ALPHA: [1]}
    assert [
        one.user
        for one in await database.survey(lambda connection: read_people(connection, range(9), world.clock()))
    ] == [1, 2, 4]


async def test_all_who_are_watched_are_found_however_many_pages_they_fill(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_module, "A_PAGE", 2)
    world = World(database)
    await world.refresh()
    for user in (TERMINAL, 1, 2, 5, 8):
        await add_alert(world, user, np.random.default_rng(user))
    await world.book(5).prefer(venue=BETA)
    await world.book(8).prefer(venue="elsewhere")
    expected_of = {None: {ALPHA: [1, 2, 8], BETA: [5]}, 5: {BETA: [5]}, 6: {}, TERMINAL: {ALPHA: [TERMINAL]}}
    for only, expected in expected_of.items():
        look = partial(watched_users, offered=(ALPHA, BETA), only=only)
        by_venue = await database.survey(look)
        assert {venue: ids.tolist() for venue, ids in by_venue.items()} == expected
