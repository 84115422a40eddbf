"""The hedges that `hedge_quality` compares: dollars to short of each leg for a dollar of portfolio."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from core.domain.coins.asset import MAJORS
from core.hedge.method import best_legs, fitted
from core.hedge.plan import MOST_OWN_LEGS
from core.hedge.study import Study
from core.hedge.unseen import Choice
from core.hedge.wish import Wish
from core.measure.beta import Floats, covariance
from core.measure.subset import MOST_LEGS, RIDGE


@dataclass(frozen=True, slots=True)
class Case:
    """One portfolio on the morning of one block, with what the engine measured of it and offers for it.

    held: its coins, largest first. gains: daily gains of the block for so many dollars of each asset; for the
    oracle, nobody else may look ahead.
    """

    study: Study
    held: tuple[str, ...]
    gains: Callable[[Mapping[str, float]], Floats]
    frontier: tuple[Choice, ...] = ()


Dollars = Mapping[str, float]
Method = Callable[[Case], Dollars]


def candidates(held: tuple[str, ...]) -> tuple[str, ...]:
    """The legs that the plan considers: the majors and the largest coins held."""
    return tuple(dict.fromkeys([*MAJORS, *held[:MOST_OWN_LEGS]]))


def least_squares(days: int, legs: tuple[str, ...]) -> Method:
    """Ordinary least squares on the last so many days."""

    def method(case: Case) -> Dollars:
        sample, columns = case.study.sample, case.study.columns(legs)
        returns = sample.returns[sample.ages <= days]
        moves = covariance(returns, np.full(len(returns), 1 / len(returns)))
        betas = np.linalg.solve(moves[np.ix_(columns, columns)], moves[columns] @ case.study.weights)
        return dict(zip(legs, betas.tolist(), strict=True))

    return method


def oracle(case: Case) -> Dollars:
    """The best non-negative hedge of this very block, in hindsight."""
    legs = np.column_stack([case.gains({leg: 1.0}) for leg in MAJORS])
    bare = case.gains(dict(zip(case.study.sample.assets, case.study.weights.tolist(), strict=True)))
    return dict(zip(MAJORS, nnls(legs, bare)[0].tolist(), strict=True))


def ridge(case: Case, legs: tuple[str, ...], share: float, *, to_own: bool) -> Dollars:
    """Non-negative ridge regression by another way than the engine's; pulled to what is held, or to zero."""
    columns, weights = case.study.columns(legs), case.study.weights
    gram = case.study.covariance[np.ix_(columns, columns)]
    penalty = share * float(np.mean(np.diag(gram)))
    lower = np.linalg.cholesky(gram + penalty * np.eye(len(legs)))
    right = case.study.covariance[columns] @ weights + penalty * weights[columns] * to_own
    return dict(zip(legs, nnls(lower.T, np.linalg.solve(lower, right))[0].tolist(), strict=True))


def orders(number: int) -> Method:
    """The best so many legs, chosen held out as the plan does, then fitted on all days."""

    def method(case: Case) -> Dollars:
        return fitted(case.study, Wish(), [one for one in case.frontier if len(one.legs) <= number][-1].legs)

    return method


OURS, OLS_90 = "**Microhedge, BTC+ETH+SOL**", "OLS 90 d, BTC+ETH+SOL"
ORACLE = "oracle: best fit inside each block"
METHODS: dict[str, Method] = {
    OURS: lambda case: fitted(case.study, Wish(), MAJORS),
    OLS_90: least_squares(90, MAJORS),
    "OLS 365 d, BTC+ETH+SOL": least_squares(365, MAJORS),
    "short ETH, OLS 90 d": least_squares(90, ("ETH",)),
    "short BTC 1:1": lambda _: {"BTC": 1.0},
    "short ETH at a fixed beta of 1.5": lambda _: {"ETH": 1.5},
    ORACLE: oracle,
}
"""For every portfolio; a row of the tables each."""

ZERO = "the same, ridge towards zero"
RIDGES: dict[str, Method] = {
    ZERO: lambda case: ridge(case, MAJORS, RIDGE, to_own=False),
    "the same, no ridge": lambda case: ridge(case, MAJORS, 0.0, to_own=False),
}
OWN_RIDGES: dict[str, Method] = {
    "majors and own coins, ridge towards what is held": lambda case: ridge(
        case, candidates(case.held), RIDGE, to_own=True
    ),
    "majors and own coins, ridge towards zero": lambda case: ridge(
        case, candidates(case.held), RIDGE, to_own=False
    ),
}
NUMBERS: dict[str, Method] = {
    f"{number} order{'s' * (number > 1)}": orders(number) for number in range(1, MOST_LEGS + 1)
}
DEFAULT = "**Microhedge's default: as many orders as pay**"
FRONTIER: dict[str, Method] = NUMBERS | {
    DEFAULT: lambda case: best_legs(case.study, Wish(), case.frontier).betas
}
"""With the coins' own contracts."""
