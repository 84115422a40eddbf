"""What is open in one contract and what it has made, exactly; and what contracts are worth.

Everything is exact: a part of something is a fraction, and only `decimal` rounds, to show it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from fractions import Fraction

from core.domain.capital.mode import POOLED, MarginMode
from core.domain.position import Position
from core.journal.fate import BY_EXTREME, DOUBTFUL, LIQUIDATED, Fate
from core.journal.fill import Terms

Exact = Decimal | Fraction
"""A number without rounding."""
_SHOWN = Context(prec=34)
"""The digits of a Decimal that a fraction becomes."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the journal says of one contract of one venue: what is open in it, and what it has made so far."""

    venue: str
    """The venue's ccxt id."""
    symbol: str
    """The contract's unified name."""
    terms: Terms
    """What one contract is worth."""
    count: Decimal
    """Contracts that are open: above zero long, below zero short, 0 where all is closed."""
    entry: Fraction
    """The average price of the open contracts, in quoted units; where none is open, of the last ones. Of an
    inverse contract it is the harmonic mean, which is what its worth in coins follows.
    """
    margin: Fraction | None
    """USD set aside for the open contracts; None where that is not known."""
    realised: Fraction
    """USD that the closed contracts made by their price, without fees and funding. What an inverse contract
    made in coins is valued at the price at which it was closed.
    """
    fees: Fraction
    """USD of fees paid in all."""
    since: datetime
    """When the open position began from nothing; where nothing is open, when the last one did."""
    changed: datetime
    """When the last fill was."""
    sure: datetime
    """When it was last known that it is open: by the last fill, by margin that was told, or by the user's
    word. A price before that does not tell what became of it.
    """
    note: Fate | None = None
    """What the bot noted of the open position and what still stands: that it was liquidated as far as is
    known, or may have been. A later fill, or margin that is told later, takes the note back.
    """
    assured: Decimal | None = None
    """The price at which the user called the position open; None where they did not."""
    mode: MarginMode = "isolated"
    """How the account backs it. Where all shorts share the account it has no margin of its own: None."""

    @property
    def pooled(self) -> bool:
        """Whether it shares what backs it with other positions there, and is liquidated with them or not."""
        return self.mode in POOLED

    @property
    def lost(self) -> bool:
        """Whether it counts as liquidated: then it covers nothing, and its margin is gone."""
        return self.note is not None and self.note.what == LIQUIDATED

    @property
    def unseen(self) -> bool:
        """Whether it may have been liquidated while nobody looked, which only the user can tell."""
        return self.note is not None and (self.note.what, self.note.reason) == (DOUBTFUL, BY_EXTREME)

    @property
    def coins(self) -> Fraction:
        """Coins in the open contracts, signed as `count`; of an inverse
        contract, what they were at its entry.
        """
        if self.terms.inverse:
            return (
                Fraction(self.count)
                * Fraction(self.terms.multiplier)
                * Fraction(self.terms.scale)
                / self.entry
            )
        return Fraction(self.count) * Fraction(self.terms.multiplier)

    @property
    def units(self) -> Decimal:
        """What the open contracts would be worth in USD at a quoted price of 1; inverse ones, at any
        price.
        """
        whole = abs(self.count) * self.terms.multiplier
        return whole if self.terms.inverse else whole / self.terms.scale

    @property
    def position(self) -> Position:
        """The same for a plan: Decimals instead of fractions, and an inverse contract's margin in coins."""
        margin = self.margin
        if margin is not None and self.terms.inverse:
            margin = margin * Fraction(self.terms.scale) / self.entry
        return Position(
            self.venue,
            self.symbol,
            self.count,
            decimal(self.entry),
            None if margin is None else decimal(margin),
        )

    def unrealised(self, mark: Decimal) -> Fraction:
        """USD that the open contracts would make if they were closed at `mark` (quoted units), before
        fees.
        """
        return gain(self.terms, self.count, self.entry, mark)


def decimal(exact: Fraction) -> Decimal:
    """The fraction as a Decimal, rounded to 34 digits where it has no end."""
    return _SHOWN.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def gain(terms: Terms, count: Exact, entry: Exact, leave: Exact) -> Fraction:
    """USD that `count` contracts (below zero: short) make between two prices in quoted units, before fees.

    Linear: count * multiplier * (leave - entry) / scale. An inverse contract makes coins, which are valued at
    the price `leave`: count * multiplier * (leave - entry) / entry.
    """
    moved = Fraction(leave) - Fraction(entry)
    units = Fraction(entry) if terms.inverse else Fraction(terms.scale)
    return Fraction(count) * Fraction(terms.multiplier) * moved / units


def value(terms: Terms, count: Exact, price: Exact) -> Fraction:
    """What `count` contracts are worth in USD at a price in quoted units, with the sign of `count`."""
    dollars = Fraction(count) * Fraction(terms.multiplier)
    return dollars if terms.inverse else dollars * Fraction(price) / Fraction(terms.scale)
