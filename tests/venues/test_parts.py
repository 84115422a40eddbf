"""A part of a venue that is down: what does not need it goes on."""

from datetime import timedelta

import pytest

from core.domain.errors import NoData
from core.venues.exchange.adapter.client import FAILURES
from tests.venue_server import Answer
from tests.venues.look import case_of, opened
from tests.venues.world import MARKS, NOW

DOWN = Answer(b"", status=503)
TIERS = {"bitget": "/api/v2/mix/market/query-position-lever", "okx": "/api/v5/public/position-tiers"}
PAST_FUNDING = {
    "bitget": "/api/v2/mix/market/history-fund-rate",
    "krakenfutures": "/derivatives/api/v4/historicalfundingrates",
    "mexc": "/api/v1/contract/funding_rate/history",
    "okx": "/api/v5/public/funding-rate-history",
}


@pytest.mark.parametrize("venue", TIERS)
async def test_without_margin_tiers_there_are_prices(venue: str) -> None:
    async with opened(venue, {TIERS[venue]: DOWN}) as (_, market):
        contracts = await market.contracts()
        trading = {symbol for symbol, each in contracts.items() if each.condition == "trading"}
        assert (await market.quotes()).keys() == trading
        assert await market.funding()
        assert all(contract.brackets_assumed for contract in contracts.values())
        assert market.health.circuit == "closed"
        assert any("margin tiers" in problem for problem in market.health.problems)


@pytest.mark.parametrize("venue", PAST_FUNDING)
async def test_without_past_funding_there_are_prices(venue: str) -> None:
    async with opened(venue, {PAST_FUNDING[venue]: DOWN}) as (server, market):
        perpetuals = [each.symbol for each in (await market.contracts()).values() if each.perpetual]
        for _ in range(FAILURES):
            assert await market.funding_history(perpetuals, NOW - timedelta(days=3)) == {}
        assert server.counts[PAST_FUNDING[venue]] <= 2 * FAILURES
        assert await market.quotes()
        assert (
            set(MARKS) <= (await market.closes(dict.fromkeys(MARKS, NOW.date() - timedelta(days=5)))).keys()
        )
        assert market.health.circuit == "closed"


async def test_prices_that_are_down_do_not_hide_closes() -> None:
    async with opened("binanceusdm", {"/fapi/v1/premiumIndex": DOWN}) as (_, market):
        await market.contracts()
        for _ in range(FAILURES):
            with pytest.raises(NoData, match="Binance"):
                await market.quotes()
        assert market.health.circuit == "opened"
        assert "ETH" in await market.closes({"ETH": NOW.date() - timedelta(days=5)})


@pytest.mark.parametrize("stamp", [None, "", "abc"])
@pytest.mark.parametrize(
    ("venue", "rows", "key"),
    [
        ("bitget", "data", "fundingTime"),
        ("okx", "data", "fundingTime"),
        ("gate", "", "t"),
        ("bybit", "result.list", "fundingRateTimestamp"),
    ],
)
async def test_a_past_funding_without_a_time_is_passed_over(
    venue: str, rows: str, key: str, stamp: object
) -> None:
    path = {
        **PAST_FUNDING,
        "gate": "/api/v4/futures/usdt/funding_rate",
        "bybit": "/v5/market/funding/history",
    }[venue]
    whole = case_of(venue).answers()[path]

    def spoilt(query: object) -> object:
        answer = whole(query)  # type: ignore[operator]
        found = answer
        for step in filter(None, rows.split(".")):
            found = found[step]
        if found:
            found[len(found) // 2][key] = stamp
        return answer

    symbol, since = "ETH/USDT:USDT", NOW - timedelta(days=9)
    async with opened(venue) as (_, market):
        expected = (await market.funding_history([symbol], since))[symbol]
    async with opened(venue, {path: spoilt}) as (_, market):
        found = await market.funding_history([symbol], since)
    assert symbol not in found or set(found[symbol].times) <= set(expected.times)
