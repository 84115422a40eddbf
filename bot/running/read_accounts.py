"""Connected accounts, read again and again: fills go into the journal, and what the venue did is told.

An account is read often while something is open there, rarely otherwise. Each reading is a bounded number of
requests, a few accounts at a time. A venue that asks for fewer is left in peace for all of them.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.desk.accounts import Accounts, Sealing
from core.alert.facts import Facts
from core.alert.kind import URGENT, USUAL
from core.domain.caps import CAPS, Caps
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.position import Position
from core.domain.quiet import Hours
from core.domain.snapshot import Snapshot
from core.domain.trace import trace
from core.journal.fill import Terms
from core.journal.held import Held, decimal, value
from core.journal.merging import Merge, Traded, merge
from core.prices.watch import Watch
from core.store.accounts.account_reading import (
    DueAccount,
    KnownAccount,
    Polls,
    PollState,
    Taken,
    due_accounts,
)
from core.store.database import Database
from core.store.queue.notice import Notice
from core.store.user.book import Book, Page

if TYPE_CHECKING:
    from core.venues.exchange.account.account import Account

NEWS = "account"
"""The kind of notice that tells of an account."""
OPEN_AGAIN = timedelta(minutes=2)
"""An account with something open is read so often."""
IDLE_AGAIN = timedelta(minutes=30)
"""The same where nothing is open."""
AT_ONCE = 4
"""Accounts that are read at the same time."""
A_TURN = 40
"""Accounts whose turn may come in one run."""
OVERLAP = timedelta(days=1)
"""Trades of so long before the last reading are asked for again: a page may have been lost."""
DIFFERS_OFTEN = 3
"""So often in a row an account may differ from the journal before the user is asked: trades are told later
than positions.
"""
RIGHTS_AGAIN = timedelta(days=1)
"""What a key may do is asked for so often."""
RETRY, MOST_RETRY = timedelta(minutes=2), timedelta(hours=2)
"""After a failure it is tried again so soon, each time later, and at the latest after the second."""
PEACE = timedelta(minutes=10)
"""A venue that asks for fewer requests is left in peace for so long."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class AccountReader:
    """Reads the accounts of all users that are due."""

    database: Database
    watch: Watch
    venues: tuple[str, ...]
    clock: Callable[[], datetime]
    sealing: Sealing
    caps: Caps = CAPS
    _peace: dict[str, datetime] = field(default_factory=dict)
    """Until when each venue is left alone."""

    async def read_due(self) -> int:
        """Read what is due. Returns how many accounts that were."""
        if self.sealing.server_keys is None:
            return 0
        now = self.clock()
        asked = [venue for venue in self.venues if self._peace.get(venue, now) <= now]
        due = await due_accounts(self.database, now, A_TURN, asked)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(account: DueAccount) -> None:
            async with gate:
                try:
                    await self.read(account)
                except Exception as error:  # noqa: BLE001 - one account must not keep the others waiting
                    log.error("An account at %s failed\n%s", account.venue, trace(error))  # noqa: TRY400

        await asyncio.gather(*map(one, due))
        return len(due)

    async def read(self, due: DueAccount) -> None:
        """Read one account, and record what it says."""
        from core.venues.exchange.account.account import AskedTooOften, KeyRefused

        now = self.clock()
        polls = Polls(self.database, due.user, now=now, caps=self.caps)
        known = await polls.known(due.venue, due.connected)
        page = await Book(self.database, due.user, now=now, caps=self.caps).page()
        try:
            account = await Accounts(self.database, due.user, now, self.clock, self.sealing).stored(due.venue)
            reading = _Reading(due, now, account, await self.watch.snapshot(due.venue), known, page)
            if refused := await reading.rights_refused():
                tidings = [reading.key_notice("rights")]
                await polls.postpone(due.venue, reading.failed(now, rests=refused), tidings)
                return
            taken, state, tidings = await reading.result()
        except KeyRefused:
            failed = _failed(known, now, rests="refused")
            await polls.postpone(due.venue, failed, [_key_notice(due, now, page, "refused")])
        except AskedTooOften:
            self._peace[due.venue] = now + PEACE
            await polls.postpone(due.venue, _failed(known, now))
        except (NoData, BadInput) as reason:
            log.info("An account at %s was not read: %s", due.venue, type(reason).__name__)
            await polls.postpone(due.venue, _failed(known, now))
        else:
            done = await polls.write(due.venue, known, taken, state, tidings=tidings, prices=reading.prices())
            if done is None:  # the journal has gone on meanwhile: read again soon
                await polls.postpone(due.venue, replace(_failed(known, now), failures=known.failures))


@dataclass(slots=True)
class _Reading:
    """One reading of one account."""

    due: DueAccount
    now: datetime
    account: "Account"
    snapshot: Snapshot
    known: KnownAccount
    page: Page

    async def rights_refused(self) -> str | None:
        """Why the account is not read any more: its key may do more than read. Asked for once a day."""
        asked = self.known.body.get("rights_at")
        if asked is not None and self.now - datetime.fromisoformat(asked) < RIGHTS_AGAIN:
            return None
        rights = await self.account.rights()
        return "rights" if rights.trade or rights.withdraw else None

    async def result(self) -> tuple[list[Taken], PollState, list[Notice]]:
        """What is to be recorded, the account's new state, and what the user is told."""
        contracts = self.snapshot.contracts
        ours = {held.symbol: held for held in self.known.held if held.venue == self.due.venue}
        before = await self.account.positions(contracts.values())
        names = {*ours, *(each.symbol for each in before.positions), *self.known.told, *self.known.known}
        told = await self.account.trades(contracts.values(), self.known.since, names, self._worth)
        there = {position.symbol: position for position in before.positions}
        pending: dict[str, list[Traded]] = {}
        for trade in told.made:
            if trade.id not in self.known.seen:
                pending.setdefault(trade.symbol, []).append(trade)
        taken: list[Taken] = []
        tidings: list[Notice] = []
        differs: list[str] = []
        for symbol in sorted({*ours, *there, *pending}):
            held, position = ours.get(symbol), there.get(symbol)
            found = merge(
                held.count if held else Decimal(0),
                self.known.told.get(symbol, ()),
                self.known.known.get(symbol, ()),
                pending.get(symbol, ()),
                position.count if position else Decimal(0),
            )
            terms = self._terms(held, contracts.get(symbol))
            if not found.agrees or terms is None:
                differs.append(symbol)
            elif found.written or found.voided or found.absorbed:
                taken.append(Taken(symbol, terms, found, _margin(position, terms)))
                tidings += self._tidings(symbol, held, position, terms, found)
        return (
            taken,
            self._state(pending, differs, len(there)),
            tidings + self._differing(differs, ours, there),
        )

    def prices(self) -> dict[str, Decimal]:
        """USD per coin of what the user holds, as far as known."""
        found = {}
        for holding in self.page.holdings:
            price = self._worth(holding.asset)
            if price is not None:
                found[holding.asset] = price
        return found

    def failed(self, now: datetime, rests: str | None = None) -> PollState:
        return _failed(self.known, now, rests)

    def key_notice(self, why: str) -> Notice:
        return _key_notice(self.due, self.now, self.page, why)

    def _worth(self, coin: str) -> Decimal | None:
        try:
            return self.snapshot.price(coin, self.now)
        except NoData:
            return None

    def _terms(self, held: Held | None, listed: Contract | None) -> Terms | None:
        return held.terms if held is not None else None if listed is None else Terms.of(listed)

    def _state(
        self, pending: Mapping[str, Sequence[Traded]], differs: Sequence[str], opened: int
    ) -> PollState:
        """Trades that could not be taken over are asked for again, from the first of them on."""
        left = [trade.at for symbol in differs for trade in pending.get(symbol, ())]
        since = min([max(self.known.since, self.now - OVERLAP), *left])
        rights_at = self.known.body.get("rights_at")
        if rights_at is None or self.now - datetime.fromisoformat(rights_at) >= RIGHTS_AGAIN:
            rights_at = self.now.isoformat()
        return PollState(
            since,
            self.now + (OPEN_AGAIN if opened or differs else IDLE_AGAIN),
            self.now,
            self.known.differs + 1 if differs else 0,
            body={"open": opened, "differs": list(differs), "rights_at": rights_at},
        )

    def _tidings(
        self, symbol: str, held: Held | None, position: Position | None, terms: Terms, found: Merge
    ) -> list[Notice]:
        """What the user is told of the trades: nothing of those that they had typed."""
        new = [trade for trade, owner in found.written if owner is None]
        if not new:
            return []
        before, after = held.count if held else Decimal(0), position.count if position else Decimal(0)
        reason = next((trade.reason for trade in reversed(new) if trade.reason), None)
        closed = abs(before) - abs(after) if before * after >= 0 else abs(before)
        what = "filled" if closed <= 0 or not before else "gone" if not after else "smaller"
        price = new[-1].price
        facts = Facts(
            kind=NEWS,
            what=what,
            subject=terms.asset,
            venue=self.due.venue,
            symbol=symbol,
            value=_usd(terms, closed if closed > 0 else sum((each.count for each in new), Decimal(0)), price),
            short=_usd(terms, abs(after), price) if after else None,
            mark=price,
            reason=reason,
            side="short" if (before or after or new[-1].count) < 0 else "long",
            urgent=what != "filled",
            at=self.now,
            simulated=self.snapshot.simulated,
        )
        return [self._notice(f"{symbol}:{new[-1].id}", facts, silent=what == "filled")]

    def _differing(
        self, differs: Iterable[str], ours: Mapping[str, Held], there: Mapping[str, Position]
    ) -> list[Notice]:
        """The question what is true, once an account has differed from the journal for a while."""
        if self.known.differs + 1 != DIFFERS_OFTEN:
            return []
        return [
            self._notice(
                f"differs:{symbol}:{self.now.isoformat()}",
                Facts(
                    kind=NEWS,
                    what="differs",
                    subject=symbol.partition("/")[0],
                    venue=self.due.venue,
                    symbol=symbol,
                    then=ours[symbol].count if symbol in ours else Decimal(0),
                    value=there[symbol].count if symbol in there else Decimal(0),
                    at=self.now,
                    simulated=self.snapshot.simulated,
                ),
                silent=False,
            )
            for symbol in differs
        ]

    def _notice(self, key: str, facts: Facts, *, silent: bool) -> Notice:
        return _notice(self.due, self.now, self.page, key, facts, silent=silent)


def _failed(known: KnownAccount, now: datetime, rests: str | None = None) -> PollState:
    """The state of an account that could not be read: it is tried again, each time later."""
    wait = min(RETRY * 2 ** min(known.failures, 10), MOST_RETRY)
    return PollState(known.since, now + wait, None, known.differs, known.failures + 1, rests, known.body)


def _key_notice(due: DueAccount, now: datetime, page: Page, why: str) -> Notice:
    facts = Facts(kind=NEWS, what=why, subject=due.venue, venue=due.venue, urgent=True, at=now)
    return _notice(due, now, page, f"key:{why}:{now.isoformat()}", facts, silent=False)


def _notice(due: DueAccount, now: datetime, page: Page, key: str, facts: Facts, *, silent: bool) -> Notice:
    mine = page.preferences
    hours = Hours(mine.quiet_from, mine.quiet_to, mine.timezone)
    urgency = URGENT if facts.urgent else USUAL
    said = replace(facts, zone=mine.timezone)
    due_at = now if urgency == URGENT else hours.until(now)
    return Notice(f"{NEWS}:{due.venue}:{key}", None, NEWS, urgency, silent, said, now, due_at)


def _margin(position: Position | None, terms: Terms) -> Decimal | None:
    """The margin of a position in USD; None where it is not known, or kept in another coin."""
    return None if position is None or terms.inverse else position.margin


def _usd(terms: Terms, count: Decimal, price: Decimal) -> Decimal:
    return abs(decimal(value(terms, count, price))).quantize(Decimal("0.01"))
