"""What is peculiar to OKX, each of which has a wrong figure behind it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.venue_server import Answer
from tests.venues import okx
from tests.venues.look import opened, seen
from tests.venues.past import Query, next_settlement
from tests.venues.world import INDEXES, MARKS, NOW, TODAY, close, midnight, ms

DOWN = Answer({"code": "50001", "msg": "Service temporarily unavailable", "data": []}, status=503)


async def test_a_contract_is_its_value_times_its_multiplier() -> None:
    def instruments(query: Query) -> object:
        answer: Any = okx.instruments(query)
        for row in answer["data"]:
            if row["instId"] == "SOL-USDT-SWAP":
                row.update(ctVal="1", ctMult="10")
        return answer

    async with opened("okx", {"/api/v5/public/instruments": instruments}) as (_, market):
        contracts = await market.contracts()

    assert contracts["SOL/USDT:USDT"].multiplier == 10


@pytest.mark.parametrize("wrong", [{"ctMult": ""}, {"ctVal": "0"}, {"ctValCcy": "USD"}], ids=str)
async def test_a_contract_of_unclear_size_is_refused_by_name(wrong: dict[str, str]) -> None:
    def instruments(query: Query) -> object:
        answer: Any = okx.instruments(query)
        for row in answer["data"]:
            if row["instId"] == "SOL-USDT-SWAP":
                row.update(wrong)
        return answer

    async with opened("okx", {"/api/v5/public/instruments": instruments}) as (_, market):
        contracts = await market.contracts()

    assert "SOL/USDT:USDT" not in contracts
    assert any("SOL/USDT:USDT without a usable contract size" in each for each in market.health.problems)


def test_tiers_are_counted_in_contracts_and_are_those_of_isolated_margin() -> None:
    found = seen("okx")

    solana = found.contracts["SOL/USDT:USDT"]
    assert [bracket.floor for bracket in solana.brackets] == [0, 4500 * Decimal(MARKS["SOL"])]
    # a hundred dollars each, whatever a coin costs
    assert found.contracts["BTC/USD:BTC"].brackets[1].floor == 50_000 * 100


def test_six_hours_between_settlements_are_six_hours() -> None:
    assert seen("okx").rates["SOL/USDT:USDT"].interval_hours == 6


def test_the_rate_is_the_one_that_is_settled_next() -> None:
    rate = seen("okx").rates["BTC/USDT:USDT"]

    assert rate.next_at == next_settlement(8)


def test_an_index_is_found_by_the_pair_of_the_contract() -> None:
    quotes = seen("okx").quotes

    assert quotes["PEPE/USDT:USDT"].index == Decimal(INDEXES["PEPE"])
    assert quotes["BTC/USDT:USDT-260925"].index == Decimal(INDEXES["BTC"])


def test_the_most_in_one_order_is_that_of_a_market_order() -> None:
    assert seen("okx").contracts["BTC/USDT:USDT"].max_count == 12_000


def test_what_expires_and_yet_pays_funding_is_not_taken_for_a_future() -> None:
    assert not [contract for contract in seen("okx").contracts.values() if "XPERP" in contract.id]


async def test_a_share_is_not_taken_for_the_coin_of_its_name() -> None:
    def instruments(query: Query) -> object:
        answer: Any = okx.instruments(query)
        for row in answer["data"]:
            row["instCategory"] = "3" if row["instId"] == "SOL-USDT-SWAP" else "1"
        return answer

    async with opened("okx", {"/api/v5/public/instruments": instruments}) as (_, market):
        contracts = await market.contracts()

    assert "SOL/USDT:USDT" not in contracts
    assert "ETH/USDT:USDT" in contracts


async def test_a_day_ends_at_midnight_utc() -> None:
    async with opened("okx") as (server, market):
        closes = (await market.closes({"BTC": TODAY - timedelta(days=2)}))["BTC"]

    assert {asked.query["bar"] for asked in server.asked if "candles" in asked.path} == {"1Dutc"}
    assert closes.prices[-1] == float(close("BTC", TODAY - timedelta(days=1)))


async def test_past_funding_is_what_was_paid_and_not_what_was_expected() -> None:
    settled = midnight(TODAY)
    row = {"instId": "BTC-USDT-SWAP", "fundingTime": str(ms(settled))}
    rates = {"fundingRate": "0.0003", "realizedRate": "0.0002"}
    path = "/api/v5/public/funding-rate-history"
    async with opened("okx", {path: okx.answer([row | rates])}) as (_, market):
        past = await market.funding_history(["BTC/USDT:USDT"], NOW - timedelta(days=2))

    assert list(past["BTC/USDT:USDT"].rates) == [0.0002]


async def test_without_dated_futures_and_indexes_the_rest_goes_on() -> None:
    async with opened("okx") as (server, market):
        server.serve("/api/v5/public/mark-price", DOWN, {"instType": "FUTURES"})
        server.serve("/api/v5/market/index-tickers", DOWN, {})
        quotes, rates = await market.quotes(), await market.funding()

    assert "BTC/USDT:USDT-260925" not in quotes
    assert quotes["BTC/USDT:USDT"].mark == Decimal(MARKS["BTC"])
    assert quotes["BTC/USDT:USDT"].index is None
    assert "BTC/USDT:USDT" in rates
