"""A fake Binance on loopback, real ccxt, and a clock that stands still."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import binance_answers
from tests.venue_server import VenueServer

NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)
PRICES = {
    "ETH": Decimal("3500.25"),
    "BTC": Decimal("90000.1"),
    "SOL": Decimal("160.4"),
    "NEAR": Decimal("2.513"),
    "PEPE": Decimal("0.0000123"),
}
SHARED = Path(__file__).parents[4].parent / "shared" / "exchanges" / "binance"


def opened(
    url: str, *, clock: Callable[[], datetime] = lambda: NOW, timeout: timedelta = timedelta(seconds=10)
) -> ExchangeMarket:
    """The real adapter over real ccxt, asking `url`."""
    return ExchangeMarket(EXCHANGES["binanceusdm"], url=url, clock=clock, timeout=timeout)


@pytest.fixture(scope="session", autouse=True)
def _unpaced(unpaced: None) -> None:
    """The venue is on this machine."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def venue() -> AsyncIterator[VenueServer]:
    """A Binance with the contracts of PRICES and no trouble."""
    async with VenueServer(binance_answers(PRICES, NOW)) as server:
        yield server


@pytest.fixture
async def market(venue: VenueServer) -> AsyncIterator[ExchangeMarket]:
    """The adapter on that venue."""
    market = opened(venue.url)
    yield market
    await market.close()


def shared(name: str) -> Any:
    """The JSON of a file of recorded answers beside the checkout; skips the test where there is none."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"no recorded answers beside the checkout ({name})")
    return json.loads(gzip.decompress(path.read_bytes()))


@pytest.fixture
def recorded() -> dict[tuple[str, str], Any]:
    """Recorded public answers of the venue by path and query."""
    answers = shared("recorded_public_answers.json.gz")["answers"]
    return {(answer["path"], answer["query"]): answer["body"] for answer in answers}
