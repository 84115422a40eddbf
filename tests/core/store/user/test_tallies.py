"""What a journal comes to is kept beside it: it is always right, and a fill costs the same each time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, insert, select, update

from core.domain.errors import AlreadyDone, BadInput
from core.journal.fill import Fill, Margin, Void
from core.journal.tally import Tally, replayed_tally
from core.store.database import Database
from core.store.tables import episodes, journal, metadata, tallies, users
from core.store.user.episodes import load_entries
from core.store.user.ledger import Ledger
from core.store.user.sheets import load_ticket
from core.store.user.tallies import MADE_BY, check_tallies, drop_wrong_tallies, load_tally
from tests.core.store.user.test_ledger import ANN, BOB, ETH, NOW, SOL, fill, ledger, order, sizing
from tests.effort import examples

UNUSED: Any = None


@contextmanager
def in_memory() -> Iterator[Connection]:
    """A database of one user that needs no event loop."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(users), {"id": ANN, "created_at": NOW})
        yield connection
    engine.dispose()


def record(connection: Connection, *what: Fill | Margin | Void, minute: int = 0) -> None:
    now = NOW + timedelta(minutes=minute)
    Ledger(UNUSED, ANN, now=now).record_beside(connection, what, source="typed", prices={})


def calls(connection: Connection, *what: Fill, minute: int) -> int:
    """Calls of functions that recording this takes."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        record(connection, *what, minute=minute)
    finally:
        sys.setprofile(before)
    return count


def one_more(minute: int) -> Fill:
    return fill("-1", at=NOW + timedelta(minutes=minute), price=f"{3000 + minute % 7}", margin=Decimal(7))


def test_a_fill_takes_as_much_work_after_many_as_after_few() -> None:
    with in_memory() as connection:
        for minute in range(30):
            record(connection, one_more(minute), minute=minute)
        few = calls(connection, one_more(30), minute=30)
        for minute in range(31, 300):
            record(connection, one_more(minute), minute=minute)
        many = calls(connection, one_more(300), minute=300)
    assert many <= few * 1.05


changes = st.lists(
    st.tuples(
        st.sampled_from(["fill", "fill", "fill", "margin", "void", "late"]),
        st.integers(-6, 6).filter(bool),
        st.sampled_from([ETH, SOL]),
        st.integers(0, 30),
    ),
    max_size=14,
)


@given(changes)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_was_recorded_every_tally_is_what_replaying_gives(
    made: list[tuple[str, int, str, int]],
) -> None:
    with in_memory() as connection:
        for minute, (kind, count, symbol, other) in enumerate(made):
            at = NOW + timedelta(minutes=minute - (other if kind == "late" else 0))
            what: Fill | Margin | Void
            if kind == "void":
                what = Void(other % 8 + 1)
            elif kind == "margin":
                what = Margin("bybit", symbol, Decimal(other), at)
            else:
                what = fill(str(count), at=at, symbol=symbol, price=str(3000 + other), margin=Decimal(other))
            with connection.begin_nested() as step:
                try:
                    record(connection, what, minute=minute)
                except (BadInput, AlreadyDone):
                    step.rollback()
            for episode in connection.scalars(select(episodes.c.number)).all():
                stored = connection.execute(select(tallies).where(tallies.c.number == episode)).one()
                entries = load_entries(connection, ANN, episode)
                assert (stored.through, stored.made_by) == (entries[-1].number, MADE_BY)
                assert load_tally(connection, ANN, episode) == replayed_tally(entries)
        assert drop_wrong_tallies(connection, ANN) == 0


async def tally_of(database: Database) -> Tally:
    return await database.see(lambda connection: load_tally(connection, ANN, 1))


async def test_a_tally_comes_back_as_it_was(database: Database) -> None:
    token = await ledger(database).save_ticket([order("-100")], sizing())
    await ledger(database).record(
        [fill("-100", margin=Decimal("1166.67")), fill("33", symbol=SOL)], ticket=token
    )
    at = NOW + timedelta(hours=1)
    await ledger(database, now=at).record([fill("-50", "3333.3", at), fill("-30", "7", at, SOL)])
    await ledger(database, now=at).record([fill("3", "3200", at)], ticket=token)
    entries = await database.see(lambda connection: load_entries(connection, ANN, 1))
    assert await tally_of(database) == replayed_tally(entries)
    assert (await ledger(database).current()).held == replayed_tally(entries).open
    assert (await ledger(database).current()).last == 5
    sheet = await database.see(lambda connection: load_ticket(connection, ANN, token))
    assert sheet is not None
    assert sheet.filled(order("-100")) == Decimal(-97)  # 3 were taken back by an order of the other side
    assert sheet.filled(order("50", SOL)) == Decimal(33)


@pytest.mark.parametrize("spoilt", [{"made_by": "0 1"}, {"through": 1}, None], ids=["old", "behind", "gone"])
async def test_a_tally_that_is_not_to_be_believed_is_not(
    database: Database, spoilt: dict[str, Any] | None
) -> None:
    """Also after an older version, which knows no tallies, has gone on with the journal."""
    await ledger(database).record([fill("-100")])
    await ledger(database).record([fill("-1")])
    async with database.write() as connection:
        await connection.execute(delete(tallies) if spoilt is None else update(tallies).values(**spoilt))
        await connection.execute(update(journal).where(journal.c.number == 2).values(count=Decimal(-9)))
    assert [held.count for held in (await ledger(database).current()).held] == [Decimal(-109)]
    await ledger(database).record([fill("-1")])
    assert [held.count for held in (await ledger(database).current()).held] == [Decimal(-110)]
    assert (await tally_of(database)).through == 3


async def test_a_wrong_tally_is_found_and_dropped(database: Database) -> None:
    await ledger(database).record([fill("-100")])
    async with database.write() as connection:
        assert await connection.run_sync(drop_wrong_tallies, ANN) == 0
        await connection.execute(update(journal).values(count=Decimal(-9)))
    assert [held.count for held in (await ledger(database).current()).held] == [Decimal(-100)]
    async with database.write() as connection:
        assert await connection.run_sync(drop_wrong_tallies, ANN) == 1
    assert [held.count for held in (await ledger(database).current()).held] == [Decimal(-9)]


async def test_wrong_tallies_are_found_among_those_of_all_users(database: Database) -> None:
    for user in (ANN, BOB):
        await ledger(database, user).record([fill("-100")])
    assert await check_tallies(database) == 0
    async with database.write() as connection:
        await connection.execute(update(journal).where(journal.c.user_id == BOB).values(count=Decimal(-9)))
    assert await check_tallies(database) == 1
    assert await check_tallies(database) == 0
    assert [held.count for held in (await ledger(database, BOB).current()).held] == [Decimal(-9)]
    assert [held.count for held in (await ledger(database).current()).held] == [Decimal(-100)]
