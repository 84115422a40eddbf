"""The world as MEXC tells of it: contracts of many coins, limits in contracts, funding apart from prices."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tests.venues.case import Case, Rules
from tests.venues.past import Query, candles, marks, next_settlement, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    INDEXES,
    MARKS,
    NOW,
    RATES,
    SPOT_ONLY,
    TRADED,
    ms,
)

Json = dict[str, object]

# contract: coin, coins (of the inverse one dollars) in it, hours between settlements, price step
LISTED = {
    "BTC_USDT": ("BTC", 0.0001, 8, 0.1),
    "ETH_USDT": ("ETH", 0.01, 8, 0.01),
    "SOL_USDT": ("SOL", 0.1, 4, 0.01),
    "PEPE_USDT": ("PEPE", 10000000, 1, 1e-9),
    "BTC_USD": ("BTC", 100, 8, 0.1),
}
TABLE = [
    {"level": 2, "maxVol": 60000, "mmr": 0.004, "imr": 0.005, "maxLeverage": 200},
    {"level": 1, "maxVol": 30000, "mmr": 0.001, "imr": 0.002, "maxLeverage": 500},
    {"level": 3, "maxVol": 250000, "mmr": 0.02, "imr": 0.05, "maxLeverage": 20},
]
STEPS = {
    "riskLimitMode": "INCREASE",
    "riskLimitCustom": None,
    "riskBaseVol": 1000,
    "riskIncrVol": 500,
    "riskIncrMmr": 0.004,
    "riskIncrImr": 0.004,
    "riskLevelLimit": 3,
    "maintenanceMarginRate": 0.004,
    "initialMarginRate": 0.008,
    "maxLeverage": 125,
}
CONTRACT, SPOT = "/api/v1/contract", "/api/v3"


def answer(data: object) -> Json:
    return {"success": True, "code": 0, "data": data}


def contract(own: str, coin: str, size: float, tick: float, **changed: object) -> Json:
    """One contract of the listing, with a table of limits; the steps beside it are empty then."""
    settle = coin if own.endswith("_USD") else "USDT"
    return {
        "symbol": own,
        "displayNameEn": f"{own} PERPETUAL",
        "positionOpenType": 3,
        "baseCoin": coin,
        "quoteCoin": own.split("_")[1],
        "futureType": 1,
        "settleCoin": settle,
        "contractSize": size,
        "minLeverage": 1,
        "maxLeverage": 500,
        "priceUnit": tick,
        "volUnit": 1,
        "minVol": 1,
        "maxVol": 400000,
        "limitMaxVol": 2500000,
        "takerFeeRate": 0.0004,
        "makerFeeRate": 0.0001,
        "maintenanceMarginRate": 0.001,
        "initialMarginRate": 0.002,
        "riskLimitType": "BY_VOLUME",
        "riskLimitMode": "CUSTOM",
        "riskLimitCustom": TABLE,
        "riskBaseVol": 4500000,
        "riskIncrVol": 0,
        "riskIncrMmr": 0,
        "riskIncrImr": 0,
        "riskLevelLimit": 1,
        "state": 0,
        "isHidden": False,
        "apiAllowed": False,
        **changed,
    }


def listing() -> list[Json]:
    limits = {"SOL_USDT": STEPS, "BTC_USD": STEPS, "PEPE_USDT": {**STEPS, "riskLevelLimit": 1}}
    return [
        *(
            contract(own, coin, size, tick, **limits.get(own, {}))
            for own, (coin, size, _, tick) in LISTED.items()
        ),
        contract("LUNA_USDT", "LUNA", 1, 0.001, state=3),
        contract("EOS_USDT", "EOS", 1, 0.001, futureType=2),
        contract("TEST_USDT", "TEST", 1, 0.001, isHidden=True),
    ]


def ticker(own: str, coin: str) -> Json:
    """Prices of one contract; its last trade was hours ago."""
    return {
        "symbol": own,
        "lastPrice": float(MARKS[coin]),
        "bid1": float(BIDS[coin]),
        "ask1": float(ASKS[coin]),
        "volume24": 40146908,
        "amount24": float(TRADED),
        "indexPrice": float(INDEXES[coin]),
        "fairPrice": float(MARKS[coin]),
        "fundingRate": float(RATES[coin]),
        "timestamp": ms(NOW - timedelta(hours=2)),
    }


def funding(own: str, coin: str, hours: int) -> Json:
    return {
        "symbol": own,
        "fundingRate": float(RATES[coin]),
        "maxFundingRate": 0.0018,
        "minFundingRate": -0.0018,
        "collectCycle": hours,
        "nextSettleTime": ms(next_settlement(hours)),
        "timestamp": ms(NOW),
    }


def settlements(query: Query) -> Json:
    """Newest first, by the number of the page, of 100 at most."""
    coin, _, hours, _ = LISTED[query["symbol"]]
    size, page = min(int(query["page_size"]), 100), int(query.get("page_num", 1))
    rows = settled(coin, hours)[::-1]
    found = [
        {"symbol": query["symbol"], "fundingRate": float(rate), "settleTime": at, "collectCycle": hours}
        for at, rate in rows[(page - 1) * size : page * size]
    ]
    total = -(-len(rows) // size)
    return answer({"pageSize": size, "totalPage": total, "currentPage": page, "resultList": found})


def kline(coin: str) -> Callable[[Query], Json]:
    """Columns from `start` seconds on, the 2000 oldest."""

    def of(query: Query) -> Json:
        rows = candles(coin, {"Day1": 24, "Min60": 1}[query["interval"]])
        rows = [row for row in rows if row[0] >= int(query["start"]) * 1000][:2000]
        columns = {name: [float(row[place]) for row in rows] for place, name in enumerate(NAMES, 1)}
        return answer({"time": [row[0] // 1000 for row in rows], "vol": [1.0] * len(rows), **columns})

    return of


def fair_kline(coin: str) -> Callable[[Query], Json]:
    """As `kline`, of the fair price."""

    def of(query: Query) -> Json:
        minutes = {"Min60": 60, "Min1": 1}[query["interval"]]
        rows = marks(coin, minutes, int(query["start"]) * 1000, 400)
        columns = {name: [float(row[place]) for row in rows] for place, name in enumerate(NAMES, 1)}
        return answer({"time": [row[0] // 1000 for row in rows], **columns})

    return of


NAMES = ("open", "high", "low", "close")


def pair(coin: str) -> Json:
    return {
        "symbol": f"{coin}USDT",
        "status": "1",
        "baseAsset": coin,
        "baseAssetPrecision": 2,
        "quoteAsset": "USDT",
        "quotePrecision": 6,
        "quoteAssetPrecision": 6,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "quoteAmountPrecision": "1",
        "baseSizePrecision": "0",
        "maxQuoteAmount": "2000000",
        "makerCommission": "0",
        "takerCommission": "0.0005",
    }


def spot_ticker(coin: str) -> Json:
    bid, ask = SPOT_ONLY[coin]
    return {
        "symbol": f"{coin}USDT",
        "lastPrice": bid,
        "bidPrice": bid,
        "bidQty": "",
        "askPrice": ask,
        "askQty": "",
        "openTime": ms(NOW - timedelta(days=1)),
        "closeTime": ms(NOW),
        "quoteVolume": None,
        "count": None,
    }


def spot_kline(query: Query) -> list[list[object]]:
    rows = candles(query["symbol"].removesuffix("USDT"), {"1d": 24, "60m": 1}[query["interval"]])
    first, last = int(query["startTime"]), int(query["endTime"])
    page = [row for row in rows if first <= row[0] < last][: int(query["limit"])]
    return [[*row, "3.5", row[0] + 86_399_999, "168387.3"] for row in page]


def answers() -> dict[str, object]:
    schedule = {own: funding(own, coin, hours) for own, (coin, _, hours, _) in LISTED.items()}
    return {
        f"{CONTRACT}/ping": answer(ms(NOW)),
        f"{CONTRACT}/detail": answer(listing()),
        f"{CONTRACT}/ticker": answer([ticker(own, coin) for own, (coin, *_) in LISTED.items()]),
        f"{CONTRACT}/funding_rate": answer(list(schedule.values())),
        **{f"{CONTRACT}/funding_rate/{own}": answer(row) for own, row in schedule.items()},
        f"{CONTRACT}/funding_rate/history": settlements,
        **{f"{CONTRACT}/kline/{own}": kline(coin) for own, (coin, *_) in LISTED.items()},
        **{f"{CONTRACT}/kline/fair_price/{own}": fair_kline(coin) for own, (coin, *_) in LISTED.items()},
        f"{SPOT}/exchangeInfo": {"timezone": "CST", "symbols": [pair("KAS")]},
        f"{SPOT}/ticker/24hr": [spot_ticker("KAS")],
        f"{SPOT}/klines": spot_kline,
    }


def floor(volume: int, own: str) -> str:
    """USD that so many linear contracts are worth at the mark."""
    coin, size, _, _ = LISTED[own]
    return f"{volume * Decimal(str(size)) * Decimal(MARKS[coin]):f}"


CASE = Case(
    venue="mexc",
    answers=answers,
    origin="documented",
    evidence="mexc.com/api-docs/futures; 786 recorded contracts of July 2025 are read, too",
    contracts={
        "BTC/USDT:USDT": Rules("0.0001", "1", "0.1", first=("0.001", "500"), higher=floor(30000, "BTC_USDT")),
        "ETH/USDT:USDT": Rules("0.01", "1", "0.01", first=("0.001", "500"), higher=floor(60000, "ETH_USDT")),
        "SOL/USDT:USDT": Rules(
            "0.1", "1", "0.01", interval_hours=4, first=("0.004", "125"), higher=floor(1000, "SOL_USDT")
        ),
        "PEPE/USDT:USDT": Rules("10000000", "1", "0.000000001", interval_hours=1, first=("0.004", "125")),
        # 1500 contracts of 100 dollars
        "BTC/USD:BTC": Rules("100", "1", "0.1", settle="BTC", first=("0.004", "125"), higher="150000"),
    },
    inverse=("BTC/USD:BTC",),
    unlisted={
        "LUNA/USDT:USDT": "offline",
        "EOS/USDT:USDT": "delivers, though ccxt takes it for a perpetual",
        "TEST/USDT:USDT": "hidden",
    },
    absent={"interest": "counted in contracts of several sizes", "dated": "MEXC has none that it lists"},
    quiet=(
        *(f"{CONTRACT}/funding_rate/{own}" for own in LISTED),
        f"{CONTRACT}/kline/BTC_USD",
        f"{CONTRACT}/kline/fair_price/BTC_USD",
    ),
    says=(
        ({"state": 0}, "trading"),
        ({"state": 4}, "suspended"),
        ({"state": 1}, "suspended"),
        ({"state": 2}, None),
        ({"state": 3}, None),
    ),
    word="state",
)
