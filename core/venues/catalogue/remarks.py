"""What is said of figures that come from a specification, and of prices that another venue lends."""

from dataclasses import dataclass
from datetime import date

from core.domain.errors import NoData
from core.domain.stated import Stated


@dataclass(frozen=True, slots=True)
class SpecificationAsOf(Stated):
    """The contracts are known by what the exchange wrote of them, up to a day."""

    says = "{exchange} contracts: specification as of {day:%d %b %Y}."
    exchange: str
    """What it is called."""
    day: date


@dataclass(frozen=True, slots=True)
class PricedOnSpot(Stated):
    """The prices are those of the coins themselves, and of another venue."""

    says = "Prices are spot on {venue}; what these futures trade at, so their basis, is not known."
    venue: str


@dataclass(frozen=True, slots=True)
class BrokersTerms(Stated):
    """What a trade costs and what must be paid in is between the user and their broker."""

    says = "Fees and margin are assumed: your broker sets them."


@dataclass(eq=False)
class NoCoinPriced(NoData):
    """The venue that lends its prices has none for any coin of the catalogue."""

    says = "{venue} gives no usable price for any coin of {exchange}. Try again in a minute."
    venue: str
    exchange: str
    """What the catalogue is called."""
