"""Capital: what may back the shorts of an account, and by which rules the account is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

MarginMode = Literal["isolated", "cross", "coins", "portfolio", "inverse"]
"""How an account backs its shorts.

isolated: each short has its own cash. cross: one pool of cash. coins: cash and the coins that lie there, each
at the venue's ratio (multi-assets, unified, multi-currency). portfolio: the same, with margin by the risk of
all of it together. inverse: each coin backs its own coin-margined contracts.
"""
MARGIN_MODES: tuple[MarginMode, ...] = ("isolated", "cross", "coins", "portfolio", "inverse")
"""All modes, the plainest first."""
POOLED: frozenset[MarginMode] = frozenset({"cross", "coins", "portfolio"})
"""Modes in which all shorts share what backs them, so that they are liquidated together or not at all."""
TAKES_COINS: frozenset[MarginMode] = frozenset({"coins", "portfolio"})
"""Modes in which coins of several kinds back one pool."""


@dataclass(frozen=True, slots=True)
class Capital:
    """What backs the shorts at one venue."""

    mode: MarginMode = "isolated"
    """The account's mode."""
    cash: Decimal = Decimal(0)
    """USD of dollar coins that lie there as margin."""
    coins: Mapping[str, Decimal] = field(default_factory=dict)
    """Coins that lie there, by asset; whether each counts is the venue's matter."""
