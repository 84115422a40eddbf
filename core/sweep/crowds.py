"""All watched users as crowds, kept up to date: who has changed anything is read anew."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from sqlalchemy import Connection, Row, Select, select

from core.store.database import Database, database_time
from core.store.tables import users
from core.store.user.own import Shard, whose
from core.sweep.check import Checked
from core.sweep.crowd import Directory, Numbers
from core.sweep.load import USERS_AT_ONCE, by_home, load_crowd, watched_users

Known = Row[int, int | None, str | None]
"""The id of a user, the count of their changes, and the venue that they have chosen."""
OVERLAP = timedelta(minutes=2)
"""A change says when it was made and is seen once it is committed: no transaction takes longer than that."""
MOST_SMALL = 12
"""So many small crowds, of users who have changed lately, may be there before they are read anew as one."""


class Crowds:
    """Crowds by venue. `refresh` reads who has changed; `of` gives those of a venue."""

    def __init__(self, database: Database, venues: Sequence[str], *, only: int | Shard | None = None) -> None:
        self._database = database
        self._only = only
        self._offered = tuple(venues)
        self.directory = Directory()
        self._by_venue: dict[str, list[Checked]] = {}
        self._since: datetime | None = None
        self._turn = 0

    def of(self, venue: str) -> list[Checked]:
        """The crowds of the users whose venue it is."""
        return self._by_venue.get(venue, [])

    def venues(self) -> tuple[str, ...]:
        """Those that watched users have chosen, and those where they have something open."""
        places = self.directory.places.names
        found = dict.fromkeys(venue for venue, crowds in self._by_venue.items() if crowds)
        for crowds in self._by_venue.values():
            for checked in crowds:
                found.update(dict.fromkeys(places[number].venue for number in checked.places))
        return tuple(venue for venue in found if venue in self._offered)

    async def refresh(self) -> None:
        """Read anew who has changed, all at first; drop some of those who are gone.

        Where that fails half-way all are read the next time: nobody may be left out without a word.
        """
        try:
            await self._refresh()
        except BaseException:
            self.lose()
            raise

    def lose(self) -> None:
        """Read all anew the next time."""
        self._by_venue, self._since = {}, None

    async def _refresh(self) -> None:
        since, self._since = self._since, await self._database.survey(_time)
        if since is None:
            everybody = partial(watched_users, offered=self._offered, only=self._only)
            by_venue = await self._database.survey(everybody)
            total = sum(map(len, by_venue.values()))
            for home, ids in by_venue.items():
                await self._load(home, ids, dense=2 * len(ids) > total)
            return
        recent = partial(_touched, since=since - OVERLAP, only=self._only)
        changed = await self._database.survey(recent)
        for home, ids in (await asyncio.to_thread(self._forget, changed)).items():
            await self._load(home, ids)
        for home in self._by_venue:
            await self._merge(home)
        await self._patrol()

    async def _load(self, home: str, ids: Numbers, *, dense: bool = False) -> None:
        """Read these users, of one venue, as new crowds. dense: there are few others between their ids."""
        for start in range(0, len(ids), USERS_AT_ONCE):
            some = ids[start : start + USERS_AT_ONCE]
            found = await self._database.survey(partial(self._checked, home=home, ids=some, dense=dense))
            if len(found.crowd.alerts.user):
                self._by_venue.setdefault(home, []).append(found)

    def _checked(self, connection: Connection, home: str, ids: Numbers, *, dense: bool) -> Checked:
        return Checked.of(load_crowd(connection, self.directory, ids, dense=dense), self.directory, home)

    def _forget(self, changed: Sequence[Known]) -> dict[str, Numbers]:
        """Drop these users from their crowds, unless nothing has changed since they were read.

        Gives the ids to be read anew, by venue.
        """
        ids = np.array([row.id for row in changed], dtype=np.int64)
        counts = np.array([row.changes or 0 for row in changed], dtype=np.int64)
        known: set[int] = set()
        for crowd in (checked.crowd for crowds in self._by_venue.values() for checked in crowds):
            place = np.minimum(np.searchsorted(crowd.ids, ids), len(crowd) - 1)
            mine = (crowd.ids[place] == ids) & crowd.alive[place]
            same = mine & (crowd.changes[place] == counts)
            known.update(ids[same].tolist())
            crowd.alive[place[mine & ~same]] = False
        news: dict[str | None, list[int]] = {}
        for row in changed:
            if row.id not in known:
                news.setdefault(row.venue, []).append(row.id)
        return by_home(news, self._offered)

    async def _merge(self, home: str) -> None:
        """Drop empty crowds, and read small ones anew as one where there are many."""
        crowds = [each for each in self._by_venue[home] if each.crowd.alive.any()]
        small = [each for each in crowds if each.crowd.alive.sum() < USERS_AT_ONCE // 2]
        self._by_venue[home] = crowds
        if len(small) > MOST_SMALL:
            merged = set(map(id, small))
            self._by_venue[home] = [each for each in crowds if id(each) not in merged]
            ids = np.sort(np.concatenate([each.crowd.ids[each.crowd.alive] for each in small]))
            await self._load(home, ids)

    async def _patrol(self) -> None:
        """Drop users who are not there any more: each time from one crowd, so that it costs little."""
        crowds = [checked for own in self._by_venue.values() for checked in own]
        if crowds:
            self._turn += 1
            crowd = crowds[self._turn % len(crowds)].crowd
            ends = (int(crowd.ids[0]), int(crowd.ids[-1]))
            query = select(users.c.id).where(users.c.id.between(*ends))
            there = await self._database.survey(partial(_numbers, query=query))
            crowd.alive &= np.isin(crowd.ids, there, assume_unique=True)


def _numbers(connection: Connection, query: Select[int]) -> Numbers:
    with connection.execute(query) as result:
        return np.array(result.cursor.fetchall(), dtype=np.int64).reshape(-1)


def _time(connection: Connection) -> datetime:
    return connection.scalars(select(database_time(connection))).one()


def _touched(connection: Connection, since: datetime, only: int | Shard | None) -> Sequence[Known]:
    """Who has changed from then on."""
    query = select(users.c.id, users.c.changes, users.c.venue).where(
        whose(users.c.id, only), users.c.touched >= since
    )
    return connection.execute(query.order_by(users.c.id)).all()
