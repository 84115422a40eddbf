"""Served answers only, without a proxy; and the table of what was seen of each venue."""

from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.venues.look import LOOKS, case_of
from tests.venues.table import table

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(scope="session", autouse=True)
def _loopback() -> Iterator[None]:
    """No proxy, and no waiting between requests, which a venue wants and this machine does not."""
    from ccxt.async_support.base.exchange import Exchange

    async def at_once(*_: object) -> None:
        return None

    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
        patch.setattr(Exchange, "throttle", at_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_waiting() -> Iterator[None]:
    """ccxt sends as slowly as the real venues want it; the served ones do not mind."""

    async def at_once(self: object, cost: float | None = None) -> None:
        pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("ccxt.async_support.base.throttler").Throttler, "__call__", at_once)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table; in a run on several processes the looks are theirs, so there is none."""
    if LOOKS:
        terminalreporter.section("venues, as read from served answers")
        rows = [(venue, case_of(venue).origin, seen) for venue, seen in sorted(LOOKS.items())]
        terminalreporter.write_line(table(rows))
