"""Hedges as they are in the database. Each function reads the rows of one user.

Years of hedges have tens of thousands of rows. A list of past ones reads a few numbers of each.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from core.journal.episode import Episode, Sizing, Step
from core.journal.fill import Entry
from core.journal.journal import voided
from core.store.off_loop import each_read
from core.store.tables import episodes, holdings, journal, sizings, steps
from core.store.user.rows import read_entry, read_sizing, read_step


@dataclass(frozen=True, slots=True)
class Ended:
    """A hedge that has ended."""

    number: int
    """The number of the episode."""
    began: datetime
    """When it began."""
    ended: datetime
    """When it ended."""
    reported: bool
    """Whether its report is stored."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a hedge was open, without what happened in it."""

    number: int
    """The number of the episode."""
    began: datetime
    """When it began."""
    ended: datetime | None = None
    """When it ended; None while it is open."""


def load_span(connection: Connection, user: int, number: int | None) -> Span | None:
    """When the episode with this number was open; None where there is none."""
    own = (episodes.c.user_id == user, episodes.c.number == number)
    row = connection.execute(select(episodes.c.number, episodes.c.began, episodes.c.ended).where(*own))
    found = row.one_or_none()
    return None if found is None else Span(*found)


def load_episode(connection: Connection, user: int, number: int | None) -> Episode | None:
    """The whole episode with this number; None where there is none."""
    span = load_span(connection, user, number)
    if span is None:
        return None
    return Episode(
        span.number,
        span.began,
        span.ended,
        load_entries(connection, user, span.number),
        load_steps(connection, user, span.number),
        load_sizings(connection, user, span.number),
    )


def count_entries(connection: Connection, user: int, episode: int | None) -> int:
    """How many entries of the journal belong to the episode."""
    own = (journal.c.user_id == user, journal.c.episode == episode)
    return connection.scalar(select(func.count()).select_from(journal).where(*own)) or 0


def load_entries(connection: Connection, user: int, episode: int) -> tuple[Entry, ...]:
    """The episode's entries of the journal, by number."""
    query = select(journal).where(journal.c.user_id == user, journal.c.episode == episode)
    return each_read(connection, query.order_by(journal.c.number), read_entry)


def load_sizings(connection: Connection, user: int, episode: int) -> tuple[Sizing, ...]:
    """Why the episode was sized as it was, by time."""
    query = select(sizings.c.body).where(sizings.c.user_id == user, sizings.c.episode == episode)
    return each_read(
        connection, query.order_by(sizings.c.at, sizings.c.number), lambda row: read_sizing(row.body)
    )


def load_last_sizing(connection: Connection, user: int, episode: int) -> Sizing | None:
    """The newest sizing that says what should be short; None for positions that were entered by hand."""
    own = (sizings.c.user_id == user, sizings.c.episode == episode)
    query = select(sizings.c.body).where(*own, sizings.c.body.not_like('%"betas": {}%'))
    body = connection.scalar(query.order_by(sizings.c.at.desc(), sizings.c.number.desc()).limit(1))
    return None if body is None else read_sizing(body)


def has_sizing(connection: Connection, user: int, episode: int, sizing: Sizing) -> bool:
    """Whether the episode has this very sizing already."""
    own = (sizings.c.user_id == user, sizings.c.episode == episode, sizings.c.at == sizing.at)
    return sizing in map(read_sizing, connection.scalars(select(sizings.c.body).where(*own)))


def load_holdings(connection: Connection, user: int) -> dict[str, Decimal]:
    """Coins that the user holds, by asset."""
    query = select(holdings.c.asset, holdings.c.quantity).where(holdings.c.user_id == user)
    return dict(map(tuple, connection.execute(query)))


def load_steps(connection: Connection, user: int, episode: int) -> tuple[Step, ...]:
    """What was held while the episode was open, by time."""
    query = select(steps).where(steps.c.user_id == user, steps.c.episode == episode)
    return each_read(connection, query.order_by(steps.c.at, steps.c.number), read_step)


def load_gone(connection: Connection, user: int, episode: int) -> frozenset[int]:
    """The numbers of the episode's entries that are taken back."""
    own = (journal.c.user_id == user, journal.c.episode == episode, journal.c.voids.is_not(None))
    query = select(journal.c.number, journal.c.voids).where(*own)
    return voided((row.number, row.voids) for row in connection.execute(query))


def load_past(connection: Connection, user: int) -> tuple[Ended, ...]:
    """Every ended hedge, the newest first, without those of which all was taken back."""
    own = (episodes.c.user_id == user, episodes.c.ended.is_not(None))
    query = select(
        episodes.c.number, episodes.c.began, episodes.c.ended, episodes.c.report.is_not(None)
    ).where(*own)
    lives = _count_live(connection, user)
    rows = connection.execute(query.order_by(episodes.c.number.desc()))
    return tuple(Ended(*row) for row in rows if lives[row.number])


def load_reports(connection: Connection, user: int, numbers: Collection[int]) -> Mapping[int, str]:
    """The stored reports of these hedges as JSON, by their number."""
    own = (episodes.c.user_id == user, episodes.c.number.in_(numbers), episodes.c.report.is_not(None))
    return dict(map(tuple, connection.execute(select(episodes.c.number, episodes.c.report).where(*own))))


def load_coins(connection: Connection, user: int, numbers: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """The coins whose contracts were traded in these hedges, in the order recorded, by the hedge's number."""
    found: dict[int, dict[str, None]] = {}
    for number in numbers:
        gone = load_gone(connection, user, number)
        own = (journal.c.user_id == user, journal.c.episode == number, journal.c.kind == "fill")
        query = select(journal.c.number, journal.c.asset).where(*own).order_by(journal.c.number)
        found[number] = {row.asset: None for row in connection.execute(query) if row.number not in gone}
    return {number: tuple(coins) for number, coins in found.items()}


def _count_live(connection: Connection, user: int) -> Counter[int]:
    """How many entries count of each hedge, by its number."""
    own = journal.c.user_id == user
    said = select(journal.c.episode, func.count()).where(own, journal.c.voids.is_(None))
    found = Counter(dict(map(tuple, connection.execute(said.group_by(journal.c.episode)))))
    query = select(journal.c.number, journal.c.voids, journal.c.episode).where(
        own, journal.c.voids.is_not(None)
    )
    voids = connection.execute(query).all()
    gone = voided((row.number, row.voids) for row in voids)
    # What takes an entry back belongs to the same hedge, and a void that is taken back was not counted above.
    hedge = {row.voids: row.episode for row in voids}
    found.subtract(hedge[number] for number in gone.difference(row.number for row in voids))
    return found
