"""The table of what the venues said."""

import pytest

from tests.venues.table import table


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from tests.live.venues_live import asked, elsewhere, reached

    if asked.cache_info().currsize:
        terminalreporter.section("venues, as they answered")
        rows = [
            (seen.venue, f"{elsewhere(seen.venue) or 'live'} {seen.at:%Y-%m-%d %H:%M}", seen)
            for seen in reached()
        ]
        terminalreporter.write_line(table(rows))
