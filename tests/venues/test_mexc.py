"""MEXC's traps: contracts of many coins, limits in contracts, intervals that are asked for one by one."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.chat.router import Conversation
from bot.wording.notices.told_facts import ToldFacts, short_subject
from core.alert.facts import Facts
from core.domain.contract import Contract
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.conversation import Clock, Talk
from tests.venue_server import Answer
from tests.venues.look import opened
from tests.venues.mexc import CONTRACT, LISTED, STEPS, answer, contract, funding, kline, listing, ticker
from tests.venues.world import NOW

RECORDED = Path(__file__).parents[2].parent / "shared" / "exchanges" / "mexc"
PRICES = {"BTC": 60012.5, "ETH": 3001.5, "SOL": 150.15, "XRP": 2.5, "DOGE": 0.2, "PEPE": 0.00001}
BULK = f"{CONTRACT}/funding_rate"
REFUSED = Answer({"success": False, "code": 404, "message": "not found"}, status=404)


def recorded() -> list[dict[str, Any]]:
    """What MEXC listed in July 2025."""
    path = RECORDED / "contract_detail_full_2025-07.json.gz"
    if not path.is_file():
        pytest.skip("no recorded answers of MEXC beside the checkout")
    rows: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["data"]
    return rows


async def read(rows: list[Any]) -> tuple[Mapping[str, Contract], tuple[str, ...]]:
    """The contracts of a listing, and what was refused; a coin costs what PRICES says, else a dollar."""
    prices = [{**ticker(row["symbol"], "BTC"), "fairPrice": PRICES.get(row["baseCoin"], 1.0)} for row in rows]
    changed = {
        f"{CONTRACT}/detail": answer(rows),
        f"{CONTRACT}/ticker": answer(prices),
        BULK: answer([funding(row["symbol"], "BTC", 8) for row in rows]),
    }
    async with opened("mexc", changed) as (_, market):
        contracts = await market.contracts()
        return contracts, market.health.problems


def tiers(found: Contract) -> list[tuple[float, float, float]]:
    """Floor in dollars, maintenance rate and most leverage of each bracket."""
    return [(float(tier.floor), float(tier.rate), float(tier.max_leverage)) for tier in found.brackets]


async def test_all_that_was_listed_is_read() -> None:
    contracts, refused = await read(recorded())
    assert refused == ()
    assert len(contracts) == 785
    assert "TEST123456/USDT:USDT" not in contracts
    assert sum(contract.inverse for contract in contracts.values()) == 10
    assert not any(contract.brackets_assumed for contract in contracts.values())


async def test_a_count_is_of_whole_contracts() -> None:
    contracts, _ = await read(recorded())
    for coin, coins, dollars in (
        ("BTC", "0.0001", "6.00125"),
        ("ETH", "0.01", "30.015"),
        ("DOGE", "100", "20"),
        ("PEPE", "10000000", "100"),
    ):
        found = contracts[f"{coin}/USDT:USDT"]
        assert found.multiplier == Decimal(coins)
        assert found.lot == found.min_count == 1
        assert found.value(Decimal(str(PRICES[coin]))) == Decimal(dollars)


async def test_the_thousands_in_a_name_come_on_top_of_the_contract_size() -> None:
    contracts, _ = await read(recorded())
    bonk = contracts["1000BONK/USDT:USDT"]
    assert bonk.asset == "BONK"
    assert bonk.scale == 1000
    assert bonk.multiplier == 10_000_000


async def test_the_limits_of_the_table_are_contracts() -> None:
    contracts, _ = await read(recorded())
    # 30,000 contracts of 0.0001 BTC are 3 BTC, which is 180,037.50 dollars
    assert tiers(contracts["BTC/USDT:USDT"]) == [
        (0, 0.001, 500),
        (180037.5, 0.004, 200),
        (360075, 0.005, 100),
        (1500312.5, 0.01, 50),
        (7201500, 0.02, 20),
        (18003750, 0.05, 10),
    ]
    # 18,500 contracts of 100 DOGE at 0.2 dollars
    assert contracts["DOGE/USDT:USDT"].brackets[1].floor == 370_000


async def test_coins_of_which_ccxt_has_no_tiers_have_their_own() -> None:
    contracts, _ = await read(recorded())
    for coin in ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA"):
        found = contracts[f"{coin}/USDT:USDT"]
        assert not found.brackets_assumed
        assert len(found.brackets) >= 2


async def test_without_a_table_limits_rise_by_steps_of_contracts() -> None:
    contracts, _ = await read([contract("SOL_USDT", "SOL", 0.1, 0.01, **STEPS)])
    # 1000 contracts of 0.1 SOL, and 500 more; a margin of 0.012 is 83.3 times, one of 0.016 is 62.5
    assert tiers(contracts["SOL/USDT:USDT"]) == [(0, 0.004, 125), (15015, 0.008, 83), (22522.5, 0.012, 62)]


async def test_limits_that_are_no_volumes_are_not_read_as_such() -> None:
    contracts, refused = await read([contract("SOL_USDT", "SOL", 0.1, 0.01, riskLimitType="BY_VALUE")])
    assert contracts["SOL/USDT:USDT"].brackets_assumed
    assert refused == ("MEXC gives unusable margin tiers for SOL/USDT:USDT.",)


async def test_a_future_is_on_the_coin_it_says_though_the_spot_market_has_another_of_the_name() -> None:
    contracts, _ = await read(recorded())
    for coin in ("GMT", "GAS", "FLUX"):
        assert [found.id for found in contracts.values() if found.asset == coin] == [f"{coin}_USDT"]


@pytest.mark.parametrize("changed", [{"state": 3}, {"futureType": 2}, {"isHidden": True}])
async def test_what_cannot_be_traded_or_delivers_is_not_listed(changed: dict[str, object]) -> None:
    contracts, _ = await read([*listing(), contract("XRP_USDT", "XRP", 1, 0.0001, **changed)])
    assert "XRP/USDT:USDT" not in contracts
    contracts, _ = await read([*listing(), contract("XRP_USDT", "XRP", 1, 0.0001)])
    assert "XRP/USDT:USDT" in contracts


async def test_a_contract_is_not_left_out_because_programs_may_not_trade_it() -> None:
    contracts, _ = await read([contract("XRP_USDT", "XRP", 1, 0.0001, apiAllowed=False)])
    assert contracts


async def test_all_funding_comes_in_one_request() -> None:
    async with opened("mexc") as (server, market):
        rates = await market.funding()
        assert {rate.interval_hours for rate in rates.values()} == {1, 4, 8}
        assert server.counts[BULK] == 1
        assert not any(path.startswith(f"{BULK}/") for path in server.counts)


def many(count: int) -> dict[str, object]:
    """So many contracts, whose funding is not to be had at once."""
    names = {f"C{number}_USDT": f"C{number}" for number in range(count)}
    return {
        f"{CONTRACT}/detail": answer([contract(own, coin, 1, 0.01) for own, coin in names.items()]),
        f"{CONTRACT}/ticker": answer([ticker(own, "SOL") for own in names]),
        BULK: REFUSED,
        **{f"{BULK}/{own}": answer(funding(own, "SOL", 4)) for own in names},
    }


async def test_without_that_intervals_are_asked_for_a_few_at_a_time_and_never_assumed() -> None:
    now = NOW
    async with opened("mexc", many(30), clock=lambda: now) as (server, market):
        market.favour(["C29"])
        rates = await market.funding()
        assert len(rates) == 20
        assert rates["C29/USDT:USDT"].interval_hours == 4
        assert rates["C29/USDT:USDT"].next_at == NOW.replace(hour=12, minute=0)
        unknown = [line for line in market.health.problems if "does not say how often" in line]
        assert len(unknown) == 10
        assert sum(server.counts[f"{BULK}/C{number}_USDT"] for number in range(30)) == 20
        now += timedelta(minutes=1)
        rates = await market.funding()
        assert len(rates) == 30
        assert all(server.counts[f"{BULK}/C{number}_USDT"] == 1 for number in range(30))


async def test_the_rate_of_the_ticker_stands_in_where_the_schedule_comes_one_by_one() -> None:
    prices = [{**ticker("BTC_USDT", "BTC"), "fundingRate": 0.0005}]
    changed = {BULK: REFUSED, f"{CONTRACT}/ticker": answer(prices)}
    async with opened("mexc", changed) as (_, market):
        rates = await market.funding()
        assert rates["BTC/USDT:USDT"].rate == Decimal("0.0005")


async def test_the_age_of_a_price_is_not_that_of_the_last_trade() -> None:
    trade = {"timestamp": int((NOW - timedelta(days=1)).timestamp() * 1000)}
    changed = {f"{CONTRACT}/ticker": answer([{**ticker(own, LISTED[own][0]), **trade} for own in LISTED])}
    async with opened("mexc", changed) as (_, market):
        quotes = await market.quotes()
        assert {quote.at for quote in quotes.values()} == {NOW}


def shown(own: str, name: str, coins: float, **changed: object) -> dict[str, object]:
    """A contract of the listing whose own id is not the name that people see."""
    told = {"baseCoinName": name, "displayNameEn": f"{name}_USDT PERPETUAL", **changed}
    return contract(f"{own}_USDT", own, coins, 0.001, **told)


async def test_a_contract_is_on_the_coin_whose_name_people_see() -> None:
    contracts, refused = await read(
        [shown("TRUMP", "MAGATRUMP", 1), shown("TRUMPOFFICIAL", "TRUMP", 0.1), shown("TONCOIN", "TON", 1)]
    )
    assert refused == ()
    assert {found.id: found.asset for found in contracts.values()} == {
        "TRUMP_USDT": "MAGATRUMP",
        "TRUMPOFFICIAL_USDT": "TRUMP",
        "TONCOIN_USDT": "TON",
    }


async def test_the_recorded_names_are_those_that_people_see() -> None:
    contracts, _ = await read(recorded())
    found = {each.asset: each.id for each in contracts.values() if each.settle == "USDT"}
    renamed = {
        "FIL": "FILECOIN", "TON": "TONCOIN", "PUMP": "PUMPFUN", "ZK": "ZKSYNC", "LUNA": "LUNANEW",
        "SOON": "SOONNETWORK", "TRUMP": "TRUMPOFFICIAL", "MAGATRUMP": "TRUMP",
    }  # fmt: skip
    assert {asset: found[asset] for asset in renamed} == {a: f"{own}_USDT" for a, own in renamed.items()}


async def test_a_contract_that_is_shown_as_two_coins_is_refused_by_name() -> None:
    contracts, refused = await read(
        [*listing(), shown("TRUMP", "MAGATRUMP", 1, displayNameEn="TRUMP_USDT PERPETUAL")]
    )
    assert "TRUMP/USDT:USDT" not in contracts
    assert refused == (
        "MEXC shows TRUMP/USDT:USDT as MAGATRUMP and TRUMP: it cannot be told which coin it is on.",
    )


async def test_of_two_names_that_are_shown_the_one_that_can_be_read_counts() -> None:
    contracts, refused = await read([shown("WHALE", "WHITE WHALE", 1, displayNameEn="WHALE_USDT PERPETUAL")])
    assert (refused, [found.asset for found in contracts.values()]) == ((), ["WHALE"])
    contracts, refused = await read([*listing(), shown("WHALE", "白 鲸", 1, displayNameEn="白 鲸")])
    assert refused == ("MEXC lists WHALE/USDT:USDT, whose coin has no usable ticker.",)


def past(query: dict[str, str]) -> dict[str, object]:
    """Closes of a coin of $9.90 that moves as SOL does."""
    told: Any = kline("SOL")(query)
    columns = told["data"]
    for name in ("open", "high", "low", "close"):
        columns[name] = [price * 9.9 / 150 for price in columns[name]]
    return told  # type: ignore[no-any-return]


@asynccontextmanager
async def two_trumps(database: Database) -> AsyncIterator[Talk]:
    """Someone who trades where TRUMP_USDT is on MAGATRUMP, and TRUMP is TRUMPOFFICIAL_USDT."""
    rows = [contract("BTC_USDT", "BTC", 0.0001, 0.1), shown("TRUMP", "MAGATRUMP", 1)]
    rows.append(shown("TRUMPOFFICIAL", "TRUMP", 0.1))
    fair = {"BTC_USDT": 60012.5, "TRUMP_USDT": 0.212, "TRUMPOFFICIAL_USDT": 9.9}
    prices = [
        {**ticker(own, "BTC"), "fairPrice": price, "indexPrice": price, "bid1": price, "ask1": price}
        for own, price in fair.items()
    ]
    changed = {
        f"{CONTRACT}/detail": answer(rows),
        f"{CONTRACT}/ticker": answer(prices),
        BULK: answer([funding(own, "BTC", 8) for own in fair]),
        f"{CONTRACT}/kline/TRUMPOFFICIAL_USDT": past,
    }
    clock = Clock(NOW)
    async with opened("mexc", changed) as (_, market):
        watch = Watch(lambda _: market, StoredCloses(database), clock, ("mexc",))
        yield Talk(Conversation(database, watch, ("mexc",), clock), clock, database, watch)


async def test_a_person_is_hedged_in_the_coin_whose_name_they_see(database: Database) -> None:
    async with two_trumps(database) as talk:
        await talk.say("TRUMP 1000")
        worth = await talk.say("/portfolio")
        hedge = await talk.say("/hedge drop 20% TRUMP")

    assert "Your coins: $9,900" in worth
    assert "TRUMPOFFICIAL_USDT perpetual" in hedge
    assert "TRUMP_USDT perpetual" not in hedge.text.replace("TRUMPOFFICIAL_USDT", "")
    assert hedge.lines[0].startswith("Short 1000 TRUMP")


@pytest.mark.parametrize(("coin", "symbol"), [("MAGATRUMP", "TRUMP"), ("TRUMP", "TRUMPOFFICIAL")])
async def test_a_position_is_named_by_its_coin_wherever_it_is_told_of(
    database: Database, coin: str, symbol: str
) -> None:
    facts = Facts(kind="liquidation", subject=coin, venue="mexc", symbol=f"{symbol}/USDT:USDT")
    assert ToldFacts(facts).position == f"{coin}/USDT:USDT on mexc"
    async with two_trumps(database) as talk:
        await talk.say("/position add short MAGATRUMP 1000 at 0.212 on mexc margin 212")
        await talk.say("/position add short TRUMP 100 at 9.9 on mexc margin 990")
        details = await talk.say("/positions")
        leave = await talk.say(f"/exit {ToldFacts(facts).position}")
        watched = await talk.say("/alert liquidation 90%")

    assert f"{coin} short: {coin}/USDT:USDT" in details
    assert f"{symbol}_USDT perpetual" in leave
    assert leave.text.count("perpetual") == 1
    assert f"{coin} now" in watched
    assert "TRUMPOFFICIAL now" not in watched


def test_an_alert_on_one_contract_says_all_of_its_name() -> None:
    assert short_subject("mexc:TRUMP/USDT:USDT") == "TRUMP/USDT:USDT on MEXC"
    assert [short_subject(each) for each in ("ETH", "coin:ETH", "bybit", "")] == ["ETH", "ETH", "bybit", ""]
