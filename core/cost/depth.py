"""What the size of an order does in a market: how much of it may be had, in how many days, at what price.

Volumes are USD traded in the contract within 24 hours.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import sqrt

from core.domain.quote import Quote

MOST_TRADED = Decimal("0.1")
"""The largest short that is proposed, as a share of what is traded in a day."""
MOST_OPEN = Decimal("0.1")
"""The same as a share of all that is open in the contract: one who holds more is the market when leaving."""
A_DAY = Decimal("0.02")
"""What one day's orders may be of what is traded in it. A larger change is spread over days."""
WORD = Decimal("0.01")
"""From this share of what is traded in a day on, a short is worth a word."""
UNFELT = 0.001
"""Orders up to this share of what is traded in a day cost the spread and no more."""
USUAL_SIGMA = 0.05
"""Daily standard deviation of a coin where that is not measured."""


@dataclass(frozen=True, slots=True)
class MarketDepth:
    """How much is going on in one contract."""

    turnover: Decimal | None
    """USD traded within 24 hours; None where that is not known."""
    interest: Decimal | None
    """USD that are open; None where that is not known."""

    @classmethod
    def of(cls, quote: Quote) -> "MarketDepth":
        """What the quote says of it."""
        return cls(quote.turnover, quote.interest)

    @property
    def room(self) -> Decimal | None:
        """The largest short in USD that is proposed; None where nothing is known of the market."""
        bounds = []
        if self.turnover is not None:
            bounds.append(MOST_TRADED * self.turnover)
        if self.interest is not None:
            bounds.append(MOST_OPEN * self.interest)
        return min(bounds, default=None)

    def share(self, notional: Decimal) -> Decimal | None:
        """The share that so many USD are of what is traded in a day; None where that is not known."""
        return None if self.turnover is None else notional / self.turnover

    def days(self, notional: Decimal) -> int:
        """Over how many days orders of so many USD should be spread; 1 where the market is not known."""
        share = self.share(notional)
        return 1 if share is None else max(int((share / A_DAY).to_integral_value(ROUND_CEILING)), 1)

    def impact(self, notional: Decimal, sigma: float = USUAL_SIGMA) -> Decimal:
        """By how much orders of so many USD move the price against themselves, as a share of it, on average.

        sigma * (sqrt(share) - sqrt(UNFELT)) of the share that is placed in a day: impact grows with the root
        of the size (Almgren, Thum, Hauptmann and Li 2005; for bitcoin Donier and Bonart 2015), at about one
        daily sigma for a whole day's volume. 0 for small orders, and where the market is not known. sigma:
        daily standard deviation of the coin.
        """
        share = self.share(notional)
        if share is None or share <= UNFELT:
            return Decimal(0)
        felt = sqrt(float(min(share, A_DAY))) - sqrt(UNFELT)
        return Decimal(repr(round(sigma * felt, 8)))


NOT_KNOWN = MarketDepth(None, None)
"""Of a market that says nothing of it."""
