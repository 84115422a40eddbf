"""A contract that a venue lists otherwise than it was filled: what was filled stays what it was."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

from core.domain.contract import Contract
from core.journal.fill import Fill, Terms
from core.journal.journal import Held, decimal

RESIZED = "resized"
"""The reason of the two fills that count a position anew in contracts of another size."""
MOMENT = timedelta(microseconds=1)
SAME_END = timedelta(days=1)
"""An end of a future that a venue tells so much otherwise is the same one."""
_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)

Change = Literal["none", "size", "kind"]


def change_of(terms: Terms, contract: Contract) -> Change:
    """What about a contract is not as it was filled: nothing, how much one is, or what it is altogether.

    Of another size its price still means the same, and what is open is worth what it was; of another kind
    (settled in another coin, inverse, with another end, priced for more coins) not even that. A coin that is
    called otherwise by now is the same.
    """
    listed = Terms.of(contract)
    settled = terms.settle in (None, listed.settle)
    ends = (terms.expiry is None) == (listed.expiry is None) and (
        terms.expiry is None or listed.expiry is None or abs(terms.expiry - listed.expiry) < SAME_END
    )
    if not settled or not ends or (terms.inverse, terms.scale) != (listed.inverse, listed.scale):
        return "kind"
    return "none" if terms.multiplier == listed.multiplier else "size"


def recounted(held: Held, contract: Contract) -> Decimal:
    """The open contracts in contracts of the size that is listed now, so that the coins stay."""
    count = Fraction(held.count) * Fraction(held.terms.multiplier) / Fraction(contract.multiplier)
    return decimal(count).quantize(_PLACES, context=_ROOM)


def resized(held: Held, contract: Contract, now: datetime, index: Decimal | None) -> tuple[Fill, Fill]:
    """What makes the position one of contracts of the listed size: the same coins, entry and margin.

    The old contracts are closed at their entry, which makes nothing, and the new ones opened there.
    index: what the coin costs now, in quoted units.
    """
    entry = decimal(held.entry).quantize(_PLACES, context=_ROOM)
    margin = None if held.margin is None else decimal(held.margin).quantize(_PLACES, context=_ROOM)
    old = Fill(held.venue, held.symbol, held.terms, -held.count, entry, now, index=index, reason=RESIZED)
    terms = replace(held.terms, multiplier=contract.multiplier, settle=contract.settle)
    new = replace(old, terms=terms, count=recounted(held, contract), at=now + MOMENT, margin=margin)
    return old, new
