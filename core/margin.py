"""Margin and liquidation of a short position, and the leverage that keeps liquidation unlikely."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal
from math import exp, sqrt

from core.contract import Bracket

DISTANCE = 3.5
"""Standard deviations that the margin must survive: about 1 % of shorts liquidated in 14 days (measured)."""
MAX_CHOSEN = Decimal(5)
"""A hedge is never sized above this leverage unless the user says so."""


Number = str | int | Decimal


def tiered(rows: Iterable[tuple[Number, Number, Number]]) -> tuple[Bracket, ...]:
    """Brackets from rows of (floor in USD, maintenance rate, most leverage), ascending from floor 0.

    cum_k = floor_k * (rate_k - rate_{k-1}) + cum_{k-1}, so that maintenance margin has no jump.
    """
    brackets: list[Bracket] = []
    for floor, rate, most in rows:
        row = Bracket(Decimal(floor), Decimal(rate), Decimal(0), Decimal(most))
        if brackets:
            last = brackets[-1]
            row = Bracket(
                row.floor, row.rate, row.floor * (row.rate - last.rate) + last.cum, row.max_leverage
            )
        brackets.append(row)
    return tuple(brackets)


def bracket_at(brackets: tuple[Bracket, ...], notional: Decimal) -> Bracket:
    """The bracket that a position of this USD notional is in."""
    return next(bracket for bracket in reversed(brackets) if notional >= bracket.floor or bracket.floor == 0)


def maintenance(brackets: tuple[Bracket, ...], notional: Decimal) -> Decimal:
    """USD of maintenance margin: notional * rate - cum, in the bracket of the notional."""
    bracket = bracket_at(brackets, notional)
    return notional * bracket.rate - bracket.cum


def initial(notional: Decimal, leverage: Decimal) -> Decimal:
    """USD of initial margin: notional / leverage."""
    return notional / leverage


def liquidation_linear(
    side: int,
    quantity: Decimal,
    entry: Decimal,
    wallet: Decimal,
    brackets: tuple[Bracket, ...],
    fee: Decimal = Decimal(0),
) -> Decimal | None:
    """Price at which an isolated linear position is liquidated; None if no price above zero does it.

    (wallet + cum - side * quantity * entry) / (quantity * (rate + fee) - side * quantity), with rate and cum
    of the bracket that holds the notional at that very price. side +1 long, -1 short; wallet in USD.
    """
    for position, bracket in enumerate(brackets):
        bottom = quantity * (bracket.rate + fee) - side * quantity
        price = (wallet + bracket.cum - side * quantity * entry) / bottom
        ceiling = brackets[position + 1].floor if position + 1 < len(brackets) else None
        if quantity * price >= bracket.floor and (ceiling is None or quantity * price < ceiling):
            return price if price > 0 else None
    return None


def liquidation_inverse(
    side: int, usd: Decimal, entry: Decimal, wallet: Decimal, brackets: tuple[Bracket, ...]
) -> Decimal | None:
    """Price at which an isolated coin-margined position of `usd` notional is liquidated; None if none does.

    The equity `wallet + side * usd * (1/entry - 1/price)` in coins meets `(usd * rate - cum) / price` at
    price = (usd * (side + rate) - cum) / (wallet + side * usd / entry). wallet in coins; brackets by USD.
    """
    bracket = bracket_at(brackets, usd)
    top = usd * (side + bracket.rate) - bracket.cum
    bottom = wallet + side * usd / entry
    if bottom == 0 or top / bottom <= 0:
        return None
    return top / bottom


def affordable_leverage(sigma: float, days: int, rate: Decimal, fee: Decimal) -> float:
    """Most leverage at which an isolated short survives a rise of DISTANCE sigmas over `days`.

    1 / (d * (1 + rate + fee) + rate + fee), d = exp(DISTANCE * sigma * sqrt(days)) - 1; sigma per day.
    """
    rise = exp(DISTANCE * sigma * sqrt(days)) - 1
    drag = float(rate + fee)
    return 1 / (rise * (1 + drag) + drag)


def choose_leverage(sigma: float, days: int, bracket: Bracket, fee: Decimal) -> tuple[Decimal, bool]:
    """Whole-number leverage to set, and whether it keeps the survival target (1x may not)."""
    most = affordable_leverage(sigma, days, bracket.rate, fee)
    whole = Decimal(most).to_integral_value(ROUND_FLOOR)
    return max(min(whole, MAX_CHOSEN, bracket.max_leverage), Decimal(1)), most >= 1
