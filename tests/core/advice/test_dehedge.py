"""The ladder: keep, halve or close."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advice.dehedge import (
    LEAST_MOVE,
    DehedgeRung,
    Outlook,
    Since,
    dehedge_ladder,
    locked_in,
    since_began,
)
from core.domain.snapshot import Snapshot
from core.measure.exposure import Exposure, expose
from tests.core.advice.test_drift import AFTER, BEFORE, COINS
from tests.core.journal.open_hedges import BEGAN, SOL, legs, open_now, sold
from tests.core.outcome.lives import episode, step
from tests.domain import NOW

FULL = Decimal(58125)
"""USD short that hedge the coins at a beta of 1.5."""


def coins(market: Snapshot = AFTER) -> Exposure:
    return expose(COINS, market, NOW)


def moves(eth: str) -> dict[str, Decimal]:
    """The coins move 1.5 times as ETH does."""
    return {"ETH": Decimal(eth), "SOL": Decimal(eth) * Decimal("1.5")}


def climbed(count: str = "2143", size: str = "0.15", **more: str) -> tuple[DehedgeRung, ...]:
    outlook = Outlook(legs(AFTER, sold(count, BEFORE, **more)), coins(), FULL, moves(size), moves(f"-{size}"))
    return dehedge_ladder(outlook, None)


def test_what_each_rung_locks_in_and_leaves() -> None:
    keep, half, close = climbed()
    assert [rung.name for rung in (keep, half, close)] == ["keep", "half", "close"]
    assert [keep.locked, half.locked, close.locked] == [
        0,
        Decimal("5612.054"),  # 10.72 ETH * 525 less 5 bp of 10.72 * 2975
        Decimal("11218.872875"),  # 21.43 ETH * 525 less 5 bp of 21.43 * 2975
    ]
    assert [keep.left, half.left, close.left] == [Decimal("63754.25"), Decimal("31862.25"), 0]
    assert keep.coverage == pytest.approx(Decimal("1.0968"), abs=Decimal("0.0001"))
    assert close.coverage == 0
    assert keep.closed == ()


def test_what_a_rebound_and_a_further_fall_of_the_same_size_do() -> None:
    keep, half, close = climbed()
    coins_made = Decimal(38_750) * Decimal("0.225")
    assert close.up == coins_made
    assert close.down == -coins_made
    assert keep.up == coins_made - Decimal("63754.25") * Decimal("0.15")
    assert half.down == -coins_made + Decimal("31862.25") * Decimal("0.15")


def test_a_short_that_would_be_liquidated_loses_its_margin_and_its_gain_and_no_more() -> None:
    keep, half, close = climbed(size="0.6", margin="15000")
    assert keep.liquidated == ("ETH",)
    coins_made = Decimal(38_750) * Decimal("0.9")
    assert keep.up == coins_made - (15_000 + Decimal("11250.75"))
    assert close.up == coins_made
    assert close.liquidated == ()
    assert half.up > keep.up


def test_without_all_positions_no_coverage_is_made_up() -> None:
    outlook = Outlook(legs(AFTER, sold("10", BEFORE)), coins(), None, moves("0.15"), moves("-0.15"))
    assert [rung.coverage for rung in dehedge_ladder(outlook, None)] == [None, None, None]


def test_how_far_the_benchmark_moved_since_the_hedge_began() -> None:
    life = replace(episode(sold("10", BEFORE, index="3500")), began=BEGAN)
    since = since_began(life, ["BTC", "ETH"], {"BTC": Decimal(76_500), "ETH": Decimal(2975)})
    assert (since.asset, since.move) == ("ETH", Decimal("-0.15"))
    assert since.size == Decimal("0.15")


def test_a_coin_that_is_held_has_its_price_of_the_beginning() -> None:
    life = replace(episode(sold("10", BEFORE), steps=[step("SOL", "500", "100", BEGAN)]), began=BEGAN)
    assert since_began(life, ["SOL"], {"SOL": Decimal(110)}).move == Decimal("0.1")


def test_a_price_of_the_beginning_that_is_not_known_is_not_made_up() -> None:
    life = replace(episode(sold("10", BEFORE)), began=BEGAN)
    since = since_began(life, ["BTC"], {"BTC": Decimal(76_500)})
    assert since == Since("BTC", None)
    assert since.size == LEAST_MOVE


def test_what_is_locked_in_already_is_what_was_closed_less_fees() -> None:
    market = AFTER
    stands = open_now(
        market,
        sold("100", BEFORE, fee="1.75"),
        replace(sold("-40", market, fee="0.60"), at=NOW),
    )
    assert locked_in(stands) == 210 - Decimal("2.35")  # 0.4 ETH * 525


@given(st.integers(2, 5000), st.integers(1, 500), st.integers(5, 40))
def test_the_ladder_is_monotone(eth: int, sol: int, percent: int) -> None:
    found = legs(AFTER, sold(str(eth), BEFORE), sold(str(sol), BEFORE, SOL))
    size = f"0.{percent:02}"
    rungs = dehedge_ladder(Outlook(found, coins(), FULL, moves(size), moves(f"-{size}")), None)
    left, ups, downs = ([getattr(rung, name) for rung in rungs] for name in ("left", "up", "down"))
    assert left == sorted(left, reverse=True)
    assert ups == sorted(ups)
    assert downs == sorted(downs, reverse=True)
    assert rungs[0].locked == 0 < rungs[1].locked <= rungs[2].locked
    assert rungs[2].left == 0
