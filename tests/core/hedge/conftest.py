"""What tests of plans share: the simulated venue as it is at one moment."""

import asyncio
from datetime import date

import pytest

from core.domain.coins.asset import STABLECOINS
from core.domain.snapshot import Snapshot
from core.venues.simulated.assets import ASSETS
from core.venues.simulated.market import SimulatedMarket
from tests.domain import NOW


@pytest.fixture(scope="session")
def simulated() -> Snapshot:
    """Every contract of the simulated venue with its quote, funding and closes at NOW."""
    market = SimulatedMarket(7, "calm", lambda: NOW)

    async def everything() -> Snapshot:
        since = {asset: date(2025, 1, 1) for asset in ASSETS if asset not in STABLECOINS}
        return Snapshot(
            market.venue,
            await market.contracts(),
            await market.quotes(),
            await market.funding(),
            await market.closes(since),
            simulated=True,
        )

    return asyncio.run(everything())
