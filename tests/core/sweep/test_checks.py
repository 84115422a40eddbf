"""What the kinds say of themselves is all that the sweep knows of them."""

from decimal import Decimal
from typing import Any, cast

import pytest

from core.alert import KINDS
from core.alert.kind import Figure, Kind
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.holding import HoldingChange
from core.store.database import Database
from core.sweep import values
from core.sweep.subjects import Group
from tests.core.sweep.world import ANN, World, passes, sweep_of, told

STALE = Rule("stale", "minutes", "", "above", (Decimal(15),))


async def holds(world: World, asset: str) -> None:
    await world.book(ANN).apply(
        [HoldingChange("add", asset, Decimal(10))], prices={asset: world.price(asset)}
    )


async def test_a_coin_held_without_a_price_is_told_though_nobody_watches_the_drift_of_a_hedge(
    database: Database,
) -> None:
    world = World(database)
    await world.refresh()
    await holds(world, "SOL")
    await world.alerts(ANN).add(STALE)
    sweep = sweep_of(world)
    assert await passes(world, sweep) == 0
    for market in world.markets.values():
        market.delisted.add("SOL/USDT:USDT")
    assert sum([await passes(world, sweep) for _ in range(20)]) == 1
    assert await told(database) == ["stale 1"]


async def test_a_kind_without_any_check_is_measured_exactly(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worth(situation: Situation, _: Rule) -> Reading | None:
        return reading(situation.exposure.value if situation.exposure else None)

    kind = Kind(
        "worth",
        "Worth",
        "tells you when your coins are worth less than you say",
        figures={"usd": Figure("usd", "below", Decimal(1), Decimal(10) ** 9)},
        forms={"worth 1000": "when they are worth less than $1,000"},
        subjects=lambda *_: ("",),
        measure=worth,
        theme="hedge",
    )
    monkeypatch.setitem(cast("dict[str, Any]", KINDS), "worth", kind)
    world = World(database)
    await world.refresh()
    await holds(world, "SOL")
    await world.alerts(ANN).add(Rule("worth", "usd", "", "below", (Decimal(1000),)))
    sweep = sweep_of(world)
    assert await passes(world, sweep, SOL=160) == 0
    assert await passes(world, sweep, SOL=99) == 1
    assert await told(database) == ["worth 1"]


def test_every_check_of_a_kind_is_worked_out_somewhere() -> None:
    named = {check for kind in KINDS.values() for figure in kind.figures.values() for check in figure.checks}
    own = {check for check in named if check.of != "coin"}
    assert own | {Group.SHARED} == set(values._VALUES)
