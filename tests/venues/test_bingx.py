"""BingX's traps: a size of nothing, flags for programs, names of shares, a time that is not the price's."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.venue_server import Query
from tests.venues.bingx import INVERSE, LINEAR, SPOT, answer, contract, premium, spot_klines
from tests.venues.look import opened
from tests.venues.world import LISTED, NOW, days

RECORDED = Path(__file__).parents[2].parent / "shared" / "exchanges" / "bingx"
CONTRACTS, PREMIUM = f"{LINEAR}/v2/quote/contracts", f"{LINEAR}/v2/quote/premiumIndex"


def recorded(name: str) -> Any:
    """An answer of BingX's as it was written down beside the checkout."""
    path = RECORDED / name
    if not path.is_file():
        pytest.skip(f"no answers of BingX beside the checkout ({name})")
    return json.loads(path.read_text())


async def test_the_recorded_contracts_are_one_coin_each_though_their_size_is_nothing() -> None:
    changed = {
        CONTRACTS: recorded("swap_contracts.json"),
        f"{SPOT}/common/symbols": recorded("spot_symbols.json"),
    }
    async with opened("bingx", changed) as (_, market):
        contracts = await market.contracts()
        assert market.health.problems == ()
    assert {found.multiplier for found in contracts.values()} == {1}
    read = {found.asset: (found.lot, found.min_count, found.tick) for found in contracts.values()}
    assert read == {
        "BTC": (Decimal("0.0001"), Decimal("0.0001"), Decimal("0.1")),
        "ETH": (Decimal("0.01"), Decimal("0.01"), Decimal("0.01")),
        "LTC": (Decimal("0.1"), Decimal("0.1"), Decimal("0.01")),
        "ADA": (Decimal(1), Decimal(1), Decimal("0.00001")),
    }
    assert {found.min_notional for found in contracts.values()} == {2}


async def test_the_documented_prices_are_read() -> None:
    samples = recorded("endpoint_samples.json")["answers"]
    row = samples["PerpetualFutures/ExchangeData/GetFundingRate"]["body"]["data"]
    async with opened("bingx", {PREMIUM: answer([row])}) as (_, market):
        quote = (await market.quotes())["BTC/USDT:USDT"]
    assert (quote.mark, quote.index) == (Decimal("42216.4"), Decimal("42219.9"))


async def test_brackets_need_a_key_so_they_are_assumed_and_said_to_be() -> None:
    async with opened("bingx") as (_, market):
        assert all(found.brackets_assumed for found in (await market.contracts()).values())


@pytest.mark.parametrize(
    ("changed", "condition"),
    [
        ({"status": 1, "apiStateOpen": "false", "apiStateClose": "false"}, "trading"),
        ({"status": 25}, "reduce only"),
        ({"status": 5}, None),
        ({"status": 0}, None),
    ],
)
async def test_a_contract_is_for_people_to_trade_and_not_for_programs(
    changed: dict[str, object], condition: str | None
) -> None:
    rows = [contract("ETH-USDT", 2, 2), contract("XRP-USDT", 4, 0, **changed)]
    async with opened("bingx", {CONTRACTS: answer(rows)}) as (_, market):
        found = (await market.contracts()).get("XRP/USDT:USDT")
        assert (found.condition if found else None) == condition


async def test_shares_and_metals_are_left_out_and_coins_of_like_names_are_not() -> None:
    names = ["NCSKTSLA2USD", "NCCOGOLD2USD", "NCFXEUR2USD", "NCSISP5002USD", "NCT", "NCASH"]
    rows = [contract(f"{name}-USDT", 2, 2) for name in names]
    async with opened("bingx", {CONTRACTS: answer(rows)}) as (_, market):
        assert {found.asset for found in (await market.contracts()).values()} == {"NCT", "NCASH"}


async def test_the_age_of_a_price_is_not_that_of_the_last_settlement() -> None:
    async with opened("bingx") as (_, market):
        assert {quote.at for quote in (await market.quotes()).values()} == {NOW}
        assert {rate.at for rate in (await market.funding()).values()} == {NOW}


async def test_a_contract_that_does_not_say_how_often_it_settles_has_no_funding() -> None:
    silent = {key: value for key, value in premium("BTC-USDT").items() if key != "fundingIntervalHours"}
    async with opened("bingx", {PREMIUM: answer([silent, premium("ETH-USDT")])}) as (_, market):
        assert list(await market.funding()) == ["ETH/USDT:USDT"]
        assert "BingX does not say how often BTC/USDT:USDT settles funding." in market.health.problems


async def test_past_funding_of_every_hour_is_whole_though_an_answer_has_the_newest_only() -> None:
    async with opened("bingx") as (server, market):
        found = await market.funding_history(["1000PEPE/USDT:USDT"], NOW - timedelta(days=60))
        assert len(found["1000PEPE/USDT:USDT"].times) == 60 * 24
        assert server.counts[f"{LINEAR}/v2/quote/fundingRate"] == 2


async def test_a_contract_settled_in_its_coin_is_not_offered_nor_asked_about() -> None:
    async with opened("bingx") as (server, market):
        contracts = await market.contracts()
        await market.quotes()
        assert not any(found.inverse for found in contracts.values())
        assert await market.funding_history(["BTC/USD:BTC"], NOW - timedelta(days=1)) == {}
        assert {path for path in server.counts if path.startswith(INVERSE)} == {f"{INVERSE}/contracts"}


async def test_days_of_the_spot_market_begin_at_midnight_utc() -> None:
    async with opened("bingx") as (_, market):
        assert len((await market.closes({"KAS": LISTED}))["KAS"].days) == len(days())


async def test_days_that_begin_in_beijing_are_refused_by_name() -> None:
    def native(query: Query) -> Any:
        return spot_klines({**query, "timeZone": "8"})

    async with opened("bingx", {f"{SPOT}/market/kline": native}) as (_, market):
        assert await market.closes({"KAS": LISTED}) == {}
        assert "BingX gives days of KAS that do not begin at midnight UTC." in market.health.problems


async def test_a_contract_is_on_the_coin_that_is_displayed() -> None:
    rows = [
        contract("BTC-USDT", 1, 4),
        contract("TRUMPSOL-USDT", 3, 1, displayName="TRUMP-USDT"),
        contract("TRUMP-USDT", 3, 1, displayName="TRUMPMAGA-USDT"),
    ]
    async with opened("bingx", {CONTRACTS: answer(rows)}) as (_, market):
        found = {each.id: each.asset for each in (await market.contracts()).values()}
        assert market.health.problems == ()
    assert found == {"BTC-USDT": "BTC", "TRUMPSOL-USDT": "TRUMP", "TRUMP-USDT": "TRUMPMAGA"}


@pytest.mark.parametrize("own", ["TRUMP", "TRUMPSOL", "OMNI"])
async def test_a_ticker_that_is_another_coin_on_its_spot_market_is_refused_where_nothing_is_displayed(
    own: str,
) -> None:
    rows = [contract("BTC-USDT", 1, 4), contract(f"{own}-USDT", 3, 1)]
    async with opened("bingx", {CONTRACTS: answer(rows)}) as (_, market):
        assert [each.asset for each in (await market.contracts()).values()] == ["BTC"]
        (problem,) = market.health.problems
    assert problem.startswith(f"BingX lists {own}, which is ")
