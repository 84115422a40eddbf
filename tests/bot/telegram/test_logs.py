"""The token is nobody's business, the log's least of all."""

import logging

import pytest

from bot.telegram.logs import hide_secrets
from tests.bot.telegram.conversation import Talk, says, serving
from tests.bot_api import TOKEN, BotApi
from tests.bot_messages import Failure

log = logging.getLogger("anything")


@pytest.fixture(autouse=True)
def unmasked(caplog: pytest.LogCaptureFixture) -> None:
    """Each test begins with handlers that hide nothing; pytest keeps its own from test to test."""
    for handler in logging.getLogger().handlers:
        handler.filters.clear()


def test_it_is_masked_in_messages_arguments_and_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    hide_secrets(TOKEN)
    log.warning("from %s with %d%%", f"https://x/bot{TOKEN}/getMe", 5, stack_info=True)
    try:
        int(TOKEN)
    except ValueError:
        log.exception("no %s", "luck")
    assert TOKEN not in caplog.text
    assert "from https://x/bot***/getMe with 5%" in caplog.text
    assert "base 10: '***'" in caplog.text


def test_masking_twice_is_masking_once(caplog: pytest.LogCaptureFixture) -> None:
    hide_secrets(TOKEN)
    before = len(caplog.handler.filters)
    hide_secrets(TOKEN)
    assert len(caplog.handler.filters) == before


def test_an_empty_secret_masks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    hide_secrets("")
    log.warning("as it is")
    assert "as it is" in caplog.text


@pytest.mark.parametrize("failure", [Failure(500), Failure(drop=True), Failure(401, "Unauthorized")])
async def test_a_whole_session_with_failures_shows_no_token_even_in_debug(
    caplog: pytest.LogCaptureFixture, failure: Failure
) -> None:
    caplog.set_level(logging.DEBUG)
    async with BotApi() as api:
        talk = Talk(replies={"/start": says("Hi", {"Next": "/next"})})
        for method in ("sendMessage", "editMessageText", "answerCallbackQuery", "setMyCommands"):
            api.fail(method, failure)
        async with serving(api, talk):
            api.say(7, "/break")
            api.say(7, "lost" if failure.status == 401 else "found")
            api.say(7, "/start")
            while (await api.reply(7)).text != "Hi":
                pass
            api.press(7, "Next")
            await api.until_called("editMessageText")
    assert len(caplog.records) > 20
    assert TOKEN not in caplog.text


async def test_at_info_nothing_that_people_wrote_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with BotApi() as api, serving(api, Talk()):
        api.fail("sendMessage", Failure(500))
        api.fail("getUpdates", Failure(200, body=b'{"text": "SOL 4242"'))
        api.say(7, "SOL 4242")
        await api.reply(7)
    assert caplog.records
    assert "4242" not in caplog.text
