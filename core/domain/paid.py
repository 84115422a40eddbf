"""What a coin cost at the moment when its contract was filled at some price."""

from decimal import Context, Decimal

ABOUT_THEN = Decimal("0.005")
"""An order filled when its contract was at a price pays no more off it than this share."""

_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)


def index_at(paid: Decimal, mark: Decimal, index: Decimal | None) -> Decimal | None:
    """What the coin cost when its contract was filled at `paid`, in quoted units; None where not known.

    mark, index: of the contract at a moment that is known. Where the price paid is about that mark, the index
    of then; one farther off was paid at another time, and the basis is taken to have been the same: else the
    way that the coin went meanwhile would pass for basis.
    """
    if index is None or abs(paid - mark) <= ABOUT_THEN * mark:
        return index
    return (paid * index / mark).quantize(_PLACES, context=_ROOM)
