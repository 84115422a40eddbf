"""A dated short moved into the next contract: bought back, and sold again with a later expiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from core.advice.unwind import Unwound, unwind
from core.cost.basis import Dated, dated, days_left, held_to_expiry
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.missing import ContractTrouble
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.domain.stated import Called
from core.hedge.ticket import Ticket, ticket_for
from core.journal.fill import Fill
from core.journal.held import decimal, value
from core.outcome.leg_standing import LegStanding
from core.outcome.trade import trades

NEAR_EXPIRY = Decimal(7)
"""From so many days before its end a future should be rolled."""


@dataclass(eq=False)
class NothingToRoll(NoData):
    """What the old future trades at is not known, so neither is what its roll would cost."""

    trouble: ContractTrouble | None

    def sentence(self, called: Called = str) -> str:
        why = "" if self.trouble is None else f"{self.trouble.sentence(called)} "
        return f"{why}So nothing can be rolled there now."


@dataclass(eq=False)
class NoLaterFuture(NoData):
    """The venue lists no future on the coin that ends after the old one."""

    says = "{venue} lists no later {asset} future now."
    venue: str
    asset: str


@dataclass(frozen=True, slots=True)
class Roll:
    """One dated short and the contract that takes its place. Amounts are in USD."""

    close: Unwound
    """The old contract bought back by a reduce-only order."""
    next: Contract
    """The next contract."""
    quote: Quote
    """Its prices."""
    open: Ticket
    """The order that sells it."""
    wanted: Decimal
    """Contracts of it before rounding."""
    days: Decimal
    """Days that are left of the old one."""
    old: Dated | None
    """The figures of the old one; None where they cannot be known."""
    new: Dated | None
    """The figures of the next one; None where they cannot be known."""
    earned: Decimal | None
    """Basis that the old short has made so far, below zero paid; None where
    the coin's price at a fill or now is not known.
    """

    @property
    def ahead(self) -> Decimal | None:
        """What the next short earns if it is held to its end, below zero pays; None where that is not
        known.
        """
        return None if self.new is None else self.new.earned(self.open.notional, self.new.days)

    @property
    def given_up(self) -> Decimal | None:
        """What the old one would still earn to its end; closed now, it no longer does. None where not
        known.
        """
        worth = -decimal(value(self.close.leg.held.terms, self.close.leg.held.count, self.close.quote.mark))
        return None if self.old is None else self.old.earned(worth, self.old.days)

    @property
    def fees(self) -> Decimal:
        """What both orders cost at once, with half the spread."""
        return self.close.cost + self.open.urgent


def next_contract(snapshot: Snapshot, old: Contract) -> Contract | None:
    """The same coin's next dated contract of the same kind that has a price; None where none is listed."""
    later = [
        (contract.expiry, contract.multiplier * contract.lot, contract.symbol)
        for contract in snapshot.contracts.values()
        if contract.asset == old.asset
        and (contract.inverse, contract.settle) == (old.inverse, old.settle)
        and contract.expiry is not None
        and old.expiry is not None
        and contract.expiry > old.expiry
        and contract.symbol in snapshot.quotes
    ]
    return snapshot.contracts[min(later)[2]] if later else None


def roll(
    leg: LegStanding,
    fills: Sequence[Fill],
    snapshot: Snapshot,
    now: datetime,
    own_fee: Decimal | None,
    leverage: Decimal,
) -> Roll:
    """The roll of a dated short into the next contract, at `leverage`.

    fills: all fills of the old one, by time. own_fee: the user's own taker fee. The new position has as many
    coins (for an inverse contract: dollars) as the old one, in whole lots.

    Raises NoData, saying what to do, where there is no next contract or a price is not known.
    """
    close = unwind(leg, Fraction(1), own_fee)
    if close is None or close.contract.expiry is None:
        raise NothingToRoll(leg.trouble)
    following = next_contract(snapshot, close.contract)
    if following is None:
        raise NoLaterFuture(snapshot.venue, leg.asset)
    quote = snapshot.quote(following.symbol, now)
    size = close.count * close.contract.multiplier / following.multiplier
    count = (size / following.lot).to_integral_value(ROUND_HALF_EVEN) * following.lot
    return Roll(
        close,
        following,
        quote,
        open=ticket_for(following, -count, quote, own_fee, leverage, leg.held.mode),
        wanted=size,
        days=days_left(close.contract.expiry, now),
        old=_dated(snapshot, close.contract, now),
        new=_dated(snapshot, following, now),
        earned=_earned(fills, close.quote),
    )


def _dated(snapshot: Snapshot, contract: Contract, now: datetime) -> Dated | None:
    """The future's figures; None where it is not known what it or its coin trades at."""
    try:
        return dated(snapshot, contract, now) if snapshot.quotes[contract.symbol].own else None
    except NoData:
        return None


def _earned(fills: Sequence[Fill], quote: Quote) -> Decimal | None:
    """USD of basis that all fills made so far: what the future made more than its coin."""
    if quote.index is None or not quote.own or any(fill.index is None for fill in fills):
        return None
    now = Fraction(held_to_expiry(quote.mark, quote.index)) / Fraction(fills[0].terms.scale)
    made = (trade.coins * (now - (trade.price - trade.index)) for trade in trades(fills))
    return decimal(sum(made, Fraction(0)))
