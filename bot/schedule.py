"""Scheduled jobs of a running bot: plain, idempotent async functions under APScheduler."""

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any

from core.errors import NoData
from core.store.book import forget_requests
from core.store.database import Database
from core.watch import Watch

REFRESH = timedelta(seconds=60)
HOUSEKEEPING = timedelta(hours=6)
KEEP_REQUESTS = timedelta(days=2)
"""Telegram delivers an unconfirmed update again for a day."""

log = logging.getLogger(__name__)


async def refresh(watch: Watch, venue: str, *, always: bool) -> None:
    """Refresh a venue that somebody asked for lately, or `always`; the watch logs a failure once.

    A venue that fails is left in peace by its own circuit, so the next turn may simply try again.
    """
    if always or watch.in_use(venue):
        with suppress(NoData):
            await watch.refresh(venue)


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
        scheduler.add_job(
            refresh, "interval", (watch, venue), {"always": venue == venues[0]}, f"refresh:{venue}",
            seconds=REFRESH.total_seconds(), next_run_time=clock(),
        )  # fmt: skip
    scheduler.add_job(housekeep, "interval", seconds=HOUSEKEEPING.total_seconds(), id="housekeep")
    return scheduler
