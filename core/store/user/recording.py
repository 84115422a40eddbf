"""Recording in the journal, inside one transaction that holds the user's row: everything happens, or nothing.

This is the inner half of the ledger. One call writes the entries, opens or ends the episode as they make it,
brings its tally up to date, and turns on the alerts that the hedge calls for. How an episode changes is in
`core.store.user.episode_changes`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import Connection, insert, select

from core.alert.defaults import after_hedging
from core.alert.kind import Kind
from core.alert.rule import Rule
from core.domain.errors import BadInput
from core.journal.correction import WATCH
from core.journal.fate import Fate
from core.journal.fill import Entry, Fill, Margin, Void, Written
from core.journal.journal import check_fill, check_margin
from core.journal.tally import Tally
from core.store.tables import journal
from core.store.user.alerts import Alert, Alerts, Mode
from core.store.user.episode_changes import (
    begin_episode,
    catch_up_holdings,
    next_number,
    open_episode,
    settle_span,
    size_as_ticket,
)
from core.store.user.episodes import (
    Span,
    load_gone,
    load_last_sizing,
    load_span,
)
from core.store.user.own import OwnRows
from core.store.user.recorded import Current, Recorded
from core.store.user.refusals import (
    NoneOpen,
    PositionsChanged,
    RecordedBefore,
    TakenBack,
)
from core.store.user.rows import entry_values, read_entry
from core.store.user.sheets import load_ticket
from core.store.user.tallies import load_tally, replayed, save_tally

ON: Mode = "on"
SILENT: Mode = "silent"
CLOCK_SLIP = timedelta(hours=1)
"""How far the clock may be set back without new entries seeming to come before those that are there."""
MOMENT, NO_TIME = timedelta(microseconds=1), timedelta(0)
"""The shortest time by which one entry can come after another."""
UNKNOWN_PRICES: Mapping[str, Decimal] = MappingProxyType({})
"""No price is known of any coin."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said of all entries of one call."""

    source: str
    """Where they come from, as in `Entry`."""
    ticket: str | None = None
    """The token of the ticket that was followed; None without one."""
    legs: Sequence[int] = field(default=())
    """Where orders of the ticket were filled as shown: which order each entry fills."""


class Recording(OwnRows):
    """What the ledger does inside one transaction. Whoever calls it holds the user's row."""

    def record_beside(
        self,
        connection: Connection,
        what: Sequence[Written],
        *,
        source: str,
        prices: Mapping[str, Decimal],
    ) -> Recorded:
        """As `Ledger.record`, in a transaction that also makes sure that it runs only once."""
        return self._record(connection, tuple(what), Marks(source), prices, None)

    def current_beside(self, connection: Connection) -> Current:
        """As `Ledger.current`, in a transaction."""
        episode = open_episode(connection, self._user)
        held = () if episode is None else load_tally(connection, self._user, episode).open
        return Current(held, next_number(connection, journal, self._user) - 1)

    def note_beside(self, connection: Connection, fates: Sequence[Fate]) -> bool:
        """As `Ledger.note`, in a transaction."""
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
            entries = self._write(connection, _in_order(new, self._now, before.last), Marks(WATCH), episode)
            self._keep_tally(connection, episode, before, entries)
        return bool(new)

    def _record(
        self,
        connection: Connection,
        what: Sequence[Written],
        marks: Marks,
        prices: Mapping[str, Decimal],
        after: int | None,
    ) -> Recorded:
        """Write the entries, and everything that follows from them. after: as in `Ledger.record`."""
        first = next_number(connection, journal, self._user)
        if after is not None and after != first - 1:
            raise PositionsChanged
        known = self._meant(connection, what)
        began = known is None
        span = known or begin_episode(connection, self._user, what, prices)
        before = load_tally(connection, self._user, span.number)
        called_for = () if began else self._called_for(connection, span.number, before)
        entries = self._write(connection, _in_order(what, self._now, before.last), marks, span.number)
        if marks.ticket is not None:
            size_as_ticket(
                connection, self._user, marks.ticket, span.number, self._now, {} if began else prices
            )
        tally = self._keep_tally(connection, span.number, before, entries)
        ended = settle_span(connection, self._user, span, entries, tally)
        reopened = span.ended is not None and ended is None
        if reopened:
            catch_up_holdings(connection, self._user, span.number, self._now, prices)
        closed = ended is not None and span.ended is None and tally.live > 0
        on: tuple[Alert, ...] = ()
        if ended is None:
            on = self._watch(connection, called_for, self._called_for(connection, span.number, tally), began)
        sheet = load_ticket(connection, self._user, marks.ticket) if marks.ticket else None
        return Recorded(span.number, tally.open, entries, began, closed, reopened, on, sheet)

    def _keep_tally(self, connection: Connection, episode: int, before: Tally, new: Sequence[Entry]) -> Tally:
        """Bring the hedge's tally up to date with its new entries, and return it."""
        tally = before.plus(new) or replayed(connection, self._user, episode)
        save_tally(connection, self._user, episode, tally)
        return tally

    def _called_for(self, connection: Connection, episode: int, tally: Tally) -> Sequence[tuple[Kind, Rule]]:
        """The alerts that the hedge calls for as it is now."""
        sizing = load_last_sizing(connection, self._user, episode)
        return after_hedging(self._now, tally.open, sizing)

    def _watch(
        self,
        connection: Connection,
        known: Sequence[tuple[Kind, Rule]],
        called_for: Sequence[tuple[Kind, Rule]],
        began: bool,
    ) -> tuple[Alert, ...]:
        """Turn on the alerts that the hedge calls for now and did not before. Of a new hedge all start
        afresh.

        So a dated future gets its expiry watched as soon as it is there, and what the user removed stays
        away.
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
        """The episode that the entries belong to; None for fills that begin one.

        Raises BadInput where nothing is open, or an entry to be taken back does not exist; AlreadyDone where
        it was taken back before.
        """
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
        gone = load_gone(connection, self._user, span.number)
        if len(set(taken_back)) < len(taken_back) or gone.intersection(taken_back):
            raise TakenBack
        return span

    def _write(
        self,
        connection: Connection,
        what: Sequence[Written],
        marks: Marks,
        episode: int,
    ) -> tuple[Entry, ...]:
        """Write these entries, and return them as the journal has them. Raises
        BadInput for one that cannot be.
        """
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

    def _refuse_filled(self, connection: Connection, marks: Marks) -> None:
        """Raise AlreadyDone where an order of the ticket was recorded as shown before.

        What was taken back stays taken back: it cannot be recorded by the same press again.
        """
        query = select(journal.c.number).where(
            journal.c.user_id == self._user, journal.c.ticket == marks.ticket, journal.c.leg.in_(marks.legs)
        )
        if marks.legs and connection.execute(query.limit(1)).one_or_none():
            raise RecordedBefore


def _in_order(what: Sequence[Written], now: datetime, last: datetime | None) -> tuple[Written, ...]:
    """The same entries, those of now put after everything that was recorded before, should the clock have
    gone back. A fill that goes against an earlier one in the same contract comes a moment after it: what is
    closed and opened again must not count as opened first.
    """
    moved = last + MOMENT if last is not None and now <= last <= now + CLOCK_SLIP else now
    found: list[Written] = []
    turned: dict[tuple[str, str], Fill] = {}
    for each in what:
        if isinstance(each, Void) or each.at != now:
            found.append(each)
            continue
        at, key = moved, (each.venue, each.symbol)
        if isinstance(each, Fill):
            before = turned.get(key)
            if before is not None:
                at = before.at + (NO_TIME if before.count.is_signed() == each.count.is_signed() else MOMENT)
            turned[key] = replace(each, at=at)
        found.append(replace(each, at=at))
    return tuple(found)
