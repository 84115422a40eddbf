"""The owner is told of what is wrong by a message: at once, not again and again, and of its end."""

import pytest

from bot.health.alarm import AGAIN, Alarm
from bot.health.troubles import Troubles
from bot.wording.reply import Reply
from tests.bot_html import visible

OWNER = 77


class Desk:
    """An alarm, what it sent, and the time."""

    def __init__(self, owner: int | None = OWNER) -> None:
        self.now = 0.0
        self.owner = owner
        self.sent: list[tuple[int, str]] = []
        self.fails = False
        self.troubles = Troubles()
        self.alarm = Alarm(self.troubles, self.who, self.send, lambda: self.now)

    async def who(self) -> int | None:
        return self.owner

    async def send(self, user: int, reply: Reply) -> None:
        if self.fails:
            raise OSError
        self.sent.append((user, visible(reply.text)))

    async def after(self, seconds: float = 20) -> list[tuple[int, str]]:
        """What a look so much later sends."""
        self.now += seconds
        self.sent.clear()
        await self.alarm.look()
        return list(self.sent)


async def test_a_trouble_is_told_at_once_and_once_and_then_its_end() -> None:
    desk = Desk()
    assert await desk.after() == []
    desk.troubles.report("sweep:bybit", "Alerts on bybit are not checked.")
    assert await desk.after() == [
        (OWNER, "Something is wrong with the bot\nAlerts on bybit are not checked.")
    ]
    assert await desk.after() == []
    desk.troubles.over("sweep:bybit")
    assert await desk.after() == [(OWNER, "The bot is well again.")]
    assert await desk.after() == []


async def test_a_trouble_that_comes_and_goes_is_told_once_an_hour() -> None:
    desk = Desk()
    told = []
    for minute in range(60):
        desk.troubles.report("sweep:bybit", "Alerts on bybit are not checked.")
        told += await desk.after(30)
        desk.troubles.over("sweep:bybit")
        told += await desk.after(29)
        assert len(told) <= 2, minute
    desk.troubles.report("sweep:bybit", "Alerts on bybit are not checked.")
    assert len(await desk.after(AGAIN)) == 1


async def test_figures_that_go_on_make_no_new_trouble_but_another_trouble_is_one() -> None:
    desk = Desk()
    desk.troubles.report("look", "look has not run for 300 s")
    assert len(await desk.after()) == 1
    desk.troubles.report("look", "look has not run for 320 s")
    assert await desk.after() == []
    desk.troubles.report("disk", "The disk is full.")
    assert await desk.after() == [(OWNER, "Something is wrong with the bot\nThe disk is full.")]


async def test_what_could_not_be_sent_is_told_the_next_time_and_so_is_what_came_before_an_owner() -> None:
    desk = Desk(owner=None)
    desk.troubles.report("disk", "The disk is full.")
    assert await desk.after() == []
    desk.owner, desk.fails = OWNER, True
    with pytest.raises(OSError):  # noqa: PT011
        await desk.after()
    desk.fails = False
    assert len(await desk.after()) == 1
