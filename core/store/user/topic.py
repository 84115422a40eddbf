"""What the conversation is about: the orders that were shown last, and the question that waits for an
answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, delete, exists, select, update

from core.store.database import upsert
from core.store.tables import notices, questions, shown
from core.store.user.own import OwnRows, hold

SHOWN_FOR = timedelta(hours=1)
"""For so long the orders that were shown last are the ones meant where no others are named."""
ASKED_FOR = timedelta(minutes=30)
"""For so long a question waits for its answer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Orders that were shown to the user."""

    line: str
    """The command that shows them again; for a hedge, with all words of its wish."""
    counts: Mapping[str, Decimal]
    """Contracts of each leg of a hedge, by symbol; empty for other orders."""
    at: datetime
    """When they were shown."""
    stands: bool
    """Whether they are still what is meant: they were shown no longer ago than SHOWN_FOR."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the bot asked, and that the next line without a command answers."""

    line: str
    """The command that the answer is put behind."""
    bare: str | None
    """The command that an answer of a number alone is put behind; None where that says too little."""
    message: int | None = None
    """The message that asked it; None where that has no number."""
    passed: bool = False
    """Whether a notice has come since it was asked, so that the next line need not be about it."""


class Topic(OwnRows):
    """What the conversation with one user is about, at the moment `now` (aware UTC)."""

    async def show(self, line: str, counts: Mapping[str, Decimal] | None = None) -> None:
        """Note that orders are shown now. They take the place of those shown before.

        line, counts: as in `Shown`.
        """
        body = json.dumps({symbol: str(count) for symbol, count in (counts or {}).items()})
        row = {"user_id": self._user, "line": line, "counts": body, "shown_at": self._now}

        def write(connection: Connection) -> None:
            if hold(connection, self._user):  # else there is nobody to show it to
                connection.execute(upsert(connection, shown), row)

        await self._database.change(write)

    async def shown(self) -> Shown | None:
        """The orders that were shown last; None where none were."""

        def look(connection: Connection) -> Shown | None:
            query = select(shown.c.line, shown.c.counts, shown.c.shown_at)
            row = connection.execute(query.where(shown.c.user_id == self._user)).one_or_none()
            if row is None:
                return None
            counts = {symbol: Decimal(count) for symbol, count in json.loads(row.counts).items()}
            return Shown(row.line, counts, row.shown_at, self._now - row.shown_at <= SHOWN_FOR)

        return await self._database.see(look)

    async def ask(self, question: Question) -> None:
        """Note that a question is asked now, in place of any other."""
        row = {
            "user_id": self._user,
            "line": question.line,
            "bare": question.bare,
            "message": question.message,
            "asked_at": self._now,
        }

        def write(connection: Connection) -> None:
            if hold(connection, self._user):
                connection.execute(upsert(connection, questions), row)

        await self._database.change(write)

    async def asked_in(self, line: str, message: int) -> None:
        """Note the message in which the question is asked, if it is still the one that waits."""
        own = (questions.c.user_id == self._user, questions.c.line == line)
        where = update(questions).where(*own).values(message=message)
        await self._database.change(lambda connection: connection.execute(where))

    async def question(self) -> Question | None:
        """The question that waits for an answer; None where none does, or it was asked too long ago."""

        def look(connection: Connection) -> Question | None:
            later = exists().where(notices.c.user_id == self._user, notices.c.sent_at > questions.c.asked_at)
            query = select(questions, later.label("passed"))
            row = connection.execute(query.where(questions.c.user_id == self._user)).one_or_none()
            if row is None or self._now - row.asked_at > ASKED_FOR:
                return None
            return Question(row.line, row.bare, row.message, bool(row.passed))

        return await self._database.see(look)

    async def leave(self, line: str | None = None) -> None:
        """Note that no question waits any more; of `line` where only that one is over."""
        answered = delete(questions).where(questions.c.user_id == self._user)
        if line is not None:
            answered = answered.where(questions.c.line == line)
        await self._database.change(lambda connection: connection.execute(answered))
