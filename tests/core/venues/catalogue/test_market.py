"""A catalogue as a market: contracts by rule, prices of another venue, nothing that is not known."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.cost.short import cost
from core.domain.errors import NoData
from core.domain.market import Health
from core.domain.quote import QUOTE_REFUSE, Quote
from core.domain.snapshot import Snapshot
from core.venues.catalogue import open_catalogue
from tests.core.venues.catalogue.given import Given, catalogue_market, seen
from tests.domain import NOW, contract, quote, snapshot

PRICES: dict[str, Any] = {"BTC": 60_000, "ETH": 3500, "SOL": 160, "XRP": "0.5"}


async def test_a_contract_is_its_row_at_an_expiry() -> None:
    listed = await catalogue_market(snapshot(**PRICES)).contracts()
    micro = listed["METM6"]
    assert (micro.id, micro.asset, micro.settle, micro.venue) == ("METM6", "ETH", "USD", "cme")
    assert micro.multiplier == Decimal("0.1")
    assert micro.expiry is not None
    assert f"{micro.expiry:%Y-%m-%d %H:%M %Z}" == "2026-06-26 15:00 UTC"
    assert (micro.lot, micro.min_count, micro.min_notional) == (Decimal(1), Decimal(1), Decimal(0))
    assert micro.least(Decimal(3500)) == 1
    assert micro.brackets_assumed
    assert micro.brokered


async def test_names_are_those_of_the_exchange() -> None:
    listed = await catalogue_market(snapshot(**PRICES), "coinbasederivatives").contracts()
    assert listed["BIT-26JUN26-CDE"].id == "BIT-26JUN26-CDE"
    assert {one.id for one in listed.values() if one.asset == "ETH"} == {
        "ET-26JUN26-CDE",
        "ET-31JUL26-CDE",
        "ET-28AUG26-CDE",
    }


async def test_a_fee_in_dollars_becomes_a_share_of_the_contract() -> None:
    listed = await catalogue_market(snapshot(**PRICES)).contracts()
    met = listed["METM6"]
    # $0.20 to the exchange and $0.85 to the broker on $350
    assert met.taker_fee == met.maker_fee == Decimal("1.05") / 350
    assert listed["MBTM6"].taker_fee == Decimal("3.35") / 6000
    assert listed["MSLM6"].taker_fee == Decimal("0.001")


async def test_mark_and_index_are_the_spot_price_of_the_other_venue() -> None:
    other = snapshot(**PRICES)
    other = replace(other, quotes={**other.quotes, "ETH/USDT:USDT": quote("3510", index="3500")})
    market = catalogue_market(other)
    quotes = await market.quotes()
    assert set(quotes) == set(await market.contracts())
    met = quotes["METM6"]
    assert met == Quote(Decimal(3500), NOW, index=Decimal(3500), own=False)


async def test_a_contract_quoted_by_the_thousand_is_quoted_by_the_thousand() -> None:
    other = snapshot(contract("SHIB", multiplier="1", scale="1"), SHIB="0.00000608")
    now = await seen(catalogue_market(other, "coinbasederivatives"))
    shib = now.contracts["SHB-26JUN26-CDE"]
    assert now.quotes[shib.symbol].mark == Decimal("0.00608")
    assert shib.value(now.quotes[shib.symbol].mark) == Decimal("60.8")
    assert now.price("SHIB", NOW) == Decimal("0.00000608")


async def test_there_is_no_funding() -> None:
    market = catalogue_market(snapshot(**PRICES))
    assert await market.funding() == {}
    assert await market.funding_history(list(await market.contracts()), NOW) == {}


async def test_basis_is_not_known_and_the_remarks_say_so() -> None:
    now = await seen(catalogue_market(snapshot(**PRICES)))
    future = now.contracts["METM6"]
    assert cost(now, future, Decimal(1000), 14, NOW, fee=None, record=None).basis is None
    assert any("their basis, is not known" in remark.sentence() for remark in now.remarks)


async def test_the_remarks_say_how_old_the_specification_is_and_where_prices_are_from() -> None:
    remarks = " ".join(each.sentence() for each in catalogue_market(snapshot(**PRICES)).remarks)
    assert "CME contracts: specification as of 15 Jan 2026." in remarks
    assert "Prices are spot on testvenue" in remarks
    assert "margin are assumed: your broker sets them" in remarks


@pytest.mark.parametrize("bad", ["NaN", "0", "-3500", "Infinity"])
async def test_an_impossible_price_passes_nothing_on(bad: str) -> None:
    other = snapshot(**PRICES)
    other = replace(other, quotes={**other.quotes, "ETH/USDT:USDT": quote(bad)})
    now = await seen(catalogue_market(other))
    assert {one.asset for one in now.contracts.values()} == {"BTC", "SOL", "XRP"}
    assert not any(symbol.startswith("MET") for symbol in now.quotes)
    assert now.problems == (
        "CME contracts on ETH are left out: testvenue gives an impossible price for ETH/USDT:USDT now. "
        "Try again in a minute.",
    )


async def test_an_impossible_index_passes_nothing_on() -> None:
    other = snapshot(**PRICES)
    other = replace(other, quotes={**other.quotes, "ETH/USDT:USDT": quote("3500", index="NaN")})
    now = await seen(catalogue_market(other))
    assert "ETH" not in {one.asset for one in now.contracts.values()}


async def test_a_price_that_is_too_old_passes_nothing_on() -> None:
    late = snapshot(age=QUOTE_REFUSE + timedelta(minutes=1), **PRICES)
    with pytest.raises(NoData, match="no usable price for any coin of CME"):
        await catalogue_market(late).quotes()


async def test_the_age_of_a_price_is_passed_on() -> None:
    now = await seen(catalogue_market(snapshot(age=timedelta(minutes=5), **PRICES)))
    assert now.age(NOW) == timedelta(minutes=5)


async def test_a_coin_without_a_price_is_left_out_and_named() -> None:
    now = await seen(catalogue_market(snapshot(BTC=60_000, ETH=3500)))
    assert {one.asset for one in now.contracts.values()} == {"BTC", "ETH"}
    assert [problem.split(":")[0] for problem in now.problems] == [
        "CME contracts on SOL are left out",
        "CME contracts on XRP are left out",
    ]


async def test_coins_without_a_future_have_a_spot_price() -> None:
    other = Given(snapshot(**PRICES, NEAR=3), PEPE="0.00001")
    market = open_catalogue("cme", other, lambda: NOW)
    spots = await market.spot(["NEAR", "PEPE", "NONE"])
    assert {asset: quote.mark for asset, quote in spots.items()} == {"NEAR": 3, "PEPE": Decimal("0.00001")}


async def test_the_other_market_is_not_closed() -> None:
    other = Given(snapshot(**PRICES))
    await open_catalogue("cme", other, lambda: NOW).close()
    assert not other.closed


async def test_its_health_is_that_of_the_other_venue_and_what_it_leaves_out() -> None:
    other = Given(snapshot(BTC=60_000, ETH=3500, SOL=160))
    other.health = Health(circuit="half-opened", calls=7, problems=("No bid.",))
    market = open_catalogue("cme", other, lambda: NOW)
    await market.quotes()
    assert (market.health.circuit, market.health.calls) == ("half-opened", 7)
    assert market.health.problems[0] == "No bid."
    assert "CME contracts on XRP are left out" in market.health.problems[1]


async def test_what_is_asked_for_first_is_asked_of_the_other_venue() -> None:
    other = Given(snapshot(**PRICES))
    open_catalogue("cme", other, lambda: NOW).favour(["ETH"])
    assert other.favoured == ("ETH",)


async def test_a_contract_that_ended_is_listed_no_more() -> None:
    figures = snapshot(**PRICES)
    ended = NOW.replace(month=6, day=26, hour=15, minute=0)
    moved = replace(figures, quotes={name: replace(q, at=ended) for name, q in figures.quotes.items()})
    before = await catalogue_market(figures).contracts()
    after = await catalogue_market(moved, now=ended).contracts()
    assert "METM6" in before
    assert "METM6" not in after
    assert "METX6" in after


def test_what_ends_together_gives_the_smaller_contract_first() -> None:
    end = NOW + timedelta(days=20)
    large = contract("SOL", multiplier="500", expiry=end, symbol="A")
    micro = contract("SOL", multiplier="25", expiry=end, symbol="B")
    sooner = contract("SOL", multiplier="100", expiry=NOW + timedelta(days=5), symbol="C")
    market: Snapshot = snapshot(large, micro, sooner, SOL=160)
    assert market.dated("SOL", NOW + timedelta(days=14)) == micro
    assert market.dated("SOL", NOW) == sooner
    assert market.dated("SOL", NOW + timedelta(days=60)) == micro


def test_what_a_future_trades_at_is_not_taken_for_spot() -> None:
    future = contract("SOL", expiry=NOW + timedelta(days=20))
    market = snapshot(future, SOL=160)
    assert market.price("SOL", NOW) == 160
    with pytest.raises(NoData, match="testvenue has no spot price for SOL"):
        replace(market, quotes={future.symbol: quote("161")}).price("SOL", NOW)
