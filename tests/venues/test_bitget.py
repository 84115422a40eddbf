"""What is peculiar to Bitget, each of which has a wrong figure behind it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import NoData
from tests.venue_server import Answer
from tests.venues import bitget
from tests.venues.look import opened, seen
from tests.venues.past import Query
from tests.venues.world import LISTED, TODAY, close, days

DOWN = Answer({"code": "40725", "msg": "service return an error", "data": None}, status=503)


def test_an_order_is_a_multiple_of_the_step_and_not_of_the_decimals() -> None:
    solana = seen("bitget").contracts["SOL/USDT:USDT"]

    assert solana.multiplier == 1
    assert (solana.lot, solana.tick) == (Decimal("0.1"), Decimal("0.005"))


def test_the_most_in_one_order_is_that_of_a_market_order() -> None:
    assert seen("bitget").contracts["BTC/USDT:USDT"].max_count == 2_200_000


def test_contracts_on_coins_are_left_out_for_they_are_not_counted_in_dollars() -> None:
    found = seen("bitget")

    assert not [contract for contract in found.contracts.values() if contract.inverse]
    assert not [problem for problem in found.problems if "BTC/USD:BTC" in problem]


def test_the_simulated_market_is_never_listed() -> None:
    settles = {contract.settle for contract in seen("bitget").contracts.values()}

    assert settles == {"USDT", "USDC"}


@pytest.mark.parametrize(("coin", "ours"), [("SOL", False), ("PAXG", True)])
async def test_a_share_is_not_taken_for_the_coin_of_its_name(coin: str, ours: bool) -> None:
    def contracts(query: Query) -> object:
        answer: Any = bitget.contracts(query)
        for row in answer["data"]:
            if row["symbol"] == "SOLUSDT":
                row.update(baseCoin=coin, isRwa="YES")
        return answer

    async with opened("bitget", {bitget.CONTRACTS: contracts}) as (_, market):
        found = await market.contracts()

    assert (f"{coin}/USDT:USDT" in found) == ours
    assert "ETH/USDT:USDT" in found


async def test_without_usdc_contracts_the_others_go_on() -> None:
    async with opened("bitget") as (server, market):
        for path in (bitget.TICKERS, bitget.RATES_NOW):
            server.serve(path, DOWN, {"productType": "USDC-FUTURES"})
        quotes, rates = await market.quotes(), await market.funding()

    assert "BTC/USDC:USDC" not in quotes
    assert {"BTC/USDT:USDT", "PEPE/USDT:USDT"} == {"BTC/USDT:USDT", "PEPE/USDT:USDT"} & rates.keys()


async def test_an_interval_that_is_not_given_is_not_assumed() -> None:
    async with opened("bitget", {bitget.RATES_NOW: DOWN}) as (_, market):
        await market.quotes()
        with pytest.raises(NoData):
            await market.funding()


async def test_an_interval_is_each_contracts_own() -> None:
    def rates(query: Query) -> object:
        answer: Any = bitget.rates(query)
        for row in answer["data"]:
            if row["symbol"] == "ETHUSDT":
                del row["fundingRateInterval"]
        return answer

    async with opened("bitget", {bitget.RATES_NOW: rates}) as (_, market):
        found = await market.funding()

    assert found["PEPE/USDT:USDT"].interval_hours == 4
    assert "ETH/USDT:USDT" not in found
    assert any("how often ETH/USDT:USDT" in problem for problem in market.health.problems)


async def test_a_day_ends_at_midnight_utc() -> None:
    async with opened("bitget") as (server, market):
        closes = (await market.closes({"BTC": TODAY - timedelta(days=2)}))["BTC"]

    bars = {asked.query["granularity"] for asked in server.asked if "candles" in asked.path}
    assert bars == {"1Dutc"}
    assert closes.prices[-1] == float(close("BTC", TODAY - timedelta(days=1)))


async def test_a_long_history_has_no_hole_where_a_request_may_span_ninety_days() -> None:
    async with opened("bitget") as (_, market):
        closes = (await market.closes({"BTC": LISTED - timedelta(days=100)}))["BTC"]

    assert list(closes.days.astype(object)) == days()
