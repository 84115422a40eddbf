"""How much of a plan is open already, said below the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.reading.venues import name_of
from bot.wording.errors import said
from bot.wording.filled import name, size_text
from bot.wording.layout import listed
from bot.wording.numbers import quantity
from core.hedge.hedge import Hedge
from core.hedge.leg import Leg as Planned
from core.journal.held import Held, decimal
from core.outcome.leg_standing import LegStanding


def already(plan: Hedge, held: Sequence[Held]) -> str | None:
    """How much of the plan is open on its venue and what is left to trade; None where
    nothing is open there.
    """
    here = {each.symbol: each for each in held if each.venue == plan.venue}
    if not here:
        return None
    planned = {leg.contract.symbol for leg in plan.legs}
    parts = [
        _part(leg, -here[leg.contract.symbol].count if leg.contract.symbol in here else Decimal(0))
        for leg in plan.legs
    ]
    strays = [_in_coins(each) for symbol, each in here.items() if symbol not in planned]
    unused = f" Not part of this plan, closed by its ticket: {listed(strays)}." if strays else ""
    return f"Open already: {listed(parts)}; the ticket is only the difference.{unused}"


def elsewhere(held: Sequence[Held], venue: str) -> str | None:
    """Names the positions on other venues, which a plan for `venue` does not count; None without any."""
    others = [f"{_in_coins(each)} on {name_of(each.venue)}" for each in held if each.venue != venue]
    return f"Open elsewhere and not counted here: {listed(others)}. /adjust counts all." if others else None


def _part(leg: Planned, short: Decimal) -> str:
    """`1 of 1.2 ETH (0.2 to sell)`."""
    more = leg.count - short
    planned, opened, missing = (
        quantity(leg.contract.quantity(count, leg.price)) for count in (leg.count, short, abs(more))
    )
    left = f"{missing} to sell" if more > 0 else f"{missing} to buy back" if more else "as planned"
    return f"{opened} of {planned} {leg.asset} ({left})"


def held(leg: LegStanding) -> str:
    """`ETH short 2,143 × 0.01 ETH (21.43 ETH) on Bybit`."""
    return f"{_open(leg.held)} on {name_of(leg.held.venue)}"


def trouble(leg: LegStanding) -> str:
    """Why some figures of a position are not known now, with the venue and contract by name; empty where all
    are.
    """
    if leg.trouble is None:
        return ""
    return said(replace(leg.trouble, symbol=name(leg.held.symbol, leg.held.terms)))


def priced_as_coins(legs: Iterable[LegStanding]) -> str | None:
    """Names the open futures without a price of their own, for which the coin's price is used instead."""
    assets = list(dict.fromkeys(leg.asset for leg in legs if leg.quote and not leg.quote.own))
    if not assets:
        return None
    return (
        f"{listed(assets)}: the coin's price is used, for what the future trades at is not known here. Your "
        "broker's price may differ, and these sums with it."
    )


def _in_coins(held: Held) -> str:
    """`ETH short 21.43 ETH`."""
    side = "short" if held.count < 0 else "long"
    return f"{name(held.symbol, held.terms)} {side} {quantity(abs(decimal(held.coins)))} {held.terms.asset}"


def _open(held: Held) -> str:
    side = "short" if held.count < 0 else "long"
    return f"{name(held.symbol, held.terms)} {side} {size_text(held.count, held.terms)}"
