"""Wishes that cannot be: the kinds of BadInput that a wish, or what it is about, is refused with."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.errors import BadInput


class BothOnlyAndWithout(BadInput):
    """The wish names coins to hedge and coins to leave out."""

    says = "Say which coins to hedge, or which to leave out."


class CoverageOutOfRange(BadInput):
    """The share of the exposure to hedge is too small or too large."""

    says = "Coverage goes from 1% to 150%."


@dataclass(eq=False)
class OrdersOutOfRange(BadInput):
    """The wish is for no order, or for more than a hedge has."""

    says = "A hedge has 1 to {most} orders."
    most: int


class BothOrdersAndCoins(BadInput):
    """The wish says how many orders, and which coins to short or a beta as well."""

    says = "Say how many orders, or which coins, not both."


@dataclass(eq=False)
class BetaOutOfRange(BadInput):
    """The user's own beta cannot be one."""

    says = "Beta goes from above 0 to {most}."
    most: Decimal


class NoCash(BadInput):
    """The cash that there is to be is none, or less than none."""

    says = "The cash for margin has to be above zero."


class PooledInverse(BadInput):
    """The wish is for coin-margined contracts and for an account in which all coins back one pool."""

    says = "Coin-margined contracts are backed each by its own coin, not by one pool."


@dataclass(eq=False)
class NoCoinsThere(BadInput):
    """Coins are to be margin at a venue where none are known to lie."""

    says = "I do not know of any coins of yours that lie at {venue}."
    venue: str


@dataclass(eq=False)
class OthersBackIt(BadInput):
    """Coins are to be margin, and those that lie at the venue are none of those that the hedge is about."""

    says = "What lies at {venue} ({coins}) is not among the coins of this hedge, so I cannot count with it."
    venue: str
    coins: str
    """Their tickers, with “and” between them."""


class BetaOfNoCoin(BadInput):
    """The user gives a beta of their own and not the one coin that it is to."""

    says = "A beta of your own needs one coin to short."


@dataclass(eq=False)
class TargetBetaOutOfRange(BadInput):
    """The beta that should remain cannot be one."""

    says = "The beta to keep goes from 0 to {most}."
    most: Decimal


class FallOutOfRange(BadInput):
    """The fall in mind is none, or of everything."""

    says = "The fall goes from above 0% to below 100%."


class LossWithoutFall(BadInput):
    """The wish says what may be lost and not in which fall."""

    says = "Say which fall you have in mind."


class NegativeLoss(BadInput):
    """The loss that the user accepts is below zero."""

    says = "The loss you accept cannot be negative."


class SeveralAims(BadInput):
    """The wish has more than one aim, of which each alone sets the size."""

    says = "Choose one of keep, target beta and beta."


class DatedInverse(BadInput):
    """The wish is for dated contracts that are margined in the coin, which are not offered."""

    says = "Coin-margined contracts are perpetual here."


@dataclass(eq=False)
class LeverageOutOfRange(BadInput):
    """The leverage is one that no venue has."""

    says = "Leverage goes from 1x to {most}x."
    most: Decimal


@dataclass(eq=False)
class HorizonOutOfRange(BadInput):
    """The hedge should stand for no day, or for too many."""

    says = "The horizon goes from 1 to {most} days."
    most: int


class NothingLeft(BadInput):
    """What the wish leaves out is all that is held."""

    says = "That leaves none of your coins to hedge."


class OnlyStablecoins(BadInput):
    """Nothing that is held moves with the market."""

    says = "You hold only stablecoins, which need no hedge."


@dataclass(eq=False)
class NothingPriced(BadInput):
    """The venue has no price for any coin that could be hedged."""

    says = "{venue} has no price for {coins}."
    venue: str
    coins: str
    """Their tickers, with commas."""
