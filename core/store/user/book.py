"""The book: everything that is stored about one user. No call can read or change another user's rows."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypedDict, TypeVar, Unpack

from sqlalchemy import Connection, delete, select, update

from core.domain.capital.mode import MarginMode
from core.domain.coins.place import Lying, totals
from core.domain.holding import Holding, HoldingChange, spread
from core.journal.sync import Difference, counts_of
from core.store.database import Database, upsert
from core.store.placed import read_lying, write_places
from core.store.tables import drafts, handled, holdings, users
from core.store.types import plain
from core.store.user.alerts import Alerts
from core.store.user.episode_changes import open_episode, write_steps
from core.store.user.ledger import Ledger
from core.store.user.own import OwnRows, Tell
from core.store.user.recorded import Recorded
from core.store.user.refusals import BookChanged, TooManyCoins
from core.store.user.topic import Topic
from core.store.user.whole import EXPORTED_ROWS, TableRows, everything, forget

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user has settled on. None means the program's default."""

    venue: str | None = None
    """The venue where they trade."""
    leverage: Decimal | None = None
    """Their usual leverage."""
    coverage: Decimal = Decimal(1)
    """The share of the exposure to hedge; 1 is all of it."""
    fee: Decimal | None = None
    """Their taker fee, a decimal of the notional."""
    horizon_days: int = 14
    """How many days a hedge should stand."""
    quiet_from: int | None = None
    """When their quiet time begins, in minutes after midnight where they
    are. During it only what is urgent is sent.
    """
    quiet_to: int | None = None
    """When their quiet time ends. Without both there is none."""
    timezone: str | None = None
    """Where they are, such as `Europe/Berlin`; None is UTC."""
    digest_at: int | None = None
    """When the daily summary comes, in minutes after midnight; None for no summary."""
    mode: MarginMode | None = None
    """How their account backs shorts; None is isolated."""
    cash: Decimal | None = None
    """USD that there is for margin and fees; None sets no limit."""
    capital_asked: bool | None = None
    """Whether they were asked once what may back their shorts."""


class Choices(TypedDict, total=False):
    """The preferences that may be given to `Book.prefer`; each is as in `Preferences`."""

    venue: str | None
    leverage: Decimal | None
    coverage: Decimal
    fee: Decimal | None
    horizon_days: int
    quiet_from: int | None
    quiet_to: int | None
    timezone: str | None
    digest_at: int | None
    mode: MarginMode | None
    cash: Decimal | None
    capital_asked: bool | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a user has settled on and holds, at one moment."""

    preferences: Preferences
    """What they have settled on."""
    holdings: tuple[Holding, ...]
    """What they hold, by asset."""
    lying: Mapping[str, Lying]
    """Where it lies: the coins of each asset by place."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something prepared that waits for the user's yes."""

    token: str
    """Names this very draft, so that a yes cannot confirm another one."""
    body: str
    """What was prepared, as text."""


def is_token(text: str) -> bool:
    """Whether the text has the form of a token: eight hexadecimal digits."""
    return len(text) == 8 and set(text) <= set("0123456789abcdef")


class Book(OwnRows):
    """The book of one user at the moment `now` (aware UTC). `apply` carries out each request only once."""

    @property
    def ledger(self) -> Ledger:
        """The user's hedges, at the same moment and for the same request."""
        return Ledger(self._database, self._user, now=self._now, request=self._request, caps=self._caps)

    @property
    def topic(self) -> Topic:
        """What the conversation with the user is about, at the same moment."""
        return Topic(self._database, self._user, now=self._now)

    @property
    def alerts(self) -> Alerts:
        """The user's alerts, at the same moment and for the same request."""
        return Alerts(self._database, self._user, now=self._now, request=self._request, caps=self._caps)

    async def everything(self, write: Callable[[Iterable[TableRows]], T]) -> T:
        """What `write` makes of all rows of the user by table, as they are at one moment; never a key.

        It runs in a thread. Raises BadInput where there are more rows than fit a file.
        """
        most = EXPORTED_ROWS * self._caps.entries
        return await everything(self._database, self._user, most, write)

    async def forget(self, token: str, question: str, answer: str | None = None) -> None:
        """Delete every row of the user. Raises AlreadyDone unless their draft is this question.

        Of the message that asks for it only its number stays, until this answer to it is sent.
        """
        await forget(self._database, self._user, token, question, request=self._request, answer=answer)

    async def page(self) -> Page:
        """What the user has settled on and holds, read in one transaction."""
        return await self._database.see(self._page)

    def _page(self, connection: Connection) -> Page:
        lying = self._lying(connection)
        return Page(
            self._preferences(connection),
            tuple(Holding(asset, quantity) for asset, quantity in totals(lying).items()),
            lying,
        )

    async def holdings(self) -> tuple[Holding, ...]:
        """What the user holds, by asset."""
        return (await self.page()).holdings

    async def apply(
        self,
        changes: Sequence[HoldingChange],
        *,
        draft: str | None = None,
        prices: Mapping[str, Decimal] = MappingProxyType({}),
        tell: Tell[dict[str, Decimal]] | None = None,
    ) -> dict[str, Decimal]:
        """Make all changes or none. Returns the quantities afterwards, by asset. A `draft` is used up by it.

        While a hedge is open, its episode gets a step for each changed asset, at its price in `prices` (USD
        per coin) where it is there.

        Raises BadInput when a change cannot be made, and AlreadyDone when the request was carried out before
        or the draft is no longer the user's current one. Nothing is changed then.
        """
        return await self._change_once(
            lambda connection: self._apply(connection, changes, prices), tell=tell, draft=draft
        )

    async def sync(
        self,
        difference: Difference,
        *,
        draft: str,
        prices: Mapping[str, Decimal] = MappingProxyType({}),
        tell: Tell[Recorded | None] | None = None,
    ) -> Recorded | None:
        """Make the difference's edits and record its entries, all or nothing. The draft is used up by it.

        Returns what the entries changed; None where there are none.

        Raises AlreadyDone where the draft is gone, or where the book is no longer what the difference was
        found against; BadInput as `apply` and `Ledger.record` do. Nothing is changed then.
        """

        def settle(connection: Connection) -> Recorded | None:
            counts = counts_of(self.ledger.current_beside(connection).held)
            if self._lying(connection) != difference.lying or counts != difference.counts:
                raise BookChanged
            self._apply(connection, difference.changes, prices)
            if not difference.entries:
                return None
            return self.ledger.record_beside(connection, difference.entries, source="sync", prices=prices)

        return await self._change_once(settle, tell=tell, draft=draft)

    def _apply(
        self, connection: Connection, changes: Sequence[HoldingChange], prices: Mapping[str, Decimal]
    ) -> dict[str, Decimal]:
        there = self._lying(connection)
        then = spread(there, changes)
        before = totals(there)
        after = {asset: Decimal(plain(total)) for asset, total in sorted(totals(then).items())}
        if len(after) > max(self._caps.holdings, len(before)):
            raise TooManyCoins(len(after), self._caps.holdings)
        self._write(connection, before, after)
        write_places(connection, self._user, there, then)
        self._step(connection, before, after, prices)
        return after

    async def preferences(self) -> Preferences:
        """What the user has settled on; the defaults for a new user."""
        return (await self.page()).preferences

    async def prefer(self, **choices: Unpack[Choices]) -> Preferences:
        """Set these preferences and leave the others. Returns all of them afterwards."""

        def write(connection: Connection) -> Preferences:
            after = replace(self._preferences(connection), **choices)
            if choices:
                connection.execute(update(users).where(users.c.id == self._user).values(**choices))
            return after

        return await self._change(write)

    async def save_draft(self, body: str) -> str:
        """Store `body` as the user's draft, in place of any other. Returns the token that names it."""
        token = secrets.token_hex(4)
        row = {"user_id": self._user, "token": token, "body": body, "created_at": self._now}
        await self._change(lambda connection: connection.execute(upsert(connection, drafts), row))
        return token

    async def draft(self) -> Draft | None:
        """The user's draft; None where none waits."""
        query = select(drafts.c.token, drafts.c.body).where(drafts.c.user_id == self._user)
        row = await self._database.see(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else Draft(row.token, row.body)

    async def drop_draft(self, tell: Tell[bool] | None = None) -> bool:
        """Delete the user's draft. Returns whether there was one."""

        def drop(connection: Connection) -> bool:
            gone = connection.execute(delete(drafts).where(drafts.c.user_id == self._user)).rowcount > 0
            self._keep_answer(connection, tell, gone)
            return gone

        return await self._database.change(drop)

    def _quantities(self, connection: Connection) -> dict[str, Decimal]:
        query = select(holdings.c.asset, holdings.c.quantity).where(holdings.c.user_id == self._user)
        # Sorted here: the databases order text by different rules.
        return dict(sorted(map(tuple, connection.execute(query))))

    def _lying(self, connection: Connection) -> dict[str, Lying]:
        return read_lying(connection, self._user, self._quantities(connection))

    def _preferences(self, connection: Connection) -> Preferences:
        columns = [users.c[field.name] for field in fields(Preferences)]
        row = connection.execute(select(*columns).where(users.c.id == self._user)).one_or_none()
        return Preferences() if row is None else Preferences(*row)

    def _write(
        self, connection: Connection, before: Mapping[str, Decimal], after: Mapping[str, Decimal]
    ) -> None:
        """Write the rows in which `after` differs from `before`."""
        gone = before.keys() - after.keys()
        if gone:
            own = holdings.c.user_id == self._user
            connection.execute(delete(holdings).where(own, holdings.c.asset.in_(gone)))
        rows = [
            {"user_id": self._user, "asset": asset, "quantity": quantity, "updated_at": self._now}
            for asset, quantity in after.items()
            if before.get(asset) != quantity
        ]
        if rows:
            connection.execute(upsert(connection, holdings), rows)

    def _step(
        self,
        connection: Connection,
        before: Mapping[str, Decimal],
        after: Mapping[str, Decimal],
        prices: Mapping[str, Decimal],
    ) -> None:
        """Tell the open episode, if there is one, what is held from now on."""
        episode = open_episode(connection, self._user)
        if episode is not None:
            differ = [
                asset for asset in before.keys() | after.keys() if before.get(asset) != after.get(asset)
            ]
            held = {asset: after.get(asset, Decimal(0)) for asset in differ}
            write_steps(connection, self._user, episode, self._now, held, prices)


async def forget_requests(database: Database, before: datetime) -> int:
    """Forget which requests were handled before that moment. Returns how many were forgotten."""
    async with database.write() as connection:
        return (await connection.execute(delete(handled).where(handled.c.at < before))).rowcount
