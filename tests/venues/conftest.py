"""Served answers only, without a proxy; and the table of what was seen of each venue."""

from collections.abc import Iterator

import pytest

from tests.venues.look import LOOKS, case_of
from tests.venues.table import table

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(scope="session", autouse=True)
def _loopback(unpaced: None) -> Iterator[None]:
    """No proxy, and no waiting between requests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in PROXIES:
            patch.delenv(name, raising=False)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table; in a run on several processes the looks are theirs, so there is none."""
    if LOOKS:
        terminalreporter.section("venues, as read from served answers")
        rows = [(venue, case_of(venue).origin, seen) for venue, seen in sorted(LOOKS.items())]
        terminalreporter.write_line(table(rows))
