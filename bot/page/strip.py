"""The strip chart of one visitor: what price moves made of the coins, of the hedge, and of both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot
from core.journal.held import Held, gain

MOST_POINTS = 600
"""Above so many points every second one is left out."""


@dataclass(frozen=True, slots=True)
class StripPoint:
    """The sums at one moment, in USD since the first one."""

    at: datetime
    coins: float
    """What the coins made that were held then."""
    hedge: float
    """What the open positions made, before fees and funding."""

    def shown(self) -> dict[str, float | str]:
        """As the page gets it."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "coins": round(self.coins, 2),
            "hedge": round(self.hedge, 2),
            "both": round(self.coins + self.hedge, 2),
        }


class Strip:
    """Adds up, from look to look, what the coins and positions of that moment made by their prices.

    So coins that are added or sold are no gain and no loss.
    """

    def __init__(self) -> None:
        self.points: list[StripPoint] = []
        self._coins = Fraction(0)
        self._hedge = Fraction(0)
        self._prices: Mapping[str, Decimal] = {}
        self._marks: Mapping[str, Decimal | Fraction] = {}

    def see(
        self, holdings: Collection[Holding], held: Collection[Held], snapshot: Snapshot, now: datetime
    ) -> StripPoint | None:
        """Add the moment; None while nothing is held that has a price."""
        prices, marks = _prices(holdings, snapshot, now), _marks(held, snapshot, now)
        if not prices and not self.points:
            return None
        self._coins += sum(
            (
                Fraction(each.quantity) * Fraction(prices[each.asset] - self._prices[each.asset])
                for each in holdings
                if each.asset in prices and each.asset in self._prices
            ),
            Fraction(0),
        )
        if self.points:
            self._hedge += sum(
                (
                    # What was opened since the last look has moved since its entry.
                    gain(each.terms, each.count, self._marks.get(each.symbol, each.entry), marks[each.symbol])
                    for each in held
                    if each.symbol in marks and not each.lost
                ),
                Fraction(0),
            )
        # What has no price now is compared with its last one when it has one again.
        self._prices = {**self._prices, **prices}
        self._marks = {
            symbol: mark
            for symbol, mark in {**self._marks, **marks}.items()
            if any(each.symbol == symbol for each in held)
        }
        point = StripPoint(now, float(self._coins), float(self._hedge))
        self.points.append(point)
        if len(self.points) > MOST_POINTS:
            self.points = self.points[::2]
        return point


def _prices(holdings: Collection[Holding], snapshot: Snapshot, now: datetime) -> dict[str, Decimal]:
    found = {}
    for each in holdings:
        if each.asset not in STABLECOINS:
            try:
                found[each.asset] = snapshot.price(each.asset, now)
            except NoData:
                continue
    return found


def _marks(held: Collection[Held], snapshot: Snapshot, now: datetime) -> dict[str, Decimal]:
    found = {}
    for each in held:
        if each.count and each.venue == snapshot.venue:
            try:
                found[each.symbol] = snapshot.quote(each.symbol, now).mark
            except NoData:
                continue
    return found
