"""The outbox: a notice is made once with its state, sent by one at a time, and never lost or doubled."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.alert.facts import Facts
from core.alert.rule import Rule, State
from core.store.database import Database, open_database
from core.store.queue import chats
from core.store.queue.notice import Batch, Notice
from core.store.queue.outbox import AlertChange, Outbox
from core.store.tables import notices, users
from core.store.user.alerts import Alert, Alerts
from core.store.user.book import Book
from core.store.user.own import hold
from tests.core.store.exported import exported
from tests.postgres import Postgres

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
SOON, LEASE = NOW + timedelta(seconds=10), timedelta(seconds=60)
LATER = NOW + timedelta(hours=1)
ANN, BOB, CAT = 4_503_599_627_370_495, 2, 3
RULE = Rule("drift", "risk", "", "above", (Decimal("0.05"),))
FIRED = State(1, 1, (NOW,), (NOW,))


def notice(key: str = "1::1:x", *, urgency: int = 1, due: datetime = NOW, **rest: Any) -> Notice:
    facts = rest.pop("facts", Facts(kind="drift", value=Decimal("0.0612")))
    return Notice(key, 1, rest.pop("kind", "drift"), urgency, rest.pop("silent", False), facts, NOW, due)


async def meet(database: Database, *people: int) -> None:
    for user in people:
        await Book(database, user, now=NOW).prefer(horizon_days=14)


async def post(database: Database, user: int, *posted: Notice) -> Outbox:
    await meet(database, user)
    for each in posted:
        assert await Outbox(database).post(user, each)
    return Outbox(database)


async def alert_of(database: Database, user: int) -> Alert:
    return await Alerts(database, user, now=NOW).add(RULE)


def change(user: int, alert: Alert, *made: Notice, state: State = FIRED) -> AlertChange:
    return AlertChange(user, alert.number, alert.version, {"": state}, made)


async def states(database: Database, user: int) -> dict[str, str]:
    query = select(notices.c.key, notices.c.state).where(notices.c.user_id == user)
    async with database.read() as connection:
        return dict(map(tuple, (await connection.execute(query)).all()))


def keys(batches: Sequence[Batch]) -> list[tuple[str, ...]]:
    return [batch.keys for batch in batches]


async def test_a_state_and_its_notice_are_written_together(database: Database) -> None:
    alert = await alert_of(database, ANN)
    done = await Outbox(database).apply([change(ANN, alert, notice())])
    assert [each.number for each in done] == [1]
    (after,) = await Alerts(database, ANN, now=NOW).list()
    assert (after.states, after.version) == ({"": FIRED}, alert.version + 1)
    (batch,) = await Outbox(database).claim(NOW, 10, LEASE)
    assert batch == Batch(ANN, ANN, (notice(),), NOW + LEASE, 1)


async def test_a_change_of_a_row_that_has_changed_since_does_nothing(database: Database) -> None:
    alert = await alert_of(database, ANN)
    await Alerts(database, ANN, now=NOW).change(1, mode="silent")
    assert await Outbox(database).apply([change(ANN, alert, notice())]) == ()
    (after,) = await Alerts(database, ANN, now=NOW).list()
    assert (after.states, after.mode) == ({}, "silent")
    assert await states(database, ANN) == {}


async def test_one_lost_race_leaves_the_changes_of_others_alone(database: Database) -> None:
    anns, bobs = await alert_of(database, ANN), await alert_of(database, BOB)
    await Alerts(database, ANN, now=NOW).remove(1)
    gone = change(CAT, bobs, notice())
    done = await Outbox(database).apply([change(ANN, anns, notice()), gone, change(BOB, bobs, notice())])
    assert [each.user for each in done] == [BOB]
    async with database.read() as connection:
        assert (await connection.execute(select(notices.c.user_id))).scalars().all() == [BOB]


async def test_two_sweeps_at_once_make_one_notice(database_url: str) -> None:
    sweeps = [open_database(database_url) for _ in range(2)]
    people = range(1, 41)
    alerts = {user: await alert_of(sweeps[0], user) for user in people}
    mine = [change(user, alerts[user], notice(f"1::1:{turn}")) for turn, user in enumerate(people)]
    done = await asyncio.gather(*(Outbox(one).apply(mine) for one in sweeps))
    assert sorted(each.user for some in done for each in some) == list(people)
    assert [list((await states(sweeps[0], user)).values()) for user in people] == [["waiting"]] * 40
    for one in sweeps:
        await one.close()


async def test_a_key_makes_one_notice_whatever_became_of_the_first(database: Database) -> None:
    alert = await alert_of(database, ANN)
    box = Outbox(database)
    await box.apply([change(ANN, alert, notice())])
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.sent(batch, 77, NOW)
    again = AlertChange(ANN, 1, alert.version + 1, {"": State()}, (notice(),))
    assert await box.apply([again]) == (again,)
    assert await box.claim(NOW, 10, LEASE) == []
    assert not await box.post(ANN, notice())
    (after,) = await Alerts(database, ANN, now=NOW).list()
    assert after.states == {}


async def test_all_that_is_due_to_a_user_is_one_batch_the_most_urgent_first(database: Database) -> None:
    box = await post(database, ANN, notice("a", urgency=2), notice("b"), notice("c", urgency=0))
    await post(database, ANN, notice("d", due=LATER))
    assert keys(await box.claim(NOW, 10, LEASE)) == [("c", "b", "a")]


async def test_who_has_something_urgent_is_served_first_and_digests_last(database: Database) -> None:
    box = await post(database, ANN, notice("a", urgency=2, due=NOW - LEASE))
    await post(database, BOB, notice("b", urgency=1))
    await post(database, CAT, notice("c", urgency=0))
    assert keys(await box.claim(NOW, 2, LEASE)) == [("c",), ("b",)]
    assert keys(await box.claim(NOW, 2, LEASE)) == [("a",)]


async def test_among_equals_the_one_who_has_waited_longest_is_first(database: Database) -> None:
    box = await post(database, ANN, notice("a", due=NOW))
    await post(database, BOB, notice("b", due=NOW - LEASE))
    assert keys(await box.claim(NOW, 1, LEASE)) == [("b",)]


async def test_what_is_claimed_is_left_alone_and_what_comes_meanwhile_waits(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await post(database, ANN, notice("b", urgency=0))
    assert await box.claim(SOON, 10, LEASE) == []
    await box.sent(batch, 77, SOON)
    assert keys(await box.claim(SOON, 10, LEASE)) == [("b",)]


async def test_two_who_deliver_never_claim_the_same_user(database_url: str) -> None:
    both = [open_database(database_url) for _ in range(2)]
    people = range(1, 31)
    for user in people:
        await post(both[0], user, notice("a"), notice("b"))

    async def claim_all(database: Database) -> list[int]:
        mine: list[int] = []
        for _ in range(30):
            mine += [batch.user for batch in await Outbox(database).claim(NOW, 3, LEASE)]
        return mine

    claimed = await asyncio.gather(*map(claim_all, both))
    assert sorted(user for mine in claimed for user in mine) == list(people)
    for one in both:
        await one.close()


async def test_somebody_who_is_just_changed_keeps_nobody_else_waiting(
    postgres: Postgres, migrated_postgres: str
) -> None:
    """On SQLite there is one writer at a time."""
    database_url = postgres.url(postgres.copy(migrated_postgres))
    one, other = open_database(database_url), open_database(database_url)
    box = await post(one, ANN, notice("a", urgency=0))
    await post(one, BOB, notice("b"))
    async with other.write() as connection:
        await connection.run_sync(hold, ANN)
        assert keys(await box.claim(NOW, 1, LEASE)) == [("b",)]
    assert keys(await box.claim(NOW, 1, LEASE)) == [("a",)]
    for database in (one, other):
        await database.close()


async def test_two_who_deliver_find_something_as_long_as_there_is_something(database_url: str) -> None:
    both = [open_database(database_url) for _ in range(2)]
    people = range(1, 41)
    for user in people:
        await post(both[0], user, notice("a"))
    found = await asyncio.gather(*(Outbox(both[turn % 2]).claim(NOW, 1, LEASE) for turn in people))
    assert sorted(batch.user for batches in found for batch in batches) == list(people)
    for one in both:
        await one.close()


async def test_what_was_sent_is_kept_with_its_message(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.sent(batch, 77, SOON)
    (row,) = (await exported(database, ANN))["notices"]
    assert (row["state"], row["message_id"], row["sent_at"], row["lease_until"]) == ("sent", 77, SOON, None)
    assert await box.claim(LATER, 10, LEASE) == []


async def test_what_is_put_off_comes_back_and_counts_its_attempts(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.later(batch, SOON)
    assert await box.claim(NOW, 10, LEASE) == []
    (again,) = await box.claim(SOON, 10, LEASE)
    assert (again.keys, again.attempts) == (("a",), 2)


async def test_what_is_dropped_says_why_and_does_not_come_back(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.dropped(batch, "chat not found")
    assert await box.claim(LATER, 10, LEASE) == []
    (row,) = (await exported(database, ANN))["notices"]
    assert (row["state"], row["why"]) == ("dropped", "chat not found")


async def test_after_a_crash_what_is_urgent_goes_again_and_the_rest_is_unknown(database: Database) -> None:
    box = await post(database, ANN, notice("a"), notice("c", urgency=0))
    await box.claim(NOW, 10, LEASE)
    assert await box.recover(NOW + LEASE - timedelta(seconds=1)) == 0
    assert await box.recover(NOW + LEASE) == 2
    assert await states(database, ANN) == {"a": "unknown", "c": "waiting"}
    assert keys(await box.claim(NOW + LEASE, 10, LEASE)) == [("c",)]
    assert [each.key for each in await box.unknown(ANN)] == ["a"]


async def test_of_an_answer_that_never_came_it_is_the_same_at_once(database: Database) -> None:
    box = await post(database, ANN, notice("a"), notice("c", urgency=0))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.doubtful(batch, SOON)
    assert await states(database, ANN) == {"a": "unknown", "c": "waiting"}


@pytest.mark.parametrize("urgency", [0, 1])
async def test_that_it_arrived_is_believed_even_after_its_lease(database: Database, urgency: int) -> None:
    box = await post(database, ANN, notice("a", urgency=urgency))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.recover(NOW + LEASE)
    await box.sent(batch, 77, LATER)
    assert await states(database, ANN) == {"a": "sent"}


async def test_who_lost_the_lease_no_longer_decides(database: Database) -> None:
    box = await post(database, ANN, notice("a", urgency=0))
    (old,) = await box.claim(NOW, 10, LEASE)
    await box.recover(NOW + LEASE)
    (new,) = await box.claim(NOW + LEASE, 10, LEASE)
    await box.later(old, NOW)
    await box.dropped(old, "late")
    await box.doubtful(old, NOW)
    await box.sent(old, 5, LATER)
    assert await states(database, ANN) == {"a": "sending"}
    await box.sent(new, 6, LATER)
    assert await states(database, ANN) == {"a": "sent"}


async def test_a_digest_that_arrives_settles_what_it_names(database: Database) -> None:
    box = await post(database, ANN, notice("a"), notice("b"))
    await box.claim(NOW, 10, LEASE)
    await box.recover(LATER)
    await post(database, ANN, notice("digest", urgency=2, due=LATER, facts=Facts(unknown=(Facts(key="a"),))))
    (batch,) = await box.claim(LATER, 10, LEASE)
    assert [each.key for each in await box.unknown(ANN)] == ["a", "b"]
    await box.sent(batch, 77, LATER)
    assert [each.key for each in await box.unknown(ANN)] == ["b"]


async def test_a_paused_chat_gets_nothing_and_loses_nothing(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    await chats.pause(database, ANN, "blocked", NOW)
    assert await box.claim(LATER, 10, LEASE) == []
    assert (await box.depth(LATER)).waiting == 0
    assert await chats.resume(database, ANN)
    assert not await chats.resume(database, ANN)
    assert keys(await box.claim(LATER, 10, LEASE)) == [("a",)]


async def test_notices_follow_a_chat_that_has_moved(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    await chats.chat_moved(database, ANN, -100_777)
    await chats.pause(database, ANN, "blocked", NOW)
    await chats.resume(database, ANN)
    (batch,) = await box.claim(NOW, 10, LEASE)
    assert (batch.user, batch.chat) == (ANN, -100_777)


async def test_the_depth_counts_what_is_due(database: Database) -> None:
    box = await post(database, ANN, notice("a", due=NOW - LEASE), notice("z", due=LATER))
    await post(database, BOB, notice("b", due=NOW))
    assert await box.depth(NOW - 2 * LEASE) == type(await box.depth(NOW))(0, 0, 0, None)
    await box.claim(NOW - LEASE, 1, LEASE)
    depth = await box.depth(NOW)
    assert (depth.waiting, depth.sending, depth.unknown, depth.oldest) == (1, 1, 0, NOW - LEASE)
    await box.recover(NOW)
    depth = await box.depth(NOW)
    assert (depth.waiting, depth.sending, depth.unknown, depth.oldest) == (1, 0, 1, NOW)


async def test_old_notices_that_are_done_with_are_forgotten(database: Database) -> None:
    box = await post(database, ANN, notice("a"))
    (batch,) = await box.claim(NOW, 10, LEASE)
    await box.sent(batch, 77, NOW)
    await post(database, ANN, notice("b"))
    assert await box.tidy(NOW) == 0
    assert await box.tidy(LATER) == 1
    assert await states(database, ANN) == {"b": "waiting"}


async def test_nothing_is_kept_for_who_was_forgotten(database: Database) -> None:
    alert = await alert_of(database, ANN)
    book = Book(database, ANN, now=NOW)
    await book.forget(await book.save_draft("?"), "?")
    box = Outbox(database)
    assert await box.apply([change(ANN, alert, notice())]) == ()
    await chats.pause(database, ANN, "blocked", NOW)
    await chats.chat_moved(database, ANN, 5)
    assert all(rows == [] for rows in (await exported(database, ANN)).values())


async def test_every_change_of_a_user_is_seen_by_the_clock_of_the_database(database: Database) -> None:
    async def touched() -> datetime | None:
        async with database.read() as connection:
            found: datetime | None = await connection.scalar(select(users.c.touched))
            return found

    box, alert = Outbox(database), await alert_of(database, ANN)
    first = await touched()
    assert first is not None
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)
    for turn in range(3):
        before = await touched()
        await asyncio.sleep(0.002)
        if turn == 0:
            await box.apply([change(ANN, alert, notice())])
        elif turn == 1:
            await chats.pause(database, ANN, "blocked", NOW)
        else:
            await chats.resume(database, ANN)
        assert before is not None
        after = await touched()
        assert after is not None
        assert after > before
