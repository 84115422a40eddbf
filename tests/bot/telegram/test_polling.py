"""From the first contact with Telegram to a quiet end."""

import asyncio
import os
import signal
import traceback
from dataclasses import replace

import pytest

from bot.telegram.polling import run, serve
from core.errors import BadInput
from tests.bot.telegram.conversation import Line, Talk, serving, settings
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
        await serve(settings(api), Talk(), asyncio.Event())
    assert api.token not in "".join(traceback.format_exception(caught.value))


async def test_another_bots_token_is_refused(api: BotApi) -> None:
    with pytest.raises(BadInput, match="does not accept"):
        await serve(settings(api, token="1:other"), Talk(), asyncio.Event())


async def test_stop_finishes_the_update_under_way_and_those_already_taken(api: BotApi) -> None:
    talk, stop = Talk(gates={"long": asyncio.Event()}), asyncio.Event()
    serving = asyncio.create_task(serve(settings(api), talk, stop))
    api.say(7, "long")
    api.say(7, "queued")
    await api.until_called("getUpdates", 2)
    stop.set()
    await api.until_called("getUpdates", 3)  # confirms what was taken
    talk.gates["long"].set()
    async with asyncio.timeout(5):
        await serving
    assert talk.finished == ["long", "queued"]
    assert [message.text for message in api.chat(7)] == ["You said long", "You said queued"]
    assert api.unconfirmed == []


async def test_stop_ends_the_wait_for_a_telegram_that_does_not_answer(api: BotApi) -> None:
    api.fail("getMe", Failure(delay=60))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings(api), Talk(), stop))
    await api.until_called("getMe")
    stop.set()
    async with asyncio.timeout(5):
        await serving


async def test_stop_ends_the_wait_for_a_telegram_that_is_not_there(api: BotApi, unused_tcp_port: int) -> None:
    stop = asyncio.Event()
    nowhere = replace(settings(api), telegram_api_url=f"http://127.0.0.1:{unused_tcp_port}")
    serving = asyncio.create_task(serve(nowhere, Talk(), stop))
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(5):
        await serving


async def test_after_a_crash_an_update_comes_again_under_the_same_number(api: BotApi) -> None:
    crashed, restarted = Talk(gates={"SOL 60": asyncio.Event()}), Talk()
    serving_it = asyncio.create_task(serve(settings(api), crashed, asyncio.Event()))
    await api.until_called("getUpdates")
    api.fail("getUpdates", Failure(500), times=50)  # the taken update is never confirmed
    update = api.say(7, "SOL 60")
    while not crashed.heard:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await die(serving_it)
    api.recover("getUpdates")
    async with serving(api, restarted):
        await api.reply(7)
    assert crashed.heard == restarted.heard == [Line("SOL 60", 7, update)]


async def test_updates_are_confirmed_once_they_are_handled(api: BotApi) -> None:
    talk = Talk(gates={"first": asyncio.Event(), "second": asyncio.Event()})
    async with serving(api, talk):
        update = api.say(7, "first")
        api.say(8, "second")
        talk.gates["first"].set()
        await api.reply(7)
        with pytest.raises(TimeoutError):
            await api.until_called("getUpdates", 2, within=0.3)
        talk.gates["second"].set()
        await api.reply(8)
        await api.until_called("getUpdates", 2)
    assert [call.fields.get("offset") for call in api.called("getUpdates")[:2]] == ["0", str(update + 2)]


async def test_one_slow_update_holds_up_the_others_for_a_moment_only(api: BotApi) -> None:
    talk = Talk(gates={"slow": asyncio.Event()})
    async with serving(api, talk):
        api.say(7, "slow")
        await api.until_called("getUpdates")
        for user in (8, 9):
            api.say(user, "quick")
            assert (await api.reply(user)).text == "You said quick"
        talk.gates["slow"].set()


async def test_nobody_waits_for_one_users_flood(api: BotApi) -> None:
    talk = Talk(gates={"flood": asyncio.Event()})
    for _ in range(900):  # ten fetches, each of which would wait
        api.say(7, "flood")
    api.say(8, "quick")
    async with serving(api, talk):
        assert (await api.reply(8)).text == "You said quick"
        talk.gates["flood"].set()


async def die(task: asyncio.Task[None]) -> None:
    """The end of a process: everything that runs is cancelled where it stands."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    ours = [each for each in others if each is task or (each.get_name().startswith("Application:"))]
    for each in ours:
        each.cancel()
    await asyncio.gather(*ours, return_exceptions=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_run_and_closes_the_conversation(api: BotApi, number: signal.Signals) -> None:
    closed = asyncio.Event()

    async def talking(stop: asyncio.Event) -> None:
        await serve(settings(api), Talk(), stop)
        closed.set()

    running = asyncio.create_task(run(talking))
    api.say(7, "hello")
    await api.reply(7)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        await running
    assert closed.is_set()


async def test_a_token_that_is_revoked_while_it_runs_ends_it_with_the_same_sentence(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    serving = asyncio.create_task(serve(settings(api), Talk(), asyncio.Event()))
    api.say(7, "hello")
    await api.reply(7)
    api.token = "123456789:another"
    api.say(7, "anybody there?")  # ends the long poll, whose next one is refused
    async with asyncio.timeout(10):
        with pytest.raises(BadInput, match=r"^Telegram does not accept TELEGRAM_TOKEN\."):
            await serving
    assert "Traceback" not in caplog.text
