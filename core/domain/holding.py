"""A holding: a quantity of one asset that a user owns, and how a list of holdings changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Literal

from core.domain.errors import BadInput

MAX_QUANTITY = Decimal(10) ** 18
"""Above this no coin has a supply; a larger number is a slip of the finger."""
PLACES = 18
"""Decimal places kept of a quantity: the finest division that a chain in use has."""

MOST_WORTH = Decimal(10) ** 11
"""USD of one coin, or of one position: no market could hedge more, so it is a slip of the finger."""

_EXACTLY = Context(prec=76, traps=[Inexact, InvalidOperation])
"""The default context would round a sum to 28 digits without a word; a kept quantity has up to 37."""
_ROUGHLY = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Holding:
    """`quantity` coins of `asset` (its canonical ticker); the quantity is positive and exact."""

    asset: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class HoldingChange:
    """One edit of the holdings: `add` coins to what is there, `set` the quantity, or `remove` the asset."""

    kind: Literal["add", "set", "remove"]
    asset: str
    quantity: Decimal = Decimal(0)


def changed(before: Mapping[str, Decimal], changes: Iterable[HoldingChange]) -> dict[str, Decimal]:
    """Quantities by asset after all changes, in order; `before` is left alone.

    Raises BadInput, and then nothing may be applied, when a quantity would not be positive, is beyond any
    supply or finer than any chain, or when an asset to remove is not held.
    """
    after = dict(before)
    with localcontext(_EXACTLY):
        for change in changes:
            if change.kind == "remove":
                if change.asset not in after:
                    raise BadInput(f"You hold no {change.asset}. /portfolio shows what you hold.")
                del after[change.asset]
                continue
            check_quantity(change.asset, change.quantity)
            base = after.get(change.asset, Decimal(0)) if change.kind == "add" else Decimal(0)
            after[change.asset] = base + change.quantity
            check_quantity(change.asset, after[change.asset])
    return after


def check_worth(asset: str, quantity: Decimal, price: Decimal) -> None:
    """Raise BadInput where so many coins would be worth more, at `price` USD each, than can be hedged."""
    worth = _ROUGHLY.multiply(quantity, price)
    if worth > MOST_WORTH:
        raise BadInput(
            f"{quantity:,f} {asset} would be worth ${worth:,.0f}, more than can be "
            f"hedged anywhere. Nothing was changed. Type how many {asset} you hold."
        )


def check_quantity(asset: str, quantity: Decimal) -> None:
    """Raise BadInput unless `quantity` coins of `asset` can be held and kept exactly."""
    if not quantity.is_finite() or quantity <= 0:
        raise BadInput(f"The quantity of {asset} must be above zero. To delete it type /remove {asset}.")
    if quantity > MAX_QUANTITY:
        raise BadInput(f"The quantity of {asset} is too large to be real.")
    try:
        exponent = _EXACTLY.create_decimal(quantity).normalize(_EXACTLY).as_tuple().exponent
    except Inexact:
        exponent = -PLACES - 1
    if isinstance(exponent, int) and exponent < -PLACES:
        raise BadInput(f"The quantity of {asset} has more than {PLACES} decimal places.")
