"""What the journal of each hedge comes to, stored beside it, in the transaction that adds to the journal.

A stored tally is used only where this version of the program made it and it covers all entries. Otherwise the
journal is replayed. So a tally can be deleted at any time, and entries that an older version wrote are
counted.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, delete, func, insert, select

from core.domain.errors import BadInput
from core.journal.fate import Fate
from core.journal.fill import Terms
from core.journal.held import Held
from core.journal.tally import Tally, replayed_tally
from core.store.database import Database
from core.store.off_loop import off_loop
from core.store.tables import journal, tallies, tickets, users
from core.store.user.episodes import load_entries
from core.store.user.own import hold

RULES = 4
"""Counts the changes to how a journal is replayed. With each change, older tallies are no longer used."""
MOST_CHECKED = 200
"""How many users' tallies are checked in one go."""
_SAYS = " ".join(each.name for kind in (Tally, Held, Terms, Fate) for each in fields(kind))
"""The fields of which a tally consists."""
MADE_BY = f"{RULES} {crc32(_SAYS.encode())}"
"""By which rules a tally was made, and of which fields it consists; others than today's are not read."""
_TAGS: dict[str, Callable[[str], Any]] = {"n": Decimal, "f": Fraction, "t": datetime.fromisoformat, "s": str}
"""What a text in the JSON of a tally stands for, by its first letter."""


def load_tally(connection: Connection, user: int, episode: int) -> Tally:
    """What the journal of this hedge comes to. Raises BadInput where it cannot be replayed."""
    kept = _kept(connection, user, episode)
    return replayed(connection, user, episode) if kept is None else kept


def replayed(connection: Connection, user: int, episode: int) -> Tally:
    """What replaying the journal of this hedge gives. Raises BadInput where it cannot be replayed."""
    entries = load_entries(connection, user, episode)
    return off_loop(connection, lambda: replayed_tally(entries))


def save_tally(connection: Connection, user: int, episode: int, tally: Tally) -> None:
    """Store the tally in place of the last one, without what it says of tickets that are gone."""
    own = (tallies.c.user_id == user, tallies.c.number == episode)
    connection.execute(delete(tallies).where(*own))
    row = {"user_id": user, "number": episode, "through": tally.through, "made_by": MADE_BY}
    body = json.dumps(_plain(_without_gone(connection, user, tally)), separators=(",", ":"))
    connection.execute(insert(tallies), {**row, "body": body})


def wrong_tallies(connection: Connection, user: int) -> list[int]:
    """The episodes of the user whose stored tally differs from what replaying gives."""
    episodes = connection.scalars(select(tallies.c.number).where(tallies.c.user_id == user)).all()
    kept = ((episode, _kept(connection, user, episode)) for episode in episodes)
    return [
        episode for episode, found in kept if found is not None and found != _truth(connection, user, episode)
    ]


def drop_wrong_tallies(connection: Connection, user: int) -> int:
    """Delete those of the user's tallies that differ from what replaying gives. Returns how many there
    were.
    """
    wrong = wrong_tallies(connection, user)
    own = (tallies.c.user_id == user, tallies.c.number.in_(wrong))
    return connection.execute(delete(tallies).where(*own)).rowcount if wrong else 0


async def check_tallies(database: Database, most: int = MOST_CHECKED) -> int:
    """Replay the journals of those who changed something last, and delete tallies that differ. Returns how
    many.

    A tally that seems wrong is looked at again where nobody else can write, before it is deleted.
    """

    def suspects(connection: Connection) -> list[int]:
        query = select(users.c.id).where(users.c.id.in_(select(tallies.c.user_id)))
        recent = connection.scalars(query.order_by(users.c.touched.desc().nulls_last()).limit(most)).all()
        return [user for user in recent if wrong_tallies(connection, user)]

    wrong = 0
    for user in await database.survey(suspects):
        wrong += await database.change(partial(_drop_wrong_held, user=user))
    return wrong


def _drop_wrong_held(connection: Connection, user: int) -> int:
    """As `drop_wrong_tallies`, where nobody else can change the user's rows."""
    hold(connection, user)
    return drop_wrong_tallies(connection, user)


def _truth(connection: Connection, user: int, episode: int) -> Tally | None:
    """What replaying gives; None where the journal cannot be replayed."""
    try:
        return _without_gone(connection, user, replayed(connection, user, episode))
    except BadInput:
        return None


def _kept(connection: Connection, user: int, episode: int) -> Tally | None:
    """The stored tally; None where there is none that can be used."""
    row = connection.execute(
        select(tallies.c.body).where(
            tallies.c.user_id == user,
            tallies.c.number == episode,
            tallies.c.made_by == MADE_BY,
            tallies.c.through == _last(user, episode),
        )
    ).one_or_none()
    return None if row is None else _read(json.loads(row.body))


def _last(user: int, episode: int) -> Any:
    """The number of the last entry of the hedge, as a subquery."""
    own = (journal.c.user_id == user, journal.c.episode == episode)
    return select(func.max(journal.c.number)).where(*own).scalar_subquery()


def _without_gone(connection: Connection, user: int, tally: Tally) -> Tally:
    """The tally without tickets that the user no longer has; otherwise it would grow with every ticket."""
    if not tally.followed:
        return tally
    there = set(connection.scalars(select(tickets.c.token).where(tickets.c.user_id == user)))
    followed = {token: counts for token, counts in tally.followed.items() if token in there}
    return Tally(**{each.name: getattr(tally, each.name) for each in fields(Tally)} | {"followed": followed})


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: what is not a plain number or truth gets a letter in front, see
    _TAGS.
    """
    match value:
        case Tally() | Held() | Terms() | Fate():
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case Decimal() | Fraction():
            return f"{'n' if isinstance(value, Decimal) else 'f'}{value}"
        case datetime():
            return f"t{value.isoformat()}"
        case str():
            return f"s{value}"
    return value


def _value(plain: Any) -> Any:
    """The value that `_plain` wrote."""
    if isinstance(plain, str):
        return _TAGS[plain[0]](plain[1:])
    if isinstance(plain, dict):
        return {name: _value(each) for name, each in plain.items()}
    return plain


def _read(plain: dict[str, Any]) -> Tally:
    held = tuple(map(_held, plain["held"]))
    return Tally(**{**{name: _value(each) for name, each in plain.items()}, "held": held})


def _held(plain: dict[str, Any]) -> Held:
    note = None if plain["note"] is None else Fate(**_value(plain["note"]))
    return Held(**{**_value(plain), "terms": Terms(**_value(plain["terms"])), "note": note})
