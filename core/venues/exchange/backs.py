"""What backs positions at a venue, as it writes it: where its tables of collateral and of interest are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a table that needs no key."""

    method: str
    """ccxt's name of it; `fetch` asks an address that ccxt knows of only with a key."""
    params: Mapping[str, object] = field(default_factory=dict)
    """What goes with it."""
    address: str = ""
    """The address for `fetch`."""
    on_spot: bool = False
    """Whether it is asked of the ccxt class of the venue's spot market."""


@dataclass(frozen=True, slots=True)
class Margined:
    """One coin as a venue takes it; figures are as they were written."""

    coin: str
    """The venue's name of it."""
    slices: Sequence[tuple[object, object]]
    """Where each slice begins, and its ratio."""
    in_usd: bool | None = False
    """Whether slices begin at USD of worth; None where that is not published."""
    cap: object = None
    """The most coins of one user that count."""
    full: bool = False
    """Whether the venue takes no more of it now."""
    opens: object = None
    """The ratio for opening positions, where that is another one."""
    forced: object = None
    """The ratio at which it is sold for a debt."""
    odd: str = ""
    """Why it cannot be read, where that is seen in the row itself."""


@dataclass(frozen=True, slots=True)
class Lent:
    """What a debt in one coin costs; figures are as they were written."""

    coin: str
    """The venue's name of it."""
    daily: object
    """Interest of a day, a decimal."""
    limit: object = None
    """The most that is lent to one user, in coins."""
    free: object = None
    """So much of a loss that is not realised is free, in coins."""


@dataclass(frozen=True, slots=True)
class Backs:
    """Where a venue's tables are, and how they are read. A reader gets one answer for each request."""

    source: str
    """What the tables are called, behind the venue's name."""
    ratios: tuple[Ask, ...]
    """The requests for what counts as margin."""
    taken: Callable[..., Iterable[Margined]]
    """Reads them."""
    interest: tuple[Ask, ...] = ()
    """The requests for what a debt costs; they may fail without the others."""
    lent: Callable[..., Iterable[Lent]] | None = None
    """Reads them."""


def by_factor(figure: Any, factor: int) -> object:
    """A rate of a shorter time, `factor` times; what is no number stays what it is."""
    try:
        return Decimal(str(figure)) * factor
    except InvalidOperation:
        return figure
