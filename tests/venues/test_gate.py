"""Traps of Gate."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.venues.gate import API, CASE, HOURS, inverse, perpetual, tiers
from tests.venues.look import opened
from tests.venues.world import MARKS, NOW

CONTRACTS, RISK = f"{API}/futures/usdt/contracts", f"{API}/futures/usdt/risk_limit_tiers"
INVERSE = f"{API}/futures/btc/contracts"


async def test_a_bitcoin_contract_is_a_ten_thousandth_of_a_coin_and_worth_six_dollars() -> None:
    async with opened(CASE.venue) as (_, market):
        contract = (await market.contracts())["BTC/USDT:USDT"]
        assert contract.value(Decimal(60000)) == 6
        assert contract.quantity(Decimal(25), Decimal(60000)) == Decimal("0.0025")


async def test_a_quanto_multiplier_of_nothing_is_an_inverse_contract_of_one_dollar() -> None:
    async with opened(CASE.venue) as (_, market):
        contract = (await market.contracts())["BTC/USD:BTC"]
        assert contract.inverse
        assert contract.value(Decimal(60000)) == 1


async def test_a_contract_settled_in_a_third_coin_is_refused_though_ccxt_calls_it_inverse() -> None:
    quanto = inverse("ETH", quanto_multiplier="0.000001")
    async with opened(CASE.venue, {INVERSE: [quanto]}) as (_, market):
        assert "ETH/USD:BTC" not in await market.contracts()
        assert any("ETH/USD:BTC in a third coin" in problem for problem in market.health.problems)


async def test_a_contract_that_is_being_delisted_can_only_be_closed_though_it_says_that_it_trades() -> None:
    leaving = [perpetual("BTC"), perpetual("ETH", in_delisting=True, status="trading")]
    async with opened(CASE.venue, {CONTRACTS: leaving}) as (_, market):
        listed = await market.contracts()
        assert listed["BTC/USDT:USDT"].condition == "trading"
        assert listed["ETH/USDT:USDT"].condition == "reduce only"


async def test_a_market_order_may_be_smaller_than_a_limit_order() -> None:
    async with opened(CASE.venue) as (_, market):
        assert (await market.contracts())["BTC/USDT:USDT"].max_count == 250000


async def test_brackets_of_more_contracts_than_a_page_holds_are_all_read() -> None:
    coins = [*MARKS, *(f"C{number}" for number in range(240))]
    changed = {
        CONTRACTS: [perpetual(coin) for coin in coins],
        RISK: tiers([f"{coin}_USDT" for coin in coins]),
    }
    async with opened(CASE.venue, changed) as (server, market):
        listed = await market.contracts()
        assert not any(listed[f"{coin}/USDT:USDT"].brackets_assumed for coin in coins)
        assert server.counts[RISK] == 3


@pytest.mark.parametrize(
    ("seconds", "hours"), [(3600, 1), (7200, 2), (14400, 4), (28800, 8)], ids="{}".format
)
async def test_an_interval_that_ccxt_does_not_know_is_read_too(seconds: int, hours: int) -> None:
    rows = [perpetual("BTC", funding_interval=seconds)]
    async with opened(CASE.venue, {CONTRACTS: rows}) as (_, market):
        assert (await market.funding())["BTC/USDT:USDT"].interval_hours == hours


async def test_a_contract_without_an_interval_has_no_funding() -> None:
    rows = [perpetual("BTC", funding_interval=None), perpetual("ETH")]
    async with opened(CASE.venue, {CONTRACTS: rows}) as (_, market):
        assert "BTC/USDT:USDT" not in await market.funding()
        said = "Gate does not say how often BTC/USDT:USDT settles funding."
        assert said in market.health.problems


async def test_without_the_inverse_listing_the_others_keep_their_funding() -> None:
    async with opened(CASE.venue) as (server, market):
        await market.contracts()
        server.answers[INVERSE] = {"label": "SERVER_ERROR"}
        rates = await market.funding()
        assert rates["BTC/USDT:USDT"].rate == Decimal("0.0001")
        assert "BTC/USD:BTC" not in rates


async def test_without_the_listing_there_is_no_funding_and_prices_stay() -> None:
    async with opened(CASE.venue) as (server, market):
        await market.contracts()
        server.answers[CONTRACTS] = {"label": "SERVER_ERROR"}
        assert (await market.quotes())["BTC/USDT:USDT"].mark == Decimal("60012.5")
        assert "BTC/USDT:USDT" not in await market.funding()


async def test_a_history_longer_than_a_page_is_read_backwards_to_its_start() -> None:
    since = NOW - timedelta(days=200)
    async with opened(CASE.venue) as (server, market):
        found = (await market.funding_history(["SOL/USDT:USDT"], since))["SOL/USDT:USDT"]
        steps = (found.times[1:] - found.times[:-1]).astype(int)
        assert len(found.times) == 200 * 24 // HOURS["SOL"]
        assert set(steps) == {2 * 3600}
        assert server.counts[f"{API}/futures/usdt/funding_rate"] == 3
