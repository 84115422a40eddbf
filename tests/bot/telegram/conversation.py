"""A tiny conversation: it says what it is told to say and remembers what it heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.reply import Button, Reply
from bot.settings import Settings
from bot.telegram.polling import serve
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


@dataclass
class Talk:
    """Answers a line by `replies`, otherwise repeats it. A line in `gates` waits until its gate opens."""

    replies: dict[str, Reply] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    commands: tuple[Command, ...] = (Command("start", "Say hello"), Command("hedge", "Plan " * 100))
    heard: list[Line] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)

    async def answer(self, text: str, *, user: int, request: int | None) -> Reply:
        self.heard.append(Line(text, user, request))
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


@asynccontextmanager
async def serving(api: BotApi, talk: Talk) -> AsyncIterator[None]:
    """The real application, polling `api`, until the block ends."""
    stop = asyncio.Event()
    served = asyncio.create_task(serve(settings(api), talk, stop))
    try:
        yield
    finally:
        stop.set()
        await served
