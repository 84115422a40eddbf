"""`microhedge serve`: answers the updates that Telegram sends, beside other processes that do the same."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from bot.clocks.clock import utc_now
from bot.health.metrics import Metrics, served
from bot.health.sdnotify import READY, STOPPING, tell
from bot.health.watchdog import watched_loop
from bot.running.engine import prepare
from bot.running.parts import Parts
from bot.running.schedule import Schedule
from bot.running.serve import ask_venues, end_at_once
from bot.running.worker import FOLLOW, keep_up
from bot.settings import Settings
from bot.telegram import polling
from bot.telegram.blocked_chats import Chats
from bot.telegram.client import BotClient
from bot.telegram.inbox.admission import Admission
from bot.telegram.webhook import Webhook
from core.domain.errors import BadInput
from core.store.migrations import at_head
from core.store.queue.outbox import Outbox
from core.store.queue.pace import StoredPace

TOO_OLD = timedelta(minutes=5)
"""Where the newest figures of the first venue are older than this, no answer of ours is good."""
NO_ADDRESS = (
    "WEBHOOK_URL is not set: the address under which Telegram reaches this bot, with https. Without one "
    "there is `microhedge run`, which asks Telegram for updates."
)


async def answer(
    settings: Settings, parts: Parts, clock: Callable[[], datetime], stop: asyncio.Event
) -> None:
    """Answer until `stop` is set. Raises BadInput for what cannot be in the settings."""
    if not settings.webhook_url:
        raise BadInput(NO_ADDRESS)
    await prepare(parts.database)
    chats = Chats(parts.database, clock)
    metrics = Metrics(parts.watch, Outbox(parts.database), clock, parts.troubles)
    admission = Admission(parts.access)
    await parts.access.begin(settings.owner)
    ask_venues(clock, parts)
    schedule = Schedule(metrics)
    schedule.add("follow", partial(keep_up, parts), FOLLOW)
    webhook = Webhook(
        settings.telegram_token, settings.webhook_url, settings.webhook_host, settings.webhook_port
    )

    @asynccontextmanager
    async def beside(bot: BotClient) -> AsyncIterator[None]:
        await admission.open(bot)
        schedule.start()
        tell(READY)
        try:
            yield
        finally:
            tell(STOPPING)
            await schedule.stop()
            await admission.close()

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(watched_loop(metrics.troubles, metrics.stood_still, end_at_once))
        if settings.metrics_port is not None:
            ready = partial(not_ready, parts, clock)
            await stack.enter_async_context(
                served(metrics, settings.metrics_port, settings.metrics_host, ready)
            )
        serving = polling.Serving(
            parts.database,
            heard=chats.heard,
            admits=admission.admits,
            beside=beside,
            clock=utc_now,
            source=webhook,
            shared=True,
            pace=StoredPace(parts.database),
        )
        await polling.serve_telegram(settings, parts.conversation, stop, serving)


async def not_ready(parts: Parts, clock: Callable[[], datetime]) -> str | None:
    """Why this process should get no updates yet; None where it should. Raises NoData without a database."""
    if not await at_head(parts.database):
        return "The database does not have the newest schema."
    await parts.watch.follow(parts.venues[0])
    [first] = [each for each in parts.watch.health() if each.venue == parts.venues[0]]
    if first.quotes_at is None:
        return f"There are no figures of {first.venue} yet."
    if (age := clock() - first.quotes_at) > TOO_OLD:
        return f"The figures of {first.venue} are {age.total_seconds() / 60:.0f} min old."
    return None
