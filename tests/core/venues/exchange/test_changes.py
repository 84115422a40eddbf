"""A venue that changes its rules or its mind between two refreshes: seen, said, never made a number of."""

import logging
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import NoData
from core.domain.quote import QUOTE_REFUSE
from core.venues.exchange.adapter.market import BELIEVE, ExchangeMarket
from tests.binance_answers import BOOK_TICKER, EXCHANGE_INFO, FUNDING_INFO, PREMIUM_INDEX, TIME
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import VenueServer

ETH, SOL, NEAR = "ETH/USDT:USDT", "SOL/USDT:USDT", "NEAR/USDT:USDT"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1, seconds=1)


class Time:
    """A clock, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def watched(venue: VenueServer, time: Time) -> Any:
    """The adapter after its first refresh."""
    market = opened(venue.url, clock=time)
    await market.contracts()
    await market.quotes()
    await market.funding()
    yield market
    await market.close()


def row(venue: VenueServer, path: str, symbol: str) -> Any:
    rows: Any = venue.answers[path]
    listed = rows["symbols"] if path == EXCHANGE_INFO else rows
    return next(each for each in listed if each["symbol"] == symbol)


def drop(venue: VenueServer, symbol: str, *paths: str) -> None:
    for path in paths:
        rows: Any = venue.answers[path]
        listed = rows["symbols"] if path == EXCHANGE_INFO else rows
        listed[:] = [each for each in listed if each["symbol"] != symbol]


def stamped(venue: VenueServer, time: Time) -> None:
    """The venue's prices are of now."""
    for path in (PREMIUM_INDEX, BOOK_TICKER):
        rows: Any = venue.answers[path]
        for each in rows:
            each["time"] = int(time.now.timestamp() * 1000)


def priced(venue: VenueServer, price: Decimal) -> None:
    """Mark and index of SOL are this."""
    row(venue, PREMIUM_INDEX, "SOLUSDT").update(markPrice=str(price), indexPrice=str(price))


@pytest.mark.parametrize("times", ["10", "0.1", "12345", "0.00001"])
async def test_a_price_ten_times_the_last_is_refused_and_the_last_one_stands(
    venue: VenueServer, watched: ExchangeMarket, time: Time, times: str
) -> None:
    before = (await watched.quotes())[SOL]
    time.now += MINUTE
    stamped(venue, time)
    priced(venue, Decimal("160.4") * Decimal(times))

    quotes = await watched.quotes()

    assert quotes[SOL] == before
    assert quotes[ETH].at == time.now
    assert any(SOL in problem and "cannot be" in problem for problem in watched.health.problems)


async def test_a_large_move_that_can_be_is_taken(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    time.now += MINUTE
    stamped(venue, time)
    row(venue, PREMIUM_INDEX, "SOLUSDT")["markPrice"] = "320.8"

    assert (await watched.quotes())[SOL].mark == Decimal("320.8")


async def test_a_price_is_believed_once_the_last_one_is_too_old(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    priced(venue, Decimal(16040))
    time.now += QUOTE_REFUSE
    stamped(venue, time)
    assert (await watched.quotes())[SOL].mark == Decimal("160.4")

    time.now += MINUTE
    stamped(venue, time)
    assert (await watched.quotes())[SOL].mark == Decimal(16040)


@pytest.mark.parametrize("wrong", ["1604", "16.04"])
async def test_a_first_price_that_was_wrong_does_not_shut_out_the_true_one_for_long(
    venue: VenueServer, time: Time, wrong: str
) -> None:
    priced(venue, Decimal(wrong))
    market = opened(venue.url, clock=time)
    assert (await market.quotes())[SOL].mark == Decimal(wrong)
    priced(venue, Decimal("160.4"))

    for _ in range(BELIEVE // MINUTE + 1):
        time.now += MINUTE
        stamped(venue, time)
        last = (await market.quotes())[SOL]
    await market.close()

    assert last.mark == Decimal("160.4")


async def test_prices_that_jump_to_and_fro_are_not_believed(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    for price in (1604, 160_400, 1604, 160_400, 1604, 160_400):
        time.now += MINUTE
        stamped(venue, time)
        priced(venue, Decimal(price))
        assert (await watched.quotes())[SOL].mark == Decimal("160.4")


async def test_a_first_price_far_from_its_index_is_refused(venue: VenueServer) -> None:
    row(venue, PREMIUM_INDEX, "SOLUSDT")["markPrice"] = "1604"
    market = opened(venue.url)
    quotes = await market.quotes()
    await market.close()

    assert SOL not in quotes
    assert ETH in quotes
    assert any("over an index of 160.4" in problem for problem in market.health.problems)


async def test_a_rate_that_is_missing_for_once_stands_until_it_is_too_old(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    before = (await watched.funding())[SOL]
    row(venue, PREMIUM_INDEX, "SOLUSDT")["lastFundingRate"] = "nonsense"
    time.now += MINUTE
    stamped(venue, time)
    rates = await watched.funding()
    assert rates[SOL] == before
    assert rates[ETH].at == time.now

    time.now += QUOTE_REFUSE
    stamped(venue, time)
    assert SOL not in await watched.funding()


async def test_a_price_that_is_missing_for_once_grows_old_instead(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    drop(venue, "SOLUSDT", PREMIUM_INDEX)
    time.now += MINUTE
    stamped(venue, time)

    quotes = await watched.quotes()

    assert quotes[SOL].at == NOW
    assert quotes[ETH].at == time.now


async def test_a_delisted_contract_goes_and_is_told_once(
    venue: VenueServer, watched: ExchangeMarket, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "core.venues.exchange")
    drop(venue, "SOLUSDT", EXCHANGE_INFO, PREMIUM_INDEX, BOOK_TICKER, FUNDING_INFO)
    time.now += HOUR
    stamped(venue, time)
    assert SOL in await watched.contracts()  # one answer alone takes nothing away
    for _ in range(3):
        time.now += HOUR
        stamped(venue, time)
        assert SOL not in await watched.contracts()
        assert SOL not in await watched.quotes()
        assert SOL not in await watched.funding()

    assert [message for message in caplog.messages if SOL in message] == [f"Binance no longer lists {SOL}."]
    assert any(event.endswith(f"Binance no longer lists {SOL}.") for event in watched.health.events)


async def test_a_renamed_contract_is_another_one(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    for path in (EXCHANGE_INFO, PREMIUM_INDEX, BOOK_TICKER):
        renamed = row(venue, path, "NEARUSDT")
        renamed["symbol"] = "FARUSDT"
        if path == EXCHANGE_INFO:
            renamed["baseAsset"] = "FAR"
    drop(venue, "NEARUSDT", FUNDING_INFO)
    time.now += HOUR
    stamped(venue, time)
    await watched.contracts()
    time.now += timedelta(minutes=6)
    stamped(venue, time)

    contracts, quotes = await watched.contracts(), await watched.quotes()

    assert NEAR not in contracts
    assert NEAR not in quotes
    assert contracts["FAR/USDT:USDT"].asset == "FAR"
    assert quotes["FAR/USDT:USDT"].mark == Decimal("2.513")


async def test_a_changed_lot_is_used_and_told(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    filters = row(venue, EXCHANGE_INFO, "SOLUSDT")["filters"]
    lot = next(each for each in filters if each["filterType"] == "LOT_SIZE")
    before = (await watched.contracts())[SOL].lot
    lot["stepSize"] = "10"
    time.now += HOUR

    assert (await watched.contracts())[SOL].lot == 10
    assert any(
        event.endswith(f"changed the lot of {SOL} from {before:f} to 10.") for event in watched.health.events
    )


async def test_a_changed_funding_interval_is_used_and_told(
    venue: VenueServer, watched: ExchangeMarket, time: Time
) -> None:
    row(venue, FUNDING_INFO, "NEARUSDT")["fundingIntervalHours"] = 1
    time.now += MINUTE
    stamped(venue, time)

    assert (await watched.funding())[NEAR].interval_hours == 1
    assert any("every 1 h now, not 4 h" in event for event in watched.health.events)


@pytest.mark.parametrize(("minutes", "said"), [(10, "10 minutes ahead of"), (-10, "10 minutes behind")])
async def test_a_clock_ten_minutes_off_is_named(venue: VenueServer, minutes: int, said: str) -> None:
    venue.answers[TIME] = {"serverTime": int((NOW + timedelta(minutes=minutes)).timestamp() * 1000)}
    market = opened(venue.url)
    await market.contracts()
    await market.close()

    assert any(said in problem for problem in market.health.problems)


async def test_a_clock_that_is_right_is_not_mentioned(watched: ExchangeMarket) -> None:
    assert watched.health.problems == ()
    assert watched.health.events == ()


@pytest.mark.parametrize("path", [PREMIUM_INDEX, EXCHANGE_INFO])
async def test_an_empty_bulk_answer_changes_nothing(
    venue: VenueServer, watched: ExchangeMarket, time: Time, path: str
) -> None:
    before = await watched.contracts()
    good = deepcopy(venue.answers[path])
    venue.answers[path] = {"symbols": []} if path == EXCHANGE_INFO else []
    time.now += HOUR
    if path == EXCHANGE_INFO:
        assert await watched.contracts() == before
        stamped(venue, time)
        assert (await watched.quotes())[ETH].at == time.now
    else:
        with pytest.raises(NoData, match="no usable prices"):
            await watched.quotes()
    assert watched.health.circuit == "closed"

    venue.answers[path] = good
    time.now += HOUR
    stamped(venue, time)
    assert (await watched.quotes())[ETH].at == time.now
