"""What the conversation is about: the orders that were shown last, the question that waits for an answer."""

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
"""So long the orders that were shown last are what is meant where no others are named."""
ASKED_FOR = timedelta(minutes=30)
"""So long a question waits for its answer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Orders that were shown."""

    line: str
    """The line that shows them again; for a hedge it ends with all words of its wish."""
    counts: Mapping[str, Decimal]
    """Contracts of each leg of a hedge, by symbol; empty for other orders."""
    at: datetime
    stands: bool
    """Whether they are still what is meant: they were shown not longer ago than SHOWN_FOR."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of ours whose answer is a line without a command."""

    line: str
    """The command that the answer is put behind."""
    bare: str | None
    """The command that an answer of a number alone is put behind; None where that says too little."""
    message: int | None = None
    """The message that asked it; None where that has no number, as in a terminal."""
    passed: bool = False
    """Whether a notice has come since it was asked, so that the next line need not be about it."""


class Topic(OwnRows):
    """What the conversation with one user is about, at the moment `now` (aware UTC)."""

    async def show(self, line: str, counts: Mapping[str, Decimal] | None = None) -> None:
        """Orders are shown now; `line` and `counts` as in `Shown`. They take the place of those before."""
        body = json.dumps({symbol: str(count) for symbol, count in (counts or {}).items()})
        row = {"user_id": self._user, "line": line, "counts": body, "shown_at": self._now}
        async with self._database.write() as connection:
            if await hold(connection, self._user):  # else there is nobody to show it to
                await connection.execute(upsert(connection, shown), row)

    async def shown(self) -> Shown | None:
        """The orders that were shown last; None where none ever were."""

        def look(connection: Connection) -> Shown | None:
            query = select(shown.c.line, shown.c.counts, shown.c.shown_at)
            row = connection.execute(query.where(shown.c.user_id == self._user)).one_or_none()
            if row is None:
                return None
            counts = {symbol: Decimal(count) for symbol, count in json.loads(row.counts).items()}
            return Shown(row.line, counts, row.shown_at, self._now - row.shown_at <= SHOWN_FOR)

        return await self._database.see(look)

    async def ask(self, question: Question) -> None:
        """A question is asked now, in place of any other."""
        row = {
            "user_id": self._user,
            "line": question.line,
            "bare": question.bare,
            "message": question.message,
            "asked_at": self._now,
        }
        async with self._database.write() as connection:
            if await hold(connection, self._user):
                await connection.execute(upsert(connection, questions), row)

    async def asked_in(self, line: str, message: int) -> None:
        """The question with this `line` is asked in this message, if it is still the one that waits."""
        own = (questions.c.user_id == self._user, questions.c.line == line)
        async with self._database.write() as connection:
            await connection.execute(update(questions).where(*own).values(message=message))

    async def question(self) -> Question | None:
        """The question that waits for an answer, if one does and was not asked too long ago."""

        def look(connection: Connection) -> Question | None:
            later = exists().where(notices.c.user_id == self._user, notices.c.sent_at > questions.c.asked_at)
            query = select(questions, later.label("passed"))
            row = connection.execute(query.where(questions.c.user_id == self._user)).one_or_none()
            if row is None or self._now - row.asked_at > ASKED_FOR:
                return None
            return Question(row.line, row.bare, row.message, bool(row.passed))

        return await self._database.see(look)

    async def leave(self) -> None:
        """No question waits any more."""
        async with self._database.write() as connection:
            await connection.execute(delete(questions).where(questions.c.user_id == self._user))
