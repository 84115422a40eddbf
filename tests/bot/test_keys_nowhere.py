"""A key is nowhere but sealed: after a whole session everything that was written is searched for it."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands import COMMANDS
from bot.telegram.logs import hide_secrets
from bot.terminal.chat import Chat, remembering
from core.store.database import Database
from core.store.tables import data_keys, metadata, sealed
from tests.bot.commands.account_talk import CONNECT, KEY, POSITIONS, RIGHTS, SECRET, SPOT, account_talk
from tests.bot.telegram.conversation import settings
from tests.bot_api import TOKEN, BotApi
from tests.conversation import Talk
from tests.venue_server import Answer, VenueServer

PARTS = (KEY, SECRET)
REFUSED = Answer({"code": -2015, "msg": f"Invalid API-key {KEY}, IP, or permissions."}, status=401)


@pytest.fixture(autouse=True)
def unmasked(caplog: pytest.LogCaptureFixture) -> None:
    """Each test begins with handlers that hide nothing, and logs all there is."""
    for handler in logging.getLogger().handlers:
        handler.filters.clear()
    caplog.set_level(logging.DEBUG)


@pytest.fixture
async def pair(database: Database) -> AsyncIterator[tuple[Talk, VenueServer]]:
    async with account_talk(database) as pair:
        yield pair


SESSION = (
    CONNECT, "/sync", "/connect", f"/connect binanceusdm {KEY}", f"/connect {KEY} {SECRET}", f"/conect {KEY}",
    f"/connect binanceusdm {KEY} {SECRET} {KEY}", f"connect binance\n{KEY}\n{SECRET}", "/export",
)  # fmt: skip


async def whole_session(talk: Talk, venue: VenueServer) -> list[str]:
    """All that is said and sent, files included, in a session in which much goes wrong."""
    seen = []
    for number, line in enumerate(SESSION):
        answer = await talk.say(line, request=number)
        seen += [answer.text, *answer.buttons, *answer.buttons.values()]
        seen += [file.content.decode() for file in answer.reply.files]
        if line == "/sync":
            seen.append((await talk.press("Apply")).text)
    for path in (RIGHTS, SPOT, POSITIONS):
        before = venue.answers[path]
        for broken in (REFUSED, Answer(f"{KEY} {SECRET}".encode(), 500, "text/plain"), [SECRET]):
            venue.answers[path] = broken
            seen += [(await talk.say(line)).text for line in (CONNECT, "/sync")]
        venue.answers[path] = before
    return seen


def files_in(folder: Path) -> list[Path]:
    """Every file in the folder and those within."""
    return [path for path in folder.rglob("*") if path.is_file()]


def assert_clean(where: str, content: str | bytes) -> None:
    raw = content.encode() if isinstance(content, str) else content
    for part in PARTS:
        assert part.encode() not in raw, where


async def test_no_reply_no_file_no_log_and_no_row_has_it(
    pair: tuple[Talk, VenueServer], caplog: pytest.LogCaptureFixture
) -> None:
    talk, venue = pair
    seen = await whole_session(talk, venue)
    assert any("Applied" in text for text in seen)
    for text in seen:
        assert_clean("a reply", text)
    assert_clean("the log", caplog.text)
    async with talk.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in (await connection.execute(select(table))).all():
                assert_clean(table.name, repr(tuple(row)))
        assert len((await connection.execute(select(sealed))).all()) == 2, "it is there, sealed"
        assert len((await connection.execute(select(data_keys))).all()) == 1


async def test_no_byte_of_the_database_file_and_what_lies_beside_it_has_it(
    embedded: Database, tmp_path: Path
) -> None:
    async with account_talk(embedded) as (talk, venue):
        await whole_session(talk, venue)
        files = files_in(tmp_path)
        assert {path.name for path in files} >= {"embedded.db", "embedded.db-wal"}
        for path in files:
            assert_clean(path.name, path.read_bytes())
        assert any(b"binanceusdm" in path.read_bytes() for path in files), "the right files are searched"


async def test_over_telegram_it_is_neither_sent_nor_logged(
    embedded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    from bot.telegram.polling import Serving, serve_telegram

    hide_secrets(TOKEN)
    stop = asyncio.Event()
    async with account_talk(embedded) as (talk, _), BotApi() as api:
        served = asyncio.create_task(
            serve_telegram(settings(api), talk.conversation, stop, Serving(embedded))
        )
        api.say(7, CONNECT)
        assert (await api.reply(7)).text.startswith("Binance is connected")
        first = [call.method for call in api.calls if call.fields.get("chat_id")]
        assert first == ["deleteMessage", "sendMessage"]
        api.press(7, "Sync")
        await api.reply(7)
        stop.set()
        await served
    for call in api.calls:
        assert_clean(call.method, repr(call.fields))
    assert_clean("the log", caplog.text)
    assert "/connect ***" in caplog.text


async def test_in_the_terminal_it_is_not_in_the_history(embedded: Database, tmp_path: Path) -> None:
    out, path = io.StringIO(), tmp_path / "history"
    history = remembering(path, COMMANDS)
    async with account_talk(embedded) as (talk, _):
        chat = Chat(talk.conversation, None, out, tmp_path)
        for line in (CONNECT, "/sync", "/export"):
            history.append_string(line)
            await chat.say(line)
    assert "Binance is connected" in out.getvalue()
    assert_clean("the screen", out.getvalue())
    assert_clean("the history", path.read_bytes())
    exported = [path for path in files_in(tmp_path) if path.parent.name.startswith("microhedge-export-")]
    assert f"In {exported[0].parent}: holdings.csv" in out.getvalue()
    assert {file.name for file in exported} >= {"holdings.csv", "places.csv", "fills.csv", "everything.json"}
    for file in exported:
        assert_clean(file.name, file.read_bytes())
