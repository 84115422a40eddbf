"""From the first contact with Telegram to a quiet end."""

import asyncio
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.telegram.polling import Serving, run_until_signal, serve_telegram
from core.domain.errors import BadInput
from tests.bot.telegram.conversation import Line, Talk, kept, served, serving, settings
from tests.bot_api import BotApi
from tests.bot_messages import Failure

UNAUTHORIZED = Failure(401, "Unauthorized")


async def test_it_waits_for_telegram_to_be_reachable(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fail("getMe", Failure(drop=True))
    api.fail("deleteWebhook", Failure(502))
    api.fail("setMyCommands", Failure(500))
    async with serving(api, Talk()):
        api.say(7, "hello")
        assert (await api.reply(7)).text == "You said hello"
    assert "Telegram cannot be reached, trying again in 0.5 s" in caplog.text
    assert "The menu of commands is not set" in caplog.text


async def test_polling_goes_on_after_failures(api: BotApi) -> None:
    api.fail("getUpdates", Failure(500))
    async with serving(api, Talk()):
        api.say(7, "hello")
        assert (await api.reply(7)).text == "You said hello"


async def test_it_asks_for_messages_and_presses_and_keeps_what_came_while_it_was_away(api: BotApi) -> None:
    api.say(7, "while you were away")
    async with serving(api, Talk()):
        assert (await api.reply(7)).text == "You said while you were away"
    assert api.called("getUpdates")[0].fields["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
    ]


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
async def test_a_bad_token_is_one_sentence_without_the_token(api: BotApi, method: str) -> None:
    api.fail(method, UNAUTHORIZED, times=9)
    with pytest.raises(BadInput, match=r"^Telegram does not accept TELEGRAM_TOKEN\.") as caught:
        await served(api, Talk(), asyncio.Event())
    assert api.token not in "".join(traceback.format_exception(caught.value))


async def test_another_bots_token_is_refused(api: BotApi) -> None:
    with pytest.raises(BadInput, match="does not accept"):
        await served(api, Talk(), asyncio.Event(), token="1:other")


async def test_stop_finishes_the_update_under_way_and_the_rest_is_answered_after_the_next_start(
    api: BotApi,
) -> None:
    talk = Talk(gates={"long": asyncio.Event()})
    async with kept() as database:
        stop = asyncio.Event()
        task = asyncio.create_task(serve_telegram(settings(api), talk, stop, Serving(database)))
        api.say(7, "long")
        await until(lambda: bool(talk.heard))
        api.say(7, "queued")
        await api.until_called("getUpdates", 3)  # confirms what is stored
        assert api.unconfirmed == []
        stop.set()
        talk.gates["long"].set()
        async with asyncio.timeout(60):
            await task
        assert talk.finished == ["long"]
        async with serving(api, talk, Serving(database)):
            await api.reply(7)
            assert (await api.reply(7)).text == "You said queued"
    assert talk.finished == ["long", "queued"]
    assert len(api.chat(7)) == 2


async def test_stop_ends_the_wait_for_a_telegram_that_does_not_answer(api: BotApi) -> None:
    api.fail("getMe", Failure(delay=60))
    stop = asyncio.Event()
    serving = asyncio.create_task(served(api, Talk(), stop))
    await api.until_called("getMe")
    stop.set()
    async with asyncio.timeout(60):
        await serving


async def test_stop_ends_the_wait_for_a_telegram_that_is_not_there(api: BotApi, unused_tcp_port: int) -> None:
    stop = asyncio.Event()
    nowhere = replace(settings(api), telegram_api_url=f"http://127.0.0.1:{unused_tcp_port}")
    async with kept() as database:
        serving = asyncio.create_task(serve_telegram(nowhere, Talk(), stop, Serving(database)))
        await asyncio.sleep(0)
        stop.set()
        async with asyncio.timeout(60):
            await serving


async def test_what_cannot_be_stored_is_not_confirmed_and_comes_again_under_the_same_number(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    talk = Talk()
    async with kept() as database, serving(api, talk, over := Serving(database)):
        async with database.write():  # SQLite has one writer: nobody else writes meanwhile
            update = api.say(7, "SOL 60")
            await api.until_called("getUpdates")
            await until(lambda: not over.intake_state.storing, within=60)
            assert api.unconfirmed == [update]
            assert talk.heard == []
        await api.reply(7, within=60)
        await until(lambda: over.intake_state.storing)
    assert talk.heard == [Line("SOL 60", 7, update)]
    assert over.intake_state.store_failures == 1
    assert "60" not in caplog.text


async def test_an_update_is_confirmed_as_soon_as_it_is_stored_however_long_its_answer_takes(
    api: BotApi,
) -> None:
    talk = Talk(gates={"slow": asyncio.Event()})
    async with serving(api, talk):
        update = api.say(7, "slow")
        await api.until_called("getUpdates", 2)
        assert [call.fields.get("offset") for call in api.called("getUpdates")[:2]] == ["0", str(update + 1)]
        api.say(8, "quick")
        assert (await api.reply(8)).text == "You said quick"
        talk.gates["slow"].set()
        assert (await api.reply(7)).text == "You said slow"


async def test_nobody_waits_for_one_users_flood(api: BotApi) -> None:
    talk = Talk(gates={"flood": asyncio.Event()})
    for _ in range(900):
        api.say(7, "flood")
    api.say(8, "quick")
    async with serving(api, talk):
        assert (await api.reply(8, within=60)).text == "You said quick"
        assert len(talk.heard) == 2
        talk.gates["flood"].set()


async def until(true: Callable[[], bool], *, within: float = 60.0) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_run_and_closes_the_conversation(api: BotApi, number: signal.Signals) -> None:
    closed = asyncio.Event()

    async def talking(stop: asyncio.Event) -> None:
        await served(api, Talk(), stop)
        closed.set()

    running = asyncio.create_task(run_until_signal(talking))
    api.say(7, "hello")
    await api.reply(7)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(60):
        await running
    assert closed.is_set()


async def test_a_token_that_is_revoked_while_it_runs_ends_it_with_the_same_sentence(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    serving = asyncio.create_task(served(api, Talk(), asyncio.Event()))
    api.say(7, "hello")
    await api.reply(7)
    api.token = "123456789:another"
    api.say(7, "anybody there?")  # ends the long poll, whose next one is refused
    async with asyncio.timeout(60):
        with pytest.raises(BadInput, match=r"^Telegram does not accept TELEGRAM_TOKEN\."):
            await serving
    assert "Traceback" not in caplog.text
