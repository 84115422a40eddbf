"""How likely a coin rises so far within some days, and how far it rises with some probability."""

from dataclasses import dataclass
from math import exp, inf, log, sqrt

from core.domain.coins.asset import MAJORS


@dataclass(frozen=True, slots=True)
class Rallies:
    """How far coins of one class rise above a close within some days: a tail, and jumps.

    A jump beyond a rise r comes with the probability jump / r in 14 days, whatever the coin did before. The
    standard deviation of a day is pulled towards `typical`: sigma^PULL * typical^(1 - PULL). The tail is in
    standard deviations of the horizon.

    Fitted to the highs of recorded daily candles that began from 2020 to 2022 and judged on those of 2023 and
    2024, for shorts at 1x to 5x over 14 and 30 days (`python -m tests.benchmarks hedge_quality`). Without
    class and jumps coins other than the majors were told 1 in 460 where 1 in 89 was seen.
    """

    typical: float
    """The standard deviation of a day, in the long run."""
    scale: float
    """Scale of the Weibull tail, in standard deviations of the horizon."""
    shape: float
    """Its exponent."""
    jump: float
    """The probability in 14 days of a jump that doubles the price."""

    def pulled(self, sigma: float) -> float:
        """The coin's own standard deviation of a day, pulled towards that of its class."""
        return float(sigma**PULL * self.typical ** (1 - PULL))


JUMP_DAYS = 14
"""The days that `Rallies.jump` is of."""
PULL = 0.7
"""How much of a coin's standard deviation is its own, of the logarithm."""
MOST_JUMPS = 0.5
"""A small rise is no jump: more than this is never put down to jumps."""
OF_MAJORS = Rallies(0.04, 0.946, 1.185, 0.0)
"""Rises of BTC, ETH and SOL. Jumps told nothing about them that the tail does not."""
OF_OTHERS = Rallies(0.055, 0.712, 0.940, 0.0096)
"""Rises of all other coins."""
OF_THIN = Rallies(0.055, 0.712, 0.940, 0.025)
"""Rises of coins that trade thinly. What few are recorded here says nothing of them: elsewhere 2.5 in 100 of
their shorts at 1x were seen liquidated within 14 days where the tail alone said fewer than 1 in 1,000.
"""
_HALVINGS = 40
"""Steps that find a rise to twelve digits."""


def rallies_of(asset: str, *, thin: bool = False) -> Rallies:
    """The class of a coin. thin: whether its contract trades thinly."""
    if asset in MAJORS:
        return OF_MAJORS
    return OF_THIN if thin else OF_OTHERS


def rally_probability(rise: float, sigma: float, days: float, coins: Rallies) -> float:
    """Probability that a coin stands `rise` (a decimal) above today's close at some moment within `days`.

    1 - (1 - exp(-(k / scale)^shape)) * (1 - jump / rise * days / 14), k = ln(1 + rise) / (s * sqrt(days)), s
    the coin's standard deviation of a day as `Rallies.pulled`. It is 1 at no rise, and 0 for a coin whose
    `sigma`, the standard deviation of a day, is 0.
    """
    if rise <= 0:
        return 1.0
    spread = coins.pulled(sigma) * sqrt(days)
    if spread <= 0 or rise == inf:
        return 0.0
    far = exp(-((log(1 + rise) / spread / coins.scale) ** coins.shape))
    return 1 - (1 - far) * (1 - jump_probability(rise, days, coins))


def jump_probability(rise: float, days: float, coins: Rallies) -> float:
    """Probability of a jump beyond `rise`, a decimal: jump / rise * days / 14, at most MOST_JUMPS."""
    if not coins.jump:
        return 0.0
    return min(coins.jump / rise * days / JUMP_DAYS, MOST_JUMPS) if rise > 0 else MOST_JUMPS


def likely_rally(probability: float, sigma: float, days: float, coins: Rallies) -> float:
    """The rise, a decimal, that is reached within `days` with this probability (above 0, at most 1).

    The inverse of `rally_probability`, found by halving between the rise without jumps and one at which tail
    and jumps have half of the probability each.
    """
    spread = coins.pulled(sigma) * sqrt(days)
    if spread <= 0:
        return 0.0

    def without(share: float) -> float:
        return float(coins.scale * (-log(share)) ** (1 / coins.shape) * spread)

    low = without(probability)
    high = max(without(probability / 2), log(1 + 2 * coins.jump / probability * days / JUMP_DAYS))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rally_probability(exp(middle) - 1, sigma, days, coins) > probability:
            low = middle
        else:
            high = middle
    return exp(high) - 1
