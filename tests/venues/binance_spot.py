"""Binance's spot market, telling of the world to the ccxt class `binance`."""

from tests.venue_server import Query
from tests.venues.past import candles
from tests.venues.world import ASKS, BIDS, NOW, SPOT_ONLY, ms

Json = dict[str, object]

INFO, TICKERS, KLINES = "/api/v3/exchangeInfo", "/api/v3/ticker/24hr", "/api/v3/klines"
BOOKS = {coin: (BIDS[coin], ASKS[coin]) for coin in ("BTC", "ETH")} | SPOT_ONLY


def pair(coin: str, status: str = "TRADING") -> Json:
    return {
        "symbol": f"{coin}USDT",
        "status": status,
        "baseAsset": coin,
        "baseAssetPrecision": 8,
        "quoteAsset": "USDT",
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": ["SPOT"],
        "permissionSets": [["SPOT"]],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.00001", "maxPrice": "1000", "tickSize": "0.00001"},
            {"filterType": "LOT_SIZE", "minQty": "0.1", "maxQty": "9000000", "stepSize": "0.1"},
            {"filterType": "NOTIONAL", "minNotional": "5", "applyMinToMarket": True},
        ],
    }


def ticker(coin: str, bid: str, ask: str, at: int = ms(NOW)) -> Json:
    return {
        "symbol": f"{coin}USDT",
        "lastPrice": bid,
        "bidPrice": bid,
        "askPrice": ask,
        "openPrice": bid,
        "highPrice": ask,
        "lowPrice": bid,
        "weightedAvgPrice": bid,
        "prevClosePrice": bid,
        "priceChange": "0",
        "priceChangePercent": "0",
        "volume": "1",
        "quoteVolume": "1",
        "openTime": at - 86_400_000,
        "closeTime": at,
        "count": 5,
    }


def klines(query: Query) -> list[list[object]]:
    """From `startTime` on, at most 1,000."""
    hours = {"1h": 1, "1d": 24}[query["interval"]]
    rows = candles(query["symbol"].removesuffix("USDT"), hours)
    found = [row for row in rows if row[0] >= int(query["startTime"])][: min(int(query["limit"]), 1000)]
    return [[*row, "1", row[0] + hours * 3_600_000 - 1, "1", 1, "1", "1", "0"] for row in found]


def answers() -> dict[str, object]:
    """By path, to be served beside the answers of the futures."""
    return {
        INFO: {"serverTime": ms(NOW), "symbols": [pair(coin) for coin in BOOKS]},
        TICKERS: [ticker(coin, bid, ask) for coin, (bid, ask) in BOOKS.items()],
        KLINES: klines,
    }
