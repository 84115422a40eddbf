"""The world as Bybit's v5 endpoints tell of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from tests.venues.case import Case, Rules
from tests.venues.past import Query, candles, marks, next_settlement, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    DATED_PREMIUM,
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
EXPIRY = datetime(2026, 9, 25, 8, tzinfo=UTC)
INSTRUMENTS, TICKERS = "/v5/market/instruments-info", "/v5/market/tickers"
RISK, KLINE, FUNDING = "/v5/market/risk-limit", "/v5/market/kline", "/v5/market/funding/history"

# contract: coin, how many of it, hours between settlements, tick, lot
LINEAR = {
    "BTCUSDT": ("BTC", 1, 8, "0.10", "0.001"),
    "ETHUSDT": ("ETH", 1, 8, "0.01", "0.01"),
    "SOLUSDT": ("SOL", 1, 8, "0.010", "0.1"),
    "1000PEPEUSDT": ("PEPE", 1000, 4, "0.0000001", "100"),
    "BTCPERP": ("BTC", 1, 8, "0.10", "0.001"),
}
# contract: maintenance, leverage and upper end of each tier; the ids rise with the place here, not the end
LIMITS = {
    "BTCUSDT": (("2000000", "0.005", "100.00"), ("4000000", "0.01", "50.00")),
    "ETHUSDT": (("900000", "0.005", "100.00"), ("1800000", "0.01", "50.00")),
    "SOLUSDT": (("200000", "0.01", "50.00"), ("400000", "0.02", "25.00")),
    "1000PEPEUSDT": (("100000", "0.03", "16.67"), ("50000", "0.02", "25.00")),
    "BTCPERP": (("1000000", "0.005", "100.00"),),
    "BTCUSDT-25SEP26": (("1000000", "0.01", "50.00"),),
    "BTCUSD": (("150", "0.005", "100.00"), ("300", "0.01", "50.00")),
}


def answer(result: object) -> Json:
    return {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": ms(NOW)}


def instrument(
    own: str, coin: str, tick: str, lot: str, *, kind: str = "LinearPerpetual", settle: str = "USDT"
) -> Json:
    """The rules of one contract. The interval here is of the listing and may be out of date."""
    dated = kind.endswith("Futures")
    return {
        "symbol": own,
        "contractType": kind,
        "status": "Trading",
        "baseCoin": coin,
        "quoteCoin": "USDT" if settle == "USDT" else "USD",
        "settleCoin": settle,
        "launchTime": "1584230400000",
        "deliveryTime": str(ms(EXPIRY)) if dated else "0",
        "priceFilter": {"minPrice": tick, "maxPrice": "1999999", "tickSize": tick},
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "lotSizeFilter": {
            "minNotionalValue": "5",
            "maxOrderQty": "1190000",
            "maxMktOrderQty": "500000",
            "minOrderQty": lot,
            "qtyStep": lot,
        },
        "fundingInterval": 0 if dated else 480,
    }


def prelaunch() -> Json:
    return instrument("NEWUSDT", "NEW", "0.001", "1") | {"status": "PreLaunch"}


def instruments(query: Query) -> Json:
    """The listing, the linear one in two pages."""
    if query["category"] == "spot":
        return answer(
            {"category": "spot", "list": [spot_pair("KASUSDT", "KAS"), spot_pair("BTCUSDT", "BTC")]}
        )
    if query.get("status") == "PreLaunch":
        return answer({"category": query["category"], "list": [prelaunch()], "nextPageCursor": ""})
    if query["category"] == "inverse":
        return answer({"category": "inverse", "list": [inverse()], "nextPageCursor": ""})
    rows = [
        instrument(
            own,
            f"{scale}{coin}" if scale > 1 else coin,
            tick,
            lot,
            settle="USDC" if own == "BTCPERP" else "USDT",
        )
        for own, (coin, scale, _, tick, lot) in LINEAR.items()
    ]
    rows.append(instrument("BTCUSDT-25SEP26", "BTC", "0.50", "0.001", kind="LinearFutures"))
    page = rows[3:] if query.get("cursor") == "2" else rows[:3]
    cursor = "" if "cursor" in query else "2"
    return answer({"category": "linear", "list": page, "nextPageCursor": cursor})


def inverse() -> Json:
    """Counted in dollars, ten at a time at least."""
    row = instrument("BTCUSD", "BTC", "0.50", "1", kind="InversePerpetual", settle="BTC")
    sizes = {"maxOrderQty": "25000000", "maxMktOrderQty": "5000000", "minOrderQty": "10", "qtyStep": "1"}
    return row | {"lotSizeFilter": sizes}


def spot_pair(own: str, coin: str) -> Json:
    return {
        "symbol": own,
        "baseCoin": coin,
        "quoteCoin": "USDT",
        "status": "Trading",
        "marginTrading": "none",
        "lotSizeFilter": {"basePrecision": "0.01", "quotePrecision": "0.0000001", "minOrderQty": "1"},
        "priceFilter": {"tickSize": "0.00001"},
    }


def ticker(own: str, coin: str, scale: int, hours: int) -> Json:
    """Prices and funding of one contract, of a dated one where `hours` is 0."""

    def of(price: str | Decimal) -> str:
        return f"{Decimal(price) * scale:f}"

    mark, bid, ask = MARKS[coin], BIDS[coin], ASKS[coin]
    if not hours:
        mark = bid = ask = f"{Decimal(INDEXES[coin]) * DATED_PREMIUM:f}"
    return {
        "symbol": own,
        "lastPrice": of(mark),
        "indexPrice": of(INDEXES[coin]),
        "markPrice": of(mark),
        "prevPrice24h": of(mark),
        "openInterest": "52000",
        "openInterestValue": OPEN,
        "turnover24h": TRADED,
        "fundingRate": RATES[coin] if hours else "",
        "nextFundingTime": str(ms(next_settlement(hours))) if hours else "0",
        "fundingIntervalHour": str(hours) if hours else "",
        "bid1Price": of(bid),
        "bid1Size": "9",
        "ask1Price": of(ask),
        "ask1Size": "7",
    }


def tickers(query: Query) -> Json:
    category = query["category"]
    if category == "spot":
        bid, ask = SPOT_ONLY["KAS"]
        row = {"symbol": "KASUSDT", "bid1Price": bid, "ask1Price": ask, "lastPrice": bid}
        return answer({"category": category, "list": [row]})
    if category == "inverse":
        return answer({"category": category, "list": [ticker("BTCUSD", "BTC", 1, 8)]})
    rows = [ticker(own, coin, scale, hours) for own, (coin, scale, hours, *_) in LINEAR.items()]
    return answer({"category": category, "list": [*rows, ticker("BTCUSDT-25SEP26", "BTC", 1, 0)]})


def risk_limits(query: Query) -> Json:
    """Two contracts a page, with the cursor of the next."""
    mine = [own for own in LIMITS if (own == "BTCUSD") == (query["category"] == "inverse")]
    first = int(query.get("cursor", "0"))
    rows = [
        {
            "id": 10 * number + place,
            "symbol": own,
            "riskLimitValue": end,
            "maintenanceMargin": rate,
            "initialMargin": "0.01",
            "isLowestRisk": int(place == 0),
            "maxLeverage": leverage,
            "mmDeduction": "",
        }
        for number, own in enumerate(mine)
        for place, (end, rate, leverage) in enumerate(LIMITS[own])
        if first <= number < first + 2
    ]
    cursor = str(first + 2) if first + 2 < len(mine) else ""
    return answer({"category": query["category"], "list": rows, "nextPageCursor": cursor})


def kline(query: Query) -> Json:
    """Newest first, from `start` on."""
    coin, scale = {own: (coin, scale) for own, (coin, scale, *_) in LINEAR.items()}.get(
        query["symbol"], (query["symbol"].removesuffix("USDT"), 1)
    )
    hours = {"D": 24, "60": 1}[query["interval"]]
    rows = [row for row in candles(coin, hours, scale) if row[0] >= int(query["start"])]
    page = [[str(row[0]), *row[1:], "12", "700"] for row in rows[: min(int(query["limit"]), 1000)]]
    return answer({"category": query["category"], "symbol": query["symbol"], "list": page[::-1]})


def mark_kline(query: Query) -> Json:
    """As `kline`, of the mark price, without volumes."""
    coin, scale, *_ = LINEAR[query["symbol"]]
    minutes = {"60": 60, "1": 1}[query["interval"]]
    rows = marks(coin, minutes, int(query["start"]), min(int(query["limit"]), 1000), scale)
    page = [[str(row[0]), *row[1:]] for row in rows]
    return answer({"category": query["category"], "symbol": query["symbol"], "list": page[::-1]})


def funding(query: Query) -> Json:
    """Newest first, the last 200 until `endTime`; a start alone is refused."""
    if "startTime" in query and "endTime" not in query:
        return {"retCode": 10001, "retMsg": "Params Error", "result": {}, "time": ms(NOW)}
    coin, _, hours, *_ = LINEAR[query["symbol"]]
    start, end = int(query.get("startTime", 0)), int(query.get("endTime", ms(NOW)))
    rows: list[Mapping[str, str]] = [
        {"symbol": query["symbol"], "fundingRate": rate, "fundingRateTimestamp": str(at)}
        for at, rate in settled(coin, hours)
        if start <= at <= end
    ]
    page = rows[-min(int(query["limit"]), 200) :]
    return answer({"category": query["category"], "list": page[::-1]})


ADL_ALERT = "/v5/market/adlAlert"


def alert(symbol: str, balance: str, share: str, **changed: object) -> dict[str, object]:
    """What it says of one contract and its pool; the greatest balance is always empty now."""
    return {
        "coin": "USDT",
        "symbol": symbol,
        "balance": balance,
        "maxBalance": "",
        "insurancePnlRatio": "-0.3",
        "pnlRatio": share,
        "adlTriggerThreshold": "10000",
        "adlStopRatio": "-0.25",
        **changed,
    }


def alerts() -> list[dict[str, object]]:
    """One of each sort: a gain, a loss on the way, a loss that is too large, a pool that is empty."""
    return [
        alert("BTCUSDT", "92203504694.99632", "0.000174"),
        alert("ETHUSDT", "92203504694.99632", "-0.27"),
        alert("SOLUSDT", "92203504694.99632", "-0.560973"),
        alert("1000PEPEUSDT", "-5421.29889888", "0"),
        alert("BTCUSD", "453.36427074", "-0.9", coin="BTC", adlStopRatio="-0.95", insurancePnlRatio="-1"),
        alert("GONEUSDT", "100", "0"),
    ]


def answers() -> dict[str, object]:
    return {
        "/v5/market/time": answer({"timeSecond": str(ms(NOW) // 1000), "timeNano": f"{ms(NOW)}000000"}),
        INSTRUMENTS: instruments,
        TICKERS: tickers,
        RISK: risk_limits,
        KLINE: kline,
        "/v5/market/mark-price-kline": mark_kline,
        ADL_ALERT: answer({"updatedTime": str(ms(NOW) - 30_000), "list": alerts()}),
        FUNDING: funding,
    }


CASE = Case(
    venue="bybit",
    answers=answers,
    origin="documented",
    evidence="bybit-exchange.github.io/docs/v5; 14 recorded contracts of 2023 are read, too",
    stages={
        "BTC/USDT:USDT": "calm",
        "ETH/USDT:USDT": "near",
        "SOL/USDT:USDT": "now",
        "1000PEPE/USDT:USDT": "now",
        "BTC/USD:BTC": "calm",
    },
    contracts={
        "BTC/USDT:USDT": Rules(
            "1", "0.001", "0.10", min_notional="5", first=("0.005", "100"), higher="2000000"
        ),
        "ETH/USDT:USDT": Rules(
            "1", "0.01", "0.01", min_notional="5", first=("0.005", "100"), higher="900000"
        ),
        "SOL/USDT:USDT": Rules("1", "0.1", "0.01", min_notional="5", first=("0.01", "50"), higher="200000"),
        "1000PEPE/USDT:USDT": Rules(
            "1000",
            "100",
            "0.0000001",
            min_notional="5",
            scale="1000",
            interval_hours=4,
            first=("0.02", "25"),
            higher="50000",
            asset="PEPE",
        ),
        "BTC/USD:USDC": Rules("1", "0.001", "0.10", min_notional="5", settle="USDC", first=("0.005", "100")),
        "BTC/USDT:USDT-260925": Rules(
            "1", "0.001", "0.50", min_notional="5", interval_hours=None, first=("0.01", "50")
        ),
        # from 150 BTC on
        "BTC/USD:BTC": Rules(
            "1", "1", "0.50", min_count="10", settle="BTC", first=("0.005", "100"), higher="150"
        ),
    },
    dated=("BTC/USDT:USDT-260925",),
    inverse=("BTC/USD:BTC",),
    unlisted={"NEW/USDT:USDT": "it is before its launch"},
    says=(
        ({"status": "Trading"}, "trading"),
        ({"status": "Settling"}, "suspended"),
        ({"status": "Delivering"}, None),
        ({"status": "Closed"}, None),
        ({"status": "PreLaunch"}, None),
    ),
    word="status",
    end=("deliveryTime", str(ms(ENDING))),
)
