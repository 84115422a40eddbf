"""What is known of the user's own although no prices come in: how many coins, and what is short."""

from collections.abc import Sequence

from bot.wording.filled import name
from bot.wording.numbers import quantity
from core.domain.holding import Holding
from core.journal.held import Held, decimal

SHOWN = 8
"""Coins that are named."""


def known_without_prices(holdings: Sequence[Holding], held: Sequence[Held]) -> str | None:
    """The user's own quantities in one or two sentences; None where there are none."""
    coins = [f"{quantity(each.quantity)} {each.asset}" for each in holdings]
    shown = ", ".join(coins[:SHOWN]) + (f" and {len(coins) - SHOWN} more" if len(coins) > SHOWN else "")
    parts = [f"You hold {shown}."] if coins else []
    shorts = [
        f"{'short' if each.count < 0 else 'long'} {quantity(abs(decimal(each.coins)))} "
        f"{name(each.symbol, each.terms)}"
        for each in held
        if each.count
    ]
    if shorts:
        parts.append(f"Open: {', '.join(shorts[:SHOWN])}.")
    return " ".join(parts) or None
