"""Between which values a state stays what it is: outside, `rule.step` may change it.

They depend on nothing but the rule and the tier, so that one comparison answers for any number of users.
"""

from decimal import Decimal
from math import inf, nan

import numpy as np

from core.alert.rule import ABOVE, Rule
from core.measure.beta import Floats
from core.sweep.index import Directory, Flags, Numbers

TIERS = 8
"""More than a rule has, with none."""
SLACK = 1e-7
"""Relative: more than any value may be off by in float64."""
LEAST_SLACK = 1e-15
"""The same of a value about zero."""


class Bounds:
    """Of every rule in a directory and each of its tiers."""

    def __init__(self, directory: Directory) -> None:
        self._low = np.full(len(directory.rules.names) * TIERS, nan)
        self._high = self._low.copy()
        for number in range(len(directory.rules.names)):
            rule = directory.rule(number)
            if rule is not None:
                margin = directory.margin(number)
                tiers = 3 if rule.side == "across" else len(rule.tiers) + 1
                for tier in range(tiers):
                    low, high = _around(rule, tier, margin)
                    self._low[number * TIERS + tier] = low + _off(low, margin)
                    self._high[number * TIERS + tier] = high - _off(high, margin)

    def outside(self, values: Floats, standing: Numbers) -> Flags:
        """Which of the values may change the state that they belong to; one that is nan is not known: none.

        standing: of each state, as `standing` gives it.
        """
        return np.asarray((values <= self._low[standing]) | (values >= self._high[standing]))


def standing_bounds(rule: Numbers, tier: int) -> Numbers:
    """The number of the state of each rule, by its number, in a tier."""
    return rule.astype(np.int32) * TIERS + tier


def _around(rule: Rule, tier: int, margin: Decimal) -> tuple[float, float]:
    """A value above the first and below the second changes nothing."""
    if rule.side == "across":
        (middle,) = rule.tiers
        if not tier:
            return inf, -inf
        return (float(middle - margin), inf) if tier == ABOVE else (-inf, float(middle + margin))
    sign = 1 if rule.side == "above" else -1
    back = sign * rule.tiers[tier - 1] - margin if tier else None
    worse = sign * rule.tiers[tier] if tier < len(rule.tiers) else None
    low, high = (-inf if back is None else float(back)), (inf if worse is None else float(worse))
    return (low, high) if sign > 0 else (-high, -low)


def _off(bound: float, margin: Decimal) -> float:
    return SLACK * (abs(bound) + float(margin)) + LEAST_SLACK if abs(bound) != inf else 0.0
