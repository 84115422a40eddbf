"""Coinbase International, telling of the world through its Deribit-like interface."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.venue_server import Query
from tests.venues.case import Case, Rules
from tests.venues.past import candles, marks, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    DATED_PREMIUM,
    ENDING,
    INDEXES,
    MARKS,
    NOW,
    RATES,
    TRADED,
    ms,
)

Json = dict[str, object]

API = "/api/v2/public"
EXPIRY = datetime(2026, 9, 25, 8, tzinfo=UTC)
# contract: coin, how many the price is for, tick, least amount, which is in coins
LINEAR = {
    "BTC_USDC-PERPETUAL": ("BTC", 1, 0.5, 0.0001),
    "ETH_USDC-PERPETUAL": ("ETH", 1, 0.05, 0.001),
    "SOL_USDC-PERPETUAL": ("SOL", 1, 0.01, 0.1),
    "1000PEPE_USDC-PERPETUAL": ("PEPE", 1000, 1e-06, 100),
}
DATED = "BTC_USDC-25SEP26"
INVERSE = "BTC-PERPETUAL"


def instrument(name: str, base: str, tick: float, least: float, **changed: object) -> Json:
    """A contract; a contract size is the unit of some counts, not of amounts."""
    return {
        "instrument_name": name,
        "kind": "future",
        "instrument_type": "linear",
        "future_type": "linear",
        "underlying_type": "crypto",
        "base_currency": base,
        "quote_currency": "USDC",
        "counter_currency": "USDC",
        "settlement_currency": "USDC",
        "settlement_period": "perpetual",
        "expiration_timestamp": 32503708800000,
        "creation_timestamp": 1700000000000,
        "state": "open",
        "is_active": True,
        "contract_size": least,
        "min_trade_amount": least,
        "tick_size": tick,
        "max_leverage": 50,
        "taker_commission": 0.00035,
        "maker_commission": 0.00015,
        **changed,
    }


def instruments() -> list[Json]:
    spread: Json = {"kind": "future_combo", "settlement_period": "month"}
    option: Json = {"kind": "option", "settlement_period": "month", "strike": 50000, "option_type": "call"}
    reversed_: Json = {"instrument_type": "reversed", "quote_currency": "USD", "counter_currency": "USD"}
    end = {"settlement_period": "month", "expiration_timestamp": ms(EXPIRY)}
    return [
        *(
            instrument(name, f"{scale if scale > 1 else ''}{coin}", tick, least)
            for name, (coin, scale, tick, least) in LINEAR.items()
        ),
        instrument(DATED, "BTC", 0.5, 0.0001, **end),
        instrument(INVERSE, "BTC", 0.5, 10, **reversed_, settlement_currency="BTC"),
        instrument("LUNA_USDC-PERPETUAL", "LUNA", 0.01, 1, is_active=False, state="closed"),
        instrument("AAPL_USDC-PERPETUAL", "AAPL", 0.01, 1, underlying_type="equity"),
        instrument("BTC-FS-25SEP26_PERP", "BTC", 0.5, 10, **{**spread, "expiration_timestamp": ms(EXPIRY)}),
        instrument("BTC_USDC-25SEP26-50000-C", "BTC", 0.5, 0.1, **{**end, **option}),
        {
            "instrument_name": "BTC_USDC", "kind": "spot", "base_currency": "BTC", "quote_currency": "USDC",
            "counter_currency": "USDC", "is_active": True, "min_trade_amount": 0.0001, "tick_size": 1,
        },
    ]  # fmt: skip


def summary(name: str, prices: tuple[str, str, str, str], scale: int, rate: Decimal | None = None) -> Json:
    """What the venue says of a contract now; the funding is that of eight hours."""
    mark, index, bid, ask = (float(Decimal(price) * scale) for price in prices)
    found: Json = {
        "instrument_name": name,
        "base_currency": name.split("_", maxsplit=1)[0],
        "quote_currency": "USDC",
        "creation_timestamp": ms(NOW) - 250,
        "mark_price": mark,
        "mid_price": mark,
        "estimated_delivery_price": index,
        "bid_price": bid,
        "ask_price": ask,
        "last": mark,
        "open_interest": 12.5,
        "volume": 1.5,
        "volume_usd": float(TRADED),
    }
    return found if rate is None else found | {"current_funding": float(rate * 8), "funding_8h": 0.0777}


def summaries(query: Query) -> Json:
    """Of all contracts that are settled in one currency; the futures among them when only those are asked."""
    assert (query["currency"], query["kind"]) == ("USDC", "future")
    rows = [
        summary(name, (MARKS[coin], INDEXES[coin], BIDS[coin], ASKS[coin]), scale, Decimal(RATES[coin]))
        for name, (coin, scale, *_) in LINEAR.items()
    ]
    premium = f"{Decimal(INDEXES['BTC']) * DATED_PREMIUM:f}"
    return answer([*rows, summary(DATED, (premium, INDEXES["BTC"], premium, premium), 1)])


def answer(result: object) -> Json:
    return {"jsonrpc": "2.0", "result": result, "usIn": 1, "usOut": 2, "usDiff": 1, "testnet": False}


def paid(query: Query) -> Json:
    """What every hour of a span paid, and what the last eight did; at most those of a month."""
    coin = LINEAR[query["instrument_name"]][0]
    first, last = int(query["start_timestamp"]), int(query["end_timestamp"])
    rows = [(at, rate) for at, rate in settled(coin, 1) if first <= at <= last]
    return answer(
        [
            {"timestamp": at, "index_price": 1, "prev_index_price": 1, "interest_1h": float(rate)}
            | {"interest_8h": 8 * float(rate)}
            for at, rate in rows[:744]
        ]
    )


def chart(query: Query) -> Json:
    coin, scale, *_ = LINEAR[query["instrument_name"]]
    first, last = int(query["start_timestamp"]), int(query["end_timestamp"])
    minutes = {"1": 1, "60": 60, "1D": 1440}[query["resolution"]]
    count = (last - first) // 60_000
    known = marks(coin, 1, first, count, scale) if minutes == 1 else candles(coin, minutes // 60, scale)
    rows = [row for row in known if first <= row[0] <= last]
    columns = {
        name: [float(row[place]) for row in rows]
        for place, name in enumerate(("open", "high", "low", "close"), 1)
    }
    ticks = [row[0] for row in rows]
    return answer({"status": "ok", "ticks": ticks, "volume": [1.0] * len(rows), "cost": [], **columns})


def answers() -> dict[str, object]:
    return {
        f"{API}/get_instruments": answer(instruments()),
        f"{API}/get_book_summary_by_currency": summaries,
        f"{API}/get_funding_rate_history": paid,
        f"{API}/get_tradingview_chart_data": chart,
        f"{API}/get_time": answer(ms(NOW)),
    }


CASE = Case(
    venue="coinbaseinternational",
    answers=answers,
    origin="documented",
    evidence="docs.cdp.coinbase.com/api-reference/market-data and docs.deribit.com, whose interface it is",
    contracts={
        "BTC/USDC:USDC": Rules("1", "0.0001", "0.5", settle="USDC", interval_hours=1),
        "ETH/USDC:USDC": Rules("1", "0.001", "0.05", settle="USDC", interval_hours=1),
        "SOL/USDC:USDC": Rules("1", "0.1", "0.01", settle="USDC", interval_hours=1),
        "1000PEPE/USDC:USDC": Rules(
            "1000", "100", "0.000001", scale="1000", settle="USDC", interval_hours=1, asset="PEPE"
        ),
        "BTC/USDC:USDC-260925": Rules("1", "0.0001", "0.5", settle="USDC", interval_hours=None),
    },
    dated=("BTC/USDC:USDC-260925",),
    unlisted={
        "LUNA/USDC:USDC": "closed",
        "AAPL/USDC:USDC": "on a share",
        "BTC-FS-25SEP26_PERP": "a combination",
        "BTC/USD:BTC": "inverse: no prices of those are asked for",
    },
    absent={
        "interest": "in coins or dollars, which is not said",
        "marks": "it gives no candles of the mark price",
        "next": "funding is paid all the time",
        "brackets": "margin is told to an account only",
        "spot": "ccxt's class cannot read its spot market in bulk",
        "inverse": "only contracts settled in USDC are read",
    },
    says=(
        ({"state": "open"}, "trading"),
        ({"state": "halted"}, "suspended"),
        ({"state": "locked"}, "suspended"),
        ({"state": "closed"}, None),
    ),
    word="state",
    end=("expiration_timestamp", ms(ENDING)),
)
