"""Why what a position made, or how it stands, is not known now: the kinds of NoData of this room."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.errors import NoData
from core.domain.missing import ContractTrouble


class VenueSilent(ContractTrouble):
    """There are no figures of the venue now."""

    says = "{venue} cannot be reached now."


class Delisted(ContractTrouble):
    """The venue does not list the contract any more."""

    says = "{venue} does not list {symbol} any more."


class OtherKind(ContractTrouble):
    """What the venue lists by this name is settled or counted otherwise than what was filled."""

    says = "{venue} lists {symbol} as another kind of contract than the one you filled."


@dataclass(eq=False)
class OtherSize(ContractTrouble):
    """One contract is another number of coins than when it was filled."""

    says = "One contract of {symbol} was {filled:f} when you filled it, and {venue} says {listed:f} now."
    filled: Decimal
    listed: Decimal


class OpenButSilent(ContractTrouble):
    """There are no figures of a venue where the hedge is open."""

    says = "{venue} cannot be reached now, and {symbol} is open there. Try again in a minute."


@dataclass(eq=False)
class OpenButDelisted(NoData):
    """A contract that is open is not listed any more, so nobody says what it is worth."""

    says = "{venue} does not list {symbol} any more, so what it made is not known."
    venue: str
    symbol: str
    asset: str


class OpenButOtherKind(OpenButDelisted):
    """A contract that is open is listed as another kind, whose price is not its own."""

    says = (
        "{venue} lists {symbol} as another kind of contract than the one you filled, so what it made is "
        "not known."
    )
