"""What befalls a simulated market while it runs: one scenario after another, and shocks on top of them.

The past never changes: a scenario or a shock counts from the moment at which it begins, and what earlier ones
have moved by then stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from core.venues.simulated.assets import ASSETS, BETA
from core.venues.simulated.scenario import MarketScenario, Ramp

NOTHING_MOVES = Ramp(0, 0)
_TIER_OF = [asset.tiers for asset in ASSETS.values()]


@dataclass(frozen=True, slots=True)
class Shock:
    """One thing that befalls the market, beside its scenario; all times are hours from its beginning."""

    market: Ramp = NOTHING_MOVES
    """Log move of BTC; other assets move by their beta."""
    funding: Ramp = NOTHING_MOVES
    """What is added to the rate for 8 hours."""
    silent: float = 0
    """For so long no question is answered."""
    deleveraging: float = 0
    """For so long the venue closes shorts in profit, in every contract."""
    delists: frozenset[str] = frozenset()
    """Assets whose contracts are taken off."""


SHOCKS: Mapping[str, Shock] = {
    "fall": Shock(market=Ramp(0, log(0.80), 1 / 3)),
    "rally": Shock(market=Ramp(0, log(1.30), 1)),
    "funding": Shock(funding=Ramp(0, -0.0012, 1)),
    "silence": Shock(silent=1),
    "deleveraging": Shock(deleveraging=1),
}
"""The shocks that need no more than a name. Which contract is taken off depends on what somebody holds."""


class Story:
    """The scenarios and shocks of one market; times are hours from the beginning of the market."""

    def __init__(self, first: MarketScenario) -> None:
        self._acts: list[tuple[float, MarketScenario]] = [(0.0, first)]
        self._shocks: list[tuple[float, Shock]] = []

    def go_on_as(self, scenario: MarketScenario, hours: float) -> None:
        """Another scenario begins."""
        self._acts.append((hours, scenario))

    def befall(self, shock: Shock, hours: float) -> None:
        """A shock begins."""
        self._shocks.append((hours, shock))

    def act(self, hours: float) -> tuple[float, MarketScenario]:
        """When the scenario that counts at a moment began, and the scenario."""
        return next((each for each in reversed(self._acts) if each[0] <= hours), self._acts[0])

    def moves(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """(assets, times) log moves by scenarios and shocks; zero until the beginning.

        hours: (times,) or one moment.
        """
        hours = np.atleast_1d(hours)
        moved = np.zeros((len(ASSETS), len(hours)))
        ends = [start for start, _ in self._acts[1:]] + [np.inf]
        for (start, scenario), end in zip(self._acts, ends, strict=True):
            within = np.minimum(hours, end) - start
            moved += BETA[:, None] * scenario.market_move(within)
            for tier, course in scenario.beyond.items():
                moved[[own == tier for own in _TIER_OF]] += course.at(within)
        for start, shock in self._shocks:
            moved += BETA[:, None] * shock.market.at(hours - start)
        return moved

    def funding(self, hours: float) -> float:
        """The rate for 8 hours at a moment, before the noise of each contract."""
        start, scenario = self.act(hours)
        shocks = (shock.funding.at(np.asarray(hours - began)) for began, shock in self._shocks)
        return float(scenario.funding.at(np.asarray(hours - start))) + sum(map(float, shocks))

    def basis(self, hours: float) -> float:
        """The basis of dated futures at a moment, a decimal a year."""
        start, scenario = self.act(hours)
        return float(scenario.basis.at(np.asarray(hours - start)))

    def silent_until(self, hours: float) -> float | None:
        """When a question that is not answered at a moment can be asked again; None where it is answered."""
        start, scenario = self.act(hours)
        spans = [(began, began + shock.silent) for began, shock in self._shocks]
        if scenario.outage:
            spans.append((start + scenario.outage[0], start + scenario.outage[1]))
        return max((end for begin, end in spans if begin <= hours < end), default=None)

    def deleverages(self, hours: float) -> bool:
        """Whether the venue closes shorts in profit at a moment."""
        start, scenario = self.act(hours)
        spans = [(began, began + shock.deleveraging) for began, shock in self._shocks]
        if scenario.deleveraging:
            spans.append((start + scenario.deleveraging[0], start + scenario.deleveraging[1]))
        return any(begin <= hours < end for begin, end in spans)

    def delisted(self, hours: float) -> frozenset[str]:
        """The assets whose contracts are taken off by a moment."""
        return frozenset().union(*(shock.delists for began, shock in self._shocks if began <= hours))
