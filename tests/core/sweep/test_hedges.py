"""Alerts on hedges through the sweep: told where the exact measure says so, and never again for nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from core.alert import KINDS
from core.alert.rule import Rule
from core.domain.contract import Bracket
from core.domain.holding import HoldingChange
from core.prices.scenes import Scenes
from core.store.database import Database
from core.store.tables import notices
from tests.core.sweep.world import (
    ALPHA,
    ANN,
    BEGAN,
    BETA,
    ETH,
    World,
    fill,
    hedged,
    passes,
    sweep_of,
    told,
)
from tests.domain import history

NEAR = Rule("liquidation", "distance", "", "below", (Decimal("0.3"), Decimal("0.1")))
SIGMAS = Rule("liquidation", "sigma", "", "below", (Decimal(6), Decimal(2)))
FUNDING = Rule("funding", "rate", "ETH", "below", (Decimal(0),))
MOVED = Rule("beta", "beta", "", "above", (Decimal("0.25"),))
FITS = Rule("beta", "r2", "", "below", (Decimal("0.5"),))
NONSENSE = (
    Bracket(floor=Decimal(0), rate=Decimal("0.01"), cum=Decimal(-10_000_000), max_leverage=Decimal(1)),
)
"""With these no hedge can be worked out."""


async def bodies(database: Database) -> list[dict[str, Any]]:
    """What all notices made so far say, by time."""
    async with database.read() as connection:
        found = await connection.scalars(select(notices.c.body).order_by(notices.c.created_at))
        return [json.loads(body) for body in found]


@pytest.fixture
async def world(database: Database) -> World:
    made = World(database)
    await made.refresh()
    return made


async def opened(world: World, symbol: str, count: str, margin: str, venue: str = ALPHA) -> None:
    """One position and 10 ETH, without the alerts that this turns on."""
    prices = {"ETH": world.price("ETH")}
    await world.book(ANN).apply([HoldingChange("add", "ETH", Decimal(10))], prices=prices)
    await world.book(ANN).ledger.record([fill(world, venue, symbol, count, margin=margin)], prices=prices)
    await world.alerts(ANN).remove(*(alert.number for alert in await world.alerts(ANN).list()))


@pytest.mark.parametrize(
    ("symbol", "count", "past"),
    [
        (ETH, "-1000", 20000.0),
        (ETH, "1000", 360.0),
        ("ETH/USD:ETH", "-3500", 34000.0),
        ("ETH/USD:ETH", "3500", 400.0),
    ],
)
@pytest.mark.parametrize("rule", [NEAR, SIGMAS])
async def test_a_price_that_leaps_past_liquidation_is_told(
    world: World, symbol: str, count: str, past: float, rule: Rule
) -> None:
    await opened(world, symbol, count, "17500")
    await world.alerts(ANN).add(rule)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 0
    assert await passes(world, sweep, ETH=past) == 1
    assert await told(world.database) == ["liquidation 3"]


async def test_the_end_of_a_position_is_told_though_no_limit_names_it(world: World) -> None:
    await opened(world, ETH, "-1000", "17500")
    await world.alerts(ANN).add(replace(NEAR, tiers=(Decimal("0.2"),)))
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 0
    for price in range(4000, 6000, 100):
        await passes(world, sweep, ETH=price)
    assert await told(world.database) == ["liquidation 1", "liquidation 2"]


async def test_what_was_told_of_a_hedge_is_no_news_when_it_can_be_worked_out_again(world: World) -> None:
    await hedged(world)
    for rule in (NEAR, FUNDING):
        await world.alerts(ANN).add(rule)
    sweep = sweep_of(world)
    assert await passes(world, sweep, ETH=4300) == 1
    states = [alert.states for alert in await world.alerts(ANN).list()]
    world.markets[ALPHA].brackets = NONSENSE
    world.markets[ALPHA].rates["ETH"] = -0.01
    assert await passes(world, sweep, timedelta(hours=2), ETH=4300) == 0
    assert [alert.states for alert in await world.alerts(ANN).list()] == states
    world.markets[ALPHA].brackets = None
    assert await passes(world, sweep, timedelta(hours=2), ETH=4300) == 1
    assert await told(world.database) == ["liquidation 1", "funding 1"]


async def test_a_position_that_is_gone_for_good_is_news_when_it_returns(world: World) -> None:
    await hedged(world)
    await world.alerts(ANN).add(NEAR)
    sweep = sweep_of(world)
    assert await passes(world, sweep, ETH=4300) == 1
    ledger = world.book(ANN).ledger
    await ledger.record([fill(world, ALPHA, ETH, "1000")])
    assert await passes(world, sweep, ETH=4300) == 0
    world.markets[ALPHA].prices["ETH"] = 3500.0
    await world.book(ANN).ledger.record([fill(world, ALPHA, ETH, "-1000", margin="14000")])
    assert await passes(world, sweep, timedelta(hours=2), ETH=4300) == 1


async def test_a_position_of_a_delisted_contract_keeps_what_was_told_of_it(world: World) -> None:
    await hedged(world)
    await world.alerts(ANN).add(NEAR)
    sweep = sweep_of(world)
    assert await passes(world, sweep, ETH=4300) == 1
    world.markets[ALPHA].delisted = {ETH}
    assert await passes(world, sweep, timedelta(hours=2), ETH=4300) == 0
    world.markets[ALPHA].delisted = set()
    assert await passes(world, sweep, timedelta(hours=2), ETH=4300) == 0


async def test_usual_days_are_those_of_the_users_venue_else_of_the_positions_own(world: World) -> None:
    await opened(world, ETH, "-1000", "17500", venue=BETA)
    (person,) = await world.people(ANN)
    scene = await Scenes(world.watch).scene(ALPHA, world.clock(), {ALPHA: {"ETH"}, BETA: {"ETH"}}, ())
    situation = scene.situation(person)
    alone = replace(situation, snapshots={BETA: situation.snapshots[BETA]})
    assert situation.sigma("ETH", BETA) == situation.sigma("ETH", ALPHA) is not None
    assert alone.sigma("ETH", BETA) is not None
    assert alone.sigma("ETH", "elsewhere") is None
    # What the sweep works out for everybody is as exact: a limit that is just reached is told.
    (rule,) = KINDS["liquidation"].each(SIGMAS, situation)
    found = KINDS["liquidation"].measure(situation, rule)
    assert found is not None
    just = round(found.value, 6)
    for tier in (just - Decimal("0.00001"), just + Decimal("0.00001")):
        await world.alerts(ANN).add(replace(SIGMAS, tiers=(tier,)))
    assert await passes(world, sweep_of(world), timedelta(0)) == 1


async def test_coins_that_move_differently_than_when_they_were_sized_are_told_once_a_day(
    world: World,
) -> None:
    await hedged(world)  # at a beta of 1.2 to ETH, which explained 80 %
    await world.alerts(ANN).add(MOVED)
    await world.alerts(ANN).add(FITS)
    sweep = sweep_of(world)
    # 10 ETH move 1.0 for each 1 of ETH, and it explains them all.
    assert await passes(world, sweep) == 0
    # SOL moves less with ETH, which explains less of it.
    swap = [HoldingChange("remove", "ETH"), HoldingChange("add", "SOL", Decimal(200))]
    await world.book(ANN).apply(swap, prices={"SOL": world.price("SOL")})
    assert await passes(world, sweep) == 1
    (said,) = await bodies(world.database)
    assert (said["what"], said["beta_then"], said["r2_then"], said["threshold"]) == (
        "beta",
        "1.2",
        "0.8",
        "0.25",
    )
    beta, fits = moves_with("SOL", "ETH")
    assert float(said["beta_now"]) == pytest.approx(beta)
    assert float(said["r2_now"]) == pytest.approx(fits)
    assert float(said["value"]) == pytest.approx(1.2 - beta)
    # Once a day is often enough to look.
    assert await passes(world, sweep) == 0
    assert (await sweep.run(ALPHA)).candidates == 0
    assert await passes(world, sweep, timedelta(days=1)) == 0
    assert await told(world.database) == ["beta 1"]


async def test_coins_that_only_one_user_holds_are_measured_for_them(world: World) -> None:
    """Nobody else asks for the past of their coins."""
    await hedged(world)
    await world.book(ANN).apply(
        [HoldingChange("add", "AVAX", Decimal(2000))], prices={"AVAX": world.price("AVAX")}
    )
    await world.alerts(ANN).add(MOVED)
    assert await passes(world, sweep_of(world)) == 1


def moves_with(coin: str, benchmark: str) -> tuple[float, float]:
    """Beta and R-squared of a year of daily log returns, a day counting half as much as one 60 days later."""
    coins, marks = (np.diff(np.log(history(each, 900).prices)) for each in (coin, benchmark))
    last = (BEGAN.date() - timedelta(days=1) - (BEGAN.date() + timedelta(days=30))).days
    x, y = (moves[:last][-365:] for moves in (coins, marks))
    weights = 0.5 ** (np.arange(365)[::-1] / 60)
    x, y = (each - np.average(each, weights=weights) for each in (x, y))
    both, own, other = (float(weights @ each) for each in (x * y, y * y, x * x))
    return both / own, both * both / own / other
