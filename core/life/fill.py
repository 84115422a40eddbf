"""What happened to a user's positions, as their journal says it: fills, margin moved, corrections."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

from core.contract import Contract

ABOUT_THEN = Decimal("0.005")
"""An order filled when its contract was at a price pays no more off it than this share."""
_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract is worth, kept with each fill: what a venue changes or delists later is no matter.

    asset: canonical ticker. multiplier, scale, inverse, expiry: as in `core.contract.Contract`.
    """

    asset: str
    multiplier: Decimal
    scale: Decimal = Decimal(1)
    inverse: bool = False
    expiry: datetime | None = None

    @classmethod
    def of(cls, contract: Contract) -> "Terms":
        """The terms of a listed contract."""
        return cls(contract.asset, contract.multiplier, contract.scale, contract.inverse, contract.expiry)


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution at `venue`: `count` contracts of `symbol`, above zero bought, below zero sold.

    price, index: the price paid, and the index then (None where it was not known), in quoted units. fee: USD
    paid, negative where received. margin: USD set aside for it, None where that is not known; a fill that
    reduces a position releases margin in proportion. wanted: contracts, signed as `count`, that the plan
    wanted before rounding; None for a fill that followed no ticket.
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal, which is never changed: its number per user, what it says, and since when.

    episode: the number of the hedge it belongs to. source: `ticket`, `typed` or `sync`. change: the number of
    the first entry that was recorded together with it. ticket: the token of the ticket it followed, if any.
    """

    number: int
    episode: int
    what: Fill | Margin | Void
    recorded_at: datetime
    source: str
    change: int = 0
    ticket: str | None = None


def index_at(paid: Decimal, mark: Decimal, index: Decimal | None) -> Decimal | None:
    """What the coin cost when its contract was filled at `paid`, in quoted units; None where not known.

    mark, index: of the contract at a moment that is known. Where the price paid is about that mark, the index
    of then; one farther off was paid at another time, and the basis is taken to have been the same: else the
    way that the coin went meanwhile would pass for basis.
    """
    if index is None or abs(paid - mark) <= ABOUT_THEN * mark:
        return index
    return (paid * index / mark).quantize(_PLACES, context=_ROOM)
