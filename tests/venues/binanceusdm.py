"""The world as Binance's endpoints tell of it: USD-margined futures and the spot market."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.binance_answers import (
    BOOK_TICKER,
    DAY_TICKER,
    EXCHANGE_INFO,
    FUNDING_INFO,
    FUNDING_RATE,
    KLINES,
    PREMIUM_INDEX,
    TIME,
    Listed,
    exchange_info,
)
from tests.venues.case import Case, Rules
from tests.venues.past import Query, candles, marks, next_settlement, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    DATED_PREMIUM,
    ENDING,
    FAR_OFF,
    INDEXES,
    MARKS,
    NOW,
    RATES,
    SPOT_ONLY,
    TRADED,
    ms,
)

Json = dict[str, object]
EXPIRY = datetime(2026, 9, 25, 8, tzinfo=UTC)
HOURS = {"BTC": 8, "ETH": 8, "SOL": 8, "PEPE": 4}
SCALES = {"PEPE": 1000}

PERPETUALS = [
    Listed(f"{name}USDT", name, Decimal(MARKS[coin]) * SCALES.get(coin, 1))
    for coin in MARKS
    for name in [f"{SCALES[coin]}{coin}" if coin in SCALES else coin]
]
FUTURE = Listed(
    "BTCUSDT_260925", "BTC", Decimal(INDEXES["BTC"]) * DATED_PREMIUM, "CURRENT_QUARTER", ms(EXPIRY)
)
SETTLING = Listed("OLDUSDT", "OLD", Decimal(3))


def info() -> Json:
    rows = [exchange_info(each) for each in (*PERPETUALS, FUTURE)]
    return {"serverTime": ms(NOW), "symbols": [*rows, exchange_info(SETTLING) | {"status": "SETTLING"}]}


def premium(each: Listed) -> Json:
    scale = SCALES.get(each.coin, 1)
    perpetual = each is not FUTURE
    return {
        "symbol": each.id,
        "markPrice": f"{each.price:f}",
        "indexPrice": f"{Decimal(INDEXES[each.coin]) * scale:f}",
        "estimatedSettlePrice": f"{each.price:f}",
        "lastFundingRate": RATES[each.coin] if perpetual else "",
        "interestRate": "0.0001" if perpetual else "",
        "nextFundingTime": ms(next_settlement(HOURS[each.coin])) if perpetual else 0,
        "time": ms(NOW) - 500,
    }


def book(each: Listed) -> Json:
    scale = SCALES.get(each.coin, 1)
    bid, ask = (
        (f"{each.price:f}", f"{each.price:f}")
        if each is FUTURE
        else (f"{Decimal(BIDS[each.coin]) * scale:f}", f"{Decimal(ASKS[each.coin]) * scale:f}")
    )
    row = {"symbol": each.id, "bidPrice": bid, "askPrice": ask, "bidQty": "5", "askQty": "4"}
    return {**row, "time": ms(NOW)}


def coin_of(own: str) -> tuple[str, int]:
    name = own.removesuffix("USDT")
    coin = name.removeprefix("1000")
    return coin, 1000 if name != coin else 1


def klines(query: Query) -> list[list[object]]:
    """Oldest first, from `startTime` on."""
    coin, scale = coin_of(query["symbol"])
    hours = {"1d": 24, "1h": 1}[query["interval"]]
    rows = [row for row in candles(coin, hours, scale) if row[0] >= int(query["startTime"])]
    length = int(timedelta(hours=hours).total_seconds() * 1000)
    return [
        [row[0], *row[1:], "8", row[0] + length - 1, "500", 10, "1", "1", "0"]
        for row in rows[: int(query.get("limit", 500))]
    ]


def mark_klines(query: Query) -> list[list[object]]:
    """As `klines`, of the mark price."""
    coin, scale = coin_of(query["symbol"])
    minutes = {"1h": 60, "1m": 1}[query["interval"]]
    rows = marks(coin, minutes, int(query["startTime"]), int(query["limit"]), scale)
    return [[*row, "0", row[0] + minutes * 60_000 - 1, "0", 60, "0", "0", "0"] for row in rows]


def funding(query: Query) -> list[Json]:
    """Oldest first, from `startTime` on, a few milliseconds late as the venue is."""
    coin, _ = coin_of(query["symbol"])
    rows: list[Json] = [
        {"symbol": query["symbol"], "fundingRate": rate, "fundingTime": at + 4, "markPrice": "1"}
        for at, rate in settled(coin, HOURS[coin])
        if at + 4 >= int(query["startTime"])
    ]
    return rows[: min(int(query.get("limit", 100)), 1000)]


def spot_info() -> Json:
    pairs = [
        {
            "symbol": "KASUSDT",
            "status": "TRADING",
            "baseAsset": "KAS",
            "quoteAsset": "USDT",
            "baseAssetPrecision": 8,
            "quotePrecision": 8,
            "permissionSets": [["SPOT"]],
            "filters": [
                {"filterType": "PRICE_FILTER", "minPrice": "0.00001", "tickSize": "0.00001"},
                {"filterType": "LOT_SIZE", "minQty": "0.1", "maxQty": "900000", "stepSize": "0.1"},
            ],
        }
    ]
    return {"serverTime": ms(NOW), "symbols": pairs}


def spot_tickers(_: Query) -> list[Json]:
    bid, ask = SPOT_ONLY["KAS"]
    row = {"symbol": "KASUSDT", "lastPrice": bid, "bidPrice": bid, "askPrice": ask, "closeTime": ms(NOW)}
    return [row]


ADL_RISK = "/fapi/v1/symbolAdlRisk"
RISKS = {"BTCUSDT": "low", "ETHUSDT": "medium", "SOLUSDT": "HIGH", "GONEUSDT": "low"}
"""ccxt shows the words in capitals, the documentation in small letters."""


def answers() -> dict[str, object]:
    return {
        TIME: {"serverTime": ms(NOW)},
        EXCHANGE_INFO: info(),
        PREMIUM_INDEX: [premium(each) for each in (*PERPETUALS, FUTURE)],
        BOOK_TICKER: [book(each) for each in (*PERPETUALS, FUTURE)],
        DAY_TICKER: [
            {"symbol": each.id, "lastPrice": "1", "quoteVolume": TRADED} for each in (*PERPETUALS, FUTURE)
        ],
        FUNDING_INFO: [
            {"symbol": "1000PEPEUSDT", "fundingIntervalHours": 4},
            {"symbol": "BTCUSDT", "fundingIntervalHours": 8},
        ],
        ADL_RISK: [
            {"symbol": symbol, "adlRisk": risk, "updateTime": ms(NOW) - 20 * 60_000}
            for symbol, risk in RISKS.items()
        ],
        FUNDING_RATE: funding,
        KLINES: klines,
        "/fapi/v1/markPriceKlines": mark_klines,
        "/api/v3/exchangeInfo": spot_info(),
        "/api/v3/ticker/24hr": spot_tickers,
        "/api/v3/klines": klines,
    }


CASE = Case(
    venue="binanceusdm",
    answers=answers,
    origin="documented",
    evidence="developers.binance.com; 69 recorded answers are read, too",
    stages={"BTC/USDT:USDT": "calm", "ETH/USDT:USDT": "near", "SOL/USDT:USDT": "now"},
    contracts={
        "BTC/USDT:USDT": Rules("1", "0.001", "1", min_notional="50"),
        "ETH/USDT:USDT": Rules("1", "0.001", "0.1", min_notional="20"),
        "SOL/USDT:USDT": Rules("1", "0.01", "0.01", min_notional="5"),
        "1000PEPE/USDT:USDT": Rules(
            "1000", "1", "0.000001", min_notional="5", scale="1000", interval_hours=4, asset="PEPE"
        ),
        "BTC/USDT:USDT-260925": Rules("1", "0.001", "1", min_notional="50", interval_hours=None),
    },
    dated=("BTC/USDT:USDT-260925",),
    unlisted={"OLD/USDT:USDT": "it settles"},
    absent={
        "interest": "only contract by contract",
        "brackets": "they need a key",
        "inverse": "another class of ccxt",
    },
    says=(
        ({"status": "TRADING", "deliveryDate": ms(FAR_OFF)}, "trading"),
        ({"status": "PRE_SETTLE"}, "suspended"),
        ({"status": "TRADING_HALT"}, "suspended"),
        ({"status": "SETTLING"}, None),
        ({"status": "CLOSE"}, None),
        ({"status": "PENDING_TRADING"}, None),
    ),
    word="status",
    end=("deliveryDate", ms(ENDING)),
)
