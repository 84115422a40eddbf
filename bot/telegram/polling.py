"""Serving: long polling, from the first contact with Telegram to the last answer.

The caller owns the event loop. `serve` is an ordinary coroutine that ends when `stop` is set, so a scheduler
or a second front end runs beside it in the same loop; `run` adds what a process needs around it: signals.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat

from telegram.error import InvalidToken, TelegramError

from bot.clocks.clock import utc_now
from bot.settings import Settings
from bot.telegram.app import bot_of, build_client, publish_menu
from bot.telegram.client import BotClient
from bot.telegram.inbox.answers import Answerer, HeardFrom, Talk, nobody_listens
from bot.telegram.inbox.intake import Admits, Intake, everybody
from bot.telegram.inbox.intake_state import Reception
from bot.telegram.inbox.one_update import Handling
from bot.telegram.inbox.turns import Answering
from core.domain.errors import BadInput
from core.store.database import Database
from core.store.queue.inbox import Inbox
from core.store.user.seal import TextSeal

log = logging.getLogger(__name__)

REFUSED = (
    "Telegram does not accept TELEGRAM_TOKEN. Get a valid token from @BotFather, "
    "put it into .env or the environment, and start again."
)
PAUSES = (0.5, 1, 2, 4, 8, 16)
"""Seconds between attempts to reach Telegram at the start; after these it is LAST_PAUSE, for ever."""
LAST_PAUSE = 30
AT_LAST = 4.5
"""Seconds after a signal when all should be over. What still hangs then, such as a database that does not
answer, is left as a crash would leave it."""

Beside = Callable[[BotClient], AbstractAsyncContextManager[object]]
"""What goes on beside the polling, with its bot."""


def nothing_beside(_bot: BotClient) -> AbstractAsyncContextManager[object]:
    """The polling alone."""
    return nullcontext()


async def run_until_signal(
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


@dataclass(frozen=True, slots=True)
class Serving:
    """What a bot needs beside its settings and its conversation.

    database: where the inbox is. heard: told each user who has written or pressed in private, once they are
    answered. admits: whose updates are stored at all. beside: entered with the bot once Telegram is reached,
    and left while the updates under way are finished. clock: the machine's, aware UTC, for leases.
    """

    database: Database
    heard: HeardFrom = nobody_listens
    admits: Admits = everybody
    beside: Beside = nothing_beside
    reception: Reception = field(default_factory=Reception)
    clock: Callable[[], datetime] = utc_now


async def serve_telegram(
    settings: Settings, conversation: Answerer, stop: asyncio.Event, serving: Serving
) -> None:
    """Answer updates until `stop` is set; then finish those under way and return.

    Waits as long as it takes for Telegram to be reachable, at the start and later. Raises BadInput when
    Telegram does not accept the token, also one revoked later.
    """
    bot = build_client(settings)
    inbox = Inbox(serving.database, bot_of(settings.telegram_token))
    seal = seal_of(settings)
    talk = Talk(conversation, bot)
    handling = Handling(inbox, talk, bot, seal, serving.reception, heard=serving.heard, clock=serving.clock)
    answering = Answering(inbox, handling, serving.clock)
    intake = Intake(
        bot,
        inbox,
        seal,
        serving.reception,
        holds_secret=talk.holds_secret,
        arrived=answering.arrived,
        clock=serving.clock,
        admits=serving.admits,
    )
    try:
        await _serve(bot, conversation, stop, serving.beside, answering, intake)
    except InvalidToken:
        raise BadInput(REFUSED) from None  # its text and its cause carry the token
    log.info("Stopped")


async def _serve(
    bot: BotClient,
    conversation: Answerer,
    stop: asyncio.Event,
    beside: Beside,
    answering: Answering,
    intake: Intake,
) -> None:
    others = AsyncExitStack()
    try:
        if await _unless(stop, _reach(bot)):
            log.info("Answering as @%s", bot.username)
            await publish_menu(conversation, bot)
            await others.enter_async_context(beside(bot))
            answering.start()
            await _unless(stop, intake.run())
    finally:
        try:
            await asyncio.gather(intake.stop(), answering.stop(), others.aclose())
        finally:
            await bot.shutdown()  # its connections are open even if initialize() failed half-way


def seal_of(settings: Settings) -> TextSeal:
    """What seals the secrets in the inbox: with the server keys, the newest first, or with the bot's token.

    None of these is in the database.
    """
    keys = settings.server_keys.by_version if settings.server_keys else {}
    newest_first = [keys[version] for version in sorted(keys, reverse=True)]
    return TextSeal.made_of(*newest_first, settings.telegram_token.encode())


async def _reach(bot: BotClient) -> None:
    """Say hello, trying until Telegram can be reached; a webhook of this bot is taken away."""
    for pause in chain(PAUSES, repeat(LAST_PAUSE)):
        try:
            await bot.initialize()
            await bot.delete_webhook(drop_pending_updates=False)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
        else:
            return


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
