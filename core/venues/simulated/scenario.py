"""What befalls the simulated market after it began: one row a scenario; before, all are the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ramp:
    """A figure that goes evenly from `start` to `end` over `hours` from the beginning, and then stays."""

    start: float
    end: float
    hours: float = 1

    def at(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """The figure so many hours after the beginning; before it, `start`."""
        return np.asarray(np.interp(hours, (0, self.hours), (self.start, self.end)))


@dataclass(frozen=True, slots=True)
class Waypoints:
    """A figure that goes evenly from one point to the next, and then stays."""

    points: tuple[tuple[float, float], ...]
    """Minutes from the beginning, ascending, and the figure then; the first is of minute 0."""

    @property
    def hours(self) -> float:
        """When it has come to its end, in hours from the beginning."""
        return self.points[-1][0] / 60

    def at(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """The figure so many hours after the beginning; before it, the first."""
        minutes, figures = zip(*self.points, strict=True)
        return np.asarray(np.interp(np.asarray(hours) * 60, minutes, figures))


Line = Ramp | Waypoints
Span = tuple[float, float]
"""From when until when, in hours from the beginning."""


@dataclass(frozen=True, slots=True)
class MarketScenario:
    """How a market goes from the moment it began; all times are hours from then."""

    market: Line = Ramp(0, 0)
    """Log move of BTC; other assets move by their beta."""
    beyond: Mapping[str, Line] = field(default_factory=dict)
    """Log move of assets beside that, by a name of `core.venues.simulated.listing.TIERS`."""
    chop: float = 0
    """Swing of BTC's log price after its move."""
    funding: Line = Ramp(0.0001, 0.0001)
    """The rate for 8 hours."""
    basis: Line = Ramp(0.10, 0.10)
    """Of dated futures, a decimal a year."""
    hourly: frozenset[str] = frozenset()
    """Assets whose perpetuals change to hourly settlement."""
    outage: Span | None = None
    """From when until when no question is answered."""
    deleveraging: Span | None = None
    """From when until when the venue closes shorts in profit, in every contract."""
    modelled_on: str = ""
    """The real day that it was made after, and how; empty for one that was made up."""

    def market_move(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log move of BTC that the scenario adds; zero until the beginning."""
        swing = np.sin(hours * (2 * np.pi / 19)) + np.sin(hours * (2 * np.pi / 7)) / 2
        begun = np.clip((hours - self.market.hours) / 12, 0, 1)
        return np.asarray(self.market.at(hours) + self.chop * begun * swing)


_MINUTE = 1 / 60

TENTH_OF_OCTOBER = MarketScenario(
    market=Waypoints(
        (
            (0, 0.0),
            (30, log(0.985)),
            (50, log(0.945)),
            (56, log(0.915)),
            (60, log(0.875)),
            (65, log(0.895)),
            (75, log(0.925)),
            (100, log(0.945)),
            (160, log(0.955)),
            (280, log(0.945)),
        )
    ),
    beyond={
        "large": Waypoints(
            ((0, 0), (50, -0.02), (56, -0.08), (60, -0.22), (65, -0.12), (75, -0.07), (100, -0.05))
        ),
        "alt": Waypoints(
            ((0, 0), (50, -0.05), (56, -0.25), (60, -0.88), (63, -0.5), (75, -0.3), (100, -0.22))
        ),
        "young": Waypoints(
            ((0, 0), (50, -0.06), (56, -0.3), (60, -1.07), (63, -0.6), (75, -0.38), (100, -0.3))
        ),
    },
    funding=Waypoints(((0, 0.0001), (50, 0.0), (62, -0.002), (240, -0.001), (960, 0.0001))),
    basis=Waypoints(((0, 0.08), (60, -0.1), (240, 0.02))),
    outage=(58 * _MINUTE, 72 * _MINUTE),
    deleveraging=(56 * _MINUTE, 67 * _MINUTE),
    modelled_on="modelled on 10 October 2025, 20:20 UTC to 01:00: BTC -12.5 % and small coins about -65 % at "
    "the low, most of it within ten minutes; shorts closed by the exchange for eleven minutes; no answer "
    "from it for fourteen",
)
"""What was published of that evening, in minutes from 20:20 UTC.

The news came at 20:50, the first liquidations at 21:15, the first closings of shorts in profit a minute later
until 21:27, and the low at 21:20; small coins fell by two thirds within the hour and came back by half.
Between these points the course, the funding and the silence of the venue are drawn by hand.
"""


SCENARIOS: Mapping[str, MarketScenario] = {
    "calm": MarketScenario(),
    "crash": MarketScenario(
        market=Ramp(0, log(0.65), 36),
        chop=0.03,
        funding=Ramp(0.0001, -0.0003, 24),
        basis=Ramp(0.10, -0.03, 36),
    ),
    "rally": MarketScenario(
        market=Ramp(0, log(1.30), 48), funding=Ramp(0.0001, 0.0005, 36), basis=Ramp(0.10, 0.18, 48)
    ),
    "funding-flip": MarketScenario(
        funding=Ramp(0.0001, -0.0005, 12), hourly=frozenset({"SOL", "LINK", "DOGE", "PEPE"})
    ),
    "basis": MarketScenario(basis=Ramp(0.10, -0.06, 7 * 24)),
    "outage": MarketScenario(outage=(0.5, 2.5)),
    "10-october-2025": TENTH_OF_OCTOBER,
}


def scenario_named(name: str) -> MarketScenario:
    """The scenario by its name. Raises BadInput with the list of names."""
    if name not in SCENARIOS:
        raise BadInput(f"“{name}” is not a scenario. Use one of {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
