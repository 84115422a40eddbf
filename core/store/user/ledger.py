"""The ledger: a user's hedges, each with its journal. What is recorded is never changed, only taken back.

Everything in one call happens in one transaction that holds the user's row. So two devices cannot do it
twice, and a stop in the middle leaves nothing half done. What happens inside is in
`core.store.user.recording`.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection, delete, insert, select, update

from core.domain.errors import BadInput
from core.domain.range import NO_SCORE, Score
from core.journal.episode import Episode, Sizing
from core.journal.fate import Fate
from core.journal.fill import Entry, Written
from core.journal.order import Order, Sheet
from core.store.scores import read_score
from core.store.tables import episodes, journal, tickets
from core.store.user.episode_changes import next_number, open_episode
from core.store.user.episodes import (
    Ended,
    count_entries,
    load_coins,
    load_episode,
    load_last_sizing,
    load_past,
    load_reports,
)
from core.store.user.own import Tell
from core.store.user.recorded import Current, Recorded
from core.store.user.recording import UNKNOWN_PRICES, Marks, Recording
from core.store.user.refusals import (
    TooManyEntries,
)
from core.store.user.rows import read_entry, write_ticket
from core.store.user.sheets import load_ticket

EXPORTED = 10
"""The journal in a file may have so many times the entries that are read for any other answer."""


class Ledger(Recording):
    """The hedges of one user at the moment `now` (aware UTC). `record` carries out each request only once."""

    async def open(self) -> Episode | None:
        """The whole episode that has an open position; None while nothing is open.

        This, and all else that reads a whole episode, raises BadInput where it has more entries than are read
        at once. What is open is told by `current`, and a fill can be recorded, however many entries there
        are.
        """
        return await self._database.see(self._open)

    async def current(self) -> Current:
        """What is open now. It takes no longer where more has been recorded."""
        return await self._database.see(self.current_beside)

    async def sizing(self) -> Sizing | None:
        """Why the open hedge is sized as it is; None where nothing is open, or it was entered by hand."""
        return await self._database.see(self._sizing)

    async def latest(self) -> Episode | None:
        """The newest episode, open or ended; None for somebody who never had one."""
        return await self._database.see(self._newest)

    async def episode(self, number: int) -> Episode | None:
        """The whole episode with this number; None where the user has none."""
        return await self._database.see(lambda connection: self._whole(connection, number))

    async def past(self) -> tuple[Ended, ...]:
        """Every ended episode, the newest first, without those whose fills were all taken back."""
        return await self._database.survey(lambda connection: load_past(connection, self._user))

    async def reports(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The stored reports (JSON) of these episodes, by number."""
        return await self._database.see(lambda connection: load_reports(connection, self._user, numbers))

    async def coins(self, numbers: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """The coins whose contracts were traded in these episodes, in the order recorded, by number."""
        return await self._database.survey(lambda connection: load_coins(connection, self._user, numbers))

    async def every(self) -> tuple[Entry, ...]:
        """The whole journal, of all hedges, by number. Raises BadInput where it is too long for a file."""
        return await self._database.survey(self._every)

    async def record(
        self,
        what: Sequence[Written],
        *,
        source: str = "typed",
        prices: Mapping[str, Decimal] = UNKNOWN_PRICES,
        ticket: str | None = None,
        legs: Sequence[int] = (),
        draft: str | None = None,
        after: int | None = None,
        tell: Tell[Recorded] | None = None,
    ) -> Recorded:
        """Write all entries or none, as one change, and open, end or reopen the episode as they make it.

        The entries belong to the episode of what they void, otherwise to the open one. Otherwise fills begin
        a new one, with a step for every holding at `prices` (USD per coin, as far as known). An entry of now
        comes after all that the journal has already.

        source: `ticket`, `typed` or `sync`. ticket: the token of the ticket that the fills follow; its sizing
        is taken over. legs: where orders were filled as shown, which order of the ticket each fill is of.
        draft: the draft that is used up. after: the number of the last entry in the user's journal that the
        caller knew of.

        Raises AlreadyDone when the request, the draft, an order or a void was carried out before, when the
        ticket is gone, and when the journal has gone on since `after`. Raises BadInput when an entry cannot
        be: a number that cannot be stored exactly, a margin of what is not open, a void that would open a
        second hedge beside an open one. Nothing is changed then.
        """
        marks = Marks(source, ticket, legs)

        def write(connection: Connection) -> Recorded:
            return self._record(connection, tuple(what), marks, prices, after)

        return await self._change_once(write, tell=tell, draft=draft)

    async def note(self, fates: Sequence[Fate]) -> bool:
        """Write down what the bot saw of open positions. What is closed or noted already is left out.

        Returns whether anything was written. The user changed nothing, so no request is used up.
        """
        return await self._change(lambda connection: self.note_beside(connection, fates))

    async def save_report(self, episode: Episode, report: str, score: Score = NO_SCORE) -> bool:
        """Store the report (JSON) of an ended episode, with how many of the ranges that were stated of it
        held. False, storing nothing, where it changed meanwhile.
        """
        return await self._change(lambda each: self._save_report(each, episode, report, score))

    async def score(self) -> Score:
        """How often the ranges held that were stated of the user's ended hedges."""
        return await self._database.see(lambda connection: read_score(connection, self._user))

    async def save_ticket(self, orders: Sequence[Order], sizing: Sizing) -> str:
        """Store the orders as they were shown. Returns the token that names them (8 hexadecimal digits)."""
        token = secrets.token_hex(4)
        body = write_ticket(tuple(orders), sizing)
        await self._change(lambda connection: self._save_ticket(connection, token, body))
        return token

    async def ticket(self, token: str | None = None) -> Sheet | None:
        """The ticket with this token, or the newest one; None where it is not there (any more)."""
        return await self._database.see(lambda connection: load_ticket(connection, self._user, token))

    async def drop_ticket(self, token: str, tell: Tell[bool] | None = None) -> bool:
        """Forget the ticket, because its orders were not placed. Returns whether it was there."""
        own = tickets.c.user_id == self._user

        def drop(connection: Connection) -> bool:
            gone = connection.execute(delete(tickets).where(own, tickets.c.token == token)).rowcount > 0
            self._keep_answer(connection, tell, gone)
            return gone

        return await self._database.change(drop)

    def _open(self, connection: Connection) -> Episode | None:
        return self._whole(connection, open_episode(connection, self._user))

    def _sizing(self, connection: Connection) -> Sizing | None:
        number = open_episode(connection, self._user)
        return None if number is None else load_last_sizing(connection, self._user, number)

    def _newest(self, connection: Connection) -> Episode | None:
        return self._whole(connection, next_number(connection, episodes, self._user) - 1)

    def _whole(self, connection: Connection, number: int | None) -> Episode | None:
        """The whole episode. Raises BadInput where it has more entries than are read at once."""
        count = count_entries(connection, self._user, number)
        if count > self._caps.entries:
            raise TooManyEntries(count, self._caps.entries)
        return load_episode(connection, self._user, number)

    def _every(self, connection: Connection) -> tuple[Entry, ...]:
        """The whole journal. Raises BadInput where it is too long for a file."""
        count, most = next_number(connection, journal, self._user) - 1, EXPORTED * self._caps.entries
        if count > most:
            raise BadInput(f"Your journal has {count:,} entries, and I put at most {most:,} into a file.")
        query = select(journal).where(journal.c.user_id == self._user).order_by(journal.c.number)
        return tuple(map(read_entry, connection.execute(query)))

    def _save_report(self, connection: Connection, episode: Episode, report: str, score: Score) -> bool:
        if episode.ended is None or load_episode(connection, self._user, episode.number) != episode:
            return False
        own = (episodes.c.user_id == self._user, episodes.c.number == episode.number)
        values = {"report": report, "stated": score.stated, "held": score.held}
        connection.execute(update(episodes).where(*own).values(values))
        return True

    def _save_ticket(self, connection: Connection, token: str, body: str) -> None:
        own = tickets.c.user_id == self._user
        number = next_number(connection, tickets, self._user)
        row = {"user_id": self._user, "token": token, "number": number, "body": body}
        connection.execute(insert(tickets), {**row, "created_at": self._now})
        connection.execute(delete(tickets).where(own, tickets.c.number <= number - self._caps.tickets))
