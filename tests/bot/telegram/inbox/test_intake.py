"""Malformed updates, a Telegram that fails, and a database that does: what is taken in, and what is told."""

import logging

import pytest
from sqlalchemy import select

from bot.telegram.inbox.arrival import Arrival
from bot.telegram.inbox.one_update import SET_ASIDE
from bot.telegram.polling import Serving, seal_of
from core.store.tables import inbox
from tests.bot.telegram.conversation import Command, Talk, kept, serving, settings
from tests.bot.telegram.test_polling import until
from tests.bot_api import BotApi
from tests.bot_messages import Failure, Json

COMMANDS = (Command("start", "Say hello"), Command("connect", "Read", secret=True))
KEY = "/connect bybit KEY-OF-MINE hunter2"
ANN: Json = {"id": 66, "is_bot": False, "first_name": "Ann Surname"}
OWN: Json = {"id": 66, "type": "private", "first_name": "Ann Surname"}
MESSAGE: Json = {"message_id": 5, "date": 1, "from": ANN, "chat": OWN, "text": "/portfolio 4242"}
POISON: dict[str, Json] = {
    "no chat": {name: MESSAGE[name] for name in MESSAGE if name != "chat"},
    "a text that is a list": {**MESSAGE, "text": [KEY]},
    "a sender who is a list": {**MESSAGE, "from": [1]},
    "a sender beyond numbers": {**MESSAGE, "from": {**ANN, "id": 2**200}},
    "nothing": {},
}


async def test_what_cannot_be_read_is_kept_sealed_and_passed_over_and_stops_nobody(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with kept() as database, serving(api, Talk(), over := Serving(database)):
        for content in POISON.values():
            api.push({"message": content})
            api.say(7, "hello")
        for _ in POISON:
            assert (await api.reply(7)).text == "You said hello"
        await until(lambda: api.unconfirmed == [])
        assert over.intake_state.poison == len(POISON)
        async with database.read() as connection:
            rows = (await connection.execute(select(inbox).where(inbox.c.state == "poison"))).all()
    assert len(rows) == len(POISON)
    for secret in ("4242", "hunter2", "Surname"):
        assert secret not in repr(rows)
        assert secret not in caplog.text
    assert {row.why for row in rows} >= {"chat is missing or no object", "text is no text"}
    assert len(api.called("getUpdates")) < 40, "nothing is asked for again and again"


async def test_updates_without_a_number_are_passed_over_at_a_walk(api: BotApi) -> None:
    async with kept() as database, serving(api, Talk(), over := Serving(database)):
        api.fail("getUpdates", Failure(body=b'{"ok":true,"result":[null,"text",[]]}'), times=3)
        api.say(7, "hello")
        assert (await api.reply(7)).text == "You said hello"
        assert over.intake_state.poison == 3, "each is told once"


@pytest.mark.parametrize(
    "body",
    [
        b'{"ok":true,"result":null}', b'{"ok":true,"result":{}}', b'{"ok":true}',
        b"[" * 100_000 + b"]" * 100_000, b'{"ok":true,"result":[{"update_id":' + b"9" * 5000 + b"}]}",
    ],
    ids=["null", "object", "none", "deep", "huge"],
)  # fmt: skip
async def test_whatever_comes_instead_of_updates_the_next_ones_are_taken(api: BotApi, body: bytes) -> None:
    api.fail("getUpdates", Failure(body=body))
    async with serving(api, Talk()):
        api.say(7, "hello")
        assert (await api.reply(7)).text == "You said hello"


async def test_a_conflict_with_another_process_is_told_as_long_as_it_lasts(api: BotApi) -> None:
    taken = Failure(409, "Conflict: terminated by other getUpdates request")
    async with kept() as database, serving(api, Talk(), over := Serving(database)):
        await api.until_called("getUpdates")
        api.fail("getUpdates", taken, times=2)
        api.say(7, "first")
        await api.reply(7)
        await until(lambda: over.intake_state.conflict)
        api.say(7, "second")
        await api.reply(7)
        assert (over.intake_state.conflict, over.intake_state.failing) == (False, None)
        assert over.intake_state.conflicts == 2


async def test_whom_the_bot_does_not_admit_is_dropped_before_the_inbox(api: BotApi) -> None:
    async def admits(arrival: Arrival) -> bool:
        return arrival.user == 7

    async with kept() as database:
        talk = Talk()
        async with serving(api, talk, over := Serving(database, admits=admits)):
            api.say(8, "stranger")
            api.say(7, "friend")
            await api.reply(7)
        assert [line.text for line in talk.heard] == ["friend"]
        assert (over.intake_state.turned_away, over.intake_state.accepted) == (1, 1)
        async with database.read() as connection:
            assert set((await connection.scalars(select(inbox.c.user_id))).all()) <= {7}


async def test_a_line_with_a_secret_waits_sealed_and_is_read_after_a_restart(api: BotApi) -> None:
    async with kept() as database:
        seal = seal_of(settings(api))
        deaf = Talk(commands=COMMANDS)
        async with database.write() as connection:
            await connection.execute(inbox.insert(), _row(seal.seal(KEY, "inbox", 7, 1)))
        async with serving(api, deaf, Serving(database)):
            await api.reply(7)
        assert [line.text for line in deaf.heard] == [KEY]
        assert api.deleted == {(7, 5)}


async def test_what_was_sealed_with_keys_that_are_gone_is_asked_for_again(api: BotApi) -> None:
    async with kept() as database:
        async with database.write() as connection:
            await connection.execute(inbox.insert(), _row(b"sealed with something else"))
        async with serving(api, talk := Talk(commands=COMMANDS), Serving(database)):
            assert "Please send it again" in (await api.reply(7)).text
        assert talk.heard == []


def _row(secret: bytes) -> Json:
    from datetime import UTC, datetime

    body = '{"kind":"text","chat":7,"private":true,"message":5,"text":"","press":null}'
    return {
        "bot": 123456789, "user_id": 7, "update_id": 1, "received_at": datetime.now(UTC), "state": "waiting",
        "body": body, "secret": secret,
    }  # fmt: skip


async def test_a_line_with_a_secret_is_never_in_the_inbox_as_it_was_typed(api: BotApi) -> None:
    import asyncio

    async with kept() as database:
        talk = Talk(commands=COMMANDS, gates={KEY: asyncio.Event()})
        async with serving(api, talk, Serving(database)):
            api.say(7, KEY)
            await until(lambda: bool(talk.heard))
            async with database.read() as connection:
                [row] = (await connection.execute(select(inbox))).all()
            talk.gates[KEY].set()
            await api.reply(7)
    assert row.state == "waiting"
    assert row.secret
    assert "hunter2" not in repr(row)
    assert b"hunter2" not in row.secret


async def test_what_fails_three_times_is_set_aside_and_its_sender_told_once(api: BotApi) -> None:
    async with kept() as database, serving(api, talk := Talk(), over := Serving(database)):
        api.say(7, "/break")
        api.say(7, "next")
        assert (await api.reply(7)).text == SET_ASIDE.text
        assert (await api.reply(7)).text == "You said next"
        assert [line.text for line in talk.heard] == ["/break"] * 3 + ["next"]
        assert over.intake_state.set_aside == 1
        assert len(api.chat(7)) == 2
