"""An order as it was shown on a ticket, kept until the user says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal

from core.journal.episode import Sizing
from core.journal.fill import Fill, Terms
from core.journal.journal import decimal, value

_PLACES = Decimal("1e-12")
_CENTS = Decimal("1e-8")
_ROOM = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Order:
    """One order that was shown: sell (`count` below zero) or buy so many contracts of `symbol` at `venue`.

    unit: what the venue's screen counts in: the coin by its name there, or `contracts`. price: the limit that
    was shown, else the mark; index: then; both in quoted units. leverage: to set first, None where the order
    closes. wanted: contracts wanted before rounding, signed as `count`. fee_rate: the fee to be expected, a
    decimal of notional.
    """

    venue: str
    symbol: str
    terms: Terms
    unit: str
    count: Decimal
    price: Decimal
    index: Decimal | None
    leverage: Decimal | None
    wanted: Decimal
    fee_rate: Decimal

    def fill(
        self,
        at: datetime,
        *,
        count: Decimal | None = None,
        price: Decimal | None = None,
        margin: Decimal | None = None,
        fee: Decimal | None = None,
        index: Decimal | None = None,
    ) -> Fill:
        """The fill of this order at `at`: as shown, but for what is said otherwise (as in `Fill`).

        What was wanted goes in proportion to the count. Margin follows from the leverage, and the fee from
        the usual rate, where they are not said.
        """
        count, price = count or self.count, price or self.price
        return Fill(
            self.venue,
            self.symbol,
            self.terms,
            count,
            price,
            at,
            fee=usual_fee(self.terms, count, price, self.fee_rate) if fee is None else fee,
            margin=margin_at(self.terms, count, price, self.leverage) if margin is None else margin,
            index=self.index if index is None else index,
            wanted=(self.wanted * count / self.count).quantize(_PLACES, context=_ROOM),
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The orders that were shown together at `at`, and why they were sized so; `token` names it."""

    token: str
    at: datetime
    orders: tuple[Order, ...]
    sizing: Sizing
    recorded: Mapping[str, Decimal] = field(default_factory=dict)
    """Contracts recorded as filled of it so far, signed, by symbol; what was taken back is not among them."""


def usual_fee(terms: Terms, count: Decimal, price: Decimal, rate: Decimal) -> Decimal:
    """USD that trading so many contracts at this price costs at this rate, to a hundred-millionth."""
    return (decimal(abs(value(terms, count, price))) * rate).quantize(_CENTS, context=_ROOM)


def margin_at(terms: Terms, count: Decimal, price: Decimal, leverage: Decimal | None) -> Decimal | None:
    """USD set aside for so many contracts at this price and leverage, to a hundred-millionth."""
    if leverage is None:
        return None
    return (decimal(abs(value(terms, count, price))) / leverage).quantize(_CENTS, context=_ROOM)
