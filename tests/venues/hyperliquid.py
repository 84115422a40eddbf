"""Hyperliquid, telling of the world: everything is posted to one path, and funding is hourly."""

import json
from collections.abc import Callable
from decimal import Decimal

from tests.venue_server import Query
from tests.venues.case import Case, Rules
from tests.venues.past import candles, marks, settled
from tests.venues.tables import STATES, TOKENS
from tests.venues.world import ASKS, BIDS, INDEXES, MARKS, NOW, OPEN, RATES, TRADED, ms

Json = dict[str, object]

NAMES = {"BTC": "BTC", "ETH": "ETH", "SOL": "SOL", "PEPE": "kPEPE"}
COINS = {name: coin for coin, name in NAMES.items()}
SCALES = {"PEPE": 1000}
LISTING: list[Json] = [
    {"name": "BTC", "szDecimals": 5, "maxLeverage": 40, "marginTableId": 56},
    {"name": "ETH", "szDecimals": 4, "maxLeverage": 25, "marginTableId": 55},
    {"name": "SOL", "szDecimals": 2, "maxLeverage": 20, "marginTableId": 20, "onlyIsolated": True},
    {"name": "kPEPE", "szDecimals": 0, "maxLeverage": 10, "marginTableId": 10},
    {"name": "FTT", "szDecimals": 1, "maxLeverage": 3, "marginTableId": 3, "isDelisted": True},
]
TABLES: list[list[object]] = [
    [10, {"description": "", "marginTiers": [{"lowerBound": "0.0", "maxLeverage": 10}]}],
    [
        55,
        {
            "description": "tiered 25x",
            "marginTiers": [
                {"lowerBound": "0.0", "maxLeverage": 25},
                {"lowerBound": "100000000.0", "maxLeverage": 15},
            ],
        },
    ],
    [
        56,
        {
            "description": "tiered 40x",
            "marginTiers": [
                {"lowerBound": "0.0", "maxLeverage": 40},
                {"lowerBound": "150000000.0", "maxLeverage": 20},
            ],
        },
    ],
]


def context(row: Json) -> Json:
    """What the venue says of a contract now; of a delisted one not much."""
    coin = COINS.get(str(row["name"]))
    if coin is None:
        return {"funding": "0.0", "markPx": "1.9", "oraclePx": "1.9", "midPx": None, "impactPxs": None}
    scale = SCALES.get(coin, 1)
    mark, index, bid, ask = (f"{Decimal(of[coin]) * scale:f}" for of in (MARKS, INDEXES, BIDS, ASKS))
    return {
        "funding": RATES[coin],
        "openInterest": f"{Decimal(OPEN) / Decimal(mark):f}",
        "prevDayPx": index,
        "dayNtlVlm": TRADED,
        "premium": "0.00031774",
        "oraclePx": index,
        "markPx": mark,
        "midPx": mark,
        "impactPxs": [bid, ask],
    }


def chart(query: Query) -> list[Json]:
    """The newest 5,000 of those that began from the start asked for."""
    asked = json.loads(query["req"])
    coin, start = COINS[asked["coin"]], int(asked["startTime"])
    minutes = {"1m": 1, "1h": 60, "1d": 1440}[asked["interval"]]
    scale = SCALES.get(coin, 1)
    known = marks(coin, 1, start, 400, scale) if minutes == 1 else candles(coin, minutes // 60, scale)
    rows = [row for row in known if row[0] >= start]
    return [
        {
            "t": at,
            "T": at + minutes * 60_000 - 1,
            "s": asked["coin"],
            "i": asked["interval"],
            "v": "1",
            "n": 1,
        }
        | {"o": first, "h": high, "l": low, "c": last}
        for at, first, high, low, last in rows[-5000:]
    ]


def paid(query: Query) -> list[Json]:
    """The first 500 settlements from the start asked for, each some milliseconds after its hour."""
    rows = [(at + 31, rate) for at, rate in settled(COINS[query["coin"]], 1)]
    found = [(at, rate) for at, rate in rows if at >= int(query["startTime"])][:500]
    return [{"coin": query["coin"], "fundingRate": rate, "premium": "0", "time": at} for at, rate in found]


def meta(_: Query) -> Json:
    return {"universe": LISTING, "marginTables": TABLES, "collateralToken": 0}


def info(query: Query) -> object:
    """The one path of the venue."""
    kinds: dict[str, Callable[[Query], object]] = {
        "meta": meta,
        "metaAndAssetCtxs": lambda query: [meta(query), [context(row) for row in LISTING]],
        "candleSnapshot": chart,
        "fundingHistory": paid,
        "allBorrowLendReserveStates": lambda _: STATES,
        "spotMeta": lambda _: TOKENS,
        "exchangeStatus": lambda _: {"time": ms(NOW), "specialStatuses": None},
    }
    return kinds[query["type"]](query)


def answers() -> dict[str, object]:
    return {"/info": info}


CASE = Case(
    venue="hyperliquid",
    answers=answers,
    origin="documented",
    evidence="hyperliquid.gitbook.io/hyperliquid-docs: info endpoint, margin tiers",
    contracts={
        "BTC/USDC:USDC": Rules(
            "1", "0.00001", "1", min_notional="10", settle="USDC", interval_hours=1,
            first=("0.0125", "40"), higher="150000000",
        ),
        "ETH/USDC:USDC": Rules(
            "1", "0.0001", "0.1", min_notional="10", settle="USDC", interval_hours=1,
            first=("0.02", "25"), higher="100000000",
        ),
        "SOL/USDC:USDC": Rules(
            "1", "0.01", "0.01", min_notional="10", settle="USDC", interval_hours=1, first=("0.025", "20")
        ),
        "KPEPE/USDC:USDC": Rules(
            "1000", "1", "0.000001", min_notional="10", scale="1000", settle="USDC", interval_hours=1,
            first=("0.05", "10"), asset="PEPE",
        ),
    },
    unlisted={"FTT/USDC:USDC": "delisted"},
    absent={
        "marks": "it keeps no candles of the mark price",
        "next": "it does not say when it settles next",
        "spot": "its spot tokens are named by whoever bought the name",
        "dated": "it lists perpetuals only",
        "inverse": "it lists linear contracts only",
    },
    says=(({}, "trading"), ({"isDelisted": True}, None)),
)  # fmt: skip
