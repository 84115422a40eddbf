"""Real daily closes cut into blocks of 14 days, and what a portfolio and a hedge gained on each day of one.

A portfolio is a dollar spread by weights when the block begins; a hedge is so many dollars short of each
leg then. Both are held as fixed quantities of coins through the block.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.series import Closes
from core.domain.snapshot import Snapshot
from core.hedge.study import Study, study
from core.measure.beta import WINDOW, Floats
from core.measure.exposure import Exposure, Valued
from core.measure.sample import MEASURED

DATA = Path(__file__).parents[3] / "shared" / "data" / "daily_spot.csv.gz"
LENGTH = 14
RESAMPLES = 1000
WORTH = 10_000
"""Dollars in a portfolio; nothing here depends on it."""


@dataclass(frozen=True, slots=True)
class History:
    """prices: (days, assets) closes in USD, NaN where there is none; row i is the day `first` + i.

    highs, traded: (days, assets) the highest price of each day, and the USD traded on it, by its close.
    """

    assets: tuple[str, ...]
    first: date
    prices: Floats
    closes: Mapping[str, Closes]
    highs: Floats
    traded: Floats

    def of(self, day: int, assets: tuple[str, ...], length: int = LENGTH) -> Floats:
        """(length + 1, assets): the closes at entry, before the day, and on each day of the block."""
        return self.prices[day - 1 : day + length, [self.assets.index(asset) for asset in assets]]

    def gains(self, day: int, dollars: Mapping[str, float], length: int = LENGTH) -> Floats:
        """(length,) gain of each day of the block on so many dollars of each asset at entry."""
        closes = self.of(day, tuple(dollars), length)
        return np.asarray(np.diff(closes / closes[0], axis=0) @ np.array(list(dollars.values())))

    def blocks(self) -> Iterator[int]:
        """First rows of the blocks, one after the other, once every major has a full window behind it."""
        known = np.isfinite(self.prices[:, [self.assets.index(asset) for asset in MAJORS]]).all(axis=1)
        begin = int(np.argmax(known)) + WINDOW + 1
        yield from range(begin, len(self.prices) - LENGTH + 1, LENGTH)

    def alive(self, day: int, length: int = LENGTH) -> tuple[str, ...]:
        """Assets with enough history to be measured that trade through the whole block."""
        enough = np.isfinite(self.prices[day - MEASURED - 1 : day + length]).all(axis=0)
        return tuple(np.array(self.assets)[enough].tolist())

    def study(self, day: int, weights: Mapping[str, float]) -> Study:
        """What the engine measures on the morning of the block: closes to the day before."""
        held = [
            Valued(asset, WORTH * Decimal(repr(weight)) / Decimal(repr(price)), Decimal(repr(price)))
            for (asset, weight), price in zip(
                weights.items(), self.of(day, tuple(weights))[0].tolist(), strict=True
            )
        ]
        held.sort(key=lambda one: (-one.value, one.asset))
        snapshot = Snapshot("recorded", {}, {}, closes=self.closes)
        today = (np.datetime64(self.first) + np.timedelta64(day, "D")).astype(object)
        return study(Exposure(tuple(held)), [*MAJORS, *weights], snapshot, today)


def read_history(path: Path = DATA) -> History:
    """The recorded closes."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = sorted(
            (row["asset"], row["date"], *(float(row[name]) for name in ("close", "volume", "high")))
            for row in csv.DictReader(lines)
        )
    closes, more = {}, {}
    for asset, group in groupby(rows, key=lambda row: row[0]):
        _, days, prices, volumes, tops = zip(*group, strict=True)
        closes[asset] = Closes(np.array(days, dtype="datetime64[D]"), np.array(prices))
        more[asset] = np.array(volumes), np.array(tops)
    first, last = min(one.days[0] for one in closes.values()), max(one.days[-1] for one in closes.values())
    table = np.full((int((last - first).astype(int)) + 1, len(closes)), np.nan)
    highs, traded = table.copy(), table.copy()
    for column, (asset, one) in enumerate(closes.items()):
        rows_of = (one.days - first).astype(int)
        table[rows_of, column] = one.prices
        volumes, highs[rows_of, column] = more[asset]
        traded[rows_of, column] = one.prices * volumes
    return History(tuple(closes), first.astype(object), table, closes, highs, traded)


@dataclass(frozen=True, slots=True)
class Sums:
    """For each block how many gains, their sum and the sum of their squares: (blocks, 3)."""

    values: Floats

    @classmethod
    def daily(cls, gains: Floats) -> "Sums":
        """Of (blocks, LENGTH) gains, a row of NaN for a block without the portfolio."""
        known = np.isfinite(gains[:, :1])
        rows = np.column_stack([np.full(len(gains), gains.shape[1]), gains.sum(1), (gains**2).sum(1)])
        return cls(np.where(known, rows, 0.0))

    @classmethod
    def whole(cls, gains: Floats) -> "Sums":
        """Of the gains over whole blocks."""
        return cls.daily(gains.sum(axis=1, keepdims=True))

    def variance(self, counts: Floats) -> Floats:
        """(n,) variance of the pooled gains when block b is taken counts[:, b] times."""
        number, total, squares = (counts @ self.values).T
        return np.asarray(squares / number - (total / number) ** 2)


def resampled(blocks: int) -> Floats:
    """(1 + RESAMPLES, blocks): how often each block is taken; first the blocks as they are."""
    random = np.random.default_rng(20_241_231)
    drawn = random.multinomial(blocks, np.full(blocks, 1 / blocks), RESAMPLES)
    return np.vstack([np.ones(blocks), drawn])


def effectiveness(bare: Sums, hedged: Sums, counts: Floats) -> Floats:
    """(n,) 1 - var(hedged) / var(bare) for each row of counts."""
    return 1 - hedged.variance(counts) / bare.variance(counts)
