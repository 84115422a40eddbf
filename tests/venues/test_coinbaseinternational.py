"""Traps of Coinbase International."""

from datetime import datetime, timedelta
from decimal import Decimal

from tests.venue_server import Query
from tests.venues.coinbaseinternational import API, CASE, answer, instrument, instruments, paid
from tests.venues.look import opened
from tests.venues.past import FIRST
from tests.venues.world import NOW, ms

BTC = "BTC/USDC:USDC"
LISTING, SUMMARY = f"{API}/get_instruments", f"{API}/get_book_summary_by_currency"
HISTORY = f"{API}/get_funding_rate_history"


async def test_an_amount_is_coins_whatever_the_contract_size() -> None:
    row = instrument("SOL_USDC-PERPETUAL", "SOL", 0.01, 0.1, contract_size=0.1)
    async with opened(CASE.venue, {LISTING: answer([row])}) as (_, market):
        contract = (await market.contracts())["SOL/USDC:USDC"]
        assert contract.quantity(Decimal("2.5"), Decimal(150)) == Decimal("2.5")
        assert contract.least(Decimal(150)) == Decimal("0.1")


async def test_a_rate_for_eight_hours_is_an_eighth_of_it_an_hour() -> None:
    row = {
        "instrument_name": "BTC_USDC-PERPETUAL", "mark_price": 60000, "current_funding": -0.0008,
        "funding_8h": 0.5, "creation_timestamp": ms(NOW),
    }  # fmt: skip
    async with opened(CASE.venue, {SUMMARY: answer([row])}) as (_, market):
        rate = (await market.funding())[BTC]
        assert (rate.rate, rate.interval_hours) == (Decimal("-0.0001"), 1)


async def test_a_past_hour_paid_what_that_hour_did_and_not_the_last_eight() -> None:
    row = {"timestamp": ms(NOW.replace(minute=0)), "interest_1h": 0.00001, "interest_8h": 0.00008}
    async with opened(CASE.venue, {HISTORY: answer([row])}) as (_, market):
        found = await market.funding_history([BTC], NOW - timedelta(days=1))
        assert list(found[BTC].rates) == [0.00001]


async def test_hours_without_a_row_and_days_before_the_listing_do_not_end_a_history() -> None:
    hole = ms(NOW - timedelta(days=40))

    def holed(query: Query) -> object:
        rows = paid(query)["result"]
        assert isinstance(rows, list)
        return answer([row for row in rows if not hole <= row["timestamp"] < hole + 7_200_000])

    async with opened(CASE.venue, {HISTORY: holed}) as (server, market):
        since = FIRST - timedelta(days=60)
        found = (await market.funding_history([BTC], since))[BTC]
        assert len(found.times) == (NOW - FIRST) // timedelta(hours=1) + 1 - 2
        assert found.times[0].astype(datetime) == FIRST.replace(tzinfo=None)
        assert server.counts[HISTORY] == -(-(NOW - since) // timedelta(hours=500))


async def test_combinations_options_and_inverse_contracts_are_none_of_ours() -> None:
    async with opened(CASE.venue) as (_, market):
        ids = {contract.id for contract in (await market.contracts()).values()}
        others = {str(row["instrument_name"]) for row in instruments()} - ids
        assert others == {
            "BTC-PERPETUAL", "LUNA_USDC-PERPETUAL", "AAPL_USDC-PERPETUAL", "BTC-FS-25SEP26_PERP",
            "BTC_USDC-25SEP26-50000-C", "BTC_USDC",
        }  # fmt: skip


async def test_one_request_gives_all_prices_and_funding() -> None:
    async with opened(CASE.venue) as (server, market):
        await market.contracts()
        await market.quotes()
        await market.funding()
        assert server.counts[SUMMARY] == 1


async def test_prices_that_are_old_keep_their_age() -> None:
    row = {
        "instrument_name": "BTC_USDC-PERPETUAL",
        "mark_price": 60000,
        "creation_timestamp": ms(NOW) - 600_000,
    }
    async with opened(CASE.venue, {SUMMARY: answer([row])}) as (_, market):
        assert (await market.quotes())[BTC].at == NOW - timedelta(minutes=10)
