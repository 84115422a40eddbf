"""A holding: how many coins of one asset a user owns, and how a list of holdings is changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Literal

from core.domain.errors import BadInput

MAX_QUANTITY = Decimal(10) ** 18
"""No coin has a larger supply, so a larger number is a slip of the finger."""
PLACES = 18
"""Decimal places that are kept of a quantity: the smallest unit of a coin on the chains in use has so
many.
"""

MOST_WORTH = Decimal(10) ** 11
"""USD that one coin or one position may be worth. No market could hedge more, so it is a slip of the
finger.
"""

_EXACTLY = Context(prec=76, traps=[Inexact, InvalidOperation])
"""A context that raises instead of rounding. A quantity can have 37 digits, and Python's default context
would round a sum of two to 28 without a word.
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

    kind: Literal["add", "set", "remove"]
    """`add` puts coins on top of those held, `set` replaces their number, `remove` deletes the asset."""
    asset: str
    """The canonical ticker."""
    quantity: Decimal = Decimal(0)
    """The coins to add or to set; it means nothing for `remove`."""


def changed(before: Mapping[str, Decimal], changes: Iterable[HoldingChange]) -> dict[str, Decimal]:
    """The quantities by asset after all changes, made in order. `before` itself is not touched.

    Raises BadInput when a quantity would not be above zero, is larger than any supply or finer than any chain
    keeps, and when an asset to remove is not held. The caller must then apply none of the changes.
    """
    after = dict(before)
    with localcontext(_EXACTLY):
        for change in changes:
            if change.kind == "remove":
                if change.asset not in after:
                    raise CoinsNotHeld(change.asset)
                del after[change.asset]
                continue
            check_quantity(change.asset, change.quantity)
            # Both the change and the total are checked: a huge quantity must be refused before it is added.
            base = after.get(change.asset, Decimal(0)) if change.kind == "add" else Decimal(0)
            after[change.asset] = base + change.quantity
            check_quantity(change.asset, after[change.asset])
    return after


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
        exponent = _EXACTLY.create_decimal(quantity).normalize(_EXACTLY).as_tuple().exponent
    except Inexact:
        # More digits than the context holds are certainly too many places.
        exponent = -PLACES - 1
    if isinstance(exponent, int) and exponent < -PLACES:
        raise BadInput(f"The quantity of {asset} has more than {PLACES} decimal places.")
