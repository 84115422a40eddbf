"""A storm of notices: how fast it drains, and how long commands wait meanwhile.

The stub of the Bot API runs in this process and the bot in one of its own. At the permitted rate the whole
storm takes over 13 minutes, so its first seconds are measured with all of it waiting; that the program itself
could go faster is measured by letting it.
"""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median, quantiles
from time import perf_counter
from typing import TypeVar

from sqlalchemy import insert

from bot.telegram.pace import RATE, Pace
from core.store.database import Database, open_database
from core.store.migrations import migrate
from core.store.queue.notice import write_notice
from core.store.tables import notices, users
from tests.benchmarks.report import Section, Table, verdict
from tests.bot_api import BotApi
from tests.notices import KINDS, notice, post_office
from tests.postgres import find_binaries, running_postgres

T = TypeVar("T")

STORM = 20_000
UNPACED = 1_000
"""Notices of which it is measured how fast they could go."""
ASKING = range(1_000_001, 1_000_021)
"""Users who type commands, and get no notices."""
COMMANDS = 100
PAUSE = 0.25
"""Seconds between two commands."""
QUIET = 15.0
"""Seconds in which nobody asks."""
AT_ONCE = 2_000
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Messages a second in the storm without and with commands; ms that each command waited, idle and in it.

    unpaced: notices a second when nothing holds them up.
    """

    alone: float
    beside: float
    idle: list[float]
    stormy: list[float]
    unpaced: float


async def fill(database: Database, count: int) -> None:
    """So many users, to each of whom a notice is due."""
    now, kinds = datetime.now(UTC), list(KINDS)
    for start in range(1, count + 1, AT_ONCE):
        some = range(start, min(start + AT_ONCE, count + 1))
        async with database.write() as connection:
            known = {"created_at": now, "coverage": Decimal(1), "horizon_days": 14}
            await connection.execute(insert(users), [{"id": user, **known} for user in some])
            rows = [write_notice(user, notice(f"notice {user}", now, kinds[user % 3])) for user in some]
            await connection.execute(insert(notices), rows)


@asynccontextmanager
async def running(api: BotApi, url: str) -> AsyncIterator[None]:
    """The bot on this database, in a process of its own."""
    environment = {
        **os.environ,
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "DATABASE_URL": url,
        "MARKET": "simulated",
        "PUBLIC": "1",
        "STORM": "0",
        "MOST_MESSAGES": "1000000",
    }
    command = (sys.executable, "-m", "tests.storm")
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    try:
        for user in ASKING:
            api.say(user, "/add sample")
        for user in ASKING:
            await api.reply(user, within=PATIENCE)
        yield
    finally:
        process.terminate()
        await process.wait()


async def asked(api: BotApi) -> list[float]:
    """Milliseconds from each command to its answer."""
    waits: list[float] = []

    async def ask(user: int) -> None:
        began = perf_counter()
        api.say(user, "/portfolio")
        await api.reply(user, within=PATIENCE)
        waits.append((perf_counter() - began) * 1e3)

    async with asyncio.TaskGroup() as group:
        for number in range(COMMANDS):
            group.create_task(ask(ASKING[number % len(ASKING)]))
            await asyncio.sleep(PAUSE)
    return waits


async def storm(url: str, spare: str) -> Measured:
    """On a database, and on another one of the same kind, both migrated and empty."""
    async with BotApi() as api, running(api, url):
        idle = await asked(api)
    database = open_database(url)
    await fill(database, STORM)
    await database.close()
    async with BotApi() as api, running(api, url):
        _, alone = await counted(api, asyncio.sleep(QUIET))
        stormy, beside = await counted(api, asked(api))
    return Measured(alone, beside, idle, stormy, await unpaced(spare))


async def counted(api: BotApi, meanwhile: Awaitable[T]) -> tuple[T, float]:
    """What it gives, and the messages a second meanwhile."""
    began, before = perf_counter(), len(api.called("sendMessage"))
    result = await meanwhile
    return result, (len(api.called("sendMessage")) - before) / (perf_counter() - began)


async def unpaced(url: str) -> float:
    """Notices a second when nothing but the program and its database holds them up."""
    database = open_database(url)
    await fill(database, UNPACED)
    async with BotApi() as api, post_office(api, database, pace=Pace(rate=1e6, chat_gap=0)) as post:
        post.clock.now = datetime.now(UTC)
        began = perf_counter()
        await post.deliver()
        seconds = perf_counter() - began
        assert len(api.called("sendMessage")) == UNPACED
    await database.close()
    return UNPACED / seconds


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, str]]]:
    """Two migrated databases of each kind that there is here."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": (f"sqlite+aiosqlite:///{folder}/a.db", f"sqlite+aiosqlite:///{folder}/b.db")}
        binaries = find_binaries()
        if binaries is None:
            for url in found["SQLite"]:
                migrate(url)
            yield found
            return
        with running_postgres(binaries) as server:
            found["PostgreSQL"] = (server.url(server.create()), server.url(server.create()))
            for pair in found.values():
                for url in pair:
                    migrate(url)
            yield found


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    with databases() as found:
        results = {kind: asyncio.run(storm(*urls)) for kind, urls in found.items()}
    slower = {kind: median(one.stormy) / median(one.idle) for kind, one in results.items()}
    fastest = max(max(one.alone, one.beside) for one in results.values())
    return Section(
        "storm",
        "A storm of notices",
        f"{STORM:,} notices are due to as many users; the bot delivers them to a stub of the Bot API over "
        f"loopback HTTP, at most {RATE} a second, while {len(ASKING)} other users ask /portfolio, one every "
        f"{PAUSE} s. Messages: notices and answers together. Without the pace: what the program and its "
        "database are able to do.",
        [
            Table(
                (
                    "database", "messages/s", "with commands", "commands idle ms", "in the storm ms", "×",
                    "p95 idle", "p95 storm", "without pace/s",
                ),
                [
                    (
                        kind,
                        f"{one.alone:.1f}",
                        f"{one.beside:.1f}",
                        f"{median(one.idle):.0f}",
                        f"{median(one.stormy):.0f}",
                        f"{slower[kind]:.2f}",
                        f"{quantiles(one.idle, n=20)[-1]:.0f}",
                        f"{quantiles(one.stormy, n=20)[-1]:.0f}",
                        f"{one.unpaced:.0f}",
                    )
                    for kind, one in results.items()
                ],
            )
        ],
        [
            verdict(
                f"Aim: at most {RATE} messages a second, and close to it, is {fastest:.1f} at most",
                met=0.95 * RATE <= fastest <= RATE + 0.5,
            ),
            verdict(
                "Aim: commands within twice their idle time, is "
                f"{', '.join(f'{times:.2f} times on {kind}' for kind, times in slower.items())}",
                met=max(slower.values()) < 2,
            ),
        ],
    )  # fmt: skip
