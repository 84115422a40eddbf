"""What the bot survives: killed or asked to stop while people paste. SURVIVE_KILLS=200 for more of it."""

import asyncio
import os
import signal

from tests.benchmarks.report import Section, Table, verdict
from tests.benchmarks.storm import databases
from tests.pastes import LONGEST, Survived, paste_and_kill

KILLS = int(os.environ.get("SURVIVE_KILLS", "20"))
"""For each kind of database and each signal."""
USERS, LINES = range(5001, 5007), 30
HOW = (signal.SIGKILL, signal.SIGTERM)


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    with databases() as found:
        results = {
            (kind, how): asyncio.run(paste_and_kill(url, kills=KILLS, users=USERS, lines=LINES, how=how))
            for kind, pair in found.items()
            for url, how in zip(pair, HOW, strict=True)
        }
    return section(results)


def section(results: dict[tuple[str, signal.Signals], Survived]) -> Section:
    """The section for what was counted."""
    wrong = sum(one.lost + one.doubled + one.unanswered + one.left for one in results.values())
    rows = [
        (
            f"{kind}, {how.name}",
            *(f"{count:,}" for count in (one.kills, one.sent, one.lost, one.doubled, one.unanswered)),
            f"{one.repeated:,}",
        )
        for (kind, how), one in results.items()
    ]
    return Section(
        "survival",
        "What it survives",
        f"{len(USERS)} users paste {LINES} lines each, every line a change of its own; the bot is started "
        f"and, at a random moment within {LONGEST} s of its first request for updates, ended by the signal; "
        "and so on. "
        "In the end what is in the database is compared with what was sent. Repeated: answers that were sent "
        "again because it was not known whether they had arrived. `make storm` does the same with 200 kills, "
        "and kills the bot 200 times in a storm of alerts.",
        [Table(("database, signal", "kills", "lines", "lost", "doubled", "unanswered", "repeated"), rows)],
        [verdict(f"Aim: nothing lost, doubled or unanswered, is {wrong}", met=not wrong)],
    )
