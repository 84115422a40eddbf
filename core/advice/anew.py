"""A short struck anew: closed with its profit and opened again, so that it stands at the end of the line.

A venue that closes positions in profit takes those with the highest profit over their worth first. What is
closed and opened at once is hedged as before, and its profit is cash.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from core.advice.unwind import Unwound, unwind
from core.domain.contract import Contract
from core.domain.errors import CannotHedge
from core.domain.quote import Quote
from core.hedge.ticket import Ticket, ticket_for
from core.margin import MarginRules
from core.outcome.leg_standing import LegStanding


@dataclass(frozen=True, slots=True)
class Anew:
    """One short closed, wholly or in part, and as many coins of it opened again. Amounts are in USD."""

    close: Unwound
    """What is bought back, by a reduce-only order."""
    quote: Quote
    """Prices of the contract that is opened."""
    open: Ticket
    """The order that sells again, there or on another venue."""
    wanted: Decimal
    """Contracts of it before rounding."""

    @property
    def moved(self) -> bool:
        """Whether it is opened on another venue than it was closed on."""
        return self.open.contract.venue != self.close.contract.venue

    @property
    def liquidation(self) -> Decimal | None:
        """The price that liquidates what is opened, in quoted units, with the margin of its leverage; None
        where none does.
        """
        opened, contract, mark = self.open, self.open.contract, self.quote.mark
        units = opened.count * contract.multiplier
        margin = opened.notional / opened.leverage if opened.leverage else opened.notional
        try:
            return MarginRules.of(contract).liquidation(
                -1, units if contract.inverse else units / contract.scale, mark, margin
            )
        except CannotHedge:
            return None

    @property
    def worthwhile(self) -> bool:
        """Whether it takes more profit than it costs."""
        return self.close.gain > self.fees

    @property
    def fees(self) -> Decimal:
        """What both orders cost at once, with half the spread of each."""
        return self.close.cost + (self.open.urgent if self.open.placeable else Decimal(0))


def struck_anew(
    leg: LegStanding,
    part: Fraction,
    contract: Contract,
    quote: Quote,
    own_fee: Decimal | None,
    leverage: Decimal,
) -> Anew | None:
    """Close so much of a short and sell as many coins in `contract`; None while its own price is not known.

    part: above 0, at most 1. contract, quote: what is opened, linear where the old one is, inverse where that
    is. own_fee: the user's own taker fee. leverage: of the new one.
    """
    close = unwind(leg, part, own_fee)
    if close is None:
        return None
    old = close.contract
    size = close.count * old.multiplier / contract.multiplier
    count = (size / contract.lot).to_integral_value(ROUND_HALF_EVEN) * contract.lot
    # Another venue's account does not share what backs the old one.
    mode = leg.held.mode if contract.venue == leg.held.venue else "isolated"
    return Anew(close, quote, ticket_for(contract, -count, quote, own_fee, leverage, mode), size)
