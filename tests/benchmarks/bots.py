"""The bots that `throughput` compares, each in a process: `python -m tests.benchmarks.bots KIND URL`.

Every line on standard input is answered with the CPU seconds that the process has used so far, all threads
together; the end of the input stops the bot.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackContext, MessageHandler, filters

from bot.chat.router import Conversation
from bot.settings import Settings
from bot.telegram.polling import Serving, serve_telegram
from bot.telegram.request import AiohttpRequest
from core.prices.watch import Watch
from core.store.closes import StoredCloses
from core.store.database import open_database
from core.store.migrations import ensure_schema
from core.venues.simulated.market import SimulatedMarket
from tests.bot_api import TOKEN

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Running = Callable[[asyncio.Event], Awaitable[None]]
"""A bot that runs until the event is set."""

USERS = range(1, 51)
AT_ONCE = 256
"""Updates that the library handles at once where it does not one at a time, as many as we do."""
MOMENT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
"""The bot's clock stands here, so the snapshot stays warm as the schedule would keep it."""


@asynccontextmanager
async def microhedge(url: str) -> AsyncIterator[Running]:
    """Our application: SQLite file, simulated market; every user holds the sample portfolio."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite+aiosqlite:///{folder}/bench.db")
        watch = Watch(
            lambda _: SimulatedMarket(7, "calm", lambda: MOMENT), StoredCloses(database), lambda: MOMENT
        )
        talk = Conversation(database, watch, ("simulated",), lambda: MOMENT)
        try:
            await ensure_schema(database)
            for user in USERS:
                await talk.answer("/add sample", user=user)
            settings = Settings(telegram_token=TOKEN, telegram_api_url=url, telegram_file_url=url)
            yield lambda stop: serve_telegram(settings, talk, stop, Serving(database))
        finally:
            await watch.close()
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
    bot.__name__: bot for bot in (microhedge, library_echo, concurrent_echo, aiohttp_echo)
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


async def serve(kind: str, url: str) -> None:
    """Run one bot until standard input ends."""
    stop = asyncio.Event()
    async with BOTS[kind](url) as run:
        serving = asyncio.ensure_future(run(stop))
        await tell_cpu(sys.stdout.write)
        stop.set()
        await serving


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
