"""What venues take as margin: read as documented, and refused by name where it cannot be."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.capital.collateral import COLLATERAL_REFUSE, Collateral
from core.domain.errors import NoData
from core.margin.pooled.ratios import counted_now
from core.margin.pooled.terms import TERMS
from core.prices.collateral import READ_AGAIN, RETRY, CollateralTable
from core.store.database import Database
from core.store.market.collateral import StoredCollateral
from core.venues.exchange import EXCHANGES
from tests.domain import snapshot
from tests.venue_server import Answer
from tests.venues.look import opened, seen
from tests.venues.tables import BYBIT, COUNTED, LENT, OKX, SERVED
from tests.venues.world import NOW

TIERS = "/v5/spot-margin-trade/collateral"
QUOTAS = "/api/v5/public/discount-rate-interest-free-quota"


async def read(venue: str, changes: dict[str, object]) -> tuple[Collateral, tuple[str, ...]]:
    async with opened(venue, changes) as (_, market):
        found = await market.collateral()
        assert found is not None
        assert set(found.problems) <= set(market.health.problems)
        return found, found.problems


@pytest.mark.parametrize("venue", list(EXCHANGES))
def test_every_venue_counts_as_it_says(venue: str) -> None:
    found = seen(venue).collateral
    if venue not in COUNTED:
        assert found is None
        assert EXCHANGES[venue].backs is None
        return
    assert found is not None
    assert found.at == NOW
    assert not found.assumed
    told = {
        asset: tuple((f"{each.floor:f}", f"{each.ratio.normalize():f}") for each in haircut.slices)
        for asset, haircut in found.haircuts.items()
    }
    assert told == COUNTED[venue]
    assert {asset: loan.daily_rate for asset, loan in found.loans.items()} == LENT.get(venue, {})


def test_whoever_has_tables_has_terms_for_them() -> None:
    assert {venue for venue, one in EXCHANGES.items() if one.backs} <= TERMS.keys()
    assert COUNTED.keys() == {venue for venue, one in EXCHANGES.items() if one.backs}


def test_units_caps_and_what_is_full() -> None:
    gate, okx, bingx, bitget = (seen(venue).collateral for venue in ("gate", "okx", "bingx", "bitget"))
    assert gate is not None
    assert gate.haircuts["BTC"].in_usd
    assert okx is not None
    assert not okx.takes("SOL"), "its limit is full"
    assert okx.loans["USDT"].free == 10_000
    assert any("LTC" in problem for problem in okx.problems), "the old form is in dollars"
    assert bingx is not None
    assert bingx.haircuts["BNB"].cap == 160
    assert bingx.haircuts["BNB"].opens == Decimal("0.9")
    assert bitget is not None
    assert bitget.haircuts["ETH"].in_usd, "of two readings the lower"
    assert not bitget.haircuts["PEPE"].in_usd


def tier(*rows: tuple[object, object]) -> dict[str, object]:
    """Bybit's answer with these slices of ETH, beside a coin of which all is well."""
    answer: dict[str, Any] = deepcopy(BYBIT[TIERS])
    answer["result"]["list"][1]["collateralRatioList"] = [
        {"minQty": floor, "maxQty": "", "collateralRatio": ratio} for floor, ratio in rows
    ]
    return {TIERS: answer}


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (("0", "-0.1"),),
        (("0", "1.2"),),
        (("0", "95"),),
        (("0", "NaN"),),
        (("0", None),),
        (("5", "0.9"),),
        (("0", "0.9"), ("0", "0.8")),
        (("0", "0.8"), ("10", "0.9")),
        (("-1", "0.9"),),
    ],
)
async def test_odd_ratios_are_refused_by_name_and_the_others_stand(
    rows: tuple[tuple[object, object], ...],
) -> None:
    found, problems = await read("bybit", tier(*rows))
    assert found.haircuts.keys() == {"BTC"}
    assert any("ETH" in problem and "Bybit" in problem for problem in problems)


@pytest.mark.parametrize("body", [{"retCode": 0, "result": {}}, {"retCode": 0, "result": {"list": [{}]}}, []])
async def test_another_form_is_refused_whole(body: object) -> None:
    async with opened("bybit", {TIERS: body}) as (_, market):
        with pytest.raises(NoData, match="Bybit"):
            await market.collateral()
        assert await market.quotes()


@pytest.mark.parametrize(
    "body",
    [
        Answer(status=500, body=b"down"),
        {"retCode": 0, "result": {"vipCoinList": []}},
        {"retCode": 0, "result": {"vipCoinList": [{"vipLevel": "VIP-1", "list": []}]}},
    ],
)
async def test_ratios_do_without_interest(body: object) -> None:
    found, problems = await read("bybit", {"/v5/spot-margin-trade/data": body})
    assert found.loans == {}
    assert found.haircuts
    assert problems


async def test_interest_of_another_unit_is_refused() -> None:
    changed: dict[str, Any] = deepcopy(OKX["/api/v5/public/interest-rate-loan-quota"])
    changed["data"][0]["basic"][0]["rate"] = "16"
    found, problems = await read("okx", {"/api/v5/public/interest-rate-loan-quota": changed})
    assert found.loans == {}
    assert any("USDT" in problem for problem in problems)


@pytest.mark.parametrize(("daily", "yearly"), [("0.1", "0.00416667"), ("0.0002", "0.2"), ("0", "0")])
async def test_rates_of_day_and_year_that_contradict_each_other_are_refused(daily: str, yearly: str) -> None:
    data = {"dailyInterest": daily, "annualInterest": yearly, "limit": "3000"}
    body = {"code": "00000", "msg": "success", "requestTime": 1, "data": data}
    found, problems = await read("bitget", {"/api/v3/market/margin-loans": body})
    assert found.loans == {}
    assert problems


async def test_a_list_in_a_list_is_read_as_well() -> None:
    path = "/api/v4/unified/currency_discount_tiers"
    found, _ = await read("gate", {path: [SERVED["gate"][path]]})
    assert found.haircuts.keys() == {"BTC"}


async def test_a_table_is_kept_and_not_asked_for_again_soon(database: Database) -> None:
    store = StoredCollateral(database)
    async with opened("okx") as (server, market):
        table = CollateralTable(market, store)
        await table.read(NOW)
        assert table.known is not None
        assert await store.load("okx") == table.known
        again = CollateralTable(market, store)
        await again.read(NOW + timedelta(hours=1))
        assert again.known == table.known
        assert server.counts[QUOTAS] == 2, "once for ratios and once for the free part of a debt"
    assert await store.load("bybit") is None


async def test_the_last_table_stands_until_it_is_a_day_old(database: Database) -> None:
    async with opened("okx") as (_, market):
        table = CollateralTable(market, StoredCollateral(database))
        await table.read(NOW)
        first = table.known
    await table.read(NOW + READ_AGAIN + timedelta(minutes=1))
    assert table.known == first, "the venue cannot be reached"
    await table.read(NOW + COLLATERAL_REFUSE + RETRY)
    assert table.known is None


def test_what_is_assumed_takes_over_from_a_table_that_is_too_old() -> None:
    read = seen("okx").collateral
    assert read is not None
    now = replace(snapshot(BTC=60_000), venue="okx", collateral=read)
    assert not counted_now(now, NOW).assumed
    old = replace(now, collateral=replace(read, at=NOW - COLLATERAL_REFUSE - RETRY))
    assert counted_now(old, NOW).assumed
    assert counted_now(old, NOW).source.startswith("assumed")
