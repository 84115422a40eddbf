"""How often stated ranges held on recorded prices, each year judged by what was measured before it.

A range is expected + multiple * spread at both ends. Here the multiples are measured anew for each year from
2021 on, as the tenth and ninetieth percentile of (outcome - expected) / spread over the years before; then
it is counted how often the outcomes of the year lay in their ranges. The constants of `core.ranges` are those
of all years together.

What is followed: coins alone, hedged by the default (baskets) or by BTC, ETH and SOL (single coins, whose own
contract would hide how far they go). Kinds of portfolios count alike, although there are twenty single coins.
"""

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from core.cost.funding import MEAN_DAYS, WORST_DAYS, Record, record
from core.domain.coins.asset import MAJORS
from core.domain.errors import CannotHedge
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.hedge.method import best_legs, fitted, limits
from core.hedge.study import Study, study
from core.hedge.unseen import frontier
from core.hedge.wish import Wish
from core.measure.beta import Floats
from core.measure.exposure import Exposure, Valued
from core.measure.sample import MEASURED
from core.ranges import paid, spread
from tests.benchmarks.blocks import DATA, History
from tests.benchmarks.hedges import candidates
from tests.benchmarks.report import Table, verdict

FIRST, YEARS = date(2019, 6, 1), (2021, 2022, 2023, 2024)
SWING_DAYS, STEP = 14, 14
"""Days of a swing, and between the mornings on which one begins."""
LEAST, LONGEST = 0.10, 14
"""A fall is this deep at least, from its first close to its lowest one within so many days."""
FUNDING_DAYS = (14, 30)
SHARES = (0.1, 0.9)
AIM, ROOM = 0.80, 0.03
SMALL = 4
"""Coins in a small basket, and such baskets on each morning."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One forecast and what came of it."""

    day: date
    """The morning on which it was made."""
    kind: str
    """The kind of portfolio."""
    off: float
    """(outcome - expected) / spread."""


Outcomes = list[Outcome]


def falls(closes: Floats) -> Iterator[tuple[int, int]]:
    """First and last row of each fall, one after the other: from a close that no later one of the fall passes
    down to the lowest within LONGEST days.
    """
    at = 0
    while at < len(closes) - 1:
        near = closes[at : at + LONGEST + 1]
        low = int(np.argmin(near))
        if near[low] / near[0] - 1 <= -LEAST and near[0] == near[: low + 1].max():
            yield at, at + low
            at += low
        else:
            at += 1


@dataclass(frozen=True, slots=True)
class Market:
    """Recorded closes, with what the engine makes of them on any morning."""

    history: History

    def day(self, row: int) -> date:
        """The day whose close is in this row."""
        return self.history.first + timedelta(days=row)

    def portfolios(self, last: int, until: int) -> Iterator[tuple[str, Weights]]:
        """Kinds and weights of what is held after the close of row `last`; all of it trades up to `until`."""
        known = np.isfinite(self.history.prices[last - MEASURED - 1 : until + 1]).all(axis=0)
        there: list[str] = np.array(self.history.assets)[known].tolist()
        coins = [asset for asset in there if asset not in MAJORS]
        yield "basket of all", dict.fromkeys(coins, 1 / len(coins))
        if {"ETH", "SOL", "LINK"} <= set(there):
            rest = [asset for asset in coins if asset != "LINK"]
            yield (
                "ETH, SOL, LINK, others",
                {"ETH": 0.3, "SOL": 0.2, "LINK": 0.1} | dict.fromkeys(rest, 0.4 / len(rest)),
            )
        random = np.random.default_rng(last)
        for _ in range(SMALL):
            picked = random.choice(coins, SMALL, replace=False).tolist()
            shares = random.dirichlet(np.ones(SMALL)).tolist()
            yield f"{SMALL} coins", dict(zip(picked, shares, strict=True))
        for asset in coins:
            yield "single coin", {asset: 1.0}

    def measured(self, last: int, weights: Weights) -> Study:
        """The study on the morning after row `last`."""
        prices = dict(zip(self.history.assets, self.history.prices[last].tolist(), strict=True))
        held = [
            Valued(asset, Decimal(repr(weight / prices[asset])), Decimal(repr(prices[asset])))
            for asset, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))
        ]
        snapshot = Snapshot("recorded", {}, {}, closes=self.history.closes)
        return study(Exposure(tuple(held)), [*MAJORS, *weights], snapshot, self.day(last + 1))

    def moves(self, measured: Study, first: int, last: int) -> Floats:
        """(assets,) what each asset of the study made from row to row; zero where it is not known."""
        columns = [self.history.assets.index(asset) for asset in measured.sample.assets]
        prices = self.history.prices[:, columns]
        return np.asarray(np.nan_to_num(prices[last] / prices[first] - 1))


def hedged(measured: Study, kind: str) -> Floats | None:
    """The hedge (assets,) of the morning; None where nothing that could be shorted moves along."""
    wish, none = Wish(), np.zeros(len(measured.weights))
    held = tuple(one.asset for one in measured.exposure.moving)
    legs = MAJORS if kind == "single coin" else candidates(held)
    legs = tuple(asset for asset in legs if asset in measured.sample.measured)
    try:
        if kind == "single coin":
            betas = fitted(measured, wish, legs)
        else:
            found = frontier(measured, legs, limits(measured, wish, legs))
            betas = best_legs(measured, wish, found).betas if found else {}
    except CannotHedge:
        return None
    if not betas:
        return None
    return none + measured.spread(measured.columns(betas), np.array(list(betas.values())))


def gather(history: History) -> dict[str, Outcomes]:
    """Every forecast of falls and swings since FIRST, by what it is of."""
    market, found = Market(history), {name: Outcomes() for name in TITLES}
    closes = history.prices[:, history.assets.index("BTC")]
    first = (FIRST - history.first).days
    for begin, end in falls(closes):
        if begin >= first:
            _in_fall(market, begin, end, found)
    for last in range(first, len(closes) - SWING_DAYS, STEP):
        _over_swing(market, last, found)
    return found


def _in_fall(market: Market, begin: int, end: int, found: Mapping[str, Outcomes]) -> None:
    for kind, weights in market.portfolios(begin, end):
        measured = market.measured(begin, weights)
        moves = market.moves(measured, begin, end)
        fall = {"BTC": float(moves[measured.sample.assets.index("BTC")])}
        expected = np.maximum(measured.betas_to("BTC") * fall["BTC"], -1.0)
        for name, shorted in _both(measured, kind):
            left = measured.weights - shorted
            wide = spread.deviation(measured, measured.weights, shorted, fall) * np.sqrt(
                spread.days_of(measured, shorted, fall)
            )
            off = float(left @ (moves - expected)) / float(wide)
            found[f"fall, {name}"].append(Outcome(market.day(begin), kind, off))


def _over_swing(market: Market, last: int, found: Mapping[str, Outcomes]) -> None:
    for kind, weights in market.portfolios(last, last + SWING_DAYS):
        measured = market.measured(last, weights)
        moves = market.moves(measured, last, last + SWING_DAYS)
        for name, shorted in _both(measured, kind):
            wide = spread.deviation(measured, measured.weights, shorted) * np.sqrt(SWING_DAYS)
            off = float((measured.weights - shorted) @ moves) / float(wide)
            found[f"swing, {name}"].append(Outcome(market.day(last), kind, off))


def _both(measured: Study, kind: str) -> Iterator[tuple[str, Floats]]:
    yield "bare", np.zeros(len(measured.weights))
    shorted = hedged(measured, kind)
    if shorted is not None:
        yield "hedged", shorted


def funding_histories() -> dict[str, FundingHistory]:
    """The recorded settlements, by asset."""
    rows: dict[str, list[tuple[str, float]]] = {}
    with gzip.open(DATA.parent / "funding_8h.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            stamp = row["date"].removesuffix("Z")
            rows.setdefault(row["asset"], []).append((stamp, float(row["funding_rate"])))
    return {
        asset: FundingHistory(
            np.array([at for at, _ in settled], dtype="datetime64[s]"),
            np.array([rate for _, rate in settled]),
        )
        for asset, settled in rows.items()
    }


def gather_funding() -> dict[int, Outcomes]:
    """Every forecast of funding, on every third day, by its horizon."""
    found: dict[int, Outcomes] = {days: [] for days in paid.HORIZONS}
    for asset, whole in funding_histories().items():
        for days in found:
            found[days] += list(_paid(asset, whole, days))
    return found


def _paid(asset: str, whole: FundingHistory, days: int) -> Iterator[Outcome]:
    begin = whole.times[0].astype(object).replace(tzinfo=UTC) + timedelta(days=MEAN_DAYS + 1)
    last = whole.times[-1].astype(object).replace(tzinfo=UTC)
    at = datetime(begin.year, begin.month, begin.day, 0, 5, tzinfo=UTC)
    while at + timedelta(days=days) <= last:
        known, came = _known(whole, at), _came(whole, at, days)
        if known is not None and came is not None:
            yield Outcome(at.date(), asset, (came - known.mean * days) / known.spread(days))
        at += timedelta(days=3)


def bad_stretches() -> Table:
    """How often the next WORST_DAYS brought less than the worst on record, and than what is told of it."""
    rows = []
    for kept in (35, 90, 180, 365):
        for first, last in ((2019, 2022), (2023, 2024)):
            cases = [case for year, *case in _stretches(kept) if first <= year <= last]
            passed, told = np.mean(cases, axis=0)
            rows.append((f"{kept}", f"{first}–{last}", f"{len(cases):,}", f"{passed:.1%}", f"{told:.1%}"))
    header = ("days on record", "years", "cases", "worst on record passed", "what is told passed")
    return Table(header, rows, f"The worst {WORST_DAYS} days of funding, and the {WORST_DAYS} days after")


def _stretches(kept: int) -> Iterator[tuple[int, bool, bool]]:
    """The year of each case, and whether each of the two bounds was passed."""
    for whole in funding_histories().values():
        at = whole.times[0].astype(object).replace(tzinfo=UTC, minute=5) + timedelta(days=kept)
        last = whole.times[-1].astype(object).replace(tzinfo=UTC)
        while at + timedelta(days=WORST_DAYS) <= last:
            known, came = _known(whole, at, kept), _came(whole, at, WORST_DAYS)
            if known is not None and known.worst is not None and known.bad is not None and came is not None:
                yield at.year, came < known.worst, came < known.bad
            at += timedelta(days=3)


def _known(whole: FundingHistory, at: datetime, days: int = MEAN_DAYS) -> Record | None:
    begin, end = (np.datetime64(moment.replace(tzinfo=None), "s") for moment in (at - timedelta(days), at))
    lately = (whole.times >= begin) & (whole.times <= end)
    # A time with a hole in it says nothing of the days to come.
    if lately.sum() < 3 * days - 1:
        return None
    return record(FundingHistory(whole.times[lately], whole.rates[lately]), at)


def _came(whole: FundingHistory, at: datetime, days: int) -> float | None:
    begin, end = (np.datetime64(moment.replace(tzinfo=None), "s") for moment in (at, at + timedelta(days)))
    inside = (whole.times > begin) & (whole.times <= end)
    return float(whole.rates[inside].sum()) if inside.sum() == 3 * days else None


TITLES = ("fall, bare", "fall, hedged", "swing, bare", "swing, hedged")
CONSTANTS: Mapping[str, tuple[float, float]] = {
    "fall, bare": (spread.FALL_BARE.low, spread.FALL_BARE.high),
    "fall, hedged": (spread.FALL_HEDGED.low, spread.FALL_HEDGED.high),
    "swing, bare": (spread.SWING_BARE.low, spread.SWING_BARE.high),
    "swing, hedged": (spread.SWING_HEDGED.low, spread.SWING_HEDGED.high),
    **{f"funding, {days} days": (low, high) for days, low, high in zip(*paid.ENDS, strict=True)},
}


def ends(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The percentiles of how far off they were, kinds of portfolios counting alike."""
    kinds = [one.kind for one in outcomes]
    each = {kind: 1 / kinds.count(kind) for kind in set(kinds)}
    off = np.array([one.off for one in outcomes])
    order = np.argsort(off)
    shares = np.array([each[kinds[at]] for at in order])
    middles = (np.cumsum(shares) - shares / 2) / shares.sum()
    low, high = np.interp(SHARES, middles, off[order]).tolist()
    return low, high


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often ranges held that rested on earlier years alone."""

    title: str
    """What they were of."""
    outcomes: Sequence[Outcome]
    """Those of YEARS."""
    held: Sequence[bool]
    """Whether each lay in its range."""
    constants: tuple[float, float]
    """The multiples over all years."""

    def share(self, wanted: Callable[[Outcome], bool] = lambda _: True) -> float:
        """How often they held, kinds of portfolios counting alike."""
        kinds: dict[str, list[bool]] = {}
        for one, held in zip(self.outcomes, self.held, strict=True):
            if wanted(one):
                kinds.setdefault(one.kind, []).append(held)
        return float(np.mean([np.mean(each) for each in kinds.values()])) if kinds else float("nan")

    def error(self, wanted: Callable[[Outcome], bool], apart: int) -> float:
        """The standard error: forecasts within `apart` days of each other count as one."""
        groups: dict[int, list[bool]] = {}
        for one, held in zip(self.outcomes, self.held, strict=True):
            if wanted(one):
                groups.setdefault(one.day.toordinal() // apart, []).append(held)
        means = [float(np.mean(each)) for each in groups.values()]
        return float(np.std(means, ddof=1) / np.sqrt(len(means)))

    def plainly(self) -> float:
        """How often they held, every forecast counting alike."""
        return float(np.mean(self.held))


def rolled(title: str, outcomes: Sequence[Outcome]) -> Coverage:
    """Each of YEARS judged by the years before it."""
    judged: list[Outcome] = []
    held: list[bool] = []
    for year in YEARS:
        low, high = ends([one for one in outcomes if one.day.year < year])
        now = [one for one in outcomes if one.day.year == year]
        judged += now
        held += [low <= one.off <= high for one in now]
    return Coverage(title, judged, held, ends(outcomes))


def coverages(history: History) -> list[Coverage]:
    """All that is measured, in the order of the table."""
    found = [rolled(title, outcomes) for title, outcomes in gather(history).items()]
    return found + [rolled(f"funding, {days} days", outcomes) for days, outcomes in gather_funding().items()]


def tables(found: Sequence[Coverage]) -> list[Table]:
    """How often ranges held: over all, by year and kind; and the multiples that the constants must be."""
    head = ("range of", "held", *map(str, YEARS), "± of 2024", "each alike", "forecasts")
    rows = [
        (
            one.title,
            f"{one.share():.3f}",
            *(f"{one.share(_in(year)):.2f}" for year in YEARS),
            f"{one.error(_in(YEARS[-1]), SWING_DAYS):.2f}",
            f"{one.plainly():.3f}",
            f"{len(one.held):,}",
        )
        for one in found
    ]
    kinds = sorted(
        {each.kind for one in found if not one.title.startswith("funding") for each in one.outcomes}
    )
    by_kind = [
        (one.title, *(f"{one.share(_of(kind)):.2f}" for kind in kinds))
        for one in found
        if not one.title.startswith("funding")
    ]
    multiples = [
        (
            one.title,
            *(f"{end:+.2f}" for end in one.constants),
            *(f"{end:+.2f}" for end in CONSTANTS[one.title]),
        )
        for one in found
    ]
    return [
        Table(head, rows, "Ranges of four times in five, each year by what was measured before it"),
        Table(("range of", *kinds), by_kind, "The same by what is held, all years"),
        bad_stretches(),
        Table(
            ("range of", "low", "high", "low in use", "high in use"),
            multiples,
            "Ends in spreads over June 2019 to 2024, and the constants of `core.ranges`",
        ),
    ]


def _in(year: int) -> Callable[[Outcome], bool]:
    return lambda one: one.day.year == year


def _of(kind: str) -> Callable[[Outcome], bool]:
    return lambda one: one.kind == kind


def findings(found: Iterable[Coverage]) -> list[str]:
    """The aims, and whether they were met."""
    judged = [one for one in found if one.title not in {f"funding, {days} days" for days in (7, 60)}]
    return [
        verdict(
            f"Aim: the range of {one.title} holds in {AIM:.0%} ± {ROOM * 100:.0f} points, holds in "
            f"{one.share():.1%} (every forecast alike {one.plainly():.1%})",
            met=abs(one.share() - AIM) <= ROOM,
        )
        for one in judged
    ]


if __name__ == "__main__":
    from tests.benchmarks.blocks import read_history

    measured_now = coverages(read_history())
    print("\n\n".join(table.markdown() for table in tables(measured_now)))
    print("\n".join(findings(measured_now)))
