"""The world as BingX tells of it: sizes in coins, marks and funding together, bids and asks apart."""

from decimal import Decimal

from tests.venues.case import Case, Rules
from tests.venues.past import Query, candles, marks, next_settlement, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    ENDING,
    INDEXES,
    MARKS,
    NOW,
    RATES,
    SPOT_ONLY,
    TRADED,
    ms,
)

Json = dict[str, object]

# contract: coin, coins its price is for, hours between settlements, decimals of price and count
LISTED = {
    "BTC-USDT": ("BTC", 1, 8, 1, 4),
    "ETH-USDT": ("ETH", 1, 8, 2, 2),
    "SOL-USDT": ("SOL", 1, 4, 3, 1),
    "1000PEPE-USDT": ("PEPE", 1000, 1, 7, 0),
}
LINEAR, INVERSE, SPOT = "/openApi/swap", "/openApi/cswap/v1/market", "/openApi/spot/v1"


def answer(data: object) -> Json:
    return {"code": 0, "msg": "", "data": data}


def contract(own: str, price: int, count: int, **changed: object) -> Json:
    """One contract of the listing; `size` is nothing, and orders by programs may be closed."""
    return {
        "contractId": "100",
        "symbol": own,
        "size": "0",
        "quantityPrecision": count,
        "pricePrecision": price,
        "feeRate": 0.0005,
        "makerFeeRate": 0.0002,
        "takerFeeRate": 0.0005,
        "tradeMinLimit": 0,
        "tradeMinQuantity": float(Decimal(10) ** -count),
        "tradeMinUSDT": 2,
        "maxLongLeverage": 125,
        "maxShortLeverage": 125,
        "currency": own.partition("-")[2],
        "asset": own.partition("-")[0],
        "status": 1,
        "apiStateOpen": "true",
        "apiStateClose": "true",
        **changed,
    }


def listing() -> Json:
    paused = {"SOL-USDT": {"apiStateOpen": "false"}}
    return answer(
        [
            *(
                contract(own, price, count, **paused.get(own, {}))
                for own, (*_, price, count) in LISTED.items()
            ),
            contract("LUNA-USDT", 4, 0, status=25),
            contract("NCSKMETA2USD-USDT", 2, 2),
        ]
    )


def of(price: str, scale: int) -> str:
    return f"{Decimal(price) * scale:f}"


def premium(own: str) -> Json:
    """Prices and funding; updated means settled."""
    coin, scale, hours, *_ = LISTED[own]
    upcoming = next_settlement(hours)
    return {
        "symbol": own,
        "markPrice": of(MARKS[coin], scale),
        "indexPrice": of(INDEXES[coin], scale),
        "lastFundingRate": RATES[coin],
        "nextFundingTime": ms(upcoming),
        "fundingIntervalHours": hours,
        "updateTime": ms(upcoming) - hours * 3_600_000,
    }


def ticker(own: str) -> Json:
    coin, scale, *_ = LISTED[own]
    return {
        "symbol": own,
        "priceChange": "52.5",
        "priceChangePercent": "0.31%",
        "lastPrice": of(MARKS[coin], scale),
        "lastQty": "2.2",
        "openPrice": of(MARKS[coin], scale),
        "openTime": ms(NOW) - 86_400_000,
        "closeTime": ms(NOW) - 7_200_000,
        "bidPrice": of(BIDS[coin], scale),
        "bidQty": "0.05",
        "askPrice": of(ASKS[coin], scale),
        "askQty": "0.05",
        "quoteVolume": TRADED,
    }


def funding(query: Query) -> Json:
    """Newest first, so many of the newest of the span."""
    coin, _, hours, *_ = LISTED[query["symbol"]]
    start, end = int(query.get("startTime", 0)), int(query.get("endTime", ms(NOW)))
    rows = [
        {"symbol": query["symbol"], "fundingRate": rate, "fundingTime": at}
        for at, rate in settled(coin, hours)
        if start <= at <= end
    ]
    return answer(rows[-min(int(query.get("limit", 100)), 1000) :][::-1])


def klines(query: Query) -> Json:
    """From after `startTime` on, newest first."""
    coin, scale, *_ = LISTED[query["symbol"]]
    rows = candles(coin, {"1d": 24, "1h": 1}[query["interval"]], scale)
    page = [row for row in rows if row[0] > int(query["startTime"])][: min(int(query["limit"]), 1440)]
    names = ("time", "open", "high", "low", "close")
    return answer([dict(zip(names, row, strict=True), volume="110.05") for row in page[::-1]])


def mark_klines(query: Query) -> Json:
    """As `klines`, of the mark price: a candle says by its last millisecond when it was."""
    coin, scale, *_ = LISTED[query["symbol"]]
    minutes = {"1h": 60, "1m": 1}[query["interval"]]
    rows = marks(coin, minutes, int(query["startTime"]) + 1, min(int(query["limit"]), 1440), scale)
    names = ("openTime", "open", "high", "low", "close")
    last = minutes * 60_000 - 1
    found = [dict(zip(names, row, strict=True), volume="0.00", closeTime=row[0] + last) for row in rows]
    return answer(found[::-1])


def spot_klines(query: Query) -> Json:
    """As `klines`; days begin in Beijing unless the zone is asked for."""
    coin = query["symbol"].removesuffix("-USDT")
    early = 0 if query.get("timeZone") == "0" else 8 * 3_600_000
    rows = candles(coin, {"1d": 24, "1h": 1}[query["interval"]])
    page = [row for row in rows if row[0] > int(query["startTime"])][: min(int(query["limit"]), 1440)]
    return answer([[row[0] - early, *map(float, row[1:]), 0.2, row[0] + 1, 8548.46] for row in page[::-1]])


def spot_ticker(coin: str) -> Json:
    bid, ask = SPOT_ONLY[coin]
    return {
        "symbol": f"{coin}-USDT",
        "openPrice": 0.08,
        "highPrice": 0.09,
        "lowPrice": 0.07,
        "lastPrice": float(bid),
        "volume": 5099.21,
        "quoteVolume": 214948771.34,
        "openTime": ms(NOW) - 86_400_000,
        "closeTime": ms(NOW),
        "askPrice": float(ask),
        "askQty": 2.2,
        "bidPrice": float(bid),
        "bidQty": 0.8,
    }


def answers() -> dict[str, object]:
    coin_margined = {
        "symbol": "BTC-USD",
        "pricePrecision": 1,
        "minTickSize": "100",
        "minTradeValue": "100",
        "minQty": "1.00000000",
        "status": 1,
        "timeOnline": 1713175200000,
    }
    pair = {
        "symbol": "KAS-USDT",
        "minQty": 10,
        "maxQty": 1327316.17,
        "minNotional": 5,
        "maxNotional": 2006885.8,
        "status": 1,
        "tickSize": 0.00001,
        "stepSize": 0.01,
        "apiStateSell": True,
        "apiStateBuy": True,
        "timeOnline": 0,
    }
    return {
        f"{LINEAR}/v2/server/time": answer({"serverTime": ms(NOW)}),
        f"{LINEAR}/v2/quote/contracts": listing(),
        f"{LINEAR}/v2/quote/premiumIndex": answer([premium(own) for own in LISTED]),
        f"{LINEAR}/v2/quote/ticker": answer([ticker(own) for own in LISTED]),
        f"{LINEAR}/v2/quote/fundingRate": funding,
        f"{LINEAR}/v3/quote/klines": klines,
        f"{LINEAR}/v1/market/markPriceKlines": mark_klines,
        f"{INVERSE}/contracts": answer([coin_margined]),
        f"{SPOT}/common/symbols": answer({"symbols": [pair]}),
        f"{SPOT}/ticker/24hr": answer([spot_ticker("KAS")]),
        f"{SPOT}/market/kline": spot_klines,
    }


CASE = Case(
    venue="bingx",
    answers=answers,
    origin="documented",
    evidence="ccxt's recorded listing; the others as bingx-api.github.io/docs-v3",
    contracts={
        "BTC/USDT:USDT": Rules("1", "0.0001", "0.1", min_notional="2"),
        "ETH/USDT:USDT": Rules("1", "0.01", "0.01", min_notional="2"),
        "SOL/USDT:USDT": Rules("1", "0.1", "0.001", min_notional="2", interval_hours=4),
        "1000PEPE/USDT:USDT": Rules(
            "1000", "1", "0.0000001", min_notional="2", scale="1000", interval_hours=1, asset="PEPE"
        ),
    },
    leaving={"LUNA/USDT:USDT": "reduce only"},
    unlisted={
        "NCSKMETA2USD/USDT:USDT": "a share of a company",
        "BTC/USD:BTC": "does not say how often it settles, and has no past funding",
    },
    absent={
        "interest": "only contract by contract",
        "brackets": "only with a key",
        "dated": "BingX has none",
        "inverse": "see those not listed",
    },
    says=(
        ({"status": 1}, "trading"),
        ({"status": 25}, "reduce only"),
        ({"status": 0}, None),
    ),
    word="status",
    end=("offTime", ms(ENDING)),
)
