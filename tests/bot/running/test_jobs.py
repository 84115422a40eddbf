"""What a running bot does again and again."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from bot.health.metrics import Metrics
from bot.running.jobs import KEEP_CLOSES, KEEP_DRAFTS, KEEP_NOTICES, KEEP_REQUESTS, Jobs
from core.domain.quote import Quote
from core.domain.series import Closes
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.queue.outbox import Outbox
from core.store.user.book import Book
from core.sweep import Sweep
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN, Clock, Talk, talk_over
from tests.notices import known, notice, states

VENUES = ("simulated", "bybit")


class Tally(Watch):
    """A watch over simulated venues that remembers when it was told to refresh which."""

    def __init__(self, database: Database, clock: Clock, scenario: str, began: datetime) -> None:
        super().__init__(
            lambda venue: SimulatedMarket(7, scenario, clock, venue, began), StoredCloses(database), clock
        )
        self.clock = clock
        self.asked: list[tuple[str, datetime]] = []
        self.told = asyncio.Event()

    async def refresh(self, venue: str) -> None:
        self.asked.append((venue, self.clock()))
        self.told.set()
        await super().refresh(venue)


def jobs_of(watch: Watch, database: Database, clock: Clock) -> Jobs:
    metrics = Metrics(watch, Outbox(database), clock)
    return Jobs(database, watch, Sweep(database, watch, clock, VENUES), metrics, VENUES, clock)


async def turns(watch: Tally, database: Database, count: int, venue: str) -> list[int]:
    """Of so many turns, a minute apart, those that asked."""
    jobs = jobs_of(watch, database, watch.clock)
    for _turn in range(count):
        await jobs.look(venue)
        watch.clock.move(minutes=1)
    return [round((asked - BEGAN) / timedelta(minutes=1)) for own, asked in watch.asked if own == venue]


async def test_the_first_venue_is_asked_every_turn(embedded: Database) -> None:
    assert await turns(Tally(embedded, Clock(), "calm", BEGAN), embedded, 4, "simulated") == [0, 1, 2, 3]


async def test_a_venue_that_fails_is_asked_again_the_next_turn(embedded: Database) -> None:
    failing = Tally(embedded, Clock(), "outage", BEGAN - timedelta(minutes=30))
    assert await turns(failing, embedded, 4, "simulated") == [0, 1, 2, 3]


class Garbled(SimulatedMarket):
    """A market whose answers nobody can read, in a way that nobody thought of."""

    async def quotes(self) -> Mapping[str, Quote]:
        raise ZeroDivisionError


async def test_whatever_a_refresh_fails_with_the_alerts_are_swept(
    embedded: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    watch = Watch(lambda venue: Garbled(7, "calm", clock, venue, BEGAN), StoredCloses(embedded), clock)
    jobs = jobs_of(watch, embedded, clock)
    swept: list[str] = []

    class Swept(Sweep):
        async def run(self, venue: str) -> Any:
            swept.append(venue)
            return await super().run(venue)

    await replace(jobs, sweep=Swept(embedded, watch, clock, VENUES)).look("simulated")
    assert swept == ["simulated"]
    assert "simulated cannot be refreshed" in caplog.text


async def test_a_sweep_that_fails_is_counted_and_told_until_one_does_not(embedded: Database) -> None:
    clock = Clock()
    watch = Watch(
        lambda venue: SimulatedMarket(7, "calm", clock, venue, BEGAN), StoredCloses(embedded), clock
    )
    jobs = jobs_of(watch, embedded, clock)

    class Failing(Sweep):
        async def run(self, venue: str) -> Any:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await replace(jobs, sweep=Failing(embedded, watch, clock, VENUES)).look("simulated")
    assert await jobs.metrics.troubles.found() == (
        "Alerts on simulated are not checked: sweeps fail. The log says how.",
    )
    page = (await jobs.metrics.page()).decode()
    assert 'microhedge_sweep_failures_total{venue="simulated"} 1.0' in page
    await jobs.look("simulated")
    assert await jobs.metrics.troubles.found() == ()


async def test_a_venue_that_does_not_answer_holds_up_no_other(embedded: Database) -> None:
    clock, never = Clock(), asyncio.Event()

    class Mute(SimulatedMarket):
        async def quotes(self) -> Mapping[str, Quote]:
            if self.venue == "bybit":
                await never.wait()
            return await super().quotes()

    watch = Watch(lambda venue: Mute(7, "calm", clock, venue, BEGAN), StoredCloses(embedded), clock)
    jobs = jobs_of(watch, embedded, clock)
    hanging = asyncio.create_task(replace(jobs, venues=("bybit", "simulated")).look("bybit"))
    await asyncio.wait_for(jobs.look("simulated"), 60)
    assert not hanging.done()
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_another_venue_is_asked_for_an_hour_after_somebody_used_it(embedded: Database) -> None:
    watch = Tally(embedded, Clock(), "calm", BEGAN)
    assert await turns(watch, embedded, 3, "bybit") == []

    await watch.snapshot("bybit")
    asked = await turns(watch, embedded, 90, "bybit")

    assert asked == list(range(3, 64))


async def test_a_venue_is_asked_as_long_as_somebody_has_an_alert_or_a_hedge_there(database: Database) -> None:
    talk = talk_over(database, venues=VENUES)
    other = talk.someone_else()
    jobs = jobs_of(talk.watch, database, talk.clock)
    talk.clock.move(hours=2)
    assert not await jobs.needed("bybit")

    await talk.say("/venue bybit")
    await talk.say("/alert price SOL below 1")
    talk.clock.move(hours=2)
    assert await jobs.needed("bybit"), "an alert"
    await talk.say("/alert off 1")
    talk.clock.move(hours=2)
    assert not await jobs.needed("bybit")

    await other.say("/venue bybit")
    await other.say("/filled sold ETH 50 at 4178")
    await other.say("/venue simulated")
    talk.clock.move(hours=2)
    assert await jobs.needed("bybit"), "an open position, and what it turned on"


@pytest.fixture
def housework(embedded: Database) -> tuple[Talk, Jobs]:
    talk = talk_over(embedded)
    return talk, jobs_of(talk.watch, embedded, talk.clock)


async def test_old_requests_are_forgotten(housework: tuple[Talk, Jobs]) -> None:
    talk, jobs = housework
    await talk.say("/add SOL 60", request=7)
    await jobs.housekeep()
    assert "carried out before" in await talk.say("/add SOL 60", request=7)
    talk.clock.move(seconds=KEEP_REQUESTS.total_seconds() + 1)
    await jobs.housekeep()
    await talk.say("/add SOL 60", request=7)
    assert await talk.portfolio() == {"SOL": "120"}


async def test_drafts_that_nobody_confirmed_are_forgotten(housework: tuple[Talk, Jobs]) -> None:
    talk, jobs = housework
    book = Book(talk.database, talk.user, now=talk.clock())
    await book.save_draft("something")
    talk.clock.move(days=KEEP_DRAFTS.days)
    await jobs.housekeep()
    assert await book.draft() is not None
    talk.clock.move(seconds=1)
    await jobs.housekeep()
    assert await book.draft() is None


async def test_what_a_talk_was_about_long_ago_is_forgotten(housework: tuple[Talk, Jobs]) -> None:
    talk, jobs = housework
    await talk.say("/add sample")
    await talk.say("/ticket ETH")
    await talk.press("Partly")
    book = Book(talk.database, talk.user, now=talk.clock())
    await jobs.housekeep()
    assert await book.topic.shown() is not None
    assert await book.topic.question() is not None
    talk.clock.move(seconds=KEEP_DRAFTS.total_seconds() + 1)
    await jobs.housekeep()
    assert await book.topic.shown() is None
    assert await book.topic.question() is None


async def test_notices_are_forgotten_long_after_they_were_sent_and_never_while_they_wait(
    housework: tuple[Talk, Jobs],
) -> None:
    talk, jobs = housework
    await known(talk.database, [1, 2], talk.clock())
    outbox = Outbox(talk.database)
    await outbox.post(1, notice("arrived", talk.clock()))
    [batch] = await outbox.claim(talk.clock(), 1, timedelta(hours=1))
    await outbox.sent(batch, 1, talk.clock())
    await outbox.post(2, notice("waits", talk.clock()))
    await jobs.housekeep()
    assert await states(talk.database, 1) == {"arrived": "sent"}
    talk.clock.move(seconds=KEEP_NOTICES.total_seconds() + 1)
    await jobs.housekeep()
    assert await states(talk.database, 1) == {}
    assert await states(talk.database, 2) == {"waits": "waiting"}


async def test_closes_are_forgotten_when_they_are_too_old_for_anything(housework: tuple[Talk, Jobs]) -> None:
    talk, jobs = housework
    store, today = StoredCloses(talk.database), talk.clock().date()
    oldest = today - KEEP_CLOSES
    days = np.array([oldest - timedelta(days=1), oldest, today], dtype="datetime64[D]")
    await store.save("bybit", {"ETH": Closes(days, np.array([1.0, 2.0, 3.0]))})
    await jobs.housekeep()
    kept = await store.load("bybit", ["ETH"], oldest - timedelta(days=9))
    assert kept["ETH"].prices.tolist() == [2.0, 3.0]
