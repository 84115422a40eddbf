"""What the workers of one bot share out among each other, as jobs of Procrastinate. Only this file knows it.

Which jobs there are and when they are due is in the database. A job that fails, or whose worker is gone, is
made up for by the next one of its kind, as everywhere in this program.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.types import JSONValue
from sqlalchemy import URL

from bot.running.schedule import GRACE
from core.domain.errors import BadInput, HedgeError
from core.domain.trace import reason
from core.store.database import Database

log = logging.getLogger(__name__)

T = TypeVar("T")

EACH_MINUTE = "* * * * *"
EACH_HOUR = "7 * * * *"
FIFTEEN_SECONDS = "* * * * * */15"
TEN_SECONDS = "* * * * * */10"
BEAT = 2.0
"""Seconds between two signs of life of a worker."""
GONE = 10.0
"""Seconds without one after which a worker counts as gone, and others do its jobs."""
POLL = 2.0
"""Seconds between two looks for jobs, where no notification says that there are some."""
AT_ONCE = 8
"""So many jobs a worker does at the same time; most of the time they wait for a venue or the database."""
SCHEMA = "jobs"
"""Of the database, where Procrastinate's own tables are: our migrations know nothing of them."""
LOCK = 7_274_915_001
"""The number of the lock under which the schema is made: of processes that start together one makes it."""
ONLY_POSTGRES = (
    "Several processes need PostgreSQL: set DATABASE_URL to postgresql://... For an SQLite file there is "
    "`microhedge run`, which does all of it in one process."
)


class Work(Protocol):
    """What is to be done, see `bot.running.worker`."""

    async def look(self, venue: str) -> bool:
        """Refresh a venue. Returns whether anybody needs it, so that its alerts are to be looked at."""
        ...

    async def sweep(self, venue: str, shard: int) -> None:
        """Look at the alerts of one part of the users."""
        ...

    async def survey(self) -> None:
        """Find out which venues are needed."""
        ...

    async def read_accounts(self) -> None:
        """Read the connected accounts that are due."""
        ...

    async def back_up(self) -> None:
        """Make the daily copy of the database where it is due."""
        ...

    async def housekeep(self) -> None:
        """Forget what nobody needs any more."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """Shares out the work. venues: those that are offered. shards: into how many parts users are divided."""

    url: URL
    venues: tuple[str, ...]
    shards: int

    async def run(self, work: Work, stop: asyncio.Event) -> None:
        """Do what is due until `stop` is set, then finish what is under way."""
        app = self._app(work)
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    concurrency=AT_ONCE,
                    install_signal_handlers=False,
                    update_heartbeat_interval=BEAT,
                    stalled_worker_timeout=GONE,
                    fetch_job_polling_interval=POLL,
                    shutdown_graceful_timeout=GRACE,
                    delete_jobs=DeleteJobCondition.ALWAYS,
                )
            )
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopping.cancel()
                worker.cancel()  # it finishes what is under way first
                with suppress(asyncio.CancelledError):
                    await worker

    def _app(self, work: Work) -> App:
        """The jobs. Of each kind one runs at a time, and no more than one waits."""
        app = App(connector=PsycopgConnector(conninfo=conninfo(self.url)))

        async def sweep(venue: str, shard: int) -> None:
            await done(f"sweep:{venue}:{shard}", work.sweep(venue, shard))

        swept = app.task(name="sweep")(sweep)

        async def look(timestamp: int, venue: str) -> None:
            del timestamp  # the moment for which it was due: what is due is done, however late
            if not await done(f"look:{venue}", work.look(venue)):
                return
            for shard in range(self.shards):
                name = f"sweep:{venue}:{shard}"
                with suppress(AlreadyEnqueued):  # the one that waits will see all there is by then
                    await swept.configure(lock=name, queueing_lock=name).defer_async(venue=venue, shard=shard)

        looked = app.task(name="look")(look)
        for venue in self.venues:
            name = f"look:{venue}"
            which: dict[str, JSONValue] = {"venue": venue}
            app.periodic(
                cron=EACH_MINUTE, periodic_id=venue, lock=name, queueing_lock=name, task_kwargs=which
            )(looked)
        for name, cron, own in (
            ("survey", EACH_MINUTE, work.survey),
            ("accounts", FIFTEEN_SECONDS, work.read_accounts),
            ("backup", EACH_HOUR, work.back_up),
            ("housekeep", EACH_HOUR, work.housekeep),
            ("rescue", TEN_SECONDS, partial(rescue, app)),
        ):
            app.periodic(cron=cron, lock=name, queueing_lock=name)(app.task(name=name)(_timed(name, own)))
        return app


Job = Callable[[int], Coroutine[Any, Any, None]]


def _timed(name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> Job:
    """The work as a periodic job, which is told for which moment it was due and does not care."""

    async def job(timestamp: int) -> None:
        del timestamp
        await done(name, work())

    return job


async def rescue(app: App) -> None:
    """Have the jobs of workers that are gone done by others."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=GONE):
        log.warning("A worker is gone; its job %s is done again", job.task_name)
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            # Its like waits already, and two may not wait. The other one will do the work.
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


async def done(name: str, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of some work; None where it failed. The next of its kind makes up for it."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001
        why = reason(error, HedgeError)
        log.error("The job %s failed: %s", name, why)  # noqa: TRY400
        return None


async def prepare(database: Database) -> None:
    """Have the engine's tables. Raises BadInput where the database is not PostgreSQL."""
    url = database.url
    if url.get_backend_name() != "postgresql":
        raise BadInput(ONLY_POSTGRES)
    import psycopg

    own = await psycopg.AsyncConnection.connect(conninfo(url, SCHEMA), autocommit=True)
    async with own as connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        there = await connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_jobs"])
        if (await there.fetchone() or (None,))[0] is None:
            async with App(connector=PsycopgConnector(conninfo=conninfo(url))).open_async() as app:
                await app.schema_manager.apply_schema_async()


def conninfo(url: URL, schema: str = SCHEMA) -> str:
    """How psycopg reaches the database, with the engine's tables in a schema of their own."""
    plain = url.set(drivername="postgresql").update_query_dict({"options": f"-csearch_path={schema}"})
    return plain.render_as_string(hide_password=False)
