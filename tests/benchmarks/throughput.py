"""How many commands a second the Telegram bot answers, and what CPU each costs, beside bots that only echo.

The stub of the Bot API runs in this process and each bot in one of its own, so the stub's work does not count
as the bot's. Bots take turns; each turn is a burst of updates, timed from the first update to the last reply.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from tests.benchmarks.bots import USERS
from tests.benchmarks.report import REPEATS, Section, Table, ratio, verdict
from tests.bot_api import BotApi

EACH = 6
"""Commands of each user in one burst."""
WARM_UP = 2
PATIENCE = 120.0

ROWS = {
    "echo: library's defaults, one update at a time": ("library_echo", "/echo"),
    "echo: library's transport, our concurrency": ("concurrent_echo", "/echo"),
    "echo: our transport, our concurrency": ("aiohttp_echo", "/echo"),
    "echo: our transport behind our inbox": ("inbox_echo", "/echo"),
    "Microhedge: /portfolio": ("microhedge", "/portfolio"),
    "Microhedge: /hedge": ("microhedge", "/hedge"),
    "Microhedge: /positions": ("microhedge", "/positions"),
    "Microhedge: /alerts": ("microhedge", "/alerts"),
    "Microhedge: a fill": ("microhedge", "/filled short 0.1 ETH at 3025"),
}
"""What is measured: which bot, and the line that is sent to it."""
DEFAULT, CONCURRENT, OURS, INBOX, *COMMANDS = ROWS
DEAREST = dict(zip(COMMANDS, (2.5, 10, 8, 10, None), strict=True))
"""The most that a command may cost, in echoes on our transport, without what the inbox of both costs."""
SLOWEST = 60
"""So many commands a second each has to reach."""


@dataclass(slots=True)
class Measured:
    """Turn by turn: commands a second, and milliseconds of CPU for one command."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot and the Telegram that it talks to."""

    api: BotApi
    process: Process

    async def cpu(self) -> float:
        """CPU seconds used so far."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        return float(await self.process.stdout.readline())

    async def burst(self, line: str, each: int) -> float:
        """Every user sends `line` so many times; seconds until the last is answered."""
        began = perf_counter()
        for _ in range(each):
            for user in USERS:
                self.api.say(user, line)
        for user in USERS:
            for _ in range(each):
                await self.api.reply(user, within=PATIENCE)
        return perf_counter() - began


@asynccontextmanager
async def running(kind: str) -> AsyncIterator[Bot]:
    """The bot in its own process, connected."""
    async with BotApi() as api:
        command = (sys.executable, "-m", "tests.benchmarks.bots", kind, api.url)
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert process.stdin is not None
        try:
            await api.until_called("getUpdates", within=PATIENCE)
            yield Bot(api, process)
        finally:
            process.stdin.close()
            await process.wait()


async def take_turns() -> dict[str, Measured]:
    """Every row once a turn, after one that does not count."""
    found = {row: Measured() for row in ROWS}
    async with AsyncExitStack() as stack:
        bots = {
            kind: await stack.enter_async_context(running(kind)) for kind in {k for k, _ in ROWS.values()}
        }
        for kind, line in ROWS.values():
            await bots[kind].burst(line, WARM_UP)
        for _ in range(REPEATS):
            for row, (kind, line) in ROWS.items():
                before = await bots[kind].cpu()
                seconds = await bots[kind].burst(line, EACH)
                commands = len(USERS) * EACH
                found[row].cpu.append((await bots[kind].cpu() - before) / commands * 1e3)
                found[row].rates.append(commands / seconds)
    return found


def without_inbox(found: dict[str, Measured], row: str) -> list[float]:
    """Turn by turn: the CPU of a command over that of an echo on our transport, less what the inbox costs."""
    return [
        (mine - (inbox - echo)) / echo
        for mine, inbox, echo in zip(found[row].cpu, found[INBOX].cpu, found[OURS].cpu, strict=True)
    ]


def verdicts(found: dict[str, Measured]) -> Iterator[str]:
    """Each aim, and whether it was met."""
    for row, most in DEAREST.items():
        name = row.partition(": ")[2]
        if most is not None:
            times = median(without_inbox(found, row))
            yield verdict(
                f"Aim: {name} at most {most} times the CPU of an echo on our transport, the inbox of both "
                f"counted apart, is {times:.1f}",
                met=times <= most,
            )
        rate = median(found[row].rates)
        yield verdict(f"Aim: {name} at least {SLOWEST} a second, is {rate:.0f}", met=rate >= SLOWEST)


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    found = asyncio.run(take_turns())
    return Section(
        "throughput",
        "Commands through Telegram",
        f"Bursts of {len(USERS) * EACH} updates from {len(USERS)} users over loopback HTTP, long polling, "
        "against a stub of the Bot API in another process. Microhedge: all of `microhedge run` on the "
        "simulated market and an SQLite file, with its jobs and with what it does after each answer; every "
        "user holds the sample portfolio (8 coins) and has two shorts open that hedge it, with 7 alerts. A "
        "fill adds to one of them. CPU is that of the bot's process, all its threads. “Our concurrency”: "
        "256 updates at once, one a user. The last column takes off what our inbox costs, which is the "
        "difference between the two echoes on our transport.",
        [
            Table(
                ("bot", "commands/s", "× default echo", "CPU ms/command", "× our echo", "without inbox"),
                [
                    (
                        row,
                        f"{median(one.rates):.0f}",
                        ratio(one.rates, found[DEFAULT].rates),
                        f"{median(one.cpu):.2f}",
                        ratio(one.cpu, found[OURS].cpu),
                        f"{median(without_inbox(found, row)):.2f}" if row in COMMANDS else "",
                    )
                    for row, one in found.items()
                ],
            )
        ],
        [*verdicts(found)],
    )
