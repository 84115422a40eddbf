"""Accounts that are read by themselves: in the end the journal is the exchange's, to the last digit."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.desk.accounts import Accounts, Sealing
from bot.running.read_accounts import DIFFERS_OFTEN, AccountReader
from bot.wording.notices.notice import message
from core.domain.contract import Contract
from core.domain.quote import FundingRate, Quote
from core.domain.series import Closes, FundingHistory
from core.journal.fill import Fill, Terms
from core.journal.journal import live_entries
from core.prices.watch import Watch
from core.store.accounts.account_reading import AccountState, due_accounts
from core.store.database import Database, open_database
from core.store.market.closes import StoredCloses
from core.store.queue.notice import Notice, read_notice
from core.store.tables import notices
from core.store.user.book import Book
from tests.bot.commands.account_talk import SERVER_KEYS
from tests.conftest import sqlite_url
from tests.conversation import BEGAN, Clock
from tests.effort import examples
from tests.live_account import ETH, Fault, LiveAccount
from tests.stand_in import StandIn
from tests.venue_server import VenueServer

USER = 5
OFFERED = ("bybit",)


@dataclass
class OneContract(StandIn):
    """A venue with one perpetual."""

    venue: str
    listed: Contract
    clock: Clock
    simulated: bool = False

    async def contracts(self) -> Mapping[str, Contract]:
        return {ETH: self.listed}

    async def quotes(self) -> Mapping[str, Quote]:
        return {ETH: Quote(Decimal(3500), self.clock(), index=Decimal(3500))}

    async def funding(self) -> Mapping[str, FundingRate]:
        return {}

    async def funding_history(self, symbols: object, since: object) -> Mapping[str, FundingHistory]:
        return {}

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        return {}


@dataclass
class World:
    """One user whose account is connected, and the exchange."""

    database: Database
    account: LiveAccount
    clock: Clock
    watch: Watch

    def reader(self) -> AccountReader:
        venue = self.account.venue
        sealing = Sealing(SERVER_KEYS, {venue: self.account.server.url})
        return AccountReader(self.database, self.watch, (venue,), self.clock, sealing)

    def accounts(self) -> Accounts:
        sealing = Sealing(SERVER_KEYS, {self.account.venue: self.account.server.url})
        return Accounts(self.database, USER, self.clock(), self.clock, sealing)

    async def connect(self) -> None:
        await self.accounts().keys.keep(self.account.venue, self.account.key)

    async def turn(self, fault: Fault = "none") -> None:
        """The account's next turn."""
        self.account.fault = fault
        self.clock.move(hours=2)
        await self.reader().read_due()
        self.account.fault = "none"

    @property
    def book(self) -> Book:
        return Book(self.database, USER, now=self.clock())

    async def typed(self, count: Decimal, price: Decimal) -> None:
        """The user tells of a fill."""
        terms = Terms.of(self.account.contract)
        fill = Fill(self.account.venue, ETH, terms, count, price, self.clock())
        await self.book.ledger.record([fill])

    async def journal(self) -> list[tuple[Decimal, Decimal, object, Decimal]]:
        """The fills that count, by time."""
        fills = [entry.what for entry in live_entries(await self.book.ledger.every())]
        return sorted((each.count, each.price, each.at, each.fee) for each in fills if isinstance(each, Fill))

    def made(self) -> list[tuple[Decimal, Decimal, object, Decimal]]:
        """The same by the exchange."""
        return sorted((each.count, each.price, each.at, each.fee) for each in self.account.made)

    async def open(self) -> Decimal:
        current = await self.book.ledger.current()
        return sum((held.count for held in current.held), Decimal(0))

    async def told(self) -> list[Notice]:
        async with self.database.read() as connection:
            rows = (await connection.execute(select(notices).order_by(notices.c.created_at))).all()
        return [read_notice(row) for row in rows]

    async def state(self) -> AccountState:
        [found] = await self.accounts().polls.accounts()
        return found


@asynccontextmanager
async def world(database: Database, venue: str = "bybit") -> AsyncIterator[World]:
    clock = Clock(BEGAN)
    async with VenueServer() as server:
        account = LiveAccount(server, venue)
        watch = Watch(lambda _: OneContract(venue, account.contract, clock), StoredCloses(database), clock)
        found = World(database, account, clock, watch)
        await found.connect()
        try:
            yield found
        finally:
            await watch.close()


SHORT = Decimal("-2.14")


@pytest.mark.parametrize("venue", ["bybit", "hyperliquid"])
async def test_a_fill_records_itself_once(database: Database, venue: str) -> None:
    async with world(database, venue) as each:
        await each.turn()
        each.clock.move(minutes=1)
        each.account.order(SHORT, Decimal("3498.5"), each.clock(), parts=3)
        for _ in range(3):
            await each.turn()
        assert await each.journal() == each.made()
        assert await each.open() == SHORT
        [told] = await each.told()
        assert (told.facts.what, told.silent) == ("filled", True)


async def test_a_typed_fill_is_recognised_whether_it_came_before_or_after(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.turn()
        each.account.order(SHORT, Decimal("3498.51"), each.clock(), parts=2)
        await each.typed(SHORT, Decimal(3500))
        await each.turn()
        assert await each.journal() == each.made()
        assert await each.told() == []  # nothing of it is news
        each.account.order(Decimal("1.14"), Decimal(3400), each.clock())
        await each.turn()
        await each.typed(Decimal("1.14"), Decimal(3400))
        assert await each.open() == 0 - Decimal("2.14") + 2 * Decimal("1.14")
        await each.turn()
        assert await each.journal() == each.made()
        assert await each.open() == each.account.open


async def test_a_close_typed_after_the_hedge_has_ended_is_recognised(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.turn()
        each.account.order(SHORT, Decimal(3500), each.clock())
        each.account.order(-SHORT, Decimal(3400), each.clock() + timedelta(minutes=1))
        await each.turn()
        await each.typed(-SHORT, Decimal(3401))  # which opens a new hedge, a long one
        await each.turn()
        assert await each.journal() == each.made()
        assert await each.open() == 0


async def test_one_order_among_very_many_trades_is_recognised(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.turn()
        each.account.order(SHORT, Decimal(3500), each.clock())
        each.account.order(SHORT, Decimal(3500), each.clock() + timedelta(minutes=1), parts=70)
        each.clock.move(minutes=2)
        await each.turn()
        await each.typed(SHORT, Decimal(3501))
        for _ in range(3):
            await each.turn()
        assert await each.journal() == each.made()
        assert await each.open() == each.account.open


async def test_what_the_exchange_did_is_told_at_once_with_a_way_to_hedge_again(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.turn()
        each.account.order(SHORT, Decimal(3500), each.clock())
        await each.turn()
        each.account.order(Decimal("1.14"), Decimal(3300), each.clock(), kind="AdlTrade")
        await each.turn()
        each.account.order(Decimal(1), Decimal(4200), each.clock(), kind="BustTrade")
        await each.turn()
        _, smaller, gone = await each.told()
        assert (smaller.facts.what, smaller.facts.reason, smaller.urgency) == ("smaller", "deleveraged", 0)
        assert smaller.facts.value == Decimal("3762.00")
        assert smaller.facts.short == Decimal("3300.00")
        assert (gone.facts.what, gone.facts.reason, gone.facts.short) == ("gone", "liquidated", None)
        reply = message([gone.facts], each.clock())
        assert "liquidated" in reply.text
        assert "$4,200" in reply.text
        assert any(button.line == "/hedge" for row in reply.buttons for button in row)
        assert await each.open() == 0


async def test_an_account_that_differs_is_asked_about_and_nothing_is_doubled(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.typed(SHORT, Decimal(3500))  # a slip: the account has nothing
        for _ in range(DIFFERS_OFTEN + 2):
            await each.turn()
        [told] = await each.told()
        assert (told.facts.what, told.facts.then, told.facts.value) == ("differs", SHORT, Decimal(0))
        assert "/sync" in str(message([told.facts], each.clock()).buttons)
        assert await each.open() == SHORT


@pytest.mark.parametrize("why", ["refused", "rights"])
async def test_a_key_that_is_refused_or_may_trade_is_told_of_and_rests(embedded: Database, why: str) -> None:
    async with world(embedded) as each:
        await each.turn()
        each.account.refused, each.account.trades = why == "refused", why == "rights"
        each.clock.move(days=1)
        await each.turn()
        asked = len(each.account.server.asked)
        await each.turn()
        assert len(each.account.server.asked) == asked
        [told] = await each.told()
        assert (told.facts.what, told.urgency) == (why, 0)
        state = (await each.state()).state
        assert state is not None
        assert state.rests == why
        each.account.refused = each.account.trades = False
        await each.connect()
        await each.accounts().polls.anew(each.account.venue)
        await each.turn()
        assert len(each.account.server.asked) > asked


async def test_a_venue_that_is_down_is_tried_again_each_time_later(embedded: Database) -> None:
    async with world(embedded) as each:
        each.account.fault = "down"
        waits = []
        for _ in range(3):
            await each.reader().read_due()
            state = (await each.state()).state
            assert state is not None
            waits.append(state.due_at - each.clock())
            each.clock.now = state.due_at
        assert waits == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
        assert await each.told() == []


async def test_an_account_that_is_read_is_due_again_by_what_is_open(embedded: Database) -> None:
    async with world(embedded) as each:
        await each.turn()
        assert await due_accounts(embedded, each.clock() + timedelta(minutes=29), 10, OFFERED) == ()
        each.account.order(SHORT, Decimal(3500), each.clock())
        await each.turn()
        assert len(await due_accounts(embedded, each.clock() + timedelta(minutes=2), 10, OFFERED)) == 1
        assert await due_accounts(embedded, each.clock() + timedelta(days=1), 10, ["okx"]) == ()


async def test_two_users_of_one_account_have_a_journal_each(embedded: Database) -> None:
    async with world(embedded) as each:
        other = replace(each)
        accounts = Accounts(embedded, USER + 1, each.clock(), each.clock, each.accounts().sealing)
        await accounts.keys.keep(each.account.venue, each.account.key)
        await each.turn()
        each.account.order(SHORT, Decimal(3500), each.clock())
        await each.turn()
        assert await each.open() == SHORT
        theirs = await Book(other.database, USER + 1, now=each.clock()).ledger.current()
        assert [held.count for held in theirs.held] == [SHORT]


STEPS = st.one_of(
    st.tuples(
        st.just("order"),
        st.sampled_from(["-2.14", "-0.5", "0.5", "1.07", "2.14"]),
        st.sampled_from([1, 3, 70]),
    ),
    st.tuples(st.just("close"), st.just(""), st.sampled_from([1, 120])),
    st.tuples(st.just("typed"), st.just(""), st.just(0)),
    st.tuples(st.just("turn"), st.sampled_from(["none", "loses", "repeats", "shuffles", "down"]), st.just(0)),
    st.tuples(st.just("kill"), st.just(""), st.integers(0, 40)),
)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("venue", ["bybit", "hyperliquid"])
@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
def test_in_the_end_the_journal_is_the_exchanges(
    venue: str, steps: list[tuple[str, str, int]], migrated_sqlite: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{uuid4().hex}.db"
    shutil.copy(migrated_sqlite, path)
    asyncio.run(_lived(venue, steps, sqlite_url(path)))


async def _lived(venue: str, steps: list[tuple[str, str, int]], url: str) -> None:
    database = open_database(url)
    try:
        async with world(database, venue) as each:
            untold: Decimal | None = None
            for what, how, parts in steps:
                each.clock.move(minutes=1)
                if what == "order" or (what == "close" and each.account.open):
                    untold = Decimal(how) if what == "order" else -each.account.open
                    each.account.order(untold, Decimal(3500), each.clock(), parts=parts)
                elif what == "typed" and untold is not None:
                    await each.typed(untold, Decimal(3501))
                    untold = None
                elif what == "turn":
                    await each.turn(how)  # type: ignore[arg-type]
                elif what == "kill":
                    reading = asyncio.create_task(each.turn())
                    await asyncio.sleep(parts / 1000)
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)
                    each.account.fault = "none"
            for _ in range(3):
                await each.turn()
            assert await each.journal() == each.made()
            assert await each.open() == each.account.open
    finally:
        await database.close()
