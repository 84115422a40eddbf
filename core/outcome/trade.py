"""The fills of one contract as coins: what each added, how much of that was rounding, and at what prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from core.journal.fill import Fill, Terms
from core.outcome.course import spot_of

_NONE, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Trade:
    """A fill in coins."""

    at: datetime
    """When."""
    coins: Fraction
    """Coins added to the position; below zero, taken from it."""
    excess: Fraction
    """The part of them that came from rounding to whole contracts."""
    price: Fraction
    """The price of the future, in USD per coin."""
    index: Fraction
    """The price of the coin itself, in USD."""


def trades(fills: Sequence[Fill], plans: Sequence[datetime] = ()) -> tuple[Trade, ...]:
    """The fills of one contract in coins, in order of time. plans: since when each plan counts.

    The orders of a plan lead from what is open to what it wants, so what they round adds up anew for each
    plan. A fill that follows no ticket reduces that excess in proportion, and nothing is left of it where
    nothing is open. A future whose index was not known is taken to have had no basis then.
    """
    found: list[Trade] = []
    count = coins = excess = extra = _NONE
    followed = 0
    for fill in fills:
        change, price = Fraction(fill.count), Fraction(fill.price) / Fraction(fill.terms.scale)
        after = count + change
        coins_after = _coins_after(coins, count, change, coins_in(fill.terms, price))
        if fill.wanted is not None:
            plan = sum(since <= fill.at for since in plans)
            excess = (excess if plan == followed else _NONE) + change - Fraction(fill.wanted)
            followed = plan
        elif count * change < 0:
            excess *= max(after / count, _NONE)
        extra_after = coins_after * excess / after if after else _NONE
        found.append(Trade(fill.at, coins_after - coins, extra_after - extra, price, spot_of(fill) or price))
        count, coins, extra = after, coins_after, extra_after
        excess = excess if after else _NONE
    return tuple(found)


def coins_in(terms: Terms, price: Fraction) -> Fraction:
    """Coins of the asset in one contract, at a price in USD per coin."""
    return Fraction(terms.multiplier) / (price if terms.inverse else _ONE)


def _coins_after(coins: Fraction, count: Fraction, change: Fraction, each: Fraction) -> Fraction:
    """Coins in the position after `change` contracts of `each` coins. What
    closes takes its part of all coins.
    """
    after = count + change
    if count * change >= 0:
        return coins + change * each
    return coins * after / count if count * after >= 0 else after * each
