"""Updates kept until they are answered: in order, by one process at a time, and none is lost."""

import os
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.store.database import Database
from core.store.queue.arrived import Accepted
from core.store.queue.inbox import HUNG, ROWS_AT_ONCE, Inbox, forget_updates
from core.store.queue.worker import this_process, worker_is_gone
from core.store.tables import inbox as table
from core.store.user.book import Book

BOT, OTHER_BOT = 123, 456
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=6)
ANN, BEN = 7, 8


def line(user: int, update: int) -> Accepted:
    return Accepted(user, update, f'{{"text":"{update}"}}')


async def claimed(inbox: Inbox, *users: int, after: float = 0) -> list[tuple[int, int]]:
    """The users and updates that are claimed so many seconds later."""
    now = NOW + timedelta(seconds=after)
    found = await inbox.claim(users, now, now + LEASE)
    return [(user, each.update) for user, own in found.items() for each in own]


async def states(database: Database) -> dict[int, str]:
    async with database.read() as connection:
        rows = (await connection.execute(select(table.c.update_id, table.c.state))).all()
    return {row.update_id: row.state for row in rows}


async def stored(database: Database, updates: Iterable[Accepted], worker: str | None = None) -> Inbox:
    inbox = Inbox(database, BOT, worker)
    await inbox.store(list(updates), NOW, confirmed=0)
    return inbox


async def test_the_oldest_few_of_each_user_are_claimed_in_their_order(database: Database) -> None:
    inbox = await stored(database, [line(ANN, 20 - number) for number in range(12)] + [line(BEN, 3)])
    assert sorted(await inbox.users(NOW)) == [ANN, BEN]
    first = await claimed(inbox, ANN, BEN)
    assert first == [(ANN, update) for update in range(9, 9 + ROWS_AT_ONCE)] + [(BEN, 3)]


async def test_a_user_whom_another_process_is_at_is_left_to_it_until_its_lease_has_run_out(
    database: Database,
) -> None:
    one = await stored(database, [line(ANN, 1), line(ANN, 2)])
    other = Inbox(database, BOT)
    assert await claimed(one, ANN) == [(ANN, 1), (ANN, 2)]
    await other.store([line(ANN, 3)], NOW, confirmed=0)
    assert await claimed(other, ANN) == []
    await one.renew(NOW + 2 * LEASE)
    assert await claimed(other, ANN, after=7) == []
    assert await claimed(other, ANN, after=12) == [(ANN, 1), (ANN, 2), (ANN, 3)]


async def test_what_comes_again_is_known_until_its_confirmation_was_taken(database: Database) -> None:
    inbox = await stored(database, [line(ANN, 1), line(ANN, 2)])
    found = await inbox.claim([ANN], NOW, NOW + LEASE)
    await inbox.finish(found[ANN])
    await inbox.store([line(ANN, 2)], NOW, confirmed=2)
    assert await states(database) == {2: "done"}, "1 cannot come any more, 2 did and was answered before"
    assert await inbox.users(NOW) == []
    await inbox.store([], NOW, confirmed=3)
    assert await states(database) == {}


async def test_of_what_is_done_nothing_is_left_but_its_number(database: Database) -> None:
    inbox = Inbox(database, BOT)
    await inbox.store([Accepted(ANN, 1, '{"text":"SOL 4242"}', b"sealed")], NOW, confirmed=0)
    found = await inbox.claim([ANN], NOW, NOW + LEASE)
    await inbox.keep_answer(found[ANN][0], "You hold 4242", 1)
    await inbox.finish(found[ANN])
    async with database.read() as connection:
        [row] = (await connection.execute(select(table))).all()
    assert "4242" not in repr(row)
    assert row.secret is None


async def test_what_is_put_off_keeps_what_came_after_it_waiting_and_its_answer(database: Database) -> None:
    inbox = await stored(database, [line(ANN, 1), line(ANN, 2)])
    first = (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN][0]
    await inbox.keep_answer(first, "the answer", 1)
    await inbox.keep_told(first, 2)
    await inbox.put_off(first, NOW + timedelta(seconds=30))
    assert await claimed(inbox, ANN, after=29) == []
    later = NOW + timedelta(seconds=30)
    again = (await inbox.claim([ANN], later, later + LEASE))[ANN]
    assert [(each.update, each.answer, each.told) for each in again] == [(1, "the answer", 2), (2, None, 0)]


async def test_what_is_set_aside_does_not_come_again_and_holds_no_secret(database: Database) -> None:
    inbox = Inbox(database, BOT)
    await inbox.store([Accepted(ANN, 1, "{}", b"sealed"), line(ANN, 2)], NOW, confirmed=0)
    first, second = (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN]
    await inbox.failed(first, NOW)
    assert (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN][0].attempts == 1
    await inbox.set_aside(first, "ZeroDivisionError")
    assert await claimed(inbox, ANN) == [(ANN, second.update)]
    depth = await inbox.depth()
    assert (depth.waiting, depth.aside, depth.poison, depth.oldest) == (1, 1, 0, NOW)
    async with database.read() as connection:
        assert await connection.scalar(select(table.c.secret).where(table.c.update_id == 1)) is None


async def test_poison_is_kept_and_never_claimed_and_forgotten_in_time(database: Database) -> None:
    inbox = await stored(database, [Accepted(ANN, 1, secret=b"sealed", why="from.id is no id"), line(ANN, 2)])
    assert await claimed(inbox, ANN) == [(ANN, 2)]
    assert await forget_updates(database, NOW) == 0
    assert await forget_updates(database, NOW + timedelta(days=8)) == 1
    assert await states(database) == {2: "waiting"}, "what waits is never forgotten"


async def test_only_what_was_begun_counts_as_begun(database: Database) -> None:
    inbox = await stored(database, [line(ANN, 1), line(ANN, 2)])
    for time in (1, 2, 3):
        first, second = (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN]
        assert (first.claims, second.claims) == (time, 0)
    await inbox.release()
    assert (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN][0].claims == 1


async def test_what_a_process_hung_in_counts_for_more(database: Database) -> None:
    one = await stored(database, [line(ANN, 1), line(ANN, 2)])
    assert await claimed(one, ANN) == [(ANN, 1), (ANN, 2)]
    later = NOW + LEASE + timedelta(seconds=10)
    first, second = (await Inbox(database, BOT).claim([ANN], later, later + LEASE))[ANN]
    assert (first.claims, second.claims) == (1 + HUNG, 0)


async def test_two_bots_that_share_a_database_do_not_meet(database: Database) -> None:
    one = await stored(database, [line(ANN, 1)])
    other = Inbox(database, OTHER_BOT)
    await other.store([Accepted(ANN, 1, '{"text":"other"}')], NOW, confirmed=0)
    assert (await other.claim([ANN], NOW, NOW + LEASE))[ANN][0].body == '{"text":"other"}'
    assert await claimed(one, ANN) == [(ANN, 1)]


async def test_what_a_process_was_at_that_is_gone_is_free_at_once(database: Database) -> None:
    before_us = f"{socket.gethostname()}:{os.getpid()}:ffffffffff.1"
    dead = await stored(database, [line(ANN, 1)], before_us)
    alive = await stored(database, [line(BEN, 2)])
    assert await claimed(dead, ANN) == [(ANN, 1)]
    assert await claimed(alive, BEN) == [(BEN, 2)]
    ours = Inbox(database, BOT)
    await ours.take_over(NOW)
    assert await claimed(ours, ANN, BEN) == [(ANN, 1)]


@pytest.mark.parametrize(
    ("worker", "gone"),
    [
        (f"{socket.gethostname()}:{os.getppid()}:0.1", False),
        (f"another-machine:{2**22 + 1}:0.1", False),
        (f"{socket.gethostname()}:{2**22 + 1}:0.1", True),
    ],
    ids=["alive", "elsewhere", "gone"],
)
def test_a_process_is_known_to_be_gone_only_on_this_machine(worker: str, gone: bool) -> None:
    assert worker_is_gone(worker) is gone
    assert not worker_is_gone(this_process())


async def test_forgetting_a_user_leaves_only_the_answer_to_it_and_what_they_sent_later(
    database: Database,
) -> None:
    inbox = await stored(
        database,
        [line(ANN, 1), Accepted(ANN, 2, secret=b"x", why="odd"), line(ANN, 3), line(ANN, 4), line(BEN, 5)],
    )
    await inbox.set_aside((await inbox.claim([ANN], NOW, NOW + LEASE))[ANN][0], "why")
    book = Book(database, ANN, now=NOW, request=3)
    token = await book.save_draft("forget")
    await book.forget(token, "forget", "Everything is deleted")
    assert await states(database) == {3: "waiting", 4: "waiting", 5: "waiting"}
    asked, later = (await inbox.claim([ANN], NOW, NOW + LEASE))[ANN]
    assert (asked.body, asked.answer) == ("{}", "Everything is deleted")
    assert later.body == '{"text":"4"}'
