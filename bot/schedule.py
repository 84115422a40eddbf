"""Scheduled jobs of a running bot: plain, idempotent async functions under APScheduler."""

import logging
from datetime import timedelta
from typing import Any

from core.errors import NoData
from core.store.book import forget_requests
from core.store.database import Database
from core.watch import Watch

REFRESH = timedelta(seconds=60)
BACKOFF = (1, 2, 4, 8)
"""After failures in a row, refresh only every so many turns."""
HOUSEKEEPING = timedelta(hours=6)
KEEP_REQUESTS = timedelta(days=2)
"""Telegram delivers an unconfirmed update again for a day."""

log = logging.getLogger(__name__)


class Refresher:
    """Refreshes one venue each turn, less often while it fails; the watch logs the failure once."""

    def __init__(self, watch: Watch, venue: str) -> None:
        self._watch = watch
        self._venue = venue
        self._failures = 0
        self._skip = 0

    async def turn(self) -> None:
        """Refresh, or sit this turn out."""
        if self._skip:
            self._skip -= 1
            return
        try:
            await self._watch.refresh(self._venue)
        except NoData:
            self._skip = BACKOFF[min(self._failures, len(BACKOFF) - 1)] - 1
            self._failures += 1
        else:
            self._failures = 0


def build_scheduler(watch: Watch, venues: tuple[str, ...], database: Database, clock: Any) -> Any:
    """The scheduler with its jobs, not yet started; start() needs a running event loop."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    async def housekeep() -> None:
        forgotten = await forget_requests(database, clock() - KEEP_REQUESTS)
        log.info("forgot %d handled requests", forgotten)

    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
    )
    for venue in venues:
        # The bound method: of an object that is awaitable when called the scheduler would call and not await.
        scheduler.add_job(
            Refresher(watch, venue).turn, "interval", seconds=REFRESH.total_seconds(), id=f"refresh:{venue}",
            next_run_time=clock(),
        )  # fmt: skip
    scheduler.add_job(housekeep, "interval", seconds=HOUSEKEEPING.total_seconds(), id="housekeep")
    return scheduler
