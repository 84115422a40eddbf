"""When Telegram refuses, is slow, or is away: the user still gets the answer, once."""

import asyncio
import logging

import pytest

from bot.telegram import send_reply as deliver
from tests.bot.telegram.conversation import Talk, says
from tests.bot_api import BotApi
from tests.bot_messages import Failure, Message

AWAY = [
    Failure(429, "Too Many Requests: retry after 1", retry_after=1),
    Failure(500),
    Failure(502, body=b"<html>Bad Gateway</html>"),
    Failure(body=b"not json"),
    Failure(drop=True),
]


async def hello(api: BotApi, talk: Talk) -> Message:
    """A first message with a button that says /next."""
    talk.replies["/start"] = says("Hi", {"Next": "/next"})
    api.say(7, "/start")
    return await api.reply(7)


@pytest.mark.parametrize("failure", AWAY, ids=lambda failure: f"{failure.status or failure.body or 'drop'}")
async def test_an_answer_is_sent_again_after(api: BotApi, talk: Talk, failure: Failure) -> None:
    api.fail("sendMessage", failure)
    api.say(7, "SOL 60")
    assert (await api.reply(7)).text == "You said SOL 60"
    assert len(api.chat(7)) == 1


async def test_an_edit_is_tried_again_as_well(api: BotApi, talk: Talk) -> None:
    first = await hello(api, talk)
    api.fail("editMessageText", Failure(500), times=2)
    api.press(7, "Next")
    assert (await api.reply(7)).id == first.id


async def test_an_answer_that_cannot_be_sent_now_is_kept_and_comes_in_its_turn(
    api: BotApi, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("sendMessage", Failure(500), times=deliver.TRIES)
    late = api.say(7, "my secret holdings")
    await api.until_called("sendMessage", deliver.TRIES)
    api.say(7, "next")
    api.say(8, "other")
    assert (await api.reply(8)).text == "You said other"
    assert [(await api.reply(7, within=60)).text for _ in range(2)] == [
        "You said my secret holdings",
        "You said next",
    ]
    assert f"The answer to update {late} was not delivered" in caplog.text
    assert "secret" not in caplog.text
    assert len(talk.heard) == 3, "what is kept is the answer: nothing is done again"


async def test_pressing_for_what_is_shown_already_is_no_error(
    api: BotApi, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    await hello(api, talk)
    talk.replies["/next"] = talk.replies["/start"]
    update = api.press(7, "Next")
    await api.until_called("editMessageText")
    api.say(7, "after")
    await api.reply(7)
    assert str(update) in api.answered
    assert [message.text for message in api.chat(7)] == ["Hi", "You said after"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("reason", ["message to edit not found", "message can't be edited"])
async def test_a_message_that_cannot_be_edited_is_followed_by_a_new_one(
    api: BotApi, talk: Talk, reason: str
) -> None:
    first = await hello(api, talk)
    api.fail("editMessageText", Failure(400, f"Bad Request: {reason}"))
    api.press(7, "Next")
    second = await api.reply(7)
    assert second.id != first.id
    assert second.text == "You said /next"


async def test_a_press_that_is_too_old_to_acknowledge_is_still_answered(api: BotApi, talk: Talk) -> None:
    await hello(api, talk)
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    api.fail("answerCallbackQuery", Failure(400, too_old))
    api.press(7, "Next")
    assert (await api.reply(7)).text == "You said /next"


async def test_markup_that_telegram_refuses_arrives_as_plain_text_with_its_buttons(
    api: BotApi, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    talk.replies["/bad"] = says("<b>1 < 2 &amp; 3 > 2", {"Next": "/next"})
    api.say(7, "/bad")
    message = await api.reply(7)
    assert message.text == "1 < 2 & 3 > 2"
    assert message.parse_mode is None
    assert [key.label for key in message.keys] == ["Next"]
    assert [record.name for record in caplog.records if record.levelno == logging.ERROR] == [deliver.__name__]


async def test_bad_markup_in_an_edit_still_edits(api: BotApi, talk: Talk) -> None:
    first = await hello(api, talk)
    talk.replies["/next"] = says("<i>broken")
    api.press(7, "Next")
    second = await api.reply(7)
    assert (second.id, second.text) == (first.id, "broken")


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_user_who_blocked_us_is_nothing_to_shout_about(
    api: BotApi, talk: Talk, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    await hello(api, talk)
    caplog.set_level(logging.INFO)
    api.fail(method, Failure(403, "Forbidden: bot was blocked by the user"))
    api.say(7, "hello?") if method == "sendMessage" else api.press(7, "Next")
    await api.until_called(method, 1 + (method == "sendMessage"))
    api.say(8, "other")
    await api.reply(8)
    await until_logged(caplog, "Chat 7 takes no messages from us")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def until_logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
