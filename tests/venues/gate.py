"""Gate, telling of the world: a contract is many coins, intervals differ, histories are newest first."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from tests.venue_server import Query
from tests.venues.case import Case, Rules
from tests.venues.past import candles, marks, next_settlement, settled
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

COINS = {"BTC": "0.0001", "ETH": "0.01", "SOL": "1", "PEPE": "10000000"}
"""Of each perpetual's contract."""
HOURS = {"BTC": 8, "ETH": 8, "SOL": 2, "PEPE": 4}
EXPIRY = datetime(2026, 9, 25, 8, tzinfo=UTC)
DATED = "BTC_USDT_20260925"
PREMIUM = f"{Decimal(INDEXES['BTC']) * DATED_PREMIUM:f}"
API = "/api/v4"


def perpetual(coin: str, **changed: object) -> Json:
    """One contract of the listing, which has its funding too."""
    hours = HOURS.get(coin, 8)
    return {
        "name": f"{coin}_USDT",
        "type": "direct",
        "status": "trading",
        "quanto_multiplier": COINS.get(coin, "1"),
        "enable_decimal": coin == "ETH",
        "order_size_min": "0.1" if coin == "ETH" else 1,
        "order_size_max": 1000000,
        "market_order_size_max": "250000",
        "order_price_round": {"BTC": "0.1", "ETH": "0.01", "SOL": "0.01"}.get(coin, "0.00000001"),
        "order_price_deviate": "0.2",
        "mark_price": MARKS.get(coin, "1"),
        "index_price": INDEXES.get(coin, "1"),
        "last_price": MARKS.get(coin, "1"),
        "funding_rate": RATES.get(coin, "0"),
        "funding_rate_indicative": "0.0777",
        "funding_interval": hours * 3600,
        "funding_next_apply": int(next_settlement(hours).timestamp()),
        "interest_rate": "0.0003",
        "maker_fee_rate": "-0.0001",
        "taker_fee_rate": "0.00075",
        "leverage_min": "1",
        "leverage_max": "100",
        "maintenance_rate": "0.004",
        "in_delisting": False,
        "create_time": 1700000000,
        **changed,
    }


def inverse(coin: str, **changed: object) -> Json:
    """A contract that is settled in bitcoin."""
    return {**perpetual(coin), "name": f"{coin}_USD", "type": "inverse", "enable_decimal": False, **changed}


def dated() -> Json:
    """A dated future: `mark_price` is what its ticker says, too."""
    return {
        "name": DATED,
        "underlying": "BTC_USDT",
        "cycle": "QUARTERLY",
        "type": "direct",
        "quanto_multiplier": "0.0001",
        "mark_price": PREMIUM,
        "index_price": INDEXES["BTC"],
        "order_price_round": "0.1",
        "order_price_deviate": "0.5",
        "order_size_min": 1,
        "order_size_max": 1000000,
        "expire_time": int(EXPIRY.timestamp()),
        "in_delisting": False,
    }


def ticker(name: str, mark: str, index: str, bid: str, ask: str) -> Json:
    return {
        "contract": name,
        "last": mark,
        "mark_price": mark,
        "index_price": index,
        "highest_bid": bid,
        "lowest_ask": ask,
        "funding_rate": "0.0777",
        "high_24h": ask,
        "low_24h": bid,
        "change_percentage": "0",
        "volume_24h_base": "10",
        "volume_24h_quote": TRADED,
    }


def tiers(names: list[str]) -> Callable[[Query], list[Json]]:
    """The risk limits of a page of contracts, in dollars, each tier with its end."""
    rows = (("100000", "0.01", "50"), ("500000", "0.02", "25"), ("2000000", "0.1", "5"))

    def answer(query: Query) -> list[Json]:
        offset, limit = int(query["offset"]), int(query["limit"])
        return [
            {
                "contract": name,
                "tier": number,
                "risk_limit": end,
                "initial_rate": str(1 / Decimal(leverage)),
                "maintenance_rate": rate,
                "leverage_max": leverage,
                "deduction": "0",
            }
            for name in names[offset : offset + limit]
            for number, (end, rate, leverage) in enumerate(rows, 1)
        ]

    return answer


def _rows(query: Query, name: str) -> list[tuple[int, str, str, str, str]]:
    """Candles by the seconds in a query, both ends included; more than 2,000 are refused."""
    coin, hours = query[name].split("_")[0], {"1h": 1, "1d": 24}[query["interval"]]
    first, last = int(query["from"]), int(query["to"])
    assert (last - first) // (3600 * hours) < 2000
    return [row for row in candles(coin, hours) if first <= row[0] // 1000 <= last]


def chart(query: Query) -> list[Json]:
    """Of trades, or of the mark price, which has no volume."""
    if query["contract"].startswith("mark_"):
        coin = query["contract"].split("_")[1]
        minutes = {"1h": 60, "1m": 1}[query["interval"]]
        first, last = int(query["from"]), int(query["to"])
        rows = marks(coin, minutes, first * 1000, (last - first) // (60 * minutes) + 1)
        return [{"t": at // 1000, "o": o, "h": h, "l": low, "c": c} for at, o, h, low, c in rows]
    return [
        {"t": at // 1000, "v": 10, "sum": "1", "o": first, "h": high, "l": low, "c": last}
        for at, first, high, low, last in _rows(query, "contract")
    ]


def spot_chart(query: Query) -> list[list[str]]:
    return [
        [str(at // 1000), "1", last, high, low, first, "1", "true"]
        for at, first, high, low, last in _rows(query, "currency_pair")
    ]


def paid(query: Query) -> list[Json]:
    """Past funding, the newest first, so many of them until `to`."""
    coin = query["contract"].split("_")[0]
    until = int(query.get("to", NOW.timestamp()))
    rows = [(at // 1000, rate) for at, rate in settled(coin, HOURS[coin]) if at // 1000 <= until]
    return [{"t": at, "r": rate} for at, rate in rows[-min(int(query.get("limit", 100)), 1000) :][::-1]]


STATES = {"BTC": "normal", "ETH": "warning", "SOL": "adl_risk", "GONE": "normal"}


def answers() -> dict[str, object]:
    contracts = [
        *(perpetual(coin) for coin in MARKS),
        perpetual("LUNA", in_delisting=True),
        perpetual("FTT", status="delisting"),
    ]
    books = [ticker(f"{coin}_USDT", MARKS[coin], INDEXES[coin], BIDS[coin], ASKS[coin]) for coin in MARKS]
    btc = (MARKS["BTC"], INDEXES["BTC"], BIDS["BTC"], ASKS["BTC"])
    bid, ask = SPOT_ONLY["KAS"]
    pairs = [f"{coin}_USDT" for coin in (*MARKS, "KAS")]
    prices = {f"{coin}_USDT": (BIDS[coin], ASKS[coin]) for coin in MARKS} | {"KAS_USDT": (bid, ask)}
    return {
        f"{API}/futures/usdt/contracts": contracts,
        f"{API}/futures/btc/contracts": [
            inverse("BTC", quanto_multiplier="0", order_price_round="0.1"),
            inverse("ETH", quanto_multiplier="0.000001"),
        ],
        f"{API}/delivery/usdt/contracts": [dated()],
        f"{API}/futures/usdt/tickers": books,
        f"{API}/futures/btc/tickers": [ticker("BTC_USD", *btc)],
        f"{API}/delivery/usdt/tickers": [ticker(DATED, PREMIUM, INDEXES["BTC"], PREMIUM, PREMIUM)],
        f"{API}/futures/usdt/adl_risk_states": {
            "settle": "usdt",
            "states": {
                f"{coin}_USDT": {"state": state, "calculated_at_ms": int(NOW.timestamp() * 1000) - 60_000}
                for coin, state in STATES.items()
            },
        },
        f"{API}/futures/usdt/risk_limit_tiers": tiers([f"{coin}_USDT" for coin in MARKS]),
        f"{API}/delivery/usdt/risk_limit_tiers": tiers([DATED]),
        f"{API}/futures/usdt/candlesticks": chart,
        f"{API}/delivery/usdt/candlesticks": chart,
        f"{API}/futures/usdt/funding_rate": paid,
        f"{API}/futures/btc/funding_rate": paid,
        f"{API}/spot/time": {"server_time": int(NOW.timestamp() * 1000)},
        f"{API}/margin/currency_pairs": [],
        f"{API}/spot/currency_pairs": [
            {
                "id": pair, "base": pair.split("_")[0], "quote": "USDT", "fee": "0.2", "amount_precision": 2,
                "precision": 6, "trade_status": "tradable", "min_quote_amount": "3", "buy_start": 0,
            }
            for pair in pairs
        ],
        f"{API}/spot/tickers": [
            {"currency_pair": pair, "last": bid, "highest_bid": bid, "lowest_ask": ask, "base_volume": "1"}
            for pair, (bid, ask) in prices.items()
        ],
        f"{API}/spot/candlesticks": spot_chart,
    }  # fmt: skip


FIRST = ("0.01", "50")
CASE = Case(
    venue="gate",
    answers=answers,
    origin="documented",
    evidence="field names and units as in ccxt's samples and Gate's API v4 documentation",
    absent={"interest": "counted in contracts"},
    stages={"BTC/USDT:USDT": "calm", "ETH/USDT:USDT": "near", "SOL/USDT:USDT": "now"},
    contracts={
        "BTC/USDT:USDT": Rules("0.0001", "1", "0.1", first=FIRST, higher="500000"),
        "ETH/USDT:USDT": Rules("0.01", "0.1", "0.01", min_count="0.1", first=FIRST, higher="500000"),
        "SOL/USDT:USDT": Rules("1", "1", "0.01", interval_hours=2, first=FIRST, higher="500000"),
        "PEPE/USDT:USDT": Rules(
            "10000000", "1", "0.00000001", interval_hours=4, first=FIRST, higher="500000"
        ),
        "BTC/USDT:USDT-260925": Rules(
            "0.0001", "1", "0.1", interval_hours=None, first=FIRST, higher="500000"
        ),
        "BTC/USD:BTC": Rules("1", "1", "0.1", settle="BTC"),
    },
    dated=("BTC/USDT:USDT-260925",),
    inverse=("BTC/USD:BTC",),
    leaving={"LUNA/USDT:USDT": "reduce only", "FTT/USDT:USDT": "reduce only"},
    refused={"ETH/USD:BTC": "settled in a third coin"},
    quiet=(f"{API}/delivery/usdt/candlesticks", f"{API}/futures/btc/funding_rate"),
    says=(
        ({"status": "trading"}, "trading"),
        ({"in_delisting": True, "position_size": 1200}, "reduce only"),
        ({"in_delisting": True, "position_size": 0}, None),
        ({"status": "delisting"}, "reduce only"),
        ({"status": "circuit_breaker"}, "suspended"),
        ({"status": "delisted"}, None),
    ),
    word="status",
    end=("delisted_time", ms(ENDING) // 1000),
)
