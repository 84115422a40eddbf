"""Reading users as arrays: what of them alerts depend on.

Numbers become float64: what may matter is measured again exactly.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from sqlalchemy import Connection, exists, select

from core.alert import KINDS
from core.alert.check import Need
from core.domain.asset import STABLECOINS
from core.store.queue.chats import PAUSED
from core.store.tables import alerts, holdings, users
from core.store.user.own import whose
from core.sweep.crowd import Crowd, CrowdParts, HeldColumns
from core.sweep.index import Directory, Numbers, small
from core.sweep.opened import read_opened
from core.sweep.slice import Slice, integers, joined_lines
from core.sweep.told import read_told
from core.sweep.wanted import no_beginnings, nothing_sized, read_beginnings, read_sized, read_wanted

USERS_AT_ONCE = 10_000
"""Users in one crowd: few enough that its columns become arrays before anybody else has to wait."""

A_PAGE = 100_000
"""Ids that are read at once: as many as take milliseconds."""


def watched_users(
    connection: Connection, offered: Sequence[str], only: int | None = None
) -> dict[str, Numbers]:
    """Ids, ascending, of all users with an alert that is not off and a chat that is not paused, by venue.

    offered: venues; whoever has chosen none of them is at the first. only: as `core.store.user.own.whose`
    has it.
    """
    any_on = exists().where(alerts.c.user_id == users.c.id, alerts.c.mode != "off")
    query = select(users.c.id, users.c.venue).where(
        whose(users.c.id, only), any_on, users.c.id.not_in(PAUSED)
    )
    found: dict[str | None, list[Numbers]] = {}
    last, more = -1, True
    while more:
        page = query.where(users.c.id > last).order_by(users.c.id).limit(A_PAGE).subquery()
        by_venue = select(page.c.venue, joined_lines(connection, page.c.id)).group_by(page.c.venue)
        here = {venue: integers(ids) for venue, ids in connection.execute(by_venue)}
        for venue, ids in here.items():
            found.setdefault(venue, []).append(ids)
            last = max(last, int(ids.max()))
        more = sum(map(len, here.values())) == A_PAGE
    return by_home({venue: np.concatenate(ids) for venue, ids in found.items()}, offered)


def by_home(chosen: Mapping[str | None, ArrayLike], offered: Sequence[str]) -> dict[str, Numbers]:
    """Ids, ascending, by the venue that users have chosen; where it is not offered, at the first."""
    found: dict[str, list[Numbers]] = {}
    for venue, ids in chosen.items():
        home = venue if venue is not None and venue in offered else offered[0]
        found.setdefault(home, []).append(np.array(ids, dtype=np.int64))
    return {home: np.sort(np.concatenate(own)) for home, own in found.items()}


def load_crowd(connection: Connection, directory: Directory, ids: Numbers, *, dense: bool = False) -> Crowd:
    """Those of these users (ascending) who are there and not paused.

    dense: the ids are nearly all that there are from the first to the last.
    """
    known = Slice(connection, directory, ids, dense=dense)
    person = known.columns(
        users.c.id, users.c.changes, users.c.digest_at, users.c.timezone, where=users.c.id.not_in(PAUSED)
    )
    known.ids = known.ids[person.user]
    minutes, zones = person.figures(1), person.words(2)
    told = read_told(known)
    rules = [rule for number in set(told.rule.tolist()) if (rule := directory.rule(number))]
    checks = [check for rule in rules for check in KINDS[rule.kind].figures[rule.figure].checks]
    needs = frozenset[Need]().union(*(check.needs for check in checks))
    opened = read_opened(known)
    sized = read_sized(known) if needs & {"sizing", "beginning"} else nothing_sized(known)
    return Crowd(
        known.ids,
        np.nan_to_num(person.figures(0)).astype(np.int32),
        {user: (int(minutes[user]), zones[user] or None) for user in np.flatnonzero(minutes >= 0).tolist()},
        _held(known) if "holdings" in needs else _nothing_held(known),
        opened,
        read_wanted(known, sized, opened),
        told,
        *(read_beginnings(known, sized) if "beginning" in needs else no_beginnings(known)),
    )


def _held(known: Slice) -> HeldColumns:
    """Holdings without stablecoins."""
    steady = holdings.c.asset.not_in(STABLECOINS)
    found = known.columns(holdings.c.user_id, holdings.c.asset, holdings.c.quantity, where=steady)
    asset = found.numbered(0, known.directory.assets.__getitem__)
    return HeldColumns(CrowdParts.of(found.user, len(known)), small(asset), found.figures(1))


def _nothing_held(known: Slice) -> HeldColumns:
    none = np.zeros(0, dtype=np.int64)
    return HeldColumns(CrowdParts.of(none, len(known)), none, np.zeros(0))
