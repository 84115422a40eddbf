"""The rows of one user: how they are changed, whole and once."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.caps import CAPS, Caps
from core.store.database import Database, database_time, insert_or_ignore
from core.store.queue.inbox import keep_answer_beside
from core.store.tables import drafts, handled, users
from core.store.user.refusals import CarriedOut, DraftGone

T = TypeVar("T")

Tell = Callable[[T], str]
"""Writes the answer for what a change has done. It is kept together with the change until it is sent, so that
a message that is handled again gets the same answer. It runs within the transaction: it must not wait."""


async def touch(connection: AsyncConnection, changed: Iterable[int]) -> None:
    """Say that something of these users changes in this transaction, and hold their rows until its end.

    The sweep finds them by the time, and tells by the count whether it knows the change already.
    """
    said = {"changes": func.coalesce(users.c.changes, 0) + 1, "touched": database_time(connection)}
    await connection.execute(update(users).where(users.c.id.in_(list(changed))).values(said))


async def hold(connection: AsyncConnection, user: int) -> bool:
    """Let nobody else change this user's rows until the transaction ends; False where the user is unknown.

    It comes before any other lock: two transactions that took theirs in another order would both wait.
    """
    own = select(users.c.id).where(users.c.id == user).with_for_update()
    return (await connection.execute(own)).one_or_none() is not None


async def hold_all(connection: AsyncConnection, some: Collection[int]) -> list[int]:
    """Those of the users that there are, whose rows nobody else changes until the transaction ends.

    In the order of their ids, so that two transactions cannot wait for each other.
    """
    rows = select(users.c.id).where(users.c.id.in_(sorted(set(some)))).order_by(users.c.id)
    return list((await connection.scalars(rows.with_for_update(key_share=True))).all())


def whose(owner: ColumnElement[int], only: int | None) -> ColumnElement[bool]:
    """Whether a row is of this one user; without one, of any but who talks in a terminal, whose id is not
    above zero: a bot and a terminal may share a database.
    """
    return owner > 0 if only is None else owner == only


class OwnRows:
    """The rows of one user at the moment `now` (aware UTC): no call can touch another user's.

    request: the id of the message that is being answered; what must not be doubled carries out each request
    once, because Telegram delivers a message again when the program stopped before it was confirmed. caps:
    how much there may be.
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
        """The id of the message that is being answered, if it is one."""
        return self._request

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that nobody else changes this user's rows beside: it holds the user's row.

        It says in that row that something of the user's has changed: the sweep reads them again.
        """
        async with self._database.write() as connection:
            newcomer = {"id": self._user, "created_at": self._now}
            await connection.execute(insert_or_ignore(connection, users), newcomer)
            while not await hold(connection, self._user):  # forgotten while we waited
                await connection.execute(insert_or_ignore(connection, users), newcomer)
            await touch(connection, [self._user])
            yield connection

    @asynccontextmanager
    async def _changing_once(self, draft: str | None = None) -> AsyncIterator[AsyncConnection]:
        """The same for a change that a request, and a draft, may make only once.

        Raises AlreadyDone where the request was carried out before or the draft is no longer the current one.
        """
        async with self._changing() as connection:
            if self._request is not None:
                await self._mark_handled(connection, self._request)
            if draft is not None:
                await self._use_up(connection, draft)
            yield connection

    async def _keep_answer(self, connection: AsyncConnection, tell: Tell[T] | None, done: T) -> None:
        """Keep with the change what answers the request; nothing for what was not asked in a message."""
        if tell is not None and self._request is not None:
            await keep_answer_beside(connection, self._user, self._request, tell(done))

    async def _mark_handled(self, connection: AsyncConnection, request: int) -> None:
        row = {"user_id": self._user, "request": request, "at": self._now}
        first = insert_or_ignore(connection, handled).returning(handled.c.request)
        if (await connection.execute(first, row)).one_or_none() is None:
            raise CarriedOut

    async def _use_up(self, connection: AsyncConnection, token: str) -> None:
        current = delete(drafts).where(drafts.c.user_id == self._user, drafts.c.token == token)
        if (await connection.execute(current)).rowcount == 0:
            raise DraftGone
