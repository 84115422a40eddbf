"""Updates that Telegram sends by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from sqlalchemy import text

from bot.telegram.polling import Serving, serve_telegram
from bot.telegram.webhook import MOST_BYTES, SECRET_HEADER, Webhook, webhook_path, webhook_secret
from core.domain.errors import BadInput
from core.store.database import Database
from tests.bot.telegram.conversation import Talk, kept, serving, settings
from tests.bot_api import BotApi

PUBLIC = "https://hedge.example"


NO_ROOM = "CREATE TRIGGER no_room BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'no room'); END"


@asynccontextmanager
async def listening(api: BotApi, talk: Talk, database: Database, *, port: int = 0) -> AsyncIterator[Webhook]:
    """A bot to which updates are sent, and where it listens."""
    webhook = Webhook(api.token, PUBLIC, "127.0.0.1", port)
    async with serving(api, talk, Serving(database, source=webhook, shared=True)):
        await webhook.listening.wait()
        yield webhook


def at(webhook: Webhook) -> str:
    return f"http://127.0.0.1:{webhook.port}"


async def sent(url: str, body: bytes, secret: str) -> int:
    headers = {SECRET_HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_updates_that_are_sent_are_answered(api: BotApi) -> None:
    talk = Talk()
    async with kept() as database, listening(api, talk, database) as webhook:
        api.processes = [at(webhook)]
        for word in ("one", "two", "three"):
            api.say(7, word)
            assert (await api.reply(7)).text == f"You said {word}"
    said = api.called("setWebhook")[0].fields
    assert said["url"] == PUBLIC + webhook_path(api.token)
    assert said["secret_token"] == webhook_secret(api.token)
    assert api.token not in said["url"] + said["secret_token"]


async def test_two_processes_share_the_updates_and_answer_each_once(api: BotApi) -> None:
    first, second = Talk(), Talk()
    async with (
        kept() as database,
        listening(api, first, database) as one,
        listening(api, second, database) as other,
    ):
        api.processes = [at(one), at(other)]
        lines = [(user, f"{user} says {number}") for number in range(4) for user in range(1, 6)]
        for user, line in lines:
            api.say(user, line)
        for user in range(1, 6):
            for _ in range(4):
                await api.reply(user)
    heard = [(line.user, line.text) for line in first.heard + second.heard]
    assert sorted(heard) == sorted(lines)
    assert first.heard
    assert second.heard


@pytest.mark.parametrize("wrong", ["path", "secret", "neither"])
async def test_whoever_is_not_telegram_learns_nothing(api: BotApi, wrong: str) -> None:
    async with kept() as database, listening(api, Talk(), database) as webhook:
        path = "/telegram/guess" if wrong == "path" else webhook_path(api.token)
        secret = "guess" if wrong == "secret" else webhook_secret(api.token)
        status = await sent(at(webhook) + path, b"{}", secret)
        assert status == (200 if wrong == "neither" else 404)


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"7", b'{"update_id": "x"}', b"\xff"])
async def test_what_cannot_be_read_is_passed_over(api: BotApi, body: bytes) -> None:
    talk = Talk()
    async with kept() as database, listening(api, talk, database) as webhook:
        url = at(webhook) + webhook_path(api.token)
        assert await sent(url, body, webhook_secret(api.token)) == 200
        api.processes = [at(webhook)]
        api.say(7, "hello")
        assert (await api.reply(7)).text == "You said hello"


async def test_what_is_too_large_is_not_read(api: BotApi) -> None:
    async with kept() as database, listening(api, Talk(), database) as webhook:
        url = at(webhook) + webhook_path(api.token)
        assert await sent(url, b" " * (MOST_BYTES + 1), webhook_secret(api.token)) == 413


async def test_an_update_that_comes_twice_is_answered_once(api: BotApi) -> None:
    talk = Talk()
    async with kept() as database, listening(api, talk, database) as webhook:
        update = (
            b'{"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "once", '
            b'"from": {"id": 7, "is_bot": false, "first_name": "U"}, "chat": {"id": 7, "type": "private"}}}'
        )
        url = at(webhook) + webhook_path(api.token)
        for _ in range(3):
            assert await sent(url, update, webhook_secret(api.token)) == 200
            if not talk.finished:
                await api.reply(7)
        api.processes = [at(webhook)]
        api.say(7, "then")
        assert (await api.reply(7)).text == "You said then"
    assert talk.finished == ["once", "then"]


async def test_what_cannot_be_stored_is_not_taken(api: BotApi) -> None:
    talk = Talk()
    async with kept() as database, listening(api, talk, database) as webhook:
        async with database.write() as connection:
            await connection.execute(text(NO_ROOM))
        url = at(webhook) + webhook_path(api.token)
        update = b'{"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "x", "from": {"id": 7}, '
        update += b'"chat": {"id": 7, "type": "private"}}}'
        assert await sent(url, update, webhook_secret(api.token)) == 503


async def test_a_port_that_is_taken_is_one_sentence(api: BotApi) -> None:
    async with kept() as database, listening(api, Talk(), database) as webhook:
        taken = Serving(database, source=Webhook(api.token, PUBLIC, "127.0.0.1", webhook.port))
        with pytest.raises(BadInput, match="WEBHOOK_PORT"):
            await serve_telegram(settings(api), Talk(), asyncio.Event(), taken)
