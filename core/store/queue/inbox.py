"""The inbox: updates from Telegram, stored before they are confirmed there, until they are answered.

A row is written before Telegram is told that its update has arrived. Whoever answers it claims it under a
lease; a lease that ran out means that its holder is gone. The rows of one user are claimed in their order, by
one process at a time. A row that is done stays, emptied, until Telegram has taken the confirmation, so that
an update that comes again is known.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from core.store.database import Database, insert_or_ignore
from core.store.queue.arrived import EMPTY, Accepted, Claimed, InboxDepth
from core.store.queue.worker import this_process, worker_is_gone
from core.store.tables import inbox

ROWS_AT_ONCE = 8
"""How many rows of one user are claimed together; a crash can leave no more than that under a lease."""
LONG_GONE = timedelta(seconds=4)
"""How long a lease may have run out while its holder was only killed and started again."""
HUNG = 300
"""How often an update counts as begun where its lease ran out longer ago than LONG_GONE: its holder has hung,
perhaps because of this very update.
"""


class Inbox:
    """The updates of one bot, by its Telegram id. `worker` names this process among those that share the
    database.

    Moments are those of the machine's clock: a lease is about what a process does, whatever the market's
    clock says.
    """

    def __init__(self, database: Database, bot: int, worker: str | None = None) -> None:
        self._database = database
        self._bot = bot
        self._worker = worker or this_process()
        self._last_done: int | None = 0  # an earlier process may have left some

    async def store(self, new: Sequence[Accepted], now: datetime, *, confirmed: int | None) -> None:
        """Store these updates in one transaction. One that is there already is left as it is.

        confirmed: the first number that Telegram may still send. Rows that are done and come before it are
        deleted. None where that is not known: then `forget_answered` deletes them some time.
        """
        if not new and (self._last_done is None or confirmed is None):
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
        async with self._database.write() as connection:
            if confirmed is not None:
                done = (inbox.c.bot == self._bot, inbox.c.state == "done", inbox.c.update_id < confirmed)
                await connection.execute(delete(inbox).where(*done))
            if rows:
                await connection.execute(insert_or_ignore(connection, inbox), rows)
        if confirmed is not None and self._last_done is not None and self._last_done < confirmed:
            self._last_done = None

    async def take_over(self, now: datetime) -> None:
        """Free at once what processes of this machine had claimed that no longer exist."""
        held = select(inbox.c.worker).where(*self._waiting, inbox.c.lease_until > now).distinct()
        async with self._database.write() as connection:
            workers = [
                each for each in (await connection.scalars(held)).all() if each and worker_is_gone(each)
            ]
            if workers:
                freed = update(inbox).where(*self._waiting, inbox.c.worker.in_(workers))
                await connection.execute(freed.values(worker=None, lease_until=None))

    async def users(self, now: datetime) -> list[int]:
        """The users with updates that nobody is working on."""
        free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until <= now, inbox.c.worker == self._worker)
        query = select(inbox.c.user_id).where(*self._waiting, free).distinct()
        async with self._database.read() as connection:
            return list((await connection.scalars(query)).all())

    async def claim(
        self, users: Collection[int], now: datetime, until: datetime
    ) -> dict[int, tuple[Claimed, ...]]:
        """The oldest few updates of each of these users, in their order, ours until `until`.

        None of a user whose oldest one somebody else is working on, or is not to be tried yet.
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
        """Keep what we have claimed until `until`."""
        mine = update(inbox).where(*self._waiting, inbox.c.worker == self._worker)
        async with self._database.write() as connection:
            await connection.execute(mine.values(lease_until=until))

    async def release(self) -> None:
        """Give back what we have claimed and not answered. It counts as never begun."""
        mine = update(inbox).where(*self._waiting, inbox.c.worker == self._worker)
        async with self._database.write() as connection:
            await connection.execute(mine.values(worker=None, lease_until=None, claims=0))

    async def finish(self, done: Collection[Claimed]) -> None:
        """Note that these are answered, or never can be. What they said is forgotten."""
        values = {"state": "done", "body": EMPTY, "secret": None, "answer": None}  # nosec B105
        async with self._database.write() as connection:
            await connection.execute(
                update(inbox)
                .where(*self._waiting, *self._these(done))
                .values(**values, worker=None, lease_until=None)
            )
        self._last_done = max([self._last_done or 0, *(each.update for each in done)])

    async def keep_answer(self, claimed: Claimed, answer: str, told: int) -> None:
        """Note that so many messages of this answer have arrived. The rest is due to whoever goes on."""
        await self._change(claimed, answer=answer, told=told)

    async def keep_told(self, claimed: Claimed, told: int) -> None:
        """Note the same of an answer that is kept already."""
        await self._change(claimed, told=told)

    async def put_off(self, claimed: Claimed, until: datetime) -> None:
        """Do not answer it before `until`, nor anything that its user sent after it."""
        await self._change(claimed, worker=None, lease_until=until, claims=0)

    async def failed(self, claimed: Claimed, until: datetime) -> None:
        """Note that its handling failed; it is not tried again before `until`."""
        attempts = inbox.c.attempts + 1
        await self._change(claimed, worker=None, lease_until=until, attempts=attempts, claims=0)

    async def set_aside(self, claimed: Claimed, why: str) -> None:
        """Try it no more. It stays to be looked into, without what was secret in it."""
        values = {"state": "aside", "secret": None, "answer": None, "worker": None, "lease_until": None}  # nosec B105
        await self._change(claimed, **values, why=why)

    async def depth(self) -> InboxDepth:
        """How many updates there are."""
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
        """Conditions for the rows of these updates."""
        keys = [
            (each.user, each.update) if isinstance(each, Claimed) else (each.user_id, each.update_id)
            for each in some
        ]
        users, updates = {user for user, _ in keys}, [number for _, number in keys]
        return inbox.c.bot == self._bot, inbox.c.user_id.in_(sorted(users)), inbox.c.update_id.in_(updates)


def keep_answer_beside(connection: Connection, user: int, request: int, answer: str) -> None:
    """Store the answer to this request within the transaction that carries it out."""
    own = (inbox.c.user_id == user, inbox.c.update_id == request, inbox.c.state == "waiting")
    connection.execute(update(inbox).where(*own).values(answer=answer, told=0))


async def forget_updates(database: Database, before: datetime) -> int:
    """Forget updates that were stored before that moment and do not wait. Returns how many there were."""
    return await _forget(database, inbox.c.state != "waiting", before)


async def forget_answered(database: Database, before: datetime) -> int:
    """Forget updates that were stored before that moment and are answered: Telegram has long been told.

    Returns how many there were. Only needed where updates are sent to us, for who asks for them knows sooner.
    """
    return await _forget(database, inbox.c.state == "done", before)


async def _forget(database: Database, which: ColumnElement[bool], before: datetime) -> int:
    async with database.write() as connection:
        return (await connection.execute(delete(inbox).where(which, inbox.c.received_at < before))).rowcount


def _weight(row: Row[Any], now: datetime) -> int:
    """How often it counts as begun now: more where the process before us may have hung in it."""
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
