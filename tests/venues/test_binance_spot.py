"""The spot market beside Binance's futures: another class of ccxt, other paths, the same venue to a user."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from core.venues.exchange import open_exchange
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import binance_answers
from tests.venue_server import VenueServer
from tests.venues.binance_spot import INFO, KLINES, TICKERS, answers, pair, ticker
from tests.venues.past import FIRST
from tests.venues.world import LISTED, NOW, close, days, ms


@asynccontextmanager
async def binance(**changed: object) -> AsyncIterator[tuple[ExchangeMarket, VenueServer]]:
    """Binance with futures on bitcoin alone, and a spot market."""
    futures = binance_answers({"BTC": Decimal(60000)}, NOW, days=5)
    async with VenueServer({**futures, **answers(), **changed}) as server:
        market = open_exchange("binanceusdm", url=server.url, clock=lambda: NOW)
        try:
            yield market, server
        finally:
            await market.close()


async def test_a_coin_without_a_contract_costs_the_middle_of_its_book() -> None:
    async with binance() as (market, server):
        found = await market.spot(["KAS", "ETH", "NONE"])
        assert {asset: quote.mark for asset, quote in found.items()} == {
            "KAS": Decimal("0.0815"),
            "ETH": Decimal("3001.5"),
        }
        await market.spot(["KAS"])
        assert server.counts[TICKERS] == 1
        assert server.counts[INFO] == 1
        assert market.health.calls == server.counts.total()


async def test_its_closes_are_of_the_spot_market_over_page_ends() -> None:
    async with binance() as (market, server):
        closes = (await market.closes({"KAS": LISTED}))["KAS"]
        assert list(closes.days.astype(object)) == days()
        assert list(closes.prices) == [float(close("KAS", day)) for day in days()]
        assert server.counts[KLINES] == 1


async def test_its_hours_are_of_the_spot_market_over_page_ends() -> None:
    async with binance() as (market, server):
        day, hour = FIRST + timedelta(days=1), NOW.replace(minute=0)
        candles = (await market.candles(["KAS"], day + timedelta(minutes=30), hour, 1))["KAS"]
        # the hour that was under way at the beginning ends within what was asked for
        assert candles.times[0].astype(datetime) == day.replace(tzinfo=None) + timedelta(hours=1)
        assert len(candles.times) == (hour - day) // timedelta(hours=1)
        assert server.counts[KLINES] > 10


async def test_a_pair_that_is_no_longer_traded_has_no_price() -> None:
    gone = [ticker("KAS", "0.0814", "0.0816"), ticker("LUNA", "0", "0", ms(NOW)) | {"lastPrice": "80"}]
    for closed_at in (ms(NOW - timedelta(days=900)), 0):
        gone[1]["closeTime"] = closed_at
        listed = {"symbols": [pair("KAS"), pair("LUNA", "BREAK")]}
        async with binance(**{TICKERS: gone, INFO: listed}) as (market, _):
            assert list(await market.spot(["KAS", "LUNA"])) == ["KAS"]
            assert "Binance gives no usable spot price for LUNA/USDT." in market.health.problems


async def test_without_the_spot_market_the_futures_stay() -> None:
    async with binance(**{TICKERS: {"code": -1000, "msg": "An unknown error occurred"}}) as (market, _):
        assert (await market.quotes())["BTC/USDT:USDT"].mark == 60000
        assert await market.closes({"BTC": NOW.date() - timedelta(days=3)})


async def test_a_coin_is_priced_by_its_own_pair_and_not_by_one_worth_as_much() -> None:
    coins = {"WETH": "2900", "ETH": "3000", "STETH": "2950"}
    for names in (coins, dict(reversed(coins.items()))):
        tickers = [ticker(coin, price, price) for coin, price in names.items()]
        listed = {"symbols": [pair(coin) for coin in names]}
        async with binance(**{TICKERS: tickers, INFO: listed}) as (market, _):
            assert (await market.spot(["ETH"]))["ETH"].mark == 3000
