"""What is said where updates do not come in."""

from datetime import timedelta

import pytest

from bot.telegram.inbox.intake_check import IntakeCheck
from bot.telegram.inbox.intake_state import IntakeState
from core.domain.errors import NoData
from tests.conversation import Clock


class Seat:
    def __init__(self) -> None:
        self.clock, self.intake_state = Clock(), IntakeState()
        self.check = IntakeCheck(self.intake_state, self.clock)

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
    seat.intake_state.polled_at = seat.clock() - timedelta(seconds=20)
    assert await seat.said() == ""


async def test_a_telegram_that_never_answered_is_told_after_a_while(seat: Seat) -> None:
    assert await seat.said() == ""
    seat.clock.move(seconds=121)
    assert "has not answered for 121 s" in await seat.said()


async def test_updates_that_stopped_coming_are_told_with_the_reason(seat: Seat) -> None:
    seat.intake_state.polled_at = seat.clock()
    seat.intake_state.failing = "Bad Gateway"
    assert await seat.said() == "", "one failure is none"
    seat.clock.move(minutes=10)
    assert "has not answered for 600 s (Bad Gateway)" in await seat.said()


async def test_another_process_with_the_same_token_is_told_at_once(seat: Seat) -> None:
    seat.intake_state.conflict = True
    assert "Another process" in await seat.said()
    seat.intake_state.conflict = False
    assert await seat.said() == ""


async def test_messages_that_cannot_be_stored_are_told(seat: Seat) -> None:
    seat.intake_state.storing = False
    assert "cannot be stored" in await seat.said()


async def test_updates_that_cannot_be_read_are_told_for_an_hour(seat: Seat) -> None:
    seat.intake_state.poison = 2
    assert "lately: 2." in await seat.said()
    seat.clock.move(minutes=50)
    seat.intake_state.polled_at = seat.clock()
    seat.intake_state.set_aside = 1
    assert "lately: 3." in await seat.said()
    seat.clock.move(minutes=61)
    seat.intake_state.polled_at = seat.clock()
    assert await seat.said() == ""
    seat.intake_state.poison = 3
    assert "lately: 1." in await seat.said()
