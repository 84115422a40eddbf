"""Candles and settlements of finished days: asked for once, kept in bounds, never kept while they grow."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import pytest

from core.domain.errors import NoData
from core.domain.series import Candles, FundingHistory
from core.prices import past
from core.prices.past import FINAL, Past
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN, Clock

ETH, SOL = "ETH/USDT:USDT", "SOL/USDT:USDT"
FIRST = BEGAN - timedelta(days=9)
LAST = BEGAN - timedelta(days=2)


class Counting(SimulatedMarket):
    """The simulated market, which also counts what it is asked for, and may fail."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(7, "calm", clock, began=BEGAN)
        self.asked: list[str] = []
        self.down = False

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        self._note(assets)
        return await super().candles(assets, first, last, hours)

    async def funding_history(
        self, symbols: Collection[str], since: datetime
    ) -> Mapping[str, FundingHistory]:
        self._note(symbols)
        return await super().funding_history(symbols, since)

    def _note(self, names: Collection[str]) -> None:
        self.asked += names
        if self.down:
            raise NoData("simulated is down.")


@pytest.fixture
def market() -> Counting:
    return Counting(Clock())


async def test_each_coin_of_a_span_is_asked_for_once(market: Counting) -> None:
    kept = Past(market)
    once = await kept.candles(["ETH", "SOL"], FIRST, LAST, 1, BEGAN)
    again = await kept.candles(["SOL", "AVAX", "ETH"], FIRST, LAST, 1, BEGAN)
    assert market.asked == ["ETH", "SOL", "AVAX"]
    assert again["ETH"] is once["ETH"]
    assert set(again) == {"SOL", "AVAX", "ETH"}


async def test_another_span_and_another_length_are_other_candles(market: Counting) -> None:
    kept = Past(market)
    hourly = await kept.candles(["ETH"], FIRST, LAST, 1, BEGAN)
    daily = await kept.candles(["ETH"], FIRST, LAST, 24, BEGAN)
    longer = await kept.candles(["ETH"], FIRST - timedelta(days=1), LAST, 24, BEGAN)
    assert [len(found["ETH"].times) for found in (hourly, daily, longer)] == [168, 7, 8]


async def test_a_coin_without_any_is_left_out_and_asked_for_again(market: Counting) -> None:
    kept = Past(market)
    long_ago = FIRST - timedelta(days=90)
    for _ in range(2):
        assert await kept.candles(["TARN", "NOPE"], long_ago, long_ago + timedelta(days=5), 24, BEGAN) == {}
    assert market.asked == ["TARN", "NOPE"] * 2


async def test_a_span_that_ended_just_now_may_still_grow_and_is_not_kept(market: Counting) -> None:
    kept = Past(market)
    for now in (LAST + FINAL / 2, LAST + FINAL, LAST + FINAL):
        await kept.candles(["ETH"], FIRST, LAST, 24, now)
    assert market.asked == ["ETH", "ETH"]


async def test_what_was_not_used_for_longest_goes_first(
    market: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "MOST_KEPT", 2)
    kept = Past(market)
    for asset in ("ETH", "SOL", "ETH", "AVAX", "ETH", "SOL"):
        await kept.candles([asset], FIRST, LAST, 24, BEGAN)
    assert market.asked == ["ETH", "SOL", "AVAX", "SOL"]


async def test_settlements_are_those_of_the_span(market: Counting) -> None:
    kept = Past(market)
    found = await kept.funding([ETH, SOL], FIRST, LAST, BEGAN)
    again = await kept.funding([ETH, "NOPE/USDT:USDT"], FIRST, LAST, BEGAN)
    assert len(found[ETH].times) == 21
    assert again.keys() == {ETH}
    assert market.asked == [ETH, SOL, "NOPE/USDT:USDT"]


async def test_a_venue_that_is_down_fails_candles_and_leaves_settlements_out(market: Counting) -> None:
    kept = Past(market)
    await kept.funding([ETH], FIRST, LAST, BEGAN)
    market.down = True
    with pytest.raises(NoData, match="is down"):
        await kept.candles(["ETH"], FIRST, LAST, 24, BEGAN)
    assert (await kept.funding([ETH, SOL], FIRST, LAST, BEGAN)).keys() == {ETH}
    market.down = False
    assert (await kept.funding([ETH, SOL], FIRST, LAST, BEGAN)).keys() == {ETH, SOL}
