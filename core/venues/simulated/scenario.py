"""What befalls the simulated market after it began: one row a scenario; before, all are the same."""

from collections.abc import Mapping
from dataclasses import dataclass
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
class MarketScenario:
    """How a market goes from the moment it began; all times are hours from then.

    market: log move of BTC; other assets move by their beta. chop: swing of the log price after that.
    funding: rate for 8 hours. basis: of dated futures, a decimal a year.
    hourly: assets whose perpetuals change to hourly settlement.
    outage: from when until when no question is answered.
    """

    market: Ramp = Ramp(0, 0)
    chop: float = 0
    funding: Ramp = Ramp(0.0001, 0.0001)
    basis: Ramp = Ramp(0.10, 0.10)
    hourly: frozenset[str] = frozenset()
    outage: tuple[float, float] | None = None

    def market_move(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log move of BTC that the scenario adds; zero until the beginning."""
        swing = np.sin(hours * (2 * np.pi / 19)) + np.sin(hours * (2 * np.pi / 7)) / 2
        begun = np.clip((hours - self.market.hours) / 12, 0, 1)
        return np.asarray(self.market.at(hours) + self.chop * begun * swing)


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
}


def scenario_named(name: str) -> MarketScenario:
    """The scenario by its name. Raises BadInput with the list of names."""
    if name not in SCENARIOS:
        raise BadInput(f"“{name}” is not a scenario. Use one of {', '.join(SCENARIOS)}.")
    return SCENARIOS[name]
