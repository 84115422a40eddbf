"""Which engine on PostgreSQL shares out periods among workers that are killed: Procrastinate beside PgQueuer.

Two workers of an engine run the jobs of `tests.benchmarks.engine_workers`; one of them is killed again and
again and started anew. What the jobs noted says what was missed, doubled or stuck. ENGINE_KILLS=200 for more.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import psycopg
from procrastinate import App, PsycopgConnector

from tests.benchmarks.engine_workers import ENGINES, EVERY, SHARDS, TABLE, VENUES
from tests.benchmarks.report import Section, Table
from tests.postgres import Postgres, find_binaries, running_postgres

KILLS = int(os.environ.get("ENGINE_KILLS", "50"))
BETWEEN = 3.0, 6.0
"""Seconds between two kills."""
START, END = 6.0, 20.0
"""Seconds without kills before the first and after the last; what is stuck then stays so."""
JOBS = [f"refresh:{venue}" for venue in VENUES]
JOBS += [f"sweep:{venue}:{shard}" for venue in VENUES for shard in range(SHARDS)]
Run = tuple[float, float | None]
"""When a job began and when it ended, in seconds; None where it was killed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How an engine kept its periods."""

    kills: int
    cut: int
    """Runs that a kill ended."""
    due: int
    """Runs that should have been, one of each job in each period."""
    done: int
    missed: int
    """Periods of a job in which no run of it came to an end."""
    doubled: int
    """Runs that began while another of the same job went on, or less than half a period after its begin."""
    stuck: int
    """Jobs that were not done in the last periods, when nothing was killed any more."""
    recovery: Sequence[float]
    """Of each run that a kill ended, seconds until the same job began again."""


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    binaries = find_binaries()
    assert binaries is not None, "no PostgreSQL here"
    with running_postgres(binaries) as server:
        found = {name: hurt(server, name) for name in ENGINES}
    return section(found)


def hurt(server: Postgres, engine: str, kills: int = KILLS, seed: int = 7) -> Kept:
    """Kill workers of an engine at random and say how the periods were kept."""
    dsn = f"host={server.folder} user=postgres dbname={server.create()}"
    asyncio.run(_prepare(engine, dsn))
    chance = random.Random(seed)
    with psycopg.connect(dsn, autocommit=True) as connection:
        workers = [_start(engine, dsn), _start(engine, dsn)]
        try:
            _wait_for_first(connection)
            time.sleep(START)
            began = time.time()
            for _ in range(kills):
                time.sleep(chance.uniform(*BETWEEN))
                place = chance.randrange(len(workers))
                workers[place].kill()
                workers[place].wait()
                workers[place] = _start(engine, dsn)
            time.sleep(END)
            ended = time.time()
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        rows = connection.execute(
            "SELECT job, extract(epoch FROM began)::float8, extract(epoch FROM ended)::float8 FROM done"
        ).fetchall()
    runs: dict[str, list[Run]] = defaultdict(list)
    for job, first, last in sorted(rows, key=lambda row: row[1]):
        runs[job].append((first, last))
    return judged(runs, began, ended, kills)


def judged(runs: Mapping[str, Sequence[Run]], began: float, ended: float, kills: int) -> Kept:
    """What the noted runs say of the time from `began` to `ended`."""
    missed = doubled = stuck = cut = done = 0
    recovery: list[float] = []
    for job in JOBS:
        own = [run for run in runs.get(job, ()) if began <= run[0] <= ended]
        whole = [(first, last) for first, last in own if last is not None]
        starts = [began, *(first for first, _ in whole), ended]
        missed += sum(max(0, round((later - before) / EVERY) - 1) for before, later in pairwise(starts))
        doubled += sum(
            later[0] < before[1] or later[0] - before[0] < EVERY / 2 for before, later in pairwise(whole)
        )
        stuck += not any(first > ended - END / 2 for first, _ in whole)
        # The last ones were still under way when all was ended.
        lost = [first for first, last in own if last is None and first < ended - EVERY]
        cut += len(lost)
        for first in lost:
            again = next((begin for begin, _ in own if begin > first), None)
            recovery.append((again if again is not None else ended) - first)
        done += len(whole)
    due = round((ended - began) / EVERY) * len(JOBS)
    return Kept(kills, cut, due, done, missed, doubled, stuck, recovery)


def section(found: Mapping[str, Kept]) -> Section:
    """The section for what was counted."""
    rows = [
        (
            name,
            *(f"{each:,}" for each in (kept.kills, kept.due, kept.done, kept.cut)),
            *(f"{each:,}" for each in (kept.missed, kept.doubled, kept.stuck)),
            f"{median(kept.recovery):.1f}" if kept.recovery else "-",
            f"{max(kept.recovery):.1f}" if kept.recovery else "-",
        )
        for name, kept in found.items()
    ]
    return Section(
        "engines",
        "Engines for periods, killed",
        f"Two workers of each engine on PostgreSQL look at {len(VENUES)} venues every {EVERY} s: one "
        f"refresh, then a sweep of {SHARDS} shards. One of the two, by chance, is killed with SIGKILL every "
        f"{BETWEEN[0]:g} to {BETWEEN[1]:g} s and started again. A worker counts as gone after 4 s without a "
        "sign of life, on both. Doubled is a run that began while another of the same job went on, or too "
        "soon after it; stuck a job that was not done any more in the end; recovery the seconds from the "
        "begin of a run that was killed to the next begin of the same job.",
        [
            Table(
                ("engine", "kills", "due", "done", "cut", "missed", "doubled", "stuck", "recovery, median",
                 "longest"),
                rows,
            )
        ],
    )  # fmt: skip


async def _prepare(engine: str, dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(TABLE)
        if engine == "pgqueuer":
            from pgqueuer.queries import Queries

            await Queries.from_psycopg_connection(connection).install()
    if engine == "procrastinate":
        async with App(connector=PsycopgConnector(conninfo=dsn)).open_async() as app:
            await app.schema_manager.apply_schema_async()


def _start(engine: str, dsn: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.benchmarks.engine_workers", engine, dsn]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_first(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    until = time.monotonic() + 60
    while not connection.execute("SELECT 1 FROM done WHERE ended IS NOT NULL LIMIT 1").fetchall():
        if time.monotonic() > until:
            raise RuntimeError("the workers do nothing")
        time.sleep(0.1)


if __name__ == "__main__":
    print(measure().markdown())
