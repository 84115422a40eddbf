"""How far contracts went while nobody looked: asked for after an outage, and after a restart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from core.alert.rule import Rule
from core.domain.series import Candles
from core.prices.unwatched import HOUR, MINUTE, extremes_of, pieces
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


def test_each_candle_is_a_span_with_its_beginning() -> None:
    found = extremes_of(hours(150, 231), HOUR)
    assert [span.since for span in found] == [NOON, NOON + HOUR]
    assert [(span.low, span.high) for span in found] == [
        (Decimal("75.0"), Decimal("150.0")),
        (Decimal("115.5"), Decimal("231.0")),
    ]


def test_a_break_is_asked_for_by_minutes_and_a_long_one_by_hours_but_for_its_first_part() -> None:
    since = NOON + timedelta(minutes=37, seconds=20)
    first = NOON + timedelta(minutes=37)
    assert pieces(since, since + 3 * HOUR) == [(first, since + 3 * HOUR, MINUTE)]
    assert pieces(since, since + 9 * HOUR) == [
        (first, NOON + HOUR, MINUTE),
        (NOON + HOUR, since + 9 * HOUR, HOUR),
    ]
    early, *_ = pieces(since - timedelta(days=90), since)
    assert early[0] == first - timedelta(days=30), "of a longer one, the last thirty days"


@dataclass
class Remembering(Told):
    """A market that has candles, and remembers what it was asked for.

    silent: it gives none of any contract.
    """

    asked: list[tuple[tuple[str, ...], datetime]] = field(default_factory=list)
    silent: bool = False

    async def marks(
        self, symbols: Collection[str], first: datetime, last: datetime, length: timedelta
    ) -> Mapping[str, Candles]:
        self.asked.append((tuple(symbols), first))
        return {} if self.silent else await super().marks(symbols, first, last, length)


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


async def watched(database: Database) -> tuple[World, Remembering, Sweep]:
    world = World(database)
    market = world.markets[ALPHA] = Remembering(ALPHA, world.clock)
    await world.refresh()
    await hedged(world)
    await world.alerts(ANN).add(Rule("liquidation", "distance", "", "below", (Decimal("0.1"),)))
    sweep = Sweep(database, world.watch, world.clock, (ALPHA, BETA))
    await sweep.run(ALPHA)
    return world, market, sweep


async def passes(world: World, sweep: Sweep, *minutes: int) -> None:
    for each in minutes:
        world.clock.now += timedelta(minutes=each)
        await world.refresh()
        await sweep.run(ALPHA)


async def test_what_could_not_be_had_is_asked_for_again(database: Database) -> None:
    world, market, sweep = await watched(database)
    market.silent = True
    await passes(world, sweep, 180, 1)
    assert [since for _, since in market.asked] == [BEGAN, BEGAN]
    market.silent = False
    await passes(world, sweep, 1, 1)
    assert [since for _, since in market.asked] == [BEGAN] * 3, "then no more"


async def test_a_contract_whose_own_price_was_missing_is_asked_for_when_it_is_back(
    database: Database,
) -> None:
    world, market, sweep = await watched(database)
    market.mute.add(ETH)
    await passes(world, sweep, 1, 20, 20)
    assert market.asked == []
    market.mute.clear()
    await passes(world, sweep, 1, 1)
    # its last price of its own was still good a minute later
    assert [symbols for symbols, _ in market.asked] == [(ETH,)]
    assert market.asked[0][1] <= BEGAN + timedelta(minutes=1)
