"""The plan itself: what a hedge is made of, and what it is expected to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.cost.funding import added
from core.domain.position import Position
from core.hedge.afford.backed import SharedBacking
from core.hedge.leaving import Leaving
from core.hedge.leg import Leg
from core.hedge.study import Study
from core.hedge.unseen import Choice
from core.hedge.wish import Wish
from core.margin import TARGET, chance_of_any
from core.measure.exposure import Exposure
from core.measure.risk import mean_correlation


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens if the benchmark falls as wished and every coin follows by its measured beta."""

    benchmark: str
    """The asset that falls."""
    without: Decimal
    """USD gained without the hedge; below zero, lost."""
    hedged: Decimal
    """USD gained with the hedge, by coins and shorts together."""


@dataclass(frozen=True, slots=True)
class Means:
    """What an amount of cash would do for the same coins."""

    cash: Decimal
    """USD: margin at the chance of liquidation aimed at, and the fees of opening."""
    removed: float
    """The share of variance that the hedge it pays for should remove."""
    odds: float = TARGET
    """How likely that is liquidated within the horizon, about."""


@dataclass(frozen=True, slots=True)
class Hedge:
    """The plan for one wish at one moment: what to short, and what that should do."""

    venue: str
    """The venue of all legs."""
    simulated: bool
    """Whether the prices are made up; the answer must say so."""
    wish: Wish
    """What was asked for."""
    exposure: Exposure
    """What the holdings that the wish is about are worth."""
    legs: tuple[Leg, ...]
    """The contracts to short, the largest first."""
    r_squared: float | None
    """The share of variance that the legs explain, of holdings whose history
    was measured; None where no holding was.
    """
    days: int
    """Days of history that the figures rest on."""
    beta: float
    """The beta of the portfolio to `outcome.benchmark`."""
    left_beta: float
    """The beta to it that remains with the hedge."""
    outcome: Outcome
    """What a fall of the benchmark does, without and with the hedge."""
    swing: Decimal
    """One standard deviation of the portfolio's worth over the horizon, in USD, without the hedge."""
    left_swing: Decimal
    """The same with the hedge."""
    frontier: tuple[Choice, ...]
    """The best legs of each number, for a table of what more orders would bring."""
    shrunk: Mapping[str, Decimal]
    """Assets with a short history whose beta is pulled towards the average of the others, with their USD."""
    assumed: Mapping[str, Decimal]
    """Assets whose beta is taken to be the average of the others, with their USD."""
    wanted: Mapping[str, Decimal]
    """USD to be short of each asset before rounding."""
    dropped: tuple[str, ...]
    """Assets asked for or fitted that are too small to trade or add nothing."""
    dear: Mapping[str, float]
    """Coins held whose own contract is left out and would cost a lot: see `core.hedge.toll.dear`."""
    leaving: tuple[Leaving, ...]
    """Contracts on their way out or halted: those passed over, and those of the legs that end later."""
    notes: tuple[str, ...]
    """What the answer must say of contracts and histories: one clause each, without a full stop."""
    coverage: Decimal
    """The share of the exposure that is hedged."""
    effectiveness: float
    """The share of variance that these whole contracts would have removed on the days of the fit."""
    rounding_cost: float
    """How much more of the variance exact sizes would have removed."""
    unseen: float
    """The share of variance that these contracts should remove from now on, judged on unseen days."""
    unseen_days: int
    """How many such days there were."""
    closing: tuple[Position, ...]
    """Open positions at this venue for which the plan has no use."""
    study: Study = field(compare=False, repr=False)
    """How the coins were measured, for figures that are worked out of the plan later."""
    means: tuple[Means, ...] = ()
    """What other amounts of cash would do, the least first; empty where the user named no cash and each short
    has a margin of its own.
    """
    backed: SharedBacking | None = None
    """What backs all shorts together; None where each has a margin of its own."""

    @property
    def notional(self) -> Decimal:
        """USD short in all."""
        return sum((leg.notional for leg in self.legs), Decimal(0))

    @property
    def margin(self) -> Decimal:
        """USD set aside for all legs."""
        return sum((leg.margin for leg in self.legs), Decimal(0))

    @property
    def rounding(self) -> Decimal:
        """USD short more than was wanted (below zero: less), because contracts come whole."""
        return self.notional - sum(self.wanted.values(), Decimal(0))

    @property
    def missing_coins(self) -> dict[str, Decimal]:
        """Coins, by asset, that must be bought as margin for coin-margined legs beyond those held.

        They lose worth in a fall like all others, and the answer says so.
        """
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
    def any_risk(self) -> float:
        """The probability that at least one leg is liquidated within the horizon, each by itself."""
        columns = self.study.columns(leg.asset for leg in self.legs)
        return chance_of_any(
            [leg.risk for leg in self.legs], mean_correlation(self.study.covariance, columns)
        )

    @property
    def income(self) -> Decimal | None:
        """USD a day that funding should pay over all legs; None where nothing is known of one leg's."""
        return added(leg.income for leg in self.legs)

    @property
    def income_now(self) -> Decimal | None:
        """The same at today's rates; None where one is not known."""
        return added(leg.income_now for leg in self.legs)
