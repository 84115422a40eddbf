"""A venue in lasting trouble is left in peace, and said to be; the others go on."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from purgatory.domain import model

from core.domain.errors import NoData
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.client import FAILURES
from core.venues.exchange.adapter.failure import USUAL_WAIT
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import BOOK_TICKER, EXCHANGE_INFO, FUNDING_INFO, KLINES, PREMIUM_INDEX
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import Answer, VenueServer

Rested = Callable[[], None]
DOWN = Answer(b"", status=503)
REST = timedelta(minutes=5)


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> Rested:
    """Lets the time pass that an open circuit rests."""
    later = timedelta()

    def rest() -> None:
        nonlocal later
        later += REST * 1.2

    now = time.time
    monkeypatch.setattr(model, "time", SimpleNamespace(time=lambda: now() + later.total_seconds()))
    return rest


def resting(url: str) -> ExchangeMarket:
    """The adapter on that venue, whose open circuit rests for REST."""
    return ExchangeMarket(EXCHANGES["binanceusdm"], url=url, clock=lambda: NOW, rest=REST)


async def fails(market: ExchangeMarket, times: int, match: str = "Binance") -> None:
    for _ in range(times):
        with pytest.raises(NoData, match=match):
            await market.quotes()


async def test_after_some_failures_in_a_row_nothing_is_sent(venue: VenueServer) -> None:
    venue.answers[EXCHANGE_INFO] = DOWN
    market = resting(venue.url)

    await fails(market, FAILURES)
    assert market.health.circuit == "opened"
    sent = len(venue.asked)
    await fails(market, 20, match=f"failed {FAILURES} times in a row")
    await market.close()

    assert len(venue.asked) == sent


async def test_a_few_failures_leave_the_circuit_closed(venue: VenueServer) -> None:
    good, venue.answers[EXCHANGE_INFO] = venue.answers[EXCHANGE_INFO], DOWN
    market = resting(venue.url)
    await fails(market, FAILURES - 1)

    venue.answers[EXCHANGE_INFO] = good
    assert "ETH/USDT:USDT" in await market.quotes()
    assert market.health.circuit == "closed"

    venue.answers[PREMIUM_INDEX] = DOWN
    await asyncio.sleep(0)
    assert market.health.circuit == "closed"
    await market.close()


async def test_after_a_rest_one_success_closes_it(venue: VenueServer, rested: Rested) -> None:
    good, venue.answers[EXCHANGE_INFO] = venue.answers[EXCHANGE_INFO], DOWN
    market = resting(venue.url)
    await fails(market, FAILURES)
    venue.answers[EXCHANGE_INFO] = good
    await fails(market, 1, match="in a row")

    rested()

    assert "ETH/USDT:USDT" in await market.quotes()
    assert market.health.circuit == "closed"
    await market.close()


async def test_after_a_rest_one_failure_opens_it_again(
    venue: VenueServer, rested: Callable[[], None]
) -> None:
    venue.answers[EXCHANGE_INFO] = DOWN
    market = resting(venue.url)
    await fails(market, FAILURES)
    rested()

    await fails(market, 1, match="cannot be reached")
    sent = len(venue.asked)
    await fails(market, 3, match="in a row")
    await market.close()

    assert len(venue.asked) == sent


async def test_after_a_rest_many_questions_at_once_send_one_request(
    venue: VenueServer, rested: Callable[[], None]
) -> None:
    market = resting(venue.url)
    await market.contracts()
    good, venue.answers[KLINES] = venue.answers[KLINES], DOWN
    since = dict.fromkeys(("ETH", "BTC", "SOL", "NEAR", "PEPE"), NOW.date() - timedelta(days=5))
    assert await market.closes(since) == {}
    rested()
    sent = venue.counts[KLINES]
    assert await market.closes(since) == {}
    assert venue.counts[KLINES] == sent + 1

    venue.answers[KLINES] = good
    rested()
    assert len(await market.closes(since)) == 1
    assert (await market.closes(since)).keys() == since.keys()
    await market.close()


async def test_what_a_venue_refuses_is_no_failure_of_it(venue: VenueServer) -> None:
    market = resting(venue.url)
    await market.contracts()
    venue.answers[KLINES] = Answer({"code": -1121, "msg": "Invalid symbol."}, status=400)

    for _ in range(FAILURES + 2):
        assert await market.closes({"ETH": NOW.date() - timedelta(days=5)}) == {}

    assert market.health.circuit == "closed"
    assert "ETH/USDT:USDT" in await market.quotes()
    await market.close()


@pytest.mark.parametrize("status", [429, 418])
@pytest.mark.parametrize(
    ("retry_after", "waits"),
    [
        ("120", timedelta(seconds=120)),
        ("Tue, 10 Mar 2026 14:32:00 GMT", timedelta(seconds=120)),
        ("259200", timedelta(days=3)),
        ("Fri, 13 Mar 2026 14:31:00 GMT", timedelta(days=3, minutes=1)),
        (None, USUAL_WAIT),
        ("soon", USUAL_WAIT),
    ],
)
async def test_a_venue_that_wants_fewer_requests_is_asked_when_it_says(
    venue: VenueServer, status: int, retry_after: str | None, waits: timedelta
) -> None:
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    await market.quotes()
    headers = {"Retry-After": retry_after} if retry_after else {}
    good, venue.answers[PREMIUM_INDEX] = venue.answers[PREMIUM_INDEX], Answer({}, status, headers=headers)
    now += timedelta(minutes=1)
    asked = now
    with pytest.raises(NoData, match="asks for fewer requests"):
        await market.quotes()
    sent = len(venue.asked)
    venue.answers[PREMIUM_INDEX] = good

    if retry_after and retry_after.endswith("GMT"):
        waits -= timedelta(minutes=1)
    now = asked + waits - timedelta(seconds=1)
    assert market.health.circuit == "waiting"
    with pytest.raises(NoData, match="until"):
        await market.quotes()
    assert len(venue.asked) == sent

    now = asked + waits
    assert market.health.circuit == "closed"
    assert "ETH/USDT:USDT" in await market.quotes()
    await market.close()


async def test_the_wait_that_a_venue_may_ask_for_is_bounded(venue: VenueServer) -> None:
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    good = venue.answers[EXCHANGE_INFO]
    venue.answers[EXCHANGE_INFO] = Answer({}, 429, headers={"Retry-After": "9" * 5_000})
    with pytest.raises(NoData):
        await market.quotes()
    venue.answers[EXCHANGE_INFO] = good

    now += timedelta(days=29)
    with pytest.raises(NoData, match=r"asks for fewer requests: no .* until 9 April 14:30 UTC"):
        await market.quotes()
    now += timedelta(days=1)
    assert "ETH/USDT:USDT" in await market.quotes()
    await market.close()


async def test_a_later_answer_makes_no_wait_shorter(venue: VenueServer) -> None:
    market = opened(venue.url, clock=lambda: NOW)
    await market.contracts()
    venue.answers[PREMIUM_INDEX] = Answer({}, 418, headers={"Retry-After": "259200"}, after=0.2)
    venue.answers[FUNDING_INFO] = Answer({}, 429, headers={"Retry-After": "5"}, after=0.4)
    await asyncio.gather(market.quotes(), market.funding(), return_exceptions=True)
    with pytest.raises(NoData, match="until 13 March"):
        await market.quotes()
    await market.close()


async def test_an_outage_is_logged_once_and_not_every_minute(
    venue: VenueServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "core")
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    await market.quotes()
    venue.answers[BOOK_TICKER] = DOWN
    for _ in range(5):
        now += timedelta(minutes=1)
        await market.quotes()
    await market.close()

    assert len([message for message in caplog.messages if "bids and asks" in message]) <= 2


async def test_requests_of_the_last_minute_are_counted(venue: VenueServer) -> None:
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    await market.quotes()
    assert market.health.calls == len(venue.asked)

    now += timedelta(seconds=61)
    assert market.health.calls == 0
    await market.close()
