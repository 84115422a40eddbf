"""What stands bare once a hedge is over, and how freed cash would be spread over the coins held."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.hedge.study import Study
from core.measure.exposure import Exposure

FALL = Decimal("0.2")
"""The fall of the benchmark that is worked out."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bare:
    """Coins without a hedge."""

    value: Decimal
    """USD worth of the coins that move."""
    benchmark: str
    """The coin whose fall is worked out."""
    price: Decimal
    """USD for one of it now."""
    loss: Decimal
    """USD that the coins lose if it falls by FALL and each follows by its beta; below zero they gain."""


def left_bare(study: Study, benchmark: str, price: Decimal) -> Bare:
    """What the coins of a study stand to lose. benchmark: one of its measured coins; price: USD now."""
    beta = Decimal(repr(study.beta_to(benchmark)))
    return Bare(study.exposure.moving_value, benchmark, price, study.exposure.value * beta * FALL)


def bought(worth: Exposure, cash: Decimal) -> Mapping[str, tuple[Decimal, Decimal]]:
    """USD and coins of each holding that this cash buys at today's weights, the largest first.

    Dollars are bought by none of it. The largest takes what rounding to cents leaves.
    """
    shares = {held.asset: held.value / worth.moving_value for held in worth.moving}
    dollars = {asset: (cash * share).quantize(_CENT) for asset, share in shares.items()}
    largest = next(iter(dollars))
    dollars[largest] += cash - sum(dollars.values(), Decimal(0))
    prices = {held.asset: held.price for held in worth.moving}
    return {asset: (amount, amount / prices[asset]) for asset, amount in dollars.items()}
