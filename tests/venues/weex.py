"""The world as WEEX tells of it: orders in coins, whatever a contract is, and two rates of funding."""

from decimal import Decimal

from tests.venues.case import Case, Rules
from tests.venues.past import Query, candles, marks, next_settlement, settled
from tests.venues.world import ASKS, BIDS, INDEXES, MARKS, NOW, RATES, SPOT_ONLY, ms

Json = dict[str, object]

# contract: coin, coins its price is for, hours between settlements, decimals of price and count, contractVal
LISTED = {
    "BTCUSDT": ("BTC", 1, 8, 1, 4, 0.0001),
    "ETHUSDT": ("ETH", 1, 8, 2, 3, 0.001),
    "SOLUSDT": ("SOL", 1, 4, 3, 1, 0.1),
    "1000PEPEUSDT": ("PEPE", 1000, 1, 7, -2, 100),
}
BRACKETS = (
    ("0", "50000", 100, "0.005"),
    ("50000", "1000000", 50, "0.01"),
    ("1000000", "10000000", 10, "0.05"),
)
CONTRACT, SPOT = "/capi/v3/market", "/api/v3"


def contract(own: str, coin: str, price: int, count: int, size: float, **changed: object) -> Json:
    """One contract of the listing: its sizes are in coins, whatever `contractVal` says."""
    least = float(Decimal(10) ** -count)
    scale = LISTED[own][1] if own in LISTED else 1
    return {
        "symbol": own,
        "baseAsset": coin,
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "contractType": "PERPETUAL",
        "pricePrecision": price,
        "quantityPrecision": count,
        "baseAssetPrecision": 3,
        "quotePrecision": 8,
        "contractVal": size,
        "delivery": ["00:00:00", "08:00:00", "16:00:00"],
        "forwardContractFlag": True,
        "minLeverage": 1,
        "maxLeverage": 400,
        "makerFeeRate": 0.0002,
        "takerFeeRate": 0.0008,
        "minOrderSize": least,
        "maxOrderSize": 1000000,
        "maxPositionSize": 5000000,
        "marketOpenLimitSize": 2300 if scale == 1 else 120000000,
        **changed,
    }


def listing() -> Json:
    rows = [
        contract(own, f"{scale}{coin}" if scale > 1 else coin, price, count, size)
        for own, (coin, scale, _, price, count, size) in LISTED.items()
    ]
    rows.append(contract("METAUSDT", "META", 2, 2, 0.01, contractType="TRADIFI_PERPETUAL"))
    rows.append(contract("LUNAUSDT", "LUNA", 4, 0, 1, status="HALT"))
    rows.append(
        contract("XRPUSD", "XRP", 4, 0, 1, quoteAsset="USD", marginAsset="XRP", forwardContractFlag=False)
    )
    return {"assets": [{"asset": "USDT", "marginAvailable": True}], "symbols": rows}


def of(price: str, scale: int) -> str:
    return f"{Decimal(price) * scale:f}"


def premium(own: str) -> Json:
    """Prices and funding; what was paid last is another rate than what is to be paid."""
    coin, scale, hours, *_ = LISTED[own]
    return {
        "symbol": own,
        "markPrice": of(MARKS[coin], scale),
        "indexPrice": of(INDEXES[coin], scale),
        "forecastFundingRate": RATES[coin],
        "lastFundingRate": "0.00777",
        "interestRate": "0.001",
        "nextFundingTime": ms(next_settlement(hours)),
        "time": ms(NOW),
        "collectCycle": hours * 60,
    }


def book(own: str) -> Json:
    coin, scale, *_ = LISTED[own]
    return {
        "symbol": own,
        "bidPrice": of(BIDS[coin], scale),
        "bidQty": "12.5",
        "askPrice": of(ASKS[coin], scale),
        "askQty": "8.3",
        "time": ms(NOW),
    }


def risk_limits() -> list[Json]:
    rows = [
        {
            "bracket": number,
            "notionalFloor": floor,
            "notionalCap": cap,
            "initialLeverage": most,
            "maintMarginRatio": rate,
        }
        for number, (floor, cap, most, rate) in enumerate(BRACKETS, 1)
    ]
    return [{"symbol": own, "brackets": rows[::-1]} for own in LISTED if own != "SOLUSDT"]


def funding(query: Query) -> Json | list[Json]:
    """Newest first; refused for more than a week, both ends included."""
    start, end = int(query["startTime"]), int(query.get("endTime", ms(NOW)))
    if end - start > 7 * 86_400_000:
        return {"code": -1054, "msg": "The time span must not exceed 7 days."}
    coin, _, hours, *_ = LISTED[query["symbol"]]
    rows = [
        {"symbol": query["symbol"], "fundingRate": rate, "fundingTime": at, "markPrice": "1"}
        for at, rate in settled(coin, hours)
        if start <= at <= end
    ]
    return list(rows[-int(query.get("limit", 100)) :][::-1])


def candle(row: tuple[int, str, str, str, str], hours: int) -> list[object]:
    return [*row, "25.678", row[0] + hours * 3_600_000, "1782223.45", 125, "12.345", "856789.12"]


def past_klines(query: Query) -> object:
    """Newest first, 100 of the span at most, both of its ends included; refused for more than 90 days."""
    if int(query["endTime"]) - int(query["startTime"]) > 90 * 86_400_000:
        return {"code": -1054, "msg": "The time span must not exceed 90 days."}
    coin, scale, *_ = LISTED[query["symbol"]]
    if query.get("priceType") == "MARK":
        minutes = {"1h": 60, "1m": 1}[query["interval"]]
        first, end = int(query["startTime"]), int(query["endTime"])
        found = marks(coin, minutes, first, (end - first) // (60_000 * minutes) + 1, scale)
        return [candle(row, 1) for row in found[-100:][::-1]]
    hours = {"1d": 24, "1h": 1}[query["interval"]]
    rows = candles(coin, hours, scale)
    inside = [row for row in rows if int(query["startTime"]) <= row[0] <= int(query["endTime"])]
    return [candle(row, hours) for row in inside[-100:][::-1]]


def newest_klines(query: Query) -> list[list[object]]:
    """The newest ones, wherever they should begin."""
    coin, scale, *_ = LISTED[query["symbol"]]
    return [candle(row, 24) for row in candles(coin, 24, scale)[-int(query.get("limit", 100)) :]]


def spot_klines(query: Query) -> list[list[object]]:
    """The newest ones, with no way to ask for others."""
    hours = {"1d": 24, "1h": 1}[query["interval"]]
    return [candle(row, hours) for row in candles(query["symbol"].removesuffix("USDT"), hours)]


def pair(coin: str) -> Json:
    return {
        "symbol": f"{coin}USDT",
        "status": "TRADING",
        "baseAsset": coin,
        "quoteAsset": "USDT",
        "tickSize": "0.00001",
        "stepSize": "0.1",
        "minTradeAmount": "10",
        "maxTradeAmount": "99999",
        "takerFeeRate": "0.001",
        "makerFeeRate": "0.001",
        "enableTrade": True,
        "enableDisplay": True,
    }


def spot_ticker(coin: str) -> Json:
    bid, ask = SPOT_ONLY[coin]
    return {
        "symbol": f"{coin}USDT",
        "priceChange": "0",
        "priceChangePercent": "0",
        "lastPrice": bid,
        "bidPrice": bid,
        "bidQty": "2.480",
        "askPrice": ask,
        "askQty": "1.375",
        "openTime": ms(NOW) - 86_400_000,
        "closeTime": ms(NOW),
        "count": 98642,
    }


def answers() -> dict[str, object]:
    return {
        f"{CONTRACT}/time": {"serverTime": ms(NOW)},
        f"{CONTRACT}/exchangeInfo": listing(),
        f"{CONTRACT}/premiumIndex": [premium(own) for own in LISTED],
        f"{CONTRACT}/ticker/bookTicker": [book(own) for own in LISTED],
        f"{CONTRACT}/riskLimits": risk_limits(),
        f"{CONTRACT}/fundingRate": funding,
        f"{CONTRACT}/historyKlines": past_klines,
        f"{CONTRACT}/klines": newest_klines,
        f"{SPOT}/exchangeInfo": {"timezone": "UTC", "symbols": [pair("KAS")]},
        f"{SPOT}/market/ticker/24hr": [spot_ticker("KAS")],
        f"{SPOT}/market/klines": spot_klines,
    }


FIRST = ("0.005", "100")
CASE = Case(
    venue="weex",
    answers=answers,
    origin="documented",
    evidence="weex.com/api-doc/contract/Market_API; brackets as others have read them since 2026-09",
    contracts={
        "BTC/USDT:USDT": Rules("1", "0.0001", "0.1", first=FIRST, higher="50000"),
        "ETH/USDT:USDT": Rules("1", "0.001", "0.01", first=FIRST, higher="50000"),
        "SOL/USDT:USDT": Rules("1", "0.1", "0.001", interval_hours=4),
        "1000PEPE/USDT:USDT": Rules(
            "1000",
            "100",
            "0.0000001",
            scale="1000",
            interval_hours=1,
            first=FIRST,
            higher="50000",
            asset="PEPE",
        ),
    },
    leaving={"LUNA/USDT:USDT": "suspended"},
    unlisted={
        "META/USDT:USDT": "a share of a company, not the coin of that name",
        "XRP/USD:XRP": "settled in its coin, of which the venue documents no sizes",
    },
    absent={
        "interest": "in none of the calls that we make",
        "turnover": "in none of the calls that we make",
        "dated": "WEEX has none",
        "inverse": "WEEX has none",
    },
    quiet=(f"{CONTRACT}/klines",),
    says=(
        ({}, "trading"),
        ({"status": "TRADING"}, "trading"),
        ({"status": "HALT"}, "suspended"),
        ({"status": "SETTLING"}, None),
    ),
    word="status",
)
