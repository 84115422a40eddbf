"""Whatever is typed after any command, it is answered: bounded work, no failure that nobody thought of."""

import asyncio
import sys
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS
from core.domain.caps import CAPS
from core.store.database import open_database
from core.store.migrations import migrate
from tests.conversation import Talk, talk_over
from tests.effort import examples

MOST_CALLS = 3_000_000
"""Calls of functions on the event loop's thread that one line may take; most take some ten thousand."""

ODD_NUMBERS = [
    *(
        "0",
        "-1",
        "1e999999",
        "1E-999999",
        "1,250",
        "NaN",
        "inf",
        "\u0663\u0664",
        "99999999999999999999x",
        "+40%",
    ),
    *("-20%", "9999-12-31", "0001-01-01", "2024-02-30", "999999999d", "23-7", "24:61", "1h", "99999d"),
]
LONG_NUMBERS = ["9" * 20, "9" * 60, "9" * 61, "0." + "0" * 57 + "1", "1" * 200, "1" * 18 + "%"]
WORDS = [
    *("ETH", "SOL", "BTC", "NOSUCH", "ETH:60", "only", "target", "beta", "keep", "drop", "at", "on", "bybit"),
    *(
        "lev",
        "margin",
        "fee",
        "short",
        "long",
        "add",
        "edit",
        "delete",
        "undo",
        "all",
        "off",
        "snooze",
        "price",
    ),
    *("above", "below", "liquidation", "funding", "drift", "with", "value", "size", "Europe/Berlin", "to"),
    *("../../etc/passwd", "quarterly", "inverse", "sample", "yes", "0123abcd", "leverage", "coverage"),
]
ODD = [" " * 3000 + "!", "\u2003" * 3000 + "!", "(" * 499, '"' * 499, "|" * 499, "1," * 249, "a1" * 2000]

numbers = st.one_of(
    st.sampled_from([*ODD_NUMBERS, *LONG_NUMBERS]),
    st.integers(-(10**30), 10**30).map(str),
    st.decimals(0, 10**20, allow_nan=False, allow_infinity=False, places=18).map(str),
)
pieces = st.one_of(st.sampled_from([*WORDS, "a" * 201, "a" * 190 + ":"]), numbers)
arguments = st.one_of(
    st.lists(pieces, max_size=8).map(" ".join),
    st.builds(lambda piece, times: " ".join([piece] * times), pieces, st.integers(2, 900)),
    st.sampled_from(ODD),
    st.lists(pieces, max_size=60).map("\n".join),
)
names = st.sampled_from([each.name for each in COMMANDS])
lines = st.one_of(st.builds(lambda name, more: f"/{name} {more}", names, arguments), arguments)


class Counter:
    """Calls of functions on this thread since it was begun."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> None:
        self.count += event == "call"


def counted(work: Callable[[], str]) -> tuple[int, str]:
    counter, before = Counter(), sys.getprofile()
    sys.setprofile(counter)
    try:
        said = work()
    finally:
        sys.setprofile(before)
    return counter.count, said


class Person:
    """Somebody with coins and a hedge, who types; the loop is theirs, so that Hypothesis can ask again."""

    def __init__(self, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = open_database(url)
        self.talk: Talk = talk_over(self.database)
        for line in ("/add sample", "/hedge", "/position add short 2.14 ETH at 3500"):
            self.say(line)

    def say(self, line: str) -> str:
        return str(self.loop.run_until_complete(self.talk.conversation.answer(line, user=1)).text)

    def close(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()


def test_any_line_is_answered_in_bounded_work(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('any')}/line.db"
    migrate(url)
    person = Person(url)

    @given(lines)
    @settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
    def answered(line: str) -> None:
        calls, said = counted(lambda: person.say(line))
        assert said
        assert "Something went wrong" not in said
        assert calls < MOST_CALLS

    try:
        answered()
        calls, said = counted(lambda: person.say("/hedge " + "x" * CAPS.characters))
        assert "too long" in said
        assert calls < 3 * CAPS.characters
    finally:
        person.close()
