"""Prices lead on from each other: a coin of another unit is refused by name, and a crash is followed down."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.alert.rule import Rule
from core.domain.quote import Quote
from core.domain.series import Closes
from core.prices.believed import Believed
from core.store.database import Database
from tests.core.sweep.test_hedges import world
from tests.core.sweep.world import ALPHA, World, hedged, passes, sweep_of, told
from tests.domain import closes, contract

__all__ = ["world"]
NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
NEAR = contract("NEAR")
KNOWN = {"NEAR": closes([5.0, 5.1, 5.2], last=NOW.date() - timedelta(days=1))}
NOTHING: dict[str, Closes] = {}


def said(price: str, minutes: int = 0) -> dict[str, Quote]:
    return {NEAR.symbol: Quote(Decimal(price), NOW + timedelta(minutes=minutes), index=Decimal(price))}


def marks(
    believed: Believed, price: str, known: dict[str, Closes] = KNOWN, minutes: int = 0
) -> list[Decimal]:
    at = NOW + timedelta(minutes=minutes)
    found = believed.sift("okx", {NEAR.symbol: NEAR}, said(price, minutes), known, at)
    return [quote.mark for quote in found.values()]


def test_a_price_a_thousand_times_the_stored_closes_is_refused_by_name() -> None:
    believed = Believed()
    assert marks(believed, "5200") == []
    (sentence,) = believed.refused
    assert "okx gives NEAR/USDT:USDT at 5200 after 5.2" in sentence


def test_it_stays_refused_however_long_it_is_said_and_the_last_good_one_grows_old() -> None:
    believed = Believed()
    marks(believed, "5.3")
    for minutes in range(1, 60, 7):
        assert marks(believed, "5300", minutes=minutes) == [Decimal("5.3")]
    assert marks(believed, "5.4", minutes=61) == [Decimal("5.4")]
    assert believed.refused == ()


def test_what_came_before_any_close_was_known_is_held_against_the_first_one() -> None:
    believed = Believed()
    assert marks(believed, "5200", NOTHING) == [Decimal(5200)]
    assert marks(believed, "5200") == []


def test_a_crash_that_trades_its_way_down_is_followed_however_deep() -> None:
    believed = Believed()
    for minutes, price in enumerate(("5.2", "2", "0.9", "0.2", "0.05", "0.01", "0.002")):
        assert marks(believed, price, minutes=minutes) == [Decimal(price)]


def test_once_the_closes_are_in_the_new_unit_it_is_believed() -> None:
    believed = Believed()
    marks(believed, "5.2")
    again = {"NEAR": closes([5.0, 5.1, 5200.0], last=NOW.date())}
    assert marks(believed, "5300", again, minutes=24 * 60) == [Decimal(5300)]


async def test_nobody_is_told_that_a_hedge_is_a_thousand_times_too_large(
    database: Database, world: World
) -> None:
    await hedged(world)
    await world.alerts(4_503_599_627_370_495).add(Rule("drift", "size", "", "above", (Decimal("0.1"),)))
    sweep = sweep_of(world)
    await passes(world, sweep)
    for _ in range(12):
        assert await passes(world, sweep, ETH=3_500_000.0) == 0
    assert await told(database) == []
    problems = (await world.watch.snapshot(ALPHA)).problems
    assert any("ETH/USDT:USDT at 35" in problem for problem in problems)
