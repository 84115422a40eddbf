"""What is peculiar to Bybit, each of which has a wrong figure behind it."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.contract import Contract
from tests.venue_server import Answer
from tests.venues import bybit
from tests.venues.look import opened, seen
from tests.venues.past import Query
from tests.venues.world import NOW, ms

SHARED = Path(__file__).parents[2].parent / "shared" / "exchanges" / "bybit"
DOWN = Answer({"retCode": 10016, "retMsg": "Server error"}, status=503)


def shared(name: str) -> Any:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"no answers of the venue beside the checkout ({name})")
    return json.loads(path.read_text())


def floors(contract: Contract) -> list[Decimal]:
    return [bracket.floor for bracket in contract.brackets]


def test_margin_tiers_are_read_to_the_last_page() -> None:
    found = seen("bybit")

    assert not any(contract.brackets_assumed for contract in found.contracts.values())
    # six linear contracts, two a page, and one page of inverse ones
    assert found.asked[bybit.RISK] == 4


def test_a_tier_begins_where_the_smaller_one_ends_whatever_its_id() -> None:
    pepe = seen("bybit").contracts["1000PEPE/USDT:USDT"]

    assert floors(pepe) == [0, 50_000]
    assert [bracket.rate for bracket in pepe.brackets] == [Decimal("0.02"), Decimal("0.03")]


def test_inverse_tiers_are_in_coins() -> None:
    inverse = seen("bybit").contracts["BTC/USD:BTC"]

    assert floors(inverse) == [0, 150]
    assert inverse.brackets_in_coins
    assert inverse.frozen_margin


def test_an_inverse_contract_is_a_dollar_though_ten_are_the_least_order() -> None:
    inverse = seen("bybit").contracts["BTC/USD:BTC"]

    assert inverse.multiplier == inverse.lot == 1
    assert inverse.min_count == 10
    assert inverse.least(Decimal(60_000)) * inverse.value(Decimal(60_000)) == 10


def test_the_most_in_one_order_is_that_of_a_market_order() -> None:
    assert seen("bybit").contracts["BTC/USDT:USDT"].max_count == 500_000


def test_fees_are_todays_and_not_those_that_ccxt_remembers() -> None:
    bitcoin = seen("bybit").contracts["BTC/USDT:USDT"]

    assert (bitcoin.taker_fee, bitcoin.maker_fee) == (Decimal("0.00055"), Decimal("0.0002"))


async def test_prices_and_funding_of_a_category_are_one_request() -> None:
    async with opened("bybit") as (server, market):
        await market.contracts()
        await market.quotes()
        await market.funding()

    asked = Counter(each.query["category"] for each in server.asked if each.path == bybit.TICKERS)
    assert asked == {"linear": 1, "inverse": 1}


async def test_without_inverse_contracts_the_others_go_on() -> None:
    async with opened("bybit") as (server, market):
        server.serve(bybit.TICKERS, DOWN, {"category": "inverse"})
        quotes, rates = await market.quotes(), await market.funding()

    assert "BTC/USD:BTC" not in quotes
    assert {"BTC/USDT:USDT", "1000PEPE/USDT:USDT"} <= rates.keys()
    assert any("contracts on coins" in problem for problem in market.health.problems)


async def test_without_tiers_on_coins_the_others_are_the_venues() -> None:
    async with opened("bybit") as (server, market):
        server.serve(bybit.RISK, DOWN, {"category": "inverse"})
        contracts = await market.contracts()

    assert not contracts["BTC/USDT:USDT"].brackets_assumed
    assert contracts["BTC/USD:BTC"].brackets_assumed


@pytest.mark.parametrize(("kind", "ours"), [("stock", False), ("innovation", True), ("", True)])
async def test_a_share_is_not_taken_for_the_coin_of_its_name(kind: str, ours: bool) -> None:
    def instruments(query: Query) -> object:
        answer: Any = bybit.instruments(query)
        for row in answer["result"]["list"]:
            row["symbolType"] = kind if row["symbol"] == "SOLUSDT" else ""
        return answer

    async with opened("bybit", {bybit.INSTRUMENTS: instruments}) as (_, market):
        contracts = await market.contracts()

    assert ("SOL/USDT:USDT" in contracts) == ours
    assert "ETH/USDT:USDT" in contracts


@pytest.mark.parametrize(("listed", "told"), [(480, "1"), (60, "8")])
async def test_the_interval_is_that_of_now_and_not_of_the_listing(listed: int, told: str) -> None:
    def instruments(query: Query) -> object:
        answer: Any = bybit.instruments(query)
        for row in answer["result"]["list"]:
            row["fundingInterval"] = listed
        return answer

    def tickers(query: Query) -> object:
        answer: Any = bybit.tickers(query)
        for row in answer["result"]["list"]:
            row["fundingIntervalHour"] = told
        return answer

    changes = {bybit.INSTRUMENTS: instruments, bybit.TICKERS: tickers}
    async with opened("bybit", changes) as (_, market):
        rates = await market.funding()

    assert rates["BTC/USDT:USDT"].interval_hours == int(told)


@pytest.mark.parametrize(("listed", "before"), [(480, 1), (60, 8)])
async def test_past_funding_is_whole_where_the_interval_has_changed(listed: int, before: int) -> None:
    """It was `before` hours for 30 days, and is what the listing says for two days now."""
    changed = NOW - timedelta(days=2)
    hours = [NOW.replace(minute=0) - timedelta(hours=back) for back in range(32 * 24)]
    times = sorted(
        at for at in hours if at.hour % (listed // 60 if at > changed else before) == 0 and at <= NOW
    )

    def instruments(query: Query) -> object:
        answer: Any = bybit.instruments(query)
        for row in answer["result"]["list"]:
            row["fundingInterval"] = listed
        return answer

    def funding(query: Query) -> object:
        start, end = int(query.get("startTime", 0)), int(query.get("endTime", ms(NOW)))
        rows = [
            {"symbol": "BTCUSDT", "fundingRate": "0.0001", "fundingRateTimestamp": str(ms(at))}
            for at in times
            if start <= ms(at) <= end
        ]
        return bybit.answer({"category": "linear", "list": rows[-200:][::-1]})

    changes = {bybit.INSTRUMENTS: instruments, bybit.FUNDING: funding}
    async with opened("bybit", changes) as (_, market):
        since = NOW - timedelta(days=30)
        past = (await market.funding_history(["BTC/USDT:USDT"], since))["BTC/USDT:USDT"]

    assert list(past.times.astype(object)) == [at.replace(tzinfo=None) for at in times if at >= since]


async def test_recorded_contracts_are_read() -> None:
    recorded: Any = shared("instruments_info_linear_70_2023-07.json")
    listing = recorded["result"]["list"]

    def instruments(query: Query) -> object:
        rows = listing if query["category"] == "linear" and "status" not in query else []
        return bybit.answer({"category": query["category"], "list": rows, "nextPageCursor": ""})

    async with opened(
        "bybit",
        {bybit.INSTRUMENTS: instruments, bybit.RISK: bybit.answer({"list": []})},
        clock=lambda: datetime(2023, 7, 25, 15, 46, tzinfo=UTC),
    ) as (_, market):
        contracts = await market.contracts()

    assert len(contracts) == 70
    dated = [contract for contract in contracts.values() if contract.expiry]
    assert len(dated) == 14
    assert contracts["BTC/USD:USDC-231229"].expiry == datetime(2023, 12, 29, 8, tzinfo=UTC)
    assert contracts["BTC/USD:USDC-231229"].id == "BTC-29DEC23"
    blz = contracts["BLZ/USDT:USDT"]
    assert blz.multiplier == blz.lot == blz.min_count == 1
    assert blz.tick == Decimal("0.00001")
    assert blz.max_count == 98_500
    assert contracts["BNB/USD:USDC"].settle == "USDC"


async def test_the_documented_inverse_answers_are_read() -> None:
    samples = shared("endpoint_samples.json")
    samples = samples.get("answers", samples)
    ticker = samples["V5Api/ExchangeData/GetLinearInverseTickers"]["body"]
    limits = samples["V5Api/ExchangeData/GetRiskLimit"]["body"]

    async with opened("bybit", clock=lambda: datetime(2022, 12, 30, 5, 1, 36, tzinfo=UTC)) as (
        server,
        market,
    ):
        server.serve(bybit.TICKERS, ticker, {"category": "inverse"})
        server.serve(bybit.RISK, limits, {"category": "inverse"})
        contracts, quotes, rates = await market.contracts(), await market.quotes(), await market.funding()

    quote, rate = quotes["BTC/USD:BTC"], rates["BTC/USD:BTC"]
    assert (quote.mark, quote.index) == (Decimal("16596.00"), Decimal("16598.54"))
    assert (quote.bid, quote.ask) == (Decimal("16596.00"), Decimal("16597.50"))
    # the sample is older than the interval in it, so the listing's stands
    assert (rate.rate, rate.interval_hours) == (Decimal("-0.001034"), 8)
    assert rate.next_at == datetime(2022, 12, 30, 8, tzinfo=UTC)
    (bracket,) = contracts["BTC/USD:BTC"].brackets
    assert (bracket.floor, bracket.rate) == (Decimal(0), Decimal("0.5"))
    assert bracket.max_leverage == 100
