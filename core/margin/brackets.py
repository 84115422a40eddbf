"""Maintenance margin in tiers: the larger the position, the more of it must stay covered."""

from collections.abc import Iterable
from decimal import Decimal

from core.domain.contract import Bracket

Number = str | int | Decimal
"""A number as tables write it; a float would bring its rounding with it."""


def tiered(rows: Iterable[tuple[Number, Number, Number]]) -> tuple[Bracket, ...]:
    """Brackets from rows of (floor in USD, maintenance rate, most leverage), ascending from a floor of 0."""
    brackets: list[Bracket] = []
    for floor, rate, most in rows:
        row = Bracket(Decimal(floor), Decimal(rate), Decimal(0), Decimal(most))
        if brackets:
            row = Bracket(row.floor, row.rate, next_cum(row.floor, row.rate, brackets[-1]), row.max_leverage)
        brackets.append(row)
    return tuple(brackets)


def next_cum(floor: Decimal, rate: Decimal, last: Bracket) -> Decimal:
    """The amount that makes a tier meet the one below it without a jump.

    cum_k = floor_k * (rate_k - rate_{k-1}) + cum_{k-1}.
    """
    return floor * (rate - last.rate) + last.cum


def bracket_at(brackets: tuple[Bracket, ...], notional: Decimal) -> Bracket:
    """The bracket that a position of this USD notional is in."""
    return next(bracket for bracket in reversed(brackets) if notional >= bracket.floor or bracket.floor == 0)


def maintenance(brackets: tuple[Bracket, ...], notional: Decimal) -> Decimal:
    """Maintenance margin: notional * rate - cum, in the bracket of the notional.

    In USD; in coins where the notional and the brackets are.
    """
    bracket = bracket_at(brackets, notional)
    return notional * bracket.rate - bracket.cum
