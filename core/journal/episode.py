"""An episode: the life of one hedge, from its first fill until its last position is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.range import Promise
from core.journal.fill import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """A change of what the user holds of one asset."""

    at: datetime
    """Since when it is so."""
    asset: str
    """The canonical ticker."""
    quantity: Decimal
    """The coins held from then on."""
    price: Decimal | None
    """USD per coin at that moment; None where it was not known."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """Why a hedge was sized as it was. It is stored with the ticket, and
    taken over when the ticket is filled.
    """

    at: datetime
    """When the ticket was made."""
    wish: str
    """The words that ask for this hedge when typed behind the command."""
    coverage: Decimal
    """The share of the exposure that was to be hedged."""
    betas: Mapping[str, float]
    """USD to be short per USD of the portfolio at full coverage, by asset."""
    wanted: Mapping[tuple[str, str], Decimal]
    """Contracts to be short before rounding, by venue and symbol, because the contracts of different venues
    differ in size even where they have one name.
    """
    beta: float
    """The beta of the portfolio to the benchmark."""
    benchmark: str
    """The asset that `beta` is to."""
    r_squared: float | None
    """The share of variance that the legs explained; None where it could not be measured."""
    only: tuple[str, ...] = ()
    """The assets that the hedge is of; empty where it is of the whole portfolio."""
    promise: Promise | None = None
    """What was said of the days to come, with ranges; None in sizings made before ranges were stated."""


@dataclass(frozen=True, slots=True)
class Episode:
    """The life of one hedge. A user has at most one open hedge; its positions may lie at several venues."""

    number: int
    """Counts the user's hedges from 1 on."""
    began: datetime
    """When the first fill was."""
    ended: datetime | None = None
    """When the last position was closed; None while one is open."""
    entries: tuple[Entry, ...] = ()
    """The part of the journal that belongs to it, by number."""
    steps: tuple[Step, ...] = ()
    """What was held during it, by time. The first step of each asset held at the start is at `began`."""
    sizings: tuple[Sizing, ...] = field(default=())
    """Why it was sized as it was, by time; empty where all positions were entered by hand."""


def coins_of(only: str | Sequence[str] | None) -> tuple[str, ...]:
    """The assets that a stored hedge is of; empty for all of them.

    The first release stored one asset as text, or nothing; later ones store a list.
    """
    return () if only is None else (only,) if isinstance(only, str) else tuple(only)
