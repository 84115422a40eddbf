"""What a portfolio is worth, asset by asset."""

from datetime import timedelta
from decimal import Decimal

from core.domain.quote import QUOTE_REFUSE
from core.measure.exposure import expose
from tests.domain import NOW, holdings, snapshot


def test_holdings_are_worth_their_price_largest_first() -> None:
    found = expose(holdings("SOL 60", "ETH 4"), snapshot(ETH=3500, SOL=160), NOW)
    assert [held.asset for held in found.holdings] == ["ETH", "SOL"]
    assert [int(held.value) for held in found.holdings] == [14_000, 9_600]
    assert found.value == 23_600


def test_stablecoins_count_in_the_worth_and_do_not_move() -> None:
    found = expose(holdings("USDT 1000.5", "SOL 10"), snapshot(SOL=160), NOW)
    assert found.value == Decimal("2600.5")
    assert [held.asset for held in found.moving] == ["SOL"]


def test_a_coin_without_a_price_is_named_and_not_counted() -> None:
    found = expose(holdings("ZZZ 5", "SOL 10", "AAA 1"), snapshot(SOL=160), NOW)
    assert found.value == 1600
    assert found.unpriced == ("AAA", "ZZZ")


def test_a_coin_whose_price_is_too_old_is_named_and_not_counted() -> None:
    late = snapshot(age=QUOTE_REFUSE + timedelta(seconds=1), SOL=160)
    found = expose(holdings("SOL 10", "USDC 5"), late, NOW)
    assert found.unpriced == ("SOL",)
    assert found.value == 5


def test_nothing_held_is_worth_nothing() -> None:
    assert expose([], snapshot(SOL=160), NOW).value == 0


def test_an_asset_that_comes_twice_counts_once_with_both_quantities() -> None:
    found = expose(holdings("ETH 4", "SOL 60", "ETH 0.5"), snapshot(ETH=3500, SOL=160), NOW)
    assert [(held.asset, held.quantity) for held in found.holdings] == [("ETH", Decimal("4.5")), ("SOL", 60)]


def test_what_moves_is_worth_all_but_the_stablecoins() -> None:
    assert expose(holdings("USDT 1000.5", "SOL 10"), snapshot(SOL=160), NOW).moving_value == 1600
