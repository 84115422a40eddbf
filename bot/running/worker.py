"""`microhedge worker`: refreshes venues, looks at alerts, delivers notices, keeps house, beside others.

What is to be done at all is shared out by `bot.running.engine`; delivery needs no sharing out, since each
notice is claimed under a lease.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.clocks.clock import utc_now
from bot.health.alarm import Alarm
from bot.health.metrics import Metrics, served
from bot.health.sdnotify import READY, STOPPING, tell
from bot.health.watchdog import watched_loop
from bot.running.engine import Engine, prepare
from bot.running.jobs import Jobs, run_sweep
from bot.running.parts import Parts
from bot.running.read_accounts import AccountReader
from bot.running.schedule import DELIVER, SILENCE, Schedule
from bot.running.serve import ALARM, account_reader, ask_venues, end_at_once
from bot.settings import Settings
from bot.telegram.app import build_client
from bot.telegram.blocked_chats import Chats
from bot.telegram.send_notices import Delivery
from bot.telegram.send_reply import deliver
from core.prices.refresh import refresh
from core.store.queue.inbox import forget_answered
from core.store.queue.outbox import Outbox
from core.store.queue.pace import StoredPace, forget_paces
from core.store.user.own import Shard
from core.sweep import Sweep

FOLLOW = timedelta(seconds=2)
"""The time between two looks at what other processes have had of venues."""
KEEP_ANSWERED = timedelta(hours=1)
"""Telegram sends an update that it thinks has not arrived again within minutes."""


@dataclass(slots=True)
class Share:
    """What this worker does of the work of all; a `bot.running.engine.Work`."""

    parts: Parts
    jobs: Jobs
    metrics: Metrics
    clock: Callable[[], datetime]
    shards: int
    reader: AccountReader
    _sweeps: dict[int, Sweep] = field(default_factory=dict)

    async def look(self, venue: str) -> bool:
        """Refresh a venue that somebody needs. Returns whether somebody does."""
        watch = self.parts.watch
        if venue != self.parts.venues[0] and not await watch.asked_anywhere(venue):
            return False
        await refresh(watch, venue)
        return True

    async def sweep(self, venue: str, shard: int) -> None:
        """Look at the alerts of one part of the users of a venue."""
        await self.parts.watch.follow(venue)
        await run_sweep(self._of(shard), venue, self.metrics)

    async def survey(self) -> None:
        """Let all know which venues somebody's alerts and open positions are about."""
        for shard in range(self.shards):
            for venue in await self._of(shard).needed():
                await self.parts.watch.need(venue)

    async def read_accounts(self) -> None:
        """Read the connected accounts that are due."""
        await self.parts.watch.follow()
        await self.reader.read_due()

    async def back_up(self) -> None:
        """Make the daily copy of the database where it is due."""
        await self.parts.backups.make_daily(utc_now)

    async def housekeep(self) -> None:
        """Forget what nobody needs any more, in the database that all share."""
        await forget_answered(self.parts.database, utc_now() - KEEP_ANSWERED)
        await forget_paces(self.parts.database, utc_now())
        await self.jobs.housekeep()

    def _of(self, shard: int) -> Sweep:
        """The sweep of one part of the users. It is kept, since it knows these users already."""
        if shard not in self._sweeps:
            part = Shard(shard, self.shards)
            parts = self.parts
            self._sweeps[shard] = Sweep(parts.database, parts.watch, self.clock, parts.venues, only=part)
        return self._sweeps[shard]


async def work(settings: Settings, parts: Parts, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Work until `stop` is set. Raises BadInput where the database is not PostgreSQL, or for a bad token."""
    await prepare(parts.database)
    outbox = Outbox(parts.database)
    metrics = Metrics(parts.watch, outbox, clock, parts.troubles)
    everybody = Sweep(parts.database, parts.watch, clock, parts.venues)
    jobs = Jobs(parts.database, parts.watch, everybody, metrics, parts.venues, clock)
    ask_venues(clock, parts)
    reader = account_reader(settings, parts, clock)
    share = Share(parts, jobs, metrics, clock, settings.sweep_shards, reader)
    engine = Engine(parts.database.url, parts.venues, settings.sweep_shards)
    schedule = Schedule(metrics)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(watched_loop(metrics.troubles, metrics.stood_still, end_at_once))
        if settings.metrics_port is not None:
            await stack.enter_async_context(served(metrics, settings.metrics_port, settings.metrics_host))
        bot = build_client(settings, shared=StoredPace(parts.database))
        await bot.initialize()
        stack.push_async_callback(bot.shutdown)
        delivery = Delivery(outbox, bot, Chats(parts.database, clock), clock, count=metrics.sent)
        metrics.troubles.expect("deliver", SILENCE)
        schedule.add("deliver", delivery.deliver, DELIVER)
        alarm = Alarm(metrics.troubles, parts.access.owner, partial(deliver, bot))
        schedule.add("alarm", alarm.look, ALARM)
        schedule.add("follow", partial(keep_up, parts), FOLLOW)
        schedule.start()
        tell(READY)
        try:
            await engine.run(share, stop)
        finally:
            tell(STOPPING)
            await asyncio.gather(delivery.stop(), schedule.stop())


async def keep_up(parts: Parts) -> None:
    """Have what other processes have had, and let them know what is asked for here."""
    await parts.watch.follow()
    await parts.watch.tell_asked()
