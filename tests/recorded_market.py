"""Prices and funding that real markets made, read from beside the checkout, as a market of their last day.

Only daily candles and the funding of a few coins are there; every coin has a contract of today's kind.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np

from core.domain.capital.collateral import Collateral
from core.domain.contract import Contract
from core.domain.market import Health
from core.domain.quote import Deleveraging, FundingRate, Quote
from core.domain.series import NO_SPANS, Candles, Closes, FundingHistory
from core.domain.stated import Stated
from core.replay.tracks import Moments
from tests.domain import contract

DATA = Path(__file__).parents[2] / "shared" / "data"
MISSING = "the folder with recorded prices is not beside the checkout"
NOW = datetime(2025, 1, 1, 0, 5, tzinfo=UTC)
_DAY = np.timedelta64(86_400, "s")


@cache
def recorded_candles() -> Mapping[str, Candles]:
    """Every daily candle on record, by asset."""
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    with gzip.open(DATA / "daily_spot.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            rows[row["asset"]].append((row["date"], row["high"], row["low"], row["close"]))
    return {asset: _candles(found) for asset, found in rows.items()}


def _candles(rows: list[tuple[str, ...]]) -> Candles:
    opened, *figures = zip(*rows, strict=True)
    highs, lows, closes = (np.array(column, dtype=np.float64) for column in figures)
    begun: Moments = np.array(opened, dtype="datetime64[s]")
    return Candles(begun + _DAY, highs, lows, closes)


@cache
def recorded_funding() -> Mapping[str, FundingHistory]:
    """Every settlement on record, by symbol."""
    rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
    with gzip.open(DATA / "funding_8h.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            rows[row["asset"]].append((row["date"].removesuffix("Z"), float(row["funding_rate"])))
    return {
        contract(asset).symbol: FundingHistory(
            np.array([at for at, _ in found], dtype="datetime64[s]"), np.array([rate for _, rate in found])
        )
        for asset, found in rows.items()
    }


class RecordedMarket:
    """`Market` at NOW: coins that traded on the last day of the record have a perpetual."""

    venue = "recorded"
    simulated = False
    remarks: tuple[Stated, ...] = ()
    health = Health()

    def __init__(self) -> None:
        last = max(candles.times[-1] for candles in recorded_candles().values())
        self._known = {
            asset: candles for asset, candles in recorded_candles().items() if candles.times[-1] == last
        }

    def favour(self, assets: Collection[str]) -> None:
        """Everything is read at once."""

    async def contracts(self) -> Mapping[str, Contract]:
        listed = (contract(asset, multiplier="0.01") for asset in self._known)
        return {one.symbol: replace(one, venue=self.venue) for one in listed}

    async def quotes(self) -> Mapping[str, Quote]:
        return {contract(asset).symbol: quote for asset, quote in (await self.spot(self._known)).items()}

    async def spot(self, assets: Collection[str]) -> Mapping[str, Quote]:
        known = {asset: self._known[asset].closes[-1] for asset in assets if asset in self._known}
        last = {asset: Decimal(str(price)) for asset, price in known.items()}
        return {asset: Quote(price, NOW, index=price) for asset, price in last.items()}

    async def collateral(self) -> Collateral | None:
        return None

    async def deleveraging(self) -> Mapping[str, Deleveraging]:
        return {}

    async def funding(self) -> Mapping[str, FundingRate]:
        return {contract(asset).symbol: FundingRate(Decimal("0.0001"), 8, NOW) for asset in self._known}

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        start = np.datetime64(since.astimezone(UTC).replace(tzinfo=None), "s")
        known = {symbol: recorded_funding()[symbol] for symbol in symbols if symbol in recorded_funding()}
        late = {symbol: history.times >= start for symbol, history in known.items()}
        return {
            symbol: FundingHistory(history.times[late[symbol]], history.rates[late[symbol]])
            for symbol, history in known.items()
        }

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        found = {}
        for asset, first in since.items():
            if asset in self._known:
                candles = self._known[asset]
                days = (candles.times - _DAY).astype("datetime64[D]")
                late = days >= np.datetime64(first, "D")
                found[asset] = Closes(days[late], candles.closes[late])
        return found

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        if hours != 24:
            return {}
        start, end = (np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s") for at in (first, last))
        found = {}
        for asset in assets:
            if asset in recorded_candles():
                known = recorded_candles()[asset]
                kept = (known.times > start) & (known.times <= end)
                found[asset] = Candles(
                    known.times[kept], known.highs[kept], known.lows[kept], known.closes[kept]
                )
        return found

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        return dict.fromkeys(symbols, NO_SPANS)

    async def close(self) -> None:
        """There is no connection to let go of."""
