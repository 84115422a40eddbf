"""A forecast and its range: between which two figures the outcome lies four times in five."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

HOLDS = 0.8
"""How often an outcome lies in its range."""

What = Literal["swing", "bare swing", "fall", "bare fall", "funding"]
"""What a range was stated of; `bare` is without the hedge."""


@dataclass(frozen=True, slots=True)
class Range:
    """Two amounts of USD."""

    low: Decimal
    """One time in ten the outcome is lower."""
    high: Decimal
    """One time in ten it is higher."""

    def holds(self, amount: Decimal) -> bool:
        """Whether the amount lies in it."""
        return self.low <= amount <= self.high


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of something, in USD gained (below zero: lost), with its range."""

    mid: Decimal
    """What is expected."""
    range: Range
    """Where it lies four times in five."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a plan said of days to come when its ticket was made. It is kept with the hedge, to be judged."""

    days: int
    """The horizon."""
    benchmark: str
    """The asset whose fall the plan worked out."""
    fall: Decimal
    """How far it falls there, a decimal."""
    bare_swing: Range
    """What the coins make over the horizon."""
    swing: Range
    """What coins and shorts make by their prices over the horizon."""
    bare_fall: Forecast
    """What the coins make in the fall."""
    in_fall: Forecast
    """What coins and shorts make in the fall."""
    funding: Forecast | None = None
    """Funding received over the horizon (below zero: paid); None where it could not be told."""


@dataclass(frozen=True, slots=True)
class Score:
    """How often ranges held that have been judged."""

    stated: int = 0
    """How many were judged."""
    held: int = 0
    """How many of them held."""
    hedges: int = 0
    """Of how many hedges they were."""

    @property
    def share(self) -> float:
        """The share that held; call it only where some were judged."""
        return self.held / self.stated


NO_SCORE = Score()
"""Nothing has been judged."""
