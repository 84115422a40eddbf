"""Whether two venues mean one coin by a ticker: their prices have to agree, and the closes that are kept."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import numpy as np

from core.domain.series import Closes

APART = Decimal("0.05")
"""Prices of one coin at two venues at one moment are nearer to each other than this part of them."""
WEEK = 7
"""Days of closes that are compared."""


def agree(one: Decimal, other: Decimal) -> bool:
    """Whether two prices above zero may be of one coin."""
    return max(one, other) <= min(one, other) * (1 + APART)


def closes_agree(one: Closes, other: Closes) -> bool:
    """Whether the closes of the last days that both have may be of one coin; so they may without any."""
    days, mine, theirs = np.intersect1d(one.days[-WEEK:], other.days[-WEEK:], return_indices=True)
    if not len(days):
        return True
    ratios = one.prices[-WEEK:][mine] / other.prices[-WEEK:][theirs]
    return agree(Decimal(str(float(np.median(ratios)))), Decimal(1))


def same_as(prices: Mapping[str, Decimal], mine: str) -> frozenset[str] | None:
    """The venues whose coin is that of the venue `mine`; None where it cannot be told which one is meant.

    Where `mine` has no price it is the coin of most venues.
    """
    if mine in prices:
        return _near(prices, prices[mine])
    groups = sorted({_near(prices, price) for price in prices.values()}, key=len, reverse=True)
    if len(groups) > 1 and len(groups[0]) == len(groups[1]):
        return None
    return groups[0] if groups else frozenset()


def _near(prices: Mapping[str, Decimal], price: Decimal) -> frozenset[str]:
    return frozenset(venue for venue, each in prices.items() if agree(each, price))


def other_coins(
    assets: Collection[str], here: Mapping[str, Decimal], there: Mapping[str, Decimal]
) -> list[str]:
    """The assets whose price at two venues is not of one coin; one that lacks either is not known to be."""
    return [a for a in dict.fromkeys(assets) if a in here and a in there and not agree(here[a], there[a])]
