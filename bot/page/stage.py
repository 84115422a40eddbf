"""The market of the page and its clock, which all visitors and the terminal share, and how they are moved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.clocks.clock import MovableClock
from core.domain.errors import BadInput
from core.venues.simulated.scenario import SCENARIOS
from core.venues.simulated.story import SHOCKS, Shock

SPEEDS = {0: "Pause", 1: "×1", 60: "×60", 3600: "×3600"}
"""How fast the clock can go, and the label of the button."""
AT_LEAST = 60
"""A shock makes a slower clock go so fast, so that it is seen within a minute."""
DELISTED = "delisted"
"""The shock for which a coin is named."""
USUAL_COIN = "SOL"
"""The coin whose contract is taken off where nothing is short."""
TITLES = {
    "calm": "Calm",
    "crash": "Crash: a third off in 36 hours",
    "rally": "Rally: 30 % up in two days",
    "funding-flip": "Funding turns within 12 hours",
    "basis": "Dated futures fall below spot",
    "outage": "The exchange is silent for two hours",
    "10-october-2025": "10 October 2025 (modelled)",
}
"""What scenarios are called on the page; one without a title is called by its name."""
BUTTONS: Mapping[str, str] = {
    "fall": "BTC falls 20 %",
    "rally": "BTC rallies 30 %",
    "funding": "Funding turns",
    DELISTED: "One contract delisted",
    "silence": "Exchange down",
    "deleveraging": "Auto-deleveraging",
}
"""The shocks, and the labels of their buttons."""
HAPPENS = {
    "fall": "BTC falls 20 % within 20 minutes, other coins by their beta.",
    "rally": "BTC rises 30 % within an hour, other coins by their beta.",
    "funding": "Within an hour shorts pay funding instead of getting it.",
    DELISTED: "The exchange takes {coin} off.",
    "silence": "The exchange answers nothing for an hour.",
    "deleveraging": "The exchange closes shorts that are in profit, for an hour.",
}
"""What a shock does, in a sentence."""


class Shockable(Protocol):
    """A market that can be moved."""

    def go_on_as(self, scenario: str) -> None: ...

    def befall(self, shock: Shock) -> None: ...


@dataclass(slots=True)
class MarketStage:
    """The market and its clock."""

    market: Shockable
    clock: MovableClock
    scenario: str
    """The scenario that unfolds now."""
    told: str = ""
    """What was last done to the market, in a sentence."""
    moved: list[Callable[[], None]] = field(default_factory=list)
    """Called after each move."""

    def shown(self) -> dict[str, Any]:
        """As the page gets it."""
        known = SCENARIOS[self.scenario]
        return {
            "now": self.clock().isoformat(timespec="seconds"),
            "speed": self.clock.speed,
            "speeds": [{"speed": speed, "label": label} for speed, label in SPEEDS.items()],
            "scenario": self.scenario,
            "scenarios": [{"name": name, "title": TITLES.get(name, name)} for name in SCENARIOS],
            "shocks": [{"name": name, "label": label} for name, label in BUTTONS.items()],
            "told": self.told,
            "modelled": known.modelled_on,
        }

    def move(self, wanted: Mapping[str, object], short: str | None) -> None:
        """Do what the page asks for. Raises BadInput for what cannot be done; then nothing has changed.

        short: the coin that the visitor is short of most, whose contract a delisting takes off.
        """
        match dict(wanted):
            case {"scenario": str(name), **rest} if not rest and name in SCENARIOS:
                self.market.go_on_as(name)
                self.scenario, self.told = name, f"From now on: {TITLES.get(name, name)}."
            case {"speed": int(speed), **rest} if not rest and speed in SPEEDS:
                self.clock.go(speed)
            case {"days": 1, **rest} if not rest:
                self.clock.move("1d")
            case {"shock": str(name), **rest} if not rest and name in BUTTONS:
                self._befall(name, short or USUAL_COIN)
            case _:
                raise BadInput("The market cannot do that.")
        for each in self.moved:
            each()

    def _befall(self, name: str, coin: str) -> None:
        shock = Shock(delists=frozenset({coin})) if name == DELISTED else SHOCKS[name]
        self.market.befall(shock)
        if self.clock.speed < AT_LEAST:
            self.clock.go(AT_LEAST)
        self.told = HAPPENS[name].format(coin=coin)
