"""What one contract or one coin costs at one moment, and how old such a price may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from core.domain.contract import Condition
from core.domain.errors import NoData
from core.domain.paid import index_at

QUOTE_WARN = timedelta(minutes=3)
"""Once prices are older than this, an answer says how old they are."""

QUOTE_REFUSE = timedelta(minutes=15)
"""Once a price is older than this, it is not used any more."""

STAGE_REFUSE = timedelta(minutes=90)
"""Once a stage of deleveraging is older than this, it is not used any more: one venue works it out every 30
minutes."""

Stage = Literal["calm", "near", "now"]
"""How near a venue is to closing positions in profit, because those who lost cannot pay."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one contract at one moment, in its quoted units (USD for `Contract.scale` coins)."""

    mark: Decimal
    """The price by which the venue values positions and liquidates them."""
    at: datetime
    """Since when these prices stand."""
    index: Decimal | None = None
    """What the coin itself costs (its spot price); None where the venue does not give it."""
    bid: Decimal | None = None
    """The best price that somebody offers to pay; None where it is not known."""
    ask: Decimal | None = None
    """The best price at which somebody offers to sell; None where it is not known."""
    own: bool = True
    """False where nobody knows what the contract trades at, and the mark is the coin's spot price instead."""
    frozen: bool = False
    """True where the mark stands still while index, bid and ask have moved
    away from it together. No size and no alert may rest on such a mark.
    """
    condition: Condition = "trading"
    """What can be done in the contract, as far as the venue's prices tell."""
    turnover: Decimal | None = None
    """USD traded in it within 24 hours; None where that is not known."""
    interest: Decimal | None = None
    """USD that contracts open in it are worth; None where that is not known."""

    def index_at(self, paid: Decimal) -> Decimal | None:
        """What the coin cost when the contract was filled at `paid`, in quoted units: see `core.domain.paid`.

        Where the mark is not the contract's own, the distance of `paid` from it may be basis. Then the index
        of now has to do.
        """
        return index_at(paid, self.mark, self.index) if self.own else self.index


@dataclass(frozen=True, slots=True)
class FundingRate:
    """What holders of longs pay to holders of shorts of a perpetual at the next settlement.

    Raises NoData for a rate that is not a number and for an interval that is not above zero.
    """

    rate: Decimal
    """A decimal of the notional; below zero, shorts pay longs."""
    interval_hours: int
    """Hours between two settlements."""
    at: datetime
    """Since when the rate is known."""
    next_at: datetime | None = None
    """When the next settlement is; None where the venue does not say."""

    # The bot divides by the interval, and a rate that is no number would spread through every sum.
    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.interval_hours <= 0:
            raise NoData(f"Funding of {self.rate} every {self.interval_hours} h cannot be.")


@dataclass(frozen=True, slots=True)
class Deleveraging:
    """What a venue itself says, to everybody, of how near it is to closing positions in profit."""

    stage: Stage
    """Of the contract, whoever holds it."""
    at: datetime
    """When the venue worked it out."""


@dataclass(frozen=True, slots=True)
class SpotPrice:
    """The price of a coin on which the snapshot's own venue has no contract."""

    price: Decimal
    """USD for one coin."""
    at: datetime
    """Since when it stands."""
    venue: str
    """The venue whose price it is."""
