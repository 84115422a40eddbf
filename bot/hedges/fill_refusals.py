"""Fills that cannot be are refused; what is only unlikely is asked back, see `core.journal.doubt`."""

from decimal import Decimal

from bot.hedges.fill_subject import ToldSubject
from bot.wording.numbers import price
from core.domain.errors import BadInput
from core.journal.doubt import MOST_TIMES
from core.journal.held import value

MOST_WORTH = Decimal(10) ** 12
"""USD; a fill that is worth more is refused."""


def refuse_impossible(subject: ToldSubject, count: Decimal, paid: Decimal) -> None:
    """Raise BadInput for a price that is out of all proportion, and for a size that nobody has."""
    usual = subject.usual_price
    if usual is not None and not usual / MOST_TIMES <= paid <= usual * MOST_TIMES:
        raise BadInput(
            f"{price(paid)} cannot be a price of {subject.name}, which is at {price(usual)}. "
            "Nothing was recorded."
        )
    if abs(value(subject.terms, count, paid)) > MOST_WORTH:
        raise BadInput(f"So many {subject.name} cannot be. Nothing was recorded.")
