"""What a hedge was said to remove, and what it removed over the next 30 days: rolling, fold by unseen fold.

Every STEP days from 2021 on, each coin alone and some baskets of the least traded coins are hedged as on that
morning: by the majors alone, by the default that may also short the coins themselves, and by BTC, ETH and SOL
named by hand. Least traded coins of a record of large ones stand for small coins, which it lacks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.errors import CannotHedge
from core.hedge.method import best_legs, fitted, limits
from core.hedge.study import Study
from core.hedge.toll import toll_of
from core.hedge.unmet import NoneMoves
from core.hedge.unseen import expected, folds, frontier, removed_between, sized_anew
from core.hedge.wish import Wish
from tests.benchmarks.blocks import History
from tests.benchmarks.hedges import candidates
from tests.benchmarks.report import Table, verdict

AHEAD = 30
"""Days over which a hedge is judged."""
STEP = 15
BEGIN = date(2021, 1, 1)
BASKETS = 4
"""Baskets of small coins on each morning."""
SMALL = 2 / 3
"""The share of the coins, the least traded ones first, that baskets are made of."""
MUCH = 0.10
"""A figure that promised so much more than came is too high."""
MOST_OVER, MOST_OFF = 0.15, 0.02
LAST_FITTED = 2022
"""The last year on which anything was chosen."""
COST = 0.0014
"""What any short is taken to cost over the horizon, a share of its notional: two market orders at a fee of
5 bp and half a spread of 2 bp. Funding of the coins is not on record here.
"""
ALONE, TOGETHER = "a coin alone", "small coins"
BY_MAJORS, BY_ALL, BY_HAND = "default, majors only", "default, own contracts too", "BTC+ETH+SOL by hand"


@dataclass(frozen=True, slots=True)
class Promise:
    """One hedge of one portfolio, said and come."""

    portfolio: str
    hedge: str
    year: int
    said: float
    """The share of variance that it was said to remove."""
    bare: float
    """Variance of a day over the days ahead without the hedge."""
    left: float
    """The same with it."""

    @property
    def came(self) -> float:
        return 1 - self.left / self.bare


def promises(history: History) -> list[Promise]:
    """Every case of the walk."""
    random = np.random.default_rng(20_210_101)
    found: list[Promise] = []
    for day in range((BEGIN - history.first).days, len(history.prices) - AHEAD + 1, STEP):
        alive = history.alive(day, AHEAD)
        if not set(MAJORS) <= set(alive):
            continue
        coins = [asset for asset in alive if asset not in MAJORS]
        for asset in coins:
            found += _said_and_come(history, day, ALONE, {asset: 1.0})
        small = _least_traded(history, day, coins)
        for _ in range(BASKETS):
            chosen = random.choice(small, random.integers(3, 7), replace=False).tolist()
            shares = random.dirichlet(np.full(len(chosen), 2.0)).tolist()
            found += _said_and_come(history, day, TOGETHER, dict(zip(chosen, shares, strict=True)))
    return found


def _least_traded(history: History, day: int, coins: Sequence[str]) -> list[str]:
    columns = [history.assets.index(asset) for asset in coins]
    traded = history.traded[day - 90 : day, columns].mean(axis=0)
    return [coins[place] for place in np.argsort(traded)[: int(len(coins) * SMALL)]]


def _said_and_come(
    history: History, day: int, portfolio: str, held: Mapping[str, float]
) -> Iterator[Promise]:
    study, bare = history.study(day, held), history.gains(day, held, AHEAD)
    year = date.fromordinal(history.first.toordinal() + day).year
    largest = tuple(one.asset for one in study.exposure.moving)
    for hedge, legs in ((BY_MAJORS, MAJORS), (BY_ALL, candidates(largest)), (BY_HAND, None)):
        try:
            dollars, said = _by_hand(study) if legs is None else _default(study, legs)
        except CannotHedge:
            continue
        left = bare - history.gains(day, dollars, AHEAD)
        yield Promise(portfolio, hedge, year, said, float(np.var(bare)), float(np.var(left)))


def _by_hand(study: Study) -> tuple[dict[str, float], float]:
    then = sized_anew(folds(study), lambda early: fitted(early, Wish(), MAJORS))
    return fitted(study, Wish(), MAJORS), expected(folds(study), then)


def _default(study: Study, legs: tuple[str, ...]) -> tuple[dict[str, float], float]:
    measured = tuple(asset for asset in legs if asset in study.sample.measured)
    tolls = toll_of(np.full(len(measured), COST), Wish().horizon_days)
    choices = frontier(study, measured, limits(study, Wish(), measured), tolls)
    if not choices:
        raise NoneMoves
    betas = best_legs(study, Wish(), choices).betas
    for choice in choices:
        if set(choice.legs) == set(betas):
            return betas, choice.effectiveness
    # The fit on all days dropped one of the legs.
    then = sized_anew(folds(study), lambda early: fitted(early, Wish(), tuple(betas)))
    return betas, expected(folds(study), then)


def table(found: Iterable[Promise]) -> Table:
    """A row for each portfolio, hedge and half of the years."""
    rows = []
    for key, group in groupby(sorted(found, key=_key), key=_key):
        cases = list(group)
        portfolio, hedge, late = key
        figures = _figures(cases)
        rows.append(
            [
                portfolio,
                hedge,
                "2023–24" if late else "2021–22",
                f"{len(cases):,}",
                f"{figures.said:.3f}",
                f"{figures.came:.3f}",
                f"{figures.said - figures.came:+.3f}",
                f"{figures.over * 100:.0f} %",
                f"{figures.least_over * 100:.0f} %",
                f"{figures.inside * 100:.0f} %",
                f"{figures.pooled:.3f}",
            ]
        )
    header = (
        "portfolio", "hedge", "years", "cases", "said", "came", "mean apart", "over by 10 points",
        "the range's low end over by 10", "in the range", "pooled",
    )  # fmt: skip
    title = (
        f"Risk removed as said, and over the next {AHEAD} days; pooled: 1 - the variance left over the bare "
        "one, of all cases together. The range's ends were chosen on 2021–22"
    )
    return Table(header, rows, title)


def findings(found: Sequence[Promise]) -> list[str]:
    """The aims, met or missed."""
    said = []
    for portfolio in (TOGETHER, ALONE):
        mine = [one for one in found if one.portfolio == portfolio]
        default, hand = (
            _figures([one for one in mine if one.hedge == hedge]) for hedge in (BY_MAJORS, BY_HAND)
        )
        whose = f"{portfolio}, hedged by majors alone"
        off = default.said - default.came
        said += [
            verdict(
                f"Aim: said minus came within ±{MOST_OFF} for {whose}, is {off:+.3f}",
                met=abs(off) <= MOST_OFF,
            ),
            verdict(
                f"Aim: over by 10 points in at most {MOST_OVER * 100:.0f} % for {whose}, is "
                f"{default.over * 100:.0f} %; the low end of the range {default.least_over * 100:.0f} %",
                met=default.over <= MOST_OVER,
            ),
            verdict(
                f"Aim: the default not behind BTC+ETH+SOL for {whose}, is {default.pooled:.3f} and "
                f"{hand.pooled:.3f} pooled, {default.came:.3f} and {hand.came:.3f} on average",
                met=default.pooled >= hand.pooled and default.came >= hand.came,
            ),
        ]
    return said


@dataclass(frozen=True, slots=True)
class Figures:
    """Several promises together."""

    said: float
    came: float
    over: float
    """The share of cases in which the figure was too high by MUCH."""
    least_over: float
    """The same of the low end of the range."""
    inside: float
    """The share of cases within the range."""
    pooled: float


def _figures(cases: Sequence[Promise]) -> Figures:
    said, came = np.array([one.said for one in cases]), np.array([one.came for one in cases])
    low, high = np.array([removed_between(one.said) for one in cases]).T
    # A coin by its own contract is hedged wholly, but for the last bit.
    inside = (came >= low - 1e-9) & (came <= high + 1e-9)
    return Figures(
        float(said.mean()),
        float(came.mean()),
        float((said - came > MUCH).mean()),
        float((low - came > MUCH).mean()),
        float(inside.mean()),
        1 - sum(one.left for one in cases) / sum(one.bare for one in cases),
    )


def _key(one: Promise) -> tuple[str, str, bool]:
    return one.portfolio, one.hedge, one.year > LAST_FITTED
