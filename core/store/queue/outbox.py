"""The outbox: notices, from the change of an alert that makes them to the message that tells them.

A notice is made in the transaction that changes the state of its alert, and its key makes a second one
impossible. It waits until somebody claims it under a lease; then it is sent, waits again, or is dropped.
Where the lease ran out, nobody knows whether it arrived: an urgent notice is sent again, any other one is
unknown until the next digest names it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.alert import rule
from core.alert.kind import URGENT
from core.alert.rule import States
from core.store.database import Database, insert_or_ignore
from core.store.queue.chats import PAUSED, chats_of
from core.store.queue.notice import Batch, Notice, in_order, read_notice, write_notice
from core.store.tables import alerts, chats, notices, users
from core.store.user.own import hold_all, touch, whose

AT_ONCE = 500
"""How many users' changes are written in one transaction: more would keep other writers waiting."""


@dataclass(frozen=True, slots=True)
class AlertChange:
    """The new states of one alert, and the notices that they make."""

    user: int
    """The user's id."""
    number: int
    """The number of the alert."""
    version: int
    """The change is written only if the alert's row still has this version."""
    states: States
    """The state of each exact subject; one that is not there is forgotten."""
    notices: tuple[Notice, ...] = ()
    """The notices to be made."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is due. Paused chats, and what is put off, are not counted."""

    waiting: int
    """Notices that wait to be sent."""
    sending: int
    """Notices that are being sent."""
    unknown: int
    """Notices that may not have arrived and that no digest has named yet."""
    oldest: datetime | None
    """Since when the oldest waiting or sending notice is due; None without any."""


class Outbox:
    """The notices of all users. `only` limits which of them are handed out: see
    `core.store.user.own.whose`.
    """

    def __init__(self, database: Database, *, only: int | None = None) -> None:
        self._database = database
        self._whose = whose(notices.c.user_id, only)

    async def apply(self, changes: Sequence[AlertChange]) -> tuple[AlertChange, ...]:
        """Write new states together with their notices. Returns the changes that were written.

        A change is left out wholly where the alert is gone or has changed since that version. A notice with a
        key that the user has had is not made again. Each transaction writes AT_ONCE users.
        """
        # By user, so that all changes of one are in the same transaction, and users are locked in the order
        # that `hold_all` takes.
        ordered = sorted(changes, key=lambda change: (change.user, change.number))
        written: list[AlertChange] = []
        own = [list(group) for _, group in groupby(ordered, key=lambda change: change.user)]
        for start in range(0, len(own), AT_ONCE):
            some = [change for group in own[start : start + AT_ONCE] for change in group]
            async with self._database.write() as connection:
                written += await _apply(connection, some)
        return tuple(written)

    async def post(self, user: int, notice: Notice) -> bool:
        """Make a notice that comes from no alert. Returns whether it is new. The user must be known."""
        async with self._database.write() as connection:
            new = insert_or_ignore(connection, notices).returning(notices.c.key)
            return (await connection.execute(new, write_notice(user, notice))).one_or_none() is not None

    async def claim(self, now: datetime, most: int, lease: timedelta) -> list[Batch]:
        """What is due to at most so many users, claimed until `now + lease`; the most urgent batch first.

        All that is due to a user is one batch. A user who is being sent something, whose chat is paused, or
        whom somebody else is just changing, is left for the next time.
        """
        async with self._database.write() as connection:
            rows: Sequence[Row[Any]] = []
            while not rows:
                held = (await connection.scalars(_due(now, self._whose).limit(most))).all()
                if not held:
                    return []
                # None where somebody else was faster; who that is we see when we look again.
                rows = await _claim(connection, held, now, now + lease)
            chat = await chats_of(connection, held)
        batches = [
            Batch(
                user,
                chat.get(user, user),
                in_order(map(read_notice, own)),
                now + lease,
                max(row.attempts for row in own),
            )
            for user, group in groupby(sorted(rows, key=lambda row: row.user_id), lambda row: row.user_id)
            if (own := list(group))
        ]
        return sorted(batches, key=lambda each: (each.urgency, min(n.due_at for n in each.notices)))

    async def sent(self, batch: Batch, message_id: int, now: datetime) -> None:
        """Note that the batch has arrived as this message, even where the lease has run out meanwhile.

        What a digest names under NAMED is no longer unknown.
        """
        # Whoever has claimed it again by now is about to tell what has become of it.
        mine = (notices.c.state != "sending") | (notices.c.lease_until == batch.lease_until)
        values = {"state": "sent", "message_id": message_id, "sent_at": now, "lease_until": None, "why": None}
        async with self._database.write() as connection:
            await hold_all(connection, [batch.user])
            await connection.execute(update(notices).where(*_of(batch), mine).values(values))
            named = [each.key for notice in batch.notices for each in notice.facts.unknown if each.key]
            if named:
                theirs = (notices.c.user_id == batch.user, notices.c.key.in_(named))
                told = update(notices).where(*theirs, notices.c.state == "unknown")
                await connection.execute(told.values(state="dropped", why="named in a digest"))

    async def later(self, batch: Batch, due_at: datetime) -> None:
        """Note that it was surely not sent. It is due again at `due_at`, or at once where that has passed."""
        await self._settle(batch, state="waiting", due_at=due_at)

    async def put_off(self, batch: Batch, due_at: datetime) -> None:
        """The same where it was not even tried, so that it does not count as an attempt."""
        await self._settle(batch, state="waiting", due_at=due_at, attempts=notices.c.attempts - 1)

    async def dropped(self, batch: Batch, why: str) -> None:
        """Note that it will not be sent, and why."""
        await self._settle(batch, state="dropped", why=why)

    async def doubtful(self, batch: Batch, now: datetime) -> None:
        """Note that it may not have arrived: what is urgent is due again now, the rest is unknown."""
        async with self._database.write() as connection:
            await hold_all(connection, [batch.user])
            await _doubt(connection, (*_of(batch), *_mine(batch)), now)

    async def recover(self, now: datetime, *, but: Collection[int] = ()) -> int:
        """The same for everything whose lease has run out. Returns how many notices that were.

        but: users who are just being sent something, however long that takes or the clock has jumped.
        """
        run_out = (notices.c.state == "sending", notices.c.lease_until <= now)
        over = (self._whose, notices.c.user_id.not_in(but), *run_out)
        async with self._database.write() as connection:
            found = (await connection.scalars(select(notices.c.user_id).where(*over).distinct())).all()
            if not found:
                return 0
            held = await hold_all(connection, found)
            return await _doubt(connection, (*over, notices.c.user_id.in_(held)), now)

    async def unknown(self, user: int) -> tuple[Notice, ...]:
        """Notices to this user that may not have arrived and that no digest has named yet."""
        query = select(notices).where(notices.c.user_id == user, notices.c.state == "unknown")
        async with self._database.read() as connection:
            return in_order(map(read_notice, (await connection.execute(query)).all()))

    async def depth(self, now: datetime) -> Depth:
        """How much there is to deliver at `now`."""
        query = select(notices.c.state, func.count(), func.min(notices.c.due_at)).where(
            self._whose,
            notices.c.state.in_(("waiting", "sending", "unknown")),
            notices.c.due_at <= now,
            notices.c.user_id.not_in(PAUSED),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.group_by(notices.c.state))).all()
        count = {state: number for state, number, _ in rows}
        oldest = min((since for state, _, since in rows if state != "unknown"), default=None)
        return Depth(count.get("waiting", 0), count.get("sending", 0), count.get("unknown", 0), oldest)

    async def tidy(self, before: datetime) -> int:
        """Forget notices made before that moment that are done with. Returns how many there were."""
        done = notices.c.state.in_(("sent", "dropped", "unknown"))
        async with self._database.write() as connection:
            return (
                await connection.execute(delete(notices).where(done, notices.c.created_at < before))
            ).rowcount

    async def _settle(self, batch: Batch, **values: Any) -> None:
        async with self._database.write() as connection:
            await hold_all(connection, [batch.user])
            settled = update(notices).where(*_of(batch), *_mine(batch))
            await connection.execute(settled.values(lease_until=None, **values))


async def _apply(connection: AsyncConnection, changes: Sequence[AlertChange]) -> list[AlertChange]:
    held = await hold_all(connection, [change.user for change in changes])
    query = select(alerts.c.user_id, alerts.c.number, alerts.c.version).where(alerts.c.user_id.in_(held))
    # Read only after the users are held: before that, a version could change between the look and the write.
    now = {(user, number): version for user, number, version in (await connection.execute(query)).all()}
    written = [change for change in changes if now.get((change.user, change.number)) == change.version]
    if not written:
        return []
    own = (alerts.c.user_id == bindparam("user"), alerts.c.number == bindparam("alert"))
    rows = [
        {
            "user": each.user,
            "alert": each.number,
            # Somebody who edits this alert meanwhile, or another sweep, finds another version and writes
            # nothing.
            "version": each.version + 1,
            "states": rule.write_states(each.states),
        }
        for each in written
    ]
    await connection.execute(update(alerts).where(*own), rows)
    new = [write_notice(each.user, notice) for each in written for notice in each.notices]
    if new:
        await connection.execute(insert_or_ignore(connection, notices), new)
    # Other processes keep these users as arrays and have to read them anew.
    await connection.run_sync(touch, {change.user for change in written})
    return written


def _due(now: datetime, whose: ColumnElement[bool]) -> Select[int]:
    """The users to whom something is due, the most urgent first, each as often as they have notices.

    They come in the order of an index, so that the first few are found fast among very many. Their rows are
    held; a user who is held by somebody else is left out, so that nobody else has to wait.
    """
    others = notices.alias()
    sending = select(others.c.key).where(others.c.user_id == notices.c.user_id, others.c.state == "sending")
    paused = PAUSED.where(chats.c.user_id == notices.c.user_id)
    return (
        select(users.c.id)
        .join(notices, notices.c.user_id == users.c.id)
        .where(whose, notices.c.state == "waiting", notices.c.due_at <= now)
        .where(~sending.exists(), ~paused.exists())
        .order_by(notices.c.urgency, notices.c.due_at, notices.c.user_id)
        # NO KEY UPDATE, as PostgreSQL calls it: inserting a notice elsewhere only refers to the user's row,
        # and must not wait for a delivery.
        .with_for_update(key_share=True, skip_locked=True, of=users)
    )


async def _claim(
    connection: AsyncConnection, held: Collection[int], now: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Claim all rows that are due to these users until `until`, but for users who are being sent
    something.
    """
    sending = select(notices.c.user_id).where(notices.c.state == "sending")
    claimed = (
        update(notices)
        # One message at a time for each user: two that are on their way could arrive in either order, and of
        # an old figure nobody would know that it is old.
        .where(notices.c.user_id.in_(held), notices.c.user_id.not_in(sending))
        .where(notices.c.state == "waiting", notices.c.due_at <= now)
        .values(state="sending", lease_until=until, attempts=notices.c.attempts + 1)
        .returning(notices)
    )
    rows: Sequence[Row[Any]] = (await connection.execute(claimed)).all()
    return rows


async def _doubt(connection: AsyncConnection, which: Iterable[ColumnElement[bool]], now: datetime) -> int:
    """Note that these notices may not have arrived. Returns how many they are."""
    where = tuple(which)
    again = update(notices).where(*where, notices.c.urgency == URGENT)
    rest = update(notices).where(*where, notices.c.urgency != URGENT)
    # What is urgent may arrive twice rather than never; a liquidation told once too often is the smaller
    # harm.
    urgent = await connection.execute(again.values(state="waiting", lease_until=None, due_at=now))
    others = await connection.execute(rest.values(state="unknown", lease_until=None))
    return urgent.rowcount + others.rowcount


def _of(batch: Batch) -> tuple[ColumnElement[bool], ...]:
    """Conditions for the rows of its notices."""
    return notices.c.user_id == batch.user, notices.c.key.in_(batch.keys)


def _mine(batch: Batch) -> tuple[ColumnElement[bool], ...]:
    """Conditions that hold as long as nobody else has claimed them."""
    return notices.c.state == "sending", notices.c.lease_until == batch.lease_until
