"""Adjusting: the difference from what is open to what is wanted, and nothing besides."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.advice.adjust import Adjustment, Review, adjustment, review
from core.advice.sizing import sizing
from core.domain.errors import NoData
from core.domain.holding import Holding
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.journal.fill import Fill
from core.outcome.standing import Standing
from tests.core.advice.test_drift import AFTER, BEFORE, COINS, FINE, ONE_AND_A_HALF
from tests.core.journal.open_hedges import BEGAN, ETH, SOL, legs, open_now, placed, sold
from tests.domain import NOW, VENUE, contract, holdings, quote, snapshot
from tests.effort import examples

ELSEWHERE = "elsewhere"


def planned(
    market: Snapshot = BEFORE, wish: Wish = ONE_AND_A_HALF, coins: list[Holding] | None = None
) -> Hedge:
    return plan(COINS if coins is None else coins, market, wish, NOW)


def changed(hedge: Hedge, market: Snapshot, *fills: Fill) -> Adjustment:
    return adjustment(hedge, legs(market, *fills), hedge.study, market, NOW)


def trades(found: Adjustment) -> dict[str, Decimal]:
    """Contracts to buy (below zero: to sell), by symbol."""
    return {change.contract.symbol: change.change for change in found.changes}


def seen(hedge: Hedge, market: Snapshot, now: Standing) -> Review:
    return review(hedge, now, None, hedge.study, market, NOW)


def test_after_a_fall_the_difference_is_bought_back() -> None:
    found = changed(planned(AFTER), AFTER, sold("2143", BEFORE))
    (change,) = found.changes
    assert [change.change, change.count, change.held] == [189, 1954, 2143]
    assert not change.opens
    assert found.wanted[VENUE, ETH] == pytest.approx(Decimal("1953.7815"), abs=Decimal("0.0001"))


def test_right_after_placing_there_is_nothing_to_change() -> None:
    hedge = planned(wish=Wish(legs=("ETH", "SOL")))
    found = seen(hedge, BEFORE, placed(hedge, BEFORE))
    assert found.adjustment.changes == ()
    assert not found.gap.outside


def test_twice_the_coins_want_as_much_again() -> None:
    found = changed(planned(coins=holdings("SOL 1000")), BEFORE, sold("2143", BEFORE))
    assert trades(found) == {ETH: Decimal(-2143)}
    assert found.changes[0].opens


def test_what_is_no_part_of_the_plan_is_closed() -> None:
    found = changed(planned(), BEFORE, sold("2143", BEFORE), sold("30", BEFORE, SOL))
    assert trades(found) == {SOL: Decimal(30)}


def test_a_long_is_closed_and_the_short_opened() -> None:
    close, open_ = changed(planned(), BEFORE, sold("-5", BEFORE)).changes
    assert [close.change, close.opens] == [-5, False]
    assert [open_.change, open_.opens] == [-2143, True]


def two_futures() -> Snapshot:
    june, september = (NOW + timedelta(days=days) for days in (16, 107))
    dated = [
        contract("ETH", multiplier="0.01", symbol=f"{ETH}-{end:%y%m%d}", expiry=end)
        for end in (june, september)
    ]
    return snapshot(*dated, FINE, BTC=90_000, ETH=3500, SOL=100)


def test_a_future_that_is_short_stays_though_a_new_plan_would_take_the_next_one() -> None:
    market = two_futures()
    june, september = (symbol for symbol in market.contracts if "-" in symbol)
    hedge = planned(market, replace(ONE_AND_A_HALF, kind="quarterly", horizon_days=30))
    assert hedge.legs[0].contract.symbol == september
    assert trades(changed(hedge, market, sold("2000", market, june))) == {june: Decimal(-143)}


def test_of_several_contracts_of_a_coin_only_the_largest_changes() -> None:
    market = two_futures()
    june, september = (symbol for symbol in market.contracts if "-" in symbol)
    small, large = sold("500", market, june), sold("1000", market, september)
    assert trades(changed(planned(market), market, small, large)) == {september: Decimal(-643)}


def test_what_is_too_much_goes_off_the_largest_first() -> None:
    market = two_futures()
    june, september = (symbol for symbol in market.contracts if "-" in symbol)
    small, large = sold("1500", market, june), sold("2500", market, september)
    tenth = planned(market, replace(ONE_AND_A_HALF, coverage=Decimal("0.1")))
    assert trades(changed(tenth, market, small, large)) == {june: Decimal(1286), september: Decimal(2500)}


def test_a_position_on_a_venue_that_is_down_counts_and_stays() -> None:
    there = sold("1000", BEFORE, venue=ELSEWHERE)
    found = changed(planned(), BEFORE, there, sold("900", BEFORE))
    assert trades(found) == {ETH: Decimal(-243)}
    assert [leg.held.venue for leg in found.stuck] == [ELSEWHERE]
    assert found.wanted[ELSEWHERE, ETH] == 1000
    assert found.wanted[VENUE, ETH] == pytest.approx(Decimal("1142.857"), abs=Decimal("0.001"))


def test_a_coin_of_which_nothing_can_be_traded_now_is_left_alone() -> None:
    found = changed(planned(), BEFORE, sold("1000", BEFORE, venue=ELSEWHERE))
    assert found.changes == ()
    assert len(found.stuck) == 1


def test_without_any_price_of_a_position_nothing_is_made_up() -> None:
    there = sold("1000", snapshot(DOGE="0.2"), "DOGE/USDT:USDT", venue=ELSEWHERE)
    with pytest.raises(NoData, match="DOGE"):
        changed(planned(), BEFORE, there)


def test_the_leverage_that_is_set_already_is_kept() -> None:
    short = sold("1000", BEFORE, margin="11666.67")
    assert changed(planned(), BEFORE, short).changes[0].leverage == 3


def test_betas_that_have_changed_are_told_apart_from_prices() -> None:
    old, now = planned(), planned(wish=replace(ONE_AND_A_HALF, beta=Decimal(2)))
    stands = placed(old, BEFORE)
    known = sizing(old, "", BEGAN)
    found = review(now, stands, known, now.study, BEFORE, NOW)
    assert found.gap.excess == pytest.approx(Decimal("-0.25"), abs=Decimal("0.001"))
    assert found.by_prices is not None
    assert found.by_prices.excess == pytest.approx(Decimal(0), abs=Decimal("0.001"))
    assert review(old, stands, known, old.study, BEFORE, NOW).by_prices is None


@settings(max_examples=examples(40))
@given(st.integers(1, 4000), st.integers(0, 900), st.integers(20, 150))
def test_adjusting_leaves_nothing_to_adjust(eth: int, sol: int, percent: int) -> None:
    hedge = planned(wish=Wish(legs=("ETH", "SOL"), coverage=Decimal(percent) / 100))
    fills = [sold(str(eth), BEFORE), *([sold(str(sol), BEFORE, SOL)] if sol else [])]
    before = seen(hedge, BEFORE, open_now(BEFORE, *fills))
    done = [
        sold(f"{-change.change:f}", BEFORE, change.contract.symbol) for change in before.adjustment.changes
    ]
    after = seen(hedge, BEFORE, open_now(BEFORE, *fills, *done))
    assert after.adjustment.changes == ()
    assert after.gap.risk <= min(before.gap.risk, 0.001)


def test_a_mark_that_is_off_the_coin_counts_what_is_short_at_the_mark() -> None:
    market = replace(BEFORE, quotes={**BEFORE.quotes, ETH: quote("3570", index="3500")})
    found = seen(planned(market), market, open_now(market, sold("2143", market)))
    assert found.gap.short == {"ETH": 2143 * Decimal("35.7")}
