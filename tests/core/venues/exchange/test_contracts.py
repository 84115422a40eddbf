"""The rules of every contract, as the venue publishes them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import NoData
from core.venues.exchange import open_exchange
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import EXCHANGE_INFO, PATHS, TIME
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import VenueServer


def row(venue: VenueServer, symbol: str) -> dict[str, Any]:
    """The venue's own row of a contract, to be tampered with."""
    info: Any = venue.answers[EXCHANGE_INFO]
    found: dict[str, Any] = next(row for row in info["symbols"] if row["symbol"] == symbol)
    return found


def filter_of(venue: VenueServer, symbol: str, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        entry for entry in row(venue, symbol)["filters"] if entry["filterType"] == kind
    )
    return found


async def test_a_perpetual_has_the_rules_that_the_venue_publishes(market: ExchangeMarket) -> None:
    ether = (await market.contracts())["ETH/USDT:USDT"]

    assert (ether.id, ether.asset, ether.settle, ether.venue) == ("ETHUSDT", "ETH", "USDT", "binanceusdm")
    assert (ether.multiplier, ether.scale) == (Decimal(1), Decimal(1))
    assert (ether.lot, ether.min_count, ether.max_count) == (
        Decimal("0.001"),
        Decimal("0.001"),
        Decimal(400000),
    )
    assert (ether.min_notional, ether.tick) == (Decimal(20), Decimal("0.1"))
    assert (ether.taker_fee, ether.maker_fee) == (Decimal("0.0005"), Decimal("0.0002"))
    assert ether.perpetual
    assert not ether.inverse
    assert ether.brackets_assumed
    assert market.health.problems == ()


async def test_rules_are_exact_to_the_digit(venue: VenueServer, market: ExchangeMarket) -> None:
    filter_of(venue, "SOLUSDT", "PRICE_FILTER")["tickSize"] = "0.00000000000000000001"
    filter_of(venue, "SOLUSDT", "MARKET_LOT_SIZE")["maxQty"] = "1234567890.123456789012345678"
    filter_of(venue, "SOLUSDT", "LOT_SIZE")["maxQty"] = "9234567890.123456789012345678"

    sol = (await market.contracts())["SOL/USDT:USDT"]

    assert sol.tick == Decimal("1e-20")
    assert sol.max_count == Decimal("1234567890.123456789012345678")


async def test_1000pepe_is_a_thousand_pepe(market: ExchangeMarket) -> None:
    pepe = (await market.contracts())["1000PEPE/USDT:USDT"]
    quoted = (await market.quotes())["1000PEPE/USDT:USDT"]

    assert (pepe.asset, pepe.multiplier, pepe.scale) == ("PEPE", Decimal(1000), Decimal(1000))
    assert quoted.mark == Decimal("0.0123")
    assert quoted.mark / pepe.scale == Decimal("0.0000123")
    assert pepe.value(quoted.mark) == Decimal("0.0123")


async def test_a_future_knows_when_it_expires(market: ExchangeMarket) -> None:
    contracts = await market.contracts()
    dated = [contract for contract in contracts.values() if not contract.perpetual]

    assert [contract.symbol for contract in dated] == ["ETH/USDT:USDT-260609"]
    assert dated[0].expiry == datetime(2026, 6, 9, 8, tzinfo=UTC)


async def test_the_tighter_of_two_order_limits_counts(venue: VenueServer, market: ExchangeMarket) -> None:
    filter_of(venue, "SOLUSDT", "MARKET_LOT_SIZE").update(minQty="5", maxQty="0")

    sol = (await market.contracts())["SOL/USDT:USDT"]

    assert sol.min_count == Decimal(5)
    assert sol.max_count == Decimal(5000000)


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "a lot", None])
@pytest.mark.parametrize(
    ("kind", "key"), [("LOT_SIZE", "stepSize"), ("PRICE_FILTER", "tickSize")], ids=["lot", "tick"]
)
async def test_a_broken_contract_is_left_out_by_name(
    venue: VenueServer, market: ExchangeMarket, kind: str, key: str, wrong: str | None
) -> None:
    filter_of(venue, "SOLUSDT", kind)[key] = wrong

    contracts = await market.contracts()

    assert "SOL/USDT:USDT" not in contracts
    assert "ETH/USDT:USDT" in contracts
    assert len(market.health.problems) == 1
    assert "SOL/USDT:USDT" in market.health.problems[0]


@pytest.mark.parametrize(
    "change",
    [
        {"contractSize": "0"},
        {"contractSize": "NaN"},
        {"baseAsset": "SOL/X"},
        {"marginAsset": "XRP"},
        {"contractType": "CURRENT_QUARTER", "deliveryDate": 1700000000000},
        {"contractType": "CURRENT_QUARTER", "deliveryDate": 17000000000000000000},
    ],
    ids=str,
)
async def test_an_impossible_contract_is_left_out_by_name(
    venue: VenueServer, market: ExchangeMarket, change: dict[str, object]
) -> None:
    row(venue, "SOLUSDT").update(change)

    contracts = await market.contracts()

    assert {contract.asset for contract in contracts.values()} == {"ETH", "BTC", "NEAR", "PEPE"}
    assert len(market.health.problems) == 1


@pytest.mark.parametrize("broken", ["SOLUSDT", None, 7, {"symbol": "XUSDT"}, {"status": "OK"}], ids=str)
async def test_a_row_that_cannot_be_read_hides_no_other(
    venue: VenueServer, market: ExchangeMarket, broken: object
) -> None:
    info: Any = venue.answers[EXCHANGE_INFO]
    info["symbols"].insert(0, broken)

    assert "ETH/USDT:USDT" in await market.contracts()


async def test_a_row_that_cannot_be_read_is_named(venue: VenueServer, market: ExchangeMarket) -> None:
    row(venue, "SOLUSDT")["marginAsset"] = None

    assert "SOL/USDT:USDT" not in await market.contracts()
    assert market.health.problems == ("Binance lists a contract that cannot be read: SOLUSDT.",)


async def test_contracts_that_are_not_traded_or_not_in_dollars_are_passed_over(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    row(venue, "SOLUSDT")["status"] = "SETTLING"
    row(venue, "NEARUSDT").update(quoteAsset="BTC", marginAsset="BTC")

    contracts = await market.contracts()

    assert {contract.asset for contract in contracts.values()} == {"ETH", "BTC", "PEPE"}
    assert market.health.problems == ()


async def test_a_coin_margined_contract_counts_dollars(venue: VenueServer, market: ExchangeMarket) -> None:
    row(venue, "ETHUSDT").update(quoteAsset="USD", marginAsset="ETH", contractSize="10")

    ether = (await market.contracts())["ETH/USD:ETH"]

    assert ether.inverse
    assert ether.value(Decimal(3500)) == Decimal(10)


async def test_only_public_endpoints_are_asked(venue: VenueServer, market: ExchangeMarket) -> None:
    await market.contracts()
    await market.quotes()
    await market.funding()
    await market.closes({"SOL": NOW.date().replace(day=1)})
    await market.funding_history(["SOL/USDT:USDT"], NOW.replace(day=1))

    assert set(venue.counts) == set(PATHS)
    assert {request.method for request in venue.asked} == {"GET"}
    assert not any("signature" in request.query or "apiKey" in request.query for request in venue.asked)


async def test_a_mirror_with_a_path_of_its_own_keeps_it(venue: VenueServer) -> None:
    venue.answers |= {f"/mirror{path}": body for path, body in venue.answers.items()}
    market = opened(f"{venue.url}/mirror/")
    try:
        await market.contracts()
    finally:
        await market.close()

    assert set(venue.counts) == {f"/mirror{EXCHANGE_INFO}", f"/mirror{TIME}"}


async def test_the_usual_proxy_variables_are_heeded(
    venue: VenueServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", venue.url)
    market = opened("http://binance.invalid")
    try:
        assert "ETH/USDT:USDT" in await market.contracts()
    finally:
        await market.close()

    assert {request.host for request in venue.asked} == {"binance.invalid"}


def test_an_unknown_venue_is_named() -> None:
    with pytest.raises(NoData, match=r"no exchange “kraken”.*binanceusdm"):
        open_exchange("kraken", clock=lambda: NOW)


async def test_recorded_contracts_are_all_read(recorded: dict[tuple[str, str], Any]) -> None:
    async with VenueServer(
        {EXCHANGE_INFO: recorded[EXCHANGE_INFO, ""], TIME: {"serverTime": int(NOW.timestamp() * 1000)}}
    ) as venue:
        market = opened(venue.url)
        contracts = await market.contracts()
        await market.close()

    ether = contracts["ETH/USDT:USDT"]
    assert len(contracts) == 25
    assert market.health.problems == ()
    assert (ether.lot, ether.tick, ether.min_notional) == (Decimal("0.001"), Decimal("0.01"), Decimal(20))
    assert ether.max_count == Decimal(2000)
    assert ether.least(Decimal(2500)) == Decimal("0.008")
    assert contracts["BTC/USDT:USDT"].min_notional == Decimal(100)
    assert {contract.venue for contract in contracts.values()} == {"binanceusdm"}


@pytest.mark.parametrize("kind", ["EQUITY", "COMMODITY", "INDEX"])
async def test_a_share_with_the_ticker_of_a_coin_is_no_contract_of_ours(
    venue: VenueServer, market: ExchangeMarket, kind: str
) -> None:
    info: Any = venue.answers[EXCHANGE_INFO]
    share = next(each for each in info["symbols"] if each["symbol"] == "SOLUSDT")
    share["underlyingType"] = kind

    assert "SOL/USDT:USDT" not in await market.contracts()
    assert market.health.problems == ()
