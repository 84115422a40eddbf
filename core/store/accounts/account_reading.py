"""How far one user's accounts were read, and what reading them changes: all of it in one transaction."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from core.journal.correction import READ, VENUE
from core.journal.fill import Entry, Fill, Margin, Terms, Void, Written
from core.journal.held import Held
from core.journal.journal import live_entries
from core.journal.merging import AFTER, Merge, Told, Traded, fills_of
from core.store.database import Database, insert_or_ignore
from core.store.queue.notice import Notice, write_notice
from core.store.tables import episodes, journal, notices, polls, sealed, venue_trades
from core.store.user.episode_changes import next_number
from core.store.user.episodes import count_entries, load_entries
from core.store.user.ledger import Ledger
from core.store.user.own import OwnRows
from core.store.user.recorded import Recorded


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What the book knows of one account before it is read."""

    since: datetime
    """Trades before this moment are not asked for any more."""
    differs: int
    """How often in a row the account was not what the journal says."""
    failures: int
    """How often in a row it could not be read."""
    body: Mapping[str, Any]
    """What the account was like when it was last read."""
    held: tuple[Held, ...] = ()
    """What is open by the journal, at all venues."""
    last: int = 0
    """The number of the last entry of the journal."""
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    """Fills of the newest hedge that came from elsewhere, by symbol."""
    known: Mapping[str, tuple[Traded, ...]] = field(default_factory=dict)
    """The venue's trades of late that the journal has, by symbol."""
    seen: frozenset[str] = frozenset()
    """The names of trades that the book has."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be recorded of one contract."""

    symbol: str
    terms: Terms
    merge: Merge
    margin: Decimal | None = None
    """USD set aside for the position afterwards; None where that is not known."""


@dataclass(frozen=True, slots=True)
class PollState:
    """What is known of an account once it was read, or could not be."""

    since: datetime
    due_at: datetime
    read_at: datetime | None
    differs: int = 0
    failures: int = 0
    rests: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountState:
    """One connected account, as a list of them shows it."""

    venue: str
    connected: datetime
    state: PollState | None
    """None for one that was not read yet."""


class Polls(OwnRows):
    """The accounts of one user at the moment `now` (aware UTC)."""

    async def known(self, venue: str, connected: datetime) -> KnownAccount:
        """What the book knows of the account. connected: since when its key is there."""
        return await self._database.see(lambda each: self._known(each, venue, connected))

    async def accounts(self) -> tuple[AccountState, ...]:
        """Every account that the user has connected, by venue."""

        def look(connection: Connection) -> tuple[AccountState, ...]:
            query = (
                select(sealed.c.venue, func.min(sealed.c.stored_at).label("connected"))
                .where(sealed.c.user_id == self._user)
                .group_by(sealed.c.venue)
                .order_by(sealed.c.venue)
            )
            return tuple(
                AccountState(row.venue, row.connected, _state(self._row(connection, row.venue)))
                for row in connection.execute(query).all()
            )

        return await self._database.see(look)

    async def write(
        self,
        venue: str,
        known: KnownAccount,
        taken: Sequence[Taken],
        state: PollState,
        *,
        tidings: Sequence[Notice] = (),
        prices: Mapping[str, Decimal] = MappingProxyType({}),
    ) -> tuple[Recorded, ...] | None:
        """Record what was taken from the account, and its new state, with the notices that tell of it.

        Each trade is recorded once, whatever comes of the program. None, changing nothing, where the journal
        has gone on since `known`, or the account is not connected any more.
        """

        def change(connection: Connection) -> tuple[Recorded, ...] | None:
            if not self._connected(connection, venue) or self._last(connection) != known.last:
                return None
            done = tuple(self._take(connection, venue, each, prices) for each in taken)
            self._keep(connection, venue, state)
            for notice in tidings:
                connection.execute(insert_or_ignore(connection, notices), write_notice(self._user, notice))
            return tuple(each for each in done if each is not None)

        return await self._change(change)

    async def postpone(self, venue: str, state: PollState, tidings: Sequence[Notice] = ()) -> None:
        """Note that the account could not be read, and when it is tried again."""

        def change(connection: Connection) -> None:
            if self._connected(connection, venue):
                self._keep(connection, venue, state)
                for notice in tidings:
                    connection.execute(
                        insert_or_ignore(connection, notices), write_notice(self._user, notice)
                    )

        await self._change(change)

    async def anew(self, venue: str) -> None:
        """Forget that the account rests: its key was stored anew. What was read stays known."""

        def change(connection: Connection) -> None:
            values = {"rests": None, "due_at": self._now, "differs": 0, "failures": 0}
            connection.execute(update(polls).where(*self._of(venue)).values(values))

        await self._change(change)

    def _of(self, venue: str) -> tuple[ColumnElement[bool], ...]:
        return (polls.c.user_id == self._user, polls.c.venue == venue)

    def _row(self, connection: Connection, venue: str) -> Any:
        return connection.execute(select(polls).where(*self._of(venue))).one_or_none()

    def _connected(self, connection: Connection, venue: str) -> bool:
        own = select(sealed.c.venue).where(sealed.c.user_id == self._user, sealed.c.venue == venue)
        return connection.execute(own.limit(1)).one_or_none() is not None

    def _last(self, connection: Connection) -> int:
        return next_number(connection, journal, self._user) - 1

    def _known(self, connection: Connection, venue: str, connected: datetime) -> KnownAccount:
        row = self._row(connection, venue)
        state = _state(row) or PollState(connected, self._now, None)
        current = self._ledger.current_beside(connection)
        newest = next_number(connection, episodes, self._user) - 1
        entries: tuple[Entry, ...] = ()
        if newest and count_entries(connection, self._user, newest) <= self._caps.entries:
            entries = live_entries(load_entries(connection, self._user, newest))
        mine = (venue_trades.c.user_id == self._user, venue_trades.c.venue == venue)
        rows = connection.execute(select(venue_trades.c.entry, venue_trades.c.id).where(*mine)).all()
        ids = {row.entry: row.id for row in rows if row.entry is not None}
        seen = [row.id for row in rows]
        told = _told(entries, venue, ids)
        known = self._recent(connection, venue, ids)
        return KnownAccount(
            state.since,
            state.differs,
            state.failures,
            state.body,
            current.held,
            current.last,
            told,
            known,
            frozenset(seen),
        )

    def _recent(
        self, connection: Connection, venue: str, ids: Mapping[int, str]
    ) -> dict[str, tuple[Traded, ...]]:
        """The venue's trades of late that the journal has, in whichever hedge, by symbol."""
        query = select(journal).where(
            journal.c.user_id == self._user,
            journal.c.venue == venue,
            journal.c.source == VENUE,
            journal.c.kind == "fill",
            journal.c.at >= self._now - 2 * AFTER,
        )
        found: dict[str, list[Traded]] = {}
        for row in connection.execute(query):
            own = Traded(ids.get(row.number, ""), "", row.symbol, row._mapping["count"], row.price, row.at)  # noqa: SLF001
            found.setdefault(row.symbol, []).append(own)
        return {symbol: tuple(each) for symbol, each in found.items()}

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self._database, self._user, now=self._now, caps=self._caps)

    def _take(
        self, connection: Connection, venue: str, taken: Taken, prices: Mapping[str, Decimal]
    ) -> Recorded | None:
        merge = taken.merge
        fills = fills_of(merge, venue, taken.terms)
        what: list[Written] = [*map(Void, merge.voided), *fills]
        done, numbers = None, []
        if what:
            if taken.margin is not None and fills:
                what.append(Margin(venue, taken.symbol, taken.margin, self._now))
            done = self._ledger.record_beside(connection, what, source=VENUE, prices=prices)
            numbers = [entry.number for entry in done.entries if isinstance(entry.what, Fill)]
        rows = [
            {"user_id": self._user, "venue": venue, "id": trade.id, "at": trade.at, "entry": number}
            for (trade, _), number in zip(merge.written, numbers, strict=True)
        ]
        rows += [
            {"user_id": self._user, "venue": venue, "id": trade.id, "at": trade.at, "entry": None}
            for trade in merge.absorbed
        ]
        if rows:
            connection.execute(insert(venue_trades), rows)
        return done

    def _keep(self, connection: Connection, venue: str, state: PollState) -> None:
        connection.execute(delete(polls).where(*self._of(venue)))
        row = {
            "user_id": self._user,
            "venue": venue,
            "since": state.since,
            "due_at": state.due_at,
            "read_at": state.read_at,
            "differs": state.differs,
            "failures": state.failures,
            "rests": state.rests,
            "body": json.dumps(dict(state.body), sort_keys=True),
        }
        connection.execute(insert(polls), row)


def _state(row: Any) -> PollState | None:
    if row is None:
        return None
    body = json.loads(row.body) if row.body else {}
    return PollState(row.since, row.due_at, row.read_at, row.differs, row.failures, row.rests, body)


def _told(entries: Sequence[Entry], venue: str, ids: Mapping[int, str]) -> dict[str, tuple[Told, ...]]:
    """The fills at the venue that are none of its trades, by symbol."""
    told: dict[str, list[Told]] = {}
    for entry in entries:
        fill = entry.what
        if isinstance(fill, Fill) and fill.venue == venue and entry.number not in ids:
            told.setdefault(fill.symbol, []).append(Told(entry.number, fill, entry.source == READ))
    return {symbol: tuple(each) for symbol, each in told.items()}


@dataclass(frozen=True, slots=True)
class DueAccount:
    """An account whose turn has come."""

    user: int
    venue: str
    connected: datetime
    """Since when its key is there."""


async def due_accounts(
    database: Database, now: datetime, most: int, venues: Collection[str]
) -> tuple[DueAccount, ...]:
    """The accounts of all users at these venues that are due, those that wait longest first.

    Those that rest are none.
    """
    query = (
        select(sealed.c.user_id, sealed.c.venue, func.min(sealed.c.stored_at).label("connected"))
        .outerjoin(polls, (polls.c.user_id == sealed.c.user_id) & (polls.c.venue == sealed.c.venue))
        .where(
            sealed.c.venue.in_(venues),
            or_(polls.c.due_at.is_(None), polls.c.due_at <= now),
            polls.c.rests.is_(None),
        )
        .group_by(sealed.c.user_id, sealed.c.venue, polls.c.due_at)
        .order_by(polls.c.due_at, sealed.c.user_id)
        .limit(most)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return tuple(DueAccount(row.user_id, row.venue, row.connected) for row in rows)
