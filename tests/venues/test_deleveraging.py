"""Signs of deleveraging that no venue should give: refused by name, and nothing else suffers."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.market import Market
from core.domain.quote import STAGE_REFUSE
from core.margin.adl import pool_stage
from core.prices.signs import Signs
from tests.venue_server import Answer
from tests.venues.bybit import ADL_ALERT, alert
from tests.venues.bybit import answer as bybit_answer
from tests.venues.look import opened
from tests.venues.world import NOW

RISKS = "/fapi/v1/symbolAdlRisk"
STATES = "/api/v4/futures/usdt/adl_risk_states"
ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"
STAMP = int(NOW.timestamp() * 1000)


def risk(word: object, at: object = STAMP) -> list[dict[str, object]]:
    """What Binance says of ETH, beside a contract of which all is well."""
    return [
        {"symbol": "ETHUSDT", "adlRisk": word, "updateTime": at},
        {"symbol": "SOLUSDT", "adlRisk": "low", "updateTime": STAMP},
    ]


@pytest.mark.parametrize(
    "answered",
    [
        risk("soon"),
        risk(None),
        risk(2),
        risk("low", "long ago"),
        risk("low", -5),
        risk("high", STAMP - STAGE_REFUSE // timedelta(milliseconds=1) - 60_000),
    ],
)
async def test_an_odd_sign_is_refused_by_name_and_the_others_stand(answered: object) -> None:
    async with opened("binanceusdm", {RISKS: answered}) as (_, market):
        found = await market.deleveraging()
        assert found.keys() == {SOL}
        assert any("deleveraging" in problem and ETH in problem for problem in market.health.problems)
        assert ETH in await market.quotes()


@pytest.mark.parametrize(
    "changed",
    [
        {"pnlRatio": ""},
        {"pnlRatio": "NaN"},
        {"insurancePnlRatio": "0.3"},
        {"insurancePnlRatio": "-30"},
        {"adlStopRatio": "-0.4"},
        {"adlTriggerThreshold": "-1"},
        {"balance": "plenty"},
        {"balance": None},
    ],
)
async def test_limits_that_cannot_be_are_refused_by_name(changed: dict[str, object]) -> None:
    rows = [alert("ETHUSDT", "100000", "-0.1") | changed, alert("SOLUSDT", "100000", "-0.1")]
    served = bybit_answer({"updatedTime": str(STAMP), "list": rows})
    async with opened("bybit", {ADL_ALERT: served}) as (_, market):
        assert (await market.deleveraging()).keys() == {SOL}
        assert any("deleveraging" in problem and ETH in problem for problem in market.health.problems)


@pytest.mark.parametrize("answered", [[], {}, {"states": []}, {"settle": "usdt"}, Answer({}, 500)])
async def test_an_answer_of_another_shape_costs_the_signs_alone(answered: object) -> None:
    async with opened("gate", {STATES: answered}) as (_, market):
        assert ETH in await market.quotes()
        assert any("signs of deleveraging" in problem for problem in market.health.problems)


async def test_a_sign_that_is_not_told_now_stands_until_it_is_too_old() -> None:
    now = NOW

    def clock() -> object:
        return now

    async with opened("gate", clock=clock) as (server, market):  # type: ignore[arg-type]
        signs = Signs(market)
        await signs.read(now)
        server.answers[STATES] = Answer({}, 500)
        now = NOW + timedelta(minutes=30)
        await signs.read(now)
        assert signs.known[SOL].stage == "now"
        now = NOW + STAGE_REFUSE + timedelta(minutes=1)
        await signs.read(now)
        assert not signs.known


async def test_a_venue_that_says_nothing_is_not_asked() -> None:
    async with opened("okx") as (server, market):
        asks: Market = market
        assert await asks.deleveraging() == {}
        assert not server.counts


@pytest.mark.parametrize(
    ("balance", "share", "stage"),
    [
        ("1000000", "-0.35", "now"),
        ("1000000", "-0.3", "now"),
        ("1000000", "-0.26", "near"),
        ("1000000", "-0.24", "calm"),
        ("5000", "-0.9", "near"),
        ("0", "0", "now"),
        ("-5421", "0.1", "now"),
    ],
)
def test_the_stage_is_by_bybits_own_rule(balance: str, share: str, stage: str) -> None:
    limits = Decimal("-0.3"), Decimal("-0.25")
    assert pool_stage(Decimal(balance), Decimal(10_000), Decimal(share), *limits) == stage
