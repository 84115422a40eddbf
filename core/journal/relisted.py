"""A contract that a venue now lists otherwise than when it was filled. What was filled stays what it was."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

from core.domain.contract import Contract
from core.journal.fill import Fill, Terms
from core.journal.held import Held, decimal

RESIZED = "resized"
"""The reason of the two fills that count a position anew in contracts of another size."""
MOMENT = timedelta(microseconds=1)
"""The shortest time by which one entry can come after another."""
SAME_END = timedelta(days=1)
"""Ends of a future that differ by less than this are the same end, told more or less exactly."""
_PLACES = Decimal("1e-12")
_ROOM = Context(prec=60)

Change = Literal["none", "size", "kind"]
"""What is different: nothing, only how much one contract is, or what kind of contract it is."""


def change_of(terms: Terms, contract: Contract) -> Change:
    """What has changed about a contract since it was filled.

    Where only its size changed, the price means what it meant, and the open coins are what they were. Where
    its kind changed (another settle coin, inverse, another end, a price for another number of coins), nothing
    can be carried over. A coin that was only given another name is the same.
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
    """The open contracts, counted in contracts of the size that is listed
    now, so that the coins stay the same.
    """
    count = Fraction(held.count) * Fraction(held.terms.multiplier) / Fraction(contract.multiplier)
    return decimal(count).quantize(_PLACES, context=_ROOM)


def resized(held: Held, contract: Contract, now: datetime, index: Decimal | None) -> tuple[Fill, Fill]:
    """The two fills that count a position anew: the same coins, entry and margin, in contracts of the new
    size.

    The old contracts are closed at their entry, which makes nothing, and the new ones opened there a moment
    later. index: what the coin costs now, in quoted units.
    """
    entry = decimal(held.entry).quantize(_PLACES, context=_ROOM)
    margin = None if held.margin is None else decimal(held.margin).quantize(_PLACES, context=_ROOM)
    old = Fill(held.venue, held.symbol, held.terms, -held.count, entry, now, index=index, reason=RESIZED)
    terms = replace(held.terms, multiplier=contract.multiplier, settle=contract.settle)
    new = replace(old, terms=terms, count=recounted(held, contract), at=now + MOMENT, margin=margin)
    return old, new
