"""What Binance's public futures endpoints would answer for a market of our own: our figures in its shapes."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

THOUSANDS = ("PEPE", "SHIB", "BONK", "FLOKI")
"""Coins so cheap that the venue lists a thousand of them as one."""
FOUR_HOURLY = ("PEPE", "NEAR", "ARB")
"""Coins that settle funding every four hours."""
EXCHANGE_INFO = "/fapi/v1/exchangeInfo"
TIME = "/fapi/v1/time"
PREMIUM_INDEX = "/fapi/v1/premiumIndex"
BOOK_TICKER = "/fapi/v1/ticker/bookTicker"
DAY_TICKER = "/fapi/v1/ticker/24hr"
TURNOVER = Decimal(2_400_000_000)
"""USD traded in each contract within 24 hours."""
FUNDING_INFO = "/fapi/v1/fundingInfo"
KLINES = "/fapi/v1/klines"
FUNDING_RATE = "/fapi/v1/fundingRate"
ADL_RISK = "/fapi/v1/symbolAdlRisk"
PATHS = (
    TIME,
    EXCHANGE_INFO,
    PREMIUM_INDEX,
    BOOK_TICKER,
    DAY_TICKER,
    FUNDING_INFO,
    ADL_RISK,
    FUNDING_RATE,
    KLINES,
)
"""All that a reader of public figures has any business to ask for."""

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """One contract of the made-up venue; `price` is as quoted, so of a thousand coins for 1000PEPE."""

    id: str
    base: str
    price: Decimal
    kind: str = "PERPETUAL"
    expiry: int = 4133404800000

    @property
    def coin(self) -> str:
        return self.base.removeprefix("1000")


def binance_answers(prices: Mapping[str, Decimal], now: datetime, days: int = 400) -> dict[str, object]:
    """Answers by path for the assets in `prices` (USD per coin), as of `now`, with `days` daily candles.

    PEPE is always listed, as 1000PEPE, and the first asset also has a future of about three months at a
    premium of 1.5 %. Returns of all coins share the market's, so that their betas mean something.
    """
    listed = _listed({**prices, "PEPE": prices.get("PEPE", Decimal("0.000012"))}, now)
    perpetuals = [contract for contract in listed if contract.kind == "PERPETUAL"]
    return {
        TIME: {"serverTime": _ms(now)},
        EXCHANGE_INFO: {"serverTime": _ms(now), "symbols": [exchange_info(contract) for contract in listed]},
        PREMIUM_INDEX: [premium_index(contract, now) for contract in listed],
        BOOK_TICKER: [book_ticker(contract, now) for contract in listed],
        DAY_TICKER: [day_ticker(contract, now) for contract in listed],
        FUNDING_INFO: [
            {"symbol": contract.id, "fundingIntervalHours": 4 if contract.coin in FOUR_HOURLY else 8}
            for contract in perpetuals
            if contract.coin in FOUR_HOURLY or contract is perpetuals[0]
        ],
        ADL_RISK: [
            {"symbol": contract.id, "adlRisk": "low", "updateTime": _ms(now)} for contract in perpetuals
        ],
        FUNDING_RATE: funding_rates(perpetuals, now, days),
        KLINES: klines(listed, now, days),
    }


def exchange_info(contract: Listed) -> Json:
    """The rules of one contract."""
    lot, tick = _lot(contract.price), _tick(contract.price)
    return {
        "symbol": contract.id,
        "pair": contract.id.split("_")[0],
        "contractType": contract.kind,
        "deliveryDate": contract.expiry,
        "onboardDate": 1569398400000,
        "status": "TRADING",
        "baseAsset": contract.base,
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "pricePrecision": 8,
        "quantityPrecision": 3,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000", "tickSize": tick},
            {"filterType": "LOT_SIZE", "minQty": lot, "maxQty": "5000000", "stepSize": lot},
            {"filterType": "MARKET_LOT_SIZE", "minQty": lot, "maxQty": "400000", "stepSize": lot},
            {"filterType": "MIN_NOTIONAL", "notional": _least(contract.base)},
        ],
    }


def premium_index(contract: Listed, now: datetime) -> Json:
    """Mark, index and funding of one contract; a future has no funding."""
    perpetual = contract.kind == "PERPETUAL"
    index = contract.price if perpetual else contract.price / Decimal("1.015")
    settled = now.replace(minute=0, second=0, microsecond=0)
    return {
        "symbol": contract.id,
        "markPrice": f"{contract.price:f}",
        "indexPrice": f"{index:.12f}",
        "estimatedSettlePrice": f"{index:.12f}",
        "lastFundingRate": "0.00010000" if perpetual else "",
        "interestRate": "0.00010000" if perpetual else "",
        "nextFundingTime": _ms(settled + timedelta(hours=8 - settled.hour % 8)) if perpetual else 0,
        "time": _ms(now),
    }


def book_ticker(contract: Listed, now: datetime) -> Json:
    """Best bid and ask, a hundredth of a percent either side of the mark."""
    return {
        "symbol": contract.id,
        "bidPrice": f"{contract.price * Decimal('0.9999'):f}",
        "bidQty": "50",
        "askPrice": f"{contract.price * Decimal('1.0001'):f}",
        "askQty": "40",
        "time": _ms(now),
    }


def day_ticker(contract: Listed, now: datetime) -> Json:
    """What was traded within 24 hours."""
    price = f"{contract.price:f}"
    return {
        "symbol": contract.id,
        "lastPrice": price,
        "openPrice": price,
        "volume": f"{TURNOVER / contract.price:f}",
        "quoteVolume": f"{TURNOVER:f}",
        "openTime": _ms(now - timedelta(days=1)),
        "closeTime": _ms(now),
    }


def klines(
    listed: list[Listed], now: datetime, days: int
) -> Callable[[Mapping[str, str]], list[list[object]]]:
    """Daily candles by query: `days` finished ones and the one in progress, which stands at the price."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    market = np.random.default_rng(11).normal(0, 0.025, days)
    paths = {contract.id: _path(contract, market) for contract in listed}

    def answer(query: Mapping[str, str]) -> list[list[object]]:
        path = paths.get(query["symbol"])
        if path is None:
            return []
        opens = [_ms(today - timedelta(days=days - day)) for day in range(days + 1)]
        since = int(query.get("startTime", 0))
        rows = [
            [at, close, close, close, close, "1000", at + 86_399_999, "1000", 10, "1", "1", "0"]
            for at, close in zip(opens, path, strict=True)
            if at >= since
        ]
        limit = int(query.get("limit", 500))
        return rows[:limit] if since else rows[-limit:]

    return answer


def funding_rates(
    listed: list[Listed], now: datetime, days: int
) -> Callable[[Mapping[str, str]], list[Json]]:
    """Past funding by query, oldest first: 0.01 % at midnight and half of it at every other settlement.

    Like the venue's, its times are a few milliseconds late.
    """
    hours = {contract.id: 4 if contract.coin in FOUR_HOURLY else 8 for contract in listed}
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def answer(query: Mapping[str, str]) -> list[Json]:
        every = hours.get(query["symbol"])
        if every is None:
            return []
        first = midnight - timedelta(days=days)
        times = [first + timedelta(hours=every * step) for step in range((days + 1) * 24 // every)]
        since = int(query.get("startTime", 0))
        rows: list[Json] = [
            {
                "symbol": query["symbol"],
                "fundingRate": "0.00010000" if at.hour == 0 else "0.00005000",
                "fundingTime": _ms(at) + 3,
                "markPrice": "1",
            }
            for at in times
            if at <= now and _ms(at) + 3 >= since
        ]
        limit = int(query.get("limit", 100))
        return rows[:limit] if since else rows[-limit:]

    return answer


def _path(contract: Listed, market: np.typing.NDArray[np.float64]) -> list[str]:
    """Prices that end at the contract's: the market's returns times the coin's beta, and its own."""
    seed = zlib.crc32(contract.coin.encode())
    beta = 1.0 if contract.coin == "BTC" else 1.0 + seed % 70 / 100
    own = np.random.default_rng(seed).normal(0, 0.004 if contract.coin == "BTC" else 0.02, len(market))
    returns = np.clip(beta * market + own, -0.4, 0.4)
    factors = np.exp(np.concatenate([np.cumsum(-returns[::-1])[::-1], [0.0]]))
    return [f"{float(contract.price) * factor:.10f}" for factor in factors]


def _listed(prices: Mapping[str, Decimal], now: datetime) -> list[Listed]:
    listed = [
        Listed(f"1000{coin}USDT", f"1000{coin}", price * 1000)
        if coin in THOUSANDS
        else Listed(f"{coin}USDT", coin, price)
        for coin, price in prices.items()
    ]
    first = listed[0]
    expiry = (now + timedelta(days=91)).replace(hour=8, minute=0, second=0, microsecond=0)
    future = f"{first.id}_{expiry:%y%m%d}"
    return [
        *listed,
        Listed(future, first.base, first.price * Decimal("1.015"), "CURRENT_QUARTER", _ms(expiry)),
    ]


def _lot(price: Decimal) -> str:
    return next((lot for above, lot in ((1000, "0.001"), (100, "0.01"), (10, "0.1")) if price >= above), "1")


def _tick(price: Decimal) -> str:
    return f"{Decimal(1).scaleb(price.adjusted() - 4):f}"


def _least(base: str) -> str:
    return {"BTC": "50", "ETH": "20"}.get(base, "5")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
