"""What a market has room for, over how many days orders are spread, and how far they move its price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.depth import A_DAY, NOT_KNOWN, MarketDepth
from core.cost.short import cost, share_of_cost
from core.domain.contract import Contract
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.ticket import tickets_of
from core.hedge.wish import Wish
from tests.domain import NOW, holdings, snapshot
from tests.domain import traded as with_traded

MONEY = st.decimals("1", "1e10", places=2)


def venue(**turnovers: int) -> Snapshot:
    """A venue where so many USD a day are traded in these coins; nothing is known of the others."""
    return with_traded(snapshot(BTC=90_000, ETH=3500, SOL=160, AVAX=20), **turnovers)


def hedged(on: Snapshot, *held: str, **wished: object) -> Hedge:
    return plan(holdings(*held), on, Wish(**wished), NOW)  # type: ignore[arg-type]


def contract_of(market: Snapshot, asset: str) -> Contract:
    return market.contracts[f"{asset}/USDT:USDT"]


def test_a_tenth_of_a_days_trading_and_of_what_is_open_is_the_most() -> None:
    assert MarketDepth(Decimal(5_000_000), None).room == 500_000
    assert MarketDepth(Decimal(5_000_000), Decimal(1_000_000)).room == 100_000
    assert NOT_KNOWN.room is None


def test_two_percent_of_a_days_trading_are_placed_in_a_day() -> None:
    depth = MarketDepth(Decimal(1_000_000), None)
    assert [depth.days(Decimal(usd)) for usd in (100, 20_000, 20_001, 100_000)] == [1, 1, 2, 5]
    assert NOT_KNOWN.days(Decimal(10**9)) == 1


@given(MONEY, MONEY)
def test_a_larger_order_moves_the_price_no_less_and_never_by_more_than_a_day_of_them(
    one: Decimal, other: Decimal
) -> None:
    depth = MarketDepth(Decimal(10**7), None)
    small, large = sorted((one, other))
    assert 0 <= depth.impact(small) <= depth.impact(large) <= depth.impact(A_DAY * 10**7)


def test_the_impact_is_the_root_of_the_share_in_daily_swings() -> None:
    depth = MarketDepth(Decimal(1_000_000), None)
    assert depth.impact(Decimal(1000), 0.04) == 0
    assert float(depth.impact(Decimal(10_000), 0.04)) == pytest.approx(0.04 * (0.1 - 0.001**0.5))


def test_a_thin_coin_is_shorted_for_a_tenth_of_its_trading_and_the_rest_goes_to_the_majors() -> None:
    free, bounded = (hedged(market, "AVAX 10000") for market in (venue(), venue(AVAX=500_000)))
    (alone,) = free.legs
    assert alone.asset == "AVAX"
    assert alone.notional == 200_000
    legs = {leg.asset: leg for leg in bounded.legs}
    assert legs["AVAX"].notional <= 50_000
    assert legs["AVAX"].at_bound
    assert len(legs) > 1


def test_a_contract_that_the_user_names_is_not_bounded() -> None:
    (leg,) = hedged(venue(AVAX=500_000), "AVAX 10000", legs=("AVAX",)).legs
    assert leg.notional == 200_000
    assert leg.share == Decimal("0.4")


def test_half_of_a_hedge_may_take_the_same_room() -> None:
    legs = {leg.asset: leg for leg in hedged(venue(AVAX=500_000), "AVAX 10000", coverage=Decimal("0.5")).legs}
    assert 49_000 < legs["AVAX"].notional <= 50_000


def test_a_market_with_room_for_it_changes_no_hedge() -> None:
    one, other = (hedged(market, "AVAX 100", "SOL 60") for market in (venue(), venue(AVAX=10**8, SOL=10**9)))
    assert [(leg.asset, leg.count) for leg in one.legs] == [(leg.asset, leg.count) for leg in other.legs]


def test_a_large_order_costs_more_than_fee_and_spread_and_is_spread_over_days() -> None:
    market = venue(AVAX=500_000)
    hedge = hedged(market, "AVAX 10000", legs=("AVAX",))
    (ticket,) = tickets_of(hedge, market, NOW)
    assert ticket.days == 20
    assert ticket.urgent > ticket.notional * Decimal("0.0005") * 2
    (plain,) = tickets_of(hedged(venue(), "AVAX 10000", legs=("AVAX",)), venue(), NOW)
    assert plain.days == 1
    assert plain.urgent == plain.notional * Decimal("0.0005")


def test_the_premium_counts_the_impact_of_both_orders_and_the_choice_of_legs_does_not() -> None:
    market = venue(AVAX=500_000)
    avax = contract_of(market, "AVAX")
    large = cost(market, avax, Decimal(10_000), 14, NOW, fee=None, record=None, sigma=0.05)
    assert float(large.impact) == pytest.approx(2 * 10_000 * 0.05 * (0.02**0.5 - 0.001**0.5), abs=0.01)
    assert large.total == large.fees + large.slippage + large.impact - large.funding
    shares = [share_of_cost(each, avax, 14, NOW, fee=None, record=None) for each in (market, venue())]
    assert shares[0] == pytest.approx(shares[1])
