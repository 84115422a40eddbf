"""The plan itself: what a hedge is made of, and what it is expected to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.position import Position
from core.hedge.leg import Leg
from core.hedge.study import Study
from core.hedge.unseen import Choice
from core.hedge.wish import Wish
from core.measure.exposure import Exposure


@dataclass(frozen=True, slots=True)
class Outcome:
    """USD gained (negative: lost) if `benchmark` falls as wished and every coin follows its measured beta."""

    benchmark: str
    without: Decimal
    hedged: Decimal


@dataclass(frozen=True, slots=True)
class Hedge:
    """The plan for one wish at one moment.

    r_squared: share of the measured holdings' variance that the legs explain, None where none was measured;
    days: of history used.
    beta: of the portfolio to `outcome.benchmark`; left_beta: what the hedge leaves of it. swing, left_swing:
    one standard deviation of the portfolio over the horizon in USD, without and with the hedge.
    wanted: USD to short of each asset before rounding.
    shrunk, assumed: USD by asset whose beta is pulled to, or is, the average of the others.
    dropped: legs asked for or fitted that are too small to trade or add nothing. coverage: share hedged.
    effectiveness: share of variance that these whole contracts would have removed on the days that they were
    fitted on; rounding_cost: how much less that is than the exact sizes would. unseen: the share that they
    may be expected to remove from now on, judged on the last `unseen_days` days. closing: open positions that
    the plan has no use for.
    study: how the coins were measured, for what is worked out from the plan later.
    """

    venue: str
    simulated: bool
    wish: Wish
    exposure: Exposure
    legs: tuple[Leg, ...]
    r_squared: float | None
    days: int
    beta: float
    left_beta: float
    outcome: Outcome
    swing: Decimal
    left_swing: Decimal
    frontier: tuple[Choice, ...]
    shrunk: Mapping[str, Decimal]
    assumed: Mapping[str, Decimal]
    wanted: Mapping[str, Decimal]
    dropped: tuple[str, ...]
    notes: tuple[str, ...]
    coverage: Decimal
    effectiveness: float
    rounding_cost: float
    unseen: float
    unseen_days: int
    closing: tuple[Position, ...]
    study: Study = field(compare=False, repr=False)

    @property
    def notional(self) -> Decimal:
        return sum((leg.notional for leg in self.legs), Decimal(0))

    @property
    def margin(self) -> Decimal:
        return sum((leg.margin for leg in self.legs), Decimal(0))

    @property
    def rounding(self) -> Decimal:
        """USD shorted over (negative: under) what was wanted, because contracts come whole."""
        return self.notional - sum(self.wanted.values(), Decimal(0))

    @property
    def missing_coins(self) -> dict[str, Decimal]:
        """Coins that the margin of coin-margined legs takes beyond what is held. Bought ones fall too."""
        have = {held.asset: held.quantity for held in self.exposure.holdings}
        need = {
            leg.asset: leg.margin * leg.contract.scale / leg.price
            for leg in self.legs
            if leg.contract.inverse
        }
        return {
            asset: need[asset] - have.get(asset, Decimal(0))
            for asset in need
            if need[asset] > have.get(asset, 0)
        }

    @property
    def income(self) -> Decimal | None:
        """USD a day from funding over all legs; None if any leg's funding is unknown."""
        flows = [leg.income for leg in self.legs]
        known = [flow for flow in flows if flow is not None]
        return sum(known, Decimal(0)) if len(known) == len(flows) else None
