"""What the bot survives: killed or stopped while people paste, and without its database or room on the disk.

SURVIVE_KILLS=200 SURVIVE_STOPS=50 for more of it.
"""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, nullcontext

from core.store.migrations import migrate
from tests.benchmarks.report import Section, Table, verdict
from tests.blows import database_restarted, disk_full
from tests.pastes import LONGEST, Blow, Survived, paste_and_hurt, signalled
from tests.postgres import find_binaries, running_postgres

KILLS = int(os.environ.get("SURVIVE_KILLS", "20"))
"""For each kind of database."""
STOPS = int(os.environ.get("SURVIVE_STOPS", "5"))
"""Blows of each other kind, for each kind of database."""
USERS, LINES = range(5001, 5007), 30
DURABLE = "&options=-csynchronous_commit%3Don"
"""What PostgreSQL says that it keeps outlives its end, as outside of tests."""
COLUMNS = (
    "database, what hurts it", "blows", "lines", "lost", "doubled", "unanswered", "out of order",
    "answered wrongly", "set aside", "refused", "answers again", "of them needless",
)  # fmt: skip
Way = tuple[str, int, str, AbstractAsyncContextManager[Blow]]
"""Its name, how often it happens, the URL of a new database, and what happens."""


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    found = {}
    with ExitStack() as stack:
        for name, blows, url, blow in _ways(stack):
            migrate(url)
            found[name] = asyncio.run(_hurt(url, blow, blows))
            print(name, found[name], flush=True)
    return section(found)


def _ways(stack: ExitStack) -> Iterator[Way]:
    """All ways. What they need ends with the stack."""
    file = f"sqlite+aiosqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}"
    yield "SQLite, SIGKILL", KILLS, f"{file}/kill.db", nullcontext(signalled(signal.SIGKILL))
    yield "SQLite, SIGTERM", STOPS, f"{file}/stop.db", nullcontext(signalled(signal.SIGTERM))
    yield "SQLite, disk full", STOPS, f"{file}/full.db", disk_full(f"{file}/full.db")
    if (binaries := find_binaries()) is None:
        return
    server = stack.enter_context(running_postgres(binaries))
    kill, stop, full, restart = (server.url(server.create()) for _ in range(4))
    yield "PostgreSQL, SIGKILL", KILLS, kill, nullcontext(signalled(signal.SIGKILL))
    yield "PostgreSQL, SIGTERM", STOPS, stop, nullcontext(signalled(signal.SIGTERM))
    yield "PostgreSQL, disk full", STOPS, full, disk_full(full)
    yield "PostgreSQL, restarted", STOPS, f"{restart}{DURABLE}", nullcontext(database_restarted(server))


async def _hurt(url: str, blow: AbstractAsyncContextManager[Blow], blows: int) -> Survived:
    async with blow as one:
        return await paste_and_hurt(url, one, blows=blows, users=USERS, lines=LINES)


def section(found: Mapping[str, Survived]) -> Section:
    """The section for what was counted."""
    wrong = sum(one.wrong for one in found.values())
    rows = [
        (
            name,
            *(f"{count:,}" for count in (one.blows, one.sent, one.lost, one.doubled, one.unanswered)),
            *(f"{count:,}" for count in (one.disordered, one.denied + one.altered, one.aside + one.left)),
            *(f"{count:,}" for count in (one.refused, one.repeated, one.needless)),
        )
        for name, one in found.items()
    ]
    return Section(
        "survival",
        "What it survives",
        f"{len(USERS)} users paste {LINES} lines each, every line a coin, a short or an alert of its own, "
        "and again as soon as less than one such paste is unanswered. Meanwhile, at random moments at most "
        f"{LONGEST} s apart, the bot is ended by a signal and started again, its disk is full for a while "
        "(an SQLite file may not grow, PostgreSQL answers 53100), or PostgreSQL is stopped at once and "
        "started again. In the end what is in the database is compared with what was sent. Refused: with a "
        "sentence, and without any effect. Answers again: it was not known whether they had arrived. "
        "`make storm` does it with 200 kills and 50 blows of each other kind, and kills the bot 200 times in "
        "a storm of alerts.",
        [Table(COLUMNS, rows)],
        [verdict(f"Aim: nothing lost, doubled, unanswered or answered wrongly, is {wrong}", met=not wrong)],
    )
