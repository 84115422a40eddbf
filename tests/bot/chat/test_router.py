"""A line in, a reply out, whatever happens in between."""

import logging
import re

import pytest

from core.store.database import Database
from core.store.tables import metadata
from tests.conversation import Talk, talk_over


@pytest.mark.parametrize(
    ("typed", "meant"), {"/portfolo": "/portfolio", "/hegde": "/hedge", "/SETINGS": "/settings"}.items()
)
async def test_an_unknown_command_suggests_the_nearest(talk: Talk, typed: str, meant: str) -> None:
    answer = await talk.say(typed)
    assert f"I do not know {typed}. Did you mean {meant}?" in answer
    assert answer.buttons == {meant: meant}


@pytest.mark.parametrize("typed", ["/", "/xyzzy", "/<b>", "/" + "x" * 10_000, "/ add"])
async def test_a_command_like_no_other_leads_to_the_help(talk: Talk, typed: str) -> None:
    answer = await talk.say(typed)
    assert "/help lists what I understand." in answer
    assert len(answer.text) < 100


@pytest.mark.parametrize("line", ["{}", "conect bybit {}", "\\connect bybit {}", "API key: {}\nSOL 60"])
async def test_what_looks_like_a_key_is_not_read_and_not_repeated(talk: Talk, line: str) -> None:
    answer = await talk.say(line.format("XK3hQ9z7TbC1pLmN8sVa"))
    assert "looks like a key" in answer
    assert "XK3h" not in answer
    assert await talk.portfolio() == {}


@pytest.mark.parametrize("line", ["/PORTFOLIO", "portfolio", "Portfolio", "/portfolio ", "/portfolio please"])
async def test_a_command_is_heard_in_any_case_and_without_its_slash(talk: Talk, line: str) -> None:
    assert "You have no holdings yet." in await talk.say(line)


@pytest.mark.parametrize("line", ["", " ", "\n", "\u200b"])
async def test_an_empty_message_is_answered(talk: Talk, line: str) -> None:
    assert "type what you hold" in await talk.say(line)


async def test_half_a_character_is_answered_like_any_other_nonsense(talk: Talk) -> None:
    answer = await talk.say("/hedge \ud83d")
    assert "I do not understand" in answer
    assert answer.text.encode()


@pytest.fixture
async def broken(embedded: Database) -> Talk:
    """A talk whose database lost its tables."""
    async with embedded.write() as connection:
        await connection.run_sync(metadata.drop_all)
    return talk_over(embedded)


async def test_an_error_of_ours_is_one_sentence_with_an_id_that_is_in_the_log_too(
    broken: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await broken.say("/add SECRETCOIN 123456.789")
    (number,) = re.findall(r"report ([0-9a-f]{8})\.", answer.text)
    assert answer.text.startswith("Something went wrong here. Look at /portfolio before you repeat it")
    assert "\n" not in answer.text
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.getMessage().startswith(f"error {number} while answering\n")
    assert "core/store/" in record.getMessage(), "where it happened"
    assert "no such table" not in caplog.text, "an exception's text may repeat what was typed"


async def test_nothing_that_a_user_types_is_logged(
    broken: Talk, talk: Talk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for line in (
        "/add SECRETCOIN 123456.789",
        "SECRETCOIN $123456.789",
        "/SECRETCOIN 123456.789",
        "/portfolio",
    ):
        await broken.say(line)
        await talk.say(line)
    assert caplog.records
    assert "SECRETCOIN" not in caplog.text.upper()
    assert "123456" not in caplog.text
