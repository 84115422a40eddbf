"""Whatever prices do: one notice for each crossing and tier, never two and never none."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from numpy.random import Generator
from sqlalchemy import select

from core.alert.rule import Rule
from core.store.database import Database
from core.store.tables import notices
from tests.core.sweep.world import ALPHA, ANN, MINUTE, World, sweep_of

TIERS = (150.0, 120.0, 100.0)
RULE = Rule("price", "level", "SOL", "below", tuple(map(Decimal, map(int, TIERS))))
BACK = 0.5
"""Dollars above a level at which it is armed again: 0.5 % of the lowest one."""
COOL_DOWN = timedelta(hours=1)
STEPS = 150


@dataclass
class Expected:
    """What the user is to know, told in another way than `rule.step` does: level by level.

    below: since when the price is below each level and has not been back. known: which of them were told
    since then. told: when each level was last told.
    """

    below: dict[int, datetime] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    told: dict[int, datetime] = field(default_factory=dict)

    def sees(self, price: float, now: datetime, asleep: datetime) -> int | None:
        """The tier that is told at this price."""
        for tier, level in enumerate(TIERS, 1):
            if price < level:
                self.below.setdefault(tier, now)
            elif price >= level + BACK and tier in self.below:
                del self.below[tier]
                self.known.discard(tier)
        worst = max(self.below, default=0)
        last = self.told.get(worst, datetime.min.replace(tzinfo=now.tzinfo))
        if not worst or worst in self.known or now < max(asleep, last + COOL_DOWN):
            return None
        for tier in range(1, worst + 1):
            self.known.add(tier)
            self.told[tier] = now
        return worst


def minutes(draw: Generator) -> timedelta:
    return MINUTE * int(draw.choice([1, 1, 1, 5, 30, 61, 300]))


async def told(database: Database) -> list[tuple[datetime, str]]:
    """When each notice was made, and its key without when that began."""
    query = select(notices.c.created_at, notices.c.key).order_by(notices.c.created_at)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [(at, key.split(":")[2]) for at, key in rows]


@pytest.mark.parametrize("seed", range(4))
async def test_each_crossing_is_told_once(database: Database, seed: int) -> None:
    """With sweeps left out, the program started anew, the venue silent, and the alert asleep for a while."""
    draw, world = np.random.default_rng(seed), World(database)
    await world.alerts(ANN).add(RULE)
    await world.refresh()
    sweep, expected = sweep_of(world), Expected()
    asleep = world.clock()
    wanted: list[tuple[datetime, str]] = []
    price = 151.0
    for _ in range(STEPS):
        world.clock.now += minutes(draw)
        price = float(np.clip(price + draw.normal(0, 1 if draw.random() < 0.5 else 15), 80, 180))
        market = world.markets[ALPHA]
        market.prices["SOL"] = price = round(price, 1)
        market.down = bool(draw.random() < 0.15)
        if draw.random() < 0.1:
            asleep = world.clock() + minutes(draw)
            await world.alerts(ANN).change(1, snoozed_until=asleep)
        if draw.random() < 0.2:
            sweep = sweep_of(world)
        if draw.random() < 0.2:
            continue  # nobody looks
        await world.refresh()
        seen = (await world.watch.snapshot(ALPHA)).quotes["SOL/USDT:USDT"]
        swept = await sweep.run(ALPHA)
        tier = None
        if world.clock() - seen.at <= 3 * MINUTE:
            assert seen.index is not None
            tier = expected.sees(float(seen.index), world.clock(), asleep)
        if tier is not None:
            wanted.append((world.clock(), str(tier)))
        assert swept.fired == (tier is not None)
    assert await told(database) == wanted
    assert len(wanted) > 5
