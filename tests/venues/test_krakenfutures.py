"""Traps of Kraken Futures."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from tests.venues.krakenfutures import API, CASE, instrument, tickers
from tests.venues.look import opened
from tests.venues.world import NOW

Json = dict[str, object]
TICKERS, INSTRUMENTS = f"{API}/tickers", f"{API}/instruments"


def saying(change: Callable[[Json], Json]) -> dict[str, object]:
    """The venue with another ticker of the bitcoin perpetual."""
    rows = [change(row) if row["symbol"] == "PF_XBTUSD" else row for row in tickers()]
    return {TICKERS: {"result": "success", "tickers": rows}}


async def test_funding_is_dollars_a_coin_and_of_an_inverse_contract_coins_a_dollar() -> None:
    rows = [
        {"symbol": "PF_XBTUSD", "markPrice": 60000, "fundingRate": 1.2, "fundingRatePrediction": 9},
        {"symbol": "PI_XBTUSD", "markPrice": 50000, "fundingRate": -4e-10, "fundingRatePrediction": 9},
    ]
    async with opened(CASE.venue, {TICKERS: {"result": "success", "tickers": rows}}) as (_, market):
        rates = await market.funding()
        assert rates["BTC/USD:USD"].rate == Decimal("0.00002")
        assert rates["BTC/USD:BTC"].rate == Decimal("-0.00002")


async def test_a_contract_whose_funding_is_missing_is_refused_by_name() -> None:
    without = saying(lambda row: {name: row[name] for name in row if name != "fundingRate"})
    async with opened(CASE.venue, without) as (_, market):
        assert "BTC/USD:USD" not in await market.funding()
        said = "Kraken Futures gives no usable funding rate for BTC/USD:USD."
        assert said in market.health.problems


async def test_funding_that_no_hour_can_have_is_refused() -> None:
    async with opened(CASE.venue, saying(lambda row: {**row, "fundingRate": 30000})) as (_, market):
        assert "BTC/USD:USD" not in await market.funding()


async def test_a_price_is_not_as_old_as_the_last_trade() -> None:
    quiet = saying(lambda row: {**row, "lastTime": "2026-05-01T00:00:00.000Z"})
    async with opened(CASE.venue, quiet) as (_, market):
        assert (await market.quotes())["BTC/USD:USD"].at == NOW


async def test_margin_levels_are_dollars_and_of_inverse_contracts_contracts_of_a_dollar() -> None:
    rows = [
        {**instrument("PF_XBTUSD", 1, 4), "marginLevels": [
            {"numNonContractUnits": 0, "contracts": None, "initialMargin": 0.1, "maintenanceMargin": 0.05},
            {"numNonContractUnits": 7000, "contracts": None, "initialMargin": 0.5, "maintenanceMargin": 0.25},
        ]},
        {**instrument("PI_XBTUSD", 0.5, 0), "marginLevels": [
            {"contracts": 0, "initialMargin": 0.1, "maintenanceMargin": 0.05},
            {"contracts": 9000, "initialMargin": 0.5, "maintenanceMargin": 0.25},
        ]},
    ]  # fmt: skip
    async with opened(CASE.venue, {INSTRUMENTS: {"result": "success", "instruments": rows}}) as (_, market):
        listed = await market.contracts()
        linear, inverse = listed["BTC/USD:USD"].brackets, listed["BTC/USD:BTC"].brackets
        assert [bracket.floor for bracket in linear] == [0, 7000]
        assert [bracket.floor for bracket in inverse] == [0, 9000]
        assert [bracket.max_leverage for bracket in linear] == [10, 2]


async def test_a_contract_without_margin_levels_keeps_the_assumed_brackets() -> None:
    rows = [instrument("PF_XBTUSD", 1, 4, marginLevels=[]), instrument("PF_ETHUSD", 0.1, 3)]
    async with opened(CASE.venue, {INSTRUMENTS: {"result": "success", "instruments": rows}}) as (_, market):
        listed = await market.contracts()
        assert listed["BTC/USD:USD"].brackets_assumed
        assert not listed["ETH/USD:USD"].brackets_assumed


async def test_one_count_is_a_coin_and_only_whole_thousands_of_a_cheap_one() -> None:
    async with opened(CASE.venue) as (_, market):
        listed = await market.contracts()
        assert listed["BTC/USD:USD"].quantity(Decimal("0.0001"), Decimal(60000)) == Decimal("0.0001")
        assert listed["PEPE/USD:USD"].least(Decimal("0.00001")) == 1000


async def test_one_request_gives_all_prices_and_funding_and_one_a_whole_history() -> None:
    async with opened(CASE.venue) as (server, market):
        await market.contracts()
        await market.quotes()
        await market.funding()
        assert server.counts[TICKERS] == 1
        found = await market.funding_history(["BTC/USD:USD"], NOW - timedelta(days=300))
        assert len(found["BTC/USD:USD"].times) == 300 * 24
        assert server.counts["/derivatives/api/v4/historicalfundingrates"] == 1


async def test_a_share_is_no_coin_and_a_price_in_bitcoin_no_price_in_dollars() -> None:
    rows = [
        instrument("PF_XBTUSD", 1, 4),
        instrument("PF_TSLAXUSD", 0.01, 2, tradfi=True),
        instrument("PF_XRPXBT", 0.00000001, 0, quote="XBT"),
    ]
    async with opened(CASE.venue, {INSTRUMENTS: {"result": "success", "instruments": rows}}) as (_, market):
        assert list(await market.contracts()) == ["BTC/USD:USD"]


async def test_the_margin_levels_are_those_of_retail_clients_where_they_have_their_own() -> None:
    retail = [{"contracts": 0, "initialMargin": 0.5, "maintenanceMargin": 0.25}]
    rows = [instrument("PI_XBTUSD", 0.5, 0, retailMarginLevels=retail), instrument("PF_ETHUSD", 0.1, 3)]
    async with opened(CASE.venue, {INSTRUMENTS: {"result": "success", "instruments": rows}}) as (_, market):
        (only,) = (await market.contracts())["BTC/USD:BTC"].brackets
        assert only.rate == Decimal("0.25")
        assert only.max_leverage == 2
