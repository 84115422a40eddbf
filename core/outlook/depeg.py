"""What it does to a hedge if the dollar coin that it is kept in is no dollar any more.

A contract that settles in a dollar coin counts everything in it. If that coin falls by m against the dollar,
a coin that stands still in dollars rises to 1 / (1 + m) of its price there: each short loses as after such a
rise, and its margin is worth less. With N, C the dollars short and the margin of a short that is not
liquidated:

    the short   N - N / (1 + m) in the dollar coin, which is N * m in dollars
    the margin  C * m

A debt in the dollar coin becomes cheaper, and so does every gain that waits to be paid in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.hedge.hedge import Hedge
from core.hedge.leg import Leg
from core.outcome.leg_standing import LegStanding

LEAST, MOST = Decimal("-0.99"), Decimal("0.5")
"""The moves of a dollar coin that can be asked for."""
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Depeg:
    """A hedge after its dollar coin has moved against the dollar. Amounts are in dollars."""

    asset: str
    """The dollar coin."""
    move: Decimal
    """Its move, a decimal."""
    legs: tuple[Leg, ...]
    """The shorts that settle in it."""
    others: tuple[Leg, ...]
    """The shorts that do not, which stay as they are."""
    margin: Decimal
    """What backs those shorts, in the dollar coin, before."""
    margin_made: Decimal
    """What it gains, below zero loses, by being worth another amount."""
    shorts_made: Decimal
    """What the shorts make, because everything is counted in the dollar coin. Those that are liquidated have
    lost their margin.
    """
    held: Decimal
    """What is held of it beside, before."""
    gone: tuple[Leg, ...]
    """The shorts that are liquidated on the way."""
    rise: Decimal
    """By how much every other coin rises in the dollar coin; below zero it falls."""
    owed: Decimal = _ZERO
    """What an account that all shorts share owes in it by then."""
    together: bool = False
    """Whether all shorts share an account."""
    waiting: Decimal = _ZERO
    """Gains of what is open now that would be paid in it, before; below zero losses."""

    @property
    def held_made(self) -> Decimal:
        """What is held of it makes."""
        return self.held * self.move

    @property
    def total(self) -> Decimal:
        """All of it together."""
        return self.margin_made + self.shorts_made + self.held_made


def depeg(
    hedge: Hedge,
    asset: str,
    move: Decimal,
    owned: Mapping[str, Decimal],
    open_legs: Iterable[LegStanding] = (),
) -> Depeg:
    """The planned hedge if this dollar coin moves so. open_legs: what is open, for gains that wait."""
    legs = tuple(leg for leg in hedge.legs if leg.contract.settle == asset)
    others = tuple(leg for leg in hedge.legs if leg.contract.settle != asset)
    rise = _ONE / (_ONE + move) - _ONE
    waiting = sum(
        (
            leg.unrealised
            for leg in open_legs
            if leg.contract and leg.contract.settle == asset and leg.unrealised is not None and not leg.lost
        ),
        _ZERO,
    )
    held = owned.get(asset, _ZERO)
    if hedge.backed is not None:
        return _shared(hedge, asset, move, (legs, others), rise, held, waiting)
    gone = tuple(leg for leg in legs if leg.distance is not None and leg.distance <= rise)
    kept = [leg for leg in legs if leg not in gone]
    margin = sum((leg.margin for leg in legs), _ZERO)
    lost = sum((leg.margin for leg in gone), _ZERO)
    made = sum((leg.notional for leg in kept), _ZERO) * move - lost
    standing = sum((leg.margin for leg in kept), _ZERO)
    return Depeg(asset, move, legs, others, margin, standing * move, made, held, gone, rise, waiting=waiting)


def _shared(
    hedge: Hedge,
    asset: str,
    move: Decimal,
    legs: tuple[tuple[Leg, ...], tuple[Leg, ...]],
    rise: Decimal,
    held: Decimal,
    waiting: Decimal,
) -> Depeg:
    """Of an account that all shorts share. In the dollar coin, what backs it rises as what is shorted."""
    assert hedge.backed is not None  # noqa: S101 - asked of such a hedge alone  # nosec B101
    own, others = legs
    pool, cash = hedge.backed.pool, hedge.backed.cash
    factor = _ONE + rise
    ended = float(pool.slack(np.full((1, len(pool.assets)), float(factor)))[0]) <= 0
    figures = pool.figures({name: price * factor for name, price in pool.prices.items()})
    made = sum((leg.notional for leg in own), _ZERO) * move
    # what lies there of it loses with the holdings, so it is not counted twice
    apart = max(cash - held, _ZERO)
    return Depeg(
        asset, move, own, others, cash, apart * move, made, held, own if ended else (), rise,
        owed=figures.debt * (_ONE + move), together=True, waiting=waiting,
    )  # fmt: skip
