"""What happened to a user's positions, as their journal says it: fills, margin moved, corrections."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from core.domain.contract import Contract
from core.journal.fate import Fate


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract is worth, kept with each fill: what a venue changes or delists later is no matter.

    asset: canonical ticker. multiplier, scale, inverse, expiry, settle: as in a `Contract`; of
    fills from before it was kept settle is None, and means as listed.
    """

    asset: str
    multiplier: Decimal
    scale: Decimal = Decimal(1)
    inverse: bool = False
    expiry: datetime | None = None
    settle: str | None = None

    @classmethod
    def of(cls, contract: Contract) -> "Terms":
        """The terms of a listed contract."""
        return cls(
            contract.asset,
            contract.multiplier,
            contract.scale,
            contract.inverse,
            contract.expiry,
            contract.settle,
        )

    def same(self, other: "Terms") -> bool:
        """Whether a contract is worth the same on both; what one of them does not say is as on the other."""
        settle = self.settle if other.settle is None else other.settle
        return replace(self, settle=settle) == replace(other, settle=settle)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution at `venue`: `count` contracts of `symbol`, above zero bought, below zero sold.

    price, index: the price paid, and the index then (None where it was not known), in quoted units. fee: USD
    paid, negative where received. margin: USD set aside for it, None where that is not known; a fill that
    reduces a position releases margin in proportion. wanted: contracts, signed as `count`, that the plan
    wanted before rounding; None for a fill that followed no ticket. reason: why the venue closed it,
    `liquidated` or `closed`; None for an order of the user's own.
    """

    venue: str
    symbol: str
    terms: Terms
    count: Decimal
    price: Decimal
    at: datetime
    fee: Decimal = Decimal(0)
    margin: Decimal | None = None
    index: Decimal | None = None
    wanted: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """From `at` on the position in `symbol` at `venue` has `margin` USD set aside for it."""

    venue: str
    symbol: str
    margin: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Void:
    """The entry with this number is taken back, as if it had never been; a voided void counts for nothing."""

    number: int


Written: TypeAlias = Fill | Margin | Fate | Void
"""What an entry of the journal may say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal, which is never changed: its number per user, what it says, and since when.

    episode: the number of the hedge it belongs to. source: `ticket`, `typed`, `sync`, `undo` or `watch`.
    change: the number of the first entry that was recorded together with it. ticket: the token of the ticket
    that it followed, if any.
    """

    number: int
    episode: int
    what: Written
    recorded_at: datetime
    source: str
    change: int = 0
    ticket: str | None = None
