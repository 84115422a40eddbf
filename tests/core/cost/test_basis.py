"""Dated futures over spot, and who is paid as they meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cost.basis import annualised, basis, dated, dated_contracts, days_left, held_to_expiry
from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from tests.domain import NOW, contract, quote, snapshot

EXPIRY = NOW + timedelta(days=73)
FUTURE = contract("ETH", symbol="ETH/USDT:USDT-260822", expiry=EXPIRY)
PRICES = st.decimals("0.01", "100000", places=2)


def market(mark: str, index: str | None = None) -> Snapshot:
    """ETH at 3,500 spot with a perpetual and a future at `mark`."""
    found = snapshot(contract("ETH"), FUTURE, ETH=3500)
    own = quote(mark) if index is None else quote(mark, index=index)
    return replace(found, quotes={**found.quotes, FUTURE.symbol: own})


@given(PRICES, PRICES)
def test_contango_pays_the_short_and_backwardation_costs_it(future: Decimal, spot: Decimal) -> None:
    earned = held_to_expiry(future, spot)
    assert (earned > 0, earned < 0) == (future > spot, future < spot)
    assert (basis(future, spot) > 0) == (earned > 0)


@given(PRICES, PRICES, PRICES)
def test_short_future_and_long_spot_together_earn_the_basis_wherever_spot_ends(
    future: Decimal, spot: Decimal, end: Decimal
) -> None:
    assert (future - end) + (end - spot) == held_to_expiry(future, spot)


@given(PRICES, PRICES, st.integers(1, 1000))
def test_a_year_of_the_annual_rate_is_the_basis(future: Decimal, spot: Decimal, days: int) -> None:
    yearly = annualised(future, spot, Decimal(days))
    assert yearly * days / 365 == pytest.approx(basis(future, spot), rel=Decimal("1e-20"))


def test_days_left_have_their_fraction() -> None:
    assert days_left(NOW + timedelta(days=2, hours=6), NOW) == Decimal("2.25")
    assert days_left(NOW - timedelta(hours=12), NOW) == Decimal("-0.5")


def test_a_future_is_compared_with_the_spot_of_its_own_quote() -> None:
    found = dated(market("3564", index="3600"), FUTURE, NOW)
    assert found.spot == 3600
    assert found.basis == Decimal("-0.01")
    assert found.yearly == Decimal("-0.05")


def test_without_an_index_of_its_own_it_is_compared_with_the_coins_spot() -> None:
    found = dated(market("3535"), FUTURE, NOW)
    assert found.spot == 3500
    assert found.basis == Decimal("0.01")


def test_a_short_earns_the_whole_gap_by_expiry_and_its_share_before() -> None:
    found = dated(market("3535"), FUTURE, NOW)
    whole = found.earned(Decimal(3535), Decimal(73))
    assert whole == 35
    assert found.earned(Decimal(3535), Decimal(365)) == whole
    assert found.earned(Decimal(3535), Decimal("36.5")) == pytest.approx(whole / 2)


def test_an_expired_future_is_refused_by_name() -> None:
    with pytest.raises(NoData, match=f"{FUTURE.id} on testvenue has expired"):
        dated(market("3535"), FUTURE, EXPIRY)


def test_a_perpetual_is_no_dated_future() -> None:
    with pytest.raises(NoData):
        dated(market("3535"), contract("ETH"), NOW)


def test_a_future_with_an_old_price_is_refused() -> None:
    old = snapshot(contract("ETH"), FUTURE, age=timedelta(hours=1), ETH=3500)
    with pytest.raises(NoData, match="60 minutes old"):
        dated(old, FUTURE, NOW)


def test_dated_futures_are_listed_by_coin_and_date() -> None:
    later = contract("ETH", symbol="ETH/USDT:USDT-261225", expiry=datetime(2026, 12, 25, 8, tzinfo=UTC))
    bitcoin = contract("BTC", symbol="BTC/USDT:USDT-261225", expiry=datetime(2026, 12, 25, 8, tzinfo=UTC))
    found = snapshot(later, contract("ETH"), bitcoin, FUTURE, ETH=3500, BTC=90_000)
    assert dated_contracts(found) == [bitcoin, FUTURE, later]
