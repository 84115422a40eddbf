"""The rules of every contract hang together; quarterly futures end on last Fridays and roll."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.coins.asset import canonical
from core.domain.contract import Contract
from core.margin import tiered
from core.venues.simulated.assets import ASSETS
from core.venues.simulated.listing import TIERS, quarterly_expiries
from core.venues.simulated.market import SimulatedMarket
from tests.core.venues.simulated.moments import BEGAN, Clock, contracts, market, quotes

LISTED = contracts(market())
EACH = pytest.mark.parametrize("contract", LISTED.values(), ids=list(LISTED))


def maintenance(contract: Contract, notional: Decimal) -> Decimal:
    tier = max((tier for tier in contract.brackets if tier.floor <= notional), key=lambda tier: tier.floor)
    return notional * tier.rate - tier.cum


@EACH
def test_order_sizes_fit_their_lot(contract: Contract) -> None:
    assert contract.lot > 0
    assert contract.min_count > 0
    assert contract.min_count % contract.lot == 0
    assert contract.max_count is not None
    assert contract.max_count > contract.min_count
    assert contract.max_count % contract.lot == 0
    assert contract.tick > 0
    assert contract.min_notional > 0


@EACH
def test_maintenance_has_no_step_where_tiers_meet(contract: Contract) -> None:
    assert contract.brackets[0].floor == contract.brackets[0].cum == 0
    assert not contract.brackets_assumed
    for lower, upper in pairwise(contract.brackets):
        assert lower.floor < upper.floor
        assert lower.rate < upper.rate
        assert lower.max_leverage > upper.max_leverage
        assert upper.floor * lower.rate - lower.cum == upper.floor * upper.rate - upper.cum


@EACH
def test_a_position_at_the_greatest_leverage_is_not_liquidated_at_once(contract: Contract) -> None:
    for tier in contract.brackets:
        assert tier.rate < 1 / tier.max_leverage
        assert 0 <= maintenance(contract, tier.floor) <= tier.floor * tier.rate


def test_cum_is_as_worked_out_by_hand() -> None:
    made = tiered(((0, "0.004", 125), (300_000, "0.005", 100), (800_000, "0.0065", 75)))
    assert [tier.cum for tier in made] == [0, 300, 1500]


def test_bitcoin_starts_at_125_times_and_altcoins_at_50() -> None:
    first = LISTED["BTC/USDT:USDT"].brackets[0]
    assert (first.rate, first.max_leverage) == (Decimal("0.004"), Decimal(125))
    first, last = LISTED["LINK/USDT:USDT"].brackets[0], LISTED["LINK/USDT:USDT"].brackets[-1]
    assert (first.rate, first.max_leverage, last.rate) == (Decimal("0.01"), Decimal(50), Decimal("0.25"))


def test_every_asset_has_a_perpetual_and_known_tiers() -> None:
    assert {contract.asset for contract in LISTED.values() if contract.perpetual} == set(ASSETS)
    assert {asset.tiers for asset in ASSETS.values()} == set(TIERS)


def test_every_symbol_names_the_asset_and_how_many_coins_its_price_is_for() -> None:
    for symbol, contract in LISTED.items():
        assert contract.symbol == symbol
        assert canonical(symbol.split("/")[0]) == (contract.asset, contract.scale)


def test_ids_are_the_venues_own_and_each_is_used_once() -> None:
    assert LISTED["ETH/USDT:USDT"].id == "ETHUSDT"
    assert len({contract.id for contract in LISTED.values()}) == len(LISTED)


def test_a_micro_contract_of_ether_is_a_hundredth_of_a_coin() -> None:
    contract = LISTED["ETH/USDT:USDT"]
    assert contract.quantity(Decimal(1), Decimal(3500)) == Decimal("0.01")
    assert contract.value(Decimal(3500)) == 35


def test_most_contracts_are_small_and_one_is_coarse() -> None:
    found = quotes(market())
    worth = {
        contract.asset: float(contract.value(found[symbol].mark))
        for symbol, contract in LISTED.items()
        if contract.perpetual and not contract.inverse
    }
    assert worth.pop("BNB") > 200
    assert worth.pop("BTC") < 300
    assert all(0.5 < usd < 100 for usd in worth.values())


def test_a_price_of_1000pepe_is_for_a_thousand_coins() -> None:
    contract = LISTED["1000PEPE/USDT:USDT"]
    quote = quotes(market())["1000PEPE/USDT:USDT"]
    assert contract.asset == "PEPE"
    assert contract.scale == 1000
    assert contract.value(quote.mark) == contract.multiplier * (quote.mark / 1000)
    assert Decimal("1e-7") < quote.mark / contract.scale < Decimal("1e-3")


def test_coin_margined_contracts_are_in_dollars_and_settle_in_the_coin() -> None:
    inverse = {symbol: contract for symbol, contract in LISTED.items() if contract.inverse}
    assert {symbol: contract.multiplier for symbol, contract in inverse.items()} == {
        "BTC/USD:BTC": 100,
        "ETH/USD:ETH": 10,
    }
    for contract in inverse.values():
        assert contract.settle == contract.asset
        assert contract.value(Decimal(12345)) == contract.multiplier


def test_the_next_two_quarters_are_listed() -> None:
    dated = {symbol for symbol, contract in LISTED.items() if not contract.perpetual}
    assert dated == {
        "BTC/USDT:USDT-260626",
        "BTC/USDT:USDT-260925",
        "ETH/USDT:USDT-260626",
        "ETH/USDT:USDT-260925",
    }


def test_a_future_is_gone_from_the_moment_it_expires_and_the_next_quarter_comes() -> None:
    expiry = datetime(2026, 6, 26, 8, tzinfo=UTC)
    clock = Clock(expiry - timedelta(seconds=1))
    asked = SimulatedMarket(7, "calm", clock, began=BEGAN)
    last = quotes(asked)["BTC/USDT:USDT-260626"]
    assert last.index is not None
    assert float(last.mark / last.index) == pytest.approx(1, abs=1e-6)
    clock.now = expiry
    assert "BTC/USDT:USDT-260626" not in contracts(asked)
    assert "BTC/USDT:USDT-260626" not in quotes(asked)
    assert "BTC/USDT:USDT-261225" in quotes(asked)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_expiries_are_the_last_fridays_of_the_next_two_quarters(now: datetime) -> None:
    ends = quarterly_expiries(now)
    assert len(ends) == 2
    assert now < ends[0] < ends[1]
    assert ends[0] - now < timedelta(days=99)
    assert timedelta(days=84) <= ends[1] - ends[0] <= timedelta(days=98)
    for end in ends:
        assert end.weekday() == 4
        assert end.month in (3, 6, 9, 12)
        assert (end + timedelta(days=7)).month != end.month
        assert (end.hour, end.minute, end.utcoffset()) == (8, 0, timedelta(0))
