"""A running bot: polling, the scheduled jobs and the delivery of notices side by side."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

from bot.clocks.agreed_clock import AgreedClock
from bot.clocks.clock import utc_now
from bot.desk.accounts import Sealing
from bot.health.alarm import Alarm
from bot.health.metrics import Metrics, served
from bot.health.sdnotify import READY, STOPPING, tell
from bot.health.watchdog import watched_loop
from bot.reading.venues import name_of
from bot.running.jobs import Jobs, Sweeping
from bot.running.parts import Parts
from bot.running.read_accounts import AccountReader
from bot.running.schedule import DELIVER, SILENCE, scheduled
from bot.settings import Settings
from bot.telegram import polling
from bot.telegram.blocked_chats import Chats
from bot.telegram.client import BotClient
from bot.telegram.inbox.admission import Admission
from bot.telegram.inbox.intake_check import IntakeCheck
from bot.telegram.request import AiohttpRequest
from bot.telegram.send_notices import LEASE, Delivery, Write
from bot.telegram.send_reply import deliver
from bot.wording.notices.notice import message
from core.prices.watch import Watch
from core.store.queue.outbox import Outbox
from core.sweep import Sweep

log = logging.getLogger(__name__)

ALARM = timedelta(seconds=20)
"""The time between two looks for troubles that the owner is told."""
ACCOUNTS = timedelta(seconds=15)
"""The time between two looks for accounts that are due to be read."""
BACKUP = timedelta(hours=1)
"""The time between two looks whether a copy of the database is due."""
BACKUP_AFTER = timedelta(minutes=10)
"""The time from the start to the first of these looks."""


def end_at_once() -> None:
    """End as a crash would, so that whatever started the program starts it again. Nothing is lost by that."""
    log.error("The event loop does not go on; ending without it")
    logging.shutdown()
    os._exit(1)


async def serve(
    settings: Settings,
    parts: Parts,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    *,
    sweep: Sweeping | None = None,
    write: Write = message,
    lease: float = LEASE,
    hopeless: Callable[[], object] = end_at_once,
) -> None:
    """Answer, watch and deliver until `stop` is set. Raises BadInput for a bad token or a port that is taken.

    clock: the market's, aware UTC. sweep: by default a Sweep of all alerts. write, lease: see Delivery.
    hopeless: called in another thread where the event loop has stood still for minutes.
    """
    outbox, speed = Outbox(parts.database), settings.simulation_speed
    chats, metrics = Chats(parts.database, clock), Metrics(parts.watch, outbox, clock, parts.troubles)
    sweep = sweep or Sweep(parts.database, parts.watch, clock, parts.venues)
    jobs = Jobs(parts.database, parts.watch, sweep, metrics, parts.venues, clock)
    schedule = scheduled(jobs, metrics, speed)
    admission = Admission(parts.access)
    await parts.access.begin(settings.owner)
    daily = partial(parts.backups.make_daily, utc_now)
    schedule.add("backup", daily, BACKUP, first=utc_now() + BACKUP_AFTER)

    schedule.add("accounts", account_reader(settings, parts, clock).read_due, ACCOUNTS)
    ask_venues(clock, parts)

    @asynccontextmanager
    async def delivering(bot: BotClient) -> AsyncIterator[None]:
        await admission.open(bot)
        delivery = Delivery(
            outbox, bot, chats, clock, speed=speed, count=metrics.sent, write=write, lease=lease
        )
        alarm = Alarm(metrics.troubles, parts.access.owner, partial(deliver, bot))
        schedule.add("alarm", alarm.look, ALARM)
        metrics.troubles.expect("deliver", SILENCE)
        if isinstance(clock, AgreedClock):
            clock.ask(partial(telegram_clock, bot))
        schedule.add("deliver", delivery.deliver, DELIVER)
        # Only now: systemd lets others start that count on a bot that answers.
        tell(READY)
        try:
            yield
        finally:
            tell(STOPPING)
            # Side by side, as each may take seconds and the program has few left.
            await asyncio.gather(delivery.stop(), schedule.stop(), admission.close())

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(watched_loop(metrics.troubles, metrics.stood_still, hopeless))
        if settings.metrics_port is not None:
            await stack.enter_async_context(served(metrics, settings.metrics_port, settings.metrics_host))
        schedule.start()
        stack.push_async_callback(schedule.stop)  # again, where Telegram was never reached
        serving = polling.Serving(
            parts.database, heard=chats.heard, admits=admission.admits, beside=delivering
        )
        parts.troubles.check("Telegram", IntakeCheck(serving.intake_state, utc_now))
        await polling.serve_telegram(settings, parts.conversation, stop, serving)


def account_reader(settings: Settings, parts: Parts, clock: Callable[[], datetime]) -> AccountReader:
    """What reads the connected accounts."""
    sealing = Sealing(settings.server_keys, settings.venue_urls)
    return AccountReader(parts.database, parts.watch, parts.venues, clock, sealing, settings.caps)


def ask_venues(clock: Callable[[], datetime], parts: Parts) -> None:
    """Have a clock that can be corrected ask the venues what time it is, and tell where it was wrong."""
    if isinstance(clock, AgreedClock):
        clock.ask(partial(venue_clocks, parts.watch))
        parts.troubles.check("clock", clock.check)


def venue_clocks(watch: Watch) -> Mapping[str, timedelta]:
    """How far this machine's clock is ahead of that of each venue that has answered lately."""
    known = {name_of(each.venue): each.health.ahead for each in watch.health()}
    return {venue: ahead for venue, ahead in known.items() if ahead is not None}


def telegram_clock(bot: BotClient) -> Mapping[str, timedelta]:
    """How far this machine's clock is ahead of Telegram's; empty where that is not known."""
    ahead = bot.request.server_time.ahead if isinstance(bot.request, AiohttpRequest) else None
    return {} if ahead is None else {"Telegram": ahead}
