"""The inbox: updates accepted from Telegram, from before they are confirmed there until they are answered.

A row is written before Telegram is told that its update has arrived. Whoever answers it claims it under a
lease, and a lease that ran out means that its holder is gone. The rows of one user are claimed in their order
and by one process at a time. One that is done stays, emptied, until Telegram has taken the confirmation, so
that an update that comes again is known.
"""

import itertools
import os
import socket
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.store.database import Database, insert_or_ignore
from core.store.tables import inbox

ROWS_AT_ONCE = 8
"""Rows of one user that are claimed together: what a crash can leave under a lease."""
NOBODY = 0
"""The user of an update whose sender cannot be read."""
EMPTY = "{}"
LONG_GONE = timedelta(seconds=4)
HUNG = 30
"""An update counts as begun so many times where its lease ran out so long ago: whoever was at it has hung for
longer than a process that is killed and started again takes, and may have because of it."""
_CHANCE = os.urandom(4).hex()
_WORKERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update as it is kept: `body` is JSON without a secret, `secret` what of it is sealed.

    user: its sender, or NOBODY. why: what is wrong with one that cannot be read: it is kept and not handled.
    """

    user: int
    update: int
    body: str = EMPTY
    secret: bytes | None = field(default=None, repr=False)
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that is ours to answer, for as long as the lease is renewed.

    answer: what a change that it made has kept as its answer. told: messages of it that have arrived.
    claims: how often it was begun, with this time, see HUNG. attempts: how often its handling has failed.
    """

    user: int
    update: int
    received_at: datetime
    body: str
    secret: bytes | None = field(repr=False)
    answer: str | None = None
    told: int = 0
    claims: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class InboxDepth:
    """How many updates wait to be answered and since when, are kept as poison, and were set aside."""

    waiting: int
    oldest: datetime | None
    poison: int
    aside: int


class Inbox:
    """The updates of one bot, by its Telegram id. worker: the name of this process among those that share it.

    Moments are those of the machine's clock: a lease is a time in which a process does something, whatever
    the market's clock says.
    """

    def __init__(self, database: Database, bot: int, worker: str | None = None) -> None:
        self._database = database
        self._bot = bot
        self._worker = worker or this_process()
        self._last_done: int | None = 0  # an earlier process may have left some

    async def store(self, new: Sequence[Accepted], now: datetime, *, confirmed: int) -> None:
        """Keep these updates, in one transaction; one that is there already is left as it is.

        confirmed: the first number that Telegram may still send; what is done and comes before it is removed.
        """
        if not new and self._last_done is None:
            return
        rows = [
            {
                "bot": self._bot,
                "user_id": each.user,
                "update_id": each.update,
                "received_at": now,
                "state": "waiting" if each.why is None else "poison",
                "body": each.body,
                "secret": each.secret,
                "why": each.why,
            }
            for each in new
        ]
        done = (inbox.c.bot == self._bot, inbox.c.state == "done", inbox.c.update_id < confirmed)
        async with self._database.write() as connection:
            await connection.execute(delete(inbox).where(*done))
            if rows:
                await connection.execute(insert_or_ignore(connection, inbox), rows)
        if self._last_done is not None and self._last_done < confirmed:
            self._last_done = None

    async def take_over(self, now: datetime) -> None:
        """Free at once what processes of this machine had under a lease that are no longer there."""
        held = select(inbox.c.worker).where(*self._waiting, inbox.c.lease_until > now).distinct()
        async with self._database.write() as connection:
            workers = [
                each for each in (await connection.scalars(held)).all() if each and worker_is_gone(each)
            ]
            if workers:
                freed = update(inbox).where(*self._waiting, inbox.c.worker.in_(workers))
                await connection.execute(freed.values(worker=None, lease_until=None))

    async def users(self, now: datetime) -> list[int]:
        """The users who have updates that nobody is at."""
        free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now, inbox.c.worker == self._worker)
        query = select(inbox.c.user_id).where(*self._waiting, free).distinct()
        async with self._database.read() as connection:
            return list((await connection.scalars(query)).all())

    async def claim(
        self, users: Collection[int], now: datetime, until: datetime
    ) -> dict[int, tuple[Claimed, ...]]:
        """The oldest few updates of each of these users, ours until then; in their order.

        None of a user whose oldest one somebody else is at, or is not to be tried yet.
        """
        async with self._database.write() as connection:
            return await connection.run_sync(self._claim, sorted(users), now, until)

    def _claim(
        self, connection: Connection, users: Sequence[int], now: datetime, until: datetime
    ) -> dict[int, tuple[Claimed, ...]]:
        found: dict[int, list[Row[Any]]] = {}
        for user in users:
            own = select(inbox).where(*self._waiting, inbox.c.user_id == user)
            oldest = connection.execute(own.order_by(inbox.c.update_id).limit(ROWS_AT_ONCE).with_for_update())
            if rows := list(takewhile(lambda row: self._is_free(row, now), oldest.all())):
                found[user] = rows
        if not found:
            return {}
        claimed = update(inbox).where(*self._these([row for rows in found.values() for row in rows]))
        connection.execute(claimed.values(worker=self._worker, lease_until=until))
        # Only the first of each is begun now. What ends the process each time it is begun is told by this.
        for more in (1, HUNG):
            heads = [rows[0] for rows in found.values() if _weight(rows[0], now) == more]
            if heads:
                begun = update(inbox).where(*self._these(heads))
                connection.execute(begun.values(claims=inbox.c.claims + more))
        return {
            user: tuple(
                _claimed(row, row.claims + (_weight(row, now) if row is rows[0] else 0)) for row in rows
            )
            for user, rows in found.items()
        }

    def _is_free(self, row: Row[Any], now: datetime) -> bool:
        return row.lease_until is None or row.lease_until <= now or row.worker == self._worker

    async def renew(self, until: datetime) -> None:
        """What we have claimed is ours until then."""
        mine = update(inbox).where(*self._waiting, inbox.c.worker == self._worker)
        async with self._database.write() as connection:
            await connection.execute(mine.values(lease_until=until))

    async def release(self) -> None:
        """What we have claimed and not answered is anybody's again: it was not begun."""
        mine = update(inbox).where(*self._waiting, inbox.c.worker == self._worker)
        async with self._database.write() as connection:
            await connection.execute(mine.values(worker=None, lease_until=None, claims=0))

    async def finish(self, done: Collection[Claimed]) -> None:
        """These are answered, or it is known that they cannot be; what they said is forgotten."""
        values = {"state": "done", "body": EMPTY, "secret": None, "answer": None}  # nosec B105
        async with self._database.write() as connection:
            await connection.execute(
                update(inbox)
                .where(*self._waiting, *self._these(done))
                .values(**values, worker=None, lease_until=None)
            )
        self._last_done = max([self._last_done or 0, *(each.update for each in done)])

    async def keep_answer(self, claimed: Claimed, answer: str, told: int) -> None:
        """So many messages of this answer have arrived; the rest is due whoever goes on with it."""
        await self._change(claimed, answer=answer, told=told)

    async def put_off(self, claimed: Claimed, until: datetime) -> None:
        """It cannot be answered before then, nor anything that its user sent after it."""
        await self._change(claimed, worker=None, lease_until=until, claims=0)

    async def failed(self, claimed: Claimed, until: datetime) -> None:
        """Its handling failed, and is not tried again before then."""
        attempts = inbox.c.attempts + 1
        await self._change(claimed, worker=None, lease_until=until, attempts=attempts, claims=0)

    async def set_aside(self, claimed: Claimed, why: str) -> None:
        """It is not tried any more; it stays to be looked into, without what was secret in it."""
        values = {"state": "aside", "secret": None, "answer": None, "worker": None, "lease_until": None}  # nosec B105
        await self._change(claimed, **values, why=why)

    async def depth(self) -> InboxDepth:
        """How much there is."""
        query = select(inbox.c.state, func.count(), func.min(inbox.c.received_at))
        query = query.where(inbox.c.bot == self._bot).group_by(inbox.c.state)
        async with self._database.read() as connection:
            rows = {
                state: (count, oldest) for state, count, oldest in (await connection.execute(query)).all()
            }
        count = {state: number for state, (number, _) in rows.items()}
        oldest = rows["waiting"][1] if "waiting" in rows else None
        return InboxDepth(count.get("waiting", 0), oldest, count.get("poison", 0), count.get("aside", 0))

    async def _change(self, claimed: Claimed, **values: Any) -> None:
        own = update(inbox).where(*self._waiting, *self._these([claimed]))
        async with self._database.write() as connection:
            await connection.execute(own.values(**values))

    @property
    def _waiting(self) -> tuple[ColumnElement[bool], ...]:
        return inbox.c.bot == self._bot, inbox.c.state == "waiting"

    def _these(self, some: Iterable[Row[Any] | Claimed]) -> tuple[ColumnElement[bool], ...]:
        """The rows of these updates."""
        keys = [
            (each.user, each.update) if isinstance(each, Claimed) else (each.user_id, each.update_id)
            for each in some
        ]
        users, updates = {user for user, _ in keys}, [number for _, number in keys]
        return inbox.c.bot == self._bot, inbox.c.user_id.in_(sorted(users)), inbox.c.update_id.in_(updates)


async def keep_answer_beside(connection: AsyncConnection, user: int, request: int, answer: str) -> None:
    """Keep what answers this request, within the transaction that carries it out."""
    own = (inbox.c.user_id == user, inbox.c.update_id == request, inbox.c.state == "waiting")
    await connection.execute(update(inbox).where(*own).values(answer=answer, told=0))


async def forget_updates(database: Database, before: datetime) -> int:
    """Housekeeping: forget what was accepted before that moment and does not wait; how many updates."""
    over = (inbox.c.state != "waiting", inbox.c.received_at < before)
    async with database.write() as connection:
        return (await connection.execute(delete(inbox).where(*over))).rowcount


def this_process() -> str:
    """A new name for a worker of this process: its machine, the process's number, and some chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{_CHANCE}.{next(_WORKERS)}"


def worker_is_gone(worker: str) -> bool:
    """Whether the worker's process ran on this machine and does not any more; False where unknown."""
    host, number, chance = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(number) == os.getpid():
        return not chance.startswith(_CHANCE)  # numbers are given again
    try:
        os.kill(int(number), 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False


def _weight(row: Row[Any], now: datetime) -> int:
    """How much it counts that this is begun: more where the process before us may have hung in it."""
    over = row.worker is not None and row.lease_until is not None and row.lease_until < now - LONG_GONE
    return HUNG if over else 1


def _claimed(row: Row[Any], claims: int) -> Claimed:
    return Claimed(
        row.user_id,
        row.update_id,
        row.received_at,
        row.body,
        row.secret,
        row.answer,
        row.told,
        claims,
        row.attempts,
    )
