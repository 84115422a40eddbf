"""Strangers are turned away at the door, whatever they send; a link that works once lets people in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from bot.desk.access import Access
from bot.telegram.client import BotClient
from bot.telegram.inbox.admission import TOLD_A_MINUTE, Admission
from bot.telegram.polling import Serving
from bot.wording.people import PRIVATE, USED_UP
from core.store.database import Database
from core.store.people import People
from core.store.tables import inbox
from tests.bot.telegram.conversation import Talk, says, serving
from tests.bot_api import BotApi
from tests.conversation import Clock, talk_over

ANN, BEN, CID = 7001, 7002, 7003
GROUP = {"id": -100500, "type": "supergroup", "title": "Friends"}


class House:
    """A bot behind its door, on a database of its own."""

    def __init__(self, database: Database, *, public: bool = False) -> None:
        self.database = database
        self.clock = Clock()
        self.shown: list[str] = []
        self.access = Access(People(database), public=public, clock=self.clock)
        self.admission = Admission(self.access, self.shown.append)
        self.talk = Talk(replies={"/start": says("Hi", {"Next": "/next"})})

    @asynccontextmanager
    async def opened(self, api: BotApi, owner: int | None = None) -> AsyncIterator[None]:
        await self.access.begin(owner)

        @asynccontextmanager
        async def beside(bot: BotClient) -> AsyncIterator[None]:
            await self.admission.open(bot)
            try:
                yield
            finally:
                await self.admission.close()

        async with serving(
            api, self.talk, Serving(self.database, admits=self.admission.admits, beside=beside)
        ):
            api.say(ANN, "are you there")  # its answer, or its refusal, is the sign that the door is open
            await api.reply(ANN)
            yield

    @property
    def code(self) -> str:
        """The code of the link that was printed last."""
        found = re.search(r"https://t\.me/\w+\?start=([\w-]+)", self.shown[-1])
        assert found is not None
        return found[1]


@pytest.fixture
def house(embedded: Database) -> House:
    return House(embedded)


async def test_who_opens_the_printed_link_first_is_the_owner_and_nobody_else_is_heard(
    api: BotApi, house: House
) -> None:
    async with house.opened(api):
        api.say(BEN, f"/start {house.code}x")
        assert (await api.reply(BEN)).text == USED_UP
        api.say(ANN, f"/start {house.code}")
        assert house.code in (await api.reply(ANN)).text
        api.say(CID, f"/start {house.code}")
        assert (await api.reply(CID)).text == USED_UP
        api.say(ANN, "/hedge")
        await api.reply(ANN)
        assert await house.access.owner() == ANN
    assert {line.user for line in house.talk.heard} == {ANN}
    house.shown.clear()
    async with house.opened(api):
        assert house.shown == [], "there is an owner"


async def test_the_owners_link_expires(api: BotApi, house: House) -> None:
    async with house.opened(api):
        house.clock.move(hours=1)
        api.say(BEN, f"/start {house.code}")
        assert (await api.reply(BEN)).text == USED_UP
        assert await house.access.owner() is None


async def test_whatever_a_stranger_sends_is_dropped_and_answered_by_one_sentence_a_day(
    api: BotApi, house: House
) -> None:
    async with house.opened(api, owner=ANN):
        for text in ("SOL 60", "/portfolio", "/status", "/connect bybit k s"):
            api.say(BEN, text)
        private = {"id": BEN, "type": "private"}
        sender = {"id": BEN, "is_bot": False, "first_name": "B"}
        api.push(
            {
                "edited_message": {
                    "message_id": 1,
                    "date": 1,
                    "chat": private,
                    "from": sender,
                    "text": "SOL 61",
                }
            }
        )
        api.post(BEN, {"sticker": {"file_id": "s"}})
        api.say(BEN, "/start@MicrohedgeTestBot", chat=GROUP)
        api.push(
            {
                "callback_query": {
                    "id": "9",
                    "from": sender,
                    "message": {"message_id": 5, "date": 1, "chat": private},
                    "data": "/portfolio",
                    "chat_instance": "1",
                }
            }
        )
        api.push({"message": {"from": {"id": BEN}, "chat": "not what Telegram promises"}})
        assert (await api.reply(BEN)).text == PRIVATE
        api.say(ANN, "/hedge")
        await api.reply(ANN)
        assert {line.user for line in house.talk.heard} == {ANN}
        sent = [str(call.fields["chat_id"]) for call in api.called("sendMessage")]
        assert [chat for chat in sent if int(chat) != ANN] == [str(BEN)]
        assert api.called("deleteMessage") == []
        async with house.database.read() as connection:
            stored = (await connection.scalars(select(inbox.c.user_id).distinct())).all()
        assert stored == [ANN]
        house.clock.move(days=1)
        api.say(BEN, "and today")
        assert (await api.reply(BEN)).text == PRIVATE


async def test_a_restart_does_not_make_it_two_sentences_a_day(api: BotApi, house: House) -> None:
    async with house.opened(api, owner=ANN):
        api.say(BEN, "hello")
        assert (await api.reply(BEN)).text == PRIVATE
    again = House(house.database)
    async with again.opened(api, owner=ANN):
        api.say(BEN, "hello again")
        api.say(ANN, "/hedge")
        await api.reply(ANN)
        told = [call for call in api.called("sendMessage") if str(call.fields["chat_id"]) == str(BEN)]
        assert len(told) == 1


async def test_a_crowd_of_strangers_gets_no_more_than_so_many_messages_a_minute(
    api: BotApi, house: House
) -> None:
    async with house.opened(api, owner=ANN):
        for stranger in range(8000, 8000 + 3 * TOLD_A_MINUTE):
            api.say(stranger, "hello")
        await api.until_called("sendMessage", 1 + TOLD_A_MINUTE)
        api.say(ANN, "/hedge")
        await api.reply(ANN)
        assert len(api.called("sendMessage")) == 2 + TOLD_A_MINUTE


async def test_what_is_sent_right_after_the_link_is_heard(api: BotApi, house: House) -> None:
    async with house.opened(api, owner=ANN):
        code, _ = await house.access.invite("Ben")
        api.say(BEN, f"/start {code}")
        api.say(BEN, "SOL 60")
        assert code in (await api.reply(BEN)).text
        assert (await api.reply(BEN)).text == "You said SOL 60"


async def test_where_everybody_may_who_was_removed_is_turned_away(api: BotApi, embedded: Database) -> None:
    house = House(embedded, public=True)
    await house.access.people.remove(CID, house.clock())
    async with house.opened(api, owner=ANN):
        api.say(BEN, "SOL 60")
        assert (await api.reply(BEN)).text == "You said SOL 60"
        api.say(CID, "SOL 60")
        assert (await api.reply(CID)).text == PRIVATE


async def test_an_owner_named_in_the_settings_is_told_once_who_stays(api: BotApi, house: House) -> None:
    before = talk_over(house.database)
    before.user = BEN
    await before.say("SOL 60")
    async with house.opened(api, owner=ANN):
        told = [call.fields["text"] for call in api.called("sendMessage")]
        assert any("1 person used this bot before and stays in" in text for text in told)
        api.say(BEN, "/hedge")
        assert (await api.reply(BEN)).text == "You said /hedge"
    assert await house.access.people.unannounced() == 0
