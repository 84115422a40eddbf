"""How often accounts that shorts share were liquidated, beside the odds that were told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from core.domain.coins.asset import MAJORS
from core.domain.contract import Bracket
from core.hedge.afford.account import covariance_of
from core.hedge.method import fitted
from core.hedge.study import Study
from core.hedge.wish import Wish
from core.margin import MarginRules, chance_of_any, rallies_of, rally_probability
from core.margin.pooled.odds import pulled, slack_odds, swings_of
from core.margin.pooled.pool import Pool, PooledShort
from core.margin.pooled.ratios import assumed_collateral
from core.margin.pooled.slack import Slack
from core.margin.pooled.terms import terms_of
from core.measure.beta import Floats
from core.measure.risk import mean_correlation
from tests.benchmarks.blocks import DATA, WORTH, History, read_history
from tests.benchmarks.hedge_quality import sample
from tests.benchmarks.odds import STEP, survived
from tests.benchmarks.report import Section, Table, verdict

BEGIN = date(2021, 1, 1)
HORIZONS = (14, 30)
VENUE = "bybit"
"""Whose rules are followed, with the cautious ratios that are assumed of it."""
RULES = MarginRules((Bracket(Decimal(0), Decimal("0.005"), Decimal(0), Decimal(100)),))
FEE = Decimal("0.0005")
TEXT = (
    "The sample portfolio is hedged every third day with what the fit on BTC, ETH and SOL gives, of closes "
    "to the day before. An account is liquidated on a day whose highs of what is short, with the closes of "
    "the other coins, leave no more than has to be kept."
)
PATHS = 2000
EVERY = 8
"""Of the starts, those that are gone through by a Monte Carlo as well."""
ALONE = "isolated at 1x, any leg"
OFF = 1.5
ENOUGH = 10
"""A row is judged where so many liquidations are expected."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One way to back the shorts."""

    name: str
    """What it is called in the table."""
    cash: float
    """Dollars of cash for a dollar of portfolio."""
    coins: float = 0.0
    """The share of the coins that lies there as margin."""


WAYS = (
    Kept("cross, cash 40 % of the portfolio", 0.4),
    Kept("cross, cash 55 %", 0.55),
    Kept("cross, cash 70 %", 0.7),
    Kept("cross, cash 100 %", 1.0),
    Kept("coins, a third of them there", 0.0, 1 / 3),
    Kept("coins, half of them there", 0.0, 0.5),
    Kept("coins, all of them there", 0.0, 1.0),
)


@dataclass(frozen=True, slots=True)
class Start:
    """The sample portfolio and its hedge on one morning."""

    history: History
    day: int
    study: Study
    held: Mapping[str, float]
    """Dollars of each coin."""
    short: Mapping[str, float]
    """Dollars short of each leg."""

    def account(self, way: Kept) -> tuple[Slack, Floats]:
        """The account as arrays, and the covariance of what is in it, pulled as it is for users."""
        prices = {asset: self._price(asset) for asset in {*self.held, *self.short}}
        coins = {
            asset: _decimal(way.coins * usd) / prices[asset] for asset, usd in self.held.items() if way.coins
        }
        shorts = tuple(
            PooledShort(asset, _decimal(usd) / prices[asset], prices[asset], RULES, FEE)
            for asset, usd in self.short.items()
        )
        used = {*coins, *self.short}
        pool = Pool(
            "coins" if coins else "cross",
            _decimal(way.cash * WORTH),
            coins,
            shorts,
            {asset: prices[asset] for asset in used},
            terms_of(VENUE),
            assumed_collateral(VENUE),
        )
        return pool.arrays, pulled(covariance_of(self.study, pool.assets), pool.assets)

    def lost(self, slack: Slack, days: int) -> bool:
        """Whether the account was liquidated within so many days."""
        tracks = []
        for asset in slack.assets:
            source = self.history.highs if asset in self.short else self.history.prices
            column = self.history.assets.index(asset)
            now = self.history.prices[self.day - 1, column]
            tracks.append(source[self.day : self.day + days, column] / now)
        return bool((slack(np.column_stack(tracks)) <= 0).any())

    def drawn(self, slack: Slack, days: int, random: np.random.Generator) -> float:
        """The share of paths, of days drawn with their weights from the year before, that liquidate it."""
        columns = self.study.columns(slack.assets)
        returns, ages = self.study.sample.returns[:, columns], self.study.sample.ages
        weights = np.exp2(-ages / 60.0)
        rows = random.choice(len(returns), (PATHS, days), p=weights / weights.sum())
        ways = np.exp(np.cumsum(returns[rows], axis=1))
        return float((slack(ways.reshape(-1, len(columns))).reshape(PATHS, days) <= 0).any(axis=1).mean())

    def isolated(self, days: int) -> tuple[float, bool]:
        """The chance that some leg at 1x, with a margin of its own, is liquidated, and whether one was."""
        legs = list(self.short)
        columns = self.study.columns(legs)
        chances = [
            rally_probability(survived(1), float(sigma), days, rallies_of(asset))
            for asset, sigma in zip(legs, self.study.sigmas(columns), strict=True)
        ]
        alike = mean_correlation(self.study.covariance, columns)
        places = [self.history.assets.index(asset) for asset in legs]
        rose = self.history.highs[self.day : self.day + days, places].max(axis=0)
        now = self.history.prices[self.day - 1, places]
        return chance_of_any(chances, alike), bool((rose / now - 1 >= survived(1)).any())

    def _price(self, asset: str) -> Decimal:
        return _decimal(self.history.prices[self.day - 1, self.history.assets.index(asset)])


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def starts(history: History) -> Iterator[Start]:
    """Every start with a year of closes behind it and the longest horizon before it."""
    for day in range((BEGIN - history.first).days, len(history.prices) - max(HORIZONS), STEP):
        alive = history.alive(day, max(HORIZONS))
        if not {"ETH", "SOL", "LINK", "BTC"} <= set(alive):
            continue
        held = {asset: share * WORTH for asset, share in sample(alive).items()}
        study = history.study(day, {asset: usd / WORTH for asset, usd in held.items()})
        legs = tuple(asset for asset in MAJORS if asset in study.sample.assets)
        betas = fitted(study, Wish(), legs)
        yield Start(history, day, study, held, {asset: beta * WORTH for asset, beta in betas.items()})


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    if not DATA.exists():
        return Section("capital", "Accounts that shorts share", f"No data at {DATA}.", [], [])
    random = np.random.default_rng(7)
    every = list(starts(read_history()))
    rows, judged = [], []
    for days in HORIZONS:
        told = [one.isolated(days) for one in every]
        alone = [one for one, _ in told], [lost for _, lost in told]
        rows.append(_row(ALONE, days, *alone, drawn=None))
        judged.append((f"{ALONE}, {days} d", sum(alone[0]), sum(alone[1])))
        for way in WAYS:
            odds, lost, drawn, beside = [], [], [], []
            for number, one in enumerate(every):
                slack, moves = one.account(way)
                odds.append(slack_odds(slack, swings_of(moves, days), days).probability)
                lost.append(one.lost(slack, days))
                if number % EVERY == 0:
                    drawn.append(one.drawn(slack, days, random))
                    beside.append(odds[-1])
            rows.append(_row(way.name, days, odds, lost, drawn=(beside, drawn)))
            judged.append((f"{way.name}, {days} d", sum(odds), sum(lost)))
    said = [(name, seen / expected) for name, expected, seen in judged if expected >= ENOUGH]
    worst = max(said, key=lambda one: abs(np.log(max(one[1], 1e-3))))
    text = (
        f"Aim: no way off by more than {OFF} times where {ENOUGH} are expected, the worst of {len(said)} is "
        f"{worst[1]:.2f} times ({worst[0]})"
    )
    return Section(
        "capital",
        "Accounts that shorts share",
        f"{TEXT} {len(every)} starts to the end of 2024; the rules of {VENUE} with the ratios that are "
        f"assumed of it. The Monte Carlo draws {PATHS} paths of days of the year before, recent ones more "
        f"often, at every {EVERY}th start, with the odds told there beside it.",
        [
            Table(
                ("backed by", "days", "starts", "told", "liquidated", "times", "told there", "Monte Carlo"),
                rows,
                "Odds of liquidation, and what happened",
            )
        ],
        [verdict(text, met=1 / OFF <= worst[1] <= OFF)],
    )


def _row(
    name: str,
    days: int,
    odds: list[float],
    lost: list[bool],
    *,
    drawn: tuple[list[float], list[float]] | None,
) -> list[str]:
    expected, seen = sum(odds), sum(lost)
    beside = ("", "")
    if drawn is not None:
        beside = tuple(f"{np.mean(each) * 100:.2f} %" for each in drawn)  # type: ignore[assignment]
    return [
        name,
        str(days),
        f"{len(odds):,}",
        f"{expected / len(odds) * 100:.2f} %",
        f"{seen / len(odds) * 100:.2f} % ({seen})",
        f"{seen / expected:.2f}" if expected else "",
        *beside,
    ]
