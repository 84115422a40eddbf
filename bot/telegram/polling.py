"""Serving: long polling, from the first contact with Telegram to the last answer.

The caller owns the event loop. `serve` is an ordinary coroutine that ends when `stop` is set, so a scheduler
or a second front end runs beside it in the same loop; `run` adds what a process needs around it: signals.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext, suppress
from itertools import chain, repeat

from telegram.error import InvalidToken, TelegramError

from bot.settings import Settings
from bot.telegram.app import App, Conversation, Heard, build_application, nobody_listens
from bot.telegram.client import Client
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
LAST_WORDS = 1.5
"""Seconds to confirm what was handled, once we are asked to stop. What is not confirmed comes again."""
GRACE = 2.0
"""Seconds that the updates under way then have to finish: in all it stays under 5, after which we may be
killed."""

AT_LAST = 4.5
"""Seconds after a signal when all should be over. What still hangs then, such as a database that does not
answer, is left as a crash would leave it."""

Beside = Callable[[Client], AbstractAsyncContextManager[object]]
"""What goes on beside the polling, with its bot."""


def nothing_beside(_bot: Client) -> AbstractAsyncContextManager[object]:
    """The polling alone."""
    return nullcontext()


async def run(
    work: Callable[[asyncio.Event], Awaitable[None]], *, at_last: Callable[[], object] | None = None
) -> None:
    """Do `work`, which ends when its event is set: by SIGTERM or SIGINT. Raises what it raises.

    at_last: called where the event loop still runs AT_LAST seconds after the signal.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        if at_last is not None and not stop.is_set():
            loop.call_later(AT_LAST, at_last)
        stop.set()

    with suppress(NotImplementedError):  # Windows: Ctrl+C cancels us instead
        for each in signals:
            loop.add_signal_handler(each, end)
    try:
        await work(stop)
    finally:
        with suppress(NotImplementedError):
            for each in signals:
                loop.remove_signal_handler(each)


async def serve(
    settings: Settings,
    conversation: Conversation,
    stop: asyncio.Event,
    *,
    heard: Heard = nobody_listens,
    beside: Beside = nothing_beside,
) -> None:
    """Build the application and `poll` with it. Raises BadInput for a bad token, also one revoked later.

    heard: see `build_application`.
    """
    refused = asyncio.Event()

    def end() -> None:
        refused.set()
        stop.set()

    await poll(build_application(settings, conversation, on_refused=end, heard=heard), stop, beside)
    if refused.is_set():
        raise BadInput(REFUSED)


async def poll(application: App, stop: asyncio.Event, beside: Beside = nothing_beside) -> None:
    """Answer updates until `stop` is set; then finish those under way and return.

    Waits as long as it takes for Telegram to be reachable, at the start and later. Raises BadInput when
    Telegram does not accept the token. beside: entered with the bot once Telegram is reached, and left, while
    the updates under way are finished, before the bot's connections are closed.
    """
    others = AsyncExitStack()
    try:
        try:
            if await _unless(stop, _begin(application)):
                log.info("Answering as @%s", application.bot.username)
                await others.enter_async_context(beside(application.bot))
                await stop.wait()
        finally:
            try:
                await asyncio.gather(_finish(application), others.aclose())
            finally:
                await application.shutdown()
                await (
                    application.bot.shutdown()
                )  # its connections are open even if initialize() failed half-way
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


async def _finish(application: App) -> None:
    """Stop in order: take no more updates, finish those taken."""
    updater = application.updater
    if updater is not None and updater.running:
        await _within(LAST_WORDS, updater.stop(), "Telegram was not told which updates are handled")
    if application.running:
        await _within(GRACE, application.stop(), "Some updates were not finished")


async def _within(limit: float, work: Awaitable[None], otherwise: str) -> None:
    try:
        async with asyncio.timeout(limit):
            await work
    except TimeoutError:
        log.error("%s %g s after the stop", otherwise, limit)  # noqa: TRY400


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
