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
class AccountMode:
    """What an account at a venue says of itself to a key that may read it."""

    mode: MarginMode | None
    """How it backs shorts; None where it says so in words that are not known, or for each position apart."""
    equity: Decimal | None = None
    """USD that count as margin in it, with what open positions have gained; None where it does not say."""
    ratio: Decimal | None = None
    """The venue's own ratio, in its own direction; None where it has none, as without a position."""
    off: tuple[str, ...] = ()
    """Coins in it that are switched off as margin."""


@dataclass(frozen=True, slots=True)
class Capital:
    """What backs the shorts at one venue."""

    mode: MarginMode = "isolated"
    """The account's mode."""
    cash: Decimal = Decimal(0)
    """USD of dollar coins that lie there as margin."""
    coins: Mapping[str, Decimal] = field(default_factory=dict)
    """Coins that lie there, by asset; whether each counts is the venue's matter."""
