"""Users' read-only keys in the database: sealed, each in its place, rewrapped, erased."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.domain.errors import NoData
from core.store.database import Database
from core.store.tables import data_keys, sealed
from core.store.user.keys import Keys, Rotation, connected, erase, rotate
from core.store.user.refusals import KeysUnreadable
from core.store.user.seal import ServerKeys

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
ONE = ServerKeys({1: b"1" * 32})
BOTH = ServerKeys({1: b"1" * 32, 2: b"2" * 32})
TWO = ServerKeys({2: b"2" * 32})
KEY = {"apiKey": "key-of-mine", "secret": "hunter2"}


def keys_of(database: Database, user: int, server: ServerKeys = ONE) -> Keys:
    return Keys(database, user, server, now=NOW)


async def swap(database: Database, first: tuple[int, str, str], second: tuple[int, str, str]) -> None:
    """Put two sealed values in each other's place, as (user, venue, field)."""

    def own(place: tuple[int, str, str]) -> Any:
        return (sealed.c.user_id == place[0]) & (sealed.c.venue == place[1]) & (sealed.c.field == place[2])

    async with database.write() as connection:
        values = [
            (await connection.scalars(select(sealed.c.secret).where(own(place)))).one()
            for place in (first, second)
        ]
        for place, value in zip((second, first), values, strict=True):
            await connection.execute(update(sealed).where(own(place)).values(secret=value))


async def test_a_key_is_kept_and_opened_by_its_owner_alone(database: Database) -> None:
    await keys_of(database, 1).keep("bybit", KEY)
    assert await keys_of(database, 1).opened("bybit") == KEY
    assert await keys_of(database, 1).opened("okx") is None
    assert await keys_of(database, 2).opened("bybit") is None
    assert await connected(database, 1) == ("bybit",)
    assert await connected(database, 2) == ()


async def test_a_newer_key_takes_the_place_of_the_old_one_with_all_its_parts(database: Database) -> None:
    await keys_of(database, 1).keep("okx", {**KEY, "password": "old"})
    await keys_of(database, 1).keep("okx", {"apiKey": "new", "secret": "newer"})
    assert await keys_of(database, 1).opened("okx") == {"apiKey": "new", "secret": "newer"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, "bybit", "secret"), (2, "bybit", "secret")),
        ((1, "bybit", "secret"), (1, "gate", "secret")),
        ((1, "bybit", "secret"), (1, "bybit", "apiKey")),
    ],
)
async def test_rows_swapped_between_users_venues_or_fields_do_not_open(
    database: Database, first: tuple[int, str, str], second: tuple[int, str, str]
) -> None:
    for user in (1, 2):
        for venue in ("bybit", "gate"):
            await keys_of(database, user).keep(venue, KEY)
    await swap(database, first, second)
    for user, venue, _ in (first, second):
        with pytest.raises(NoData, match="cannot be opened"):
            await keys_of(database, user).opened(venue)
    await swap(database, first, second)
    assert await keys_of(database, 1).opened("bybit") == KEY


async def test_a_data_key_moved_to_another_user_does_not_open(database: Database) -> None:
    for user in (1, 2):
        await keys_of(database, user).keep("bybit", KEY)
    async with database.write() as connection:
        query = select(data_keys.c.wrapped).where(data_keys.c.user_id == 1)
        wrapped = (await connection.scalars(query)).one()
        await connection.execute(update(data_keys).where(data_keys.c.user_id == 2).values(wrapped=wrapped))
    with pytest.raises(NoData, match="cannot be opened"):
        await keys_of(database, 2).opened("bybit")


async def test_a_changed_byte_does_not_open(database: Database) -> None:
    await keys_of(database, 1).keep("bybit", KEY)
    async with database.write() as connection:
        secret = bytearray((await connection.scalars(select(sealed.c.secret))).first() or b"")
        secret[-1] ^= 1
        first = sealed.c.field == "apiKey"
        await connection.execute(update(sealed).where(first).values(secret=bytes(secret)))
    with pytest.raises(NoData, match="cannot be opened"):
        await keys_of(database, 1).opened("bybit")


async def test_a_key_under_a_server_key_that_is_gone_is_not_overwritten(database: Database) -> None:
    await keys_of(database, 1).keep("bybit", KEY)
    with pytest.raises(KeysUnreadable):
        await keys_of(database, 1, TWO).keep("gate", KEY)
    assert await keys_of(database, 1, ONE).opened("bybit") == KEY
    await erase(database, 1)
    await keys_of(database, 1, TWO).keep("gate", KEY)
    assert await keys_of(database, 1, TWO).opened("gate") == KEY


async def test_erasing_takes_one_or_all_and_the_data_key_with_the_last(database: Database) -> None:
    for venue in ("bybit", "gate", "okx"):
        await keys_of(database, 1).keep(venue, KEY)
    await keys_of(database, 2).keep("bybit", KEY)
    assert await erase(database, 1, "gate") == ("gate",)
    assert await erase(database, 1, "gate") == ()
    assert await connected(database, 1) == ("bybit", "okx")
    assert await erase(database, 1) == ("bybit", "okx")
    async with database.read() as connection:
        assert (await connection.scalars(select(data_keys.c.user_id))).all() == [2]
    assert await keys_of(database, 2).opened("bybit") == KEY


async def test_two_devices_that_connect_at_once_both_find_their_key(database: Database) -> None:
    venues = [f"venue{number}" for number in range(8)]
    await asyncio.gather(*(keys_of(database, 1).keep(venue, KEY) for venue in venues))
    for venue in venues:
        assert await keys_of(database, 1).opened(venue) == KEY


class Stopped(Exception):
    """The program ends in the middle."""


async def test_a_key_that_is_kept_while_another_is_erased_can_be_opened(database: Database) -> None:
    keys = keys_of(database, 1)
    for _ in range(20):
        await keys.keep("okx", KEY)
        await asyncio.gather(keys.keep("bybit", KEY), erase(database, 1, "okx"))
        assert await keys.opened("bybit") == KEY
        await erase(database, 1)


async def test_rotating_rewraps_every_data_key_in_batches_and_leaves_the_values(database: Database) -> None:
    for user in range(1, 8):
        await keys_of(database, user).keep("bybit", KEY)
    async with database.read() as connection:
        before = (await connection.execute(select(sealed).order_by(sealed.c.user_id))).all()
    assert await rotate(database, BOTH, at_once=3) == Rotation(7, 0)
    assert await rotate(database, BOTH, at_once=3) == Rotation(0, 0)
    async with database.read() as connection:
        assert (await connection.execute(select(sealed).order_by(sealed.c.user_id))).all() == before
    for user in range(1, 8):
        assert await keys_of(database, user, TWO).opened("bybit") == KEY
        with pytest.raises(NoData):
            await keys_of(database, user, ONE).opened("bybit")


async def test_rotating_that_was_stopped_goes_on_with_what_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in range(1, 8):
        await keys_of(database, user).keep("bybit", KEY)
    done = 0
    rewrap = ServerKeys.rewrap

    def stopping(self: ServerKeys, *given: Any) -> Any:
        nonlocal done
        done += 1
        if done > 5:
            raise Stopped
        return rewrap(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(ServerKeys, "rewrap", stopping)
        with pytest.raises(Stopped):
            await rotate(database, BOTH, at_once=2)
    for user in range(1, 8):
        assert await keys_of(database, user, BOTH).opened("bybit") == KEY
    assert await rotate(database, BOTH, at_once=2) == Rotation(3, 0)
    for user in range(1, 8):
        assert await keys_of(database, user, TWO).opened("bybit") == KEY


async def test_rotating_counts_what_no_server_key_opens_and_ends(database: Database) -> None:
    for user in range(1, 6):
        await keys_of(database, user).keep("bybit", KEY)
    assert await rotate(database, TWO, at_once=2) == Rotation(0, 5)
    for user in range(1, 6):
        assert await keys_of(database, user, ONE).opened("bybit") == KEY


async def test_nothing_of_a_key_is_in_any_table(database: Database) -> None:
    await keys_of(database, 1).keep("bybit", KEY)
    async with database.read() as connection:
        for table in (sealed, data_keys):
            for row in (await connection.execute(select(table))).all():
                assert not any(part in repr(tuple(row)) for part in KEY.values())
        assert await connection.scalar(select(func.count()).select_from(sealed)) == 2
