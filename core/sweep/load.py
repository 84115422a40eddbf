"""Reading users as arrays: who is watched, and what their alerts depend on.

Figures become float64, which is exact enough to say whom to measure again exactly.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike
from sqlalchemy import Connection, exists, select

from core.alert import KINDS
from core.alert.check import Need
from core.alert.rule import States, read_states
from core.domain.coins.asset import STABLECOINS
from core.store.queue.chats import PAUSED
from core.store.tables import alerts, holdings, users
from core.store.user.own import Shard, whose
from core.sweep.columns import WORD, UserRows, instant, integers, joined_lines
from core.sweep.crowd import (
    AlertColumns,
    Crowd,
    CrowdParts,
    Directory,
    HoldingColumns,
    Numbering,
    Numbers,
    small,
)
from core.sweep.load_hedges import (
    no_beginnings,
    nothing_sized,
    read_beginnings,
    read_positions,
    read_sized,
    read_targets,
)

USERS_AT_ONCE = 10_000
"""Users in one crowd: so few that nobody else has to wait noticeably while its columns become arrays."""

A_PAGE = 100_000
"""So many ids are read at once: as many as take milliseconds."""


def watched_users(
    connection: Connection, offered: Sequence[str], only: int | Shard | None = None
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
    """A crowd of these users, whose ids ascend, without those who are gone or paused.

    Only what some alert of theirs needs is read. dense: the ids are nearly all that there are from the first
    to the last.
    """
    known = UserRows(connection, directory, ids, dense=dense)
    person = known.columns(
        users.c.id, users.c.changes, users.c.digest_at, users.c.timezone, where=users.c.id.not_in(PAUSED)
    )
    # From here on a user is known by the place among those who are still there.
    known.ids = known.ids[person.user]
    minutes, zones = person.figures(1), person.words(2)
    told = read_alerts(known)
    rules = [rule for number in set(told.rule.tolist()) if (rule := directory.rule(number))]
    checks = [check for rule in rules for check in KINDS[rule.kind].figures[rule.figure].checks]
    needs = frozenset[Need]().union(*(check.needs for check in checks))
    positions = read_positions(known)
    sized = read_sized(known) if needs & {"sizing", "beginning"} else nothing_sized(known)
    return Crowd(
        known.ids,
        np.nan_to_num(person.figures(0)).astype(np.int32),
        {user: (int(minutes[user]), zones[user] or None) for user in np.flatnonzero(minutes >= 0).tolist()},
        _held(known) if "holdings" in needs else _nothing_held(known),
        positions,
        read_targets(known, sized, positions),
        told,
        *(read_beginnings(known, sized) if "beginning" in needs else no_beginnings(known)),
    )


def _held(known: UserRows) -> HoldingColumns:
    """Holdings without stablecoins."""
    steady = holdings.c.asset.not_in(STABLECOINS)
    found = known.columns(holdings.c.user_id, holdings.c.asset, holdings.c.quantity, where=steady)
    asset = found.numbered(0, known.directory.assets.__getitem__)
    return HoldingColumns(CrowdParts.of(found.user, len(known)), small(asset), found.figures(1))


def _nothing_held(known: UserRows) -> HoldingColumns:
    none = np.zeros(0, dtype=np.int64)
    return HoldingColumns(CrowdParts.of(none, len(known)), none, np.zeros(0))


def read_alerts(known: UserRows) -> AlertColumns:
    """The alerts that are not off."""
    its = alerts.c
    row = (its.kind, its.figure, its.subject, its.side, its.tiers, its.snoozed_until, its.states)
    found = known.columns(its.user_id, row, where=its.mode != "off")
    # Most are alike: the same rule, neither snoozed nor in any state.
    index: Numbering[str] = Numbering()
    which = found.numbered(0, index.__getitem__)
    rule = np.zeros(len(index), dtype=np.int64)
    snoozed: dict[int, datetime] = {}
    states: dict[int, States] = {}
    for number, words in enumerate(index.names):
        kind, figure, subject, side, tiers, until, kept = words.split(WORD)
        rule[number] = known.directory.rules[kind, figure, subject, side, tiers]
        if until:
            snoozed[number] = instant(until)
        if kept != "{}":
            states[number] = read_states(kept)
    own = which.tolist() if snoozed or states else ()
    return AlertColumns(
        small(found.user),
        small(rule[which]),
        {place: snoozed[number] for place, number in enumerate(own) if number in snoozed},
        {place: states[number] for place, number in enumerate(own) if number in states},
    )
