"""Snapshots from memory while they are fresh, one question at a time, and old figures rather than none."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.market import Market
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from core.domain.snapshot import Snapshot
from core.measure.beta import WINDOW
from core.prices.feed import CLOSES_RETRY, FRESH, PATIENCE
from core.prices.watch import Watch
from core.venues.simulated.market import SimulatedMarket
from tests.domain import NOW, TODAY, VENUE, closes, history, snapshot
from tests.stand_in import StandIn

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LISTED = snapshot(ETH=3500, BTC=90_000)
PATHS = {asset: closes(history(asset, 900).prices, last=TODAY + 30 * DAY) for asset in ("BTC", "ETH")}
"""Closes of the past and of days to come."""


def between(known: Closes, first: date, last: date) -> Closes:
    inside = (known.days >= np.datetime64(first)) & (known.days <= np.datetime64(last))
    return Closes(known.days[inside], known.prices[inside])


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@dataclass
class Listing(StandIn):
    """A market over dicts. It writes down what it was asked and fails while `down` says why."""

    clock: Clock
    venue: str = VENUE
    simulated: bool = False
    listed: Snapshot = LISTED
    down: str = ""
    no_closes: bool = False
    asked: list[str] = field(default_factory=list)
    since: list[Mapping[str, date]] = field(default_factory=list)
    closed: bool = False
    takes: timedelta = timedelta(0)

    async def _answer(self, what: str) -> None:
        self.asked.append(what)
        self.clock.passes(self.takes)
        await asyncio.sleep(0)
        if self.down:
            raise NoData(self.down)

    async def contracts(self) -> Mapping[str, Contract]:
        await self._answer("contracts")
        return self.listed.contracts

    async def quotes(self) -> Mapping[str, Quote]:
        await self._answer("quotes")
        return {symbol: replace(quote, at=self.clock.now) for symbol, quote in self.listed.quotes.items()}

    async def funding(self) -> Mapping[str, FundingRate]:
        await self._answer("funding")
        return self.listed.funding

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        await self._answer("funding history")
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        await self._answer("closes")
        self.since.append(since)
        if self.no_closes:
            raise NoData("no closes now")
        yesterday = self.clock.now.date() - DAY
        return {
            asset: between(PATHS[asset], first, yesterday) for asset, first in since.items() if asset in PATHS
        }

    async def close(self) -> None:
        self.closed = True


@dataclass
class Shelf:
    """A store of closes over a dict."""

    kept: dict[str, Closes] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def load(self, venue: str, assets: Collection[str], since: date) -> Mapping[str, Closes]:
        self.asked.append(tuple(assets))
        await asyncio.sleep(0)
        return {asset: self.kept[asset] for asset in assets if asset in self.kept}

    async def save(self, venue: str, closes: Mapping[str, Closes]) -> None:
        for asset, new in closes.items():
            old = self.kept.get(asset)
            days = new.days if old is None else np.concatenate([old.days, new.days])
            prices = new.prices if old is None else np.concatenate([old.prices, new.prices])
            self.kept[asset] = Closes(days, prices)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def market(clock: Clock) -> Listing:
    return Listing(clock)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def watch(market: Listing, shelf: Shelf, clock: Clock) -> Watch:
    return watching(market, shelf, clock)


def watching(market: Market, shelf: Shelf, clock: Clock) -> Watch:
    return Watch(lambda _: market, shelf, clock)


# --- prices


async def test_the_first_question_fetches_everything(watch: Watch, market: Listing) -> None:
    found = await watch.snapshot(VENUE)
    assert found.price("ETH", NOW) == 3500
    assert found.contracts == LISTED.contracts
    assert found.funding == LISTED.funding
    assert not found.simulated
    assert market.asked == ["contracts", "quotes", "funding"]


async def test_fresh_figures_are_given_from_memory(watch: Watch, market: Listing, clock: Clock) -> None:
    first = await watch.snapshot(VENUE)
    clock.passes(FRESH)
    assert (await watch.snapshot(VENUE)).quotes == first.quotes
    assert market.asked.count("quotes") == 1


async def test_stale_figures_are_fetched_anew(watch: Watch, market: Listing, clock: Clock) -> None:
    await watch.snapshot(VENUE)
    clock.passes(FRESH + SECOND)
    found = await watch.snapshot(VENUE)
    assert found.age(clock.now) == timedelta(0)
    assert market.asked.count("quotes") == 2


async def test_the_schedule_refreshes_also_what_is_fresh(watch: Watch, market: Listing) -> None:
    await watch.refresh(VENUE)
    await watch.refresh(VENUE)
    assert market.asked.count("quotes") == 2


async def test_many_questions_at_once_make_one_refresh(
    watch: Watch, market: Listing, shelf: Shelf, clock: Clock
) -> None:
    answers = await asyncio.gather(*(watch.snapshot(VENUE, ["ETH"]) for _ in range(20)))
    assert sorted(market.asked) == ["closes", "contracts", "funding", "quotes"]
    assert shelf.asked == [("ETH",)]
    assert all(found.closes["ETH"].last == NOW.date() - DAY for found in answers)
    clock.passes(FRESH + SECOND)
    await asyncio.gather(*(watch.snapshot(VENUE, ["ETH"]) for _ in range(20)))
    assert market.asked.count("quotes") == 2


async def test_a_venue_is_opened_once_and_closed_at_the_end(shelf: Shelf, clock: Clock) -> None:
    opened: list[Listing] = []

    def open_market(venue: str) -> Market:
        opened.append(Listing(clock, venue))
        return opened[-1]

    watch = Watch(open_market, shelf, clock)
    await asyncio.gather(watch.snapshot("one"), watch.snapshot("one"), watch.snapshot("other"))
    assert list(watch.venues) == ["one", "other"]
    assert [market.venue for market in opened] == ["one", "other"]
    await watch.close()
    assert all(market.closed for market in opened)
    assert not watch.venues


# --- failures


async def test_with_nothing_known_a_failure_is_told(watch: Watch, market: Listing) -> None:
    market.down = "testvenue does not answer"
    with pytest.raises(NoData, match="testvenue does not answer"):
        await watch.snapshot(VENUE)


async def test_after_a_failure_the_old_figures_are_given_with_their_age(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    first = await watch.snapshot(VENUE)
    market.down = "testvenue does not answer"
    clock.passes(timedelta(minutes=5))
    found = await watch.snapshot(VENUE)
    assert found.quotes == first.quotes
    assert found.age(clock.now) == timedelta(minutes=5)


async def test_a_scheduled_refresh_tells_its_failure_and_leaves_the_figures(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    first = await watch.snapshot(VENUE)
    market.down = "testvenue does not answer"
    with pytest.raises(NoData, match="does not answer"):
        await watch.refresh(VENUE)
    assert (await watch.snapshot(VENUE)).quotes == first.quotes


async def test_a_venue_that_just_failed_is_left_in_peace_for_a_while(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    market.down = "testvenue does not answer"
    for _ in range(5):
        with pytest.raises(NoData, match="does not answer"):
            await watch.snapshot(VENUE)
    assert len(market.asked) == 1
    clock.passes(PATIENCE)
    with pytest.raises(NoData):
        await watch.snapshot(VENUE)
    assert len(market.asked) == 2


async def test_the_while_begins_when_it_has_failed_however_long_that_took(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    market.down, market.takes = "testvenue does not answer", PATIENCE
    with pytest.raises(NoData):
        await watch.snapshot(VENUE)
    with pytest.raises(NoData):
        await watch.snapshot(VENUE)
    assert len(market.asked) == 1


async def test_many_questions_at_once_make_one_failure(watch: Watch, market: Listing) -> None:
    market.down = "testvenue does not answer"
    failures = await asyncio.gather(*(watch.snapshot(VENUE) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(failure, NoData) for failure in failures)
    assert len(market.asked) == 1


async def test_a_venue_that_answers_again_gives_new_figures(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    await watch.snapshot(VENUE)
    market.down = "testvenue does not answer"
    clock.passes(FRESH + SECOND)
    await watch.snapshot(VENUE)
    market.down = ""
    clock.passes(PATIENCE)
    assert (await watch.snapshot(VENUE)).age(clock.now) == timedelta(0)


async def test_an_outage_and_its_end_are_each_logged_once(
    watch: Watch, market: Listing, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "core.prices.feed")
    for down in ("", "no answer", "no answer", "no answer", "", ""):
        market.down = down
        clock.passes(FRESH + SECOND)
        await watch.snapshot(VENUE)
    assert caplog.messages == [f"{VENUE}: no answer", f"{VENUE} answers again"]


# --- closes


async def test_closes_are_fetched_a_year_back_for_the_assets_asked_for(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    found = await watch.snapshot(VENUE, ["ETH"])
    assert market.since == [{"ETH": NOW.date() - timedelta(days=WINDOW + 1)}]
    assert len(found.closes["ETH"].days) == WINDOW + 1
    assert found.closes["ETH"].last == NOW.date() - DAY


async def test_without_histories_no_closes_are_fetched(watch: Watch, market: Listing) -> None:
    await watch.snapshot(VENUE)
    assert "closes" not in market.asked


async def test_only_an_asset_that_is_not_known_yet_is_asked_for(watch: Watch, market: Listing) -> None:
    await watch.snapshot(VENUE, ["ETH"])
    found = await watch.snapshot(VENUE, ["ETH", "BTC"])
    assert [set(since) for since in market.since] == [{"ETH"}, {"BTC"}]
    assert set(found.closes) == {"ETH", "BTC"}


async def test_the_next_day_only_the_missing_day_is_asked_for(
    watch: Watch, market: Listing, shelf: Shelf, clock: Clock
) -> None:
    await watch.snapshot(VENUE, ["ETH"])
    clock.passes(DAY)
    found = await watch.snapshot(VENUE, ["ETH"])
    assert market.since[1:] == [{"ETH": NOW.date()}]
    assert found.closes["ETH"].last == NOW.date()
    assert (np.diff(found.closes["ETH"].days).astype(int) == 1).all()
    assert shelf.kept["ETH"].last == NOW.date()


async def test_a_snapshot_that_was_given_does_not_change(watch: Watch, clock: Clock) -> None:
    first = await watch.snapshot(VENUE, ["ETH"])
    clock.passes(DAY)
    await watch.snapshot(VENUE, ["ETH", "BTC"])
    assert set(first.closes) == {"ETH"}
    assert first.closes["ETH"].last == NOW.date() - DAY


async def test_an_asset_without_closes_is_not_asked_for_again_at_once(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    assert (await watch.snapshot(VENUE, ["ZZZ"])).closes == {}
    clock.passes(PATIENCE)
    await watch.snapshot(VENUE, ["ZZZ"])
    assert len(market.since) == 1
    clock.passes(SECOND)
    await watch.snapshot(VENUE, ["ZZZ"])
    assert len(market.since) == 2


async def test_when_closes_fail_the_prices_are_still_given(watch: Watch, market: Listing) -> None:
    market.no_closes = True
    found = await watch.snapshot(VENUE, ["ETH"])
    assert found.price("ETH", NOW) == 3500
    assert found.closes == {}


async def test_closes_that_failed_are_asked_for_again_after_a_while(
    watch: Watch, market: Listing, clock: Clock
) -> None:
    market.no_closes = True
    for _ in range(3):
        await watch.snapshot(VENUE, ["ETH"])
    assert len(market.since) == 1
    market.no_closes = False
    clock.passes(CLOSES_RETRY + SECOND)
    assert (await watch.snapshot(VENUE, ["ETH"])).closes["ETH"].last == NOW.date() - DAY


async def test_after_a_restart_stored_closes_are_used_and_only_newer_ones_fetched(
    market: Listing, shelf: Shelf, clock: Clock
) -> None:
    before = await watching(market, shelf, clock).snapshot(VENUE, ["ETH"])
    clock.passes(2 * DAY)
    restarted = watching(market, shelf, clock)
    market.since.clear()
    after = await restarted.snapshot(VENUE, ["ETH"])
    assert market.since == [{"ETH": NOW.date()}]
    assert len(after.closes["ETH"].days) == len(before.closes["ETH"].days) + 2
    assert np.array_equal(after.closes["ETH"].prices[:-2], before.closes["ETH"].prices)


async def test_after_a_restart_on_the_same_day_no_closes_are_fetched(
    market: Listing, shelf: Shelf, clock: Clock
) -> None:
    await watching(market, shelf, clock).snapshot(VENUE, ["ETH"])
    market.since.clear()
    found = await watching(market, shelf, clock).snapshot(VENUE, ["ETH"])
    assert market.since == []
    assert found.closes["ETH"].last == NOW.date() - DAY


async def test_simulated_closes_are_never_stored_nor_looked_for_in_the_store(clock: Clock) -> None:
    kept = {"ETH": history("ETH")}
    shelf = Shelf(dict(kept))
    simulated = SimulatedMarket(7, "calm", clock)
    found = await watching(simulated, shelf, clock).snapshot("simulated", ["ETH"])
    assert found.simulated
    assert shelf.kept == kept
    assert shelf.asked == []
    assert found.closes["ETH"].prices[-1] != history("ETH").prices[-1]


async def test_the_simulated_venue_in_an_outage_keeps_the_figures_from_before(
    shelf: Shelf, clock: Clock
) -> None:
    watch = watching(SimulatedMarket(7, "outage", clock), shelf, clock)
    before = await watch.snapshot("simulated", ["BTC"])
    clock.passes(timedelta(minutes=35))
    during = await watch.snapshot("simulated", ["BTC"])
    assert during.quotes == before.quotes
    assert during.age(clock.now) == timedelta(minutes=35)
    with pytest.raises(NoData, match="35 minutes old"):
        during.price("BTC", clock.now)
    clock.passes(timedelta(hours=2))
    assert (await watch.snapshot("simulated", ["BTC"])).age(clock.now) == timedelta(0)


async def test_days_are_those_of_utc(market: Listing, shelf: Shelf, clock: Clock) -> None:
    clock.now = datetime(2026, 6, 10, 23, 59, 59, tzinfo=UTC)
    watch = watching(market, shelf, clock)
    assert (await watch.snapshot(VENUE, ["ETH"])).closes["ETH"].last == date(2026, 6, 9)
    clock.passes(SECOND + CLOSES_RETRY)
    assert (await watch.snapshot(VENUE, ["ETH"])).closes["ETH"].last == date(2026, 6, 10)


async def test_prices_are_exact_from_the_venue_to_the_snapshot(watch: Watch, market: Listing) -> None:
    market.listed = snapshot(PEPE="0.0000123456789")
    assert (await watch.snapshot(VENUE)).price("PEPE", NOW) == Decimal("0.0000123456789")
