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

from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.router import Conversation
from bot.settings import Settings
from bot.telegram.app import App, Context, build_application
from bot.telegram.order import PerUserProcessor
from bot.telegram.polling import poll
from bot.telegram.request import AiohttpRequest
from core.simulated.market import SimulatedMarket
from core.store.closes import StoredCloses
from core.store.database import open_database
from core.store.migrations import ensure_schema
from core.watch import Watch
from tests.bot_api import TOKEN

USERS = range(1, 51)
MOMENT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
"""The bot's clock stands here, so the snapshot stays warm as the schedule would keep it."""


@asynccontextmanager
async def microhedge(url: str) -> AsyncIterator[App]:
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
            yield build_application(settings, talk)
        finally:
            await watch.close()
            await database.close()


@asynccontextmanager
async def library_echo(url: str) -> AsyncIterator[App]:
    """python-telegram-bot as it comes: its own transport, one update at a time."""
    yield _echoing(Application.builder().token(TOKEN).base_url(f"{url}/bot").build())


@asynccontextmanager
async def concurrent_echo(url: str) -> AsyncIterator[App]:
    """Its own transport, updates in our order: users at once, each user's own in turn."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    yield _echoing(builder.concurrent_updates(PerUserProcessor()).build())


@asynccontextmanager
async def aiohttp_echo(url: str) -> AsyncIterator[App]:
    """Our transport and our order."""
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    builder = builder.request(AiohttpRequest(256, read_timeout=10, pool_timeout=10))
    builder = builder.get_updates_request(AiohttpRequest(1))
    yield _echoing(builder.concurrent_updates(PerUserProcessor()).build())


BOTS: dict[str, Callable[[str], AbstractAsyncContextManager[App]]] = {
    bot.__name__: bot for bot in (microhedge, library_echo, concurrent_echo, aiohttp_echo)
}


def _echoing(application: App) -> App:
    async def echo(update: Update, _context: Context) -> None:
        if update.message is not None and update.message.text is not None:
            await update.message.reply_text(update.message.text)

    application.add_handler(MessageHandler(filters.TEXT, echo))
    return application


async def tell_cpu(tell: Callable[[str], object]) -> None:
    """Answer lines until there are no more."""
    while await asyncio.to_thread(sys.stdin.readline):
        tell(f"{time.process_time()}\n")
        sys.stdout.flush()


async def serve(kind: str, url: str) -> None:
    """Run one bot until standard input ends."""
    stop = asyncio.Event()
    async with BOTS[kind](url) as application:
        serving: Awaitable[None] = asyncio.create_task(poll(application, stop))
        await tell_cpu(sys.stdout.write)
        stop.set()
        await serving


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:3]))
