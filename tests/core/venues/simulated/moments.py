"""A clock that is set by hand, and the market as it is at a moment."""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.domain.contract import Contract
from core.domain.market import Market
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes
from core.venues.simulated.assets import ASSETS
from core.venues.simulated.market import SimulatedMarket

T = TypeVar("T")

BEGAN = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
"""When the markets of these tests began, unless a test says otherwise."""


class Clock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = BEGAN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def market(
    scenario: str = "calm", *, seed: int = 7, began: datetime = BEGAN, later: timedelta = timedelta(0)
) -> SimulatedMarket:
    """A market that began at `began`, seen `later`."""
    return SimulatedMarket(seed, scenario, Clock(began + later), began=began)


def answer(question: Coroutine[Any, Any, T]) -> T:
    """What the market says, for tests that are not coroutines themselves."""
    return asyncio.run(question)


def quotes(asked: Market) -> Mapping[str, Quote]:
    return answer(asked.quotes())


def funding(asked: Market) -> Mapping[str, FundingRate]:
    return answer(asked.funding())


def contracts(asked: Market) -> Mapping[str, Contract]:
    return answer(asked.contracts())


def closes(asked: Market, since: date = date(2020, 1, 1)) -> Mapping[str, Closes]:
    """Closes of every asset; by default all there are."""
    return answer(asked.closes(dict.fromkeys(ASSETS, since)))


def year_of_returns(asked: Market) -> dict[str, NDArray[np.float64]]:
    """The last 365 daily log returns of each asset that is old enough."""
    found = {asset: np.diff(np.log(history.prices[-366:])) for asset, history in closes(asked).items()}
    return {asset: returns for asset, returns in found.items() if len(returns) == 365}
