"""People come in by a code, once, and stay out once they are removed; their books stay."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.domain.admission import Invite, Role, hashed
from core.domain.holding import HoldingChange
from core.store.database import Database
from core.store.people import People, forget_strangers
from core.store.queue import chats
from core.store.queue.outbox import Outbox
from core.store.tables import chats as chat_rows
from core.store.tables import invites
from core.store.user.alerts import Alerts
from core.store.user.book import Book
from core.store.user.ledger import Ledger
from tests.core.store.queue.test_outbox import notice
from tests.core.store.test_watching import ETH, fill

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN, BEN, CID = 7001, 7002, 7003


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


async def kept(people: People, code: str, *, owner: bool = False, label: str | None = None) -> bool:
    return await people.keep_invite(Invite(hashed(code), owner, NOW + HOUR, label), NOW)


async def roles(people: People) -> dict[int, Role]:
    return {person.id: person.role for person in (await people.all()).values()}


async def has_book(database: Database, user: int) -> None:
    book = Book(database, user, now=NOW)
    await book.apply([HoldingChange("add", "SOL", Decimal(60))])


async def test_the_owners_link_works_once_and_only_while_there_is_no_owner(people: People) -> None:
    assert await kept(people, "first", owner=True)
    assert await kept(people, "second", owner=True)
    assert await people.enter(ANN, "wrong", NOW) is None
    assert await people.enter(ANN, "first", NOW) == "owner"
    for code in ("first", "second"):
        assert await people.enter(BEN, code, NOW) is None
    assert not await kept(people, "third", owner=True)
    assert await roles(people) == {ANN: "owner"}


async def test_however_many_open_owners_links_at_once_one_becomes_the_owner(people: People) -> None:
    for code in "abcd":
        await kept(people, code, owner=True)
    made = await asyncio.gather(*(people.enter(ANN + n, code, NOW) for n, code in enumerate("abcdabcd")))
    assert sorted(map(str, made)) == ["None"] * 7 + ["owner"]
    assert list((await roles(people)).values()) == ["owner"]


async def test_an_invite_lets_one_in_until_it_expires(people: People) -> None:
    await kept(people, "ben", label="Ben")
    await kept(people, "cid")
    assert await people.enter(BEN, "ben", NOW) == "member"
    assert await people.enter(CID, "ben", NOW) is None
    assert await people.enter(BEN, "cid", NOW) is None, "who is in uses up none"
    assert await people.enter(CID, "cid", NOW + HOUR) is None
    assert [(person.label, person.since) for person in (await people.all()).values()] == [("Ben", NOW)]


async def test_of_a_code_its_hash_alone_is_stored(people: People, database: Database) -> None:
    await kept(people, "my-code-in-clear")
    async with database.read() as connection:
        rows = (await connection.execute(select(invites))).all()
    assert b"my-code" not in rows[0].code
    assert "my-code" not in str(rows)


async def test_who_is_removed_and_invited_again_has_their_book_and_hears_nothing_of_the_time_between(
    people: People, database: Database
) -> None:
    await people.make_owner(ANN, NOW)
    await kept(people, "ben", label="Ben")
    await people.enter(BEN, "ben", NOW)
    await has_book(database, BEN)
    await Ledger(database, BEN, now=NOW).record([fill(ETH, "-100")])
    watched = await Alerts(database, BEN, now=NOW).list()
    outbox = Outbox(database)
    await outbox.post(BEN, notice("before"))

    assert await people.remove(BEN, NOW)
    await outbox.post(BEN, notice("meanwhile"))
    assert await chats.resume(database, BEN) is None, "nothing that they do themselves lets them in"
    assert await outbox.claim(NOW + HOUR, 9, HOUR) == []
    async with database.read() as connection:
        assert await connection.scalar(select(chat_rows.c.paused_at)) == NOW

    await kept(people, "again")
    assert await people.enter(BEN, "again", NOW) == "member"
    assert await outbox.claim(NOW + HOUR, 9, HOUR) == []
    await outbox.post(BEN, notice("after"))
    assert [batch.user for batch in await outbox.claim(NOW + HOUR, 9, HOUR)] == [BEN]
    assert [held.asset for held in await Book(database, BEN, now=NOW).holdings()] == ["SOL"]
    assert [one.rule for one in await Alerts(database, BEN, now=NOW).list()] == [one.rule for one in watched]
    assert watched
    assert (await people.all())[BEN].label == "Ben"


async def test_the_owner_cannot_be_removed_and_can_be_named_anew(people: People) -> None:
    await people.make_owner(ANN, NOW)
    assert not await people.remove(ANN, NOW)
    await people.make_owner(BEN, NOW)
    assert await roles(people) == {ANN: "member", BEN: "owner"}


async def test_a_stranger_can_be_shut_out_beforehand(people: People) -> None:
    assert await people.remove(CID, NOW)
    assert await roles(people) == {CID: "removed"}


async def test_who_has_a_book_stays_and_the_owner_is_told_of_them_once(
    people: People, database: Database
) -> None:
    for user in (ANN, BEN, 0):
        await has_book(database, user)
    await people.make_owner(ANN, NOW)
    assert await people.let_stay() == 1
    assert await people.let_stay() == 0
    assert await roles(people) == {ANN: "owner", BEN: "member"}
    assert await people.unannounced() == 1
    await people.announced()
    assert await people.unannounced() == 0
    await people.remove(BEN, NOW)
    assert await people.let_stay() == 0, "who was removed has a book, too"


async def test_a_stranger_is_told_once_a_day(people: People, database: Database) -> None:
    day = timedelta(days=1)
    assert await people.tell_once(CID, NOW)
    assert not await people.tell_once(CID, NOW + day - HOUR)
    assert await people.tell_once(CID, NOW + day)
    assert await forget_strangers(database, NOW + day + HOUR) == 0
    assert await forget_strangers(database, NOW + 3 * day) == 1


async def test_people_are_called_as_the_owner_likes(people: People) -> None:
    await people.make_owner(ANN, NOW)
    assert await people.name(ANN, "me")
    assert not await people.name(CID, "nobody")
    assert (await people.all())[ANN].label == "me"
