"""How many dollars of each leg to short per dollar of portfolio: one function a method."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.errors import CannotHedge
from core.hedge.study import Choice, Study
from core.hedge.wish import Wish

WORTH_A_LEG = 0.02
"""Held-out effectiveness that one more order must add to be worth placing."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hedge ratios at full coverage: USD of short per USD of portfolio, stablecoins included, by asset.

    All are positive. A beta of the user's own is of the coins that move; here it is one of the whole.

    fixed: the legs stand as they are; a leg too small to trade is left out and the others not refitted.
    """

    betas: dict[str, float]
    fixed: bool = False


def best_legs(study: Study, _wish: Wish, frontier: tuple[Choice, ...]) -> Ratio:
    """The number of legs up to which each one pays WORTH_A_LEG held out, then fitted on all days.

    Each on average: a leg that adds little may open the way for one that adds much, and in 30 held-out days
    single steps are noise. (Stopping at the first small step was measured to hedge worse.)
    """
    best = max(frontier, key=lambda choice: choice.effectiveness - WORTH_A_LEG * len(choice.legs))
    return Ratio(fitted(study, best.legs))


def named_legs(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The joint fit on the legs that the user named."""
    return Ratio(fitted(study, wish.legs))


def fixed_mix(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The user's own weights of the legs: beta of the portfolio to the mix, times each share."""
    legs = study.columns(wish.legs)
    mix = study.spread(legs, np.array([float(share) for share in wish.shares]))
    variance = float(mix @ study.covariance @ mix)
    beta = float(mix @ study.covariance @ study.weights) / variance
    if beta <= 0:
        raise CannotHedge(f"{' and '.join(wish.legs)} did not move with your coins, so shorting is no hedge.")
    return _shared(beta, wish)


def own_beta(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The beta that the user typed of the coins that move, on one leg or split by the user's shares."""
    return _shared(float(wish.beta or 0) * study.moving, wish)


def dollar_for_dollar(study: Study, wish: Wish, frontier: tuple[Choice, ...]) -> Ratio:
    """A dollar short for a dollar of coins that move (beta 1), in the user's shares, or as the legs fit best.

    To offset the loss A of a fall x takes A / x of short; A is x times those coins, so that is their worth.
    """
    if wish.shares:
        return _shared(study.moving, wish)
    betas = fitted(study, wish.legs or frontier[0].legs)
    total = sum(betas.values())
    return Ratio({asset: beta / total * study.moving for asset, beta in betas.items()}, fixed=True)


def fitted(study: Study, legs: tuple[str, ...]) -> dict[str, float]:
    """Non-negative joint fit; a leg that adds nothing is left out. Raises CannotHedge if none is left."""
    found = study.fit(study.columns(legs))
    if found is None:
        raise CannotHedge(f"{' and '.join(legs)} did not move with your coins, so shorting is no hedge.")
    return {legs[leg]: float(beta) for leg, beta in zip(found.legs, found.betas, strict=True)}


def _shared(beta: float, wish: Wish) -> Ratio:
    shares = wish.shares or (Decimal(1),)
    return Ratio(
        {asset: beta * float(share) for asset, share in zip(wish.legs, shares, strict=True)}, fixed=True
    )


Method = Callable[[Study, Wish, tuple[Choice, ...]], Ratio]

METHODS: tuple[tuple[str, Callable[[Wish], bool], Method], ...] = (
    ("beta of your own", lambda wish: wish.beta is not None, own_beta),
    ("dollar", lambda wish: wish.drop is not None and wish.keep is None, dollar_for_dollar),
    ("mix", lambda wish: bool(wish.shares), fixed_mix),
    ("named legs", lambda wish: bool(wish.legs), named_legs),
    ("beta", lambda _: True, best_legs),
)
"""Name, when it applies, and the function: the first row that applies answers the wish."""


def method_for(wish: Wish) -> Method:
    return next(method for _, applies, method in METHODS if applies(wish))


def coverage_for(wish: Wish, beta: float, hedge_beta: float, worth: Decimal, benchmark: str) -> Decimal:
    """Share of the exposure to hedge so that the wish's aim is met.

    beta: of the portfolio to the benchmark; hedge_beta: of the legs at full coverage, per USD of portfolio.
    keep A at a fall x: beta - c * hedge_beta = A / (x * V). target t: beta - c * hedge_beta = t.
    Raises CannotHedge where the portfolio meets the aim without a hedge, and where the legs do not fall.
    """
    exact = Decimal(repr(beta))
    if wish.keep is not None:
        loss = exact * wish.fall * worth
        if wish.keep >= loss:
            raise CannotHedge(
                f"No hedge is needed: if {benchmark} falls {wish.fall * 100:.0f}% you would lose about "
                f"${max(loss, Decimal(0)):,.0f}, less than the ${wish.keep:,.0f} you accept."
            )
        return (exact - wish.keep / (wish.fall * worth)) / _falling(hedge_beta, benchmark)
    if wish.target_beta is not None:
        if wish.target_beta >= exact:
            raise CannotHedge(
                f"No hedge is needed: your beta to {benchmark} is {beta:.2f} already, not above "
                f"{wish.target_beta}. Type a lower one: /hedge target beta {max(beta / 2, 0.1):.1f}"
            )
        return (exact - wish.target_beta) / _falling(hedge_beta, benchmark)
    return wish.coverage


def _falling(hedge_beta: float, benchmark: str) -> Decimal:
    """The hedge's beta, exact; refused where it does not fall with the benchmark: no size would be enough."""
    if hedge_beta <= 0:
        raise CannotHedge(f"What you would short did not fall with {benchmark}. Type /hedge {benchmark}.")
    return Decimal(repr(hedge_beta))
