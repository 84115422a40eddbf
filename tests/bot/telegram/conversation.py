"""A tiny conversation: it says what it is told to say and remembers what it heard."""

import asyncio
import functools
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from bot.settings import Settings
from bot.telegram.polling import Serving, serve_telegram
from bot.wording.reply import Button, Reply
from core.store.database import Database, open_database
from core.store.migrations import migrate
from tests.bot_api import BotApi


@dataclass(frozen=True)
class Command:
    """A line of the menu."""

    name: str
    help: str
    secret: bool = False


@dataclass(frozen=True)
class Line:
    """What was heard: a user's line, and the number of the update that brought it."""

    text: str
    user: int
    request: int | None
    reply_to: int | None = None


@dataclass
class Talk:
    """Answers a line by `replies`, otherwise repeats it. A line in `gates` waits until its gate opens."""

    replies: dict[str, Reply] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    commands: tuple[Command, ...] = (Command("start", "Say hello"), Command("hedge", "Plan " * 100))
    heard: list[Line] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    asked: dict[int, tuple[str, int]] = field(default_factory=dict)

    async def asked_in(self, question: str, message: int, *, user: int) -> None:
        """Remembers, by user, a question and the message that it is in."""
        self.asked[user] = question, message

    async def take(self, name: str, content: bytes, *, user: int, request: int | None) -> Reply:
        """Repeats what the file is called and what it holds."""
        return Reply(Markup("{} holds {}").format(name, content.decode()))

    async def completed(self, kept: Reply, *, user: int) -> Reply:
        """Every reply is whole."""
        return kept

    async def answer(
        self, text: str, *, user: int, request: int | None, reply_to: int | None = None
    ) -> Reply:
        self.heard.append(Line(text, user, request, reply_to))
        if text in self.gates:
            await self.gates[text].wait()
        if text == "/break":
            raise ZeroDivisionError
        self.finished.append(text)
        return self.replies.get(text, Reply(Markup("You said {}").format(text)))


def says(text: str, *rows: dict[str, str], fresh: bool = False) -> Reply:
    """A reply with rows of buttons: `{"label": "/line"}`."""
    buttons = tuple(tuple(Button(label, line) for label, line in row.items()) for row in rows)
    return Reply(Markup(text), buttons, fresh)


def settings(api: BotApi, *, token: str | None = None) -> Settings:
    return Settings(
        telegram_token=api.token if token is None else token,
        telegram_api_url=api.url,
        telegram_file_url=api.url,
    )


@functools.cache
def _template() -> tuple["tempfile.TemporaryDirectory[str]", Path]:
    """A migrated file to be copied; gone with the process."""
    folder = tempfile.TemporaryDirectory(prefix="inbox-")
    path = Path(folder.name) / "template.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return folder, path


@asynccontextmanager
async def kept() -> AsyncIterator[Database]:
    """A database for the inbox alone."""
    with tempfile.TemporaryDirectory(prefix="inbox-") as folder:
        path = Path(folder) / "inbox.db"
        await asyncio.to_thread(lambda: shutil.copy(_template()[1], path))
        database = open_database(f"sqlite+aiosqlite:///{path}")
        try:
            yield database
        finally:
            await database.close()


async def served(api: BotApi, talk: Talk, stop: asyncio.Event, *, token: str | None = None) -> None:
    """The real bot, polling `api`, until it is stopped or gives up."""
    async with kept() as database:
        await serve_telegram(settings(api, token=token), talk, stop, Serving(database))


@asynccontextmanager
async def serving(
    api: BotApi, talk: Talk, over: Serving | None = None, *, token: str | None = None
) -> AsyncIterator[Serving]:
    """The real bot, polling `api`, until the block ends; by default it stands on an inbox of its own."""
    stop = asyncio.Event()
    async with kept() as database:
        stands_on = over or Serving(database)
        task = asyncio.create_task(serve_telegram(settings(api, token=token), talk, stop, stands_on))
        try:
            yield stands_on
        finally:
            stop.set()
            await task
