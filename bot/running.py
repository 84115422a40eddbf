"""A running bot: polling, the scheduled jobs and the delivery of notices, side by side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from bot.clock import utc_now
from bot.jobs import Jobs, Sweeping
from bot.metrics import Metrics, served
from bot.parts import Parts
from bot.schedule import DELIVER, SILENCE, scheduled
from bot.settings import Settings
from bot.telegram import polling
from bot.telegram.chats import Chats
from bot.telegram.client import Client
from bot.telegram.outbox import LEASE, Delivery, Write
from bot.wording.notice import message
from core.store.outbox import Outbox
from core.sweep import Sweep

BACKUP = timedelta(hours=1)
"""Between two looks whether a copy of the database is due."""
BACKUP_AFTER = timedelta(minutes=10)
"""From the start to the first of them."""


async def serve(
    settings: Settings,
    parts: Parts,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    *,
    sweep: Sweeping | None = None,
    write: Write = message,
    lease: float = LEASE,
) -> None:
    """Answer, watch and deliver until `stop` is set. Raises BadInput for a bad token or a port that is taken.

    clock: aware UTC, the market's. sweep: by default a Sweep of all alerts. write, lease: see Delivery.
    """
    outbox, speed = Outbox(parts.database), settings.simulation_speed
    chats, metrics = Chats(parts.database, clock), Metrics(parts.watch, outbox, clock, parts.troubles)
    sweep = sweep or Sweep(parts.database, parts.watch, clock, parts.venues)
    jobs = Jobs(parts.database, parts.watch, sweep, metrics, parts.venues, clock)
    schedule = scheduled(jobs, metrics, speed)
    daily = partial(parts.backups.make_daily, utc_now)
    schedule.add("backup", daily, BACKUP, first=utc_now() + BACKUP_AFTER)

    @asynccontextmanager
    async def delivering(bot: Client) -> AsyncIterator[None]:
        delivery = Delivery(
            outbox, bot, chats, clock, speed=speed, count=metrics.sent, write=write, lease=lease
        )
        metrics.troubles.expect("deliver", SILENCE)
        schedule.add("deliver", delivery.deliver, DELIVER)
        try:
            yield
        finally:
            await asyncio.gather(delivery.stop(), schedule.stop())

    async with AsyncExitStack() as stack:
        if settings.metrics_port is not None:
            await stack.enter_async_context(served(metrics, settings.metrics_port))
        schedule.start()
        stack.push_async_callback(schedule.stop)  # again, where Telegram was never reached
        serving = polling.Serving(parts.database, heard=chats.heard, beside=delivering)
        await polling.serve(settings, parts.conversation, stop, serving)
