"""When a running bot does its jobs."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.clocks.clock import utc_now
from bot.health.metrics import Metrics
from bot.running import schedule
from bot.running.schedule import AT_MOST_EVERY, HOUSEKEEPING, REFRESH, Schedule, scheduled
from core.domain.errors import NoData
from core.store.database import Database
from core.store.queue.outbox import Outbox
from tests.bot.running.test_jobs import VENUES, Tally, jobs_of
from tests.conversation import Clock

SOON = timedelta(seconds=0.02)


def metrics_of(database: Database) -> Metrics:
    clock = Clock(utc_now())
    return Metrics(Tally(database, clock, "calm", clock()), Outbox(database), clock)


@asynccontextmanager
async def doing(database: Database, job: Callable[[], Awaitable[object]]) -> AsyncIterator[Schedule]:
    """A schedule that does `job` very often."""
    own = Schedule(metrics_of(database))
    own.add("job", job, SOON)
    own.start()
    try:
        yield own
    finally:
        await own.stop()


async def test_once_started_it_looks_at_once(embedded: Database) -> None:
    clock = Clock(utc_now())
    watch = Tally(embedded, clock, "calm", clock())
    jobs = jobs_of(watch, embedded, clock)
    own = scheduled(jobs, jobs.metrics)
    own.start()
    await asyncio.wait_for(watch.told.wait(), 60)
    await own.stop()
    assert watch.asked == [("simulated", clock())]
    looked = clock()
    clock.move(minutes=1)
    assert (await watch.snapshot("simulated")).age(clock()) == clock() - looked, "kept since the refresh"


def intervals(own: Schedule) -> dict[str, timedelta]:
    return {job.id: job.trigger.interval for job in own.jobs}


async def test_each_venue_has_its_job_and_all_run_late_rather_than_not_and_once(embedded: Database) -> None:
    clock = Clock()
    jobs = jobs_of(Tally(embedded, clock, "calm", clock()), embedded, clock)
    own = scheduled(jobs, jobs.metrics)
    assert intervals(own) == {**{f"look:{venue}": REFRESH for venue in VENUES}, "housekeep": HOUSEKEEPING}
    for job in own.jobs:
        assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)


@pytest.mark.parametrize(("speed", "every"), [(1, REFRESH), (30, REFRESH / 30), (3600, AT_MOST_EVERY)])
async def test_a_faster_market_is_looked_at_more_often(
    embedded: Database, speed: int, every: timedelta
) -> None:
    clock = Clock()
    jobs = jobs_of(Tally(embedded, clock, "calm", clock()), embedded, clock)
    found = intervals(scheduled(jobs, jobs.metrics, speed))
    assert found["look:simulated"] == every
    assert found["housekeep"] == HOUSEKEEPING


async def test_a_job_never_runs_beside_itself_and_goes_on_after_a_long_run(embedded: Database) -> None:
    running, most, over = [0], [0], asyncio.Event()
    runs = [0]

    async def job() -> None:
        runs[0] += 1
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0.2 if runs[0] == 1 else 0)
        running[0] -= 1
        if runs[0] == 4:
            over.set()

    async with doing(embedded, job):
        await asyncio.wait_for(over.wait(), 60)
    assert most == [1]


async def test_a_job_that_fails_is_done_again_and_what_failed_is_told_without_its_words(
    embedded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    runs, again, words = [0], asyncio.Event(), "Anna holds 60 SOL"

    async def job() -> None:
        runs[0] += 1
        if runs[0] == 1:
            raise ValueError(words)
        again.set()

    async with doing(embedded, job):
        await asyncio.wait_for(again.wait(), 60)
    assert "ValueError" in caplog.text
    assert "The job job failed" in caplog.text
    assert "Anna" not in caplog.text


async def test_what_fails_again_and_again_is_told_once_and_that_it_is_over_too(
    embedded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    runs, over = [0], asyncio.Event()

    async def job() -> None:
        runs[0] += 1
        if runs[0] < 4:
            raise NoData("Cannot reach the database.")
        if runs[0] == 6:
            over.set()

    with caplog.at_level("INFO", "bot"):
        async with doing(embedded, job):
            await asyncio.wait_for(over.wait(), 60)
    told = [record.getMessage() for record in caplog.records if record.name == "bot.running.schedule"]
    assert told == ["The job job failed: Cannot reach the database.", "The job job is done again"]


async def test_when_the_machines_clock_is_set_back_nothing_waits_for_as_long(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "SET", 0.05)
    behind, done = [0.0], asyncio.Event()

    async def job() -> None:
        done.set()

    own = Schedule(metrics_of(embedded), lambda: time.time() - behind[0])
    own.add("job", job, timedelta(minutes=1), first=utc_now() + timedelta(hours=1))
    own.start()
    await asyncio.sleep(0)
    behind[0] = 3600
    try:
        await asyncio.wait_for(done.wait(), 60)
    finally:
        await own.stop()


async def test_a_job_under_way_is_finished_at_the_stop_and_none_begins_after(embedded: Database) -> None:
    begun, finished = asyncio.Event(), [0]

    async def job() -> None:
        begun.set()
        await asyncio.sleep(0.1)
        finished[0] += 1

    async with doing(embedded, job) as own:
        await begun.wait()
        await own.stop()
        assert finished == [1]
        begun.clear()
        await asyncio.sleep(0.05)
        assert not begun.is_set()


async def test_a_job_that_lasts_too_long_is_ended_at_the_stop_without_a_word(
    embedded: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "GRACE", 0.05)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with doing(embedded, job) as own:
        await begun.wait()
        await own.stop()
    assert ended.is_set()
    assert "Traceback" not in caplog.text
