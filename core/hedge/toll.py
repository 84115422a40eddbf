"""What legs are expected to cost, in the unit of the variance that they take away.

Somebody with relative risk aversion a gives up a / 2 * variance of their worth to be rid of it (Pratt,
Econometrica 32, 1964). So a cost of so much of the worth over some days weighs as much as 2 / (a * days) of
that in variance a day: the toll that a leg has to earn by the variance that it removes.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from core.hedge.leg import Leg, Offer
from core.hedge.study import Study
from core.measure.beta import Floats
from core.measure.exposure import Exposure

AVERSION = 4.0
"""Relative risk aversion. Most people's is put between 1 and 4; of who asks for a hedge the upper end is
taken. At 4, coins that swing by 15 % in 14 days are worth hedging at up to 4.5 % of their worth.
"""
DEAR = 0.01
"""What a short may cost over the horizon, as a share of its notional, before that is worth a word."""


def tolls(offered: Mapping[str, Offer], legs: Iterable[str], days: float) -> Floats:
    """The toll of each leg: variance a day, as a share of the squared worth, for each USD short per USD of
    the portfolio; (legs,).

    What should pay on balance has no toll: a hedge is not chosen for what it earns, which is never sure.
    """
    return toll_of(np.array([offered[asset].cost for asset in legs]), days)


def toll_of(costs: Floats, days: float) -> Floats:
    """The tolls of shorts that should cost so much over these days, as shares of their notional; (legs,)."""
    return np.asarray(np.maximum(costs, 0.0) * 2 / (AVERSION * days))


def toll_share(
    measured: Study, offered: Mapping[str, Offer], betas: Mapping[str, float], days: float
) -> float:
    """The share of the portfolio's variance that these legs have to remove for what they should cost.

    betas: USD short per USD of the portfolio, by asset. 0 where the portfolio does not move.
    """
    bare = float(measured.weights @ measured.covariance @ measured.weights)
    toll = float(tolls(offered, betas, days) @ np.array(list(betas.values())))
    return toll / bare if bare > 0 else 0.0


def dear(offered: Mapping[str, Offer], exposure: Exposure, legs: Iterable[Leg]) -> dict[str, float]:
    """The coins held whose own contract would cost more than DEAR over the horizon and is not among the legs;
    for each what it would cost, as a share of the notional.
    """
    shorted = {leg.asset for leg in legs}
    own = (held.asset for held in exposure.moving if held.asset in offered and held.asset not in shorted)
    return {asset: offered[asset].cost for asset in own if offered[asset].cost > DEAR}
