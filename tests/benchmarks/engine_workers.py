"""A worker of one of the engines that could share out our periods, with jobs that only sleep and say so.

`python -m tests.benchmarks.engine_workers ENGINE DSN`: the same venues are refreshed and the same shards
swept on each engine, as its own documentation says that periods are made.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

VENUES = ("alpha", "beta", "gamma")
SHARDS = 2
EVERY = 5
"""Seconds between two looks at a venue; each look is one refresh, and one sweep of each shard after it."""
REFRESH, SWEEP = 1.0, 0.6
"""Seconds that a refresh and a sweep take."""
GONE = 4.0
"""Seconds without a sign of life after which a worker counts as gone, on both engines."""
BEAT = 1.0
SIX_FIELDS = f"* * * * * */{EVERY}"
TABLE = """
CREATE TABLE done (
    job text NOT NULL, began timestamptz NOT NULL DEFAULT clock_timestamp(), ended timestamptz
)
"""

Noted = Callable[[str, float], Awaitable[None]]


async def noting(dsn: str) -> Noted:
    """A job that notes its begin, sleeps, and notes its end, over a connection of its own."""
    connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
    lock = asyncio.Lock()

    async def note(job: str, seconds: float) -> None:
        async with lock:
            row = await connection.execute("INSERT INTO done (job) VALUES (%s) RETURNING began", [job])
            (began,) = await row.fetchone() or (None,)
        await asyncio.sleep(seconds)
        async with lock:
            await connection.execute(
                "UPDATE done SET ended = clock_timestamp() WHERE job = %s AND began = %s", [job, began]
            )

    return note


async def procrastinate(dsn: str) -> None:
    """Work for ever on Procrastinate. Jobs of workers that are gone are rescued by a task of ours."""
    note = await noting(dsn)
    app = App(connector=PsycopgConnector(conninfo=dsn))

    async def sweep(venue: str, shard: int) -> None:
        await note(f"sweep:{venue}:{shard}", SWEEP)

    swept = app.task(name="sweep")(sweep)

    async def look(timestamp: int, venue: str) -> None:
        await note(f"refresh:{venue}", REFRESH)
        for shard in range(SHARDS):
            name = f"sweep:{venue}:{shard}"
            with suppress(AlreadyEnqueued):  # the one that waits will look at all there is by then
                await swept.configure(lock=name, queueing_lock=name).defer_async(venue=venue, shard=shard)

    async def rescue(context: JobContext, timestamp: int) -> None:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE):
            try:
                await app.job_manager.retry_job(job)
            except ConnectorException:
                # Its like waits already, and two may not wait. The other one will do the work.
                await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    looked = app.task(name="look")(look)
    for venue in VENUES:
        name = f"look:{venue}"
        app.periodic(
            cron=SIX_FIELDS, periodic_id=venue, lock=name, queueing_lock=name, task_kwargs={"venue": venue}
        )(looked)
    app.periodic(cron=SIX_FIELDS, queueing_lock="rescue")(app.task(name="rescue", pass_context=True)(rescue))
    async with app.open_async():
        await app.run_worker_async(
            concurrency=8,
            update_heartbeat_interval=BEAT,
            stalled_worker_timeout=GONE,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
        )


async def pgqueuer(dsn: str) -> None:
    """Work for ever on PgQueuer, which queues the jobs of workers that are gone again by itself."""
    from pgqueuer import PgQueuer
    from pgqueuer.models import Job, Schedule

    note = await noting(dsn)
    connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
    engine = PgQueuer.from_psycopg_connection(connection)

    async def sweep(job: Job) -> None:
        await note((job.payload or b"").decode(), SWEEP)

    async def look(job: Job) -> None:
        venue = (job.payload or b"").decode()
        await note(f"refresh:{venue}", REFRESH)
        names = [f"sweep:{venue}:{shard}" for shard in range(SHARDS)]
        await put("sweep", names)

    async def put(entrypoint: str, names: Sequence[str]) -> None:
        payloads: list[bytes | None] = [name.rpartition("look:")[2].encode() for name in names]
        count = len(names)
        await engine.qm.queries.enqueue(
            [entrypoint] * count, payloads, [0] * count, dedupe_key=list(names), on_conflict="skip"
        )

    def due(venue: str) -> Callable[[Schedule], Awaitable[None]]:
        # Only a job is made here: of a schedule whose worker is gone, PgQueuer waits thirty seconds.
        async def make(_schedule: Schedule) -> None:
            await put("look", [f"look:{venue}"])

        return make

    engine.entrypoint("sweep")(sweep)
    engine.entrypoint("look")(look)
    for venue in VENUES:
        engine.schedule(f"look-{venue}", SIX_FIELDS)(due(venue))
    await engine.run(heartbeat_timeout=timedelta(seconds=GONE), dequeue_timeout=timedelta(seconds=1))


ENGINES = {"procrastinate": procrastinate, "pgqueuer": pgqueuer}

if __name__ == "__main__":
    asyncio.run(ENGINES[sys.argv[1]](sys.argv[2]))
