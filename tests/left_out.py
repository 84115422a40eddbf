"""What `make test` leaves out: the tests that start processes, as their marks say, and those on PostgreSQL.

These are hooks of pytest; tests/conftest.py takes them in.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

STARTS = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "pty.spawn"}
"""What Python tells its audit hooks when a program is about to be started."""

LEFT_OUT = pytest.StashKey[Counter[str]]()


class Starting:
    """Whether a process may be started now: always, but for the time of a test that is not marked so."""

    allowed = True

    def __call__(self, event: str, _: tuple[Any, ...]) -> None:
        if event in STARTS and not self.allowed:
            raise AssertionError("This test starts a process: mark it with @pytest.mark.process")


starting = Starting()
sys.addaudithook(starting)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    starting.allowed = any(item.get_closest_marker(name) for name in ("process", "postgresql"))
    try:
        return (yield)
    finally:
        starting.allowed = True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for the server itself needs PostgreSQL, too; and what starts processes may take its time."""
    for item in items:
        if "postgres" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgresql)
        if item.get_closest_marker("process") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


def pytest_deselected(items: list[pytest.Item]) -> None:
    if items:
        left: Counter[str] = items[0].config.stash.setdefault(LEFT_OUT, Counter[str]())
        left.update("process" if item.get_closest_marker("process") else "postgresql" for item in items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells the one that prints what it has left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash.get(LEFT_OUT, None) or {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left = getattr(node, "workeroutput", {}).get("left_out")
    if left:
        node.config.stash[LEFT_OUT] = Counter(left)  # each worker has left out the same


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left = config.stash.get(LEFT_OUT, None)
    if config.option.markexpr and left:
        terminalreporter.write_line(
            f"Left out: {left['process']:,} tests that start processes of their own, and "
            f"{left['postgresql']:,} that run on PostgreSQL. `make test-all` runs them too."
        )
