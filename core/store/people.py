"""Who may talk to the bot, the codes that let people in, and the strangers who were told that it is
private.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.admission import ONE_SENTENCE, Invite, Member, Role, opened_by, role_by
from core.domain.range import Score
from core.store.database import Database, insert_or_ignore, upsert
from core.store.queue.chats import REMOVED
from core.store.scores import read_score
from core.store.tables import chats, invites, notices, people, strangers, users
from core.store.user.own import hold, touch

_ADMISSION_LOCK = 0x6D696372
"""On PostgreSQL, transactions that decide who may enter queue for this
lock. SQLite has a single writer anyway.
"""


class People:
    """The people of a database. Every change is one transaction; moments are aware UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[int, Member]:
        """Everybody who is known, removed people included, by id."""
        async with self._database.read() as connection:
            return {row.id: _person(row) for row in await connection.execute(select(people))}

    async def score(self) -> Score:
        """How often ranges held that were stated of anybody's hedges, all together."""
        return await self._database.see(lambda connection: read_score(connection, None))

    async def enter(self, user: int, code: str, now: datetime) -> Role | None:
        """What the code makes of whoever sent it; None where it is wrong, used up, expired, or changes
        nothing.

        An invite works once, and the owner's only while there is no owner. Somebody who was removed and comes
        in again finds their book as it was. What they were not told meanwhile is not told now.
        """
        async with self._database.write() as connection:
            await _queue(connection)
            invite = opened_by(code, await _invites(connection), now)
            if invite is None:
                return None
            row = (await connection.execute(select(people).where(people.c.id == user))).one_or_none()
            role = role_by(invite, _person(row) if row else None, await _owner(connection))
            if role is None:
                return None
            same = invites.c.owner if invite.owner else invites.c.code == invite.hashed
            await connection.execute(delete(invites).where(same))
            label = invite.label or (row.label if row else None)
            await _write(connection, Member(user, role, now, label))
            if row is not None and row.role == "removed":
                await _pause(connection, user, None)
        return role

    async def keep_invite(self, invite: Invite, now: datetime) -> bool:
        """Remember a code. False, without keeping it, where it would make an owner and there is one."""
        async with self._database.write() as connection:
            await _queue(connection)
            await connection.execute(delete(invites).where(invites.c.expires_at <= now))
            if invite.owner and await _owner(connection) is not None:
                return False
            row = {"code": invite.hashed, "owner": invite.owner, "label": invite.label}
            await connection.execute(
                insert(invites), {**row, "made_at": now, "expires_at": invite.expires_at}
            )
        return True

    async def make_owner(self, user: int, now: datetime) -> None:
        """Make this user the owner. The owner before becomes a member, and no code makes another owner."""
        async with self._database.write() as connection:
            await _queue(connection)
            if await _owner(connection) == user:
                return
            await connection.execute(update(people).where(people.c.role == "owner").values(role="member"))
            await connection.execute(delete(invites).where(invites.c.owner))
            row = (await connection.execute(select(people).where(people.c.id == user))).one_or_none()
            await _write(connection, Member(user, "owner", now, row.label if row else None))
            if row is not None and row.role == "removed":
                await _pause(connection, user, None)

    async def remove(self, user: int, now: datetime) -> bool:
        """Stop answering this user and watching for them; their book stays.
        False, doing nothing, for the owner.
        """
        async with self._database.write() as connection:
            await _queue(connection)
            if await _owner(connection) == user:
                return False
            row = (await connection.execute(select(people).where(people.c.id == user))).one_or_none()
            await _write(connection, Member(user, "removed", now, row.label if row else None))
            await _pause(connection, user, now)
        return True

    async def name(self, user: int, label: str | None) -> bool:
        """Give somebody this label. False where they are not known."""
        async with self._database.write() as connection:
            named = update(people).where(people.c.id == user).values(label=label)
            return (await connection.execute(named)).rowcount > 0

    async def let_stay(self) -> int:
        """Let everybody in who has a book here and is not known yet. Returns how many they are.

        They wrote to an older version, or while everybody could. Without this their alerts would end unseen.
        """
        async with self._database.write() as connection:
            await _queue(connection)
            known = select(people.c.id)
            found = select(users.c.id, users.c.created_at).where(users.c.id > 0, users.c.id.not_in(known))
            rows = [
                {"id": row.id, "role": "member", "since": row.created_at, "label": None, "announced": False}
                for row in await connection.execute(found)
            ]
            if rows:
                await connection.execute(insert_or_ignore(connection, people), rows)
        return len(rows)

    async def unannounced(self) -> int:
        """How many people were let stay without the owner having been told."""
        query = select(func.count()).where(people.c.announced.is_(False), people.c.role == "member")
        async with self._database.read() as connection:
            return (await connection.scalar(query)) or 0

    async def announced(self) -> None:
        """Note that the owner was told of all of them."""
        async with self._database.write() as connection:
            await connection.execute(update(people).values(announced=True))

    async def tell_once(self, stranger: int, now: datetime) -> bool:
        """Whether to tell a stranger that the bot is private, which happens once in ONE_SENTENCE."""
        told = select(strangers.c.told_at).where(strangers.c.id == stranger)
        async with self._database.write() as connection:
            last = await connection.scalar(told)
            if last is not None and now < last + ONE_SENTENCE:
                return False
            await connection.execute(upsert(connection, strangers), {"id": stranger, "told_at": now})
        return True


async def forget_strangers(database: Database, now: datetime) -> int:
    """Forget strangers who may be told again, and expired codes. Returns how many strangers there were."""
    async with database.write() as connection:
        await connection.execute(delete(invites).where(invites.c.expires_at <= now))
        old = delete(strangers).where(strangers.c.told_at <= now - ONE_SENTENCE)
        return (await connection.execute(old)).rowcount


def _person(row: Row[tuple[object, ...]]) -> Member:
    return Member(row.id, row.role, row.since, row.label)


async def _queue(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_ADMISSION_LOCK)))


async def _owner(connection: AsyncConnection) -> int | None:
    owner: int | None = await connection.scalar(select(people.c.id).where(people.c.role == "owner"))
    return owner


async def _invites(connection: AsyncConnection) -> list[Invite]:
    rows = await connection.execute(select(invites))
    return [Invite(row.code, row.owner, row.expires_at, row.label) for row in rows]


async def _write(connection: AsyncConnection, person: Member) -> None:
    row = {"id": person.id, "role": person.role, "since": person.since, "label": person.label}
    await connection.execute(upsert(connection, people), {**row, "announced": True})


async def _pause(connection: AsyncConnection, user: int, since: datetime | None) -> None:
    """Send this user nothing from `since` on or, where it is None, send to them again.

    Notices that wait are dropped either way: they are about a time in which nothing was to be told. A user
    without a book has nothing to be sent.
    """
    if await connection.run_sync(hold, user):
        waiting = (notices.c.user_id == user, notices.c.state == "waiting")
        await connection.execute(update(notices).where(*waiting).values(state="dropped", why=REMOVED))
        row = {"user_id": user, "chat_id": user, "paused_at": since, "reason": REMOVED if since else None}
        await connection.execute(upsert(connection, chats, "paused_at", "reason"), row)
        await connection.run_sync(touch, [user])
