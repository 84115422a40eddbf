"""The rows of one user, and how they are changed: wholly, and only once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.caps import CAPS, Caps
from core.store.database import Database, database_time, insert_or_ignore
from core.store.queue.inbox import keep_answer_beside
from core.store.tables import drafts, handled, users
from core.store.user.refusals import CarriedOut, DraftGone

T = TypeVar("T")

Tell = Callable[[T], str]
"""Writes the answer to a change that was made.

The answer is stored together with the change until it is sent, so that a message that is handled again gets
the same answer. It is called inside the transaction, in another thread, so it must not wait for anything.
"""


def touch(connection: Connection, changed: Iterable[int]) -> None:
    """Note that something of these users changes in this transaction, and hold their rows until it ends.

    The sweep finds changed users by the time, and tells by the count whether it knows a change already.
    """
    said = {"changes": func.coalesce(users.c.changes, 0) + 1, "touched": database_time(connection)}
    connection.execute(update(users).where(users.c.id.in_(list(changed))).values(said))


def hold(connection: Connection, user: int) -> bool:
    """Let nobody else change this user's rows until the transaction ends. False where the user is not known.

    This comes before any other lock: two transactions that take locks in different orders would wait for each
    other for ever.
    """
    own = select(users.c.id).where(users.c.id == user).with_for_update()
    return connection.execute(own).one_or_none() is not None


async def hold_all(connection: AsyncConnection, some: Collection[int]) -> list[int]:
    """Hold the rows of these users until the transaction ends. Returns those users that exist.

    They are taken in the order of their ids, so that two transactions cannot wait for each other.
    """
    rows = select(users.c.id).where(users.c.id.in_(sorted(set(some)))).order_by(users.c.id)
    return list((await connection.scalars(rows.with_for_update(key_share=True))).all())


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of all users, those whose id leaves `number` when divided by `of`."""

    number: int
    of: int


def whose(owner: ColumnElement[int], only: int | Shard | None) -> ColumnElement[bool]:
    """Whether a row belongs to the user `only`, or to one of that shard; without one, to any user of the bot.

    Somebody who talks in a terminal is none: their id is not above zero, and a terminal may share the
    database.
    """
    if isinstance(only, Shard):
        return and_(owner > 0, owner % only.of == only.number)
    return owner > 0 if only is None else owner == only


class OwnRows:
    """The rows of one user at one moment. No call can touch another user's.

    `request` is the id of the message that is being answered. A change that must not be made twice is made
    once for each request, because Telegram delivers a message again when the program stops before it was
    confirmed. `now` is the moment in aware UTC, and `caps` says how much may be stored.
    """

    def __init__(
        self,
        database: Database,
        user: int,
        *,
        now: datetime,
        request: int | None = None,
        caps: Caps = CAPS,
    ) -> None:
        self._database = database
        self._user = user
        self._now = now
        self._request = request
        self._caps = caps

    @property
    def request(self) -> int | None:
        """The id of the message that is being answered; None where it is not about one."""
        return self._request

    async def _change(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a writing transaction that holds the user's row, so that nobody else changes their
        rows beside it.

        It also notes in that row that something has changed, so that the sweep reads the user again.
        """
        newcomer = {"id": self._user, "created_at": self._now}

        def change(connection: Connection) -> T:
            while not hold(connection, self._user):  # unknown, or forgotten while we waited
                connection.execute(insert_or_ignore(connection, users), newcomer)
            touch(connection, [self._user])
            return work(connection)

        return await self._database.change(change)

    async def _change_once(
        self, work: Callable[[Connection], T], *, tell: Tell[T] | None, draft: str | None = None
    ) -> T:
        """The same for a change that a request, or a draft, may make only once, and for the answer to it.

        Raises AlreadyDone where the request was carried out before, or the draft is no longer the current
        one.
        """

        def change(connection: Connection) -> T:
            if self._request is not None:
                self._mark_handled(connection, self._request)
            if draft is not None:
                self._use_up(connection, draft)
            done = work(connection)
            self._keep_answer(connection, tell, done)
            return done

        return await self._change(change)

    def _keep_answer(self, connection: Connection, tell: Tell[T] | None, done: T) -> None:
        """Store the answer to the request with the change; nothing where it was not asked in a message."""
        if tell is not None and self._request is not None:
            keep_answer_beside(connection, self._user, self._request, tell(done))

    def _mark_handled(self, connection: Connection, request: int) -> None:
        row = {"user_id": self._user, "request": request, "at": self._now}
        first = insert_or_ignore(connection, handled).returning(handled.c.request)
        if connection.execute(first, row).one_or_none() is None:
            raise CarriedOut

    def _use_up(self, connection: Connection, token: str) -> None:
        current = delete(drafts).where(drafts.c.user_id == self._user, drafts.c.token == token)
        if connection.execute(current).rowcount == 0:
            raise DraftGone
