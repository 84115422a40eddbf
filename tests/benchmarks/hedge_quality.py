"""How much of real portfolios' swings a hedge removes, beside simpler hedges and the best in hindsight."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from core.domain.coins.asset import MAJORS
from core.hedge.method import limits
from core.hedge.plan import MOST_OWN_LEGS
from core.hedge.study import Study
from core.hedge.unseen import Choice
from core.hedge.unseen import frontier as frontier_of
from core.hedge.wish import Wish
from core.measure.beta import Floats
from tests.benchmarks import odds, promises, ranges
from tests.benchmarks.blocks import (
    DATA,
    LENGTH,
    RESAMPLES,
    History,
    Sums,
    effectiveness,
    read_history,
    resampled,
)
from tests.benchmarks.hedges import (
    DEFAULT,
    FRONTIER,
    METHODS,
    NUMBERS,
    OLS_90,
    ORACLE,
    OURS,
    OWN_RIDGES,
    RIDGES,
    ZERO,
    Case,
    Method,
    candidates,
)
from tests.benchmarks.report import Section, Table, verdict

TITLE = "Hedge quality on real prices"
TEXT = f"""\
Recorded daily closes, blocks of {LENGTH} days one after the other; each hedge is fitted on the days before
its block only and held as a fixed number of coins through it. Hedge effectiveness is
1 - var(hedged) / var(bare) of the daily gains in dollars of all blocks together, costs left out; in brackets
the standard error of a block bootstrap ({RESAMPLES} resamples, seeded). Legs are priced by the same spot
closes, so basis and funding are left out. A coin that stops within a block is left out of that block.
A coin's own contract is shorted for at most what is held of it: without that bound six orders removed
.975 and .899 of these large coins, and small ones lost more than they hedged."""
MID_CAPS = tuple("AAVE ALGO ATOM AVAX DOT EOS ETC FIL LTC MANA NEAR SAND UNI XLM".split())  # noqa: SIM905
FALLS = 9
AIMS = (0.92, 0.75, 0.42)
ORACLE_AIM = 0.85

Weights = Callable[[tuple[str, ...]], Mapping[str, float]]
"""The portfolio made of the coins that trade; empty where it cannot be."""


def sample(alive: tuple[str, ...]) -> Mapping[str, float]:
    """ETH 30 %, SOL 20 %, LINK 10 %, 40 % spread evenly over the mid-caps that trade."""
    caps = [asset for asset in MID_CAPS if asset in alive]
    return {"ETH": 0.3, "SOL": 0.2, "LINK": 0.1} | dict.fromkeys(caps, 0.4 / len(caps))


def basket(alive: tuple[str, ...]) -> Mapping[str, float]:
    """Every coin that trades but the majors, in equal parts."""
    coins = [asset for asset in alive if asset not in MAJORS]
    return dict.fromkeys(coins, 1 / len(coins))


def single(asset: str) -> Weights:
    """That coin alone."""
    return lambda alive: {asset: 1.0} if asset in alive else {}


@dataclass(slots=True)
class Record:
    """Daily gains (blocks, LENGTH) of one portfolio, bare and under each hedge; NaN in a block without it."""

    bare: list[Floats] = field(default_factory=list)
    hedged: dict[str, list[Floats]] = field(default_factory=dict)
    orders: list[int] = field(default_factory=list)

    def falls(self) -> Floats:
        """(1, blocks): 1 at the blocks of the largest losses."""
        gains = np.nan_to_num(np.array(self.bare).sum(axis=1), nan=np.inf)
        fell = np.isin(np.arange(len(gains)), np.argsort(gains)[:FALLS])
        return np.asarray(fell[None, :], dtype=np.float64)

    def scores(self, method: str, counts: Floats, sums: Callable[[Floats], Sums] = Sums.daily) -> Floats:
        """Effectiveness for each row of counts."""
        return effectiveness(sums(np.array(self.bare)), sums(np.array(self.hedged[method])), counts)


def follow(history: History, weights: Weights, methods: Mapping[str, Method]) -> Record:
    """The record of a portfolio that is made anew, and hedged anew, at the beginning of each block."""
    record = Record(hedged={name: [] for name in methods})
    for day in history.blocks():
        held = weights(history.alive(day))
        bare = history.gains(day, held) if held else np.full(LENGTH, np.nan)
        record.bare.append(bare)
        case = _case(history, day, held, frontier=DEFAULT in methods) if held else None
        for name, method in methods.items():
            dollars = method(case) if case else {}
            record.hedged[name].append(bare - history.gains(day, dollars) if dollars else bare)
            if name == DEFAULT:
                record.orders.append(len(dollars))
    return record


def _case(history: History, day: int, held: Mapping[str, float], *, frontier: bool) -> Case:
    study = history.study(day, held)
    largest = tuple(one.asset for one in study.exposure.moving)
    choices = _choices(study, candidates(largest)) if frontier else ()
    return Case(study, largest, lambda dollars: history.gains(day, dollars), choices)


def _choices(study: Study, legs: tuple[str, ...]) -> tuple[Choice, ...]:
    return frontier_of(study, legs, limits(study, Wish(), legs))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the tables: one portfolio, or several of which the mean is shown."""

    title: str
    records: list[Record]

    def scores(self, method: str, sums: Callable[[Floats], Sums] = Sums.daily) -> Floats:
        """(1 + RESAMPLES,) effectiveness: as it was, then resampled."""
        counts = resampled(len(self.records[0].bare))
        return np.asarray(np.mean([one.scores(method, counts, sums) for one in self.records], axis=0))

    def cell(self, method: str, sums: Callable[[Floats], Sums] = Sums.daily) -> str:
        """Effectiveness and its standard error."""
        if method not in self.records[0].hedged:
            return "—"
        scores = self.scores(method, sums)
        return f"{scores[0]:.3f} ({np.std(scores[1:]):.3f})"

    def ahead(self, method: str, other: str) -> tuple[float, float]:
        """Difference of two methods in the same resamples, and its standard error."""
        apart = self.scores(method) - self.scores(other)
        return float(apart[0]), float(np.std(apart[1:]))

    def in_falls(self, method: str) -> str:
        """Effectiveness in the blocks of the largest losses, and what was gained there."""
        scores = np.mean([one.scores(method, one.falls()) for one in self.records])
        return f"{scores:.3f} ({self.gain_in_falls(method):+.1f} %)"

    def gain_in_falls(self, method: str | None = None) -> float:
        """Mean gain over the blocks of the largest losses, in percent; without a method, unhedged."""
        found = []
        for one in self.records:
            gains = np.array(one.hedged[method] if method else one.bare).sum(axis=1)
            found.append(gains[one.falls()[0] > 0].mean() * 100)
        return float(np.mean(found))


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    if not DATA.exists():
        reason = f"Skipped: no recorded closes in ../{DATA.relative_to(DATA.parents[2])}."
        print(reason)
        return Section("hedge_quality", TITLE, reason)
    history = read_history()
    everything = METHODS | RIDGES | OWN_RIDGES | FRONTIER
    alts = [asset for asset in history.assets if asset not in MAJORS]
    singles = [follow(history, single(asset), METHODS | RIDGES) for asset in alts]
    columns = [
        Column("ETH, SOL, LINK, mid-caps", [follow(history, sample, everything)]),
        Column("all other alts, equal weight", [follow(history, basket, everything)]),
        Column(f"mean of {len(alts)} single alts", singles),
    ]
    walked = promises.promises(history)
    held = ranges.coverages(history)
    opened = odds.shorts(history)
    tables = [
        *_tables(history, columns),
        promises.table(walked),
        *ranges.tables(held),
        *odds.tables(history, opened),
    ]
    findings = [
        *_findings(columns),
        *promises.findings(walked),
        *ranges.findings(held),
        *odds.findings(opened),
    ]
    return Section("hedge_quality", TITLE, TEXT, tables, findings)


def _tables(history: History, columns: list[Column]) -> list[Table]:
    days = [np.datetime64(history.first) + np.timedelta64(day, "D") for day in history.blocks()]
    header = ["hedge", *(column.title for column in columns)]
    falls = ["hedge", *(f"{column.title} (bare {column.gain_in_falls():+.1f} %)" for column in columns)]

    def rows(methods: Mapping[str, Method], sums: Callable[[Floats], Sums] = Sums.daily) -> list[list[str]]:
        return [[method, *(column.cell(method, sums) for column in columns)] for method in methods]

    span = f"{len(days)} blocks that begin from {days[0]} to {days[-1]}"
    return [
        Table(header, rows(METHODS), f"Daily gains, {span}"),
        Table(header, rows(METHODS, Sums.whole), f"Gains over whole blocks of {LENGTH} days"),
        Table(
            falls,
            [[method, *(column.in_falls(method) for column in columns)] for method in METHODS],
            f"The {FALLS} blocks of the largest loss: daily effectiveness, and mean gain over {LENGTH} days",
        ),
        Table(
            header[:3],
            [row[:3] for row in rows(FRONTIER)],
            f"With the coins' own contracts: best of the majors and the {MOST_OWN_LEGS} largest coins held",
        ),
        Table(header, rows({OURS: METHODS[OURS]} | RIDGES | OWN_RIDGES), "What the ridge pulls towards"),
    ]


def _findings(columns: list[Column]) -> list[str]:
    found = []
    for column, aim in zip(columns, AIMS, strict=True):
        text = f"Aim: at least {aim:.2f} on {column.title}, is {column.cell(OURS)}"
        found.append(verdict(text, met=float(column.scores(OURS)[0]) >= aim))
    for column in columns:
        apart, error = column.ahead(OURS, OLS_90)
        text = f"Aim: behind OLS 90 d by at most a standard error on {column.title}"
        found.append(verdict(f"{text}, is {apart:+.4f} ({error:.4f}) ahead", met=apart >= -error))
    share = float(columns[0].scores(OURS)[0] / columns[0].scores(ORACLE)[0])
    text = f"Aim: {ORACLE_AIM * 100:.0f} % of the oracle on {columns[0].title}, is {share * 100:.1f} %"
    found.append(verdict(text, met=share >= ORACLE_AIM))
    for column in columns:
        apart, error = column.ahead(OURS, ZERO)
        text = f"On {column.title} the ridge towards what is held is {apart:+.4f} ({error:.4f}) ahead"
        found.append(f"{text} of the ridge towards zero.")
    for column in columns[:2]:
        scores = [float(column.scores(name)[0]) for name in NUMBERS]
        gains = ", ".join(f"{after - before:+.3f}" for before, after in pairwise(scores))
        mean = float(np.mean(column.records[0].orders))
        found.append(f"On {column.title} the default takes {mean:.1f} orders; each one more adds {gains}.")
    return found
