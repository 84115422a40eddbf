"""WEEX's traps: counts in coins, the rate still to come, spans that are refused, a sandbox that is none."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.domain.snapshot import Snapshot
from core.hedge.plan import plan
from core.hedge.wish import Wish
from tests.domain import history, holdings
from tests.venue_server import Answer
from tests.venues.look import opened
from tests.venues.weex import CONTRACT, contract, listing, premium
from tests.venues.world import LISTED, NOW, days

ROOT = Path(__file__).parents[2]
RECORDED = ROOT.parent / "shared" / "exchanges" / "weex"


def recorded(name: str) -> Any:
    """An answer of WEEX's as it was written down beside the checkout."""
    path = RECORDED / name
    if not path.is_file():
        pytest.skip(f"no answers of WEEX beside the checkout ({name})")
    return json.loads(path.read_text())


def sample(name: str) -> Any:
    return recorded("endpoint_samples.json")["answers"][f"Futures/ExchangeData/{name}"]["body"]


async def test_a_hedge_is_so_many_coins_and_not_so_many_contracts() -> None:
    async with opened("weex") as (_, market):
        contracts = await market.contracts()
        snapshot = Snapshot("weex", contracts, await market.quotes(), await market.funding())
    snapshot = Snapshot(
        "weex", contracts, snapshot.quotes, snapshot.funding, {"BTC": history("BTC", last_price=60012.5)}
    )
    # 10,000 dollars of BTC at 60,012.50
    (leg,) = plan(holdings("BTC 0.166632"), snapshot, Wish(legs=("BTC",)), NOW).legs
    assert leg.count == leg.quantity == Decimal("0.1666")
    assert leg.notional == Decimal("0.1666") * Decimal("60012.5")


async def test_the_recorded_contracts_are_counted_in_coins() -> None:
    changed = {f"{CONTRACT}/exchangeInfo": recorded("contract_exchangeInfo.json")}
    async with opened("weex", changed) as (_, market):
        contracts = await market.contracts()
        assert market.health.problems == ()
    assert {found.multiplier for found in contracts.values()} == {1}
    read = {found.asset: (found.lot, found.min_count, found.max_count) for found in contracts.values()}
    assert read == {
        "BTC": (Decimal("0.0001"), Decimal("0.0001"), Decimal(100)),
        "ETH": (Decimal("0.001"), Decimal("0.001"), Decimal(2300)),
        "DOGE": (Decimal(100), Decimal(100), Decimal(200_200_000)),
    }


async def test_the_documented_prices_are_read() -> None:
    changed = {
        f"{CONTRACT}/exchangeInfo": sample("GetExchangeInfo"),
        f"{CONTRACT}/premiumIndex": sample("GetFundingRate"),
        f"{CONTRACT}/ticker/bookTicker": sample("GetBookTicker"),
    }
    async with opened("weex", changed) as (_, market):
        (quote,) = (await market.quotes()).values()
        (rate,) = (await market.funding()).values()
    assert (quote.mark, quote.index) == (Decimal("69348.6"), Decimal("69347.9"))
    assert (quote.bid, quote.ask) == (Decimal("69350.1"), Decimal("69351.0"))
    assert (rate.rate, rate.interval_hours) == (Decimal("0.00025"), 8)


async def test_a_rate_is_that_of_the_next_settlement_and_not_that_of_the_last() -> None:
    row = {**premium("BTCUSDT"), "lastFundingRate": "0.0009", "forecastFundingRate": "-0.0001"}
    async with opened("weex", {f"{CONTRACT}/premiumIndex": [row]}) as (_, market):
        rate = (await market.funding())["BTC/USDT:USDT"]
    assert rate.rate == Decimal("-0.0001")
    assert rate.next_at == NOW.replace(hour=16, minute=0)


async def test_a_contract_that_does_not_say_how_often_it_settles_has_no_funding() -> None:
    silent = {key: value for key, value in premium("BTCUSDT").items() if key != "collectCycle"}
    async with opened("weex", {f"{CONTRACT}/premiumIndex": [silent, premium("ETHUSDT")]}) as (_, market):
        assert list(await market.funding()) == ["ETH/USDT:USDT"]
        assert "WEEX does not say how often BTC/USDT:USDT settles funding." in market.health.problems


async def test_where_there_are_no_margin_tiers_they_are_assumed_and_said_to_be() -> None:
    nothing = Answer({"code": -5000, "msg": "no"}, status=404)
    async with opened("weex", {f"{CONTRACT}/riskLimits": nothing}) as (_, market):
        contracts = await market.contracts()
        assert contracts
        assert all(found.brackets_assumed for found in contracts.values())
        assert any("margin tiers" in problem for problem in market.health.problems)


async def test_margin_tiers_of_another_shape_are_not_read() -> None:
    other = [{"symbol": "BTCUSDT", "brackets": [{"bracket": 1}]}]
    async with opened("weex", {f"{CONTRACT}/riskLimits": other}) as (_, market):
        contracts = await market.contracts()
        assert contracts["BTC/USDT:USDT"].brackets_assumed
        assert "WEEX gives unusable margin tiers for BTC/USDT:USDT." in market.health.problems


@pytest.mark.parametrize(
    "changed",
    [{"contractType": "TRADIFI_PERPETUAL"}, {"status": "SETTLING"}, {"forwardContractFlag": False}],
)
async def test_what_is_no_contract_on_a_coin_for_dollars_is_not_listed(changed: dict[str, object]) -> None:
    rows = [*listing()["symbols"], contract("XRPUSDT", "XRP", 4, 0, 1, **changed)]  # type: ignore[misc]
    async with opened("weex", {f"{CONTRACT}/exchangeInfo": {"assets": [], "symbols": rows}}) as (_, market):
        assert "XRP/USDT:USDT" not in await market.contracts()


async def test_past_funding_is_asked_for_a_week_at_a_time() -> None:
    async with opened("weex") as (server, market):
        found = await market.funding_history(["BTC/USDT:USDT"], NOW - timedelta(days=30))
        assert len(found["BTC/USDT:USDT"].times) == 90
        asked = [request.query for request in server.asked if request.path == f"{CONTRACT}/fundingRate"]
        assert len(asked) == 5
        assert all(int(query["endTime"]) - int(query["startTime"]) < 7 * 86_400_000 for query in asked)


async def test_no_day_is_lost_where_one_request_ends_and_the_next_begins() -> None:
    async with opened("weex") as (server, market):
        found = await market.closes({"BTC": LISTED})
        assert list(found["BTC"].days) == [np.datetime64(day) for day in days()]
        assert server.counts[f"{CONTRACT}/klines"] == 0  # which gives the newest only


async def test_nothing_goes_to_another_host_and_no_sandbox_is_switched_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WEEX's sandbox is the real venue: its addresses are the same."""
    switched: list[object] = []
    monkeypatch.setattr("ccxt.async_support.weex.set_sandbox_mode", lambda *how: switched.append(how))
    async with opened("weex") as (server, market):
        await market.quotes()
        await market.funding()
        await market.closes({"BTC": LISTED, "KAS": LISTED})
        await market.spot(["KAS"])
        assert market.health.calls == server.counts.total()
        assert {request.host for request in server.asked} == {server.url.removeprefix("http://")}
        assert not any("/sim/" in request.path for request in server.asked)
    assert switched == []


def test_no_line_of_ours_knows_of_a_sandbox() -> None:
    lines = {path: path.read_text() for room in ("core", "bot") for path in (ROOT / room).rglob("*.py")}
    assert lines
    assert [path for path, text in lines.items() if "sandbox" in text.lower()] == []
