"""An episode: the life of one hedge, from the first fill to the last position closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.journal.fill import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on the user holds `quantity` of `asset`, at `price` USD per coin then (None: not known)."""

    at: datetime
    asset: str
    quantity: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Sizing:
    """Why a hedge was sized as it was: recorded with the ticket, taken over when the ticket is filled.

    wish: the words that ask for this hedge after /hedge. coverage: share of the exposure to be hedged.
    betas: USD wanted short of each leg's asset per USD of portfolio at full coverage. wanted: contracts
    wanted short before rounding, by venue and symbol: contracts of one name differ in size between venues.
    beta, benchmark: of the portfolio. r_squared: None where it could not be measured. only: the
    assets that the hedge is of; empty where it is of the whole portfolio.
    """

    at: datetime
    wish: str
    coverage: Decimal
    betas: Mapping[str, float]
    wanted: Mapping[tuple[str, str], Decimal]
    beta: float
    benchmark: str
    r_squared: float | None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """The life of one hedge. A user has at most one that is open; its positions may be on several venues.

    ended: None while a position is open. entries: its part of the journal, by number. steps: what was held,
    by time; the first of each asset is at `began`. sizings: by time, empty for positions entered by hand.
    """

    number: int
    began: datetime
    ended: datetime | None = None
    entries: tuple[Entry, ...] = ()
    steps: tuple[Step, ...] = ()
    sizings: tuple[Sizing, ...] = field(default=())


def coins_of(only: str | Sequence[str] | None) -> tuple[str, ...]:
    """The assets that a stored hedge is of, empty for all; the first release kept one alone, or none."""
    return () if only is None else (only,) if isinstance(only, str) else tuple(only)
