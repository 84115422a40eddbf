"""A venue in trouble: every fault becomes one sentence, and none becomes a number."""

import asyncio
import gc
import re
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from core.domain.errors import NoData
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import BOOK_TICKER, EXCHANGE_INFO, FUNDING_INFO, PREMIUM_INDEX
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import Answer, VenueServer

BULK = {EXCHANGE_INFO: "contracts", PREMIUM_INDEX: "prices", FUNDING_INFO: "funding intervals"}
SECRET = "do-not-show"
PAGE = f"<html>{SECRET}</html>".encode()
FAULTS = {
    "429": (Answer({"code": -1003, "msg": f"Way too many {SECRET}"}, status=429), "asks for fewer requests"),
    "418": (Answer({"code": -1003, "msg": f"banned until {SECRET}"}, status=418), "asks for fewer requests"),
    "500": (Answer(SECRET.encode(), status=500, content_type="text/plain"), "cannot be reached"),
    "502 page": (Answer(PAGE, status=502, content_type="text/html"), "cannot be reached"),
    "403 page": (Answer(PAGE, status=403, content_type="text/html"), "does not serve the country"),
    "403 too often": (
        Answer(b"403, access too frequent", status=403, content_type="text/plain"),
        "cannot be reached",
    ),
    "400 country": (Answer({"code": 1, "msg": f"not for your country {SECRET}"}, status=400), "the country"),
    "451": (Answer({"code": 0, "msg": f"restricted location {SECRET}"}, status=451), "the country"),
    "refusal": (Answer({"code": -1121, "msg": SECRET}, status=400), "refused the request"),
    "truncated": (Answer(b'[{"symbol": "ETHUSDT", "markPri'), "cannot be read"),
    "page": (Answer(PAGE, content_type="text/html"), "cannot be read"),
    "empty": (Answer(b""), "cannot be read"),
    "binary": (Answer(b"\xff\xfe\x00", content_type="application/octet-stream"), "cannot be read"),
    "null": (Answer(b"null"), "cannot be read"),
    "a number": (Answer(b"7"), "cannot be read"),
    "other shape": ({"answer": {"rows": [SECRET]}}, ""),
    "strings": ([SECRET, SECRET], ""),
    "numbers": ([1, 2], ""),
    "nulls": ([None], ""),
    "lists": ([[], []], ""),
    "nothing": ([], ""),
    "empty object": ({}, ""),
}


async def asked_for(market: ExchangeMarket, path: str) -> object:
    """The figures that need the answer of `path`."""
    if path == EXCHANGE_INFO:
        return await market.contracts()
    return await (market.funding() if path == FUNDING_INFO else market.quotes())


@pytest.mark.parametrize("path", BULK)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_one_sentence(
    venue: VenueServer, market: ExchangeMarket, path: str, fault: str
) -> None:
    venue.answers[path], words = FAULTS[fault]

    with pytest.raises(NoData) as failure:
        await asked_for(market, path)

    said = str(failure.value)
    assert said.startswith("Binance ")
    assert words in said
    assert BULK[path] in said
    assert not re.search(rf"http|127\.0\.0\.1|fapi|{{|{SECRET}", said)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_in_the_book_leaves_the_marks(
    venue: VenueServer, market: ExchangeMarket, fault: str
) -> None:
    venue.answers[BOOK_TICKER], _ = FAULTS[fault]

    quotes = await market.quotes()

    assert {(quote.bid, quote.ask) for quote in quotes.values()} == {(None, None)}
    assert len(market.health.problems) == 1
    assert "bids and asks" in market.health.problems[0]


async def test_a_venue_that_is_not_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        market = opened(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(NoData, match="Binance cannot be reached: no contracts"):
            await market.contracts()
        await market.close()


async def test_a_venue_that_does_not_answer(venue: VenueServer) -> None:
    venue.answers[EXCHANGE_INFO] = Answer({}, after=5)
    market = opened(venue.url, timeout=timedelta(seconds=0.2))
    with pytest.raises(NoData, match="Binance did not answer in time"):
        await market.contracts()
    await market.close()


async def test_it_works_again_as_soon_as_the_venue_does(venue: VenueServer, market: ExchangeMarket) -> None:
    good = venue.answers[EXCHANGE_INFO]
    venue.answers[EXCHANGE_INFO] = Answer(b"", status=503)
    with pytest.raises(NoData):
        await market.quotes()

    venue.answers[EXCHANGE_INFO] = good

    assert "ETH/USDT:USDT" in await market.quotes()


async def test_contracts_known_before_serve_for_a_day_without_their_list(venue: VenueServer) -> None:
    now = NOW
    market = opened(venue.url, clock=lambda: now)
    known = await market.contracts()
    venue.answers[EXCHANGE_INFO] = Answer(b"", status=503)

    now += timedelta(hours=2)
    assert await market.contracts() == known
    assert "contracts" in market.health.problems[0]
    assert "ETH/USDT:USDT" in await market.quotes()

    now += timedelta(hours=23)
    with pytest.raises(NoData, match="contracts"):
        await market.contracts()
    await market.close()


async def test_calls_at_the_same_time_share_one_client(venue: VenueServer, market: ExchangeMarket) -> None:
    quotes, funding, contracts = await asyncio.gather(market.quotes(), market.funding(), market.contracts())

    assert set(funding) < set(quotes) == set(contracts)
    assert venue.counts[PREMIUM_INDEX] == 1


async def test_closed_means_closed(venue: VenueServer, market: ExchangeMarket) -> None:
    await market.contracts()
    await market.close()
    await market.close()

    with pytest.raises(NoData, match="closed"):
        await market.quotes()


async def test_nothing_stays_open(venue: VenueServer, caplog: pytest.LogCaptureFixture) -> None:
    market = opened(venue.url)
    await market.quotes()
    await market.close()
    del market
    gc.collect()

    assert not [record for record in caplog.records if "close" in record.message.lower()]


@pytest.mark.process
def test_nobody_pays_for_ccxt_before_an_exchange_is_asked() -> None:
    program = (
        "import sys, datetime\n"
        "from core.venues.exchange import open_exchange\n"
        "market = open_exchange('binanceusdm', clock=lambda: datetime.datetime.now(datetime.UTC))\n"
        "print(any(name.partition('.')[0] == 'ccxt' for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
