"""A holding: how many coins of one asset a user owns, and how a list of holdings is changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Literal

from core.domain.coins.place import (
    ELSEWHERE,
    EXACTLY,
    Lying,
    MoreElsewhere,
    Place,
    SeveralPlaces,
    TooFewToMove,
    all_of,
    only_elsewhere,
    totals,
)
from core.domain.errors import BadInput

MAX_QUANTITY = Decimal(10) ** 18
"""No coin has a larger supply, so a larger number is a slip of the finger."""
MOST_PLACES = 18
"""Decimal places that are kept of a quantity: the smallest unit of a coin on the chains in use has so
many.
"""

MOST_WORTH = Decimal(10) ** 11
"""USD that one coin or one position may be worth. No market could hedge more, so it is a slip of the
finger.
"""

_ROUGHLY = Context(prec=28)
"""Enough digits to compare a worth with a limit; here rounding does no harm."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Coins of one asset that a user owns."""

    asset: str
    """The canonical ticker."""
    quantity: Decimal
    """How many coins; above zero and exact."""


class NoHoldings(BadInput):
    """The user holds nothing yet."""

    says = "You have no holdings yet."


@dataclass(eq=False)
class CoinsNotHeld(BadInput):
    """The user names coins that they do not hold."""

    says = "You hold no {coins}."
    coins: str
    """Their tickers, with “and no” between them."""


@dataclass(eq=False)
class NotAboveZero(BadInput):
    """A quantity is to be zero or less."""

    says = "The quantity of {asset} must be above zero."
    asset: str


@dataclass(frozen=True, slots=True)
class HoldingChange:
    """One edit of the list of holdings."""

    kind: Literal["add", "set", "remove", "move"]
    """`add` puts coins on top of those held, `set` replaces their number, `remove` takes them away;
    `move` says how many of those held lie in the place.
    """
    asset: str
    """The canonical ticker."""
    quantity: Decimal = Decimal(0)
    """The coins to add, to set or to have in the place; it means nothing for `remove`."""
    place: Place | None = None
    """Where the coins lie. None is elsewhere where all of the asset lies there, and is refused otherwise, but
    for `add`.
    """
    whole: bool = False
    """Of `remove`: wherever the coins lie. Of `move`: all that are held."""


def changed(before: Mapping[str, Decimal], changes: Iterable[HoldingChange]) -> dict[str, Decimal]:
    """The quantities by asset after all changes to coins that all lie elsewhere; see `spread`."""
    return totals(spread({asset: {ELSEWHERE: quantity} for asset, quantity in before.items()}, changes))


def spread(before: Mapping[str, Lying], changes: Iterable[HoldingChange]) -> dict[str, dict[Place, Decimal]]:
    """The coins of each asset by place after all changes, made in order. `before` itself is not touched.

    Raises BadInput when a quantity would not be above zero, is larger than any supply or finer than any chain
    keeps, when an asset to remove or to move is not held, and when it is not clear where coins are to be
    taken from. The caller must then apply none of the changes.
    """
    after = {asset: dict(places) for asset, places in before.items()}
    for change in changes:
        asset = change.asset
        if change.kind in ("remove", "move") and asset not in after:
            raise CoinsNotHeld(asset)
        places = after.setdefault(asset, {})
        _CHANGES[change.kind](places, change)
        for place in [place for place, quantity in places.items() if not quantity]:
            del places[place]
        if not places:
            del after[asset]
        else:
            check_quantity(asset, all_of(places.values()))
    return after


def _add(places: dict[Place, Decimal], change: HoldingChange) -> None:
    # Both the change and the total are checked: a huge quantity must be refused before it is added.
    quantity, place = _checked(change), change.place or ELSEWHERE
    places[place] = EXACTLY.add(places.get(place, Decimal(0)), quantity)


def _set(places: dict[Place, Decimal], change: HoldingChange) -> None:
    if change.place is None and not only_elsewhere(places):
        raise SeveralPlaces(change.asset, places)
    if change.place is not None and change.quantity == 0:
        places.pop(change.place, None)
        return
    places[change.place or ELSEWHERE] = _checked(change)


def _remove(places: dict[Place, Decimal], change: HoldingChange) -> None:
    if change.whole:
        places.clear()
    elif change.place is None and not only_elsewhere(places):
        raise SeveralPlaces(change.asset, places)
    elif places.pop(change.place or ELSEWHERE, None) is None:
        raise CoinsNotHeld(change.asset)


def _move(places: dict[Place, Decimal], change: HoldingChange) -> None:
    """Have so many of the coins lie in the place. They come from elsewhere or go there.

    To elsewhere they come from the one other place. That coins lie at a venue is never concluded: of more
    elsewhere than were said to be, the rest may be anywhere.
    """
    place, held = change.place or ELSEWHERE, all_of(places.values())
    wanted = held if change.whole else _checked(change)
    there = places.get(place, Decimal(0))
    more = EXACTLY.subtract(wanted, there)
    if place == ELSEWHERE:
        others = [other for other in places if other != ELSEWHERE]
        if more < 0:
            raise MoreElsewhere(change.asset, there)
        if more > 0 and len(others) > 1 and wanted != held:
            raise SeveralPlaces(change.asset, places)
        source = others[0] if others else ELSEWHERE
    else:
        source = ELSEWHERE
    if wanted == held:
        places.clear()
        places[place] = held
        return
    left = EXACTLY.subtract(places.get(source, Decimal(0)), more)
    if left < 0 or wanted > held:
        raise TooFewToMove(change.asset, wanted, dict(places))
    places.update({place: wanted, source: left})


_CHANGES = {"add": _add, "set": _set, "remove": _remove, "move": _move}


def _checked(change: HoldingChange) -> Decimal:
    check_quantity(change.asset, change.quantity)
    return change.quantity


def check_worth(asset: str, quantity: Decimal, price: Decimal) -> None:
    """Raise BadInput where `quantity` coins at `price` USD each would be worth more than anyone could
    hedge.
    """
    worth = _ROUGHLY.multiply(quantity, price)
    if worth > MOST_WORTH:
        raise BadInput(
            f"{quantity:,f} {asset} would be worth ${worth:,.0f}, more than can be "
            f"hedged anywhere. Nothing was changed. Type how many {asset} you hold."
        )


def check_quantity(asset: str, quantity: Decimal) -> None:
    """Raise BadInput unless `quantity` coins of `asset` can be held, and stored without rounding."""
    if not quantity.is_finite() or quantity <= 0:
        raise NotAboveZero(asset)
    if quantity > MAX_QUANTITY:
        raise BadInput(f"The quantity of {asset} is too large to be real.")
    try:
        exponent = EXACTLY.create_decimal(quantity).normalize(EXACTLY).as_tuple().exponent
    except Inexact:
        # More digits than the context holds are certainly too many places.
        exponent = -MOST_PLACES - 1
    if isinstance(exponent, int) and exponent < -MOST_PLACES:
        raise BadInput(f"The quantity of {asset} has more than {MOST_PLACES} decimal places.")
