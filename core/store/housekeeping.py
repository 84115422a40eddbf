"""What concerns all users at once: rows that nobody needs any more, and the time of the last change."""

from datetime import date, datetime

from sqlalchemy import delete, func, select

from core.store.database import Database
from core.store.tables import alerts, closes, drafts, handled, holdings, journal, notices, questions, shown


async def forget_drafts(database: Database, before: datetime) -> int:
    """Forget drafts that were made before that moment and still wait for a yes. Returns how many there
    were.
    """
    async with database.write() as connection:
        return (await connection.execute(delete(drafts).where(drafts.c.created_at < before))).rowcount


async def forget_topics(database: Database, before: datetime) -> int:
    """Forget orders shown, and questions asked, before that moment; how many there were."""
    old = (
        delete(shown).where(shown.c.shown_at < before),
        delete(questions).where(questions.c.asked_at < before),
    )
    async with database.write() as connection:
        return sum([(await connection.execute(each)).rowcount for each in old])


async def forget_closes(database: Database, before: date) -> int:
    """Forget daily closes of days before that one. Returns how many there were."""
    async with database.write() as connection:
        return (await connection.execute(delete(closes).where(closes.c.day < before))).rowcount


async def latest(database: Database) -> datetime | None:
    """The last moment at which anything was written for anybody; None where nothing was."""
    times = (
        holdings.c.updated_at, alerts.c.created_at, handled.c.at, journal.c.recorded_at,
        notices.c.created_at, notices.c.sent_at,
    )  # fmt: skip
    async with database.read() as connection:
        found = [await connection.scalar(select(func.max(time))) for time in times]
    return max((time for time in found if time is not None), default=None)
