"""How likely a short is to be liquidated, and the leverage that keeps that unlikely."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from math import exp, log, pi, prod, sqrt
from statistics import NormalDist

TARGET = 0.01
"""The probability of a liquidation within the horizon that a chosen leverage keeps to."""
MAX_CHOSEN = Decimal(5)
"""The highest leverage that the bot chooses; only the user may ask for more."""

MEASURED = ((2.4, 0.05), (3.5, 0.01))
"""Rises of BTC, ETH and SOL, in standard deviations of the horizon, with how often each was reached within 14
days.
"""

_SHAPE = log(log(MEASURED[1][1]) / log(MEASURED[0][1])) / log(MEASURED[1][0] / MEASURED[0][0])
"""The exponent of the Weibull tail through the two measured points."""
_SCALE = MEASURED[1][0] / (-log(MEASURED[1][1])) ** (1 / _SHAPE)
"""Its scale, in standard deviations."""
_FACTORS = tuple((step / 2, exp(-((step / 2) ** 2) / 2) / 2 / sqrt(2 * pi)) for step in range(-12, 13))
"""What all coins have in common, in standard deviations, and the weight of each: a sum in place of the
integral.
"""
MOST_ALIKE = 0.95
"""Returns that are more alike count as so much alike: the sum over the factor would be too coarse."""
_NORMAL = NormalDist()


def chance_of_any(chances: Sequence[float], correlation: float) -> float:
    """Probability that at least one of several shorts is liquidated, from that of each.

    1 - E[prod Phi((z_i - sqrt(c) x) / sqrt(1 - c))], z_i = Phi^-1(1 - p_i), x standard normal: a Gaussian
    copula with one factor (Vasicek, Risk 15, 2002), c the mean correlation of the coins' returns. On recorded
    prices of 2021 to 2024, three to six legs at 1x to 5x over 14 and 30 days, it said between .8 and 1.06
    times what was seen; the likeliest leg alone .48 to .80 times.
    """
    if len(chances) < 2 or max(chances) >= 1 or not max(chances):
        return max(chances, default=0.0)
    bends = [_NORMAL.inv_cdf(1 - chance) for chance in chances if chance > 0]
    shared = min(max(correlation, 0.0), MOST_ALIKE)
    none = 0.0
    for factor, weight in _FACTORS:
        kept = (_NORMAL.cdf((bend - sqrt(shared) * factor) / sqrt(1 - shared)) for bend in bends)
        none += weight * prod(kept)
    return max(1 - none, *chances)


def tail(distance: float) -> float:
    """Probability that several coins together reach a distance, in standard deviations of the horizon.

    A Weibull tail through the two MEASURED points, which are of BTC, ETH and SOL from 2019 to 2024.
    """
    return exp(-((max(distance, 0.0) / _SCALE) ** _SHAPE))


def distance_of(probability: float) -> float:
    """The distance, in standard deviations of the horizon, that is so likely: the inverse of `tail`."""
    return float(_SCALE * (-log(probability)) ** (1 / _SHAPE))


def whole_leverage(most: Decimal, allowed: Decimal) -> Decimal:
    """The largest whole leverage up to `most`, MAX_CHOSEN and what the venue allows; at least 1."""
    return max(min(most.to_integral_value(ROUND_FLOOR), MAX_CHOSEN, allowed), Decimal(1))
