"""Tickets as they stand: the orders that were shown, and how much of each has been recorded by now."""

from decimal import Decimal

from sqlalchemy import Connection, select

from core.journal.episode import Sizing
from core.journal.order import Sheet
from core.store.tables import journal, tickets
from core.store.user.rows import read_ticket
from core.store.user.tallies import load_tally


def load_ticket(connection: Connection, user: int, token: str | None) -> Sheet | None:
    """The ticket with this token, or the newest one without a token; None where there is none."""
    query = select(tickets).where(tickets.c.user_id == user)
    if token is not None:
        query = query.where(tickets.c.token == token)
    row = connection.execute(query.order_by(tickets.c.number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    orders, sizing = read_ticket(row.body)
    return Sheet(row.token, row.created_at, orders, sizing, _filled(connection, user, row.token))


def load_ticket_sizing(connection: Connection, user: int, token: str) -> Sizing | None:
    """Why the orders of the ticket with this token were sized as they were; None where it is gone."""
    own = (tickets.c.user_id == user, tickets.c.token == token)
    body = connection.scalar(select(tickets.c.body).where(*own))
    return None if body is None else read_ticket(body)[1]


def _filled(connection: Connection, user: int, token: str) -> dict[str, Decimal]:
    """Contracts recorded as filled of a ticket, by `trade_key`; above zero bought."""
    followed = select(journal.c.episode).where(journal.c.user_id == user, journal.c.ticket == token)
    totals: dict[str, Decimal] = {}
    for episode in connection.scalars(followed.distinct()).all():
        for key, count in load_tally(connection, user, episode).followed.get(token, {}).items():
            totals[key] = totals.get(key, Decimal(0)) + count
    return totals
