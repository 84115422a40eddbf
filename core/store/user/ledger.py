"""The ledger: a user's hedges, each with its journal; what is recorded is never changed, only taken back.

Everything of one call happens in one transaction that holds the user's row, so that two devices cannot do
it twice and a stop in the middle leaves nothing half done.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, select, update

from core.alert.defaults import after_hedging
from core.alert.kind import Kind
from core.alert.rule import Rule
from core.domain.errors import BadInput
from core.journal.correction import WATCH
from core.journal.episode import Episode, Sizing
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Margin, Void, Written
from core.journal.journal import Held, check_fill, check_margin, voided
from core.journal.order import Order, Sheet
from core.journal.tally import Tally, replayed_tally
from core.store.tables import episodes, journal, sizings, steps, tickets
from core.store.user.alerts import Alert, Alerts, Mode
from core.store.user.episodes import (
    Ended,
    Span,
    count_entries,
    has_sizing,
    load_entries,
    load_episode,
    load_holdings,
    load_last_sizing,
    load_past,
    load_span,
    load_steps,
)
from core.store.user.own import OwnRows, Tell
from core.store.user.refusals import (
    AnotherOpen,
    NoneOpen,
    NotOpen,
    PositionsChanged,
    RecordedBefore,
    TakenBack,
    TicketGone,
    TooManyEntries,
)
from core.store.user.rows import entry_values, read_entry, write_sizing, write_ticket
from core.store.user.sheets import load_ticket
from core.store.user.steps import next_number, open_episode, write_steps
from core.store.user.tallies import load_tally, save_tally

ON: Mode = "on"
SILENT: Mode = "silent"
EXPORTED = 10
"""A file takes so many times as many entries as another answer."""
CLOCK_SLIP = timedelta(hours=1)
"""How far the clock may be set back without what is recorded next seeming to come before the last."""
MOMENT = timedelta(microseconds=1)
UNKNOWN_PRICES: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `Ledger.record` did. number: the episode's; held: what is open in it now; entries: the new ones.

    began, ended, reopened: whether this opened the episode, closed the last position, or opened an ended one;
    an episode of which all was taken back has not ended but never was. alerts: what it turned on; with
    the beginning of a hedge also what was on already and starts afresh.
    """

    number: int
    held: tuple[Held, ...]
    entries: tuple[Entry, ...]
    began: bool
    ended: bool
    reopened: bool
    alerts: tuple[Alert, ...] = ()
    sheet: Sheet | None = None
    """The ticket that was followed, as it stands afterwards; None where there was none."""


@dataclass(frozen=True, slots=True)
class Current:
    """What a user has open, and the number of the last entry in their journal, 0 without any."""

    held: tuple[Held, ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is said of all entries of one call: `ticket` and `legs` as in `Ledger.record`."""

    source: str
    ticket: str | None = None
    legs: Sequence[int] = field(default=())


class Ledger(OwnRows):
    """The hedges of one user at the moment `now` (aware UTC); `record` carries out each request once."""

    async def open(self) -> Episode | None:
        """The episode with an open position, whole; None while nothing is open.

        This, and what else reads a whole episode, raises BadInput where it has more entries than are read
        at once. What is open is told by `current`, and a fill is recorded, however many there are.
        """
        return await self._database.see(self._open)

    async def current(self) -> Current:
        """What is open now, at a cost that does not depend on how much has been recorded."""
        return await self._database.see(self.current_beside)

    async def latest(self) -> Episode | None:
        """The newest episode, open or ended; None for who never had one."""
        return await self._database.see(self._newest)

    async def episode(self, number: int) -> Episode | None:
        """The episode of this number, whole; None where the user has none."""
        return await self._database.see(lambda connection: self._whole(connection, number))

    async def past(self) -> tuple[Ended, ...]:
        """Every ended episode, newest first, without those whose fills were all taken back."""
        most = self._caps.entries
        return await self._database.see(lambda connection: load_past(connection, self._user, most))

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
        """Write all entries or none, as one change; open, end or reopen the episode as they make it.

        The entries belong to the episode of what they void, else to the open one, else fills begin a new
        one, with a step for every holding at `prices` (USD per coin, as far as known). An entry of now is
        put after what the journal has already.

        source: `ticket`, `typed` or `sync`. ticket: token of the ticket that the fills follow; its sizing is
        taken over. legs: where they are filled as shown, which orders of it, one for each fill. draft: the
        draft that is used up. after: number of the last entry that the caller knew of in the user's journal.

        Raises AlreadyDone when the request, the draft, a leg or a void was carried out before, the ticket is
        gone, or the journal has gone on since `after`; BadInput when an entry cannot be: a fill from nowhere,
        a number that cannot be kept exactly, a margin of what is not open, a void that would open a second
        hedge beside an open one. Then nothing is changed.
        """
        marks = _Marks(source, ticket, legs)
        async with self._changing_once(draft) as connection:
            done = await connection.run_sync(self._record, tuple(what), marks, prices, after)
            await self._keep_answer(connection, tell, done)
            return done

    async def note(self, fates: Sequence[Fate]) -> bool:
        """Write what the bot saw of open positions; of one that is closed, or noted already, nothing.

        Whether anything was written. It is no change of the user's: no request is used up by it.
        """
        async with self._changing() as connection:
            return await connection.run_sync(self.note_beside, tuple(fates))

    async def add_sizing(self, sizing: Sizing) -> bool:
        """Keep why the open hedge is sized as it is from now on; False, and nothing, where none is open."""
        async with self._changing() as connection:
            return await connection.run_sync(self._size_open, sizing)

    async def save_report(self, episode: Episode, report: str) -> bool:
        """Keep the report (JSON) of an ended episode; False, and nothing, where it has changed meanwhile."""
        async with self._changing() as connection:
            return await connection.run_sync(self._save_report, episode, report)

    async def save_ticket(self, orders: Sequence[Order], sizing: Sizing) -> str:
        """Keep the orders as they were shown; the token (8 hexadecimal digits) that names them."""
        token = secrets.token_hex(4)
        async with self._changing() as connection:
            await connection.run_sync(self._save_ticket, token, write_ticket(tuple(orders), sizing))
        return token

    async def ticket(self, token: str | None = None) -> Sheet | None:
        """The ticket of this token, or the newest one; None where there is none (any more)."""
        return await self._database.see(lambda connection: load_ticket(connection, self._user, token))

    async def drop_ticket(self, token: str, tell: Tell[bool] | None = None) -> bool:
        """Forget the ticket: its orders were not placed; whether it was there."""
        own = tickets.c.user_id == self._user
        async with self._database.write() as connection:
            dropped = await connection.execute(delete(tickets).where(own, tickets.c.token == token))
            await self._keep_answer(connection, tell, dropped.rowcount > 0)
        return dropped.rowcount > 0

    def _open(self, connection: Connection) -> Episode | None:
        return self._whole(connection, open_episode(connection, self._user))

    def _newest(self, connection: Connection) -> Episode | None:
        return self._whole(connection, next_number(connection, episodes, self._user) - 1)

    def _whole(self, connection: Connection, number: int | None) -> Episode | None:
        count = count_entries(connection, self._user, number)
        if count > self._caps.entries:
            raise TooManyEntries(count, self._caps.entries)
        return load_episode(connection, self._user, number)

    def _every(self, connection: Connection) -> tuple[Entry, ...]:
        count, most = next_number(connection, journal, self._user) - 1, EXPORTED * self._caps.entries
        if count > most:
            raise BadInput(f"Your journal has {count:,} entries, and I put at most {most:,} into a file.")
        query = select(journal).where(journal.c.user_id == self._user).order_by(journal.c.number)
        return tuple(map(read_entry, connection.execute(query)))

    def record_beside(
        self,
        connection: Connection,
        what: Sequence[Written],
        *,
        source: str,
        prices: Mapping[str, Decimal],
    ) -> Recorded:
        """As `record`, within a transaction that holds the user's row and makes sure that it runs once."""
        return self._record(connection, tuple(what), _Marks(source), prices, None)

    def current_beside(self, connection: Connection) -> Current:
        """As `current`, within a transaction."""
        episode = open_episode(connection, self._user)
        held = () if episode is None else load_tally(connection, self._user, episode).open
        return Current(held, next_number(connection, journal, self._user) - 1)

    def note_beside(self, connection: Connection, fates: Sequence[Fate]) -> bool:
        """As `note`, within a transaction that holds the user's row."""
        episode = open_episode(connection, self._user)
        if episode is None:
            return False
        before = load_tally(connection, self._user, episode)
        held = {(each.venue, each.symbol): each for each in before.open}
        new = [
            fate
            for fate in fates
            if (own := held.get((fate.venue, fate.symbol))) is not None
            and not own.lost
            and (own.note is None or own.note.what != fate.what)
        ]
        if new:
            entries = self._write(connection, _in_order(new, self._now, before.last), _Marks(WATCH), episode)
            self._keep_tally(connection, episode, before, entries)
        return bool(new)

    def _record(
        self,
        connection: Connection,
        what: Sequence[Written],
        marks: _Marks,
        prices: Mapping[str, Decimal],
        after: int | None,
    ) -> Recorded:
        first = next_number(connection, journal, self._user)
        if after is not None and after != first - 1:
            raise PositionsChanged
        known = self._meant(connection, what)
        began = known is None
        span = known or self._begin(connection, what, prices)
        before = load_tally(connection, self._user, span.number)
        called_for = () if began else self._called_for(connection, span.number, before)
        entries = self._write(connection, _in_order(what, self._now, before.last), marks, span.number)
        if marks.ticket is not None:
            self._take_over(connection, marks.ticket, span.number, {} if began else prices)
        tally = self._keep_tally(connection, span.number, before, entries)
        ended = self._settle(connection, span, entries, tally)
        reopened = span.ended is not None and ended is None
        if reopened:
            self._catch_up(connection, span.number, prices)
        closed = ended is not None and span.ended is None and tally.live > 0
        on: tuple[Alert, ...] = ()
        if ended is None:
            on = self._watch(connection, called_for, self._called_for(connection, span.number, tally), began)
        sheet = load_ticket(connection, self._user, marks.ticket) if marks.ticket else None
        return Recorded(span.number, tally.open, entries, began, closed, reopened, on, sheet)

    def _keep_tally(self, connection: Connection, episode: int, before: Tally, new: Sequence[Entry]) -> Tally:
        """What the journal of the hedge comes to with its new entries, kept beside it."""
        tally = before.plus(new) or replayed_tally(load_entries(connection, self._user, episode))
        save_tally(connection, self._user, episode, tally)
        return tally

    def _called_for(self, connection: Connection, episode: int, tally: Tally) -> Sequence[tuple[Kind, Rule]]:
        """The rules that the hedge calls for as it is."""
        sizing = load_last_sizing(connection, self._user, episode)
        return after_hedging(self._now, tally.open, sizing)

    def _watch(
        self,
        connection: Connection,
        known: Sequence[tuple[Kind, Rule]],
        called_for: Sequence[tuple[Kind, Rule]],
        began: bool,
    ) -> tuple[Alert, ...]:
        """Turn on the alerts that the hedge calls for now and did not before; of a new one all start afresh.

        So a future gets its expiry watched as soon as there is one, and what the user removed stays away.
        """
        wanted = [
            (rule, SILENT if kind.silent else ON)
            for kind, rule in called_for
            if (rule.kind, rule.figure) not in {(each.kind, each.figure) for _, each in known}
        ]
        alerts = Alerts(self._database, self._user, now=self._now, caps=self._caps)
        again = alerts.restart_beside(connection, [rule for rule, _ in wanted]) if began else ()
        return (*again, *alerts.turn_on_beside(connection, wanted)) if wanted else ()

    def _meant(self, connection: Connection, what: Sequence[Written]) -> Span | None:
        """The episode that the entries belong to; None for fills that begin one."""
        taken_back = [each.number for each in what if isinstance(each, Void)]
        if not taken_back:
            found = load_span(connection, self._user, open_episode(connection, self._user))
            if found is None and not any(isinstance(each, Fill) for each in what):
                raise NoneOpen
            return found
        query = select(journal.c.episode).where(
            journal.c.user_id == self._user, journal.c.number.in_(taken_back)
        )
        numbers = set(connection.scalars(query))
        span = load_span(connection, self._user, numbers.pop()) if len(numbers) == 1 else None
        if span is None:
            raise BadInput("There is no such entry in your journal; nothing was changed.")
        _check_voids(load_entries(connection, self._user, span.number), taken_back)
        return span

    def _begin(self, connection: Connection, what: Iterable[Written], prices: Mapping[str, Decimal]) -> Span:
        """A new episode from the first fill on, with a step for every holding."""
        began = min(each.at for each in what if isinstance(each, Fill))
        number = next_number(connection, episodes, self._user)
        row = {"user_id": self._user, "number": number, "began": began}
        connection.execute(insert(episodes), row)
        write_steps(connection, self._user, number, began, load_holdings(connection, self._user), prices)
        return Span(number, began)

    def _write(
        self,
        connection: Connection,
        what: Sequence[Written],
        marks: _Marks,
        episode: int,
    ) -> tuple[Entry, ...]:
        """The entries as written."""
        self._refuse_filled(connection, marks)
        for each in what:
            if isinstance(each, Fill):
                check_fill(each)
            elif isinstance(each, Margin):
                check_margin(each.symbol, each.margin)
        first = next_number(connection, journal, self._user)
        said = {
            "user_id": self._user,
            "episode": episode,
            "change": first,
            "source": marks.source,
            "recorded_at": self._now,
            "ticket": marks.ticket,
        }
        for number, each in enumerate(what, first):
            leg = marks.legs[number - first] if marks.legs else None
            row = {**said, "number": number, "leg": leg, **entry_values(each)}
            connection.execute(insert(journal), row)
        query = select(journal).where(journal.c.user_id == self._user, journal.c.number >= first)
        return tuple(map(read_entry, connection.execute(query.order_by(journal.c.number))))

    def _refuse_filled(self, connection: Connection, marks: _Marks) -> None:
        """Raise AlreadyDone where a leg was filled as shown before; what was taken back stays so."""
        query = select(journal.c.number).where(
            journal.c.user_id == self._user, journal.c.ticket == marks.ticket, journal.c.leg.in_(marks.legs)
        )
        if marks.legs and connection.execute(query.limit(1)).one_or_none():
            raise RecordedBefore

    def _take_over(
        self, connection: Connection, token: str, episode: int, prices: Mapping[str, Decimal]
    ) -> None:
        """The episode is sized as the ticket says from now on, and what is held costs `prices` now.

        Without the prices of this moment it could not be told later what was aimed at before and after it.
        """
        sheet = load_ticket(connection, self._user, token)
        if sheet is None:
            raise TicketGone
        if not has_sizing(connection, self._user, episode, sheet.sizing):
            self._write_sizing(connection, episode, sheet.sizing)
            held = load_holdings(connection, self._user)
            known = {asset: quantity for asset, quantity in held.items() if asset in prices}
            write_steps(connection, self._user, episode, self._now, known, prices)

    def _settle(
        self, connection: Connection, before: Span, new: Iterable[Entry], tally: Tally
    ) -> datetime | None:
        """Write when the episode began and ended, now that it has new entries; its end."""
        self._refuse_second(connection, before, open_now=bool(tally.open))
        _refuse_idle(tally.open, new)
        began = min(before.began, tally.first or before.began)
        ended = None if tally.open else tally.final or began
        own = (episodes.c.user_id == self._user, episodes.c.number == before.number)
        # A report told of the entries as they were.
        connection.execute(update(episodes).where(*own).values(began=began, ended=ended, report=None))
        if began < before.began:
            opening = (steps.c.user_id == self._user, steps.c.episode == before.number)
            connection.execute(update(steps).where(*opening, steps.c.at == before.began).values(at=began))
        return ended

    def _refuse_second(self, connection: Connection, before: Span, *, open_now: bool) -> None:
        """Raise BadInput where an ended episode would be open again beside an open one."""
        if before.ended is not None and open_now and open_episode(connection, self._user) is not None:
            raise AnotherOpen

    def _catch_up(self, connection: Connection, episode: int, prices: Mapping[str, Decimal]) -> None:
        """Tell an episode that is open again what has changed among the holdings while it was not."""
        told = {step.asset: step.quantity for step in load_steps(connection, self._user, episode)}
        held = load_holdings(connection, self._user)
        assets = sorted(told.keys() | held.keys())
        now = {asset: held.get(asset, Decimal(0)) for asset in assets}
        differ = {asset: now[asset] for asset in assets if told.get(asset, Decimal(0)) != now[asset]}
        write_steps(connection, self._user, episode, self._now, differ, prices)

    def _size_open(self, connection: Connection, sizing: Sizing) -> bool:
        episode = open_episode(connection, self._user)
        if episode is not None:
            self._write_sizing(connection, episode, sizing)
        return episode is not None

    def _write_sizing(self, connection: Connection, episode: int, sizing: Sizing) -> None:
        number = next_number(connection, sizings, self._user)
        row = {"user_id": self._user, "number": number, "episode": episode}
        connection.execute(insert(sizings), {**row, "at": sizing.at, "body": write_sizing(sizing)})

    def _save_report(self, connection: Connection, episode: Episode, report: str) -> bool:
        if episode.ended is None or load_episode(connection, self._user, episode.number) != episode:
            return False
        own = (episodes.c.user_id == self._user, episodes.c.number == episode.number)
        connection.execute(update(episodes).where(*own).values(report=report))
        return True

    def _save_ticket(self, connection: Connection, token: str, body: str) -> None:
        own = tickets.c.user_id == self._user
        number = next_number(connection, tickets, self._user)
        row = {"user_id": self._user, "token": token, "number": number, "body": body}
        connection.execute(insert(tickets), {**row, "created_at": self._now})
        connection.execute(delete(tickets).where(own, tickets.c.number <= number - self._caps.tickets))


def _in_order(what: Sequence[Written], now: datetime, last: datetime | None) -> tuple[Written, ...]:
    """The same, those of now later than `last`, all recorded before: a clock may have been set back."""
    moved = last + MOMENT if last is not None and now <= last <= now + CLOCK_SLIP else now
    return tuple(
        each if isinstance(each, Void) or each.at != now else replace(each, at=moved) for each in what
    )


def _check_voids(entries: Sequence[Entry], numbers: Sequence[int]) -> None:
    """Raise AlreadyDone where one of these entries counts for nothing already."""
    if voided(entries).intersection(numbers) or len(set(numbers)) < len(numbers):
        raise TakenBack


def _refuse_idle(held: Iterable[Held], new: Iterable[Entry]) -> None:
    """Raise BadInput where a new margin or fate is of a contract that is not open."""
    open_now = {(each.venue, each.symbol) for each in held}
    for entry in new:
        if isinstance(entry.what, Margin | Fate) and (entry.what.venue, entry.what.symbol) not in open_now:
            raise NotOpen(entry.what.symbol)
