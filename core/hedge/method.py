"""How many dollars of each leg to short per dollar of portfolio: one function a method."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.errors import CannotHedge
from core.hedge.study import Study
from core.hedge.wish import Wish

WORTH_A_LEG = 0.02
"""Held-out effectiveness that one more order must add to be worth placing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of legs and the share of variance that it removed on days not used to fit it."""

    legs: tuple[str, ...]
    effectiveness: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hedge ratios at full coverage: USD of short per USD of portfolio, by asset; all positive."""

    betas: dict[str, float]
    frontier: tuple[Choice, ...] = ()


def best_legs(study: Study, _wish: Wish, candidates: tuple[str, ...]) -> Ratio:
    """The fewest legs after which one more adds less than WORTH_A_LEG held out, then fitted on all days."""
    frontier = study.frontier(study.columns(candidates))
    if not frontier:
        raise CannotHedge("No contract here moves with your coins, so none can hedge them.")
    chosen = 0
    while chosen + 1 < len(frontier) and frontier[chosen + 1][1] - frontier[chosen][1] >= WORTH_A_LEG:
        chosen += 1
    names = study.sample.assets
    choices = tuple(Choice(tuple(names[leg] for leg in legs), share) for legs, share in frontier)
    return Ratio(_fitted(study, choices[chosen].legs), choices)


def named_legs(study: Study, wish: Wish, candidates: tuple[str, ...]) -> Ratio:
    """The joint fit on the legs that the user named; the frontier is that of all candidates, to compare."""
    betas = _fitted(study, wish.legs)
    return Ratio(betas, best_legs(study, wish, candidates).frontier)


def fixed_mix(study: Study, wish: Wish, _candidates: tuple[str, ...]) -> Ratio:
    """The user's own weights of the legs: beta of the portfolio to the mix, times each share."""
    legs = study.columns(wish.legs)
    mix = study.spread(legs, np.array([float(share) for share in wish.shares]))
    variance = float(mix @ study.covariance @ mix)
    beta = float(mix @ study.covariance @ study.weights) / variance
    if beta <= 0:
        raise CannotHedge(
            f"{' and '.join(wish.legs)} do not move with your coins, so shorting them is no hedge."
        )
    return Ratio({asset: beta * float(share) for asset, share in zip(wish.legs, wish.shares, strict=True)})


def own_beta(_study: Study, wish: Wish, _candidates: tuple[str, ...]) -> Ratio:
    """The beta that the user typed, on one leg or split by the user's shares."""
    beta, shares = float(wish.beta or 0), wish.shares or (Decimal(1),)
    return Ratio({asset: beta * float(share) for asset, share in zip(wish.legs, shares, strict=True)})


def _fitted(study: Study, legs: tuple[str, ...]) -> dict[str, float]:
    found = study.fit(study.columns(legs))
    if found is None:
        raise CannotHedge(f"{' and '.join(legs)} did not move with your coins, so shorting is no hedge.")
    return {legs[leg]: float(beta) for leg, beta in zip(found.legs, found.betas, strict=True)}


Method = Callable[[Study, Wish, tuple[str, ...]], Ratio]

METHODS: tuple[tuple[Callable[[Wish], bool], Method], ...] = (
    (lambda wish: wish.beta is not None, own_beta),
    (lambda wish: bool(wish.shares), fixed_mix),
    (lambda wish: bool(wish.legs), named_legs),
    (lambda _: True, best_legs),
)
"""The first row whose condition holds answers the wish."""


def method_for(wish: Wish) -> Method:
    return next(method for applies, method in METHODS if applies(wish))
