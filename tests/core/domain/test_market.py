"""What a snapshot answers, and what it refuses to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.coins.asset import STABLECOINS
from core.domain.errors import NoData
from core.domain.quote import QUOTE_REFUSE
from core.domain.series import NO_CLOSES
from core.domain.snapshot import Snapshot
from tests.domain import NOW, TODAY, VENUE, contract, funding, history, quote, snapshot


def test_a_coin_costs_its_spot_price_where_the_venue_gives_one() -> None:
    market = snapshot(ETH=3500)
    symbol = contract("ETH").symbol
    market = replace(market, quotes={symbol: quote("3510", index="3500")})
    assert market.price("ETH", NOW) == 3500
    market = replace(market, quotes={symbol: quote("3510")})
    assert market.price("ETH", NOW) == 3510


def test_a_coin_quoted_by_the_thousand_costs_a_thousandth() -> None:
    market = snapshot(contract("PEPE", multiplier="1000000", scale="1000"), PEPE="0.00001234")
    assert market.quote("1000PEPE/USDT:USDT", NOW).mark == Decimal("0.01234")
    assert market.price("PEPE", NOW) == Decimal("0.00001234")


@pytest.mark.parametrize("stablecoin", sorted(STABLECOINS))
def test_a_stablecoin_costs_one_dollar_on_any_venue(stablecoin: str) -> None:
    assert snapshot().price(stablecoin, NOW) == 1


def test_a_coin_that_is_not_listed_has_no_price_and_is_named() -> None:
    with pytest.raises(NoData, match=f"{VENUE} has no price for DOGE"):
        snapshot(ETH=3500).price("DOGE", NOW)


def test_a_price_is_used_up_to_the_limit_and_refused_past_it_with_its_age() -> None:
    assert snapshot(age=QUOTE_REFUSE, ETH=3500).price("ETH", NOW) == 3500
    late = snapshot(age=QUOTE_REFUSE + timedelta(minutes=5, seconds=1), ETH=3500)
    with pytest.raises(NoData, match="ETH/USDT:USDT on testvenue is 20 minutes old"):
        late.price("ETH", NOW)


def test_a_contract_without_a_quote_is_refused_by_name() -> None:
    with pytest.raises(NoData, match="no price for ETH/USDT:USDT"):
        replace(snapshot(ETH=3500), quotes={}).quote("ETH/USDT:USDT", NOW)


def test_the_age_is_that_of_the_oldest_quote() -> None:
    market = snapshot(ETH=3500, SOL=160)
    old = quote("3500", at=NOW - timedelta(minutes=4))
    market = replace(market, quotes={**market.quotes, "ETH/USDT:USDT": old})
    assert market.age(NOW) == timedelta(minutes=4)
    assert snapshot().age(NOW) == timedelta(0)


def perpetual_of(market: Snapshot, *, inverse: bool = False) -> str | None:
    found = market.perpetual("ETH", inverse=inverse)
    return found.symbol if found else None


def test_of_several_perpetuals_the_smallest_in_tether_is_taken() -> None:
    large = contract("ETH", multiplier="0.1", symbol="ETHBIG/USDT:USDT")
    small = contract("ETH", multiplier="0.01")
    coarse = contract("ETH", multiplier="0.001", lot="100", symbol="ETHLOT/USDT:USDT")
    other = contract("ETH", multiplier="0.0001", settle="USDC")
    assert perpetual_of(snapshot(large, coarse, other, small, ETH=3500)) == small.symbol
    assert perpetual_of(snapshot(other, ETH=3500)) == other.symbol


def test_a_dated_future_and_an_inverse_contract_are_no_linear_perpetual() -> None:
    dated = contract("ETH", symbol="ETH/USDT:USDT-260925", expiry=datetime(2026, 9, 25, 8, tzinfo=UTC))
    inverse = contract("ETH", multiplier="10", inverse=True)
    market = snapshot(dated, inverse, ETH=3500)
    assert perpetual_of(market) is None
    assert perpetual_of(market, inverse=True) == inverse.symbol
    assert market.price("ETH", NOW) == 3500


def test_a_perpetual_without_a_quote_is_not_taken() -> None:
    small, large = contract("ETH"), contract("ETH", multiplier="1", symbol="ETHBIG/USDT:USDT")
    market = snapshot(small, large, ETH=3500)
    market = replace(market, quotes={large.symbol: quote("3500")})
    assert perpetual_of(market) == large.symbol


def test_closes_know_their_newest_day() -> None:
    assert history("ETH").last == TODAY - timedelta(days=1)
    assert NO_CLOSES.last is None


def test_a_quote_too_old_to_be_used_does_not_age_the_others() -> None:
    market = snapshot(age=timedelta(minutes=1), ETH=3500, SOL=160)
    dead = quote("3500", at=NOW - timedelta(hours=5))
    assert replace(market, quotes={**market.quotes, "ETH/USDT:USDT": dead}).age(NOW) == timedelta(minutes=1)
    assert replace(market, quotes={"ETH/USDT:USDT": dead}).age(NOW) == timedelta(hours=5)


@pytest.mark.parametrize("bad", ["0", "-5", "NaN", "Infinity"])
def test_an_impossible_price_is_refused_by_name(bad: str) -> None:
    market = snapshot(ETH=3500)
    market = replace(market, quotes={"ETH/USDT:USDT": quote(bad, index="3500")})
    with pytest.raises(NoData, match="impossible price for ETH/USDT:USDT"):
        market.quote("ETH/USDT:USDT", NOW)


@pytest.mark.parametrize("bad", ["-5", "NaN", "Infinity"])
def test_an_impossible_spot_price_is_refused_by_name(bad: str) -> None:
    market = replace(snapshot(ETH=3500), quotes={"ETH/USDT:USDT": quote("3500", index=bad)})
    with pytest.raises(NoData, match="impossible price for ETH/USDT:USDT"):
        market.price("ETH", NOW)


@pytest.mark.parametrize(("rate", "hours"), [("0.0001", 0), ("0.0001", -8), ("NaN", 8), ("Infinity", 8)])
def test_funding_that_cannot_be_is_refused(rate: str, hours: int) -> None:
    with pytest.raises(NoData, match="cannot be"):
        funding(rate, hours)


def test_where_the_mark_is_the_coins_price_what_was_paid_off_it_is_basis() -> None:
    spot = quote("3000", index="3000")
    assert spot.index_at(Decimal(3100)) == 3100
    assert replace(spot, own=False).index_at(Decimal(3100)) == 3000
