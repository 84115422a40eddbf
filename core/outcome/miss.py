"""Where a hedge missed its aim, which is to make up `coverage` of what the coins lose.

    miss = coverage * coins + hedge,   hedge = prices + funding - fees

An amount x that changed by dx at the price P' has made the sum of dx * (P - P') when the price is P. With s
the coins shorted, w those that the plan wanted before rounding, r what rounding put on top, F the price of
the future and I that of its coin, prices = -s on F splits without anything left over into

    -s on F + s on I    basis: the future moved otherwise than its coin
    -r on I             rounding: contracts come whole
    -(s - w - r) on I   size: not placed as planned, closed early, or not adjusted
    -w on I             together with coverage * coins: beta, coins moved otherwise than the plan expected

Each sum runs over the changes of its own amount (a fill, a change of the holdings, a new plan), so holdings
changed midway, adjustments, partial exits and a position that goes through zero need no rule of their own.

What follows no ticket is its own plan: w = s, r = 0, coverage 1. A plan counts from the first fill at or
after it. Contracts of an inverse future count as the coins that their dollars were at the prices of their
fills: held so, they make the same dollars. A plan's prices are those known nearest to it.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from core.outcome.course import AmountChange, Key, made_of
from core.outcome.life import Life

_NONE = Fraction(0)

Ends = Mapping[Key, Fraction | None]
"""What each contract costs in the end, in USD per coin; None where that is not known."""


def prices_made(life: Life, ends: Ends) -> dict[Key, Fraction | None]:
    """USD that each contract made by its price; None where it is open and its price is not known."""
    return {
        key: made_of((AmountChange(trade.at, trade.coins, trade.price) for trade in own), ends[key])
        for key, own in life.trades.items()
    }


def split(life: Life, ends: Ends) -> dict[str, Fraction]:
    """What basis, rounding and size made, in USD, by these names. Every contract must have a price."""
    prices = _total(prices_made(life, ends).values())
    index = rounding = _NONE
    for key, own in life.trades.items():
        coin = life.end(life.asset(key))
        index += _total([made_of((AmountChange(trade.at, trade.coins, trade.index) for trade in own), coin)])
        rounding += _total(
            [made_of((AmountChange(trade.at, trade.excess, trade.index) for trade in own), coin)]
        )
    planned = _total(made_of(changes, life.end(asset)) for asset, changes in life.planned())
    return {"basis": prices - index, "rounding": rounding, "size": index - planned - rounding}


def _total(gains: Iterable[Fraction | None]) -> Fraction:
    return sum((gain or _NONE for gain in gains), _NONE)
