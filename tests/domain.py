"""The nouns of the engine in few words, so that a test reads as a sentence of the domain.

Prices are given in USD a coin; the histories behind them are made from a seed and move together the way
coins do: BTC moves everything, altcoins also move with each other, and each coin adds a move of its own.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from core.domain.contract import Bracket, Contract
from core.domain.holding import Holding
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, day_range
from core.domain.snapshot import Snapshot
from core.margin import tiered
from core.measure.beta import Floats

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
VENUE = "testvenue"
YEAR = 400
"""Days of history that an asset of a snapshot has unless its test says otherwise."""

BTC_BETA = {"BTC": 1.0, "ETH": 1.2, "SOL": 1.3}
"""Every other coin moves 1.4 times as BTC does."""
MARKET_SIGMA, ALT_SIGMA, OWN_SIGMA = 0.025, 0.02, 0.02
"""Daily log moves: of BTC, of altcoins together beside BTC, of each coin alone."""

BRACKETS = tiered([("0", "0.004", "125"), ("300000", "0.005", "100"), ("800000", "0.0065", "75")])
FLAT_BRACKET = tiered([("0", "0.005", "100")])
"""One tier of 0.5 %."""


def holding(text: str) -> Holding:
    """`holding("SOL 60")`."""
    asset, quantity = text.split()
    return Holding(asset, Decimal(quantity))


def holdings(*texts: str) -> list[Holding]:
    return [holding(text) for text in texts]


def contract(
    asset: str,
    *,
    multiplier: str = "0.001",
    lot: str = "1",
    min_count: str = "1",
    min_notional: str = "5",
    scale: str = "1",
    settle: str = "USDT",
    brackets: tuple[Bracket, ...] = BRACKETS,
    taker_fee: str = "0.0005",
    symbol: str | None = None,
    **rest: Any,
) -> Contract:
    """A perpetual; `inverse=True` makes it margined in the coin, `expiry=...` a dated future."""
    inverse = rest.get("inverse", False)
    name = asset if scale == "1" else f"{scale}{asset}"
    settle = asset if inverse else settle
    return Contract(
        venue=VENUE,
        symbol=symbol or f"{name}/{'USD' if inverse else settle}:{settle}",
        id=f"{name}{'USD' if inverse else settle}",
        asset=asset,
        settle=settle,
        multiplier=Decimal(multiplier),
        lot=Decimal(lot),
        min_count=Decimal(min_count),
        min_notional=Decimal(min_notional),
        tick=Decimal("0.01"),
        brackets=brackets,
        scale=Decimal(scale),
        taker_fee=Decimal(taker_fee),
        **rest,
    )


def quote(mark: str, at: datetime = NOW, **sides: str) -> Quote:
    """`quote("3500", index="3499")`: prices in the contract's quoted units."""
    index, bid, ask = (Decimal(sides[side]) if side in sides else None for side in ("index", "bid", "ask"))
    return Quote(Decimal(mark), at, index, bid, ask)


def funding(rate: str, hours: int = 8) -> FundingRate:
    return FundingRate(Decimal(rate), hours, NOW)


def closes(prices: Sequence[float] | Floats, last: date = TODAY - timedelta(days=1)) -> Closes:
    """One close a day, the last of them on `last`."""
    days = day_range(last - timedelta(days=len(prices) - 1), last)
    return Closes(days, np.asarray(prices, dtype=np.float64))


def without(known: Closes, *days_ago: int, today: date = TODAY) -> Closes:
    """The same closes less those of some days; 1 is yesterday."""
    gone = np.isin(known.days, [np.datetime64(today - timedelta(days=days), "D") for days in days_ago])
    return Closes(known.days[~gone], known.prices[~gone])


def moves(name: str, days: int, sigma: float) -> Floats:
    """Daily log returns of a source of movement, newest last; more days only add older ones."""
    drawn = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(days)
    return np.asarray(sigma * drawn[::-1])


def history(asset: str, days: int = YEAR, last_price: float = 1.0) -> Closes:
    """`days` daily returns of a coin that ended yesterday at `last_price`."""
    returns = BTC_BETA.get(asset, 1.4) * moves("market", days, MARKET_SIGMA)
    if asset != "BTC":
        returns = returns + moves("altcoins", days, ALT_SIGMA) + moves(asset, days, OWN_SIGMA)
    path = np.concatenate([[0.0], np.cumsum(returns)])
    return closes(last_price * np.exp(path - path[-1]))


def snapshot(
    *contracts: Contract,
    days: Mapping[str, int] | None = None,
    age: timedelta = timedelta(0),
    rate: str = "0.0001",
    **prices: float | str,
) -> Snapshot:
    """`snapshot(ETH=3500, SOL=160)`: a venue where each of these coins has a perpetual and a history.

    contracts: instead of the usual perpetual of their coin. days: returns known of a coin, 0 for none.
    age: of every quote. rate: of funding, each 8 hours.
    """
    usual = [contract(asset) for asset in prices if asset not in {own.asset for own in contracts}]
    listed = {own.symbol: own for own in (*contracts, *usual)}
    lengths = {asset: (days or {}).get(asset, YEAR) for asset in prices}
    marks = {symbol: Decimal(str(prices[own.asset])) * own.scale for symbol, own in listed.items()}
    return Snapshot(
        venue=VENUE,
        contracts=listed,
        quotes={symbol: Quote(mark, NOW - age, index=mark) for symbol, mark in marks.items()},
        funding={symbol: funding(rate) for symbol, own in listed.items() if own.perpetual},
        closes={
            asset: history(asset, lengths[asset], float(prices[asset]))
            for asset in prices
            if lengths[asset] > 0
        },
    )


def traded(market: Snapshot, **turnovers: int) -> Snapshot:
    """The market with so many USD a day traded in the perpetuals of these coins."""
    quotes = {
        f"{asset}/USDT:USDT": replace(market.quotes[f"{asset}/USDT:USDT"], turnover=Decimal(usd))
        for asset, usd in turnovers.items()
    }
    return replace(market, quotes={**market.quotes, **quotes})
