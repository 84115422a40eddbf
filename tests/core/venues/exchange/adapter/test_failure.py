"""What a failure is called: a country not served, a venue that is asked too often, a mistake of ours."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.domain.errors import NoData
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter import client as client_module
from core.venues.exchange.adapter.client import FAILURES, VenueClient
from core.venues.exchange.adapter.failure import hearing, is_block, is_ours
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import PREMIUM_INDEX
from tests.core.venues.exchange.conftest import NOW
from tests.venue_server import Answer, VenueServer

CLOUD = b"<HTML><BODY>The distribution is configured to block access from your country.</BODY></HTML>"
INSTRUMENTS = "/v5/market/instruments-info"


@pytest.fixture
async def client(venue: VenueServer) -> AsyncIterator[VenueClient]:
    """What the adapter asks Binance with."""
    client = VenueClient(
        "binanceusdm", "Binance", clock=lambda: NOW, timeout=timedelta(seconds=5), url=venue.url,
        options={"fetchMarkets": {"types": ["linear"]}},
    )  # fmt: skip
    yield client
    await client.close()


@pytest.mark.parametrize(
    ("status", "body", "blocked"),
    [
        (451, "", True),
        (403, "<html><title>Forbidden</title>", True),
        (403, " <!DOCTYPE html><p>You were asked for too many times: rate limit", False),
        (403, '{"retCode": 10006, "retMsg": "Too many visits"}', False),
        (403, "403, access too frequent", False),
        (403, '{"code": "50114", "msg": "Invalid authority"}', False),
        (400, '{"msg": "Service unavailable from a restricted location"}', True),
        (403, '{"msg": "not available in your region"}', True),
        (429, "<html>your country", False),
        (503, "<html>down</html>", False),
        (200, '{"msg": "your country"}', False),
    ],
)
def test_which_answers_refuse_us_for_where_we_are(status: int, body: str, blocked: bool) -> None:
    assert is_block(status, body) is blocked


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            Answer(CLOUD, 403, "text/html"),
            "Bybit does not serve the country or network that this bot runs in",
        ),
        (Answer(b"403, access too frequent", 403, "text/plain"), "Bybit asks for fewer requests"),
    ],
)
async def test_two_refusals_with_one_status_are_told_apart(answer: Answer, says: str) -> None:
    async with VenueServer({INSTRUMENTS: answer}) as server:
        market = ExchangeMarket(EXCHANGES["bybit"], url=server.url, clock=lambda: NOW)
        with pytest.raises(NoData, match=says):
            await market.contracts()
        await market.close()


async def test_a_block_goes_on_being_called_that(venue: VenueServer, client: VenueClient) -> None:
    """Also when nothing is sent any more: what to do about it would not be known otherwise."""
    venue.answers[PREMIUM_INDEX] = Answer(b"<html>", 403, "text/html")
    for _ in range(FAILURES + 2):
        with pytest.raises(NoData, match=r"does not serve the country .*: no prices. Pick another venue"):
            await client.call("prices", "fapiPublicGetPremiumIndex")
    assert len([asked for asked in venue.asked if asked.path == PREMIUM_INDEX]) == FAILURES


@pytest.mark.parametrize(
    ("method", "args"),
    [("fetch_nothing_of_the_kind", ()), ("fetch_ohlcv", ()), ("fetch_ohlcv", (1, 2, 3, 4, 5, 6, 7))],
)
async def test_a_mistake_of_ours_is_told_as_ours_and_logged_once(
    client: VenueClient, method: str, args: tuple[object, ...], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    for _ in range(FAILURES + 1):
        with pytest.raises(NoData) as failure:
            await client.call("candles", method, *args)
    assert str(failure.value) == "I failed to read Binance, which is a mistake of mine: no candles."
    assert len(caplog.records) == 1
    assert "mistake of ours" in caplog.text
    assert client.circuit == "closed"


@pytest.mark.parametrize(
    ("innermost", "answered", "ours"),
    [
        ("lib/ccxt/async_support/bybit.py", True, False),
        ("lib/ccxt/async_support/bybit.py", False, True),
        (f"{Path(client_module.__file__).parent}/market.py", True, True),
    ],
)
def test_whose_mistake_it_is(innermost: str, answered: bool, ours: bool) -> None:
    """Told by whose code failed last, and by whether there was an answer that could have been wrong."""
    client = SimpleNamespace(answers_heard=0)
    code: dict[str, Any] = {}
    exec(compile("def fail(row):\n    return row['price'] + 1", innermost, "exec"), code)
    with hearing(client) as heard:
        client.answers_heard += answered
        with pytest.raises(TypeError) as failure:
            code["fail"]({"price": None})
        assert is_ours(failure.value, heard) is ours
