"""Kraken Futures, telling of the world: figures are numbers, and funding is money and not a rate."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.venue_server import Query
from tests.venues.case import Case, Rules
from tests.venues.past import candles, marks, settled
from tests.venues.world import (
    ASKS,
    BIDS,
    DATED_PREMIUM,
    INDEXES,
    MARKS,
    NOW,
    OPEN,
    RATES,
    SPOT_ONLY,
    TRADED,
)

Json = dict[str, object]

API, CHARTS, SPOT = "/derivatives/api/v3", "/api/charts/v1/trade", "/0/public"
MARK_CHARTS = "/api/charts/v1/mark"
EXPIRY = datetime(2026, 9, 25, 15, tzinfo=UTC)
# contract: coin, tick, decimals of a count
LINEAR = {
    "PF_XBTUSD": ("BTC", 1, 4),
    "PF_ETHUSD": ("ETH", 0.1, 3),
    "PF_SOLUSD": ("SOL", 0.01, 2),
    "PF_PEPEUSD": ("PEPE", 1e-08, -3),
}
INVERSE, DATED, DATED_INVERSE = "PI_XBTUSD", "FF_XBTUSD_260925", "FI_XBTUSD_260925"
COINS = {name: coin for name, (coin, *_) in LINEAR.items()} | {INVERSE: "BTC"}


def iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.000Z}"


def instrument(name: str, tick: float, decimals: int, **changed: object) -> Json:
    """A contract; those of one dollar count their margin levels in contracts, the others in dollars."""
    inverse = name[1] == "I"
    floor = "contracts" if inverse else "numNonContractUnits"
    levels = ((0, 0.02, 0.01), (500000, 0.04, 0.02), (2000000, 0.1, 0.05))
    return {
        "symbol": name,
        "pair": "XBT:USD",
        "base": "XBT",
        "quote": "USD",
        "type": "futures_inverse" if inverse else "flexible_futures",
        "tickSize": tick,
        "contractSize": 1,
        "tradeable": True,
        "impactMidSize": 1,
        "maxPositionSize": 1000000,
        "openingDate": "2022-01-01T00:00:00.000Z",
        "marginLevels": [
            {floor: units, "initialMargin": initial, "maintenanceMargin": maintenance}
            for units, initial, maintenance in levels
        ],
        "fundingRateCoefficient": 8,
        "maxRelativeFundingRate": 0.001,
        "contractValueTradePrecision": decimals,
        "postOnly": False,
        "tradfi": False,
        **changed,
    }


def index(name: str) -> Json:
    return {"symbol": name, "type": "spot index", "tradeable": False}


def ticker(name: str, mark: str, index: str, bid: str, ask: str, paid: Decimal | None = None) -> Json:
    """What the venue says of a contract now. The last trade was long ago; the next hour's funding differs."""
    figures: Json = {
        "symbol": name,
        "last": float(mark),
        "lastTime": "2026-06-10T03:12:45.000Z",
        "tag": "perpetual" if paid is not None else "quarter",
        "pair": "XBT:USD",
        "markPrice": float(mark),
        "indexPrice": float(index),
        "bid": float(bid),
        "ask": float(ask),
        "open24h": float(mark),
        "vol24h": 1696,
        "volumeQuote": float(TRADED),
        "openInterest": float(Decimal(OPEN) / Decimal(mark)),
        "suspended": False,
        "postOnly": False,
    }
    if paid is None:
        return figures
    return {**figures, "fundingRate": float(paid), "fundingRatePrediction": 12.3}


def tickers() -> list[Json]:
    btc = (MARKS["BTC"], INDEXES["BTC"], BIDS["BTC"], ASKS["BTC"])
    premium = f"{Decimal(INDEXES['BTC']) * DATED_PREMIUM:f}"
    dated = (premium, INDEXES["BTC"], premium, premium)
    rate, mark = Decimal(RATES["BTC"]), Decimal(MARKS["BTC"])
    return [
        *(
            ticker(
                name, MARKS[coin], INDEXES[coin], BIDS[coin], ASKS[coin],
                Decimal(RATES[coin]) * Decimal(MARKS[coin]),
            )
            for name, (coin, *_) in LINEAR.items()
        ),
        ticker(INVERSE, *btc, rate / mark),
        ticker(DATED, *dated),
        ticker(DATED_INVERSE, *dated),
        {"symbol": "in_xbtusd", "last": 60000, "lastTime": iso(NOW)},
    ]  # fmt: skip


def rates(query: Query) -> Json:
    """All that was ever settled; the first figure is money a contract."""
    rows = settled(COINS[query["symbol"]], 1)
    return {
        "result": "success",
        "rates": [
            {
                "timestamp": iso(datetime.fromtimestamp(at / 1000, UTC)),
                "fundingRate": 7.7,
                "relativeFundingRate": float(rate),
            }
            for at, rate in rows
        ],
    }


def chart(coin: str, hours: int) -> object:
    """Candles between the seconds of a query, 2,000 at most."""

    def answer(query: Query) -> Json:
        first, last = int(query["from"]), int(query["to"])
        rows = [row for row in candles(coin, hours) if first <= row[0] // 1000 <= last]
        names = ("time", "open", "high", "low", "close")
        return {
            "candles": [{**dict(zip(names, row, strict=True)), "volume": "1"} for row in rows[:2000]],
            "more_candles": len(rows) > 2000,
        }

    return answer


def mark_chart(coin: str, minutes: int) -> object:
    """As `chart`, of the mark price, which has no volume."""

    def answer(query: Query) -> Json:
        first, last = int(query["from"]), int(query["to"])
        rows = marks(coin, minutes, first * 1000, (last - first) // (60 * minutes) + 1)
        names = ("time", "open", "high", "low", "close")
        return {"candles": [dict(zip(names, row, strict=True)) for row in rows], "more_candles": False}

    return answer


def spot_candles(query: Query) -> Json:
    """The newest 720 since a second, that one not included."""
    hours = {"60": 1, "1440": 24}[query["interval"]]
    rows = [row for row in candles("KAS", hours) if row[0] // 1000 > int(query["since"])][-720:]
    found = [[at // 1000, *prices, prices[-1], "1", 1] for at, *prices in rows]
    return {"error": [], "result": {query["pair"]: found, "last": rows[-1][0] // 1000 if rows else 0}}


def pair(name: str, base: str, quote: str) -> Json:
    return {
        "altname": name, "wsname": f"{base}/USD", "base": base, "quote": quote, "pair_decimals": 5,
        "lot_decimals": 5, "status": "online", "ordermin": "1", "costmin": "0.5",
        "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]], "leverage_buy": [],
    }  # fmt: skip


def price(bid: str, ask: str) -> Json:
    both = ["1", "1"]
    book: Json = {"a": [ask, "1", "1"], "b": [bid, "1", "1"], "c": [bid, "1"], "o": bid}
    return {**book, "v": both, "p": both, "h": [ask, ask], "l": [bid, bid]}


def answers() -> dict[str, object]:
    last_day = iso(EXPIRY)
    instruments = [
        *(instrument(name, tick, decimals) for name, (_, tick, decimals) in LINEAR.items()),
        instrument(INVERSE, 0.5, 0),
        instrument(DATED, 1, 4, lastTradingTime=last_day),
        instrument(DATED_INVERSE, 0.5, 0, lastTradingTime=last_day),
        instrument("PF_LUNA2USD", 0.0001, 0, tradeable=False),
        instrument("PF_AAPLXUSD", 0.01, 2, tradfi=True),
        instrument("PF_XRPXBT", 0.00000001, 0, quote="XBT"),
        index("in_xbtusd"),
    ]
    bid, ask = SPOT_ONLY["KAS"]
    return {
        f"{API}/instruments": {"result": "success", "serverTime": iso(NOW), "instruments": instruments},
        f"{API}/tickers": {"result": "success", "serverTime": iso(NOW), "tickers": tickers()},
        "/derivatives/api/v4/historicalfundingrates": rates,
        f"{SPOT}/AssetPairs": {
            "error": [],
            "result": {"KASUSD": pair("KASUSD", "KAS", "ZUSD"), "XXBTZUSD": pair("XBTUSD", "XXBT", "ZUSD")},
        },
        f"{SPOT}/Ticker": {
            "error": [],
            "result": {"KASUSD": price(bid, ask), "XXBTZUSD": price(BIDS["BTC"], ASKS["BTC"])},
        },
        f"{SPOT}/OHLC": spot_candles,
        **{
            f"{CHARTS}/{name}/{frame}": chart(coin, hours)
            for name, (coin, *_) in LINEAR.items()
            for frame, hours in (("1h", 1), ("1d", 24))
        },
        **{
            f"{MARK_CHARTS}/{name}/{frame}": mark_chart(coin, minutes)
            for name, (coin, *_) in LINEAR.items()
            for frame, minutes in (("1m", 1), ("1h", 60))
        },
    }


LEVELS = ("0.01", "50")
CASE = Case(
    venue="krakenfutures",
    answers=answers,
    origin="documented",
    evidence="docs.kraken.com: instruments, tickers, historical funding rates",
    contracts={
        "BTC/USD:USD": Rules(
            "1", "0.0001", "1", settle="USD", interval_hours=1, first=LEVELS, higher="500000"
        ),
        "ETH/USD:USD": Rules(
            "1", "0.001", "0.1", settle="USD", interval_hours=1, first=LEVELS, higher="500000"
        ),
        "SOL/USD:USD": Rules(
            "1", "0.01", "0.01", settle="USD", interval_hours=1, first=LEVELS, higher="500000"
        ),
        "PEPE/USD:USD": Rules(
            "1", "1000", "0.00000001", settle="USD", interval_hours=1, first=LEVELS, higher="500000"
        ),
        "BTC/USD:BTC": Rules("1", "1", "0.5", settle="BTC", interval_hours=1, first=LEVELS, higher="500000"),
        "BTC/USD:USD-260925": Rules(
            "1", "0.0001", "1", settle="USD", interval_hours=None, first=LEVELS, higher="500000"
        ),
        "BTC/USD:BTC-260925": Rules(
            "1", "1", "0.5", settle="BTC", interval_hours=None, first=LEVELS, higher="500000"
        ),
    },
    dated=("BTC/USD:USD-260925", "BTC/USD:BTC-260925"),
    inverse=("BTC/USD:BTC", "BTC/USD:BTC-260925"),
    leaving={"LUNA2/USD:USD": "suspended"},
    unlisted={
        "AAPLX/USD:USD": "on a share",
        "XRP/USD:USD": "priced in bitcoin, which ccxt takes for dollars",
        "in_xbtusd": "an index",
    },
    absent={
        "next": "the tickers do not say when the hour of funding ends",
        "time": "ccxt's class cannot ask for it",
    },
    says=(
        ({"tradeable": True}, "trading"),
        ({"tradeable": False}, "suspended"),
        ({"postOnly": True}, "post only"),
    ),
)
