"""What happens on the page by itself: the market is looked at, pushes come, the strip charts go on."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.page.stage import MarketStage
from bot.page.visitor import Visitor
from bot.page.visitors import Visitors
from bot.wording.notices.notice import message
from core.domain.errors import NoData, NoStore
from core.domain.holding import Holding
from core.domain.trace import trace
from core.journal.held import Held, value
from core.prices.refresh import refresh
from core.prices.watch import Watch
from core.store.database import Database
from core.store.queue.outbox import Outbox
from core.store.user.book import Book
from core.sweep import Sweep

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks, unless somebody moves the market."""
EVERY = timedelta(seconds=10)
"""The time between two looks at the market, by its own clock."""
LEASE = timedelta(days=1)
"""A push is shown as soon as it is claimed, however fast the clock goes."""
AT_ONCE = 100
"""Pushes that are claimed together."""


class Watching:
    """Looks at one venue for all visitors, again and again."""

    def __init__(
        self,
        database: Database,
        watch: Watch,
        venue: str,
        clock: Callable[[], datetime],
        visitors: Visitors,
        stage: MarketStage,
    ) -> None:
        self._database = database
        self._watch = watch
        self._venue = venue
        self._clock = clock
        self._visitors = visitors
        self._stage = stage
        self._sweep = Sweep(database, watch, clock, (venue,))
        self._outbox = Outbox(database)
        self._looked: datetime | None = None
        self._hurry = asyncio.Event()
        self._stopping = False
        self._books: dict[int, tuple[tuple[Holding, ...], tuple[Held, ...]]] = {}
        stage.moved.append(self._hurry.set)

    async def go_on(self) -> None:
        """Look until `stop`."""
        while not self._stopping:
            try:
                await self.look()
            except (NoData, NoStore) as error:
                log.warning("The page cannot look at the market: %s", error)
            except Exception as error:  # noqa: BLE001 - the page goes on, and the log says what is wrong
                log.error("The page cannot look at the market\n%s", trace(error))  # noqa: TRY400
            try:
                await asyncio.wait_for(self._hurry.wait(), PAUSE)
            except TimeoutError:
                continue
            self._hurry.clear()

    def stop(self) -> None:
        """Look no more. A look that is under way ends by itself, as it may be changing the database."""
        self._stopping = True
        self._hurry.set()

    async def look(self) -> None:
        """One look: a new snapshot, pushes, a point for each strip chart, and the time for each browser."""
        now = self._clock()
        if self._looked is None or now - self._looked >= EVERY:
            self._looked = now
            await refresh(self._watch, self._venue)
            if self._venue in await self._sweep.needed():
                await self._sweep.run(self._venue)
            await self._draw(list(self._visitors))
        elif changed := [visitor for visitor in self._visitors if visitor.changed]:
            await self._draw(changed)
        await self._deliver()
        shown = self._stage.shown()
        for visitor in self._visitors:
            visitor.tell("market", market=shown)

    def biggest_short(self, visitor: Visitor) -> str | None:
        """The coin of which the visitor is short for the most USD, by the prices at which it was filled."""
        _, held = self._books.get(visitor.user, ((), ()))
        shorts = [each for each in held if each.count < 0 and not each.lost]
        biggest = max(shorts, key=lambda each: abs(value(each.terms, each.count, each.entry)), default=None)
        return biggest.terms.asset if biggest else None

    async def _deliver(self) -> None:
        await self._outbox.recover(self._clock())
        while batches := await self._outbox.claim(self._clock(), AT_ONCE, LEASE):
            for batch in batches:
                visitor, number = self._visitors.of(batch.user), 0
                if visitor is not None:
                    reply = message([notice.facts for notice in batch.notices], self._clock())
                    number = visitor.push(reply)
                await self._outbox.sent(batch, number, self._clock())

    async def _draw(self, visitors: Iterable[Visitor]) -> None:
        """A point for each of the visitors who holds something."""
        for visitor in visitors:
            holdings, held = await self._book(visitor)
            assets = [each.asset for each in holdings]
            try:
                snapshot = await self._watch.snapshot(self._venue, held=assets)
            except NoData:
                continue
            now = self._clock()
            if now - (self._looked or now) > EVERY:
                now = self._looked or now  # the clock goes so fast that the prices are of an earlier moment
            if point := visitor.strip.see(holdings, held, snapshot, now):
                visitor.tell("strip", point=point.shown())

    async def _book(self, visitor: Visitor) -> tuple[tuple[Holding, ...], tuple[Held, ...]]:
        """What the visitor holds and has open, read again only where it may have changed."""
        if visitor.changed or visitor.user not in self._books:
            visitor.changed = False
            book = Book(self._database, visitor.user, now=self._clock())
            held = (await book.ledger.current()).held
            self._books[visitor.user] = ((await book.page()).holdings, held)
        return self._books[visitor.user]
