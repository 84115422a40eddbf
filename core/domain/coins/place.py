"""A place: where coins of a holding lie. Only what lies at a venue can back a short there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation

from core.domain.errors import BadInput
from core.domain.stated import Called

EXACTLY = Context(prec=76, traps=[Inexact, InvalidOperation])
"""A context that raises instead of rounding. A quantity can have 37 digits, and Python's default context
would round a sum of two to 28 without a word.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where coins lie. Without a venue and a date it is elsewhere: a wallet, or nobody has said where."""

    venue: str | None = None
    """The id of the venue where the coins lie in an account."""
    until: date | None = None
    """Of coins that cannot be moved, as staked ones: the day from which they can."""

    @property
    def key(self) -> str:
        """The place as one word: a venue's id, or the date until which the coins are locked."""
        return f"{self.until:%Y-%m-%d}" if self.until is not None else self.venue or "elsewhere"

    def told(self, called: Called = str) -> str:
        """The place within a sentence: `at Bybit`, `elsewhere`, `locked until 01 Mar 2027`."""
        if self.until is not None:
            return f"locked until {self.until:%d %b %Y}"
        return f"at {called(self.venue)}" if self.venue else "elsewhere"


ELSEWHERE = Place()
"""Where coins lie of which nothing else is known."""

Lying = Mapping[Place, Decimal]
"""The coins of one asset by place; all of them are what is held of it."""


def place_of(key: str) -> Place:
    """The place with this key."""
    if key == ELSEWHERE.key:
        return ELSEWHERE
    try:
        return Place(until=date.fromisoformat(key))
    except ValueError:
        return Place(key)


@dataclass(eq=False)
class SeveralPlaces(BadInput):
    """The user changes a coin without saying where, and not all of it lies elsewhere."""

    says = "{asset} lies in more than one place."
    asset: str
    lying: Lying
    """Its coins by place."""

    def sentence(self, called: Called = str) -> str:
        """What was wrong, with each place and its coins."""
        return f"{self.asset}: {told_lying(self.lying, called)}. Nothing was changed."


@dataclass(eq=False)
class TooFewToMove(BadInput):
    """More coins are said to lie somewhere than can have come there from elsewhere."""

    says = "Too few {asset} to move."
    asset: str
    wanted: Decimal
    """How many are said to lie in the place."""
    lying: Lying
    """Where they lie now."""

    def sentence(self, called: Called = str) -> str:
        """What was wrong, with where the coins lie now."""
        held = all_of(self.lying.values())
        if self.wanted > held:
            return (
                f"You hold {held:,f} {self.asset} in all, fewer than {self.wanted:,f}. Nothing was changed."
            )
        return (
            f"{self.asset}: {told_lying(self.lying, called)}. "
            "Only what lies elsewhere can move there; nothing was changed."
        )


@dataclass(eq=False)
class MoreElsewhere(BadInput):
    """The user says that fewer coins lie elsewhere than do, and not where the others are now."""

    says = "{quantity:,f} {asset} lie elsewhere already. Nothing was changed."
    asset: str
    quantity: Decimal


def told_lying(lying: Lying, called: Called = str) -> str:
    """`40 at Bybit, 20 elsewhere`."""
    return ", ".join(f"{quantity:,f} {place.told(called)}" for place, quantity in places_in_order(lying))


def places_in_order(lying: Lying) -> list[tuple[Place, Decimal]]:
    """Venues by their ids, then locked coins by date, then what lies elsewhere."""
    return sorted(lying.items(), key=lambda one: (one[0] == ELSEWHERE, one[0].until is not None, one[0].key))


def only_elsewhere(lying: Lying) -> bool:
    """Whether no coins of it are known to lie at a venue or to be locked."""
    return all(place == ELSEWHERE for place in lying)


def lying_at(lying: Mapping[str, Lying], venue: str) -> dict[str, Decimal]:
    """The coins that lie in an account at the venue, by asset."""
    place = Place(venue)
    return {asset: places[place] for asset, places in lying.items() if places.get(place)}


def totals(lying: Mapping[str, Lying]) -> dict[str, Decimal]:
    """The coins held of each asset, wherever they lie."""
    return {asset: all_of(places.values()) for asset, places in lying.items()}


def all_of(quantities: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = Decimal(0)
    for quantity in quantities:
        total = EXACTLY.add(total, quantity)
    return total
