"""Who has blocked the bot, and who writes to it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.telegram.blocked_chats import Chats
from bot.telegram.polling import Serving, serve_telegram
from core.store.database import Database, open_database
from core.store.queue import chats
from tests.bot.telegram.conversation import Talk, says, settings
from tests.bot_api import BotApi
from tests.bot_messages import Failure
from tests.conversation import Clock
from tests.notices import Post, post_office

ANNA = 71
STICKER = {
    "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
    "is_animated": False, "is_video": False,
}  # fmt: skip
GROUP = {"id": -5, "type": "group", "title": "Friends"}


@asynccontextmanager
async def blocked(api: BotApi, database: Database) -> AsyncIterator[Post]:
    """Anna has a notice waiting, but has blocked the bot, which is being served."""
    async with post_office(api, database) as post:
        await post.take(ANNA, "near liquidation", "liquidation")
        api.fail("sendMessage", Failure(403, "Forbidden: bot was blocked by the user"))
        assert await post.deliver() == ["paused"]
        stop = asyncio.Event()
        talk = Talk(replies={"/start": says("Hi", {"Next": "/next"})})
        serving = asyncio.create_task(
            serve_telegram(settings(api), talk, stop, Serving(database, heard=post.chats.heard))
        )
        try:
            yield post
        finally:
            stop.set()
            await serving


async def until_delivered(post: Post) -> None:
    async with asyncio.timeout(60):
        while await post.deliver() != ["sent"]:  # a look at the database each time
            pass


@pytest.mark.parametrize("line", ["/start", "/start from-a-link", "SOL 60"])
async def test_whoever_writes_gets_notices_again(api: BotApi, database: Database, line: str) -> None:
    async with blocked(api, database) as post:
        assert await post.deliver() == []
        api.say(ANNA, line)
        await api.reply(ANNA)
        await until_delivered(post)
        told = [(await api.reply(ANNA)).text for _ in range(2)]
        assert sorted(told) == [
            "Your alerts have been off since 09:30 UTC: Telegram told me then that this chat takes no "
            "messages. They are on again. What was due then comes now.",
            "near liquidation",
        ]
        api.say(ANNA, line)
        await api.reply(ANNA)
        api.say(ANNA, line)
        assert "again" not in (await api.reply(ANNA)).text, "said once"


async def test_who_was_paused_by_another_process_gets_notices_again_too(
    api: BotApi, database: Database
) -> None:
    async with blocked(api, database) as post:
        api.say(ANNA, "/start")
        await until_delivered(post)
        await chats.pause(database, ANNA, "blocked", post.clock())
        await post.take(ANNA, "closer to liquidation", "liquidation")
        api.say(ANNA, "/start")
        await until_delivered(post)


async def test_a_picture_is_as_good(api: BotApi, database: Database) -> None:
    async with blocked(api, database) as post:
        api.post(ANNA, {"sticker": STICKER})
        await until_delivered(post)


async def test_a_press_is_as_good(api: BotApi, database: Database) -> None:
    async with blocked(api, database) as post:
        api.say(ANNA, "/start")
        await api.reply(ANNA)
        await until_delivered(post)
        await post.take(ANNA, "closer to liquidation", "liquidation")
        api.fail("sendMessage", Failure(403, "Forbidden: bot was blocked by the user"))
        assert await post.deliver() == ["paused"]
        api.press(ANNA, "Next")
        await until_delivered(post)


async def test_what_is_written_in_a_group_says_nothing_about_the_private_chat(
    api: BotApi, database: Database
) -> None:
    async with blocked(api, database) as post:
        api.say(ANNA, "/start", chat=GROUP)
        await api.reply(-5)
        assert await post.deliver() == []


async def test_a_database_that_is_away_keeps_nobody_from_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    try:
        await Chats(away, Clock()).heard(ANNA)
    finally:
        await away.close()
    assert "It is not stored" in caplog.text
