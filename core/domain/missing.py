"""Figures of a venue that are missing, impossible or too old: the kinds of NoData that a snapshot raises."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.errors import NoData


@dataclass(eq=False)
class ContractTrouble(NoData):
    """A figure of one contract is not known; each kind of it says why."""

    says = "{venue} gives no usable figures of {symbol} now."
    venue: str
    symbol: str


class NoQuote(ContractTrouble):
    """The venue gives no price of the contract."""

    says = "{venue} gives no price for {symbol} now. Try again in a minute."


class ImpossibleQuote(ContractTrouble):
    """The price that the venue gives cannot be one."""

    says = "{venue} gives an impossible price for {symbol} now. Try again in a minute."


@dataclass(eq=False)
class FrozenQuote(ContractTrouble):
    """The contract's price stands still while others of its coin move."""

    says = "{venue} keeps the price of {symbol} at {mark:f} while its coin moves."
    mark: Decimal
    """In quoted units."""


@dataclass(eq=False)
class OldQuote(ContractTrouble):
    """The last price of the contract is from too long ago."""

    says = (
        "The last price of {symbol} on {venue} is {minutes} minutes old, too old to use. "
        "Try again in a minute."
    )
    minutes: int


@dataclass(eq=False)
class NoPriceOfCoin(NoData):
    """The venue gives no price of the coin in any way."""

    says = "{venue} has no price for {asset}."
    venue: str
    asset: str


class NoSpotPrice(NoPriceOfCoin):
    """The venue has dated futures on the coin and says nothing of what the coin itself costs."""

    says = "{venue} has no spot price for {asset}."


@dataclass(eq=False)
class OldPrices(NoData):
    """Even the newest price of the venue is from too long ago."""

    says = (
        "The last prices from {venue} are {minutes} minutes old, too old to use. "
        "I keep trying; ask again in a minute."
    )
    venue: str
    minutes: int
