"""Marks, bids, asks and funding, in bulk."""

import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import NoData
from core.domain.snapshot import Snapshot
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import (
    ADL_RISK,
    BOOK_TICKER,
    DAY_TICKER,
    EXCHANGE_INFO,
    FUNDING_INFO,
    PREMIUM_INDEX,
    TIME,
)
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import Answer, VenueServer

PATHS_OF_A_REFRESH = (EXCHANGE_INFO, TIME, PREMIUM_INDEX, BOOK_TICKER, DAY_TICKER, FUNDING_INFO, ADL_RISK)


def row(venue: VenueServer, path: str, symbol: str) -> dict[str, Any]:
    """The venue's own row of a contract in a bulk answer, to be tampered with."""
    rows: Any = venue.answers[path]
    found: dict[str, Any] = next(row for row in rows if row["symbol"] == symbol)
    return found


def drop(venue: VenueServer, path: str, symbol: str) -> None:
    rows: Any = venue.answers[path]
    rows[:] = [row for row in rows if row["symbol"] != symbol]


async def test_a_quote_joins_mark_index_and_book(market: ExchangeMarket) -> None:
    quote = (await market.quotes())["ETH/USDT:USDT"]

    assert (quote.mark, quote.index, quote.at) == (Decimal("3500.25"), Decimal("3500.25"), NOW)
    assert (quote.bid, quote.ask) == (Decimal("3499.899975"), Decimal("3500.600025"))


async def test_every_contract_is_quoted_in_bulk(venue: VenueServer, market: ExchangeMarket) -> None:
    quotes = await market.quotes()

    assert set(quotes) == set(await market.contracts())
    assert venue.counts == dict.fromkeys(PATHS_OF_A_REFRESH, 1)


async def test_a_future_trades_over_its_index(market: ExchangeMarket) -> None:
    quote = (await market.quotes())["ETH/USDT:USDT-260609"]

    assert quote.index is not None
    assert float(quote.mark / quote.index) == pytest.approx(1.015)


async def test_an_answer_can_be_planned_on(market: ExchangeMarket) -> None:
    known = Snapshot(
        market.venue, await market.contracts(), await market.quotes(), await market.funding(), simulated=False
    )

    assert known.price("PEPE", NOW) == Decimal("0.0000123")
    assert known.age(NOW) == timedelta(0)


@pytest.mark.parametrize("wrong", ["0", "-3500", "NaN", "Infinity", "a lot", "", None, True, [1]], ids=str)
async def test_an_impossible_mark_is_refused_by_name(
    venue: VenueServer, market: ExchangeMarket, wrong: object
) -> None:
    row(venue, PREMIUM_INDEX, "SOLUSDT")["markPrice"] = wrong

    quotes = await market.quotes()

    assert "SOL/USDT:USDT" not in quotes
    assert "ETH/USDT:USDT" in quotes
    assert market.health.problems == ("Binance gives no usable mark price for SOL/USDT:USDT.",)


async def test_a_contract_without_a_mark_is_named(venue: VenueServer, market: ExchangeMarket) -> None:
    drop(venue, PREMIUM_INDEX, "SOLUSDT")

    assert "SOL/USDT:USDT" not in await market.quotes()
    assert market.health.problems == ("Binance gives no usable mark price for SOL/USDT:USDT.",)


async def test_a_symbol_that_is_not_listed_is_ignored(venue: VenueServer, market: ExchangeMarket) -> None:
    gone = row(venue, PREMIUM_INDEX, "SOLUSDT") | {"symbol": "EOSUSDT"}
    rows: Any = venue.answers[PREMIUM_INDEX]
    rows.insert(0, gone)

    assert set(await market.quotes()) == set(await market.contracts())
    assert market.health.problems == ()


@pytest.mark.parametrize(
    "book", [{"bidPrice": "NaN"}, {"askPrice": "-1"}, {"bidPrice": "170", "askPrice": "150"}], ids=str
)
async def test_an_impossible_book_costs_the_bid_and_ask_only(
    venue: VenueServer, market: ExchangeMarket, book: dict[str, str]
) -> None:
    row(venue, BOOK_TICKER, "SOLUSDT").update(book)

    quote = (await market.quotes())["SOL/USDT:USDT"]

    assert (quote.mark, quote.bid, quote.ask) == (Decimal("160.4"), None, None)
    assert market.health.problems == ("Binance gives an impossible bid or ask for SOL/USDT:USDT.",)


async def test_an_empty_side_of_the_book_is_no_price(venue: VenueServer, market: ExchangeMarket) -> None:
    row(venue, BOOK_TICKER, "SOLUSDT")["bidPrice"] = "0.00"

    quote = (await market.quotes())["SOL/USDT:USDT"]

    assert quote.bid is None
    assert quote.ask is not None


async def test_marks_survive_the_loss_of_all_books(venue: VenueServer, market: ExchangeMarket) -> None:
    venue.answers[BOOK_TICKER] = Answer(b"<html>maintenance</html>", status=503, content_type="text/html")

    quotes = await market.quotes()

    assert quotes["ETH/USDT:USDT"].mark == Decimal("3500.25")
    assert quotes["ETH/USDT:USDT"].bid is None
    assert market.health.problems == (
        "Binance cannot be reached: no bids and asks for now. Try again in a minute.",
    )


async def test_a_stale_price_keeps_its_age(venue: VenueServer, market: ExchangeMarket) -> None:
    row(venue, PREMIUM_INDEX, "ETHUSDT")["time"] = 1602819970000

    assert (await market.quotes())["ETH/USDT:USDT"].at == datetime(2020, 10, 16, 3, 46, 10, tzinfo=UTC)


async def test_a_price_without_a_time_is_as_of_now(venue: VenueServer, market: ExchangeMarket) -> None:
    del row(venue, PREMIUM_INDEX, "ETHUSDT")["time"]

    assert (await market.quotes())["ETH/USDT:USDT"].at == NOW


@pytest.mark.parametrize(("ahead", "named"), [(60, False), (180, True)])
async def test_a_price_from_the_future_is_of_now_and_a_wrong_clock_is_named(
    venue: VenueServer, ahead: int, *, named: bool
) -> None:
    late = opened(venue.url, clock=lambda: NOW - timedelta(seconds=ahead))
    quotes = await late.quotes()
    await late.close()

    assert {quote.at for quote in quotes.values()} == {NOW - timedelta(seconds=ahead)}
    assert any("clock" in problem for problem in late.health.problems) is named


async def test_funding_comes_with_its_interval(venue: VenueServer, market: ExchangeMarket) -> None:
    rates = await market.funding()

    assert rates["ETH/USDT:USDT"].rate == Decimal("0.0001")
    assert rates["ETH/USDT:USDT"].next_at == datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert rates["1000PEPE/USDT:USDT"].interval_hours == 4
    assert "ETH/USDT:USDT-260609" not in rates
    assert all(entry["symbol"] != "SOLUSDT" for entry in venue.answers[FUNDING_INFO])  # type: ignore[attr-defined]
    assert rates["SOL/USDT:USDT"].interval_hours == EXCHANGES["binanceusdm"].funding_hours == 8


@pytest.mark.parametrize("rate", ["NaN", "0.21", "-0.21", "Infinity", "", "free", None], ids=str)
async def test_an_absurd_rate_is_refused_by_name(
    venue: VenueServer, market: ExchangeMarket, rate: str | None
) -> None:
    row(venue, PREMIUM_INDEX, "SOLUSDT")["lastFundingRate"] = rate

    rates = await market.funding()

    assert "SOL/USDT:USDT" not in rates
    assert "ETH/USDT:USDT" in rates
    assert market.health.problems == ("Binance gives no usable funding rate for SOL/USDT:USDT.",)


@pytest.mark.parametrize("hours", [0, -8, 1.5, 25, "NaN", "soon", None], ids=str)
async def test_an_absurd_interval_is_refused_and_not_defaulted(
    venue: VenueServer, market: ExchangeMarket, hours: object
) -> None:
    row(venue, FUNDING_INFO, "NEARUSDT")["fundingIntervalHours"] = hours

    assert "NEAR/USDT:USDT" not in await market.funding()
    assert len(market.health.problems) == 1
    assert "NEAR/USDT:USDT" in market.health.problems[0]


@pytest.mark.parametrize("answer", [[], {}, ["NEARUSDT"], [None], b"<html/>"], ids=str)
async def test_without_the_intervals_there_is_no_funding(
    venue: VenueServer, market: ExchangeMarket, answer: object
) -> None:
    venue.answers[FUNDING_INFO] = answer

    with pytest.raises(NoData, match="funding intervals"):
        await market.funding()


async def test_one_refresh_asks_for_the_marks_once(venue: VenueServer) -> None:
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    await market.quotes()
    await market.funding()
    assert venue.counts[PREMIUM_INDEX] == 1

    now += timedelta(minutes=1)
    await market.quotes()
    await market.funding()
    await market.close()
    assert venue.counts[PREMIUM_INDEX] == 2


async def test_a_problem_is_logged_once_and_goes_when_it_is_gone(
    venue: VenueServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "core.venues.exchange")
    mark = row(venue, PREMIUM_INDEX, "SOLUSDT")
    mark["markPrice"] = "0"
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    for _ in range(3):
        now += timedelta(minutes=1)
        await market.quotes()
    assert [record.message for record in caplog.records] == list(market.health.problems)

    mark["markPrice"] = "160"
    now += timedelta(minutes=1)
    await market.quotes()
    await market.close()
    assert market.health.problems == ()


async def test_recorded_prices_are_as_old_as_they_are(recorded: dict[tuple[str, str], Any]) -> None:
    one = recorded[PREMIUM_INDEX, "symbol=BTCUSDT"]
    async with VenueServer(
        {
            EXCHANGE_INFO: recorded[EXCHANGE_INFO, ""],
            PREMIUM_INDEX: [*recorded[PREMIUM_INDEX, ""], one | {"time": 1602819970000}],
            BOOK_TICKER: recorded[BOOK_TICKER, ""],
            FUNDING_INFO: recorded[FUNDING_INFO, ""],
        }
    ) as venue:
        market = opened(venue.url)
        contracts, quotes, rates = await market.contracts(), await market.quotes(), await market.funding()
        await market.close()

    assert list(quotes) == list(rates) == ["BTC/USDT:USDT"]
    quote = quotes["BTC/USDT:USDT"]
    assert (quote.mark, quote.bid) == (Decimal("26780.82240476"), Decimal("11495.46"))
    assert quote.at.year == 2020
    assert rates["BTC/USDT:USDT"].interval_hours == 8
    with pytest.raises(NoData, match="too old"):
        Snapshot(market.venue, contracts, quotes).price("BTC", NOW)
    assert not any("EOS" in problem for problem in market.health.problems)


async def test_recorded_intervals_of_four_and_eight_hours(recorded: dict[tuple[str, str], Any]) -> None:
    listed: Any = recorded[FUNDING_INFO, ""]
    info: Any = recorded[EXCHANGE_INFO, ""]
    model = info["symbols"][0]
    mark = recorded[PREMIUM_INDEX, "symbol=BTCUSDT"]
    ids = [entry["symbol"] for entry in listed]
    symbols = [model | {"symbol": name, "baseAsset": name.removesuffix("USDT")} for name in ids]
    async with VenueServer(
        {
            EXCHANGE_INFO: {"symbols": symbols},
            PREMIUM_INDEX: [mark | {"symbol": name} for name in ids],
            FUNDING_INFO: listed,
        }
    ) as venue:
        market = opened(venue.url)
        rates = await market.funding()
        await market.close()

    assert rates["LPT/USDT:USDT"].interval_hours == 4
    assert rates["GTC/USDT:USDT"].interval_hours == 8
    assert {rate.interval_hours for rate in rates.values()} == {4, 8}
