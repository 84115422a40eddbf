"""What the size of a contract does to a hedge: how many it takes, and what rounding leaves unhedged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class SizeLeft:
    """One size that contracts come in, and what it does to a hedge of so many dollars."""

    coins: Decimal
    """Coins in the smallest step of an order."""
    where: tuple[str, ...]
    """What comes in that size."""
    steps: Decimal
    """How many steps come nearest to the hedge."""
    left: Decimal
    """USD that they are apart from it, at most half a step."""


def sizes_left(target: Decimal, price: Decimal, steps: Mapping[str, Decimal]) -> tuple[SizeLeft, ...]:
    """What each size leaves of a hedge of `target` USD, the largest size first.

    price: USD per coin. steps: the coins in the smallest step of an order, by what comes in that size.
    """
    names: dict[Decimal, list[str]] = {}
    for name, coins in steps.items():
        names.setdefault(coins.normalize(), []).append(name)
    return tuple(_left(target, price, coins, names[coins]) for coins in sorted(names, reverse=True))


def _left(target: Decimal, price: Decimal, coins: Decimal, where: Iterable[str]) -> SizeLeft:
    count = (target / (price * coins)).to_integral_value(ROUND_HALF_UP)
    return SizeLeft(coins, tuple(where), count, abs(target - count * price * coins))
