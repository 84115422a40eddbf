"""Which hedge would be best: a handful of ways to hedge the same portfolio, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np

from core.cost.basis import DAYS_PER_YEAR
from core.domain.coins.asset import MAJORS
from core.domain.errors import HedgeError
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.method import WORTH_A_MAJOR, asked_of
from core.hedge.plan import plan
from core.hedge.study import Study
from core.hedge.unmet import NothingToHedgeWith
from core.hedge.wish import LEAST_COVERAGE, MOST_COVERAGE, Wish
from core.measure.exposure import Exposure
from core.measure.subset import MOST_LEGS
from core.outlook.anatomy import crash_beta

BEST_FEW, OWN_COINS = "best few", "own coins"
"""The names of two alternatives: the best few legs, and the user's own coins."""
BLEND = {"ETH": Decimal("0.6"), "SOL": Decimal("0.4")}
"""A fixed mix that needs no fit, of the two deepest contracts beside BTC."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to hedge, planned in whole contracts."""

    label: str
    """What it is, in the table of alternatives."""
    wish: Wish
    """What was asked of the plan."""
    hedge: Hedge
    """The plan."""

    @property
    def held_out(self) -> float:
        """The share of variance that it removed on days that its fit had not seen."""
        return self.hedge.unseen

    @property
    def name(self) -> str:
        """What to call it: its coin where there is only one, otherwise its label."""
        return self.hedge.legs[0].asset if self.orders == 1 else self.label

    @property
    def orders(self) -> int:
        """How many contracts it shorts."""
        return len(self.hedge.legs)

    @property
    def seen(self) -> float:
        """The share of variance that these whole contracts remove on the days of the fit."""
        return self.hedge.effectiveness

    @property
    def yearly(self) -> Decimal | None:
        """USD per year: the funding to be expected for 365 days, less taker fees to open and close once.

        Below zero it is a cost. None where the funding of a leg is not known, and where a leg is a dated
        future, which earns its basis instead and does not last so long.
        """
        income = self.hedge.income
        if income is None or not all(leg.contract.perpetual for leg in self.hedge.legs):
            return None
        own = self.wish.fee
        fees = [leg.notional * (leg.contract.taker_fee if own is None else own) for leg in self.hedge.legs]
        return DAYS_PER_YEAR * income - 2 * sum(fees, Decimal(0))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The alternatives, judged on the same days."""

    alternatives: tuple[Alternative, ...]
    """The one that removed most of the risk on unseen days first."""
    recommended: Alternative
    """The one to take: see `recommend`."""
    left_out: Mapping[str, HedgeError]
    """Why an alternative is missing, by its label."""
    held_out_days: int
    """On how many unseen days they were judged."""


def compare(
    holdings: Iterable[Holding], snapshot: Snapshot, measured: Study, usual: Wish, now: datetime
) -> Comparison:
    """Plan each alternative for these holdings and judge all of them on the same unseen days.

    measured: a study of the holdings with every asset that a leg may be of. usual: the user's settings,
    without legs. An alternative that cannot be planned, or whose legs were not studied, is left out and
    named. One that comes to the same contracts as an earlier one is not repeated. Raises the HedgeError of
    the first alternative where none is left.
    """
    mine = list(holdings)
    found: dict[frozenset[tuple[str, Decimal]], Alternative] = {}
    left_out: dict[str, HedgeError] = {}
    broken: HedgeError | None = None
    for label, wish in wishes(measured.exposure, snapshot, usual).items():
        try:
            hedge = plan(mine, snapshot, wish, now)
            alternative = Alternative(label, wish, hedge)
        except HedgeError as error:
            broken = broken or error
            left_out[label] = error
            continue
        found.setdefault(frozenset((leg.contract.symbol, leg.count) for leg in hedge.legs), alternative)
    if not found:
        raise broken or NothingToHedgeWith
    best_first = tuple(sorted(found.values(), key=lambda one: (-one.held_out, one.orders)))
    return Comparison(best_first, recommend(best_first), left_out, best_first[0].hedge.unseen_days)


def wishes(exposure: Exposure, snapshot: Snapshot, usual: Wish) -> dict[str, Wish]:
    """The alternatives by label: the best few legs, each major alone, the user's own coins, and the blend."""
    dated = {contract.asset for contract in snapshot.contracts.values()} if snapshot.dated_only else ()
    shorted = [
        held.asset for held in exposure.moving if held.asset in dated or snapshot.perpetual(held.asset)
    ]
    own = tuple(shorted[:MOST_LEGS])
    return {
        BEST_FEW: usual,
        **{major: replace(usual, legs=(major,)) for major in MAJORS},
        **({OWN_COINS: replace(usual, legs=own)} if own else {}),
        "+".join(BLEND): replace(usual, legs=tuple(BLEND), shares=tuple(BLEND.values())),
    }


def recommend(alternatives: Iterable[Alternative]) -> Alternative:
    """The alternative that removed most unseen risk, after WORTH_A_LEG is taken off for each order.

    A plan goes by the same measure, so its choice stands unless another is ahead by that much more.
    """
    scores = {
        one.label: (one.held_out - asked_of(leg.asset for leg in one.hedge.legs), one) for one in alternatives
    }
    best, choice = max(scores.values(), key=lambda scored: scored[0])
    usual, mix = scores.get(BEST_FEW, (-np.inf, choice))
    return mix if usual >= best - WORTH_A_MAJOR else choice


def crash_coverage(measured: Study, hedge: Hedge, benchmark: str) -> Decimal | None:
    """The coverage at which this hedge offsets the crash beta, to the percent, within what may be asked for.

    The legs fall with the benchmark too, so it is coverage times the portfolio's crash beta over the crash
    beta of the whole hedge at full size. None where one of them is not measured or the hedge did not fall.
    """
    columns = measured.columns(leg.asset for leg in hedge.legs)
    worth = measured.exposure.value
    whole = np.array([float(leg.notional / worth / hedge.coverage) for leg in hedge.legs])
    bare = crash_beta(measured, measured.weights, benchmark)
    short = crash_beta(measured, measured.spread(columns, whole), benchmark)
    if bare is None or short is None or min(bare.betas[0], short.betas[0]) <= 0:
        return None
    wanted = hedge.coverage * Decimal(repr(float(bare.betas[0] / short.betas[0])))
    return min(max(wanted, LEAST_COVERAGE), MOST_COVERAGE).quantize(Decimal("0.01"))
