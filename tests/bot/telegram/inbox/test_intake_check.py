"""What is said where updates do not come in."""

from datetime import timedelta

import pytest

from bot.telegram.inbox.intake_check import ReceptionCheck
from bot.telegram.inbox.intake_state import Reception
from core.domain.errors import NoData
from tests.conversation import Clock


class Seat:
    def __init__(self) -> None:
        self.clock, self.reception = Clock(), Reception()
        self.check = ReceptionCheck(self.reception, self.clock)

    async def said(self) -> str:
        try:
            await self.check()
        except NoData as error:
            return str(error)
        return ""


@pytest.fixture
def seat() -> Seat:
    return Seat()


async def test_while_telegram_answers_all_is_well(seat: Seat) -> None:
    seat.clock.move(minutes=30)
    seat.reception.polled_at = seat.clock() - timedelta(seconds=20)
    assert await seat.said() == ""


async def test_a_telegram_that_never_answered_is_told_after_a_while(seat: Seat) -> None:
    assert await seat.said() == ""
    seat.clock.move(seconds=121)
    assert "has not answered for 121 s" in await seat.said()


async def test_updates_that_stopped_coming_are_told_with_the_reason(seat: Seat) -> None:
    seat.reception.polled_at = seat.clock()
    seat.reception.failing = "Bad Gateway"
    assert await seat.said() == "", "one failure is none"
    seat.clock.move(minutes=10)
    assert "has not answered for 600 s (Bad Gateway)" in await seat.said()


async def test_another_process_with_the_same_token_is_told_at_once(seat: Seat) -> None:
    seat.reception.conflict = True
    assert "Another process" in await seat.said()
    seat.reception.conflict = False
    assert await seat.said() == ""


async def test_messages_that_cannot_be_stored_are_told(seat: Seat) -> None:
    seat.reception.storing = False
    assert "cannot be stored" in await seat.said()


async def test_updates_that_cannot_be_read_are_told_for_an_hour(seat: Seat) -> None:
    seat.reception.poison = 2
    assert "lately: 2." in await seat.said()
    seat.clock.move(minutes=50)
    seat.reception.polled_at = seat.clock()
    seat.reception.set_aside = 1
    assert "lately: 3." in await seat.said()
    seat.clock.move(minutes=61)
    seat.reception.polled_at = seat.clock()
    assert await seat.said() == ""
    seat.reception.poison = 3
    assert "lately: 1." in await seat.said()
