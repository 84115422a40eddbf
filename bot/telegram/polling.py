"""Serving: long polling, from the first contact with Telegram to the last answer.

The caller owns the event loop. `serve` is an ordinary coroutine that ends when `stop` is set, so a scheduler
or a second front end runs beside it in the same loop; `run` adds what a process needs around it: signals.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from itertools import chain, repeat

from telegram.error import InvalidToken, TelegramError

from bot.settings import Settings
from bot.telegram.app import App, Conversation, build_application
from core.errors import BadInput

log = logging.getLogger(__name__)

REFUSED = (
    "Telegram does not accept TELEGRAM_TOKEN. Get a valid token from @BotFather, "
    "put it into .env or the environment, and start again."
)
UPDATES = ["message", "edited_message", "callback_query"]
PAUSES = (0.5, 1, 2, 4, 8, 16)
"""Seconds between attempts to reach Telegram at the start; after these it is LAST_PAUSE, for ever."""
LAST_PAUSE = 30
GRACE = 20
"""Seconds that the updates under way may take to finish once we are asked to stop."""


async def run(
    settings: Settings, open_conversation: Callable[[], AbstractAsyncContextManager[Conversation]]
) -> None:
    """Serve until the process is told to end by SIGTERM or SIGINT. Raises BadInput for a bad token."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    with suppress(NotImplementedError):  # Windows: Ctrl+C cancels us instead
        for each in signals:
            loop.add_signal_handler(each, stop.set)
    try:
        async with open_conversation() as conversation:
            await serve(settings, conversation, stop)
    finally:
        with suppress(NotImplementedError):
            for each in signals:
                loop.remove_signal_handler(each)


async def serve(settings: Settings, conversation: Conversation, stop: asyncio.Event) -> None:
    """Build the application and `poll` with it. Raises BadInput for a bad token, also one revoked later."""
    refused = asyncio.Event()

    def end() -> None:
        refused.set()
        stop.set()

    await poll(build_application(settings, conversation, on_refused=end), stop)
    if refused.is_set():
        raise BadInput(REFUSED)


async def poll(application: App, stop: asyncio.Event) -> None:
    """Answer updates until `stop` is set; then finish those under way and return.

    Waits as long as it takes for Telegram to be reachable, at the start and later. Raises BadInput when
    Telegram does not accept the token. Give the application to others, to send with its bot, while this runs.
    """
    try:
        try:
            if await _unless(stop, _begin(application)):
                log.info("Answering as @%s", application.bot.username)
                await stop.wait()
        finally:
            await _end(application)
    except InvalidToken:
        raise BadInput(REFUSED) from None  # its text and its cause carry the token
    log.info("Stopped")


async def _begin(application: App) -> None:
    await _reach(application)
    if application.post_init is not None:
        await application.post_init(application)
    await application.start()
    if application.updater is not None:
        await application.updater.start_polling(
            bootstrap_retries=-1,
            allowed_updates=UPDATES,
            drop_pending_updates=False,
            error_callback=_on_polling_error,
        )


async def _reach(application: App) -> None:
    """Initialize, trying until Telegram can be reached. The library tries only once."""
    for pause in chain(PAUSES, repeat(LAST_PAUSE)):
        try:
            await application.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
        else:
            return


async def _end(application: App) -> None:
    """Stop in order: take no more updates, finish those taken, close the connections."""
    try:
        if application.updater is not None and application.updater.running:
            await application.updater.stop()
    finally:
        if application.running:
            try:
                async with asyncio.timeout(GRACE):
                    await application.stop()
            except TimeoutError:
                log.error("Some updates were not finished %d s after the stop", GRACE)  # noqa: TRY400
        await application.shutdown()
        await application.bot.shutdown()  # its connections are open even when initialize() failed half-way


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, None]) -> bool:
    """True when `work` was done, raising what it raised; False when `stop` came first, which cancels it."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
        return True
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _on_polling_error(error: TelegramError) -> None:
    log.warning("Updates cannot be fetched, trying again: %s", error)
