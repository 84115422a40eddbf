"""Candles of the simulated market: of the same prices as its quotes and closes, from a coin's listing on."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.domain.errors import NoData
from core.domain.series import Candles
from core.venues.simulated.market import SimulatedMarket
from core.venues.simulated.paths import EPOCH
from tests.core.venues.simulated.moments import BEGAN, Clock, market

MIDNIGHT = datetime(2026, 6, 8, tzinfo=UTC)
LATE = timedelta(days=20)


async def ending(asked: SimulatedMarket, *assets: str, hours: int, days: int = 5) -> dict[str, Candles]:
    """The candles of so many days up to MIDNIGHT and 7.5 hours."""
    last = MIDNIGHT + timedelta(hours=7.5)
    return dict(await asked.candles(assets, last - timedelta(days=days), last, hours))


@pytest.mark.parametrize(("hours", "count"), [(1, 120), (24, 5)])
async def test_they_end_after_the_first_moment_and_not_after_the_last(hours: int, count: int) -> None:
    found = (await ending(market(), "ETH", hours=hours))["ETH"]
    assert len(found.times) == len(found.highs) == len(found.lows) == len(found.closes) == count
    assert set(np.diff(found.times).astype(int)) == {hours * 3600}
    ended = MIDNIGHT + timedelta(hours=7 if hours == 1 else 0)
    assert found.times[-1] == np.datetime64(ended.replace(tzinfo=None), "s")


async def test_an_unfinished_candle_is_none() -> None:
    found = await market().candles(["ETH"], BEGAN - timedelta(hours=3), BEGAN + timedelta(hours=3), 1)
    assert [f"{at:%H}" for at in found["ETH"].times.astype(object)] == ["07", "08", "09"]


@pytest.mark.parametrize("scenario", ["calm", "crash", "rally"])
async def test_daily_ones_close_where_the_daily_closes_do(scenario: str) -> None:
    clock = Clock(BEGAN + LATE)
    asked = SimulatedMarket(7, scenario, clock, began=BEGAN)
    daily = await asked.candles(["SOL"], BEGAN - LATE, clock.now, 24)
    known = (await asked.closes({"SOL": (BEGAN - LATE).date()}))["SOL"]
    assert list(daily["SOL"].closes) == pytest.approx(list(known.prices), rel=1e-12)


@pytest.mark.parametrize("scenario", ["calm", "crash"])
async def test_a_day_is_as_high_and_as_low_as_its_hours(scenario: str) -> None:
    asked = SimulatedMarket(7, scenario, Clock(BEGAN + LATE), began=BEGAN)
    first, last = MIDNIGHT, MIDNIGHT + timedelta(days=5)
    hourly = (await asked.candles(["AVAX"], first, last, 1))["AVAX"]
    daily = (await asked.candles(["AVAX"], first, last, 24))["AVAX"]
    assert np.array_equal(daily.highs, hourly.highs.reshape(-1, 24).max(axis=1))
    assert np.array_equal(daily.lows, hourly.lows.reshape(-1, 24).min(axis=1))
    assert np.array_equal(daily.closes, hourly.closes[23::24])
    assert (hourly.highs >= hourly.closes).all()
    assert (hourly.lows <= hourly.closes).all()
    assert (hourly.highs[1:] >= hourly.closes[:-1]).all()


async def test_an_hour_closes_at_the_price_that_was_quoted_then() -> None:
    hour = BEGAN.replace(minute=0) + timedelta(hours=30)
    asked = SimulatedMarket(7, "crash", Clock(hour), began=BEGAN)
    found = (await asked.candles(["ETH"], hour - timedelta(hours=1), hour, 1))["ETH"]
    index = (await asked.quotes())["ETH/USDT:USDT"].index
    assert index is not None
    assert found.closes[-1] == pytest.approx(float(index), rel=1e-5)
    assert found.lows[-1] <= found.closes[-1] <= found.highs[-1]


async def test_a_young_coin_has_none_before_its_listing_and_nothing_has_before_the_beginning() -> None:
    asked = market()
    young = (await asked.candles(["TARN"], BEGAN - timedelta(days=40), BEGAN, 24))["TARN"]
    assert len(young.times) == 20
    listed = (await asked.closes({"TARN": EPOCH}))["TARN"].days[0]
    assert young.times[0].astype("datetime64[D]") - np.timedelta64(1, "D") == listed
    before = datetime(EPOCH.year - 1, 3, 1, tzinfo=UTC)
    assert await asked.candles(["ETH"], before, before + timedelta(days=9), 1) == {}


async def test_an_unknown_coin_is_left_out_and_no_coin_is_no_candles() -> None:
    assert set(await ending(market(), "ETH", "NOPE", hours=24)) == {"ETH"}
    assert await ending(market(), "NOPE", hours=24) == {}


async def test_a_venue_that_is_down_gives_none() -> None:
    asked = SimulatedMarket(7, "outage", Clock(BEGAN + timedelta(hours=1)), began=BEGAN)
    with pytest.raises(NoData, match="is down"):
        await ending(asked, "ETH", hours=24)


async def test_asking_for_them_changes_no_quote() -> None:
    asked = market()
    before = await asked.quotes()
    await ending(asked, "ETH", hours=1)
    assert await asked.quotes() == before
