"""An event loop that stands still is noticed from outside of it; systemd is told only while it goes on."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.health.sdnotify import ALIVE, READY, tell, watchdog_seconds
from bot.health.troubles import Troubles
from bot.health.watchdog import Patience, Watchdog

SOON = Patience(beat=0.005, still=0.05, over=0.05, last=3600)
LONG = 30.0
"""Seconds after which a test gives up."""


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not so():  # noqa: ASYNC110 - a thread does not set the loop's events
            await asyncio.sleep(0.001)


def watching(dog: Watchdog) -> threading.Thread:
    thread = threading.Thread(target=dog.watch, daemon=True)
    thread.start()
    return thread


async def test_a_loop_that_stands_still_is_noticed_and_told_of_until_well_after(
    caplog: pytest.LogCaptureFixture,
) -> None:
    troubles, noticed = Troubles(), threading.Event()
    dog = Watchdog(troubles, noticed.set, pytest.fail, patience=SOON)
    living = asyncio.create_task(dog.live())
    thread = watching(dog)
    await asyncio.sleep(0)
    with caplog.at_level(logging.WARNING):
        assert noticed.wait(LONG)  # the loop stands still here
        await until(lambda: bool(troubles._reported))
        assert "answered nobody" in "".join(await troubles.found())
        await until(lambda: not troubles._reported)
    assert "has stood still" in caplog.text
    assert "noticed.wait(LONG)" in caplog.text
    dog.end()
    living.cancel()
    thread.join(LONG)


async def test_a_loop_that_does_not_go_on_is_given_up() -> None:
    over = threading.Event()
    dog = Watchdog(Troubles(), lambda: None, over.set, patience=Patience(0.005, 0.05, 60, 0.1))
    thread = watching(dog)
    assert over.wait(LONG)
    thread.join(LONG)
    assert not thread.is_alive()


async def test_systemd_hears_of_a_loop_that_goes_on_and_of_no_other() -> None:
    told: list[str] = []
    stopped = threading.Event()
    dog = Watchdog(Troubles(), stopped.set, lambda: None, patience=SOON, notify=told.append, every=0.001)
    living = asyncio.create_task(dog.live())
    thread = watching(dog)
    await until(lambda: len(told) >= 3)
    assert stopped.wait(LONG)
    before = len(told)  # the loop stands still, and goes on to do so until the watchdog has ended
    dog.end()
    thread.join(LONG)
    assert told == [ALIVE] * before
    living.cancel()


def test_a_state_is_sent_to_the_socket_that_systemd_names(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "s"))
        assert tell(READY, {"NOTIFY_SOCKET": str(tmp_path / "s")})
        assert systemd.recv(100) == b"READY=1"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0microhedge-test-of-notification")
        assert tell(ALIVE, {"NOTIFY_SOCKET": "@microhedge-test-of-notification"})
        assert systemd.recv(100) == b"WATCHDOG=1"


def test_without_systemd_nothing_is_sent_and_nothing_fails(tmp_path: Path) -> None:
    assert not tell(READY, {})
    assert not tell(READY, {"NOTIFY_SOCKET": "relative"})
    assert not tell(READY, {"NOTIFY_SOCKET": str(tmp_path / "nobody listens")})


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_how_often_systemd_wants_to_hear_of_us(said: dict[str, str], seconds: float | None) -> None:
    assert watchdog_seconds(said) == seconds
