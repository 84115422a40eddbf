"""A message with a key in it is deleted before anything else happens."""

import logging
from collections.abc import AsyncIterator

import pytest
from markupsafe import Markup

from bot.telegram.inbox.answers import EXPOSED, PRIVATE_ONLY
from bot.telegram.logs import hide_secrets
from bot.wording.reply import File, Reply
from tests.bot.telegram.conversation import Command, Talk, says, serving
from tests.bot_api import TOKEN, BotApi
from tests.bot_messages import Failure, Json

GROUP: Json = {"id": -100500, "type": "supergroup", "title": "Friends"}
LINE = "/connect bybit KEY-OF-MINE hunter2"
COMMANDS = (Command("start", "Say hello"), Command("hedge", "Plan"), Command("connect", "Read", secret=True))


@pytest.fixture
async def talk(api: BotApi) -> AsyncIterator[Talk]:
    """A conversation in which one command takes a secret."""
    talk = Talk(commands=COMMANDS)
    talk.replies[LINE] = says("Bybit is connected")
    async with serving(api, talk):
        yield talk


def asked(api: BotApi) -> list[str]:
    """What was asked of Telegram since the bot was ready, in order."""
    return [call.method for call in api.calls if call.method in ("deleteMessage", "sendMessage")]


async def test_it_is_deleted_before_the_line_is_even_read(api: BotApi, talk: Talk) -> None:
    heard_at_deletion: list[int] = []
    delete = api._delete_message

    async def deleting(_self: BotApi, call: object) -> bool:
        heard_at_deletion.append(len(talk.heard))
        return await delete(call)  # type: ignore[arg-type]

    api._methods = {**api._methods, "deleteMessage": deleting}
    api.say(7, LINE)
    assert (await api.reply(7)).text == "Bybit is connected\nYour message is deleted, for what was in it."
    assert heard_at_deletion == [0]
    assert asked(api) == ["deleteMessage", "sendMessage"]
    assert [line.text for line in talk.heard] == [LINE]


@pytest.mark.parametrize(
    "line",
    ["/CONNECT bybit k s", "/connect@MicrohedgeTestBot bybit k s", "connect bybit k s", "/conect bybit k s",
     "/connect\nbybit\nk\ns", "  /connect k"],
)  # fmt: skip
async def test_however_it_is_typed(api: BotApi, talk: Talk, line: str) -> None:
    api.say(7, line)
    await api.reply(7)
    assert asked(api) == ["deleteMessage", "sendMessage"]


@pytest.mark.parametrize(
    "line", ["/connect", "/hedge 50% ETH", "SOL 60", "/help connect", "reconnect me now"]
)
async def test_no_other_message_is_deleted(api: BotApi, talk: Talk, line: str) -> None:
    api.say(7, line)
    await api.reply(7)
    assert asked(api) == ["sendMessage"]


async def test_a_picture_with_such_a_line_below_is_deleted_and_not_read(api: BotApi, talk: Talk) -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    api.post(7, {"photo": photo, "caption": LINE})
    await api.reply(7)
    assert asked(api) == ["deleteMessage", "sendMessage"]
    assert talk.heard == []


async def test_a_press_deletes_nothing(api: BotApi, talk: Talk) -> None:
    talk.replies["/start"] = says("Hi", {"Connect": "/connect bybit"})
    api.say(7, "/start")
    await api.reply(7)
    api.press(7, "Connect")
    await api.reply(7)
    assert api.called("deleteMessage") == []


@pytest.mark.parametrize(
    "failure", [Failure(400, "Bad Request: message can't be deleted"), Failure(403, "Forbidden")]
)
async def test_where_it_cannot_be_deleted_its_sender_is_told_first_of_all(
    api: BotApi, talk: Talk, failure: Failure
) -> None:
    api.fail("deleteMessage", failure)
    api.say(7, LINE)
    text = (await api.reply(7)).text
    assert text.split("\n")[0] == "I could not delete your message with the key. Delete it yourself now."
    assert text.endswith("Bybit is connected")


async def test_a_failing_network_is_tried_again(api: BotApi, talk: Talk) -> None:
    api.fail("deleteMessage", Failure(500))
    api.say(7, LINE)
    assert "is deleted" in (await api.reply(7)).text
    assert len(api.called("deleteMessage")) == 2


async def test_a_message_that_is_gone_already_is_gone(api: BotApi, talk: Talk) -> None:
    api.fail("deleteMessage", Failure(400, "Bad Request: message to delete not found"))
    api.say(7, LINE)
    assert "is deleted" in (await api.reply(7)).text


@pytest.mark.parametrize("fails", [False, True])
async def test_in_a_group_it_is_deleted_too_and_never_read(api: BotApi, talk: Talk, fails: bool) -> None:
    if fails:
        api.fail("deleteMessage", Failure(400, "Bad Request: message can't be deleted"))
    api.say(7, LINE, chat=GROUP)
    text = (await api.reply(GROUP["id"])).text
    assert asked(api) == ["deleteMessage", "sendMessage"]
    assert str(EXPOSED.text) in text
    assert text.startswith("I could not delete" if fails else str(EXPOSED.text))
    assert talk.heard == []


async def test_in_a_group_the_word_alone_is_answered_as_any_command(api: BotApi, talk: Talk) -> None:
    api.say(7, "/connect", chat=GROUP)
    assert (await api.reply(GROUP["id"])).text == PRIVATE_ONLY.text
    assert api.called("deleteMessage") == []


async def test_a_message_that_is_edited_into_one_is_deleted_as_well(api: BotApi, talk: Talk) -> None:
    chat = {"id": 7, "type": "private", "first_name": "U"}
    edited = {"message_id": 5, "date": 1, "edit_date": 2, "chat": chat, "text": LINE}
    api.push({"edited_message": edited})
    await api.reply(7)
    assert api.deleted == {(7, 5)}
    assert asked(api) == ["deleteMessage", "sendMessage"]
    assert talk.heard == []


async def test_what_stands_below_a_picture_is_deleted_in_a_group_and_when_edited_too(
    api: BotApi, talk: Talk
) -> None:
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    api.post(7, {"photo": photo, "caption": LINE}, chat=GROUP)
    assert str(EXPOSED.text) in (await api.reply(GROUP["id"])).text
    chat = {"id": 7, "type": "private", "first_name": "U"}
    edited = {"message_id": 5, "date": 1, "edit_date": 2, "chat": chat, "photo": photo, "caption": LINE}
    api.push({"edited_message": edited | {"from": {"id": 7, "is_bot": False, "first_name": "U"}}})
    await api.reply(7)
    assert len(api.deleted) == 2
    assert talk.heard == []


async def test_not_even_a_debug_log_has_the_key(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hide_secrets(TOKEN)
    api.fail("deleteMessage", Failure(400, "Bad Request: message can't be deleted"))
    alone = "conect bybit KEY1OF2MINE3KEY4OF5MINE"
    lines = (
        LINE,
        LINE[1:],
        LINE.replace(" ", "\n"),
        LINE[1:].replace(" ", "\n"),
        LINE.replace("nn", "n"),
        alone,
    )
    replies = dict.fromkeys(lines, says("Nothing was stored"))
    async with serving(api, Talk(replies, commands=COMMANDS)):
        for line in lines:
            api.say(7, line)
            await api.reply(7)
    assert "/connect ***" in caplog.text
    assert "KEY-OF-MINE" not in caplog.text
    assert "OF2MINE" not in caplog.text
    assert "hunter2" not in caplog.text


async def test_files_come_after_the_text_as_documents(api: BotApi, talk: Talk) -> None:
    files = (File("holdings.csv", b"asset,quantity\r\n"), File("everything.json", b"{}"))
    talk.replies["/export"] = Reply(Markup("Your data"), files=files)
    talk.replies["/start"] = says("Hi", {"Export": "/export"})
    api.say(7, "/export")
    assert (await api.reply(7)).text == "Your data"
    assert [(await api.reply(7)).file for _ in files] == [file.content for file in files]
    assert [call.files["document"].filename for call in api.called("sendDocument")] == [f.name for f in files]
    api.say(7, "/start")
    await api.reply(7)
    api.press(7, "Export")
    assert (await api.reply(7)).edits == 1
    assert [(await api.reply(7)).file for _ in files] == [file.content for file in files]
