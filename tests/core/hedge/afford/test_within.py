"""The hedge that the cash at hand pays for."""

from dataclasses import replace
from decimal import ROUND_UP, Decimal
from typing import Any

import pytest

from core.domain.errors import BadInput, CannotHedge
from core.hedge.afford.within import hedge_within, takes
from core.hedge.hedge import Hedge
from core.hedge.method import asked_of
from core.hedge.plan import plan
from core.hedge.unmet import TooLittleCash
from core.hedge.wish import Wish
from core.margin import TARGET
from tests.domain import NOW, holdings, snapshot

PRICES: dict[str, Any] = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "LINK": 15, "AVAX": 20}
SEEN = snapshot(**PRICES)
MINE = holdings("ETH 4", "SOL 62.5", "LINK 400", "AVAX 1000")


def within(cash: int | Decimal | None, **asked: Any) -> Hedge:
    wish = Wish(cash=None if cash is None else Decimal(cash), **asked)
    return hedge_within(MINE, SEEN, wish, NOW)


def test_without_a_limit_it_is_the_plan() -> None:
    assert within(None) == plan(MINE, SEEN, Wish(), NOW)


def test_cash_that_pays_for_all_of_it_changes_no_order() -> None:
    whole = within(None)
    rich = within(takes(whole))
    assert [(leg.asset, leg.count) for leg in rich.legs] == [(leg.asset, leg.count) for leg in whole.legs]
    assert rich.means[-1].cash == takes(whole)


@pytest.mark.parametrize("cash", [101, 137, 250, 499, 1000, 3333, 9999, 24_680, 44_444, 60_000])
def test_it_never_takes_more_than_there_is_and_keeps_the_chance_of_liquidation(cash: int) -> None:
    try:
        found = within(cash)
    except TooLittleCash:
        return
    assert takes(found) <= cash
    assert found.wish.cash == cash
    assert all(leg.risk <= TARGET * 1.0001 or leg.extra_margin > 0 for leg in found.legs)


def test_half_of_the_cash_removes_most_of_what_half_a_hedge_would() -> None:
    needed = takes(within(None))
    half = within(needed / 2)
    assert half.coverage <= 1
    assert half.unseen >= plan(MINE, SEEN, Wish(coverage=Decimal("0.49")), NOW).unseen - 0.02


def test_more_cash_is_told_with_what_it_would_do_the_least_first() -> None:
    means = within(3000).means
    assert [each.cash for each in means] == sorted(each.cash for each in means)
    assert [each.removed for each in means] == sorted(each.removed for each in means)


def test_too_little_is_refused_with_the_least_that_would_do() -> None:
    with pytest.raises(TooLittleCash) as refused:
        within(1)
    assert refused.value.least > 1
    assert takes(within(refused.value.least)) <= refused.value.least


def by_hand(cash: int, coins: str) -> float:
    """The best that a search in steps of a percent finds over numbers of orders and majors."""
    best = 0.0
    for wish in [*(Wish(orders=n) for n in (1, 2, 3, 4)), *(Wish(legs=(a,)) for a in ("BTC", "ETH", "SOL"))]:
        for percent in range(1, 101):
            try:
                found = plan(
                    holdings(*coins.split(";")), SEEN, replace(wish, coverage=Decimal(percent) / 100), NOW
                )
            except CannotHedge:
                continue
            if takes(found) <= cash:
                best = max(best, found.unseen - asked_of(leg.asset for leg in found.legs))
    return best


@pytest.mark.parametrize(
    ("cash", "coins"),
    [(800, "ETH 4;SOL 62.5;LINK 400;AVAX 1000"), (9000, "ETH 4;SOL 62.5;LINK 400;AVAX 1000"),
     (25_000, "ETH 4;SOL 62.5;LINK 400;AVAX 1000"), (300, "LINK 90;AVAX 10"), (2500, "SOL 30;ETH 0.4")],
)  # fmt: skip
def test_no_other_orders_do_more_with_the_same_cash(cash: int, coins: str) -> None:
    found = hedge_within(holdings(*coins.split(";")), SEEN, Wish(cash=Decimal(cash)), NOW)
    mine = found.unseen - asked_of(leg.asset for leg in found.legs)
    assert mine >= by_hand(cash, coins) - 0.01


def test_what_is_told_of_other_amounts_is_what_they_do() -> None:
    for told in within(3000).means:
        assert within(told.cash.quantize(Decimal("0.01"), ROUND_UP)).unseen >= told.removed - 0.02


def test_named_coins_stay_named() -> None:
    assert {leg.asset for leg in within(3000, legs=("ETH", "BTC")).legs} <= {"ETH", "BTC"}


def test_a_leverage_of_ones_own_needs_no_more_than_its_margin_and_the_fees() -> None:
    found = within(5000, leverage=Decimal(3))
    assert takes(found) <= 5000
    assert takes(found) > Decimal(4000)


def test_no_cash_is_refused() -> None:
    with pytest.raises(BadInput, match="above zero"):
        within(0)


def test_the_users_own_fee_counts() -> None:
    dear = replace(within(5000), wish=Wish(fee=Decimal("0.01")))
    assert takes(dear) > takes(within(5000))
