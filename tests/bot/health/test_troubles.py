"""What is wrong with the program: told to whoever runs it, and to nobody else."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.router import Conversation
from bot.health import troubles as module
from bot.health.metrics import Metrics
from bot.health.troubles import Troubles
from bot.running.schedule import Schedule
from core.domain.errors import NoData
from core.store.database import Database
from core.store.queue.outbox import Outbox
from tests.conversation import OWNER, Talk, talk_over


async def test_a_trouble_stands_until_it_is_over_and_its_last_words_count() -> None:
    troubles = Troubles()
    troubles.report("polling", "Somebody else polls.")
    troubles.report("polling", "Two others poll.")
    troubles.report("clock", "The clock is off.")
    assert await troubles.found() == ("Two others poll.", "The clock is off.")
    troubles.over("polling")
    troubles.over("never reported")
    assert await troubles.found() == ("The clock is off.",)


async def test_silence_is_a_trouble_in_its_own_words() -> None:
    passed = [0.0]
    troubles = Troubles(lambda: passed[0])
    troubles.expect("updates", 120, "Telegram has not answered for {1:.0f} s")
    troubles.alive("nobody waits for this")
    passed[0] = 121
    assert await troubles.found() == ("Telegram has not answered for 121 s",)
    troubles.alive("updates")
    assert await troubles.found() == ()


async def test_a_check_is_looked_at_each_time_and_a_broken_one_is_told_without_its_words() -> None:
    troubles, wrong = Troubles(), [True]

    async def look() -> None:
        if wrong[0]:
            raise NoData("The disk is full.")

    async def broken() -> None:
        raise ValueError("secret")

    troubles.check("database", look)
    assert await troubles.found() == ("The disk is full.",)
    wrong[0] = False
    assert await troubles.found() == ()
    troubles.check("folder", broken)
    assert await troubles.found() == ("The folder cannot be read.",)


async def test_a_check_that_hangs_is_said_to_and_is_not_begun_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER", 0.01)
    troubles, begun, over = Troubles(), [0], asyncio.Event()

    async def hang() -> None:
        begun[0] += 1
        await over.wait()

    troubles.check("database", hang)
    for _time in range(2):
        assert await troubles.found() == ("The database has not answered for 0.01 s.",)
    assert begun == [1]
    over.set()
    assert await troubles.found() == ()


async def test_a_job_that_fails_is_a_trouble_until_it_is_done(embedded: Database) -> None:
    talk = talk_over(embedded)
    metrics = Metrics(talk.watch, Outbox(embedded), talk.clock)
    fails, tried = [True], asyncio.Semaphore(0)

    async def job() -> None:
        tried.release()
        if fails[0]:
            raise ValueError("secret")

    schedule = Schedule(metrics)
    schedule.add("look:bybit", job, timedelta(seconds=0.01))
    schedule.start()
    for _begun in range(2):  # when it begins again it has failed before
        await tried.acquire()
    assert await metrics.troubles.found() == ("The job look:bybit fails; the log says how.",)
    fails[0] = False
    for _begun in range(3):  # one may have begun before
        await tried.acquire()
    assert await metrics.troubles.found() == ()
    await schedule.stop()


async def test_the_owner_is_told_in_status_and_nobody_else(embedded: Database) -> None:
    troubles = Troubles()
    talk = talk_over(embedded)
    conversation = Conversation(
        embedded, talk.watch, ("simulated",), talk.clock, owner=OWNER, troubles=troubles
    )
    owner = Talk(conversation, talk.clock, embedded, talk.watch, OWNER)
    other = Talk(conversation, talk.clock, embedded, talk.watch, 1)
    troubles.report("polling", "Another process takes my messages.")
    assert "Trouble: Another process takes my messages." in await owner.say("/status")
    assert "Trouble" not in await other.say("/status")
    troubles.over("polling")
    assert "Trouble" not in await owner.say("/status")


async def test_what_cannot_be_kept_is_not_said_to_be_saved(embedded: Database) -> None:
    talk = talk_over(embedded)
    assert "Saved" in await talk.say("/add ETH 1")
    _delete(Path(embedded.url.database or ""))
    refused = await talk.say("/add SOL 60")
    assert "Saved" not in refused
    assert "nothing is saved any more" in refused
    assert await talk.portfolio() == {"ETH": "1"}


def _delete(path: Path) -> None:
    path.unlink()
