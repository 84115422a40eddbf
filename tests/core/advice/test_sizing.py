"""What is kept of a ticket: every order it takes, and what was wanted before rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.advice.sizing import orders, sizing
from core.domain.position import Position
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.ticket import tickets_of
from core.hedge.wish import Wish
from core.journal.fill import Terms
from core.journal.order import Order
from tests.domain import NOW, VENUE, contract, holdings, snapshot

ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"
WISH = Wish(legs=("ETH",), leverage=Decimal(2), sure=True)


def market() -> Snapshot:
    return snapshot(contract("ETH"), contract("SOL"), BTC=90_000, ETH=3500, SOL=160)


def short(symbol: str, count: int) -> Position:
    return Position(VENUE, symbol, Decimal(-count), Decimal(3400))


def kept(*held: Position, wish: Wish = WISH) -> tuple[Hedge, tuple[Order, ...]]:
    found = market()
    hedge = plan(holdings("ETH 10.0004"), found, wish, NOW, held)
    return hedge, orders(hedge, tickets_of(hedge, found, NOW), found, NOW)


def test_a_new_short_is_sold_with_what_was_wanted() -> None:
    hedge, (order,) = kept()
    assert (order.symbol, order.count, order.leverage) == (ETH, Decimal(-10000), Decimal(2))
    assert order.wanted == pytest.approx(Decimal("-10000.4"))
    assert order.price == order.index == 3500
    assert sizing(hedge, "ETH", NOW).wanted[VENUE, ETH] == -order.wanted


def test_a_change_of_a_short_wants_the_change_only() -> None:
    _, (more,) = kept(short(ETH, 4000))
    assert more.count == -6000
    assert more.wanted == pytest.approx(Decimal("-6000.4"))
    _, (less,) = kept(short(ETH, 12000))
    assert less.count == 2000
    assert less.wanted == pytest.approx(Decimal("1999.6"))
    assert less.leverage is None


def test_what_the_plan_has_no_use_for_is_closed_whole() -> None:
    _, found = kept(short(SOL, 300), short(ETH, 10000))
    assert [(order.symbol, order.count, order.wanted) for order in found] == [
        (SOL, Decimal(300), Decimal(300))
    ]


def test_a_long_in_the_way_is_closed_before_the_short_is_opened() -> None:
    _, (closed, opened) = kept(short(ETH, -50))
    assert (closed.count, closed.wanted, closed.leverage) == (Decimal(-50), Decimal(-50), None)
    assert opened.count == -10000
    assert opened.wanted == pytest.approx(Decimal("-10000.4"))


def test_a_hedge_of_one_coin_says_so() -> None:
    hedge, _ = kept(wish=Wish(only=("ETH",), legs=("ETH",)))
    assert sizing(hedge, "only ETH", NOW).only == ("ETH",)


ORDER = Order(
    VENUE, ETH, Terms("ETH", Decimal("0.01")), "contracts",
    Decimal(-2143), Decimal("3498.5"), None, Decimal(3), Decimal("-2142.6"), Decimal("0.0002"),
)  # fmt: skip


def test_an_order_filled_as_shown_has_margin_by_its_leverage_and_the_usual_fee() -> None:
    fill = ORDER.fill(NOW)
    assert (fill.count, fill.price, fill.wanted) == (Decimal(-2143), Decimal("3498.5"), Decimal("-2142.6"))
    assert fill.margin == Decimal("24990.95166667")
    assert fill.fee == Decimal("14.994571")
    said = ORDER.fill(NOW, price=Decimal(3500), margin=Decimal(2500), fee=Decimal(0))
    assert (said.price, said.margin, said.fee) == (Decimal(3500), Decimal(2500), Decimal(0))


@given(st.lists(st.integers(1, 2143), min_size=1, max_size=6))
def test_parts_of_an_order_want_their_parts(parts: list[int]) -> None:
    wanted = [ORDER.fill(NOW, count=Decimal(-part)).wanted for part in parts]
    whole = ORDER.wanted * sum(parts) / 2143
    assert sum(each for each in wanted if each is not None) == pytest.approx(whole, abs=Decimal("1e-11"))
