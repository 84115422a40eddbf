"""How long a sweep of very many users takes, what it keeps in memory, and how long it keeps others waiting.

Each size is measured in a process of its own. `SWEEP_MOST=1000000` adds a million users: that takes a quarter
of an hour and 3 GB on disk for a while. `SWEEP_MOST=10000` leaves out what is larger.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import select

from core.alert.situation import Situation
from core.prices.watch import Watch
from core.store.database import Database, open_database
from core.store.market.closes import StoredCloses
from core.store.migrations import migrate
from core.store.tables import users
from core.store.user.own import touch
from core.sweep import Sweep, Swept
from tests.benchmarks import crowd, one_by_one
from tests.benchmarks.process import Busy, idle, memory
from tests.benchmarks.report import REPEATS, Section, Table, verdict
from tests.postgres import find_binaries, running_postgres

SIZES = (1_000, 10_000, 100_000)
LOOPED = 10_000
"""So many users are also looked at one by one."""
SAMPLE = 1_000
"""Of these so many are timed, spread over all."""
CHANGED = 0.01
"""Share of the users who have changed something between two sweeps."""
DATABASES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class Found:
    """Of one size on one database; seconds, but memory in MB. loop: None where it was not measured.

    cold: the first sweep, arrays and all; warm: with nothing to tell; reload: after CHANGED have changed, of
    which reading are spent on the arrays; firing: with FIRING told. memory: after the warm ones; grown: after
    all. blocked: longest that the event loop was kept from anything else, in any of these; idle: the same
    while nothing was done, as the machine has it.
    """

    users: int
    cold: float
    warm: float
    reading: float
    reload: float
    firing: float
    fired: int
    memory: float
    grown: float
    blocked: float
    idle: float
    loop: float | None


def measure() -> Section:
    """The section of docs/BENCHMARKS.md."""
    most = int(os.environ.get("SWEEP_MOST", max(SIZES)))
    sizes = (*(size for size in SIZES if size <= most), *((most,) if most > max(SIZES) else ()))
    found = {name: [_in_own_process(name, size) for size in sizes] for name in DATABASES}
    return Section("sweep", "The sweep over all alerts", TEXT, [*_tables(found)], [*_verdicts(found)])


TEXT = f"""\
Users with {crowd.HELD} holdings, {len(crowd.LEGS)} open contracts and {crowd.ALERTS} alerts (liquidation in
three tiers, funding, drift by its risk: {crowd.ALERTS + 1} rows to check) on one venue of {len(crowd.COINS)}
coins; each size in a process of its own. Cold: the first sweep, with all that has to be read. Warm: nothing
to tell, median of {REPEATS}. Reload: {CHANGED:.0%} of the users have changed something since; in brackets
what reading them takes. Firing: about {crowd.FIRING:.0%} of them are measured exactly and told, all of it
written. Blocked: the longest that the event loop could do nothing else, in any of these; in brackets the
same while nothing is done, as other programs run too. What is loaded at the start is left out of the search
for garbage, as in the bot. MB: what the process has grown by with nothing to tell; in brackets in the end.
One by one: each user's rows by the ORM, then measured exactly; timed on {SAMPLE:,} of {LOOPED:,}; in brackets
over a warm sweep.\
""".replace("\n", " ")
COLUMNS = ("users", "cold s", "warm ms", "reload ms", "firing ms", "told", "blocked ms", "MB", "one by one s")


def _tables(found: dict[str, list[Found]]) -> Iterator[Table]:
    for name, own in found.items():
        yield Table(COLUMNS, [_row(one) for one in own], name)


def _row(one: Found) -> tuple[str, ...]:
    return (
        f"{one.users:,}",
        f"{one.cold:.2f}",
        f"{one.warm * 1e3:.1f}",
        f"{one.reload * 1e3:.0f} ({one.reading * 1e3:.0f})",
        f"{one.firing * 1e3:.0f}",
        f"{one.fired:,}",
        f"{one.blocked * 1e3:.0f} ({one.idle * 1e3:.0f})",
        f"{one.memory:.0f} ({one.grown:.0f})",
        "" if one.loop is None else f"{one.loop:.0f} ({one.loop / one.warm:,.0f}×)",
    )


def _verdicts(found: dict[str, list[Found]]) -> Iterator[str]:
    """The aims, of all databases together."""
    both = [one for own in found.values() for one in own]
    if many := [one for one in both if one.users == max(SIZES)]:
        yield _aim(f"{max(SIZES):,} users warm, ms", [one.warm * 1e3 for one in many], 100)
        yield _aim(f"{max(SIZES):,} users cold, s", [one.cold for one in many], 2)
    if most := [one for one in both if one.users > max(SIZES)]:
        yield _aim(f"{most[0].users:,} users warm, s", [one.warm for one in most], 1)
        yield _aim(f"{most[0].users:,} users, MB", [one.memory for one in most], 300)
    yield _aim("event loop blocked, ms", [one.blocked * 1e3 for one in both], 50)
    last = [own[-2:] for own in found.values() if own[-1].users > LOOPED]
    growth = [more.warm / less.warm / (more.users / less.users) for less, more in last]
    if growth:
        yield _aim("growth of the warm time over that of the users", growth, 1.5)
    if ratios := [one.loop / one.warm for one in both if one.loop]:
        said = ", ".join(f"{ratio:,.0f}" for ratio in ratios)
        yield verdict(f"Aim: over 100 times as fast as one by one, is {said}", met=min(ratios) > 100)


def _aim(what: str, found: list[float], most: float) -> str:
    """Whether each figure stays under the most it may be."""
    said = ", ".join(f"{figure:.3g}" for figure in found)
    return verdict(f"Aim: {what} under {most}, is {said}", met=max(found) < most)


def _in_own_process(name: str, size: int) -> Found:
    command = (sys.executable, "-m", "tests.benchmarks.sweep", name, str(size))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Found(**json.loads(done.stdout))


@contextmanager
def database_of(name: str, size: int) -> Iterator[str]:
    """The URL of a database with so many users in it."""
    if name == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "microhedge.db"
            migrate(f"sqlite+aiosqlite:///{path}")
            crowd.fill_sqlite(str(path), size)
            yield f"sqlite+aiosqlite:///{path}"
        return
    binaries = find_binaries()
    assert binaries is not None
    with running_postgres(binaries) as server:
        database = server.create()
        migrate(server.url(database))
        crowd.fill_postgres(str(server.folder), database, size)
        yield server.url(database)


async def measured(url: str, size: int) -> Found:
    """All figures of this database."""
    database = open_database(url)
    market = crowd.Measured()

    def clock() -> datetime:
        return market.now

    watch = Watch(lambda _: market, StoredCloses(database), clock, (crowd.VENUE,))
    sweep = Sweep(database, watch, clock, (crowd.VENUE,))
    await watch.snapshot(crowd.VENUE, crowd.COINS, crowd.COINS)

    async def minute(times: float) -> Swept:
        """A minute passes; the sweep after it."""
        market.now, market.times = market.now + timedelta(minutes=1), times
        await watch.refresh(crowd.VENUE)
        return await sweep.run(crowd.VENUE)

    gc.collect()
    gc.freeze()
    at_rest, before = await idle(), memory()
    busy = Busy()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(busy.watch())
        cold = await minute(1.0)
        warm = [await minute(1 + 0.0005 * turn) for turn in range(REPEATS)]
        for one in (cold, *warm):
            assert (one.users, one.alerts, one.fired) == (size, size * crowd.ALERTS, 0), one
            assert not one.candidates, one
        quiet = memory() - before
        await _change(database)
        reload = await minute(1.001)
        firing = await minute(crowd.RISE)
        assert firing.candidates >= crowd.FIRING * size / 2, firing
        grown = memory() - before
        watching.cancel()
    loop = await _one_by_one(url, watch, market.now) if size == LOOPED else None
    await database.close()
    return Found(
        size,
        cold.seconds,
        median(one.seconds for one in warm),
        reload.reading,
        reload.seconds,
        firing.seconds,
        firing.fired,
        quiet,
        grown,
        busy.longest,
        at_rest,
        loop,
    )


async def _change(database: Database) -> None:
    """Some users change something."""
    every = round(1 / CHANGED)
    async with database.write() as connection:
        some = (await connection.scalars(select(users.c.id).where(users.c.id % every == 0))).all()
        for start in range(0, len(some), 1000):
            await connection.run_sync(touch, some[start : start + 1000])


async def _one_by_one(url: str, watch: Watch, now: datetime) -> float:
    """Seconds that looking at LOOPED users one by one takes."""
    snapshot = await watch.snapshot(crowd.VENUE, crowd.COINS, crowd.COINS)
    some = range(crowd.FIRST, crowd.FIRST + LOOPED, LOOPED // SAMPLE)
    situation = Situation(now, crowd.VENUE, {crowd.VENUE: snapshot})
    began = perf_counter()
    await asyncio.to_thread(one_by_one.look, url, some, snapshot, situation)
    return (perf_counter() - began) * LOOPED / len(some)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(measure().markdown())
    else:
        with database_of(sys.argv[1], int(sys.argv[2])) as where:
            print(json.dumps(asdict(asyncio.run(measured(where, int(sys.argv[2]))))))
