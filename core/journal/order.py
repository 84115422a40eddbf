"""An order as it was shown on a ticket. It is kept until the user says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Context, Decimal

from core.domain.capital.mode import MarginMode
from core.journal.episode import Sizing
from core.journal.fill import Fill, Terms
from core.journal.held import decimal, value

_PLACES = Decimal("1e-12")
"""Places of what had to be divided."""
_CENTS = Decimal("1e-8")
"""Places of a fee and a margin that were worked out: a hundred-millionth of a dollar."""
_ROOM = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Order:
    """One order that was shown to the user."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    terms: Terms
    """What one contract is worth."""
    unit: str
    """What the venue's screen counts in: the coin by its name there, or `contracts`."""
    count: Decimal
    """Contracts: above zero to buy, below zero to sell."""
    price: Decimal
    """The limit that was shown, otherwise the mark; in quoted units."""
    index: Decimal | None
    """What the coin cost then, in quoted units; None where it was not known."""
    leverage: Decimal | None
    """The leverage to set first; None where the order closes."""
    wanted: Decimal
    """Contracts that were wanted before rounding, signed as `count`."""
    fee_rate: Decimal
    """The fee to expect, a decimal of the notional."""
    mode: MarginMode | None = None
    """How the account was to back what it opens; None in orders of before this field."""

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
        """The fill of this order at the moment `at`: as it was shown, except for what is given otherwise.

        The given values are as in `Fill`. What was wanted is taken in proportion to the count. A margin that
        is not given follows from the leverage, and a fee that is not given from the usual rate.
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
            mode=self.mode,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The orders that were shown together as one ticket."""

    token: str
    """What names the ticket: eight hexadecimal digits."""
    at: datetime
    """When it was shown."""
    orders: tuple[Order, ...]
    """The orders, in the order shown."""
    sizing: Sizing
    """Why they were sized as they were."""
    recorded: Mapping[str, Decimal] = field(default_factory=dict)
    """Contracts recorded as filled of it so far, signed, by `trade_key`; what was taken back is not among
    them."""

    def filled(self, order: Order) -> Decimal:
        """Contracts of one of its orders that are recorded as filled, signed.

        Where it both buys and sells one contract, each order has the fills of its side. Otherwise a fill of
        the other side takes back what was filled.
        """
        mine, other = (
            self.recorded.get(trade_key(order.venue, order.symbol, count), Decimal(0))
            for count in (order.count, -order.count)
        )
        key = trade_key(order.venue, order.symbol, -order.count)
        both = any(trade_key(each.venue, each.symbol, each.count) == key for each in self.orders)
        return mine if both else mine + other


def trade_key(venue: str, symbol: str, count: Decimal) -> str:
    """What fills of a ticket are counted under: a contract of one venue, bought or sold."""
    return f"{venue} {symbol} {'sold' if count < 0 else 'bought'}"


def usual_fee(terms: Terms, count: Decimal, price: Decimal, rate: Decimal) -> Decimal:
    """USD that trading so many contracts at this price costs at this rate,
    to a hundred-millionth of a dollar.
    """
    return (decimal(abs(value(terms, count, price))) * rate).quantize(_CENTS, context=_ROOM)


def margin_at(terms: Terms, count: Decimal, price: Decimal, leverage: Decimal | None) -> Decimal | None:
    """USD set aside for so many contracts at this price and leverage; None without a leverage."""
    if leverage is None:
        return None
    return (decimal(abs(value(terms, count, price))) / leverage).quantize(_CENTS, context=_ROOM)
