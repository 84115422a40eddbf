"""What one contract or coin costs at one moment, and how old a price may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.contract import Condition
from core.domain.errors import NoData
from core.domain.paid import index_at

QUOTE_WARN = timedelta(minutes=3)
"""Past this age an answer says how old its prices are."""

QUOTE_REFUSE = timedelta(minutes=15)
"""Past this age a price is refused."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one contract in its quoted units: mark, index (spot), best bid and ask, and since when.

    own: false where what the contract trades at is not known and the mark is the spot price instead.
    frozen: the mark stands still while index, bid and ask have gone elsewhere together: nothing is sized or
    fired by it. condition: what the venue's prices say can be done in the contract.
    """

    mark: Decimal
    at: datetime
    index: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    own: bool = True
    frozen: bool = False
    condition: Condition = "trading"

    def index_at(self, paid: Decimal) -> Decimal | None:
        """What the coin cost when the contract was filled at `paid`, as `core.domain.paid.index_at` has it.

        Where the mark is not its own, what it is off the mark may be basis, and the index of now has to do.
        """
        return index_at(paid, self.mark, self.index) if self.own else self.index


@dataclass(frozen=True, slots=True)
class FundingRate:
    """What longs pay shorts at the next settlement: a decimal of notional, every `interval_hours`.

    Raises NoData for a rate that is no number and for an interval that is not above zero.
    """

    rate: Decimal
    interval_hours: int
    at: datetime
    next_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.rate.is_finite() or self.interval_hours <= 0:
            raise NoData(f"Funding of {self.rate} every {self.interval_hours} h cannot be.")


@dataclass(frozen=True, slots=True)
class SpotPrice:
    """USD per coin of an asset that the snapshot's venue has no contract for, since when, and whose price."""

    price: Decimal
    at: datetime
    venue: str
