"""A talk over the real exchange adapter, whose venue is on this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.router import Conversation
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.binance_answers import binance_answers
from tests.conversation import Clock, Talk
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.venue_server import VenueServer


@asynccontextmanager
async def exchange_talk(database: Database) -> AsyncIterator[tuple[Talk, VenueServer]]:
    """A newcomer's talk, and the Binance behind it: PRICES, and a future of three months on ETH."""
    clock = Clock(NOW)
    async with VenueServer(binance_answers(PRICES, NOW)) as venue:
        watch = Watch(lambda _: opened(venue.url, clock=clock), StoredCloses(database), clock)
        talk = Talk(Conversation(database, watch, ("binanceusdm",), clock), clock, database, watch)
        try:
            yield talk, venue
        finally:
            await watch.close()
