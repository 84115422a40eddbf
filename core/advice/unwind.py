"""Open contracts bought back (longs: sold), wholly or in part: the order, what it makes, and what is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from core.domain.contract import Contract
from core.domain.quote import Quote
from core.hedge.ticket import Ticket, ticket_for, total
from core.journal.held import Held, decimal, gain, value
from core.outcome.leg_standing import LegStanding

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Unwound:
    """One position, with so much of it closed at the price of now. Amounts are in USD."""

    leg: LegStanding
    """The position."""
    contract: Contract
    """The contract."""
    quote: Quote
    """Its prices."""
    asked: Decimal
    """Contracts that were to be closed."""
    ticket: Ticket
    """The reduce-only order for as many of them as the venue trades."""

    @property
    def count(self) -> Decimal:
        """Contracts that the order closes; 0 where the venue takes none so small."""
        return total(self.ticket.orders)

    @property
    def leftover(self) -> Decimal:
        """Contracts that were to be closed and cannot be: no whole lot, or less than the smallest order."""
        return self.asked - self.count

    @property
    def left(self) -> Decimal:
        """Contracts that are open afterwards; above zero long."""
        held = self.leg.held.count
        return held + self.count if held < 0 else held - self.count

    @property
    def share(self) -> Fraction:
        """The part of the position that is closed."""
        return Fraction(self.count) / abs(Fraction(self.leg.held.count))

    @property
    def gain(self) -> Decimal:
        """What the closed contracts make by their price, before costs."""
        held = self.leg.held
        closed = Fraction(held.count) * self.share
        return decimal(gain(held.terms, closed, held.entry, self.quote.mark))

    @property
    def cost(self) -> Decimal:
        """Fee and half the spread, to close at once."""
        return self.ticket.urgent if self.count else _ZERO

    @property
    def margin(self) -> Decimal | None:
        """Margin that comes free; None where it is not known."""
        margin = self.leg.held.margin
        return None if margin is None else decimal(margin * self.share)

    @property
    def shorted(self) -> Decimal:
        """What is short afterwards at the mark; below zero, long."""
        return -decimal(value(self.leg.held.terms, self.left, self.quote.mark))


def unwind(leg: LegStanding, part: Fraction, own_fee: Decimal | None) -> Unwound | None:
    """Close so much of an open position; None while its contract or price is not known.

    part: above 0, at most 1. Less than all is rounded to the nearest whole lot, a half up, so that half of a
    single lot closes it. own_fee: the user's own taker fee.
    """
    if leg.contract is None or leg.quote is None or not leg.tradable:
        return None
    held = abs(leg.held.count)
    lot = leg.contract.lot
    asked = held
    if part < 1:
        lots = decimal(Fraction(held) * part / Fraction(lot)).to_integral_value(ROUND_HALF_UP)
        asked = min(lots * lot, held)
    change = asked if leg.held.count < 0 else -asked
    ticket = ticket_for(leg.contract, change, leg.quote, own_fee)
    return Unwound(leg, leg.contract, leg.quote, asked, ticket)


def unwound(legs: Iterable[LegStanding], part: Fraction, own_fee: Decimal | None) -> tuple[Unwound, ...]:
    """Close so much of each of these positions, without those that cannot be closed now."""
    return tuple(found for leg in legs if (found := unwind(leg, part, own_fee)) is not None)


def leverage_set(held: Held) -> Decimal | None:
    """The leverage at which a position was opened, as far as its margin tells: a whole number from 1 on."""
    if not held.margin:
        return None
    worth = abs(value(held.terms, held.count, held.entry))
    return max(decimal(worth / held.margin).to_integral_value(), Decimal(1))
