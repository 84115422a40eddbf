"""Killed at any moment of a storm of alerts, the bot loses no notice and repeats no more than it must.

STORM_KILLS=200 pytest tests/bot/test_storm.py
"""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import select

from core.store.database import Database, open_database
from core.store.tables import alerts
from tests.bot_api import BotApi
from tests.bot_messages import Failure
from tests.notices import states
from tests.nursery import Nursery
from tests.storm import is_urgent, prepare

pytestmark = pytest.mark.process

KILLS = int(os.environ.get("STORM_KILLS", "6"))
"""For each kind of database."""
CROWD = range(7200, 7240)
PATIENCE = 120
ROUND_TRIP = Failure(delay=0.01, late=0.02)
"""How long Telegram takes to take a message, and to say so."""


def settings(api: BotApi, database_url: str, *, blowing: bool) -> dict[str, str]:
    """The environment of the bot."""
    return api.settings(database_url, MARKET="simulated", STORM=str(int(blowing)))


@asynccontextmanager
async def storming(api: BotApi, database_url: str, *, blowing: bool) -> AsyncIterator[Process]:
    """The bot as a process of its own."""
    environment = settings(api, database_url, blowing=blowing)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storm", env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def told(api: BotApi) -> list[list[str]]:
    """The notices of every message that Telegram took, in order."""
    return [message.text.split("\n") for user in CROWD for message in api.chat(user)]


@asynccontextmanager
async def looking(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    try:
        yield database
    finally:
        await database.close()


async def settled(database: Database) -> dict[tuple[int, str], str]:
    """What has become of every notice, by user and key, once none is under way. Raises TimeoutError where
    none gets on for PATIENCE.
    """
    before = None
    async with asyncio.timeout(PATIENCE) as waiting:
        while True:
            found = {
                (user, key): state for user in CROWD for key, state in (await states(database, user)).items()
            }
            now = Counter(found.values())
            if not now["waiting"] and not now["sending"]:
                return found
            if now != before:
                before = now
                waiting.reschedule(asyncio.get_running_loop().time() + PATIENCE)
            await asyncio.sleep(0.1)


async def fired(database: Database) -> int:
    """How often the state of an alert was changed."""
    async with database.read() as connection:
        return sum((await connection.scalars(select(alerts.c.version))).all())


@pytest.fixture
async def crowd(database_url: str) -> str:
    """The database of the crowd, each of whom has an alert."""
    async with looking(database_url) as database:
        await prepare(database, CROWD)
    return database_url


@pytest.mark.timeout(120 + 10 * KILLS)
async def test_whenever_it_is_killed_no_notice_is_lost_and_none_is_repeated_without_need(crowd: str) -> None:
    moments = random.Random(7)
    async with BotApi() as api, Nursery() as nursery:
        api.fail("sendMessage", ROUND_TRIP, times=10**6)
        for _ in range(KILLS):
            before = len(api.called("sendMessage"))
            bot = await nursery.start("tests.storm", environment=settings(api, crowd, blowing=True))
            try:
                await api.until_called("sendMessage", before + 1, within=PATIENCE)
                await asyncio.sleep(moments.uniform(0, 1.5))
            finally:
                bot.kill()
            await bot.wait()
        async with storming(api, crowd, blowing=False), looking(crowd) as database:
            found = await settled(database)
            assert await fired(database) == len(found), "an alert changes its state together with a notice"

    messages = told(api)
    repeats = [
        keys for keys, earlier in zip(messages, before_each(messages), strict=True) if earlier & set(keys)
    ]
    assert len(repeats) <= KILLS
    times = Counter(key for keys in messages for key in keys)
    assert len(found) > KILLS
    for (user, key), state in found.items():
        assert state == "sent" or (state == "unknown" and not is_urgent(user)), f"{key} is lost"
        assert times[key] >= (state == "sent"), f"{key} is said to be sent"
        assert times[key] <= 1 or is_urgent(user), f"{key} is repeated"


def before_each(messages: list[list[str]]) -> Iterator[set[str]]:
    """What had been told before each message."""
    earlier: set[str] = set()
    for keys in messages:
        yield set(earlier)
        earlier.update(keys)


async def test_two_bots_share_a_storm_and_no_notice_is_sent_by_both(crowd: str) -> None:
    async with BotApi() as one, BotApi(first_update=990_000_001) as other:
        async with storming(one, crowd, blowing=True) as bot, storming(other, crowd, blowing=True) as twin:
            for api in (one, other):
                await api.until_called("sendMessage", 20, within=PATIENCE)
            for each in (bot, twin):
                each.send_signal(signal.SIGTERM)
            await asyncio.gather(bot.wait(), twin.wait())
        async with storming(one, crowd, blowing=False), looking(crowd) as database:
            found = await settled(database)
    times = Counter(key for keys in (*told(one), *told(other)) for key in keys)
    assert set(found.values()) == {"sent"}
    assert times == dict.fromkeys((key for _, key in found), 1)


async def ended(bot: Process) -> int:
    """Its exit code after SIGTERM, whose sender may kill soon after: 0 if it ended within the time it gives
    itself, measured by its own clock. Later it gives up, and the code is 1.
    """
    bot.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(bot.wait(), PATIENCE)


async def test_asked_to_stop_it_finishes_the_notice_on_its_way_and_ends_in_time(crowd: str) -> None:
    async with BotApi() as api, looking(crowd) as database:
        api.fail("sendMessage", Failure(late=1.5), times=100)
        async with storming(api, crowd, blowing=True) as bot:
            await api.until_called("sendMessage", within=PATIENCE)
            assert await ended(bot) == 0
        arrived = {key for keys in told(api) for key in keys}
        found = {key: state for user in CROWD for key, state in (await states(database, user)).items()}
    assert arrived
    assert arrived == {key for key, state in found.items() if state == "sent"}
    assert "waiting" in found.values()
    assert "sending" not in found.values()


async def test_asked_to_stop_while_telegram_is_silent_it_ends_in_time_as_well(crowd: str) -> None:
    async with BotApi() as api:
        api.fail("sendMessage", Failure(delay=60), times=100)
        async with storming(api, crowd, blowing=True) as bot:
            await api.until_called("sendMessage", within=PATIENCE)
            api.fail("getUpdates", Failure(delay=60), times=10)
            api.say(CROWD[0], "/portfolio")
            api.say(CROWD[1], "/portfolio")
            assert await ended(bot) == 0
