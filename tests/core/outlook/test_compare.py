"""What would hedge best: alternatives side by side."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import CannotHedge
from core.domain.snapshot import Snapshot
from core.hedge.method import WORTH_A_MAJOR
from core.hedge.plan import histories, plan
from core.hedge.study import Study, study
from core.hedge.unseen import FOLD_DAYS, FOLDS
from core.hedge.wish import MOST_COVERAGE, Wish
from core.measure.exposure import expose
from core.measure.subset import MOST_LEGS
from core.outlook.anatomy import crash_beta
from core.outlook.compare import (
    BEST_FEW,
    BLEND,
    OWN_COINS,
    Alternative,
    Comparison,
    compare,
    crash_coverage,
    recommend,
    wishes,
)
from tests.core.outlook.test_anatomy import falling
from tests.domain import NOW, TODAY, contract, holdings, snapshot

COINS: dict[str, Any] = {"BTC": 90_000, "ETH": 3_500, "SOL": 160, "LINK": 15, "UNI": 8, "AVAX": 22}
SEEN = snapshot(**COINS)
MINE = ("ETH 2", "SOL 60", "LINK 300", "UNI 50", "AVAX 20")


def studied(*texts: str, seen: Snapshot = SEEN) -> Study:
    mine = holdings(*texts)
    return study(expose(mine, seen, NOW), histories((held.asset for held in mine), Wish()), seen, TODAY)


def compared(*texts: str, seen: Snapshot = SEEN, usual: Wish = Wish()) -> Comparison:  # noqa: B008
    return compare(holdings(*texts), seen, studied(*texts, seen=seen), usual, NOW)


def by_label(found: Comparison) -> dict[str, Alternative]:
    return {one.label: one for one in found.alternatives}


def test_the_usual_ways_stand_side_by_side_the_best_first() -> None:
    found = compared(*MINE)
    assert set(by_label(found)) == {BEST_FEW, "BTC", "ETH", "SOL", OWN_COINS, "ETH+SOL"}
    removed = [one.held_out for one in found.alternatives]
    assert removed == sorted(removed, reverse=True)
    assert found.held_out_days == FOLDS * FOLD_DAYS
    assert not found.left_out


def test_each_is_the_plan_that_its_wish_gives() -> None:
    for one in compared(*MINE).alternatives:
        assert one.hedge == plan(holdings(*MINE), SEEN, one.wish, NOW)
        assert one.orders == len(one.hedge.legs)
        assert one.seen == one.hedge.effectiveness


def test_own_coins_are_all_shorted_each_by_its_own_contract() -> None:
    own = by_label(compared(*MINE))[OWN_COINS]
    assert {leg.asset for leg in own.hedge.legs} == {"ETH", "SOL", "LINK", "UNI", "AVAX"}
    assert own.held_out > 0.98


def test_a_portfolio_of_many_coins_shorts_the_largest() -> None:
    mine = [*MINE, "BTC 0.01", "ADA 100", "XRP 10", "DOT 1"]
    seen = snapshot(**COINS, ADA=0.6, XRP=2.2, DOT=4)
    worth = expose(holdings(*mine), seen, NOW)
    own = wishes(worth, seen, Wish())[OWN_COINS]
    assert own.legs == tuple(held.asset for held in worth.holdings[:MOST_LEGS])


def test_half_a_hedge_removes_three_quarters_of_what_a_whole_one_does() -> None:
    whole, half = compared("SOL 100"), compared("SOL 100", usual=Wish(coverage=Decimal("0.5")))
    assert whole.recommended.held_out == pytest.approx(1)
    assert half.recommended.held_out == pytest.approx(0.75, abs=1e-6)


def test_ways_that_come_to_the_same_contracts_are_told_once() -> None:
    found = compared("SOL 100")
    assert set(by_label(found)) == {BEST_FEW, "BTC", "ETH", "ETH+SOL"}
    assert found.recommended.name == "SOL"


def test_a_way_that_the_venue_cannot_go_is_left_out_and_named() -> None:
    seen = snapshot(**{asset: price for asset, price in COINS.items() if asset != "BTC"})
    found = compared(*MINE, seen=seen)
    assert list(found.left_out) == ["BTC"]
    assert "no perpetual contract for BTC" in str(found.left_out["BTC"])


def test_a_contract_too_coarse_for_one_way_leaves_the_others() -> None:
    coarse = contract("BTC", multiplier="10")
    found = compared(*MINE, seen=snapshot(coarse, **COINS))
    assert list(found.left_out) == ["BTC"]
    assert "too small" in str(found.left_out["BTC"])


def test_where_no_way_is_open_the_reason_is_that_of_the_usual_hedge() -> None:
    with pytest.raises(CannotHedge, match="too small to hedge here"):
        compared("SOL 0.001")


def test_a_year_costs_todays_funding_and_two_fees() -> None:
    (eth,) = (one for one in compared("ETH 10").alternatives if one.name == "ETH")
    notional = Decimal(35_000)
    assert eth.hedge.notional == notional
    income = notional * Decimal("0.0001") * 3 * 365
    assert eth.yearly == income - 2 * notional * Decimal("0.0005")
    cheap = compared("ETH 10", usual=Wish(fee=Decimal("0.0001"))).recommended
    assert cheap.yearly == income - 2 * notional * Decimal("0.0001")


def test_a_year_is_unknown_where_the_funding_is() -> None:
    silent = replace(SEEN, funding={})
    assert compared("ETH 10", seen=silent).recommended.yearly is None


def scored(**removed: tuple[int, float]) -> list[Alternative]:
    """`scored(BTC=(1, 0.6))`: alternatives by label, their orders and what they removed."""
    hedge = plan(holdings(*MINE), SEEN, Wish(legs=("ETH",)), NOW)
    return [
        Alternative(label.replace("_", " "), Wish(), replace(hedge, legs=hedge.legs * orders, unseen=share))
        for label, (orders, share) in removed.items()
    ]


@pytest.mark.parametrize(
    ("removed", "label"),
    [
        ({"BTC": (1, 0.60), "best_few": (3, 0.90), "own_coins": (6, 0.92)}, BEST_FEW),
        ({"BTC": (1, 0.60), "best_few": (1, 0.60 - WORTH_A_MAJOR / 2)}, BEST_FEW),
        ({"ETH": (1, 0.95), "best_few": (3, 0.90)}, "ETH"),
        ({"best_few": (1, 0.60), "own_coins": (2, 0.90)}, OWN_COINS),
        ({"BTC": (1, 0.5), "ETH": (1, 0.7)}, "ETH"),
    ],
)
def test_an_order_has_to_add_enough_to_be_recommended(
    removed: dict[str, tuple[int, float]], label: str
) -> None:
    assert recommend(scored(**removed)).label == label


def test_the_blend_is_shorted_in_its_shares() -> None:
    blend = by_label(compared(*MINE))["ETH+SOL"].hedge
    worth = {leg.asset: leg.notional for leg in blend.legs}
    assert float(worth["ETH"] / blend.notional) == pytest.approx(float(BLEND["ETH"]), abs=0.01)


# --- sizing for a crash


def test_a_coin_that_falls_twice_as_hard_needs_a_larger_short_of_btc() -> None:
    seen = falling(calm=1.0, crash=2.0)
    measured = studied("SOL 60", seen=seen)
    hedge = plan(holdings("SOL 60"), seen, Wish(legs=("BTC",)), NOW)
    coverage = crash_coverage(measured, hedge, "BTC")
    assert coverage is not None
    crash = crash_beta(measured, measured.weights, "BTC")
    assert crash is not None
    shorted = float(coverage * hedge.notional / hedge.exposure.value)
    assert shorted == pytest.approx(crash.betas[0], abs=0.02)
    assert 1.1 < coverage < MOST_COVERAGE


def test_its_own_contract_falls_along_and_needs_no_other_size() -> None:
    seen = falling(calm=1.0, crash=2.0)
    hedge = plan(holdings("SOL 60"), seen, Wish(), NOW)
    assert [leg.asset for leg in hedge.legs] == ["SOL"]
    assert crash_coverage(studied("SOL 60", seen=seen), hedge, "BTC") == 1


def test_the_size_for_a_crash_keeps_to_the_usual_coverage_and_to_what_can_be_asked() -> None:
    seen = falling(calm=1.0, crash=2.0)
    measured = studied("SOL 60", seen=seen)
    half = plan(holdings("SOL 60"), seen, Wish(legs=("BTC",), coverage=Decimal("0.5")), NOW)
    whole = plan(holdings("SOL 60"), seen, Wish(legs=("BTC",)), NOW)
    found, full = crash_coverage(measured, half, "BTC"), crash_coverage(measured, whole, "BTC")
    assert found is not None
    assert full is not None
    assert float(found) == pytest.approx(float(full) / 2, abs=0.02)
    wild = falling(calm=0.2, crash=3.0)
    hedge = plan(holdings("SOL 60"), wild, Wish(legs=("BTC",)), NOW)
    assert crash_coverage(studied("SOL 60", seen=wild), hedge, "BTC") == MOST_COVERAGE
