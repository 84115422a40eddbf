"""Cash that pays the margin of shorts which have one each, at the chance of liquidation aimed at."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache

from core.hedge.afford.ways import Way
from core.hedge.leg import Leg, fee_of, put_up
from core.hedge.plan import Ground
from core.hedge.size import Sized
from core.hedge.wish import Wish

LESS = 0.995
"""Where whole contracts take more than the cash, the coverage is lowered by so much at least."""


def taken(legs: Iterable[Leg], wish: Wish) -> Decimal:
    """USD of margin and opening fees, at the chance of liquidation aimed at or the user's own leverage."""
    total = Decimal(0)
    for leg in legs:
        # Who chose a leverage accepts its odds, so nothing is put on top of the margin that this leverage
        # takes.
        extra = Decimal(0) if wish.leverage is not None else leg.extra_margin
        fee = leg.contract.taker_fee if wish.fee is None else wish.fee
        total += leg.margin + extra + leg.notional * fee
    return total


class Isolated:
    """The purse of isolated shorts."""

    def __init__(self, known: Ground, wish: Wish, cash: Decimal) -> None:
        self._known, self._wish, self._cash = known, wish, cash
        self._rate = cache(self._least_rate)

    def most(self, ways: Sequence[Way]) -> list[float]:
        return self.most_for(ways, self._cash)

    def most_for(self, ways: Sequence[Way], cash: Decimal) -> list[float]:
        """The same for another amount of cash."""
        dollars = float(cash / self._known.measured.exposure.value)
        return [
            min(dollars / sum(self._rate(asset) * beta for asset, beta in way.betas.items()), way.most)
            for way in ways
        ]

    def takes(self, sized: Sized) -> Decimal:
        return taken(sized.legs, self._wish)

    def lower(self, coverage: float, sized: Sized) -> float | None:
        needed = self.takes(sized)
        if needed <= self._cash:
            return None
        # In proportion, as a smaller position takes no larger share of margin; what rounding to whole lots
        # adds to that, LESS takes off.
        return coverage * min(float(self._cash / needed), LESS)

    def _least_rate(self, asset: str) -> float:
        """USD that a dollar short of this asset takes in the smallest order, where it takes least."""
        offer, measured = self._known.offered[asset], self._known.measured
        sigma = float(measured.sigmas(measured.columns((asset,)))[0])
        put = put_up(offer, offer.least, sigma, self._wish)
        margin = put.margin if self._wish.leverage is not None else max(put.margin, put.needed)
        return float(margin / offer.least + fee_of(offer, self._wish))
