"""The clock that a person moves."""

from datetime import timedelta

import pytest

from bot.clocks.clock import MOST, MovableClock, utc_now
from core.domain.errors import BadInput
from tests.conversation import BEGAN, Clock


@pytest.mark.parametrize(
    ("text", "step"),
    {
        "30m": timedelta(minutes=30),
        "6h": timedelta(hours=6),
        " 2d ": timedelta(days=2),
        "0m": timedelta(0),
    }.items(),
)
def test_it_goes_ahead_by_what_it_is_told(text: str, step: timedelta) -> None:
    clock = MovableClock()
    before = utc_now()
    assert clock.move(text) == step
    assert step <= clock() - before < step + timedelta(minutes=5)


def test_steps_add_up() -> None:
    clock = MovableClock()
    clock.move("1d")
    clock.move("1d")
    assert clock() - utc_now() > timedelta(days=1, hours=23)


@pytest.mark.parametrize(
    "text", ["", "6", "h", "-6h", "6 h", "6H", "1.5h", "6h30m", "1w", "999999d", "９h", "3651d", "6h\n6h"]
)
def test_anything_else_is_refused_and_moves_nothing(text: str) -> None:
    clock = MovableClock()
    with pytest.raises(BadInput, match=":tick 6h"):
        clock.move(text)
    assert clock() - utc_now() < timedelta(minutes=1)


def test_it_goes_no_further_than_ten_years() -> None:
    clock = MovableClock()
    clock.move(f"{MOST.days}d")
    with pytest.raises(BadInput):
        clock.move("1m")


def test_it_goes_as_many_times_as_fast_from_the_time_that_it_begins() -> None:
    machine = Clock()
    clock = MovableClock(3600, machine)
    assert clock() == machine()
    machine.move(seconds=2)
    assert clock() == BEGAN + timedelta(hours=2)
    clock.move("1d")
    machine.move(seconds=1)
    assert clock() == BEGAN + timedelta(days=1, hours=3)


def test_it_goes_on_from_a_moment_that_lies_ahead_and_never_goes_back() -> None:
    machine = Clock()
    clock = MovableClock(60, machine)
    clock.go_on_from(BEGAN + timedelta(days=2))
    assert clock() == BEGAN + timedelta(days=2)
    machine.move(seconds=1)
    clock.go_on_from(BEGAN)
    assert clock() == BEGAN + timedelta(days=2, minutes=1)


def test_it_goes_on_from_its_own_time_at_another_speed_and_stands_still() -> None:
    machine = Clock()
    clock = MovableClock(1, machine)
    clock.move("1d")
    machine.move(seconds=10)
    before = clock()
    clock.go(60)
    assert clock() == before
    machine.move(seconds=10)
    assert clock() - before == timedelta(minutes=10)
    clock.go(0)
    machine.move(hours=5)
    assert clock() - before == timedelta(minutes=10)
    with pytest.raises(BadInput):
        clock.go(-1)
