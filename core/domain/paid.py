"""What a coin itself cost at the moment when a contract on it was filled at some price."""

from decimal import Context, Decimal

ABOUT_THEN = Decimal("0.005")
"""How far a fill may be off the contract's price of the moment, as a share
of it, and still be of that moment.
"""

_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)


def index_at(paid: Decimal, mark: Decimal, index: Decimal | None) -> Decimal | None:
    """What the coin cost when its contract was filled at `paid`, in quoted units; None where `index` is None.

    mark, index: prices of the contract and of its coin at one known moment. A fill near that mark was made
    about then, so the index of then is the answer. A fill farther away was made at another time; then the
    ratio of contract to coin is taken to have been the same, paid * index / mark. Otherwise the distance that
    the coin itself went in between would be counted as basis.
    """
    if index is None or abs(paid - mark) <= ABOUT_THEN * mark:
        return index
    # The default context has 28 digits: a price of many digits would be rounded before it is cut to its
    # places.
    return (paid * index / mark).quantize(_PLACES, context=_ROOM)
