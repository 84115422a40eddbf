"""Daily closes, an asset at a time and many at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import EXCHANGE_INFO, KLINES, binance_answers
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.venue_server import Answer, VenueServer

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


def candle(day: date, close: object) -> list[object]:
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    return [at, "1", "1", "1", close, "5", at + 86_399_999, "5", 1, "1", "1", "0"]


async def test_closes_run_from_the_day_asked_for_to_yesterday(market: ExchangeMarket) -> None:
    closes = (await market.closes({"SOL": TODAY - timedelta(days=30)}))["SOL"]

    assert list(closes.days.astype(object)) == [TODAY - timedelta(days=back) for back in range(30, 0, -1)]
    assert closes.days.dtype == np.dtype("datetime64[D]")
    assert closes.prices.dtype == np.float64
    assert closes.last == YESTERDAY
    assert market.health.problems == ()


@pytest.mark.parametrize(("minutes", "days"), [(0, 2), (9, 2), (10, 1)])
async def test_a_day_that_just_ended_has_no_close_until_it_is_final(minutes: int, days: int) -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    async with VenueServer(binance_answers(PRICES, NOW)) as venue:
        market = opened(venue.url, clock=lambda: midnight + timedelta(minutes=minutes))
        closes = (await market.closes({"SOL": TODAY - timedelta(days=30)}))["SOL"]
        await market.close()

    assert closes.last == TODAY - timedelta(days=days)


async def test_only_the_missing_days_are_asked_for(venue: VenueServer, market: ExchangeMarket) -> None:
    await market.closes({"SOL": YESTERDAY, "ETH": TODAY})

    asked = [request.query for request in venue.asked if request.path == KLINES]
    assert [query["symbol"] for query in asked] == ["SOLUSDT"]
    assert asked[0]["startTime"] == str(int(datetime(2026, 3, 9, tzinfo=UTC).timestamp() * 1000))
    assert asked[0]["limit"] == "1"


async def test_a_long_history_comes_in_pages() -> None:
    async with VenueServer(binance_answers(PRICES, NOW, days=2500)) as venue:
        market = opened(venue.url)
        closes = (await market.closes({"SOL": TODAY - timedelta(days=2300)}))["SOL"]
        await market.close()

    assert len(closes.days) == 2300
    assert len(np.unique(closes.days)) == 2300
    assert venue.counts[KLINES] == 3


async def test_a_young_coin_begins_on_its_first_day() -> None:
    async with VenueServer(binance_answers(PRICES, NOW, days=5)) as venue:
        market = opened(venue.url)
        closes = (await market.closes({"SOL": TODAY - timedelta(days=400)}))["SOL"]
        await market.close()

    assert len(closes.days) == 5
    assert venue.counts[KLINES] == 1


async def test_closes_of_1000pepe_are_per_coin(market: ExchangeMarket) -> None:
    closes = (await market.closes({"PEPE": TODAY - timedelta(days=3)}))["PEPE"]

    assert closes.prices[-1] == pytest.approx(0.0000123, rel=0.5)


async def test_the_usdt_perpetual_stands_for_its_coin(venue: VenueServer, market: ExchangeMarket) -> None:
    info: Any = venue.answers[EXCHANGE_INFO]
    sol = next(row for row in info["symbols"] if row["symbol"] == "SOLUSDT")
    info["symbols"].insert(0, sol | {"symbol": "SOLUSDC", "quoteAsset": "USDC", "marginAsset": "USDC"})

    await market.closes({"SOL": YESTERDAY})

    assert [r.query["symbol"] for r in venue.asked if r.path == KLINES] == ["SOLUSDT"]


async def test_an_unknown_asset_is_left_out(market: ExchangeMarket) -> None:
    assert set(await market.closes({"NOPE": YESTERDAY, "SOL": YESTERDAY})) == {"SOL"}


async def test_one_failing_history_is_named_and_blocks_no_other(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    venue.serve(KLINES, Answer({"code": -1121, "msg": "Invalid symbol."}, status=400), {"symbol": "SOLUSDT"})

    closes = await market.closes(dict.fromkeys(PRICES, TODAY - timedelta(days=30)))

    assert set(closes) == set(PRICES) - {"SOL"}
    assert market.health.problems == (
        "Binance refused the request: no daily closes of SOL for now. Try again in a minute.",
    )


async def test_a_slow_history_does_not_hold_up_the_others(venue: VenueServer) -> None:
    venue.serve(KLINES, Answer([], after=5), {"symbol": "SOLUSDT"})
    market = opened(venue.url, timeout=timedelta(seconds=0.5))

    closes = await market.closes(dict.fromkeys(PRICES, TODAY - timedelta(days=3)))
    await market.close()

    assert set(closes) == set(PRICES) - {"SOL"}
    assert "in time" in market.health.problems[0]


async def test_histories_are_fetched_side_by_side_but_not_all_at_once() -> None:
    prices = {f"COIN{letter}": Decimal(3) for letter in "ABCDEFGHIJKLMNOP"}
    async with VenueServer(binance_answers(prices, NOW, days=3)) as venue:
        history: Any = venue.answers[KLINES]
        venue.answers[KLINES] = Answer(history, after=0.6)
        market = opened(venue.url)
        closes = await market.closes(dict.fromkeys(prices, YESTERDAY))
        await market.close()

    assert set(closes) == set(prices)
    assert 2 <= venue.most_at_once <= 8


@pytest.mark.parametrize("wrong", ["0", "-1", "NaN", "Infinity", "a lot", None], ids=str)
async def test_an_impossible_close_is_a_named_gap(
    venue: VenueServer, market: ExchangeMarket, wrong: str | None
) -> None:
    days = [TODAY - timedelta(days=back) for back in (3, 2, 1)]
    venue.answers[KLINES] = [candle(days[0], "10"), candle(days[1], wrong), candle(days[2], "12")]

    closes = (await market.closes({"SOL": days[0]}))["SOL"]

    assert list(closes.days.astype(object)) == [days[0], days[2]]
    assert list(closes.prices) == [10.0, 12.0]
    assert market.health.problems == (f"Binance gives an impossible close of SOL on {days[1]}.",)


async def test_repeated_days_count_once_and_contradictions_not_at_all(
    venue: VenueServer, market: ExchangeMarket
) -> None:
    days = [TODAY - timedelta(days=back) for back in (3, 2, 1)]
    venue.answers[KLINES] = [
        candle(days[1], "11"),
        candle(days[0], "10"),
        candle(days[0], "10.0"),
        candle(days[1], "99"),
        candle(days[2], "12"),
        candle(TODAY, "13"),
    ]
    # the venue may give more rows than it was asked for; the day in progress is among them
    closes = (await market.closes({"SOL": TODAY - timedelta(days=6)}))["SOL"]

    assert list(closes.days.astype(object)) == [days[0], days[2]]
    assert market.health.problems == (f"Binance gives an impossible close of SOL on {days[1]}.",)


async def test_a_coin_listed_today_has_no_close_yet(venue: VenueServer, market: ExchangeMarket) -> None:
    venue.answers[KLINES] = [candle(TODAY, "13")]

    assert len((await market.closes({"SOL": TODAY - timedelta(days=9)}))["SOL"].days) == 0


@pytest.mark.parametrize(
    "answer", [{"candles": []}, [["a", "b"]], ["x", "y"], "none", [[None] * 12], [[1e300] * 12]], ids=str
)
async def test_a_history_of_the_wrong_shape_does_no_harm(
    venue: VenueServer, market: ExchangeMarket, answer: object
) -> None:
    venue.serve(KLINES, answer, {"symbol": "SOLUSDT"})

    closes = await market.closes({"SOL": YESTERDAY, "ETH": YESTERDAY})

    assert len(closes["ETH"].days) == 1
    assert "SOL" not in closes or len(closes["SOL"].days) == 0


async def test_recorded_candles_are_read(recorded: dict[tuple[str, str], Any]) -> None:
    query = "endTime=1673136000000&interval=1d&limit=1000&startTime=1672531200000&symbol=BTCUSDT"
    async with VenueServer(
        {EXCHANGE_INFO: recorded[EXCHANGE_INFO, ""], KLINES: recorded[KLINES, query]}
    ) as venue:
        market = opened(venue.url, clock=lambda: datetime(2023, 1, 5, 12, tzinfo=UTC))
        closes = (await market.closes({"BTC": date(2023, 1, 1)}))["BTC"]
        await market.close()

    assert list(closes.days.astype(object)) == [date(2023, 1, day) for day in (1, 2, 3, 4)]
    assert closes.prices[0] == 16610.30


async def test_made_up_coins_move_together_and_always_the_same_way() -> None:
    found = []
    for _ in range(2):
        async with VenueServer(binance_answers(PRICES, NOW)) as venue:
            market = opened(venue.url)
            found.append(await market.closes(dict.fromkeys(("BTC", "SOL"), TODAY - timedelta(days=300))))
            await market.close()

    returns = [np.diff(np.log(found[0][asset].prices)) for asset in ("BTC", "SOL")]
    assert 0.6 < np.corrcoef(returns)[0, 1] < 0.99
    assert list(found[0]["SOL"].prices) == list(found[1]["SOL"].prices)
