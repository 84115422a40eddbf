"""The world as Bitget's v2 endpoints tell of it."""

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
    OPEN,
    RATES,
    SPOT_ONLY,
    TRADED,
    ms,
)

Json = dict[str, object]
CONTRACTS, TICKERS = "/api/v2/mix/market/contracts", "/api/v2/mix/market/tickers"
RATES_NOW, RATES_PAST = "/api/v2/mix/market/current-fund-rate", "/api/v2/mix/market/history-fund-rate"
TIERS = "/api/v2/mix/market/query-position-lever"

# contract: coin, hours between settlements, step and least order, decimals of a count, price step, decimals
LISTED = {
    "BTCUSDT": ("BTC", 8, "0.0001", "4", "1", "1"),
    "ETHUSDT": ("ETH", 8, "0.01", "2", "1", "2"),
    # the step is coarser than the decimals of a count
    "SOLUSDT": ("SOL", 8, "0.1", "2", "5", "3"),
    "PEPEUSDT": ("PEPE", 4, "1000", "0", "1", "10"),
    "BTCPERP": ("BTC", 8, "0.0001", "4", "1", "1"),
    "BTCUSD": ("BTC", 8, "0.001", "3", "1", "1"),
}
# contract: floor, maintenance and leverage of each tier
STEPS = {
    "BTCUSDT": (("0", "0.004", "125"), ("150000", "0.005", "100")),
    "ETHUSDT": (("0", "0.005", "100"), ("100000", "0.006", "80")),
    "SOLUSDT": (("0", "0.006", "75"), ("50000", "0.01", "50")),
    "PEPEUSDT": (("0", "0.01", "50"), ("20000", "0.02", "25")),
    "BTCPERP": (("0", "0.004", "125"),),
}
KINDS = {
    "USDT-FUTURES": ("BTCUSDT", "ETHUSDT", "SOLUSDT", "PEPEUSDT"),
    "USDC-FUTURES": ("BTCPERP",),
    "COIN-FUTURES": ("BTCUSD",),
}


def answer(data: object) -> Json:
    return {"code": "00000", "msg": "success", "requestTime": ms(NOW), "data": data}


def contracts(query: Query) -> Json:
    """What is listed of a kind; the simulated ones are answered for as well."""
    kind = query["productType"]
    if kind == "SUSDT-FUTURES":
        return answer([contract("SBTCSUSDT", "SUSDT") | {"baseCoin": "SBTC"}])
    settle = {"USDT-FUTURES": "USDT", "USDC-FUTURES": "USDC", "COIN-FUTURES": "BTC"}.get(kind, "")
    rows = [contract(own, settle) for own in KINDS.get(kind, ())]
    if kind == "USDT-FUTURES":
        rows.append(contract("OLDUSDT", "USDT") | {"baseCoin": "OLD", "symbolStatus": "off"})
    return answer(rows)


def contract(own: str, settle: str) -> Json:
    coin, hours, lot, decimals, step, places = LISTED.get(own, LISTED["BTCUSDT"])
    return {
        "symbol": own,
        "baseCoin": coin,
        "quoteCoin": "USD" if settle == coin else settle,
        "supportMarginCoins": [settle],
        "makerFeeRate": "0.0002",
        "takerFeeRate": "0.0006",
        "minTradeNum": lot,
        "minTradeUSDT": "5",
        "sizeMultiplier": lot,
        "volumePlace": decimals,
        "priceEndStep": step,
        "pricePlace": places,
        "symbolType": "perpetual",
        "symbolStatus": "normal",
        "deliveryTime": "",
        "launchTime": "",
        "fundInterval": str(hours),
        "minLever": "1",
        "maxLever": "125",
        "maxMarketOrderQty": "2200000" if decimals != "0" else "22000000000",
        "maxOrderQty": "12000000" if decimals != "0" else "120000000000",
    }


def tickers(query: Query) -> Json:
    return answer([ticker(own) for own in KINDS[query["productType"]]])


def ticker(own: str) -> Json:
    coin = LISTED[own][0]
    return {
        "symbol": own,
        "lastPr": MARKS[coin],
        "bidPr": BIDS[coin],
        "askPr": ASKS[coin],
        "bidSz": "3",
        "askSz": "4",
        "ts": str(ms(NOW) - 300),
        "indexPrice": INDEXES[coin],
        "markPrice": MARKS[coin],
        "fundingRate": RATES[coin],
        "holdingAmount": f"{Decimal(OPEN) / Decimal(MARKS[coin]):f}",
        "quoteVolume": TRADED,
        "deliveryStatus": "",
    }


def rates(query: Query) -> Json:
    """Of every contract of a kind at once."""
    return answer(
        [
            {
                "symbol": own,
                "fundingRate": RATES[LISTED[own][0]],
                "fundingRateInterval": str(LISTED[own][1]),
                "nextUpdate": str(ms(next_settlement(LISTED[own][1]))),
                "minFundingRate": "-0.003",
                "maxFundingRate": "0.003",
            }
            for own in KINDS[query["productType"]]
        ]
    )


def past_rates(query: Query) -> Json:
    """By page, newest first; it knows neither a beginning nor an end."""
    coin, hours, *_ = LISTED[query["symbol"]]
    size = min(int(query.get("pageSize", 20)), 100)
    first = (int(query.get("pageNo", 1)) - 1) * size
    rows = [
        {"symbol": query["symbol"], "fundingRate": rate, "fundingTime": str(at)}
        for at, rate in settled(coin, hours)[::-1]
    ]
    return answer(rows[first : first + size])


def tiers(query: Query) -> Json:
    return answer(
        [
            {
                "symbol": query["symbol"],
                "level": str(level),
                "startUnit": floor,
                "endUnit": "100000000",
                "leverage": leverage,
                "keepMarginRate": rate,
            }
            for level, (floor, rate, leverage) in enumerate(STEPS[query["symbol"]], 1)
        ]
    )


def chart(query: Query) -> Json:
    """Oldest first: the last `limit` from `startTime` until before `endTime`, at most ninety days of them.

    A day that is not asked for in UTC begins at 16:00.
    """
    coin = query["symbol"].removesuffix("USDT")
    bar = query["granularity"]
    hours = {"1H": 1, "1h": 1, "1D": 24, "1Dutc": 24}[bar]
    late = 16 * 3_600_000 if bar == "1D" else 0
    start, end = int(query.get("startTime", 0)), int(query["endTime"])
    if coin in MARKS and end - start > 90 * 86_400_000:
        return {"code": "40017", "msg": "Parameter verification failed", "requestTime": ms(NOW), "data": None}
    rows = [(row[0] + late, *row[1:]) for row in candles(coin, hours)]
    page = [row for row in rows if start <= row[0] < end][-int(query["limit"]) :]
    return answer([[str(row[0]), *row[1:], "5", "300"] for row in page])


def mark_chart(query: Query) -> Json:
    """Oldest first: the last `limit` from `startTime` until before `endTime`."""
    minutes = {"1H": 60, "1h": 60, "1m": 1}[query["granularity"]]
    start, end = int(query["startTime"]), int(query["endTime"])
    count = (end - start) // (minutes * 60_000) + 1
    rows = [row for row in marks(query["symbol"].removesuffix("USDT"), minutes, start, count) if row[0] < end]
    return answer([[str(row[0]), *row[1:], "0", "0"] for row in rows[-int(query["limit"]) :]])


def any_chart(query: Query) -> Json:
    """Of trades, or of the mark price where that is asked for."""
    return {"MARKET": chart, "MARK": mark_chart}[query.get("kLineType", "MARKET")](query)


def spot_pairs(_: Query) -> Json:
    row = {"baseCoin": "KAS", "quoteCoin": "USDT", "pricePrecision": "5", "quantityPrecision": "2"}
    return answer([{"symbol": "KASUSDT", "status": "online", "minTradeAmount": "0", **row}])


def spot_tickers(_: Query) -> Json:
    bid, ask = SPOT_ONLY["KAS"]
    row = {"symbol": "KASUSDT", "lastPr": bid, "bidPr": bid, "askPr": ask, "ts": str(ms(NOW) - 300)}
    return answer([row])


def answers() -> dict[str, object]:
    return {
        "/api/v2/public/time": answer({"serverTime": str(ms(NOW))}),
        CONTRACTS: contracts,
        TICKERS: tickers,
        RATES_NOW: rates,
        RATES_PAST: past_rates,
        TIERS: tiers,
        # which of the two is asked depends on how old a candle is on this machine's clock
        "/api/v2/mix/market/candles": any_chart,
        "/api/v2/mix/market/history-mark-candles": mark_chart,
        "/api/v2/mix/market/history-candles": chart,
        "/api/v2/spot/public/symbols": spot_pairs,
        "/api/v2/margin/currencies": answer([]),
        "/api/v2/spot/market/tickers": spot_tickers,
        "/api/v2/spot/market/candles": chart,
        "/api/v2/spot/market/history-candles": chart,
    }


CASE = Case(
    venue="bitget",
    answers=answers,
    origin="documented",
    evidence="bitget.com/api-doc/contract",
    contracts={
        "BTC/USDT:USDT": Rules(
            "1", "0.0001", "0.1", min_notional="5", first=("0.004", "125"), higher="150000"
        ),
        "ETH/USDT:USDT": Rules(
            "1", "0.01", "0.01", min_notional="5", first=("0.005", "100"), higher="100000"
        ),
        "SOL/USDT:USDT": Rules("1", "0.1", "0.005", min_notional="5", first=("0.006", "75"), higher="50000"),
        "PEPE/USDT:USDT": Rules(
            "1",
            "1000",
            "0.0000000001",
            min_notional="5",
            interval_hours=4,
            first=("0.01", "50"),
            higher="20000",
        ),
        "BTC/USDC:USDC": Rules("1", "0.0001", "0.1", settle="USDC", first=("0.004", "125")),
    },
    unlisted={
        "OLD/USDT:USDT": "it is off",
        "SBTC/SUSDT:SUSDT": "it is simulated",
        "BTC/USD:BTC": "an inverse contract that is counted in coins",
    },
    absent={
        "inverse": "counted in coins, which an inverse contract of ours is not",
        "dated": "it has had them on coins only",
    },
    quiet=(
        "/api/v2/mix/market/candles",
        "/api/v2/mix/market/history-candles",
        "/api/v2/spot/market/candles",
        "/api/v2/spot/market/history-candles",
    ),
    says=(
        ({"symbolStatus": "normal"}, "trading"),
        ({"symbolStatus": "restrictedAPI"}, "trading"),
        ({"symbolStatus": "limit_open"}, "reduce only"),
        ({"symbolStatus": "maintain"}, "suspended"),
        ({"symbolStatus": "off"}, None),
    ),
    word="symbolStatus",
    end=("offTime", str(ms(ENDING))),
)
