"""The entries of a journal: fills, margin that was moved, what became of positions, and voids."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from core.domain.capital.mode import MarginMode
from core.domain.contract import Contract
from core.journal.fate import Fate


@dataclass(frozen=True, slots=True)
class Terms:
    """What one contract is worth. It is kept with every fill, so that it
    does not matter what a venue changes later.
    """

    asset: str
    """The canonical ticker."""
    multiplier: Decimal
    """As in `core.domain.contract.Contract`."""
    scale: Decimal = Decimal(1)
    """As in `Contract`."""
    inverse: bool = False
    """As in `Contract`."""
    expiry: datetime | None = None
    """As in `Contract`."""
    settle: str | None = None
    """As in `Contract`; None in fills older than this field, and then as the venue lists it."""

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
        """Whether a contract is worth the same on both terms. A settle coin
        that one does not know is no difference.
        """
        if self == other:  # by far the most frequent, and the fastest to find out
            return True
        settle = self.settle if other.settle is None else other.settle
        return replace(self, settle=settle) == replace(other, settle=settle)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution of an order."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    terms: Terms
    """What one contract was worth then."""
    count: Decimal
    """Contracts: above zero bought, below zero sold."""
    price: Decimal
    """The price paid, in quoted units."""
    at: datetime
    """When it was filled."""
    fee: Decimal = Decimal(0)
    """USD paid as a fee; below zero where the venue paid."""
    margin: Decimal | None = None
    """USD set aside for it; None where that is not known. A fill that makes a position smaller releases
    margin in proportion, whatever stands here.
    """
    index: Decimal | None = None
    """What the coin cost then, in quoted units; None where it was not known."""
    wanted: Decimal | None = None
    """Contracts that the plan wanted before rounding, signed as `count`; None where no ticket was
    followed.
    """
    reason: str | None = None
    """Why it was no order of the user's: one of `core.journal.ended.BY_VENUE`, `resized` where contracts
    were only counted anew; None for an order of theirs.
    """
    mode: MarginMode | None = None
    """How the account backs what it opens; None where that was not said."""


@dataclass(frozen=True, slots=True)
class Margin:
    """From a moment on, a position is backed by this margin, or in another way."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    margin: Decimal | None
    """USD set aside for the position in all; None where that is not known, or all shorts share an account."""
    at: datetime
    """Since when."""
    mode: MarginMode | None = None
    """How the account backs it from then on; None where that stays as it was."""


@dataclass(frozen=True, slots=True)
class Void:
    """An entry is taken back, as if it had never been recorded.

    A void can be voided too; then what it took back counts again.
    """

    number: int
    """The number of the entry that is taken back."""


Written: TypeAlias = Fill | Margin | Fate | Void
"""What an entry of the journal may say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. It is never changed."""

    number: int
    """Counts the entries of a user from 1 on."""
    episode: int
    """The number of the hedge that it belongs to."""
    what: Written
    """What it says."""
    recorded_at: datetime
    """When it was written down."""
    source: str
    """Where it came from: `ticket`, `typed`, `sync`, `undo`, `watch`, or `venue` for a trade that a connected
    account told of.
    """
    change: int = 0
    """The number of the first entry that was recorded together with it."""
    ticket: str | None = None
    """The token of the ticket that was followed; None without one."""
