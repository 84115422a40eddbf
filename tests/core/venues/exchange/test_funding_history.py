"""Past funding, a perpetual at a time and many at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import EXCHANGE_INFO, FUNDING_RATE, binance_answers
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.core.venues.exchange.test_faults import FAULTS, SECRET
from tests.venue_server import Answer, VenueServer

ETH, BTC, NEAR = "ETH/USDT:USDT", "BTC/USDT:USDT", "NEAR/USDT:USDT"
SINCE = NOW - timedelta(days=35)
EIGHT = datetime(2026, 3, 10, 8, tzinfo=UTC)


def row(at: datetime, rate: object, symbol: str = "ETHUSDT") -> dict[str, object]:
    return {
        "symbol": symbol,
        "fundingRate": rate,
        "fundingTime": int(at.timestamp() * 1000),
        "markPrice": "1",
    }


def times(found: Any) -> list[datetime]:
    return [at.replace(tzinfo=UTC) for at in found.times.astype(object)]


async def test_settlements_run_from_the_moment_asked_for_to_the_last_one(market: ExchangeMarket) -> None:
    found = await market.funding_history([ETH, NEAR], SINCE)

    assert times(found[ETH])[-1] == times(found[NEAR])[-1] - timedelta(hours=4) == EIGHT
    assert set(np.diff(found[ETH].times).astype(int)) == {8 * 3600}
    assert set(np.diff(found[NEAR].times).astype(int)) == {4 * 3600}
    assert len(found[ETH].times) == 105
    assert found[ETH].times.dtype == np.dtype("datetime64[s]")
    assert list(found[ETH].rates[-3:]) == [0.00005, 0.0001, 0.00005]
    assert market.health.problems == ()


async def test_only_what_is_missing_is_asked_for(venue: VenueServer, market: ExchangeMarket) -> None:
    found = await market.funding_history([ETH], EIGHT)

    asked = [request.query for request in venue.asked if request.path == FUNDING_RATE]
    assert [(query["symbol"], query["startTime"]) for query in asked] == [
        ("ETHUSDT", str(int(EIGHT.timestamp() * 1000)))
    ]
    assert times(found[ETH]) == [EIGHT]


async def test_a_long_history_comes_in_pages(venue: VenueServer) -> None:
    small = replace(EXCHANGES["binanceusdm"], settlements=40)
    market = ExchangeMarket(small, url=venue.url, clock=lambda: NOW)
    found = await market.funding_history([ETH], SINCE)
    await market.close()

    assert len(found[ETH].times) == len(np.unique(found[ETH].times)) == 105
    assert venue.counts[FUNDING_RATE] == 3


async def test_a_page_that_never_ends_is_asked_for_once(venue: VenueServer) -> None:
    venue.answers[FUNDING_RATE] = [row(EIGHT, "0.0001"), row(EIGHT, "0.0001")]
    small = replace(EXCHANGES["binanceusdm"], settlements=2)
    market = ExchangeMarket(small, url=venue.url, clock=lambda: NOW)
    found = await market.funding_history([ETH], SINCE)
    await market.close()

    assert times(found[ETH]) == [EIGHT]
    assert venue.counts[FUNDING_RATE] == 2


async def test_a_dated_future_and_an_unknown_symbol_are_not_asked_for(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    dated = next(symbol for symbol, known in (await market.contracts()).items() if not known.perpetual)

    assert await market.funding_history([dated, "NOPE/USDT:USDT"], SINCE) == {}
    assert venue.counts[FUNDING_RATE] == 0


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "0.5", "-0.5", "a lot", "", None, True, [1]], ids=str)
async def test_an_impossible_rate_is_a_named_gap(
    venue: VenueServer, market: ExchangeMarket, wrong: object
) -> None:
    before = EIGHT - timedelta(hours=8)
    venue.answers[FUNDING_RATE] = [row(before, wrong), row(EIGHT, "-0.0003")]

    found = await market.funding_history([ETH], SINCE)

    assert (times(found[ETH]), list(found[ETH].rates)) == ([EIGHT], [-0.0003])
    assert market.health.problems == (
        f"Binance gives an impossible past funding of {ETH} at 2026-03-10 00:00 UTC.",
    )


async def test_repeated_settlements_count_once_and_contradictions_not_at_all(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    before, later = EIGHT - timedelta(hours=8), NOW + timedelta(hours=1)
    venue.answers[FUNDING_RATE] = [
        row(EIGHT, "0.0001"),
        row(before, "0.0002"),
        row(EIGHT + timedelta(milliseconds=7), "0.00010"),
        row(before, "0.0009"),
        row(later, "0.01"),
        row(SINCE - timedelta(hours=1), "0.01"),
    ]

    found = await market.funding_history([ETH], SINCE)

    assert (times(found[ETH]), list(found[ETH].rates)) == ([EIGHT], [0.0001])
    assert len(market.health.problems) == 1


async def test_one_failing_history_is_named_and_blocks_no_other(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    venue.serve(FUNDING_RATE, Answer({"code": -1121, "msg": SECRET}, status=400), {"symbol": "ETHUSDT"})

    found = await market.funding_history([ETH, BTC, NEAR], SINCE)

    assert set(found) == {BTC, NEAR}
    assert market.health.problems == (
        f"Binance refused the request: no past funding of {ETH} for now. Try again in a minute.",
    )


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_never_becomes_a_number(venue: VenueServer, market: ExchangeMarket, fault: str) -> None:
    venue.answers[FUNDING_RATE], _ = FAULTS[fault]

    found = await market.funding_history([ETH], SINCE)

    assert all(len(known.times) == len(known.rates) == 0 for known in found.values())
    assert all(SECRET not in problem and "127.0.0.1" not in problem for problem in market.health.problems)


async def test_without_a_list_of_contracts_there_is_no_history(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    from core.domain.errors import NoData

    venue.answers[EXCHANGE_INFO] = Answer(b"", status=503)
    with pytest.raises(NoData, match="Binance cannot be reached: no contracts"):
        await market.funding_history([ETH], SINCE)


async def test_histories_are_fetched_side_by_side_but_not_all_at_once() -> None:
    prices = {f"COIN{letter}": PRICES["ETH"] for letter in "ABCDEFGHIJKLMNOP"}
    async with VenueServer(binance_answers(prices, NOW)) as venue:
        answers: Any = venue.answers[FUNDING_RATE]
        venue.answers[FUNDING_RATE] = Answer(answers, after=0.4)
        market = opened(venue.url)
        found = await market.funding_history([f"{coin}/USDT:USDT" for coin in prices], SINCE)
        await market.close()

    assert len(found) == len(prices)
    assert 2 <= venue.most_at_once <= 8


async def test_two_questions_at_once_do_not_disturb_each_other(market: ExchangeMarket) -> None:
    first, second = await asyncio.gather(
        market.funding_history([ETH], SINCE), market.funding_history([BTC], SINCE)
    )
    assert (set(first), set(second)) == ({ETH}, {BTC})


async def test_recorded_settlements_are_read(recorded: dict[tuple[str, str], Any]) -> None:
    query = "endTime=1580515200000&limit=1000&startTime=1577836800000&symbol=BTCUSDT"
    answers = {EXCHANGE_INFO: recorded[EXCHANGE_INFO, ""], FUNDING_RATE: recorded[FUNDING_RATE, query]}
    async with VenueServer(answers) as venue:
        market = opened(venue.url, clock=lambda: datetime(2020, 1, 3, tzinfo=UTC))
        found = (await market.funding_history([BTC], datetime(2020, 1, 1, tzinfo=UTC)))[BTC]
        await market.close()

    assert list(found.rates[:3]) == [-0.00012359, -0.00012383, -0.00009664]
    assert times(found)[0] == datetime(2020, 1, 1, tzinfo=UTC)
    assert set(np.diff(found.times).astype(int)) == {8 * 3600}
