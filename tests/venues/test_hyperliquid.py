"""Traps of Hyperliquid."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.venue_server import Query
from tests.venues.hyperliquid import CASE, LISTING, TABLES, context, info
from tests.venues.look import opened

Json = dict[str, object]


def listing(rows: list[Json], contexts: list[Json] | None = None) -> dict[str, object]:
    """The venue with another listing."""
    universe: Json = {"universe": rows, "marginTables": TABLES, "collateralToken": 0}

    def answer(query: Query) -> object:
        kinds: dict[str, object] = {
            "meta": universe,
            "metaAndAssetCtxs": [universe, contexts or [context(row) for row in rows]],
        }
        return kinds.get(query["type"]) or info(query)

    return {"/info": answer}


async def test_kpepe_is_a_thousand_pepe() -> None:
    async with opened(CASE.venue) as (_, market):
        contract = (await market.contracts())["KPEPE/USDC:USDC"]
        assert contract.asset == "PEPE"
        assert contract.multiplier == contract.scale == 1000
        assert contract.quantity(Decimal(3), Decimal("0.01")) == 3000
        assert contract.value(Decimal("0.01")) == Decimal("0.01")


async def test_a_contract_goes_by_the_name_that_the_venue_shows() -> None:
    async with opened(CASE.venue) as (_, market):
        assert [contract.id for contract in (await market.contracts()).values()] == [
            "BTC", "ETH", "SOL", "kPEPE",
        ]  # fmt: skip


async def test_maintenance_is_half_of_the_margin_at_the_highest_leverage_of_a_tier() -> None:
    async with opened(CASE.venue) as (_, market):
        first, second = (await market.contracts())["BTC/USDC:USDC"].brackets
        assert (first.rate, second.rate) == (Decimal("0.0125"), Decimal("0.025"))
        # 150 million at 1.25 % and at 2.5 % less what makes them meet
        assert second.floor * second.rate - second.cum == second.floor * first.rate


@pytest.mark.parametrize("number", [None, 7, 77])
async def test_a_margin_table_that_is_not_there_leaves_the_assumed_brackets(number: int | None) -> None:
    rows: list[Json] = [*LISTING[:1], {**LISTING[2], "marginTableId": number}]
    async with opened(CASE.venue, listing(rows)) as (_, market):
        listed = await market.contracts()
        assert not listed["BTC/USDC:USDC"].brackets_assumed
        assert listed["SOL/USDC:USDC"].brackets_assumed


@pytest.mark.parametrize(
    ("price", "decimals", "tick"),
    [("112345", 5, "1"), ("9876.5", 4, "0.1"), ("45.123", 2, "0.001"), ("0.012345", 0, "0.000001")],
)
async def test_a_price_has_five_figures_at_most(price: str, decimals: int, tick: str) -> None:
    row: Json = {"name": "XYZ", "szDecimals": decimals, "maxLeverage": 5, "marginTableId": 5}
    prices: Json = {**context(LISTING[0]), "markPx": price, "midPx": price}
    async with opened(CASE.venue, listing([row], [prices])) as (_, market):
        assert (await market.contracts())["XYZ/USDC:USDC"].tick == Decimal(tick)


@pytest.mark.parametrize("answer", [None, [], {"universe": [{}], "marginTables": 3}])
async def test_margin_tables_that_cannot_be_read_are_named_and_the_assumed_brackets_stand(
    answer: object,
) -> None:
    def without(query: Query) -> object:
        return answer if query["type"] == "meta" else info(query)

    async with opened(CASE.venue, {"/info": without}) as (_, market):
        assert all(contract.brackets_assumed for contract in (await market.contracts()).values())
        assert any("margin tiers" in problem for problem in market.health.problems)


@pytest.mark.parametrize("missing", [None, [], ["x"]])
async def test_without_impact_prices_a_mark_still_counts(missing: object) -> None:
    contexts: list[Json] = [{**context(LISTING[0]), "impactPxs": missing}]
    async with opened(CASE.venue, listing(LISTING[:1], contexts)) as (_, market):
        if missing == ["x"]:
            assert (await market.quotes())["BTC/USDC:USDC"].ask is None
            assert any("impossible bid or ask" in problem for problem in market.health.problems)
        else:
            quote = (await market.quotes())["BTC/USDC:USDC"]
            assert (quote.mark, quote.bid, quote.ask) == (Decimal("60012.5"), None, None)


async def test_markets_of_others_are_never_asked_for() -> None:
    asked: list[Query] = []

    def watched(answer: Callable[[Query], object]) -> Callable[[Query], object]:
        def remember(query: Query) -> object:
            asked.append(query)
            return answer(query)

        return remember

    async with opened(CASE.venue, {"/info": watched(info)}) as (_, market):
        await market.contracts()
        await market.quotes()
        await market.funding()
        assert await market.spot(["KAS", "BTC"]) == {}
    assert not any("dex" in json.dumps(dict(query)).lower() for query in asked)
    assert not any(query["type"].startswith("spot") for query in asked)


async def test_one_request_gives_all_prices_and_funding() -> None:
    async with opened(CASE.venue) as (server, market):
        await market.contracts()
        before = server.counts["/info"]
        await market.quotes()
        await market.funding()
        assert server.counts["/info"] == before + 1
