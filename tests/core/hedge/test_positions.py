"""A plan beside open positions is the change from them."""

from decimal import Decimal

import pytest

from core.domain.position import Position
from core.hedge.plan import plan
from core.hedge.ticket import split_order
from core.hedge.wish import Wish
from tests.domain import NOW, VENUE, contract, holdings, snapshot

MARKET = snapshot(contract("ETH", multiplier="0.01"), BTC=90000, ETH=3500, SOL=160)
ETH = "ETH/USDT:USDT"
COINS = holdings("ETH 10")
ONE_TO_ONE = Wish(legs=("ETH",), beta=Decimal(1))


def position(count: str, symbol: str = ETH, venue: str = VENUE) -> Position:
    return Position(venue, symbol, Decimal(count), Decimal(3400))


@pytest.mark.parametrize(
    ("open_count", "change"),
    [("0", "1000"), ("-400", "600"), ("-1000", "0"), ("-1200", "-200"), ("300", "1300")],
)
def test_what_is_short_already_is_not_shorted_again(open_count: str, change: str) -> None:
    (leg,) = plan(COINS, MARKET, ONE_TO_ONE, NOW, [position(open_count)]).legs
    assert leg.count == 1000
    assert leg.change == Decimal(change)


def test_a_position_that_the_plan_has_no_use_for_is_to_be_closed() -> None:
    stray = position("-3", "SOL/USDT:USDT")
    hedge = plan(COINS, MARKET, ONE_TO_ONE, NOW, [stray, position("-1000")])
    assert hedge.closing == (stray,)


def test_positions_on_another_venue_are_left_alone() -> None:
    hedge = plan(COINS, MARKET, ONE_TO_ONE, NOW, [position("-400", venue="elsewhere")])
    assert hedge.legs[0].change == 1000
    assert hedge.closing == ()


def test_a_change_beyond_the_venues_largest_order_takes_several() -> None:
    market = snapshot(
        contract("ETH", multiplier="0.01", max_count=Decimal(300)), BTC=90000, ETH=3500, SOL=160
    )
    (leg,) = plan(COINS, market, ONE_TO_ONE, NOW).legs
    assert leg.count == 1000
    assert leg.orders == 4


def test_an_order_holds_no_more_than_the_whole_lots_that_fit_into_the_largest_one() -> None:
    coarse = contract("ETH", multiplier="0.01", lot="40", max_count=Decimal(334))
    (leg,) = plan(COINS, snapshot(coarse, BTC=90000, ETH=3500, SOL=160), ONE_TO_ONE, NOW).legs
    assert leg.count == 1000
    assert leg.orders == 4  # of 320 at most
    assert split_order(leg.count, coarse, leg.price) == ((Decimal(280), 1), (Decimal(240), 3))
