"""The world as OKX's v5 endpoints tell of it."""

from collections.abc import Sequence
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
    RATES,
    SPOT_ONLY,
    TRADED,
    ms,
)

Json = dict[str, object]
EXPIRY = datetime(2026, 9, 25, 8, tzinfo=UTC)
FUTURE = "BTC-USDT-260925"

# contract: coin, hours between settlements, worth of a contract and its unit, lot, tick
SWAPS = {
    "BTC-USDT-SWAP": ("BTC", 8, "0.01", "BTC", "0.01", "0.1"),
    "ETH-USDT-SWAP": ("ETH", 8, "0.1", "ETH", "0.01", "0.01"),
    "SOL-USDT-SWAP": ("SOL", 6, "1", "SOL", "0.01", "0.01"),
    "PEPE-USDT-SWAP": ("PEPE", 4, "10000000", "PEPE", "0.1", "0.000000001"),
    "BTC-USDC-SWAP": ("BTC", 8, "0.0001", "BTC", "1", "0.1"),
    "BTC-USD-SWAP": ("BTC", 8, "100", "USD", "1", "0.1"),
    # margined in dollars and stablecoins
    "SOL-USD_UM-SWAP": ("SOL", 8, "1", "SOL", "0.01", "0.01"),
}
# pair: first contract, maintenance and leverage of each tier
TIERS = {
    "BTC-USDT": (("0", "0.004", "100"), ("1000", "0.005", "75")),
    "ETH-USDT": (("0", "0.004", "100"), ("2000", "0.006", "66.66")),
    "SOL-USDT": (("0", "0.0065", "50"), ("4500", "0.01", "40")),
    "PEPE-USDT": (("0", "0.015", "50"), ("150", "0.02", "20")),
    "BTC-USDC": (("0", "0.004", "50"),),
    "SOL-USD_UM": (("0", "0.01", "20"),),
    "BTC-USD": (("0", "0.004", "100"), ("50000", "0.005", "66.66")),
}


def answer(rows: Sequence[object]) -> Json:
    return {"code": "0", "msg": "", "data": rows}


def instrument(own: str, size: str, unit: str, lot: str, tick: str) -> Json:
    coin, dollars, kind = own.split("-")
    return {
        "instType": "SWAP" if kind == "SWAP" else "FUTURES",
        "instId": own,
        "instFamily": f"{coin}-{dollars}",
        "uly": f"{coin}-{dollars}".removesuffix("_UM"),
        "baseCcy": "",
        "quoteCcy": "",
        "settleCcy": coin if dollars == "USD" else dollars.removesuffix("_UM"),
        "ctVal": size,
        "ctMult": "1",
        "ctValCcy": unit,
        "ctType": "inverse" if dollars == "USD" else "linear",
        "expTime": "" if kind == "SWAP" else str(ms(EXPIRY)),
        "lever": "100",
        "lotSz": lot,
        "minSz": lot,
        "tickSz": tick,
        "maxLmtSz": "100000000",
        "maxMktSz": "12000",
        "ruleType": "normal",
        "state": "live",
        "listTime": "1611916828000",
    }


def instruments(query: Query) -> Json:
    kind = query["instType"]
    if kind == "SPOT":
        return answer([spot_pair("KAS"), spot_pair("BTC")])
    if kind == "SWAP":
        rows = [instrument(own, *rest) for own, (_, _, *rest) in SWAPS.items()]
        gone = instrument("OLD-USDT-SWAP", "1", "OLD", "1", "0.01") | {"state": "suspend"}
        empty = {"instId": "", "instType": "SWAP", "state": "preopen"}
        return answer([*rows, gone, empty])
    future = instrument(FUTURE, "0.01", "BTC", "0.01", "0.1")
    # pays funding and expires in five years
    endless = instrument("BTC-USD-310404", "0.01", "BTC", "1", "0.1") | {
        "instId": "BTC-USD_UM_XPERP-310404",
        "ruleType": "xperp",
        "settleCcy": "USD",
        "expTime": str(ms(datetime(2031, 4, 4, 8, tzinfo=UTC))),
    }
    return answer([future, endless])


def spot_pair(coin: str) -> Json:
    return {
        "instType": "SPOT",
        "instId": f"{coin}-USDT",
        "baseCcy": coin,
        "quoteCcy": "USDT",
        "lotSz": "0.0001",
        "minSz": "1",
        "tickSz": "0.00001",
        "state": "live",
        "uly": "",
        "instFamily": "",
    }


def mark(coin: str, own: str) -> str:
    return MARKS[coin] if own.endswith("SWAP") else f"{Decimal(INDEXES[coin]) * DATED_PREMIUM:f}"


def listed(query: Query) -> dict[str, str]:
    """The contracts of a kind and their coins."""
    if query["instType"] == "FUTURES":
        return {FUTURE: "BTC"}
    return {own: coin for own, (coin, *_) in SWAPS.items()}


def mark_prices(query: Query) -> Json:
    kind = query["instType"]
    return answer(
        [
            {"instType": kind, "instId": own, "markPx": mark(coin, own), "ts": str(ms(NOW) - 200)}
            for own, coin in listed(query).items()
        ]
    )


def tickers(query: Query) -> Json:
    if query["instType"] == "SPOT":
        bid, ask = SPOT_ONLY["KAS"]
        return answer([ticker("SPOT", "KAS-USDT", bid, ask)])
    return answer(
        [
            ticker(query["instType"], own, BIDS[coin], ASKS[coin])
            if own.endswith("SWAP")
            else ticker(query["instType"], own, mark(coin, own), mark(coin, own))
            for own, coin in listed(query).items()
        ]
    )


def ticker(kind: str, own: str, bid: str, ask: str) -> Json:
    stamps = {"ts": str(ms(NOW) - 100), "last": bid, "lastSz": "1", "open24h": bid}
    stamps["volCcy24h"] = f"{Decimal(TRADED) / Decimal(bid):f}"
    return {"instType": kind, "instId": own, "bidPx": bid, "bidSz": "8", "askPx": ask, "askSz": "6", **stamps}


def indexes(query: Query) -> Json:
    """By pair, not by contract."""
    coins = {"USDT": list(MARKS), "USD": ["BTC", "SOL"], "USDC": ["BTC"]}[query["quoteCcy"]]
    return answer(
        [
            {"instId": f"{coin}-{query['quoteCcy']}", "idxPx": INDEXES[coin], "ts": str(ms(NOW))}
            for coin in coins
        ]
    )


def funding_rates(query: Query) -> Json:
    """Of every swap: the rate that is settled at `fundingTime`, and when the one after that is."""
    rows = []
    for own, (coin, hours, *_) in SWAPS.items():
        at = ms(next_settlement(hours))
        rows.append(
            {
                "instType": "SWAP",
                "instId": own,
                "fundingRate": RATES[coin],
                "fundingTime": str(at),
                "nextFundingRate": "",
                "nextFundingTime": str(at + hours * 3_600_000),
                "settFundingRate": "0.0099",
                "method": "current_period",
                "ts": str(ms(NOW)),
            }
        )
    assert query["instId"] == "ANY"
    return answer(rows)


def funding_history(query: Query) -> Json:
    """Newest first, a hundred at most, before `after` and past `before`. What was paid is `realizedRate`."""
    coin, hours, *_ = SWAPS[query["instId"]]
    last, first = int(query.get("after", 1 << 60)), int(query.get("before", 0))
    rows: list[object] = [
        {"instId": query["instId"], "fundingRate": "0.01", "realizedRate": rate, "fundingTime": str(at)}
        for at, rate in settled(coin, hours)
        if first < at < last
    ]
    return answer(rows[-min(int(query.get("limit", 100)), 100) :][::-1])


def chart(query: Query) -> Json:
    """Newest first, before `after` and past `before`. A day that is not asked for in UTC begins at 16:00."""
    coin = query["instId"].split("-")[0]
    hours = {"1H": 1, "1D": 24, "1Dutc": 24}[query["bar"]]
    late = 16 * 3_600_000 if query["bar"] == "1D" else 0
    last, first = int(query.get("after", 1 << 60)), int(query.get("before", 0))
    rows = [(row[0] + late, *row[1:]) for row in candles(coin, hours)]
    page = [row for row in rows if first < row[0] < last][-min(int(query["limit"]), 300) :]
    return answer([[str(row[0]), *row[1:], "5", "5", "5", "1"] for row in page[::-1]])


def mark_chart(query: Query) -> Json:
    """As `chart`, of the mark price, a hundred at most and without volumes."""
    coin = query["instId"].split("-")[0]
    minutes = {"1H": 60, "1m": 1}[query["bar"]]
    first, last = int(query["before"]) + 1, int(query["after"])
    count = min(int(query["limit"]), 100)
    rows = [row for row in marks(coin, minutes, first, count) if row[0] < last]
    return answer([[str(row[0]), *row[1:], "1"] for row in rows[::-1]])


def tiers(query: Query) -> Json:
    """Of a pair's contracts, counted in these."""
    assert query["tdMode"] == "isolated"
    return answer(
        [
            {
                "instFamily": query["instFamily"],
                "instId": "",
                "uly": query["instFamily"],
                "tier": str(number),
                "minSz": first,
                "maxSz": "100000000",
                "mmr": rate,
                "imr": "0.01",
                "maxLever": leverage,
            }
            for number, (first, rate, leverage) in enumerate(TIERS[query["instFamily"]], 1)
        ]
    )


def answers() -> dict[str, object]:
    return {
        "/api/v5/public/time": answer([{"ts": str(ms(NOW))}]),
        "/api/v5/public/instruments": instruments,
        "/api/v5/public/mark-price": mark_prices,
        "/api/v5/market/tickers": tickers,
        "/api/v5/market/index-tickers": indexes,
        "/api/v5/public/funding-rate": funding_rates,
        "/api/v5/public/funding-rate-history": funding_history,
        # which of the two is asked depends on how old a candle is on this machine's clock
        "/api/v5/market/candles": chart,
        "/api/v5/market/history-candles": chart,
        "/api/v5/market/mark-price-candles": mark_chart,
        "/api/v5/market/history-mark-price-candles": mark_chart,
        "/api/v5/public/position-tiers": tiers,
    }


CASE = Case(
    venue="okx",
    answers=answers,
    origin="documented",
    evidence="okx.com/docs-v5",
    absent={"interest": "in a call of its own, which is not made"},
    refused={"LTC ratios of collateral": "they are in the form of 2024, which counts in dollars"},
    contracts={
        # 1,000 contracts of 0.01 BTC at the mark
        "BTC/USDT:USDT": Rules("0.01", "0.01", "0.1", first=("0.004", "100"), higher="600125"),
        "ETH/USDT:USDT": Rules("0.1", "0.01", "0.01", first=("0.004", "100"), higher="600300"),
        "SOL/USDT:USDT": Rules(
            "1", "0.01", "0.01", interval_hours=6, first=("0.0065", "50"), higher="675675"
        ),
        "PEPE/USDT:USDT": Rules(
            "10000000", "0.1", "0.000000001", interval_hours=4, first=("0.015", "50"), higher="15030"
        ),
        "BTC/USDC:USDC": Rules("0.0001", "1", "0.1", settle="USDC", first=("0.004", "50")),
        "SOL/USD:USD": Rules("1", "0.01", "0.01", settle="USD", first=("0.01", "20")),
        # contracts of 100 dollars
        "BTC/USD:BTC": Rules("100", "1", "0.1", settle="BTC", first=("0.004", "100"), higher="5000000"),
        "BTC/USDT:USDT-260925": Rules(
            "0.01", "0.01", "0.1", interval_hours=None, first=("0.004", "100"), higher="609000"
        ),
    },
    dated=("BTC/USDT:USDT-260925",),
    inverse=("BTC/USD:BTC",),
    leaving={"OLD/USDT:USDT": "suspended"},
    unlisted={
        "BTC/USD:USD-310404": "it expires and yet pays funding",
    },
    quiet=(
        "/api/v5/market/candles",
        "/api/v5/market/history-candles",
        "/api/v5/market/mark-price-candles",
    ),
    says=(
        ({"state": "live"}, "trading"),
        ({"state": "suspend"}, "suspended"),
        ({"state": "post_only"}, "post only"),
        ({"state": "rebase"}, "suspended"),
        ({"state": "preopen"}, None),
    ),
    word="state",
    end=("expTime", str(ms(ENDING))),
)
