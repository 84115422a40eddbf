"""Hedges and tickets as they are in the database; each function reads the rows of one user."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select

from core.life.episode import Episode, Sizing, Step
from core.life.fill import Entry, Fill
from core.life.journal import live_entries
from core.life.order import Sheet
from core.store.rows import read_entry, read_sizing, read_step, read_ticket
from core.store.tables import episodes, holdings, journal, sizings, steps, tickets


@dataclass(frozen=True, slots=True)
class Ended:
    """An ended hedge, and the report that was saved of it as JSON, if it was."""

    episode: Episode
    report: str | None


def load_episode(connection: Connection, user: int, number: int | None) -> Episode | None:
    """The episode of this number, whole; None where there is none."""
    own = (episodes.c.user_id == user, episodes.c.number == number)
    row = connection.execute(select(episodes).where(*own)).one_or_none()
    if row is None:
        return None
    return Episode(
        row.number,
        row.began,
        row.ended,
        load_entries(connection, user, row.number),
        _steps(connection, user, row.number),
        load_sizings(connection, user, row.number),
    )


def load_past(connection: Connection, user: int) -> tuple[Ended, ...]:
    """Every ended episode, newest first, without those whose fills were all taken back."""
    query = select(episodes.c.number, episodes.c.report).where(
        episodes.c.user_id == user, episodes.c.ended.is_not(None)
    )
    rows = connection.execute(query.order_by(episodes.c.number.desc())).all()
    loaded = ((load_episode(connection, user, row.number), row.report) for row in rows)
    return tuple(Ended(each, report) for each, report in loaded if each and live_entries(each.entries))


def load_entries(connection: Connection, user: int, episode: int) -> tuple[Entry, ...]:
    """The episode's part of the journal, by number."""
    query = select(journal).where(journal.c.user_id == user, journal.c.episode == episode)
    return tuple(map(read_entry, connection.execute(query.order_by(journal.c.number))))


def load_sizings(connection: Connection, user: int, episode: int) -> tuple[Sizing, ...]:
    """Why the episode was sized as it was, by time."""
    query = select(sizings.c.body).where(sizings.c.user_id == user, sizings.c.episode == episode)
    return tuple(map(read_sizing, connection.scalars(query.order_by(sizings.c.at, sizings.c.number))))


def load_ticket(connection: Connection, user: int, token: str | None) -> Sheet | None:
    """The ticket of this token, or the newest one; None where there is none."""
    query = select(tickets).where(tickets.c.user_id == user)
    if token is not None:
        query = query.where(tickets.c.token == token)
    row = connection.execute(query.order_by(tickets.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    orders, sizing = read_ticket(row.body)
    return Sheet(row.token, row.created_at, orders, sizing, _filled(connection, user, row.token))


def load_holdings(connection: Connection, user: int) -> dict[str, Decimal]:
    """Coins held, by asset."""
    query = select(holdings.c.asset, holdings.c.quantity).where(holdings.c.user_id == user)
    return dict(map(tuple, connection.execute(query)))


def _steps(connection: Connection, user: int, episode: int) -> tuple[Step, ...]:
    query = select(steps).where(steps.c.user_id == user, steps.c.episode == episode)
    return tuple(map(read_step, connection.execute(query.order_by(steps.c.at, steps.c.number))))


def _filled(connection: Connection, user: int, token: str) -> dict[str, Decimal]:
    """Contracts recorded as filled of a ticket, signed, by symbol."""
    followed = select(journal.c.episode).where(journal.c.user_id == user, journal.c.ticket == token)
    totals: dict[str, Decimal] = {}
    for episode in sorted(set(connection.scalars(followed))):
        for entry in live_entries(load_entries(connection, user, episode)):
            if isinstance(entry.what, Fill) and entry.ticket == token:
                symbol = entry.what.symbol
                totals[symbol] = totals.get(symbol, Decimal(0)) + entry.what.count
    return totals
