"""What speaks against a fill that was told: what cannot be is refused, what is unlikely is asked back."""

from decimal import Decimal

from bot.hedges.fill_subject import ToldSubject
from bot.wording.numbers import contracts, price
from core.domain.errors import BadInput
from core.journal.fill import Fill
from core.journal.held import value

MOST_TIMES = Decimal(10)
"""A fill is asked back that is so many times as large as its order, or so small a part of it.

A price that is so many times as high or as low as the price now is refused.
"""
MORE_THAN_ORDERED = Decimal("1.1")
"""Fills that add up to more than this multiple of the order are asked back: 10 % may be rounding."""
MOST_OFF = Decimal("0.2")
"""A price that is farther from the price now than this share of it is asked back."""
MOST_WORTH = Decimal(10) ** 12
"""USD; a fill that is worth more is refused."""


def refuse_impossible(subject: ToldSubject, count: Decimal, paid: Decimal) -> None:
    """Raise BadInput for a price that is out of all proportion, and for a size that nobody has."""
    usual = usual_price(subject)
    if usual is not None and not usual / MOST_TIMES <= paid <= usual * MOST_TIMES:
        raise BadInput(
            f"{price(paid)} cannot be a price of {subject.name}, which is at {price(usual)}. "
            "Nothing was recorded."
        )
    if abs(value(subject.terms, count, paid)) > MOST_WORTH:
        raise BadInput(f"So many {subject.name} cannot be. Nothing was recorded.")


def doubts(subject: ToldSubject, fill: Fill) -> list[str]:
    """What speaks against the fill, a sentence each: it may still be right, so the user is asked."""
    order, held, usual = subject.order, subject.held, usual_price(subject)
    size, did = abs(fill.count), "sold" if fill.count < 0 else "bought"
    said = contracts(size, fill.terms)
    found = []
    if order is not None:
        asked = abs(order.count)
        if (order.count < 0) != (fill.count < 0):
            found.append(f"The ticket says {'sell' if order.count < 0 else 'buy'}, and you say {did}.")
        elif subject.filled and abs(subject.filled) + size > asked * MORE_THAN_ORDERED:
            before = contracts(abs(subject.filled), fill.terms)
            found.append(f"{before} are recorded already of {contracts(asked, fill.terms)}.")
        if size >= asked * MOST_TIMES or (not subject.filled and size <= asked / MOST_TIMES):
            found.append(f"The ticket says {contracts(asked, fill.terms)}, and you say {said}.")
    if usual is not None and abs(fill.price - usual) > usual * MOST_OFF:
        found.append(f"The price is {price(usual)} now, and you say {price(fill.price)}.")
    # Usually a mistyped number: whoever wants to turn a position around closes it first.
    if held is not None and held.count * (held.count + fill.count) < 0:
        side = "short" if held.count < 0 else "long"
        found.append(
            f"You are {side} only {contracts(abs(held.count), fill.terms)}: this would turn it around."
        )
    return found


def usual_price(subject: ToldSubject) -> Decimal | None:
    """The price that a fill is compared with: the mark now, else the order's; None without both."""
    if subject.quote is not None:
        return subject.quote.mark
    return subject.order.price if subject.order else None
