"""People who paste many lines while the bot is killed: is any line lost, done twice or left unanswered?

Each line adds a coin of its own, in a quantity of its own, so that what it did is seen afterwards.
"""

import asyncio
import os
import random
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from core.store.database import open_database
from core.store.tables import holdings, inbox
from tests.bot_api import BotApi
from tests.bot_messages import Failure

PATIENCE = 120.0
"""Seconds that a process may take to start, and that may pass without any answer, on a busy machine."""
LONGEST = 1.2
"""Seconds that a process lives at most after it has first asked for updates."""
ROUND_TRIP = Failure(delay=0.01, late=0.02)
"""How long Telegram takes to take a message, and to say so."""
_COIN = re.compile(r"\bC(\d+)\b")


@dataclass(frozen=True, slots=True)
class Survived:
    """What became of the lines that were pasted.

    lost: without their effect. doubled: with more than it. unanswered: without an answer of their own.
    repeated: answers beyond one a line, the same words again. left: what still waits in the inbox.
    """

    kills: int
    sent: int
    lost: int
    doubled: int
    unanswered: int
    repeated: int
    left: int


@asynccontextmanager
async def bot(api: BotApi, database_url: str) -> AsyncIterator[Process]:
    """The bot as a process of its own, for everybody and without limits; killed in the end."""
    environment = {
        **os.environ,
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "TELEGRAM_FILE_URL": api.url,
        "DATABASE_URL": database_url,
        "MARKET": "simulated",
        "PUBLIC": "1",
        "MOST_MESSAGES": "1000000",
        "MOST_HOLDINGS": "1000000",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def paste_and_kill(
    database_url: str,
    *,
    kills: int,
    users: Collection[int],
    lines: int,
    how: signal.Signals = signal.SIGKILL,
    seed: int = 7,
) -> Survived:
    """Each user pastes so many lines before each start; the bot is killed at a random moment after it."""
    moments, numbers = random.Random(seed), iter(range(1, 10**9))
    said: dict[int, list[int]] = {user: [] for user in users}
    async with BotApi() as api:
        api.fail("sendMessage", ROUND_TRIP, times=10**6)
        for _ in range(kills):
            for _ in range(lines):
                for user in users:
                    number = next(numbers)
                    said[user].append(number)
                    api.say(user, f"/add C{number} {number}")
            polls = len(api.called("getUpdates"))
            async with bot(api, database_url) as process:
                await api.until_called("getUpdates", polls + 1, within=PATIENCE)
                await asyncio.sleep(moments.uniform(0, LONGEST))
                process.send_signal(how)
                await process.wait()
        async with bot(api, database_url) as process:
            await _settled(api, lambda: all(not _unanswered(api, user, said[user]) for user in users))
            process.send_signal(signal.SIGTERM)
            await process.wait()
        return await _counted(api, database_url, said, kills)


async def _settled(api: BotApi, done: Callable[[], bool]) -> None:
    """Wait until it is done, or until nobody has been answered for long."""
    before = -1
    while not done() and (now := len(api.called("sendMessage"))) != before:
        before = now
        for _ in range(int(PATIENCE)):
            await asyncio.sleep(1)
            if done() or len(api.called("sendMessage")) != before:
                break


def _answers(api: BotApi, user: int) -> Counter[int]:
    """How often each coin was answered about."""
    return Counter(
        int(found[1]) for message in api.chat(user) if (found := _COIN.search(message.text)) is not None
    )


def _unanswered(api: BotApi, user: int, numbers: Collection[int]) -> set[int]:
    return set(numbers) - _answers(api, user).keys()


async def _counted(api: BotApi, url: str, said: dict[int, list[int]], kills: int) -> Survived:
    database = open_database(url)
    async with database.read() as connection:
        query = select(holdings.c.user_id, holdings.c.asset, holdings.c.quantity)
        held = {(user, asset): quantity for user, asset, quantity in (await connection.execute(query)).all()}
        waiting = select(inbox.c.update_id).where(inbox.c.state != "done")
        left = len((await connection.scalars(waiting)).all())
    await database.close()
    got = {(user, n): held.get((user, f"C{n}"), Decimal(0)) for user, own in said.items() for n in own}
    return Survived(
        kills=kills,
        sent=len(got),
        lost=sum(not quantity for quantity in got.values()),
        doubled=sum(quantity > n for (_, n), quantity in got.items()),
        unanswered=sum(len(_unanswered(api, user, own)) for user, own in said.items()),
        repeated=sum(count - 1 for user in said for count in _answers(api, user).values()),
        left=left,
    )
