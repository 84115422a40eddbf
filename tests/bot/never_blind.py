"""A bot on a venue of this machine whose answers a test changes, minute by minute."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.chat.router import Conversation
from bot.health.metrics import Metrics
from bot.running.jobs import Jobs
from bot.wording.notices.notice import message
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.queue.outbox import Outbox
from core.sweep import Sweep
from tests.binance_answers import (
    BOOK_TICKER,
    EXCHANGE_INFO,
    FUNDING_INFO,
    PREMIUM_INDEX,
    TIME,
    binance_answers,
)
from tests.conversation import Answer, Clock, Talk
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.venue_server import VenueServer
from tests.venues.binance_spot import pair, ticker

VENUES = ("binanceusdm",)
SPOT_INFO, SPOT_TICKERS = "/api/v3/exchangeInfo", "/api/v3/ticker/24hr"


@dataclass
class Bot:
    """One user's talk, the watch's jobs, and the venue behind both."""

    talk: Talk
    jobs: Jobs
    venue: VenueServer
    clock: Clock

    def row(self, path: str, symbol: str) -> dict[str, Any]:
        """What the venue answers of one contract; changes of it are served from now on."""
        rows: Any = self.venue.answers[path]
        listed = rows["symbols"] if path == EXCHANGE_INFO else rows
        return next(each for each in listed if each["symbol"] == symbol)

    def drop(self, symbol: str) -> None:
        """The venue does not name the contract any more, in any answer."""
        for path in (EXCHANGE_INFO, PREMIUM_INDEX, BOOK_TICKER, FUNDING_INFO):
            rows: Any = self.venue.answers[path]
            listed = rows["symbols"] if path == EXCHANGE_INFO else rows
            listed[:] = [each for each in listed if each["symbol"] != symbol]

    def price(self, symbol: str, price: str) -> None:
        """Mark, index, bid and ask of a contract are this."""
        self.row(PREMIUM_INDEX, symbol).update(markPrice=price, indexPrice=price)
        self.row(BOOK_TICKER, symbol).update(bidPrice=price, askPrice=price)

    async def look(self, minutes: float = 1) -> list[Answer]:
        """So much later the watch looks once; what is pushed, each as it is read."""
        self.clock.move(minutes=minutes)
        now = int(self.clock().timestamp() * 1000)
        self.venue.answers[TIME] = {"serverTime": now}
        for path in (PREMIUM_INDEX, BOOK_TICKER):
            rows: Any = self.venue.answers[path]
            for each in rows:
                each["time"] = now
        await self.jobs.look("binanceusdm")
        return await self.pushed()

    async def looks(self, times: int, minutes: float = 5) -> list[Answer]:
        return [push for _ in range(times) for push in await self.look(minutes)]

    async def pushed(self) -> list[Answer]:
        """What is due now, delivered."""
        outbox = Outbox(self.talk.database)
        found = []
        while batches := await outbox.claim(self.clock(), 1, timedelta(minutes=1)):
            [batch] = batches
            found.append(Answer(message([each.facts for each in batch.notices], self.clock())))
            await outbox.sent(batch, 1, self.clock())
        return found


@asynccontextmanager
async def never_blind(database: Database) -> AsyncIterator[Bot]:
    """A newcomer's bot on PRICES at NOW; the spot market of the venue prices SOL, too."""
    clock = Clock(NOW)
    spot = {
        SPOT_INFO: {"symbols": [pair("SOL")]},
        SPOT_TICKERS: lambda _: [ticker("SOL", "160.3", "160.5", int(clock().timestamp() * 1000))],
    }
    answers = {**binance_answers(PRICES, NOW), **spot}
    async with VenueServer(answers) as venue:
        watch = Watch(lambda _: opened(venue.url, clock=clock), StoredCloses(database), clock, VENUES)
        talk = Talk(Conversation(database, watch, VENUES, clock), clock, database, watch)
        sweep = Sweep(database, watch, clock, VENUES)
        jobs = Jobs(database, watch, sweep, Metrics(watch, Outbox(database), clock), VENUES, clock)
        try:
            yield Bot(talk, jobs, venue, clock)
        finally:
            await watch.close()
