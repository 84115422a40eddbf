"""The ways to answer a wish: how many dollars of each leg to short for each dollar of the portfolio."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import inf

import numpy as np

from core.domain.coins.asset import MAJORS
from core.hedge.study import Study
from core.hedge.unmet import BetaLowAlready, DidNotFall, LegsDidNotMove, LossAccepted, NoDollarHedge
from core.hedge.unseen import Choice
from core.hedge.wish import Wish
from core.measure.beta import Floats

WORTH_A_MAJOR, WORTH_AN_OWN_LEG = 0.01, 0.02
"""Expected effectiveness that one more order must add to be worth placing: of a major, and of a coin's own
contract, which is dearer and thinner.

With 0.02 for all the hedge was measured to be up to 1.5 points behind BTC, ETH and SOL named by hand. With
these it is as good on recorded prices of 2021 to 2024 where only those three can be shorted (pooled .301 and
.303 on single coins, .696 and .691 on a basket of all). With 0.01 for all eight coins took six orders.
"""

AMPLE = 3.0
"""USD short per USD of the portfolio that no leg comes near: so much room bounds nothing."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Hedge ratios at full coverage."""

    betas: dict[str, float]
    """USD short per USD of the whole portfolio, stablecoins included, by asset; each is above zero. A beta
    that the user typed is of the coins that move and has been converted.
    """
    fixed: bool = False
    """Whether the ratios were given and stay as they are: a leg that is too
    small to trade is left out, and the others are not fitted again.
    """


def limits(study: Study, wish: Wish, legs: tuple[str, ...]) -> Floats:
    """The largest short of each leg, in USD per USD of the portfolio at full coverage; (legs,).

    Only the majors may stand in for other coins. Another coin's contract is shorted for no more than is held
    of that coin, also where coverage is above 100 %, unless the user named it. A larger short would bring the
    risk of that coin itself, and small coins were measured to have a lot of it.

    No leg that we choose is larger than its market has room for: see `core.cost.depth`.
    """
    # Coverage multiplies the fit later, so above 100 % the limit is divided by it here.
    columns, coverage = study.columns(legs), float(wish.coverage)
    held = study.weights[columns] / max(coverage, 1.0)
    found = np.array([inf if free(wish, asset) else most for asset, most in zip(legs, held, strict=True)])
    if study.room is None:
        return found
    room = study.room[columns]
    named = np.array([asset in wish.legs for asset in legs], dtype=bool)
    return np.where(named | (room >= AMPLE), found, np.minimum(found, room / coverage))


def free(wish: Wish, asset: str) -> bool:
    """Whether more of a coin may be shorted than is held of it."""
    return asset in MAJORS or asset in wish.legs


def best_legs(study: Study, wish: Wish, frontier: tuple[Choice, ...]) -> Ratio:
    """As many legs as pay for themselves on unseen days: what they cost, and what an order has to add.

    The legs have to pay on average, not one by one: a leg that adds little may let the next one add much.
    Where the user asked for a number of orders, it is the best hedge of at most so many.
    """
    best = max(
        (choice for choice in frontier if wish.orders is None or len(choice.legs) <= wish.orders),
        # Who names a number of orders has decided what an order is worth, so the largest set within it is
        # taken.
        key=worth_placing if wish.orders is None else lambda choice: len(choice.legs),
    )
    return Ratio(fitted(study, wish, best.legs))


def worth_placing(choice: Choice) -> float:
    """What a set of legs is expected to remove, less what its costs and its orders have to add."""
    return choice.effectiveness - choice.toll - asked_of(choice.legs)


def asked_of(legs: Iterable[str]) -> float:
    """Expected effectiveness that orders in these coins have to add together."""
    return sum(WORTH_A_MAJOR if asset in MAJORS else WORTH_AN_OWN_LEG for asset in legs)


def named_legs(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The joint fit on the legs that the user named."""
    return Ratio(fitted(study, wish, wish.legs))


def fixed_mix(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The user's own weights of the legs: the beta of the portfolio to that mix, times the share of each.

    Raises CannotHedge where the mix did not move with the portfolio.
    """
    legs = study.columns(wish.legs)
    mix = study.spread(legs, np.array([float(share) for share in wish.shares]))
    variance = float(mix @ study.covariance @ mix)
    beta = float(mix @ study.covariance @ study.weights) / variance
    if beta <= 0:
        raise LegsDidNotMove(" and ".join(wish.legs))
    return _shared(beta, wish)


def own_beta(study: Study, wish: Wish, _frontier: tuple[Choice, ...]) -> Ratio:
    """The beta that the user typed, on one leg or split by the user's shares. It is of the coins that
    move.
    """
    # People say the beta of their coins, while ratios are per dollar of the whole portfolio, stablecoins
    # included.
    return _shared(float(wish.beta or 0) * study.moving, wish)


def dollar_for_dollar(study: Study, wish: Wish, frontier: tuple[Choice, ...]) -> Ratio:
    """A dollar short for each dollar of coins that move, split by the user's shares or as the legs fit best.

    Somebody who wants to offset the loss A in a fall x needs A / x of short; here A is x times the worth of
    the coins, so the short is that worth. Raises CannotHedge where no legs may be shorted for so much.
    """
    if wish.shares:
        return _shared(study.moving, wish)
    offered = [wish.legs] if wish.legs else [choice.legs for choice in frontier]
    betas = next((found for legs in offered if (found := _dollars(study, wish, legs))), None)
    if betas is None:
        raise NoDollarHedge(MAJORS[0])
    return Ratio(betas, fixed=True)


def _dollars(study: Study, wish: Wish, legs: tuple[str, ...]) -> dict[str, float] | None:
    """The fit on these legs, scaled to a dollar for a dollar; None where a leg would then pass its limit."""
    betas = fitted(study, wish, legs)
    total = sum(betas.values())
    scaled = {asset: beta / total * study.moving for asset, beta in betas.items()}
    most = limits(study, wish, tuple(scaled))
    # The fit ends exactly on a limit where the limit binds, and scaling by one may move it past that by a
    # rounding error.
    fits = all(size <= limit * (1 + 1e-9) for size, limit in zip(scaled.values(), most, strict=True))
    return scaled if fits else None


def fitted(study: Study, wish: Wish, legs: tuple[str, ...]) -> dict[str, float]:
    """The joint fit within `limits`, by asset, without legs that add
    nothing. Raises CannotHedge if none is left.
    """
    found = study.fit(study.columns(legs), limits(study, wish, legs))
    if found is None:
        raise LegsDidNotMove(" and ".join(legs))
    return {legs[leg]: float(beta) for leg, beta in zip(found.legs, found.betas, strict=True)}


def _shared(beta: float, wish: Wish) -> Ratio:
    shares = wish.shares or (Decimal(1),)
    return Ratio(
        {asset: beta * float(share) for asset, share in zip(wish.legs, shares, strict=True)}, fixed=True
    )


Method = Callable[[Study, Wish, tuple[Choice, ...]], Ratio]
"""Takes the study, the wish and the frontier, and gives the ratios."""

METHODS: tuple[tuple[str, Callable[[Wish], bool], Method], ...] = (
    ("beta of your own", lambda wish: wish.beta is not None, own_beta),
    ("dollar", lambda wish: wish.drop is not None and wish.keep is None, dollar_for_dollar),
    ("mix", lambda wish: bool(wish.shares), fixed_mix),
    ("named legs", lambda wish: bool(wish.legs), named_legs),
    ("beta", lambda _: True, best_legs),
)
"""The ways to answer a wish: a name, when it applies, and the function. The first row that applies is
taken.
"""


def method_for(wish: Wish) -> Method:
    """The function that answers this wish."""
    return next(method for _, applies, method in METHODS if applies(wish))


def coverage_for(wish: Wish, beta: float, hedge_beta: float, worth: Decimal, benchmark: str) -> Decimal:
    """The share of the exposure to hedge so that the wish's aim is met; the wish's own coverage where it has
    no aim.

    beta: of the portfolio to the benchmark. hedge_beta: of the whole hedge to the benchmark, both per USD of
    the portfolio. worth: of the portfolio, V. The share c solves, for a wish to lose no more than A in a fall
    x, beta - c * hedge_beta = A / (x * V), and for a wish to keep a beta t, beta - c * hedge_beta = t.

    Raises CannotHedge where the portfolio meets the aim without a hedge, and where the hedge does not fall
    with the benchmark.
    """
    # By repr, which gives the shortest number that is this float: Decimal(beta) would carry fifty digits of
    # binary noise into a sum of money.
    exact = Decimal(repr(beta))
    if wish.keep is not None:
        loss = exact * wish.fall * worth
        if wish.keep >= loss:
            raise LossAccepted(benchmark, wish.fall, max(loss, Decimal(0)), wish.keep)
        return (exact - wish.keep / (wish.fall * worth)) / _falling(hedge_beta, benchmark)
    if wish.target_beta is not None:
        if wish.target_beta >= exact:
            raise BetaLowAlready(benchmark, beta, wish.target_beta)
        return (exact - wish.target_beta) / _falling(hedge_beta, benchmark)
    return wish.coverage


def _falling(hedge_beta: float, benchmark: str) -> Decimal:
    """The hedge's beta as a Decimal. Raises CannotHedge where it is not
    above zero: then no size would be enough.
    """
    if hedge_beta <= 0:
        raise DidNotFall(benchmark)
    return Decimal(repr(hedge_beta))
