"""Serving a bot, from the first contact with Telegram to the last answer.

The caller owns the event loop. `serve_telegram` is a coroutine that ends when its event is set, so that jobs
or another front end can run beside it in the same loop. `run_until_signal` adds what a process needs:
signals.
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
from bot.telegram.inbox.answers import Answerer, ArrivalAnswers, HeardFrom, nobody_listens
from bot.telegram.inbox.intake_state import IntakeState
from bot.telegram.inbox.one_update import UpdateHandler
from bot.telegram.inbox.reception import Admits, Reception, everybody
from bot.telegram.inbox.turns import LOOK, SHARED_LOOK, Turns
from bot.telegram.source import Polled, Source
from core.domain.errors import BadInput
from core.store.database import Database
from core.store.queue.inbox import Inbox
from core.store.queue.pace import StoredPace
from core.store.user.seal import TextSeal

log = logging.getLogger(__name__)

REFUSED = (
    "Telegram does not accept TELEGRAM_TOKEN. Get a valid token from @BotFather, "
    "put it into .env or the environment, and start again."
)
PAUSES = (0.5, 1, 2, 4, 8, 16)
"""Seconds between the first tries to reach Telegram at the start. After these it is
LAST_PAUSE, without end.
"""
LAST_PAUSE = 30
AT_LAST = 4.5
"""Seconds after a signal by when all should be over. What still hangs then, such as a database that does not
answer, is left as a crash would leave it.
"""

Beside = Callable[[BotClient], AbstractAsyncContextManager[object]]
"""Runs beside the bot, with its client."""


def nothing_beside(_bot: BotClient) -> AbstractAsyncContextManager[object]:
    """Runs nothing beside the bot."""
    return nullcontext()


async def run_until_signal(
    work: Callable[[asyncio.Event], Awaitable[None]], *, at_last: Callable[[], object] | None = None
) -> None:
    """Do `work`, whose event is set by SIGTERM or SIGINT. Raises what the work raises.

    at_last: called where the event loop is still running AT_LAST seconds after the signal.
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
    """What a bot needs besides its settings and its conversation."""

    database: Database
    """Where the inbox is."""
    heard: HeardFrom = nobody_listens
    """Called with each user who has written or pressed in private, once they are answered."""
    admits: Admits = everybody
    """Whose updates are stored at all."""
    beside: Beside = nothing_beside
    """Entered with the bot once Telegram is reached, and left while the last updates are being finished."""
    intake_state: IntakeState = field(default_factory=IntakeState)
    """Where the state of the intake is noted."""
    clock: Callable[[], datetime] = utc_now
    """The machine's, aware UTC. The leases of updates go by it."""
    source: Source = field(default_factory=Polled)
    """Where the updates come from."""
    shared: bool = False
    """Whether other processes answer updates of the same inbox."""
    pace: StoredPace | None = None
    """Telegram's pace, where other processes send messages too."""


async def serve_telegram(
    settings: Settings, conversation: Answerer, stop: asyncio.Event, serving: Serving
) -> None:
    """Answer updates until `stop` is set; then finish those under way and return.

    Waits as long as it takes for Telegram to be reachable, at the start and later. Raises BadInput when
    Telegram does not accept the token, also one revoked later.
    """
    bot = build_client(settings, shared=serving.pace)
    inbox = Inbox(serving.database, bot_of(settings.telegram_token))
    seal = seal_of(settings)
    answers = ArrivalAnswers(conversation, bot)
    handler = UpdateHandler(
        inbox, answers, bot, seal, serving.intake_state, heard=serving.heard, clock=serving.clock
    )
    turns = Turns(inbox, handler, serving.clock, look=SHARED_LOOK if serving.shared else LOOK)
    reception = Reception(
        inbox,
        seal,
        serving.intake_state,
        holds_secret=answers.holds_secret,
        arrived=turns.arrived,
        clock=serving.clock,
        admits=serving.admits,
    )
    try:
        await _serve(bot, conversation, stop, serving, turns, reception)
    except InvalidToken:
        raise BadInput(REFUSED) from None  # its text and its cause carry the token
    log.info("Stopped")


async def _serve(
    bot: BotClient,
    conversation: Answerer,
    stop: asyncio.Event,
    serving: Serving,
    turns: Turns,
    reception: Reception,
) -> None:
    others = AsyncExitStack()
    try:
        if await _unless(stop, _reach(bot, serving.source)):
            log.info("Answering as @%s", bot.username)
            await publish_menu(conversation, bot)
            await others.enter_async_context(serving.beside(bot))
            turns.start()
            await _unless(stop, serving.source.run(bot, reception, serving.intake_state))
    finally:
        try:
            # Side by side, as all of them together have to be over in AT_LAST seconds.
            await asyncio.gather(reception.stop(), turns.stop(), others.aclose())
        finally:
            await bot.shutdown()  # its connections are open even if initialize() failed half-way


def seal_of(settings: Settings) -> TextSeal:
    """What seals the secrets in the inbox: the server keys, the newest first, and otherwise the bot's token.

    None of these is in the database.
    """
    keys = settings.server_keys.by_version if settings.server_keys else {}
    newest_first = [keys[version] for version in sorted(keys, reverse=True)]
    return TextSeal.made_of(*newest_first, settings.telegram_token.encode())


async def _reach(bot: BotClient, source: Source) -> None:
    """Make contact, trying until Telegram can be reached and knows where updates go."""
    for pause in chain(PAUSES, repeat(LAST_PAUSE)):
        try:
            await bot.initialize()
            await source.connect(bot)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
        else:
            return


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, None]) -> bool:
    """Do `work`. True when it was done, raising what it raised; False when `stop` came first, which cancels
    it.
    """
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
