"""Jobs of a running bot."""

import asyncio
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_EXECUTED

from bot.clock import utc_now
from bot.schedule import HOUSEKEEPING, KEEP_REQUESTS, REFRESH, build_scheduler, refresh
from core.simulated.market import SimulatedMarket
from core.store.closes import StoredCloses
from core.store.database import Database
from core.watch import Watch
from tests.conversation import BEGAN, Clock, talk_over


class Tally(Watch):
    """A watch over one simulated venue that remembers when it was told to refresh."""

    def __init__(self, database: Database, clock: Clock, scenario: str, began: datetime) -> None:
        super().__init__(
            lambda venue: SimulatedMarket(7, scenario, clock, venue, began), StoredCloses(database), clock
        )
        self.clock = clock
        self.asked: list[datetime] = []

    async def refresh(self, venue: str) -> None:
        self.asked.append(self.clock())
        await super().refresh(venue)


async def turns(watch: Tally, count: int, *, always: bool) -> list[int]:
    """Of so many turns, a minute apart, those that asked."""
    for _turn in range(count):
        await refresh(watch, "simulated", always=always)
        watch.clock.move(minutes=1)
    return [round((asked - BEGAN) / timedelta(minutes=1)) for asked in watch.asked]


async def test_the_first_venue_is_asked_every_turn(embedded: Database) -> None:
    assert await turns(Tally(embedded, Clock(), "calm", BEGAN), 4, always=True) == [0, 1, 2, 3]


async def test_a_venue_that_fails_is_asked_again_the_next_turn(embedded: Database) -> None:
    failing = Tally(embedded, Clock(), "outage", BEGAN - timedelta(minutes=30))
    assert await turns(failing, 4, always=True) == [0, 1, 2, 3]


async def test_another_venue_is_asked_for_an_hour_after_somebody_used_it(embedded: Database) -> None:
    watch = Tally(embedded, Clock(), "calm", BEGAN)
    assert await turns(watch, 3, always=False) == []

    await watch.snapshot("simulated")
    asked = await turns(watch, 90, always=False)

    assert asked == list(range(3, 64))


async def test_a_started_scheduler_refreshes_at_once_and_to_the_end(embedded: Database) -> None:
    clock = Clock(utc_now())
    watch = Tally(embedded, clock, "calm", clock())
    scheduler = build_scheduler(watch, ("simulated",), embedded, clock)
    executed = asyncio.Event()
    scheduler.add_listener(lambda _event: executed.set(), EVENT_JOB_EXECUTED)
    scheduler.start()
    try:
        await asyncio.wait_for(executed.wait(), 30)
    finally:
        scheduler.shutdown(wait=False)
    began = clock()
    clock.move(minutes=1)
    assert watch.asked == [began]
    assert (await watch.snapshot("simulated")).age(clock()) == timedelta(minutes=1), "kept since the refresh"


async def test_each_venue_has_its_job_and_old_requests_are_forgotten(embedded: Database) -> None:
    talk = talk_over(embedded)
    await talk.say("/add SOL 60", request=7)
    scheduler = build_scheduler(talk.watch, ("simulated", "elsewhere"), embedded, talk.clock)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert {name: job.trigger.interval for name, job in jobs.items()} == {
        "refresh:simulated": REFRESH,
        "refresh:elsewhere": REFRESH,
        "housekeep": HOUSEKEEPING,
    }
    await jobs["housekeep"].func()
    assert "carried out before" in await talk.say("/add SOL 60", request=7)
    talk.clock.move(seconds=KEEP_REQUESTS.total_seconds() + 1)
    await jobs["housekeep"].func()
    await talk.say("/add SOL 60", request=7)
    assert await talk.portfolio() == {"SOL": "120"}
