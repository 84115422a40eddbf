"""The orders to place, as the venue's screen asks for them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.position import Position
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.ticket import Side, Ticket, inside, split_order, tickets_of, total, transfers
from core.hedge.wish import Wish
from tests.domain import NOW, VENUE, contract, holdings, quote, snapshot

ETH = "ETH/USDT:USDT"
SHOWN = quote("3500", bid="3499.50", ask="3500.50")


def market(*listed: Contract, shown: Quote = SHOWN) -> Snapshot:
    """A venue whose ETH perpetual has a bid and an ask."""
    found = snapshot(*listed, BTC=90_000, ETH=3500)
    return replace(found, quotes={**found.quotes, ETH: shown})


def short_eth(found: Snapshot, *open_here: Position, wish: Wish | None = None) -> Hedge:
    """A hedge of 10 ETH by its own contract, two to one."""
    asked = wish or Wish(legs=("ETH",), leverage=Decimal(2), sure=True)
    return plan(holdings("ETH 10"), found, asked, NOW, open_here)


def placed(found: Snapshot, *open_here: Position, wish: Wish | None = None) -> tuple[Ticket, ...]:
    return tickets_of(short_eth(found, *open_here, wish=wish), found, NOW)


def position(count: str, symbol: str = ETH) -> Position:
    return Position(VENUE, symbol, Decimal(count), Decimal(3500))


def test_a_new_short_is_sold_at_the_leverage_of_the_plan() -> None:
    found = market()
    (leg,) = short_eth(found).legs
    (one,) = placed(found)
    assert (one.side, one.count, one.orders, one.reduce_only) == ("sell", leg.count, ((leg.count, 1),), False)
    assert one.contract.id == "ETHUSDT"
    assert one.leverage == 2
    assert one.notional == leg.notional


def test_a_limit_order_to_sell_waits_a_tick_below_the_best_ask() -> None:
    (one,) = placed(market())
    assert one.limit == Decimal("3500.49")


def test_patience_costs_the_maker_fee_and_haste_the_taker_fee_and_half_the_spread() -> None:
    (one,) = placed(market())
    assert one.patient == one.count * Decimal("0.001") * Decimal("3500.49") * Decimal("0.0002")
    assert one.urgent == one.notional * (Decimal("0.0005") + Decimal("0.5") / 3500)


def test_the_users_own_fee_is_used_and_a_maker_never_pays_more_than_a_taker() -> None:
    (one,) = placed(market(), wish=Wish(legs=("ETH",), fee=Decimal("0.0001")))
    assert one.urgent == one.notional * (Decimal("0.0001") + Decimal("0.5") / 3500)
    assert one.patient == one.count * Decimal("0.001") * Decimal("3500.49") * Decimal("0.0001")


@pytest.mark.parametrize(
    "shown",
    [
        quote("3500"),
        quote("3500", bid="3499"),
        quote("3500", ask="3501"),
        quote("3500", bid="3500", ask="3500"),
        quote("3500", bid="0", ask="3501"),
    ],
)
def test_without_a_usable_spread_there_is_only_the_market_order(shown: Quote) -> None:
    (one,) = placed(market(shown=shown))
    assert one.limit is None
    assert one.patient is None
    assert one.urgent == one.notional * Decimal("0.0005")


def test_what_is_short_already_is_only_added_to() -> None:
    found = market()
    (leg,) = short_eth(found).legs
    (one,) = placed(found, position("-4000"))
    assert (one.side, one.count, one.reduce_only) == ("sell", leg.count - 4000, False)


def test_too_large_a_short_is_bought_back_reduce_only() -> None:
    found = market()
    (leg,) = short_eth(found).legs
    (one,) = placed(found, position("-12000"))
    assert (one.side, one.count, one.reduce_only) == ("buy", 12000 - leg.count, True)
    assert one.leverage is None
    assert one.margin == 0
    assert one.limit == Decimal("3499.51")


def test_a_hedge_that_stands_needs_no_order() -> None:
    found = market()
    (leg,) = short_eth(found).legs
    assert placed(found, position(str(-leg.count))) == ()


def test_a_long_in_the_way_is_closed_before_the_short_is_opened() -> None:
    found = market()
    (leg,) = short_eth(found).legs
    first, second = placed(found, position("500"))
    assert (first.side, first.count, first.reduce_only) == ("sell", Decimal(500), True)
    assert (second.side, second.count, second.reduce_only) == ("sell", leg.count, False)


def test_a_position_that_the_plan_has_no_use_for_is_closed_to_the_last_contract_and_first() -> None:
    found = market()
    first, second = placed(found, position("-77", "BTC/USDT:USDT"))
    assert (first.contract.asset, first.side, first.count, first.reduce_only) == (
        "BTC",
        "buy",
        Decimal(77),
        True,
    )
    assert (second.contract.asset, second.side, second.reduce_only) == ("ETH", "sell", False)


def test_a_position_in_a_contract_that_is_gone_is_refused_by_name() -> None:
    with pytest.raises(NoData, match="OLD/USDT:USDT"):
        placed(market(), position("-5", "OLD/USDT:USDT"))


def test_a_change_below_the_smallest_order_is_named_and_not_to_be_placed() -> None:
    found = market(contract("ETH", min_notional="100"))
    (leg,) = short_eth(found).legs
    (one,) = placed(found, position(str(-(leg.count - 3))))
    assert not one.placeable
    assert one.count == 3
    assert one.margin == 0
    assert transfers([one]) == {}


def test_closing_a_remainder_needs_no_least_notional() -> None:
    found = market(contract("ETH", min_notional="100"))
    (leg,) = short_eth(found).legs
    (one,) = placed(found, position(str(-(leg.count + 3))))
    assert one.orders == ((Decimal(3), 1),)


def test_margin_is_reckoned_at_the_dearer_of_limit_and_mark_and_rounded_up_to_the_cent() -> None:
    (one,) = placed(market())
    assert one.margin == one.count * Decimal("0.001") * Decimal("3500.49") / 2
    (asked,) = transfers([one, one]).items()
    assert asked[0] == "USDT"
    assert 0 <= asked[1] - 2 * one.margin < Decimal("0.01")
    assert asked[1] == round(asked[1], 2)


def test_margin_for_an_addition_is_for_the_addition() -> None:
    whole, added = placed(market())[0], placed(market(), position("-4000"))[0]
    assert whole.margin - added.margin == 4000 * Decimal("0.001") * Decimal("3500.49") / 2


def test_a_coin_margined_short_asks_for_coins() -> None:
    listed = contract("ETH", multiplier="10", min_notional="10", inverse=True)
    found = market(listed, contract("ETH"))
    (one,) = placed(found, wish=Wish(legs=("ETH",), inverse=True, leverage=Decimal(2), sure=True))
    assert one.unit == "contracts"
    assert one.margin == one.count * 10 / Decimal(3500) / 2
    ((settle, coins),) = transfers([one]).items()
    assert settle == "ETH"
    assert 0 <= coins - one.margin < Decimal("1e-8")


@pytest.mark.parametrize(
    ("listed", "unit"),
    [
        (contract("ETH", multiplier="1", lot="0.001"), "ETH"),
        (contract("PEPE", multiplier="1000", scale="1000"), "1000PEPE"),
        (contract("ETH", multiplier="0.01"), "contracts"),
        (contract("ETH", multiplier="10", inverse=True), "contracts"),
    ],
)
def test_the_count_is_in_what_the_screen_counts(listed: Contract, unit: str) -> None:
    (one,) = placed(market())
    assert replace(one, contract=listed).unit == unit


# Limit prices

TICKS = st.sampled_from([Decimal(tick) for tick in ("0.0000001", "0.0005", "0.01", "0.1", "0.5", "5")])
PRICES = st.integers(1, 10**7)
SIDE = st.sampled_from(["sell", "buy"])


@given(
    tick=TICKS, bid=PRICES, spread=st.integers(1, 500), side=SIDE, off=st.sampled_from(["0", "0.3", "0.7"])
)
def test_a_limit_price_is_whole_ticks_within_its_side_and_never_crosses(
    tick: Decimal, bid: int, spread: int, side: Side, off: str
) -> None:
    low = (bid + Decimal(off)) * tick
    high = low + spread * tick
    price = inside(side, Quote(low, NOW, bid=low, ask=high), tick)
    assert price is not None
    assert price % tick == 0
    assert price > low if side == "sell" else price < high
    best = high if side == "sell" else low
    assert abs(best - price) <= tick


def test_where_the_spread_is_one_tick_the_order_joins_its_side() -> None:
    narrow = quote("100", bid="100.00", ask="100.01")
    assert inside("sell", narrow, Decimal("0.01")) == Decimal("100.01")
    assert inside("buy", narrow, Decimal("0.01")) == Decimal("100.00")


@given(tick=TICKS, bid=PRICES, spread=st.integers(3, 500))
def test_where_there_is_room_the_price_is_one_tick_better_than_the_best(
    tick: Decimal, bid: int, spread: int
) -> None:
    shown = Quote(bid * tick, NOW, bid=bid * tick, ask=(bid + spread) * tick)
    assert inside("sell", shown, tick) == (bid + spread - 1) * tick
    assert inside("buy", shown, tick) == (bid + 1) * tick


def test_no_price_to_buy_below_the_first_tick() -> None:
    assert inside("buy", quote("0.6", bid="0.2", ask="1"), Decimal(1)) is None


# Splitting


@given(
    lots=st.integers(1, 10**6),
    lot=st.sampled_from([Decimal(lot) for lot in ("0.001", "0.1", "1", "10")]),
    least=st.integers(1, 50),
    most=st.integers(100, 10**5),
    off=st.sampled_from(["0", "0.4"]),
)
def test_orders_sum_to_the_count_and_each_is_within_the_limits_and_whole_lots(
    lots: int, lot: Decimal, least: int, most: int, off: str
) -> None:
    assume(lots >= least)
    largest = (most + Decimal(off)) * lot
    rules = contract("ETH", lot=str(lot), min_count=str(least * lot), min_notional="0", max_count=largest)
    orders = split_order(lots * lot, rules, Decimal(3500))
    assert total(orders) == lots * lot
    assert all(order % lot == 0 for order, _ in orders)
    assert all(least * lot <= order <= largest for order, _ in orders)
    assert sum(times for _, times in orders) == -(-lots // most)
    assert len(orders) <= 2


def test_a_ticket_larger_than_one_order_is_split_as_its_leg_says() -> None:
    found = market(contract("ETH", max_count=Decimal(4000)))
    (leg,) = short_eth(found).legs
    (one,) = placed(found)
    assert one.number == leg.orders > 1
    assert total(one.orders) == one.count == leg.count


def test_what_is_no_whole_lot_is_left() -> None:
    assert split_order(Decimal("10.7"), contract("ETH", min_notional="0"), Decimal(3500)) == (
        (Decimal(10), 1),
    )
