"""A machine whose clock is off: whom it believes, and what follows for prices."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.clocks.agreed_clock import AgreedClock
from core.domain.errors import NoData
from core.domain.quote import QUOTE_REFUSE
from core.machine.server_time import HEARD_LATELY, ServerTime

TRUE = datetime(2026, 6, 10, 12, tzinfo=UTC)
FAST = timedelta(minutes=16)


class Machine:
    """A clock that is ahead by so much, and those it can ask."""

    def __init__(self, ahead: timedelta, **others: float) -> None:
        self.passed = 100.0
        self.says = {who: timedelta(minutes=minutes) for who, minutes in others.items()}
        self.clock = AgreedClock(lambda: TRUE + ahead, lambda: self.passed)
        self.clock.ask(lambda: self.says)

    def later(self) -> datetime:
        self.passed += 5
        return self.clock()


def test_two_that_agree_are_believed() -> None:
    assert Machine(FAST, binance=16, telegram=16.2).clock() == TRUE


def test_one_alone_is_not() -> None:
    assert Machine(FAST, binance=16).clock() == TRUE + FAST


@pytest.mark.parametrize(
    "others",
    [
        {"binance": 16, "telegram": 0},
        {"binance": 16, "bybit": 16, "okx": 0, "telegram": 0},
        {"binance": 0.8, "telegram": 0.9},
        {},
    ],
)
def test_where_they_do_not_agree_or_it_is_hardly_off_the_machine_is_believed(
    others: Mapping[str, float],
) -> None:
    machine = Machine(timedelta(0), **others)
    assert machine.clock() == TRUE


def test_most_of_them_outvote_one_that_is_off_itself() -> None:
    assert Machine(timedelta(0), binance=16, bybit=0, telegram=0).clock() == TRUE


async def test_the_owner_is_told_until_it_is_set_right() -> None:
    machine = Machine(-FAST, binance=-16, telegram=-16)
    with pytest.raises(NoData, match="16 min slow, as binance and telegram say"):
        await machine.clock.check()
    machine.says = {"binance": timedelta(0), "telegram": timedelta(seconds=1)}
    machine.passed += 5
    await machine.clock.check()


def test_what_is_heard_a_little_differently_each_time_does_not_make_the_time_jump() -> None:
    machine = Machine(FAST, binance=16, telegram=16)
    before = machine.clock()
    machine.says = {"binance": FAST + timedelta(seconds=2), "telegram": FAST + timedelta(seconds=3)}
    assert machine.later() == before


def test_prices_are_as_old_as_they_are_by_the_venues_time() -> None:
    machine = Machine(FAST, binance=16, telegram=16)
    assert machine.clock() - TRUE < QUOTE_REFUSE < FAST


def test_an_answer_tells_how_far_ahead_the_machine_is_also_through_a_cache() -> None:
    passed = [50.0]
    server = ServerTime(lambda: (TRUE + FAST).timestamp(), lambda: passed[0])
    assert server.ahead is None
    server.heard({"Date": "Wed, 10 Jun 2026 12:00:00 GMT"})
    assert server.ahead == FAST
    server.heard({"date": "Wed, 10 Jun 2026 11:00:00 GMT", "AGE": "3600"})
    assert server.ahead == FAST
    for headers in ({}, {"Date": "yesterday"}, {"Date": "Wed, 10 Jun 2026 12:00:00 GMT", "Age": "x"}):
        server.heard(headers)
        assert server.ahead == FAST, "what cannot be read says nothing"
    passed[0] += HEARD_LATELY
    assert server.ahead is None
