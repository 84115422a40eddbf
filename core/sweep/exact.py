"""Users with all that their alerts may depend on, read exactly, many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, func, select

from core.alert.kinds import digest
from core.alert.person import Person
from core.domain.coins.place import Lying
from core.domain.holding import Holding
from core.domain.quiet import Hours
from core.journal.episode import Episode
from core.store.placed import lying_of
from core.store.queue.chats import PAUSED
from core.store.queue.notice import Notice, read_notice
from core.store.tables import alerts, episodes, holdings, journal, notices, places, sizings, steps, users
from core.store.user.alerts import Alert, read_alert
from core.store.user.rows import read_entry, read_sizing, read_step


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedUser(Person):
    """One user with all that their alerts may depend on, as the book has it at one moment."""

    user: int
    """The id of the user."""
    venue: str | None
    """The venue that the user has chosen, which may be one that is not offered here."""
    alerts: tuple[Alert, ...]
    """By number, without those that are off."""
    unknown: tuple[Notice, ...]
    """Notices of which it is not known whether they arrived."""
    told: tuple[Notice, ...] = ()
    """By time, for a user who has a digest due: the last digest, and the notices that were made since and are
    not unknown."""

    @property
    def last_digest(self) -> Notice | None:
        """The digest before the one that is due."""
        return next((notice for notice in reversed(self.told) if notice.kind == digest.kind.name), None)

    def awaits_digest(self, now: datetime) -> bool:
        """Whether the digest that was due last may still have to be made."""
        due = self.digest_due(now)
        return due is not None and any(
            digest.day_of(due) not in alert.states
            for alert in self.alerts
            if alert.rule.kind == digest.kind.name
        )


def read_people(connection: Connection, wanted: Collection[int], now: datetime) -> list[WatchedUser]:
    """Those of the users that there are, by id, without those whose chat is paused."""
    known = select(users).where(users.c.id.in_(wanted), users.c.id.not_in(PAUSED)).order_by(users.c.id)
    rows = connection.execute(known).all()
    ids = [row.id for row in rows]
    held = _by_user(connection, holdings, ids, holdings.c.asset)
    placed = _by_user(connection, places, ids)
    watched = _by_user(connection, alerts, ids, alerts.c.number, alerts.c.mode != "off")
    doubted = _by_user(connection, notices, ids, notices.c.created_at, notices.c.state == "unknown")
    open_now = _open_episodes(connection, ids)
    people = [
        WatchedUser(
            user=row.id,
            venue=row.venue,
            holdings=tuple(Holding(each.asset, each.quantity) for each in held[row.id]),
            episode=open_now.get(row.id),
            alerts=tuple(map(read_alert, watched[row.id])),
            lying=_lying(held[row.id], placed[row.id]),
            cash=row.cash,
            quiet=Hours(row.quiet_from, row.quiet_to, row.timezone),
            digest_at=row.digest_at,
            unknown=tuple(map(read_notice, doubted[row.id])),
        )
        for row in rows
    ]
    told = _since_digest(connection, [one.user for one in people if one.awaits_digest(now)])
    return [replace(one, told=told[one.user]) if one.user in told else one for one in people]


def _lying(held: Iterable[Row[Any]], placed: Iterable[Row[Any]]) -> dict[str, Lying]:
    """Where the coins of one user lie."""
    rows = [(row.asset, row.place, row.quantity) for row in placed]
    return lying_of(rows, {row.asset: row.quantity for row in held})


def _since_digest(connection: Connection, ids: Collection[int]) -> dict[int, tuple[Notice, ...]]:
    """What each of these users was told since their last digest, that one first; nothing without any."""
    if not ids:
        return {}
    last = (
        select(notices.c.user_id, func.max(notices.c.created_at).label("at"))
        .where(notices.c.user_id.in_(ids), notices.c.kind == digest.kind.name)
        .group_by(notices.c.user_id)
        .subquery()
    )
    since = (last.c.user_id == notices.c.user_id) & (notices.c.created_at >= last.c.at)
    known = (notices.c.kind == digest.kind.name) | notices.c.state.in_(("waiting", "sending", "sent"))
    found: defaultdict[int, list[Notice]] = defaultdict(list)
    query = select(notices).join(last, since).where(known).order_by(notices.c.created_at)
    for row in connection.execute(query):
        found[row.user_id].append(read_notice(row))
    return {user: tuple(own) for user, own in found.items()}


def _open_episodes(connection: Connection, ids: Collection[int]) -> dict[int, Episode]:
    """The open episode of each of the users who has one."""
    heads = _by_user(connection, episodes, ids, episodes.c.number, episodes.c.ended.is_(None))
    number = {user: rows[0].number for user, rows in heads.items() if rows}
    parts = [
        _of_episodes(_by_user(connection, table, number, *order), number)
        for table, order in (
            (journal, (journal.c.number,)),
            (steps, (steps.c.at, steps.c.number)),
            (sizings, (sizings.c.at, sizings.c.number)),
        )
    ]
    entries, held, sized = parts
    return {
        user: Episode(
            number[user],
            heads[user][0].began,
            None,
            tuple(map(read_entry, entries[user])),
            tuple(map(read_step, held[user])),
            tuple(read_sizing(row.body) for row in sized[user]),
        )
        for user in number
    }


def _of_episodes(
    rows: Mapping[int, Iterable[Row[Any]]], number: Mapping[int, int]
) -> defaultdict[int, list[Row[Any]]]:
    """Of each user those rows that belong to their episode of this number."""
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for user, own in rows.items():
        found[user] = [row for row in own if row.episode == number[user]]
    return found


def _by_user(
    connection: Connection, table: Table, ids: Collection[int], *rest: Any
) -> defaultdict[int, list[Row[Any]]]:
    """Rows of these users, by user; rest: columns to order by, then conditions."""
    order = [each for each in rest if isinstance(each, Column)]
    where = [each for each in rest if not isinstance(each, Column)]
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.user_id.in_(ids), *where).order_by(*order)):
        found[row.user_id].append(row)
    return found
