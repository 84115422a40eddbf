"""Daily closes are kept between runs, exactly as they came."""

from datetime import date, timedelta

import numpy as np
import pytest

from core.domain.market import CloseStore
from core.domain.series import Closes, day_range
from core.store.database import Database
from core.store.market.closes import ASSETS_AT_ONCE, ROWS_AT_ONCE, StoredCloses

FIRST = date(2026, 1, 1)


def closes(*prices: float, start: date = FIRST) -> Closes:
    """Closes of consecutive days."""
    days = day_range(start, start + timedelta(days=len(prices) - 1))
    return Closes(days, np.array(prices, dtype=np.float64))


def by_day(kept: Closes) -> dict[date, float]:
    return dict(zip(kept.days.tolist(), kept.prices.tolist(), strict=True))


@pytest.fixture
def store(database: Database) -> CloseStore:
    return StoredCloses(database)


async def test_closes_come_back_to_the_last_bit(store: CloseStore) -> None:
    prices = (0.1, 1 / 3, 1e-12, 123456.789, 5e-324, 1.7e308)
    await store.save("bybit", {"SOL": closes(*prices)})
    kept = (await store.load("bybit", ["SOL"], FIRST))["SOL"]
    assert kept.prices.tolist() == list(prices)
    assert kept.days.dtype == np.dtype("datetime64[D]")
    assert kept.prices.dtype == np.float64
    assert kept.days.tolist() == [FIRST + timedelta(days=n) for n in range(len(prices))]
    assert kept.last == FIRST + timedelta(days=5)


async def test_a_day_that_is_there_is_overwritten_and_the_others_stay(store: CloseStore) -> None:
    await store.save("bybit", {"SOL": closes(1, 2, 3)})
    await store.save("bybit", {"SOL": closes(20, 30, 40, start=FIRST + timedelta(days=1))})
    kept = await store.load("bybit", ["SOL"], FIRST)
    assert kept["SOL"].prices.tolist() == [1, 20, 30, 40]


async def test_venues_and_assets_are_kept_apart(store: CloseStore) -> None:
    await store.save("bybit", {"SOL": closes(1), "ETH": closes(2)})
    await store.save("bingx", {"SOL": closes(3)})
    kept = await store.load("bybit", ["SOL"], FIRST)
    assert {asset: by_day(own) for asset, own in kept.items()} == {"SOL": {FIRST: 1.0}}


async def test_only_days_from_the_given_one_on_come_back(store: CloseStore) -> None:
    await store.save("bybit", {"SOL": closes(1, 2, 3), "OLD": closes(9)})
    kept = await store.load("bybit", ["SOL", "OLD", "NONE"], FIRST + timedelta(days=1))
    assert list(kept) == ["SOL"]
    assert kept["SOL"].prices.tolist() == [2, 3]


async def test_gaps_stay_gaps(store: CloseStore) -> None:
    days = np.array(["2026-01-01", "2026-01-05"], dtype="datetime64[D]")
    await store.save("bybit", {"SOL": Closes(days, np.array([1.0, 2.0]))})
    kept = await store.load("bybit", ["SOL"], FIRST)
    assert by_day(kept["SOL"]) == {FIRST: 1.0, date(2026, 1, 5): 2.0}


async def test_nothing_to_keep_and_nothing_to_load_are_fine(store: CloseStore) -> None:
    await store.save("bybit", {})
    await store.save("bybit", {"SOL": closes()})
    assert await store.load("bybit", [], FIRST) == {}
    assert await store.load("bybit", ["SOL"], FIRST) == {}


async def test_more_than_one_statement_holds_is_kept_in_parts(store: CloseStore) -> None:
    assets = [f"A{number}" for number in range(2 * ASSETS_AT_ONCE + 1)]
    history = closes(*range(1, ROWS_AT_ONCE // ASSETS_AT_ONCE))
    await store.save("bybit", dict.fromkeys(assets, history))
    kept = await store.load("bybit", assets, FIRST)
    assert sorted(kept) == sorted(assets)
    assert all(np.array_equal(own.prices, history.prices) for own in kept.values())


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf"), float("-inf")])
async def test_a_price_that_is_none_is_refused_by_name_and_nothing_is_kept(
    store: CloseStore, price: float
) -> None:
    with pytest.raises(ValueError, match=r"bybit SOL: .* on 2026-01-02"):
        await store.save("bybit", {"ETH": closes(1), "SOL": closes(1, price)})
    assert await store.load("bybit", ["ETH", "SOL"], FIRST) == {}


async def test_a_day_that_is_none_is_refused(store: CloseStore) -> None:
    days = np.array(["2026-01-01", "NaT"], dtype="datetime64[D]")
    with pytest.raises(ValueError, match="NaT"):
        await store.save("bybit", {"SOL": Closes(days, np.array([1.0, 2.0]))})
