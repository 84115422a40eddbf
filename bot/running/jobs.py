"""What a running bot does again and again, as plain functions that may be called twice.

What is due is in the database, so that a call that was missed is made up for by the next one.
`bot.running.schedule` calls them here; any other runner could. Delivery is one more of them, see
`bot.telegram.send_notices`.
"""

import gc
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clocks.clock import utc_now
from bot.health.metrics import Metrics
from core.prices.refresh import refresh
from core.prices.watch import Watch
from core.store.database import Database
from core.store.housekeeping import forget_closes, forget_drafts, forget_topics
from core.store.people import forget_strangers
from core.store.queue.inbox import forget_updates
from core.store.queue.outbox import Outbox
from core.store.user.book import forget_requests
from core.store.user.tallies import check_tallies

KEEP_REQUESTS = timedelta(days=2)
"""Telegram delivers an unconfirmed update again for a day."""
KEEP_UPDATES = timedelta(days=7)
"""What could not be read, or was set aside, may be looked into for so long."""
KEEP_DRAFTS = timedelta(days=7)
KEEP_NOTICES = timedelta(days=30)
KEEP_CLOSES = timedelta(days=500)

log = logging.getLogger(__name__)


class SweepCount(Protocol):
    """What a sweep has found."""

    @property
    def fired(self) -> int: ...
    @property
    def seconds(self) -> float: ...


class Sweeping(Protocol):
    """Looks at all alerts that are about a venue, and posts the notices of those that fire."""

    async def needed(self) -> Collection[str]:
        """The venues that somebody's alerts or open positions are about."""
        ...

    async def run(self, venue: str) -> SweepCount: ...


async def run_sweep(sweep: Sweeping, venue: str, metrics: Metrics) -> None:
    """Look at the alerts on a venue, and count that. Raises what the sweep raises."""
    try:
        swept = await sweep.run(venue)
    except Exception:
        metrics.sweep_failed(venue)
        raise
    metrics.swept(venue, swept.seconds, swept.fired)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of the watch."""

    database: Database
    watch: Watch
    sweep: Sweeping
    metrics: Metrics
    venues: tuple[str, ...]
    """Those that the program offers; newcomers start with the first one."""
    clock: Callable[[], datetime]
    """The market's, aware UTC."""

    async def look(self, venue: str) -> None:
        """Refresh a venue that somebody needs, then sweep its alerts, even if the refresh has failed.

        A venue that fails is left in peace by its own circuit.
        """
        if await self.needed(venue):
            await refresh(self.watch, venue)
            await run_sweep(self.sweep, venue, self.metrics)

    async def needed(self, venue: str) -> bool:
        """Whether somebody needs this venue: it is the first one, was asked for lately, or has somebody's
        alert or hedge.
        """
        if venue == self.venues[0] or self.watch.in_use(venue):
            return True
        return venue in await self.sweep.needed()

    async def housekeep(self) -> None:
        """Delete what nobody needs any more, and check some of the tallies that are
        kept beside the journals.
        """
        now = self.clock()
        forgotten = {
            "handled requests": await forget_requests(self.database, now - KEEP_REQUESTS),
            "drafts": await forget_drafts(self.database, now - KEEP_DRAFTS),
            "old topics": await forget_topics(self.database, now - KEEP_DRAFTS),
            "old messages": await forget_updates(self.database, utc_now() - KEEP_UPDATES),
            "strangers": await forget_strangers(self.database, utc_now()),
            "old notices": await Outbox(self.database).tidy(now - KEEP_NOTICES),
            "old closes": await forget_closes(self.database, (now - KEEP_CLOSES).date()),
        }
        if wrong := await check_tallies(self.database):
            log.error("%d tallies were not what their journals say; they are made anew", wrong)
        self.metrics.tallies_checked(wrong)
        log.info("Forgot %s", ", ".join(f"{count} {what}" for what, count in forgotten.items()))
        gc.collect()
        gc.freeze()  # by now the exchanges' libraries are loaded too, see `bot.subcommands.run`
