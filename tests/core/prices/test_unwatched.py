"""How far contracts went while nobody looked: asked for after an outage, and after a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from core.alert.rule import Rule
from core.domain.series import Candles
from core.prices.unwatched import extreme_since
from core.store.database import Database
from core.sweep import Sweep
from tests.core.sweep.world import ALPHA, ANN, BEGAN, BETA, ETH, Told, World, hedged

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def hours(*highs: float) -> Candles:
    """Hourly candles from NOON on with these highs, each with a low of half."""
    ends = [NOON + timedelta(hours=number + 1) for number in range(len(highs))]
    times = np.array([end.replace(tzinfo=None) for end in ends], dtype="datetime64[s]")
    found = np.array(highs)
    return Candles(times, found, found / 2, found)


def test_the_highest_and_lowest_since_a_moment_are_those_of_the_hours_that_reach_beyond_it() -> None:
    found = extreme_since(hours(900, 150, 231, 160), NOON + timedelta(hours=1, minutes=10))
    assert found is not None
    assert (found.high, found.low) == (Decimal("231.0"), Decimal("75.0"))
    assert found.since == NOON + timedelta(hours=1), "nobody knows when within that hour it was"
    assert extreme_since(hours(900), NOON + timedelta(hours=1)) is None


@dataclass
class Remembering(Told):
    """A market that has candles, and remembers what it was asked for."""

    asked: list[tuple[tuple[str, ...], datetime]] = field(default_factory=list)

    async def marks(self, symbols: Collection[str], since: datetime) -> Mapping[str, Candles]:
        self.asked.append((tuple(symbols), since))
        return {}


async def test_what_is_open_is_asked_for_once_after_a_long_break_also_over_a_restart(
    database: Database,
) -> None:
    world = World(database)
    market = world.markets[ALPHA] = Remembering(ALPHA, world.clock)
    await world.refresh()
    await hedged(world)
    await world.alerts(ANN).add(Rule("liquidation", "distance", "", "below", (Decimal("0.1"),)))
    for _restart in range(2):
        sweep = Sweep(database, world.watch, world.clock, (ALPHA, BETA))
        for minutes in (180, 1, 1):
            world.clock.now += timedelta(minutes=minutes)
            await world.refresh()
            await sweep.run(ALPHA)
    assert [since for _, since in market.asked] == [BEGAN + timedelta(minutes=182)]
    assert all(ETH in symbols for symbols, _ in market.asked)
