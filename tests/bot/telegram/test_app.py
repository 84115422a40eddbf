"""What people write and press, and what they see."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from bot.settings import Settings
from bot.telegram.app import build_client
from bot.telegram.inbox.answers import EDITED, NOT_FETCHED, PRIVATE_ONLY, TEXT_ONLY, TOO_LARGE
from bot.telegram.inbox.one_update import SET_ASIDE
from bot.wording.reply import Reply, row
from core.domain.errors import BadInput
from tests.bot.telegram.conversation import Line, Talk, says
from tests.bot_api import BotApi
from tests.bot_messages import Json, Key

GROUP: Json = {"id": -100500, "type": "supergroup", "title": "Friends"}


async def test_a_line_is_answered_with_the_id_of_its_update(api: BotApi, talk: Talk) -> None:
    update = api.say(7, "SOL 60")
    assert (await api.reply(7)).text == "You said SOL 60"
    assert talk.heard == [Line("SOL 60", 7, update)]


async def test_what_a_user_writes_is_never_markup(api: BotApi, talk: Talk) -> None:
    api.say(7, "<b>60</b> & <script>")
    assert (await api.reply(7)).text == "You said <b>60</b> & <script>"


async def test_a_reply_is_html_without_link_previews_and_with_rows_of_buttons(
    api: BotApi, talk: Talk
) -> None:
    talk.replies["/start"] = says("<b>Hi</b>", {"Hedge": "/hedge", "Help": "/help"}, {"More": "/more"})
    api.say(7, "/start")
    message = await api.reply(7)
    assert message.text == "Hi"
    assert message.keyboard == ((Key("Hedge", "/hedge"), Key("Help", "/help")), (Key("More", "/more"),))
    assert '"is_disabled": true' in api.called("sendMessage")[0].fields["link_preview_options"]


async def test_a_pressed_button_says_its_line_and_its_message_changes_in_place(
    api: BotApi, talk: Talk
) -> None:
    talk.replies["/start"] = says("Hi", {"Half": "/hedge 50%"})
    talk.replies["/hedge 50%"] = says("Short 3", {"All": "/hedge 100%"})
    api.say(7, "/start")
    first = await api.reply(7)
    update = api.press(7, "Half")
    second = await api.reply(7)
    assert (second.id, second.text, second.edits) == (first.id, "Short 3", 1)
    assert [key.label for key in second.keys] == ["All"]
    assert talk.heard[-1] == Line("/hedge 50%", 7, update)
    assert len(api.chat(7)) == 1


async def test_every_press_is_acknowledged_even_when_its_command_breaks(api: BotApi, talk: Talk) -> None:
    talk.replies["/start"] = says("Hi", {"Break": "/break"})
    api.say(7, "/start")
    await api.reply(7)
    update = api.press(7, "Break")
    await api.until_called("answerCallbackQuery")
    assert api.answered == {str(update)}
    api.say(7, "still there?")
    assert (await api.reply(7)).text == SET_ASIDE.text
    assert (await api.reply(7)).text == "You said still there?"


async def test_a_fresh_reply_leaves_the_pressed_message_alone(api: BotApi, talk: Talk) -> None:
    talk.replies["/start"] = says("Hi", {"Ticket": "/ticket"})
    talk.replies["/ticket"] = says("Sell 3", fresh=True)
    api.say(7, "/start")
    await api.reply(7)
    api.press(7, "Ticket")
    await api.reply(7)
    assert [(message.text, message.edits) for message in api.chat(7)] == [("Hi", 0), ("Sell 3", 0)]


async def test_a_question_is_asked_as_one_to_reply_to_and_bound_to_its_message(
    api: BotApi, talk: Talk
) -> None:
    talk.replies["/filled part"] = replace(says("How much?", {"Not placed": "/no"}), asks="/filled ticket x")
    api.say(7, "/filled part")
    question = await api.reply(7)
    update = api.say(7, "2.5", to=question)
    await api.reply(7)
    assert question.keyboard == ()
    assert api.called("sendMessage")[0].fields["reply_markup"]["force_reply"] is True
    assert talk.asked == {7: ("/filled ticket x", question.id)}
    assert talk.heard[-1] == Line("2.5", 7, update, question.id)


async def test_a_question_that_cannot_be_bound_has_been_asked_once(
    api: BotApi, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.replies["/ask"] = replace(says("How much?"), asks="/filled ticket x")
    monkeypatch.setattr(talk, "asked", None)
    api.say(7, "/ask")
    await api.reply(7)
    api.say(7, "2.5")
    assert (await api.reply(7)).text == "You said 2.5"


async def test_the_answer_to_a_button_of_a_push_comes_below_it(api: BotApi, talk: Talk) -> None:
    talk.replies["/start"] = Reply(Markup("SOL under $120"), (row({"Show ticket": "/ticket"}, below=True),))
    talk.replies["/ticket"] = says("Sell 3", {"More": "/more"})
    talk.replies["/more"] = says("Sell 4")
    api.say(7, "/start")
    await api.reply(7)
    update = api.press(7, "Show ticket")
    await api.reply(7)
    assert talk.heard[-1] == Line("/ticket", 7, update), "the mark is no part of the line"
    api.press(7, "More")
    await api.reply(7)
    assert [(message.text, message.edits) for message in api.chat(7)] == [
        ("SOL under $120", 0),
        ("Sell 4", 1),
    ]


async def test_a_command_may_carry_our_name_in_any_case_but_not_another_bots(api: BotApi, talk: Talk) -> None:
    api.say(7, "/hedge@OtherBot 50%")
    api.say(7, "/hedge@microhedgetestBOT 50% ETH\nSOL")
    await api.reply(7)
    assert [line.text for line in talk.heard] == ["/hedge 50% ETH\nSOL"]


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}], "caption": "SOL 60"},
        {"location": {"longitude": 1.0, "latitude": 1.0}},
        {"voice": {"file_id": "a", "file_unique_id": "a", "duration": 1}},
    ],
)
async def test_whatever_is_not_text_gets_one_sentence(api: BotApi, talk: Talk, content: Json) -> None:
    api.post(7, content)
    assert (await api.reply(7)).text == TEXT_ONLY.text
    assert not talk.heard


def document(name: str = "coins.csv", size: int = 10) -> Json:
    return {"document": {"file_id": "f1", "file_unique_id": "u", "file_name": name, "file_size": size}}


async def test_a_document_is_fetched_and_its_table_is_answered(api: BotApi, talk: Talk) -> None:
    api.files["f1"] = b"SOL,60"
    api.post(7, {**document(), "caption": "my coins"})
    assert (await api.reply(7)).text == "coins.csv holds SOL,60"


async def test_a_document_that_is_too_large_is_not_fetched(api: BotApi, talk: Talk) -> None:
    api.files["f1"] = b"SOL,60"
    api.post(7, document(size=3_000_000))
    assert (await api.reply(7)).text == TOO_LARGE.text
    assert not api.called("getFile")


async def test_a_document_that_telegram_does_not_give_is_said(api: BotApi, talk: Talk) -> None:
    api.post(7, document())
    assert (await api.reply(7)).text == NOT_FETCHED.text
    api.post(7, {"document": {"file_name": "a.csv"}})
    assert (await api.reply(7)).text == TEXT_ONLY.text


async def test_service_messages_are_left_alone(api: BotApi, talk: Talk) -> None:
    api.post(7, {"group_chat_created": True})
    api.say(7, "next")
    await api.reply(7)
    assert len(api.chat(7)) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [({"text": "SOL 60"}, True), ({"location": {"longitude": 1.0, "latitude": 1.0}}, False)],
)
async def test_an_edited_line_changes_nothing_and_its_sender_is_told(
    api: BotApi, talk: Talk, content: Json, told: bool
) -> None:
    chat = {"id": 7, "type": "private", "first_name": "U"}
    api.push({"edited_message": {"message_id": 5, "date": 1, "edit_date": 2, "chat": chat} | content})
    api.say(7, "next")
    while "You said next" not in [message.text for message in api.chat(7)]:
        await api.reply(7)
    assert [line.text for line in talk.heard] == ["next"]
    assert [message.text for message in api.chat(7)][:-1] == ([EDITED.text] if told else [])


@pytest.mark.parametrize("text", ["/hedge", "/hedge@MicrohedgeTestBot 50%", "/anything@microhedgetestbot"])
async def test_in_a_group_a_command_to_us_gets_one_sentence(api: BotApi, talk: Talk, text: str) -> None:
    api.say(7, text, chat=GROUP)
    assert (await api.reply(GROUP["id"])).text == PRIVATE_ONLY.text
    assert not talk.heard


@pytest.mark.parametrize("text", ["SOL 60", "/weather", "/hedge@OtherBot", "see /hedge"])
async def test_in_a_group_all_else_is_not_for_us(api: BotApi, talk: Talk, text: str) -> None:
    api.say(7, text, chat=GROUP)
    api.say(7, "in private")
    await api.reply(7)
    assert api.chat(GROUP["id"]) == []
    assert [line.text for line in talk.heard] == ["in private"]


async def test_a_long_reply_comes_in_parts_with_the_buttons_under_the_last(api: BotApi, talk: Talk) -> None:
    lines = "\n".join(f"{n:04d} SOL & ETH" for n in range(500))
    talk.replies["/all"] = says(f"<pre>{lines.replace('&', '&amp;')}</pre>", {"More": "/more"})
    api.say(7, "/all")
    received = [await api.reply(7) for _ in range(3)]
    assert "\n".join(message.text for message in received) == lines
    assert [bool(message.keys) for message in received] == [*[False] * (len(received) - 1), True]
    assert all(message.markup.startswith("<pre>") for message in received)


async def test_a_long_reply_to_a_press_begins_in_its_place(api: BotApi, talk: Talk) -> None:
    talk.replies["/start"] = says("Hi", {"All": "/all"})
    talk.replies["/all"] = Reply(Markup("\n").join(["x" * 99] * 60))
    api.say(7, "/start")
    await api.reply(7)
    api.press(7, "All")
    first, second = await api.reply(7), await api.reply(7)
    assert (first.edits, second.edits) == (1, 0)
    assert f"{first.text}\n{second.text}" == talk.replies["/all"].text


async def test_the_menu_shows_the_commands_in_private_chats(api: BotApi, talk: Talk) -> None:
    await api.until_called("getUpdates")
    assert api.commands == {
        "all_private_chats": [
            {"command": "start", "description": "Say hello"},
            {"command": "hedge", "description": ("Plan " * 100)[:256]},
        ]
    }


def test_without_a_token_one_sentence_says_where_to_get_one() -> None:
    with pytest.raises(BadInput, match=r"^TELEGRAM_TOKEN is not set\. Get a token from @BotFather"):
        build_client(Settings())
