"""Which figures an answer to /hedge shows, and which it must not."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from bot.wording.cost import cost_message
from bot.wording.hedge import hedge
from bot.wording.ticket import ticket
from core.domain.series import FundingHistory
from core.domain.snapshot import Snapshot
from core.hedge.plan import plan
from core.hedge.ticket import tickets_of
from core.hedge.wish import Wish
from core.outlook.premium import premium
from tests.domain import NOW, contract, holdings, snapshot, traded, without

PRICES: dict[str, Any] = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "FENN": 2}
MARKET = snapshot(days={"FENN": 20}, **PRICES)


def told(*held: str, on: Snapshot = MARKET, **wished: Any) -> str:
    return str(hedge(plan(holdings(*held), on, Wish(**wished), NOW)).unescape())


def with_past(market: Snapshot, a_settlement: float, asset: str = "ETH") -> Snapshot:
    """The market where the short of this coin was paid so much each 8 hours in the last month."""
    times = np.array(
        [NOW.replace(tzinfo=None, minute=0) - timedelta(hours=8 * back) for back in range(95, -1, -1)]
    )
    rates = a_settlement * np.tile([1.5, 0.5], 48)
    past = FundingHistory(times.astype("datetime64[s]"), rates)
    return replace(market, settled={f"{asset}/USDT:USDT": past})


def test_funding_is_what_the_last_month_lets_expect_with_the_rate_of_now_beside_it() -> None:
    said = told("ETH 10", on=with_past(MARKET, 0.0002))
    assert (
        "Funding over 14 days: you should receive $294.00, four times in five between +$200 and +$450. "
        "At today's rates you would receive $147.00."
    ) in said
    assert "by today's rates alone: you would receive $147.00." in told("ETH 10")
    assert "Funding of ETH is not known now." in told("ETH 10", on=replace(MARKET, funding={}))


def test_a_coin_whose_own_short_is_too_dear_is_named() -> None:
    said = told("ETH 5", "FENN 4000", on=with_past(snapshot(**PRICES), -0.004, "FENN"))
    assert "FENN's own contract is left out: shorting it should cost 16.9% in 14 days." in said


def test_a_short_that_is_large_for_its_market_is_named_with_its_share_and_its_days() -> None:
    thin = traded(MARKET, ETH=1_000_000)
    said = told("ETH 20", on=thin, legs=("ETH",))
    assert "ETH is large here: 7% of what is traded in it in a day. Spread the orders over 4 days." in said
    bounded = told("ETH 100", on=thin)
    assert (
        "ETH is shorted for no more than 10% of what is traded in it in a day, or of what is open in it "
        "($99,998)." in bounded
    )
    assert "of what is traded" not in told("ETH 20")


def test_a_ticket_says_over_how_many_days_a_large_order_is_placed() -> None:
    thin = traded(MARKET, ETH=1_000_000)
    large = plan(holdings("ETH 20"), thin, Wish(legs=("ETH",)), NOW)
    said = str(ticket(large, tickets_of(large, thin, NOW), {}))
    assert "Large: 7% of what is traded in it in a day. Place it over 4 days, about 5,000" in said
    assert "ETH a day, in many small orders." in said


def test_the_cost_of_a_large_order_counts_how_far_it_moves_the_price() -> None:
    thin = traded(MARKET, ETH=1_000_000)
    large = plan(holdings("ETH 20"), thin, Wish(legs=("ETH",)), NOW)
    said = str(cost_message(premium(large, thin, {}, NOW), own_fee=False))
    assert "moving the price" in said
    small = plan(holdings("ETH 20"), MARKET, Wish(legs=("ETH",)), NOW)
    assert "moving the price" not in str(cost_message(premium(small, MARKET, {}, NOW), own_fee=False))


def test_dollars_are_no_coins_to_hedge() -> None:
    assert "to hedge $3,500 of coins" in told("ETH 1", "USDC 9000")


def test_a_beta_of_ones_own_is_told_as_it_was_typed_beside_dollars_too() -> None:
    said = told("ETH 1", "USDC 3500", legs=("ETH",), beta=Decimal("1.5"))
    assert "Beta 1.50 is yours" in said
    assert "In the fall your coins move by your beta" in said


def test_an_exchange_may_close_a_short_that_pays_and_a_broker_does_not() -> None:
    assert "In a crash testvenue may close a short that is in profit" in told("ETH 1")
    brokered = contract("ETH", brokered=True)
    assert "may close a short" not in told("ETH 1", on=snapshot(brokered, **PRICES))


def test_as_many_orders_are_told_as_the_venue_takes() -> None:
    small = snapshot(contract("ETH", max_count=Decimal(400)), **PRICES)
    answer = told("ETH 1", on=small, legs=("ETH",))
    assert "1 order on testvenue" in answer
    assert "place ETH in 3 parts" in answer


def test_the_risk_removed_is_not_told_where_no_coin_was_measured() -> None:
    said = told("FENN 1000")
    assert "$2,000 (FENN) could not be measured: assumed to move like the rest." in said
    assert "No coin of yours could be measured" in said
    assert "by number of orders" not in said


def test_the_risk_removed_is_told_with_the_range_that_holds_four_times_in_five() -> None:
    assert "Months differ: four times in five, this one removes from" in told("SOL 10", legs=("BTC",))
    assert "Months differ" not in told("SOL 10", legs=("SOL",))  # by its own contract all of it, always
    assert "Months differ" not in told("SOL 10", legs=("BTC",), coverage=Decimal("0.5"))


def test_r_squared_is_told_of_the_measured_coins_where_some_were_not() -> None:
    assert "the share of the swings of your measured coins" in told("FENN 1000", "SOL 10")
    assert "the share of your swings" in told("SOL 10")


def test_the_days_that_judge_are_as_many_as_there_were() -> None:
    assert "the last 180 days" in told("SOL 10")
    few = snapshot(days={"BTC": 100}, **PRICES)
    few = replace(few, closes={**few.closes, "ETH": without(few.closes["ETH"], *range(40, 200))})
    assert "over 38 days" in told("SOL 10", on=few)
    assert "the last 12 days" in told("SOL 10", on=few)
