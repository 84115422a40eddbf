"""Users' read-only keys to venues, sealed: stored, opened, erased, and
rewrapped when the server's key changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from core.store.database import Database
from core.store.queue.inbox import keep_answer_beside
from core.store.tables import data_keys, sealed
from core.store.user.own import OwnRows, Tell, hold
from core.store.user.refusals import KeysUnreadable
from core.store.user.seal import Box, CannotOpen, ServerKeys, Wrapped

AT_ONCE = 200
"""How many data keys are rewrapped in one transaction."""


class Keys(OwnRows):
    """The keys of one user at the moment `now` (aware UTC), sealed with the keys of this server."""

    def __init__(self, database: Database, user: int, server: ServerKeys, *, now: datetime) -> None:
        super().__init__(database, user, now=now)
        self._server = server

    async def keep(self, venue: str, key: Mapping[str, str]) -> None:
        """Store the parts of the key to `venue` by name, in place of any other key to it.

        Raises NoData where what is stored already cannot be opened; it must be erased first.
        """

        def write(connection: Connection) -> None:
            box = self._box(connection) or self._new_box(connection)
            connection.execute(delete(sealed).where(*self._own, sealed.c.venue == venue))
            rows = [
                {
                    "user_id": self._user,
                    "venue": venue,
                    "field": name,
                    "secret": box.seal(part, venue=venue, name=name),
                    "stored_at": self._now,
                }
                for name, part in key.items()
            ]
            connection.execute(insert(sealed), rows)

        await self._change(write)

    async def opened(self, venue: str) -> dict[str, str] | None:
        """The parts of the key to `venue` by name; None without one. Raises NoData where it cannot be
        opened.
        """
        query = select(sealed.c.field, sealed.c.secret).where(*self._own, sealed.c.venue == venue)
        rows, box = await self._database.see(lambda each: (each.execute(query).all(), self._box(each)))
        if not rows:
            return None
        if box is None:
            raise KeysUnreadable
        try:
            return {row.field: box.open(row.secret, venue=venue, name=row.field) for row in rows}
        except CannotOpen:
            raise KeysUnreadable from None

    @property
    def _own(self) -> tuple[ColumnElement[bool]]:
        return (sealed.c.user_id == self._user,)

    def _box(self, connection: Connection) -> Box | None:
        """What the user's values are sealed with; None for somebody without a data key."""
        query = select(data_keys.c.version, data_keys.c.wrapped).where(data_keys.c.user_id == self._user)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        try:
            return self._server.box(Wrapped(row.version, row.wrapped), self._user)
        except CannotOpen:
            raise KeysUnreadable from None

    def _new_box(self, connection: Connection) -> Box:
        wrapped = self._server.new_data_key(self._user)
        row = {"user_id": self._user, "version": wrapped.version, "wrapped": wrapped.key}
        connection.execute(insert(data_keys), row)
        return self._server.box(wrapped, self._user)


async def connected(database: Database, user: int) -> tuple[str, ...]:
    """The venues to which this user has stored a key."""
    query = select(sealed.c.venue).where(sealed.c.user_id == user).distinct()
    async with database.read() as connection:
        return tuple(sorted((await connection.scalars(query)).all()))


async def erase(
    database: Database,
    user: int,
    venue: str | None = None,
    *,
    request: int | None = None,
    tell: Tell[tuple[str, ...]] | None = None,
) -> tuple[str, ...]:
    """Erase the user's key to `venue`, or all of them without a venue. Returns the venues whose keys are
    gone.

    With the last key goes the data key. No server key is needed for this.
    """
    gone = delete(sealed).where(sealed.c.user_id == user)
    if venue is not None:
        gone = gone.where(sealed.c.venue == venue)
    async with database.write() as connection:
        await connection.run_sync(hold, user)
        venues = set((await connection.scalars(gone.returning(sealed.c.venue))).all())
        left = select(sealed.c.venue).where(sealed.c.user_id == user).limit(1)
        if (await connection.execute(left)).one_or_none() is None:
            await connection.execute(delete(data_keys).where(data_keys.c.user_id == user))
        done = tuple(sorted(venues))
        if tell is not None and request is not None:
            await connection.run_sync(keep_answer_beside, user, request, tell(done))
    return done


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a change of the server key did."""

    rewrapped: int
    """Data keys that the newest server key wraps now."""
    stuck: int
    """Data keys that no server key on this machine opens."""


async def rotate(database: Database, server: ServerKeys, *, at_once: int = AT_ONCE) -> Rotation:
    """Rewrap every user's data key with the newest server key, `at_once` of them in one transaction.

    Where it was stopped, it goes on with those that are left. The sealed values themselves are not touched.
    """
    rewrapped = stuck = 0
    last = None
    while True:
        query = select(data_keys).where(data_keys.c.version != server.newest).order_by(data_keys.c.user_id)
        if last is not None:
            query = query.where(data_keys.c.user_id > last)
        async with database.write() as connection:
            rows = (await connection.execute(query.limit(at_once).with_for_update())).all()
            for row in rows:
                try:
                    after = server.rewrap(Wrapped(row.version, row.wrapped), row.user_id)
                except CannotOpen:
                    stuck += 1
                    continue
                own = data_keys.c.user_id == row.user_id
                values = {"version": after.version, "wrapped": after.key}
                await connection.execute(update(data_keys).where(own).values(**values))
                rewrapped += 1
        if not rows:
            return Rotation(rewrapped, stuck)
        last = rows[-1].user_id
