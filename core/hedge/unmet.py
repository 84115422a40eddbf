"""Wishes that are understood and cannot be met: the kinds of CannotHedge, by the constraint that broke."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.capital.mode import MarginMode
from core.domain.errors import CannotHedge
from core.domain.stated import Called
from core.hedge.leaving import Leaving


@dataclass(eq=False)
class TooMuchLeverage(CannotHedge):
    """The venue allows less leverage on a short of this size."""

    says = "{venue} allows at most {most:f}x on ${notional:,.0f} of {asset}."
    venue: str
    asset: str
    notional: Decimal
    """USD short."""
    most: Decimal


@dataclass(eq=False)
class LiquidatedAtOnce(CannotHedge):
    """The user's leverage leaves no more margin than must be kept."""

    says = (
        "At {leverage:f}x the {asset} short would be liquidated at once: its margin is no more than the "
        "venue asks it to keep."
    )
    asset: str
    leverage: Decimal
    safe: Decimal
    """The leverage at which it would last."""


@dataclass(eq=False)
class LegsDidNotMove(CannotHedge):
    """The named legs did not move with the portfolio."""

    says = "{coins} did not move with your coins, so shorting is no hedge."
    coins: str
    """Their tickers, with “and” between them."""


@dataclass(eq=False)
class NoDollarHedge(CannotHedge):
    """No legs can be shorted for a dollar against every dollar of coins."""

    says = "No contract here can be shorted for all of your coins."
    major: str
    """A coin that may be shorted for more than is held of it."""


@dataclass(eq=False)
class TooLittleCash(CannotHedge):
    """The cash does not pay for the margin of any order."""

    says = "${cash:,.0f} is too little for any order on {venue}: the smallest takes about ${least:,.0f}."
    venue: str
    cash: Decimal
    """USD that the user has."""
    least: Decimal
    """USD that would do for some hedge."""
    mode: MarginMode = "isolated"
    """How the shorts were to be backed."""


@dataclass(eq=False)
class NoSuchMode(CannotHedge):
    """The venue has no account that backs shorts in this way, or its rules are not known."""

    says = "{venue} has no {wanted}, as far as I know."
    venue: str
    wanted: str
    """What was asked for, as a sentence calls it."""
    has: tuple[MarginMode, ...]
    """The pooled modes that it has."""


@dataclass(eq=False)
class TooLittleForMode(CannotHedge):
    """The venue gives such an account only to who has more in it."""

    says = "{venue} gives an {wanted} only from ${least:,.0f} on, and ${worth:,.0f} would be there."
    venue: str
    wanted: str
    """What was asked for, as a sentence calls it."""
    least: Decimal
    """USD that have to be in it."""
    worth: Decimal
    """USD of coins and cash that would be."""


@dataclass(eq=False)
class CoinsDoNotCount(CannotHedge):
    """None of the coins that lie at the venue counts as margin there."""

    says = "{venue} takes none of your coins there ({coins}) as margin."
    venue: str
    coins: str
    """Their tickers, with commas between them."""


@dataclass(eq=False)
class LossAccepted(CannotHedge):
    """The portfolio loses no more than the user accepts without a hedge."""

    says = (
        "No hedge is needed: if {benchmark} falls {fall:.0%} you would lose about ${loss:,.0f}, less than "
        "the ${accepted:,.0f} you accept."
    )
    benchmark: str
    fall: Decimal
    """A decimal."""
    loss: Decimal
    """USD, not below zero."""
    accepted: Decimal
    """USD."""


@dataclass(eq=False)
class BetaLowAlready(CannotHedge):
    """The portfolio's beta is not above the one that should remain."""

    says = "No hedge is needed: your beta to {benchmark} is {beta:.2f} already, not above {target}."
    benchmark: str
    beta: float
    target: Decimal


@dataclass(eq=False)
class DidNotFall(CannotHedge):
    """The legs rose when the benchmark fell: no size of them would be enough."""

    says = "What you would short did not fall with {benchmark}."
    benchmark: str


@dataclass(eq=False)
class NoneMeasured(CannotHedge):
    """No contract of the wished kind is on a coin with enough history."""

    says = "{venue} has no {kind} with enough price history."
    venue: str
    kind: str
    """What was looked for, as a sentence calls it."""


class NothingToHedgeWith(CannotHedge):
    """There is no way to hedge here that could be compared with another."""

    says = "There is nothing here to hedge with."


class NoneMoves(CannotHedge):
    """No contract that is offered moves with the portfolio."""

    says = "No contract here moves with your coins, so none can hedge them."


@dataclass(eq=False)
class NotOffered(CannotHedge):
    """A leg that the user names has no contract of the wished kind with a price."""

    says = "{venue} has no {kind} for {asset} with a current price."
    venue: str
    asset: str
    kind: str
    """What was looked for, as a sentence calls it."""
    majors: tuple[str, ...]
    """The majors that are offered."""


@dataclass(eq=False)
class OnItsWayOut(CannotHedge):
    """A leg that the user names has a contract in which nothing new is opened."""

    leaving: Leaving
    majors: tuple[str, ...]
    """The majors that are offered."""

    def sentence(self, called: Called = str) -> str:
        return f"{self.leaving.sentence(called)}, so no new short is opened in it."


@dataclass(eq=False)
class TooLittleHistory(CannotHedge):
    """A leg that the user names has too few days of prices to measure its beta."""

    says = "{asset} has too little price history."
    asset: str


@dataclass(eq=False)
class TooManyOrders(CannotHedge):
    """The venue takes so little with one order that nobody can place them all."""

    says = (
        "This hedge would take {orders:,} orders, because one order of {asset} on {venue} can be of "
        "${largest:,.0f} at most, and nobody can place more than {most} by hand."
    )
    venue: str
    asset: str
    orders: int
    largest: Decimal
    """USD of the largest order."""
    most: int


@dataclass(eq=False)
class TooSmall(CannotHedge):
    """The smallest order of every leg is more than the hedge would be."""

    says = (
        "Your ${worth:,.2f} of coins is too small to hedge here: the smallest {asset} order on {venue} is "
        "${least:,.2f}, which would hedge about ${needed:,.0f} of coins like yours."
    )
    venue: str
    asset: str
    worth: Decimal
    """USD of the coins that move."""
    least: Decimal
    """USD of the smallest order."""
    needed: Decimal
    """USD of such coins that it would hedge."""
