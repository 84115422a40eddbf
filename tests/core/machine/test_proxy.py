"""Ways out of a country that an exchange does not serve: SOCKS proxies, named in the environment."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from telegram.error import NetworkError

from bot.telegram.request import AiohttpRequest, NotSent
from core.domain.errors import NoData
from core.machine.proxy import socks_for
from core.venues.exchange import open_exchange
from tests.binance_answers import binance_answers
from tests.socks_server import SocksServer
from tests.venue_server import VenueServer

NAMES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
NOW = datetime.now(UTC)
PRICES = {"BTC": Decimal(90000), "ETH": Decimal(3500)}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        for spelled in (name, name.lower()):
            monkeypatch.delenv(spelled, raising=False)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://127.0.0.1:8080"}, None),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:1080"}, "socks5h://127.0.0.1:1080"),
        ({"HTTPS_PROXY": "socks5h://me:pw@127.0.0.1:1080"}, "socks5h://me:pw@127.0.0.1:1080"),
        ({"ALL_PROXY": "socks4://127.0.0.1:1080"}, "socks4://127.0.0.1:1080"),
        ({"HTTPS_PROXY": "http://127.0.0.1:8080", "ALL_PROXY": "socks5://127.0.0.1:1080"}, None),
        ({"HTTP_PROXY": "socks5://127.0.0.1:1080"}, None),
        ({"ALL_PROXY": "socks5://127.0.0.1:1080", "NO_PROXY": "example.org"}, None),
    ],
)
def test_the_environment_says_which_proxy(
    environ: dict[str, str], found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert socks_for("https://example.org/v5/tickers") == found


@pytest.mark.parametrize("login", [None, ("me", "hunter2")])
async def test_an_exchange_is_asked_through_it(
    login: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with VenueServer(binance_answers(PRICES, NOW)) as venue, SocksServer(login) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        market = open_exchange("binanceusdm", url=venue.url, clock=lambda: NOW)
        try:
            assert await market.quotes()
        finally:
            await market.close()
        assert {port for _, port in proxy.asked} == {int(venue.url.rsplit(":", 1)[1])}


async def test_telegram_is_asked_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with VenueServer({"/bot1:x/getMe": {"ok": True}}) as server, SocksServer() as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        request = AiohttpRequest()
        await request.initialize()
        try:
            assert (await request.do_request(f"{server.url}/bot1:x/getMe", "GET"))[0] == 200
        finally:
            await request.shutdown()
        assert len(proxy.asked) == 1


async def test_a_proxy_that_does_not_let_us_through_is_named_and_its_login_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with SocksServer(("me", "hunter2"), refuses=True) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        market = open_exchange("binanceusdm", url="http://127.0.0.1:9", clock=lambda: NOW)
        with pytest.raises(NoData, match="cannot be asked through the proxy that is set") as refused:
            await market.contracts()
        await market.close()
        request = AiohttpRequest()
        await request.initialize()
        with pytest.raises(NetworkError) as failed:
            await request.do_request("http://127.0.0.1:9/bot1:x/getMe", "GET")
        await request.shutdown()
        assert isinstance(failed.value, NotSent)
        assert "hunter2" not in f"{refused.value} {failed.value}"


async def test_a_proxy_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{unused_tcp_port}")
    market = open_exchange("binanceusdm", url="http://127.0.0.1:9", clock=lambda: NOW)
    with pytest.raises(NoData, match="cannot be asked through the proxy that is set"):
        await market.contracts()
    await market.close()
