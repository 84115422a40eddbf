"""Who may talk to the bot, the codes that let people in, and the strangers who were told of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.admission import ONE_SENTENCE, Invite, Member, Role, opened_by, role_by
from core.store.database import Database, insert_or_ignore, upsert
from core.store.queue.chats import REMOVED
from core.store.tables import chats, invites, notices, people, strangers, users
from core.store.user.own import hold, touch

_ADMISSION_LOCK = 0x6D696372
"""What transactions on PostgreSQL queue for that decide who the owner is; SQLite has one writer anyway."""


class People:
    """The people of a database. Every change is one transaction; moments are aware UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[int, Member]:
        """Everybody who is known, also who was removed, by id."""
        async with self._database.read() as connection:
            return {row.id: _person(row) for row in await connection.execute(select(people))}

    async def enter(self, user: int, code: str, now: datetime) -> Role | None:
        """What the code makes of who has sent it; None where it changes nothing: wrong, used up or expired.

        An invite works once, and the owner's only while there is none. Who was removed and comes in again
        finds their book as it was; what they were not told meanwhile is not told now.
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
        """Remember a code; False, and nothing is, where it would make an owner and there is one."""
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
        """This user is the owner; who was it before is one of the others, and no link makes another."""
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
        """Answer, watch and write to this user no more; their book stays. False for the owner."""
        async with self._database.write() as connection:
            await _queue(connection)
            if await _owner(connection) == user:
                return False
            row = (await connection.execute(select(people).where(people.c.id == user))).one_or_none()
            await _write(connection, Member(user, "removed", now, row.label if row else None))
            await _pause(connection, user, now)
        return True

    async def name(self, user: int, label: str | None) -> bool:
        """Call somebody so from now on; False where they are not known."""
        async with self._database.write() as connection:
            named = update(people).where(people.c.id == user).values(label=label)
            return (await connection.execute(named)).rowcount > 0

    async def let_stay(self) -> int:
        """Let everybody in who has a book here and is not known yet; how many that are.

        They wrote to an older version, or while everybody could: their alerts must not end unseen.
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
        """How many were let stay of whom the owner was not told."""
        query = select(func.count()).where(people.c.announced.is_(False), people.c.role == "member")
        async with self._database.read() as connection:
            return (await connection.scalar(query)) or 0

    async def announced(self) -> None:
        """The owner was told of all of them."""
        async with self._database.write() as connection:
            await connection.execute(update(people).values(announced=True))

    async def tell_once(self, stranger: int, now: datetime) -> bool:
        """Whether a stranger is to be told that the bot is private: once in ONE_SENTENCE."""
        told = select(strangers.c.told_at).where(strangers.c.id == stranger)
        async with self._database.write() as connection:
            last = await connection.scalar(told)
            if last is not None and now < last + ONE_SENTENCE:
                return False
            await connection.execute(upsert(connection, strangers), {"id": stranger, "told_at": now})
        return True


async def forget_strangers(database: Database, now: datetime) -> int:
    """Housekeeping: forget strangers who may be told again, and expired codes; how many strangers."""
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
    """Send this user nothing since then, or go on; who has no book here has nothing to be sent.

    What waited to be sent is dropped either way: it is about a time in which nothing was to be told.
    """
    if await hold(connection, user):
        waiting = (notices.c.user_id == user, notices.c.state == "waiting")
        await connection.execute(update(notices).where(*waiting).values(state="dropped", why=REMOVED))
        row = {"user_id": user, "chat_id": user, "paused_at": since, "reason": REMOVED if since else None}
        await connection.execute(upsert(connection, chats, "paused_at", "reason"), row)
        await touch(connection, [user])
