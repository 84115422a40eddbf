"""When a running bot does its jobs, by APScheduler."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clocks.clock import utc_now
from bot.health.metrics import Metrics
from bot.running.jobs import Jobs
from core.domain.errors import HedgeError
from core.domain.trace import reason

REFRESH = timedelta(seconds=60)
"""The time between two looks at a venue, by the market's clock."""
AT_MOST_EVERY = timedelta(seconds=1)
"""Looks are not closer together than this, however fast the market's clock goes."""
DELIVER = timedelta(seconds=1)
HOUSEKEEPING = timedelta(hours=6)
SILENCE = 300.0
"""If a job was not done for so many seconds, the program is not well."""
SET = 5.0
"""Seconds between two looks whether the machine's clock was set back, and by how much it has to be."""
GRACE = 3.2
"""Seconds that jobs under way have left once the program is asked to stop: a little more than delivery needs
to stop by itself.
"""

Job = Callable[[], Awaitable[object]]

log = logging.getLogger(__name__)


class Schedule:
    """Runs each of its jobs again and again, one run of a job at a time.

    wall: the machine's time in seconds. A run that is due while the last one lasts is left out: the next one
    does all that is due by then. A run that fails is logged, and the job is due again as if nothing had been.
    """

    def __init__(self, metrics: Metrics, wall: Callable[[], float] = time.time) -> None:
        self._metrics = metrics
        self._wall = wall
        self._keeping: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, str] = {}
        self._stopping = False

    def add(self, name: str, job: Job, every: timedelta, *, first: datetime | None = None) -> None:
        """Add a job. first: when it is run for the first time, by default after one interval."""
        self._scheduler.add_job(
            self._begin,
            "interval",
            id=name,
            seconds=every.total_seconds(),
            args=(name, job),
            misfire_grace_time=None,  # however late, it still runs,
            coalesce=True,  # once
            max_instances=1,
            **({"next_run_time": first} if first else {}),
        )

    @property
    def jobs(self) -> list[Any]:
        """The jobs as the scheduler has them."""
        return list(self._scheduler.get_jobs())

    def start(self) -> None:
        """Start. It needs a running event loop; jobs may be added later, too."""
        self._scheduler.start()
        self._keeping = asyncio.create_task(self._keep_time())

    async def stop(self) -> None:
        """Begin nothing more and finish what is under way, or end it when it takes too long."""
        self._stopping = True
        if not self._scheduler.running:
            return
        self._scheduler.remove_all_jobs()
        if self._keeping is not None:
            self._keeping.cancel()
        if runs := set(self._under_way.values()):
            _, late = await asyncio.wait(runs, timeout=GRACE)
            for run in late:
                run.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._scheduler.running:
            self._scheduler.shutdown()
            await asyncio.sleep(0)  # it does so in the loop's next turn

    async def _keep_time(self) -> None:
        """Notice where the machine's clock is set back: the scheduler would wait until the old time has come
        again.
        """
        while True:
            before = self._wall() - time.monotonic()
            await asyncio.sleep(SET)
            if (gone := before - (self._wall() - time.monotonic())) > SET:
                log.warning("The machine's clock was set back by %.0f s", gone)
                for job in self._scheduler.get_jobs():
                    # Now, and by the new time from then on.
                    job.modify(next_run_time=utc_now())

    async def _begin(self, name: str, job: Job) -> None:
        """Start a run in a task of its own. The scheduler would log a run that is ended
        in the middle of it.
        """
        if not self._stopping and name not in self._under_way:
            run = self._under_way[name] = asyncio.create_task(self._run(name, job), name=name)
            run.add_done_callback(lambda _run: self._under_way.pop(name))

    async def _run(self, name: str, job: Job) -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001
            self._failed(name, reason(error, HedgeError))
        else:
            if self._failures.pop(name, None):
                log.info("The job %s is done again", name)
            self._metrics.troubles.over(name)
            self._metrics.troubles.alive(name)

    def _failed(self, name: str, why: str) -> None:
        """Log a failure, but not again and again: delivery is tried every second."""
        if self._failures.get(name) != why:
            log.error("The job %s failed: %s", name, why)
        self._failures[name] = why
        self._metrics.troubles.report(name, f"The job {name} fails; the log says how.")


def scheduled(jobs: Jobs, metrics: Metrics, speed: int = 1) -> Schedule:
    """The schedule of these jobs, not yet started. speed: how many times as fast as the machine's the
    market's clock goes.
    """
    schedule, now = Schedule(metrics), utc_now()
    every = max(REFRESH / speed, AT_MOST_EVERY)
    for venue in jobs.venues:
        name = f"look:{venue}"
        metrics.troubles.expect(name, SILENCE)
        schedule.add(name, partial(jobs.look, venue), every, first=now)
    schedule.add("housekeep", jobs.housekeep, HOUSEKEEPING, first=now + REFRESH)
    return schedule
