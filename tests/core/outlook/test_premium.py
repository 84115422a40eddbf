"""What a hedge costs to have, and whether a dated future would cost less."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.funding import Record
from core.cost.short import Cost, cost, half_spread
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.outlook.premium import Rivals, premium, rivals
from tests.domain import NOW, contract, funding, holdings, quote, snapshot

ETH = contract("ETH", multiplier="0.01")
FUTURE = contract("ETH", multiplier="0.01", symbol="ETH/USDT:USDT-260909", expiry=NOW + timedelta(days=91))
COINS = holdings("SOL 60", "ETH 4", "LINK 500")


def market(rate: str = "0.0001", dated: str = "3535", **sides: Any) -> Snapshot:
    """SOL, LINK and ETH at 3,500, with a future of three months at `dated`."""
    found = snapshot(ETH, FUTURE, rate=rate, ETH=3500, SOL=160, LINK=15, BTC=90_000)
    own = quote("3500", index="3500", **sides)
    return replace(found, quotes={**found.quotes, ETH.symbol: own, FUTURE.symbol: quote(dated, index="3500")})


def past(mean: float, deviation: float = 0.0, worst: float | None = None) -> Record:
    """A record of 30 days."""
    return Record(mean, worst, deviation, days=30, span=35)


def hedged(found: Snapshot, **wish: Any) -> Hedge:
    return plan(COINS, found, Wish(**wish), NOW)


def priced(
    found: Snapshot,
    contract: Contract = ETH,
    *,
    record: Record | None = None,
    fee: str | None = None,
    days: int = 14,
) -> Cost:
    """A short of $10,000."""
    own = None if fee is None else Decimal(fee)
    return cost(found, contract, Decimal(10_000), days, NOW, fee=own, record=record)


def test_fees_are_paid_going_in_and_coming_out() -> None:
    assert priced(market()).fees == 10
    assert priced(market()).patient_fees == 4
    own = priced(market(), fee="0.00036")
    assert (own.fees, own.fee) == (Decimal("7.20"), Decimal("0.00036"))


def test_a_fee_of_nothing_is_nothing_and_waiting_costs_no_more() -> None:
    free = priced(market(), fee="0")
    assert free.fees == free.patient_fees == 0


def test_half_the_spread_is_lost_at_each_order() -> None:
    found = market(bid="3499.30", ask="3500.70")
    assert half_spread(found.quotes[ETH.symbol]) == Decimal("0.0002")
    assert priced(found).slippage == 4


def test_an_unknown_spread_is_said_to_be_unknown() -> None:
    found = priced(market(bid="3499.30"))
    assert found.half_spread is None
    assert found.slippage == 0


def test_expected_funding_is_the_mean_on_record_beside_todays() -> None:
    found = priced(market(rate="0.0001"), record=past(mean=-0.0002, worst=-0.01))
    assert found.funding == -28
    assert found.funding_now == 42
    # widened by .85 times 14 days of a fifth of the mean, for the record is short
    assert found.worst == Decimal("-104.76")


def test_without_a_record_todays_rate_stands_in_and_nothing_is_known_of_its_noise() -> None:
    found = priced(market(rate="-0.0002"))
    assert found.funding == found.funding_now == -84
    assert (found.worst, found.noise, found.record) == (None, None, None)


def test_without_record_and_rate_it_is_refused() -> None:
    with pytest.raises(NoData, match="testvenue gives no funding for ETH"):
        priced(replace(market(), funding={}))
    known = priced(replace(market(), funding={}), record=past(0.0003))
    assert known.funding == 42
    assert known.funding_now is None


def test_a_dated_future_earns_basis_and_no_funding() -> None:
    found = priced(market(dated="3535"), FUTURE, record=past(0.1), days=91)
    assert found.basis == Decimal("99.01")  # 10,000 * 35 / 3,535
    assert found.funding == found.worst == found.noise == 0
    assert priced(market(dated="3465"), FUTURE, days=91).basis == Decimal("-101.01")


def test_held_for_a_part_of_its_time_a_future_earns_a_part() -> None:
    assert priced(market(), FUTURE, days=13).basis == Decimal("14.14")


def test_a_future_costs_for_as_long_as_it_runs() -> None:
    found = priced(market(), FUTURE, days=365)
    assert found.days == 91
    assert found.basis == Decimal("99.01")


@given(
    st.floats(-0.003, 0.003),
    st.floats(0, 0.001),
    st.decimals("0", "0.002", places=5),
    st.integers(1, 90),
    st.sampled_from(["perpetual", "quarterly"]),
)
def test_the_parts_add_up_to_the_total_to_the_cent(
    mean: float, deviation: float, fee: Decimal, days: int, kind: str
) -> None:
    found = market(bid="3499.31", ask="3500.77")
    hedge = hedged(found, fee=fee, horizon_days=days, kind=kind)
    known = {leg.contract.symbol: past(mean, deviation, mean * 14) for leg in hedge.legs}
    statement = premium(hedge, found, known, NOW)
    for leg in statement.legs:
        assert leg.basis is not None
        assert leg.total == leg.fees + leg.slippage - leg.funding - leg.basis
        assert leg.total == leg.total.quantize(Decimal("0.01"))
    assert statement.total == sum(leg.total for leg in statement.legs)
    assert statement.basis is not None
    assert statement.total == statement.fees + statement.slippage - statement.funding - statement.basis


def test_the_premium_is_told_for_a_thousand_dollars_and_a_year() -> None:
    found = market()
    hedge = hedged(found, coverage=Decimal("0.5"), horizon_days=73)
    known = {leg.contract.symbol: past(0.0001) for leg in hedge.legs}
    statement = premium(hedge, found, known, NOW)
    worth = 60 * 160 + 4 * 3500 + 500 * 15
    assert statement.protected == Decimal(worth) / 2
    assert statement.per_thousand == statement.total * 1000 / statement.protected
    assert statement.renewed == statement.total * 5
    assert statement.kept == statement.fees + statement.slippage - statement.funding * 5


def test_stablecoins_are_not_protected_and_neither_is_more_than_all() -> None:
    found = market()
    hedge = plan([*COINS, *holdings("USDC 5000")], found, Wish(coverage=Decimal("1.5")), NOW)
    assert premium(hedge, found, {}, NOW).protected == 60 * 160 + 4 * 3500 + 500 * 15


def test_a_falling_price_is_no_part_of_the_premium() -> None:
    calm = premium(hedged(market()), market(), {}, NOW)
    rates = {symbol: funding("0.0001") for symbol in market().funding}
    assert premium(hedged(market()), replace(market(), funding=rates), {}, NOW).total == calm.total


def test_one_unknown_worst_makes_the_sum_unknown() -> None:
    found = market()
    hedge = hedged(found, legs=("ETH", "SOL"))
    eth, sol = (next(leg.contract.symbol for leg in hedge.legs if leg.asset == a) for a in ("ETH", "SOL"))
    both = {eth: past(0.0001, worst=-0.01), sol: past(0.0001, worst=-0.02)}
    worst = premium(hedge, found, both, NOW).worst
    assert worst is not None
    assert worst < 0
    assert premium(hedge, found, {eth: both[eth]}, NOW).worst is None


def compared(found: Snapshot, record: Record | None, **wish: Any) -> Rivals:
    """Perpetual against dated for the ETH leg."""
    hedge = hedged(found, legs=("ETH",), **wish)
    (pair,) = rivals(hedge, found, {} if record is None else {ETH.symbol: record}, NOW)
    return pair


def test_a_rich_future_beats_a_perpetual_that_costs_funding() -> None:
    pair = compared(market(dated="3640"), past(mean=-0.0003, deviation=0.0001))
    assert pair.better is pair.dated
    assert pair.saving == pair.perpetual.total - pair.dated.total > 0


def test_a_perpetual_that_pays_well_beats_a_future_under_spot() -> None:
    pair = compared(market(dated="3465"), past(mean=0.0006, deviation=0.0001))
    assert pair.better is pair.perpetual
    assert not pair.close


def test_within_the_noise_of_funding_the_perpetual_is_taken() -> None:
    quiet, loud = past(mean=0.0, deviation=0.0), past(mean=0.0, deviation=0.0002)
    assert compared(market(), quiet).better.contract == FUTURE
    pair = compared(market(), loud)
    assert pair.close
    assert pair.better is pair.perpetual


def test_beyond_a_month_it_is_the_dated_future_within_the_noise() -> None:
    loud = past(mean=0.0, deviation=0.0002)
    near, far = (compared(market(), loud, horizon_days=days) for days in (31, 60))
    assert near.close
    assert far.close
    assert (near.better is near.perpetual, far.better is far.dated) == (True, True)
    dear = compared(market(dated="3465"), past(mean=0.0006, deviation=0.0001), horizon_days=60)
    assert dear.better is dear.perpetual


def test_without_a_record_the_cheaper_one_today_is_taken() -> None:
    pair = compared(market(dated="3640", rate="0.00001"), None)
    assert not pair.close
    assert pair.better is pair.dated


def test_both_are_compared_until_the_future_ends() -> None:
    pair = compared(market(), past(mean=0.0001), horizon_days=300)
    assert pair.days == pair.perpetual.days == 91
    assert pair.perpetual.funding == pytest.approx(
        pair.perpetual.notional * Decimal("0.0091"), abs=Decimal("0.01")
    )


def test_beside_the_mean_stands_what_todays_rate_would_make() -> None:
    found = market(rate="-0.0005")
    pair = compared(found, past(mean=0.0003))
    assert pair.saving_now is not None
    assert pair.saving < 0 < pair.saving_now
    assert pair.perpetual.funding_now is not None
    assert pair.saving_now - pair.saving == pair.perpetual.funding - pair.perpetual.funding_now
    hedge = hedged(found, legs=("ETH",))
    statement = premium(hedge, found, {ETH.symbol: past(mean=0.0003)}, NOW)
    assert statement.total_now == statement.legs[0].total_now == pair.perpetual.total_now
    blind = premium(hedge, replace(found, funding={}), {ETH.symbol: past(mean=0.0003)}, NOW)
    assert blind.total_now is None


def test_a_coin_without_a_dated_future_has_no_rival() -> None:
    found = market()
    assert rivals(hedged(found, legs=("SOL",)), found, {}, NOW) == ()


@given(st.floats(-0.002, 0.002), st.floats(0, 0.002), st.integers(3000, 4000))
def test_the_better_one_is_never_dearer_beyond_noise(mean: float, deviation: float, dated: int) -> None:
    pair = compared(market(dated=str(dated)), past(mean, deviation))
    other = pair.perpetual if pair.better is pair.dated else pair.dated
    assert pair.better.total - other.total <= (pair.perpetual.noise or 0)
    assert np.sign(float(pair.saving)) == np.sign(float(pair.perpetual.total - pair.dated.total))


def test_a_future_that_ends_before_the_horizon_earns_at_its_own_pace_in_a_year() -> None:
    found = market()
    hedge = hedged(found, kind="quarterly", legs=("ETH",), horizon_days=365)
    statement = premium(hedge, found, {}, NOW)
    (leg,) = statement.legs
    assert (leg.days, statement.days) == (91, 365)
    assert leg.basis is not None
    assert statement.kept == pytest.approx(leg.fees + leg.slippage - leg.basis * 365 / 91)
    assert statement.renewed == pytest.approx(leg.total * 365 / 91)
