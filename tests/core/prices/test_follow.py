"""Two processes of one bot have the same figures of a venue, whoever asked for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import NoData
from core.prices.feed import FRESH
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.market.figures import StoredFigures
from tests.core.prices.test_watch import SECOND, Clock, Listing
from tests.domain import VENUE, snapshot


def process(database: Database, clock: Clock, market: Listing) -> Watch:
    """What one process of the bot knows of the market."""
    return Watch(lambda _: market, StoredCloses(database), clock, (VENUE,), figures=StoredFigures(database))


async def test_a_process_that_starts_answers_from_what_others_had(embedded: Database) -> None:
    clock = Clock()
    asked, new = Listing(clock), Listing(clock)
    seen = await process(embedded, clock, asked).snapshot(VENUE)
    clock.passes(30 * SECOND)
    assert replace(await process(embedded, clock, new).snapshot(VENUE), closes={}) == replace(seen, closes={})
    assert not new.asked


async def test_both_follow_the_one_that_refreshes(embedded: Database) -> None:
    clock = Clock()
    market, other = Listing(clock), Listing(clock)
    first, second = process(embedded, clock, market), process(embedded, clock, other)
    await first.snapshot(VENUE)
    await second.snapshot(VENUE)
    clock.passes(60 * SECOND)
    market.listed = snapshot(ETH=3600, BTC=90_000)
    await first.refresh(VENUE)
    await second.follow()
    assert (await second.snapshot(VENUE)).quotes == (await first.snapshot(VENUE)).quotes
    assert not other.asked


async def test_what_one_process_saw_vanish_is_lost_for_all(embedded: Database) -> None:
    clock = Clock()
    market = Listing(clock)
    first, second = process(embedded, clock, market), process(embedded, clock, Listing(clock))
    await first.snapshot(VENUE)
    market.listed = snapshot(BTC=90_000)
    clock.passes(60 * SECOND)
    await first.refresh(VENUE)
    assert (await second.snapshot(VENUE)).lost == (await first.snapshot(VENUE)).lost != {}


async def test_where_nobody_refreshes_any_more_a_question_asks_the_venue(embedded: Database) -> None:
    clock = Clock()
    await process(embedded, clock, Listing(clock)).snapshot(VENUE)
    clock.passes(FRESH + SECOND)
    left = Listing(clock)
    assert (await process(embedded, clock, left).snapshot(VENUE)).quotes
    assert left.asked


async def test_old_figures_are_better_than_none_and_keep_their_age(embedded: Database) -> None:
    clock = Clock()
    await process(embedded, clock, Listing(clock)).snapshot(VENUE)
    clock.passes(timedelta(minutes=5))
    dead = Listing(clock, down="It is down.")
    seen = await process(embedded, clock, dead).snapshot(VENUE)
    assert seen.age(clock()) >= timedelta(minutes=5)


async def test_without_any_it_says_so(embedded: Database) -> None:
    clock = Clock()
    with pytest.raises(NoData):
        await process(embedded, clock, Listing(clock, down="It is down.")).snapshot(VENUE)


async def test_what_is_asked_for_in_one_process_is_in_use_for_all(embedded: Database) -> None:
    clock = Clock()
    front, back = process(embedded, clock, Listing(clock)), process(embedded, clock, Listing(clock))
    assert not await back.asked_anywhere(VENUE)
    await front.snapshot(VENUE)
    await front.tell_asked()
    assert await back.asked_anywhere(VENUE)
    clock.passes(timedelta(hours=2))
    assert not await back.asked_anywhere(VENUE)
