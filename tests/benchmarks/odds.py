"""How often shorts were liquidated, beside the chance that was told: of one leg, and of any of several.

A short is opened at every close STEP days apart from 2021 on, at each leverage; it is liquidated where a
daily high within the horizon reaches its price. The odds rest on closes to the day before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from core.domain.coins.asset import MAJORS
from core.margin import chance_of_any, rallies_of, rally_probability
from core.measure.beta import HALF_LIFE, WINDOW, Floats, covariance
from core.measure.risk import mean_correlation
from core.measure.sample import MEASURED
from tests.benchmarks.blocks import History
from tests.benchmarks.report import Table, verdict

STEP = 3
BEGIN = date(2021, 1, 1)
HORIZONS = (14, 30)
LEVERAGES = (1, 2, 3, 4, 5)
DRAG = 0.0055
"""Maintenance margin and the fee of closing, as a share of the notional."""
BINS = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
ENOUGH = 20
"""A bin is judged where so many liquidations are expected."""
OFF = 1.5
BASKETS = (("BTC", "ETH", "SOL"), ("ETH", "SOL", "LINK", "AVAX"), ("BTC", "ETH", "SOL", "ADA", "DOT", "UNI"))
OLD_SCALE, OLD_SHAPE = 0.917, 1.14
"""The tail that all coins were told by before they had classes and jumps."""


@dataclass(frozen=True, slots=True)
class Short:
    """One coin on one morning: what was known, and how far it rose."""

    asset: str
    day: int
    days: int
    sigma: float
    rose: float

    def chance(self, leverage: int) -> float:
        return rally_probability(survived(leverage), self.sigma, self.days, rallies_of(self.asset))

    def old_chance(self, leverage: int) -> float:
        distance = np.log1p(survived(leverage)) / (self.sigma * np.sqrt(self.days))
        return float(np.exp(-((distance / OLD_SCALE) ** OLD_SHAPE)))

    def lost(self, leverage: int) -> bool:
        return self.rose >= survived(leverage)


def survived(leverage: int) -> float:
    """The rise that an isolated short survives."""
    return (1 / leverage - DRAG) / (1 + DRAG)


def shorts(history: History) -> list[Short]:
    """Every short of the walk, once for each horizon."""
    found = []
    for day, returns in _mornings(history):
        for asset, column in zip(history.assets, returns.T, strict=True):
            known = np.isfinite(column)
            if not known[-MEASURED:].all():
                continue
            weights = np.exp2(-np.arange(WINDOW, 0, -1) / HALF_LIFE)[known]
            sigma = float(np.sqrt(covariance(column[known, None], weights / weights.sum())[0, 0]))
            place = history.assets.index(asset)
            for days in HORIZONS:
                highs = history.highs[day : day + days, place]
                if len(highs) == days and np.isfinite(highs).all():
                    rose = float(highs.max() / history.prices[day - 1, place] - 1)
                    found.append(Short(asset, day, days, sigma, rose))
    return found


def _mornings(history: History) -> Iterator[tuple[int, Floats]]:
    """Each day on which shorts are opened, with the returns of the year before it; (WINDOW, assets)."""
    with np.errstate(invalid="ignore"):
        returns = np.diff(np.log(history.prices), axis=0)
    for day in range((BEGIN - history.first).days, len(history.prices) - min(HORIZONS), STEP):
        yield day, returns[day - 1 - WINDOW : day - 1]


def tables(history: History, found: Sequence[Short]) -> list[Table]:
    """The bins, and the chances of any leg."""
    header = ("coins", "days", "told", "shorts", "expected", "liquidated", "times", "expected before")
    rows = [
        [
            group,
            str(days),
            f"{low * 100:g}–{high * 100:g} %",
            f"{len(told):,}",
            f"{told.sum():.1f}",
            f"{lost:,}",
            f"{lost / told.sum():.2f}",
            f"{before:.1f}",
        ]
        for group, days, low, high, told, lost, before in bins(found)
    ]
    return [
        Table(header, rows, "Chance of liquidation told, at 1x to 5x, and what was seen"),
        Table(
            ("leverage", "days", "starts", "likeliest leg told", "any leg told", "any leg seen"),
            list(_any_rows(history, found)),
            "Some leg of three, four or six isolated shorts",
        ),
    ]


def findings(found: Sequence[Short]) -> list[str]:
    """The aim on bins."""
    said = []
    judged = [row for row in bins(found) if row[4].sum() >= ENOUGH]
    for group in ("majors", "others"):
        times = [row[5] / float(row[4].sum()) for row in judged if row[0] == group]
        worst = max(times, key=lambda one: abs(np.log(one)))
        text = (
            f"Aim: no bin of {group} off by more than {OFF} times where {ENOUGH} are expected, the worst of "
            f"{len(times)} is {worst:.2f} times"
        )
        said.append(verdict(text, met=1 / OFF <= worst <= OFF))
    return said


Bin = tuple[str, int, float, float, Floats, int, float]
"""Coins, horizon, the ends of the bin, chances told in it, liquidations, and those expected before."""


def bins(found: Sequence[Short]) -> Iterator[Bin]:
    grouped: dict[tuple[str, int], list[tuple[float, bool, float]]] = defaultdict(list)
    for short in found:
        group = "majors" if short.asset in MAJORS else "others"
        grouped[group, short.days] += [
            (short.chance(leverage), short.lost(leverage), short.old_chance(leverage))
            for leverage in LEVERAGES
        ]
    for (group, days), cases in sorted(grouped.items()):
        told, lost, before = np.array(cases, dtype=np.float64).T
        for low, high in pairwise(BINS):
            inside = (told >= low) & (told < high)
            if inside.any():
                yield group, days, low, high, told[inside], int(lost[inside].sum()), before[inside].sum()


def _any_rows(history: History, found: Sequence[Short]) -> Iterator[list[str]]:
    by_day = {(short.day, short.days, short.asset): short for short in found}
    recent = {day: returns[-2 * MEASURED :] for day, returns in _mornings(history)}
    for days in HORIZONS:
        for leverage in (1, 2, 3, 5):
            cases = []
            for day, returns in recent.items():
                for basket in BASKETS:
                    legs = [by_day[day, days, asset] for asset in basket if (day, days, asset) in by_day]
                    if len(legs) < len(basket):
                        continue
                    chances = [leg.chance(leverage) for leg in legs]
                    columns = np.array([history.assets.index(asset) for asset in basket], dtype=np.intp)
                    known = returns[np.isfinite(returns[:, columns]).all(axis=1)][:, columns]
                    alike = mean_correlation(np.cov(known, rowvar=False), np.arange(len(basket)))
                    any_leg = chance_of_any(chances, alike)
                    cases.append((max(chances), any_leg, any(leg.lost(leverage) for leg in legs)))
            likeliest, told, seen = np.array(cases, dtype=np.float64).mean(axis=0) * 100
            yield [
                f"{leverage}x", str(days), f"{len(cases):,}",
                f"{likeliest:.1f} %", f"{told:.1f} %", f"{seen:.1f} %",
            ]  # fmt: skip
