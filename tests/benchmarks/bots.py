"""The bots that `throughput` compares, each in a process: `python -m tests.benchmarks.bots KIND URL`.

Every line on standard input is answered with the CPU seconds that the process has used so far, all threads
together; the end of the input stops the bot.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from markupsafe import escape
from telegram import Update
from telegram.ext import Application, CallbackContext, MessageHandler, filters

from bot.reading.venues import SIMULATED
from bot.running.opening import opened
from bot.running.parts import Parts
from bot.running.serve import serve
from bot.settings import Settings
from bot.telegram.inbox.answers import CommandLike
from bot.telegram.polling import Serving, serve_telegram
from bot.telegram.request import AiohttpRequest
from bot.wording.reply import Reply
from core.store.database import open_database
from core.store.migrations import ensure_schema
from tests.bot_api import TOKEN

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Running = Callable[[asyncio.Event], Awaitable[None]]
"""A bot that runs until the event is set."""

USERS = range(1, 51)
OWNER = 1_000_000
"""Named, as a bot without an owner prints a link where the CPU seconds are read."""
AT_ONCE = 256
"""Updates that the library handles at once where it does not one at a time, as many as we do."""
MOMENT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
"""The market's clock stands here, so that every turn meets the same prices."""


def at_moment() -> datetime:
    """The market's time."""
    return MOMENT


def settings_for(url: str, folder: str) -> Settings:
    """The settings of a bot that everybody may talk to as often as they like, at this Telegram."""
    return Settings(
        telegram_token=TOKEN,
        telegram_api_url=url,
        telegram_file_url=url,
        database_url=f"sqlite+aiosqlite:///{folder}/bench.db",
        public=True,
        owner=OWNER,
        most_messages=1_000_000,
    )


@asynccontextmanager
async def hedged(settings: Settings) -> AsyncIterator[Parts]:
    """The opened parts of the bot: every user holds the sample portfolio and has the two shorts open that
    hedge it, with the alerts that these turn on.
    """
    async with opened(settings, at_moment, (SIMULATED,), None, metered=True) as parts:
        for user in USERS:
            await parts.conversation.answer("/add sample", user=user)
            ticket = await parts.conversation.answer("/ticket 2 orders", user=user)
            filled = await parts.conversation.answer(ticket.buttons[0][0].line, user=user)
            assert "Recorded: 2 orders" in filled.text
        yield parts


@asynccontextmanager
async def microhedge(url: str) -> AsyncIterator[Running]:
    """All of `microhedge run` on the simulated market, with its jobs, and a hedge open for every user."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(url, folder)
        async with hedged(settings) as parts:
            gc.freeze()  # as `run` does
            yield lambda stop: serve(settings, parts, at_moment, stop)


class Echo:
    """A conversation that says what it hears and looks at nothing."""

    commands: tuple[CommandLike, ...] = ()

    async def answer(
        self, text: str, *, user: int, request: int | None, reply_to: int | None = None
    ) -> Reply:
        return Reply(escape(text))

    async def take(self, name: str, content: bytes, *, user: int, request: int | None) -> Reply:
        return Reply(escape(name))

    async def completed(self, kept: Reply, *, user: int) -> Reply:
        return kept

    async def asked_in(self, question: str, message: int, *, user: int) -> None:
        return None


@asynccontextmanager
async def inbox_echo(url: str) -> AsyncIterator[Running]:
    """An echo behind our inbox, on an SQLite file: what it costs that no update can be lost."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(url, folder)
        database = open_database(settings.database_url)
        try:
            await ensure_schema(database)
            yield lambda stop: serve_telegram(settings, Echo(), stop, Serving(database))
        finally:
            await database.close()


@asynccontextmanager
async def library_echo(url: str) -> AsyncIterator[Running]:
    """python-telegram-bot as it comes: its own transport, one update at a time."""
    yield _echoing(Application.builder().token(TOKEN).base_url(f"{url}/bot").build())


@asynccontextmanager
async def concurrent_echo(url: str) -> AsyncIterator[Running]:
    """Its own transport, many updates at once."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    yield _echoing(builder.concurrent_updates(AT_ONCE).build())


@asynccontextmanager
async def aiohttp_echo(url: str) -> AsyncIterator[Running]:
    """Our transport, many updates at once."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    builder = builder.request(AiohttpRequest(256, read_timeout=10, pool_timeout=10))
    builder = builder.get_updates_request(AiohttpRequest(1))
    yield _echoing(builder.concurrent_updates(AT_ONCE).build())


BOTS: dict[str, Callable[[str], AbstractAsyncContextManager[Running]]] = {
    bot.__name__: bot for bot in (microhedge, inbox_echo, library_echo, concurrent_echo, aiohttp_echo)
}


def _echoing(application: App) -> Running:
    async def echo(update: Update, _context: Context) -> None:
        if update.message is not None and update.message.text is not None:
            await update.message.reply_text(update.message.text)

    async def run(stop: asyncio.Event) -> None:
        async with application:
            await application.start()
            if application.updater is not None:
                await application.updater.start_polling()
                await stop.wait()
                await application.updater.stop()
            await application.stop()

    application.add_handler(MessageHandler(filters.TEXT, echo))
    return run


async def tell_cpu(tell: Callable[[str], object]) -> None:
    """Answer lines until there are no more."""
    while await asyncio.to_thread(sys.stdin.readline):
        tell(f"{time.process_time()}\n")
        sys.stdout.flush()


async def run_bot(kind: str, url: str) -> None:
    """Run one bot until standard input ends."""
    stop = asyncio.Event()
    async with BOTS[kind](url) as run:
        serving = asyncio.ensure_future(run(stop))
        await tell_cpu(sys.stdout.write)
        stop.set()
        await serving


if __name__ == "__main__":
    asyncio.run(run_bot(*sys.argv[1:3]))
