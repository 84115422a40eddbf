"""The book: everything stored about one user. No call can read or change another user's rows."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import AlreadyDone
from core.holding import Change, Holding, changed
from core.store.database import Database, insert_or_ignore, upsert
from core.store.tables import drafts, handled, holdings, users
from core.store.types import plain


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user has settled on; None is the program's default.

    leverage: times the margin. coverage: share of the exposure to hedge, 1 is all. fee: decimal of notional.
    """

    venue: str | None = None
    leverage: Decimal | None = None
    coverage: Decimal = Decimal(1)
    fee: Decimal | None = None
    horizon_days: int = 14


class Choices(TypedDict, total=False):
    """The fields of Preferences that may be given to `Book.prefer`."""

    venue: str | None
    leverage: Decimal | None
    coverage: Decimal
    fee: Decimal | None
    horizon_days: int


@dataclass(frozen=True, slots=True)
class Page:
    """Preferences and holdings of a user at one moment."""

    preferences: Preferences
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Something prepared that waits for the user's yes; `token` names this very draft, `body` is the text."""

    token: str
    body: str


def is_token(text: str) -> bool:
    """Whether the text has the form of a draft's token: eight hexadecimal digits."""
    return len(text) == 8 and set(text) <= set("0123456789abcdef")


class Book:
    """The book of one user at the moment `now` (aware UTC).

    request: the id of the message that is being answered; `apply` carries out each request once, because
    Telegram delivers a message again when the program stopped before it was confirmed.
    """

    def __init__(self, database: Database, user: int, *, now: datetime, request: int | None = None) -> None:
        self._database = database
        self._user = user
        self._now = now
        self._request = request

    async def page(self) -> Page:
        """What the user has settled on and holds, in one transaction."""
        return await self._database.see(self._page)

    def _page(self, connection: Connection) -> Page:
        quantities = self._quantities(connection)
        return Page(
            self._preferences(connection),
            tuple(Holding(asset, quantity) for asset, quantity in quantities.items()),
        )

    async def holdings(self) -> tuple[Holding, ...]:
        """What the user holds, by asset."""
        return (await self.page()).holdings

    async def apply(self, changes: Sequence[Change], *, draft: str | None = None) -> dict[str, Decimal]:
        """Make all changes or none; the quantities afterwards, by asset. A `draft` is used up by it.

        Raises BadInput when a change cannot be made, AlreadyDone when the request was carried out before
        or the draft is no longer the user's current one. Then nothing is changed.
        """
        async with self._changing() as connection:
            if self._request is not None:
                await self._mark_handled(connection, self._request)
            if draft is not None:
                await self._use_up(connection, draft)
            before = await connection.run_sync(self._quantities)
            totals = sorted(changed(before, changes).items())
            after = {asset: Decimal(plain(total)) for asset, total in totals}
            await self._write(connection, before, after)
        return after

    async def preferences(self) -> Preferences:
        """What the user has settled on; the defaults for a user who is new."""
        return (await self.page()).preferences

    async def prefer(self, **choices: Unpack[Choices]) -> Preferences:
        """Set the given preferences and leave the others; all of them afterwards."""
        async with self._changing() as connection:
            after = replace(await connection.run_sync(self._preferences), **choices)
            if choices:
                await connection.execute(update(users).where(users.c.id == self._user).values(**choices))
        return after

    async def save_draft(self, body: str) -> str:
        """Keep `body` as the user's draft in place of any other; the token that names it."""
        token = secrets.token_hex(4)
        async with self._changing() as connection:
            row = {"user_id": self._user, "token": token, "body": body, "created_at": self._now}
            await connection.execute(upsert(connection, drafts), row)
        return token

    async def draft(self) -> Draft | None:
        """The user's draft, if one waits."""
        query = select(drafts.c.token, drafts.c.body).where(drafts.c.user_id == self._user)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Draft(row.token, row.body)

    async def drop_draft(self) -> bool:
        """Forget the user's draft; whether there was one."""
        async with self._database.write() as connection:
            dropped = await connection.execute(delete(drafts).where(drafts.c.user_id == self._user))
        return dropped.rowcount > 0

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that nobody else changes this user's book beside: it holds the user's row."""
        async with self._database.write() as connection:
            newcomer = {"id": self._user, "created_at": self._now}
            await connection.execute(insert_or_ignore(connection, users), newcomer)
            await connection.execute(select(users.c.id).where(users.c.id == self._user).with_for_update())
            yield connection

    async def _mark_handled(self, connection: AsyncConnection, request: int) -> None:
        row = {"user_id": self._user, "request": request, "at": self._now}
        first = insert_or_ignore(connection, handled).returning(handled.c.request)
        if (await connection.execute(first, row)).one_or_none() is None:
            raise AlreadyDone("This message was carried out before. /portfolio shows what you hold.")

    async def _use_up(self, connection: AsyncConnection, token: str) -> None:
        current = delete(drafts).where(drafts.c.user_id == self._user, drafts.c.token == token)
        if (await connection.execute(current)).rowcount == 0:
            raise AlreadyDone(
                "This was saved or dropped before, or replaced by a newer one; nothing was changed now. "
                "/portfolio shows what you hold."
            )

    def _quantities(self, connection: Connection) -> dict[str, Decimal]:
        query = select(holdings.c.asset, holdings.c.quantity).where(holdings.c.user_id == self._user)
        # Sorted here: the databases order text by different rules.
        return dict(sorted(map(tuple, connection.execute(query))))

    def _preferences(self, connection: Connection) -> Preferences:
        columns = [users.c[field.name] for field in fields(Preferences)]
        row = connection.execute(select(*columns).where(users.c.id == self._user)).one_or_none()
        return Preferences() if row is None else Preferences(*row)

    async def _write(
        self, connection: AsyncConnection, before: Mapping[str, Decimal], after: Mapping[str, Decimal]
    ) -> None:
        """Write the rows in which `after` differs from `before`."""
        gone = before.keys() - after.keys()
        if gone:
            own = holdings.c.user_id == self._user
            await connection.execute(delete(holdings).where(own, holdings.c.asset.in_(gone)))
        rows = [
            {"user_id": self._user, "asset": asset, "quantity": quantity, "updated_at": self._now}
            for asset, quantity in after.items()
            if before.get(asset) != quantity
        ]
        if rows:
            await connection.execute(upsert(connection, holdings), rows)


async def forget_requests(database: Database, before: datetime) -> int:
    """Housekeeping: forget which requests were handled before that moment; how many were forgotten."""
    async with database.write() as connection:
        return (await connection.execute(delete(handled).where(handled.c.at < before))).rowcount
