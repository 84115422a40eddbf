"""A talk at a Binance on this machine that has an account of the user, for who has the right key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.router import Conversation
from bot.desk.accounts import Sealing
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.user.seal import ServerKeys
from tests.account_answers import BINANCE
from tests.binance_answers import binance_answers
from tests.conversation import Clock, Talk
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.venue_server import VenueServer

SERVER_KEYS = ServerKeys({1: b"1" * 32})
KEY, SECRET = "key-of-mine-0123456789", "hunter2-hunter2-hunter2"
CONNECT = f"/connect binanceusdm {KEY} {SECRET}"
RIGHTS = str(BINANCE.rights)
SPOT = "/api/v3/account"
POSITIONS = "/fapi/v3/positionRisk"


@asynccontextmanager
async def account_talk(
    database: Database, server_keys: ServerKeys | None = SERVER_KEYS
) -> AsyncIterator[tuple[Talk, VenueServer]]:
    """A newcomer's talk, and the venue behind it: with the account of `tests.account_answers`."""
    clock = Clock(NOW)
    answers = {**binance_answers(PRICES, NOW), **BINANCE.answers, RIGHTS: BINANCE.reading}
    async with VenueServer(answers) as venue:
        watch = Watch(lambda _: opened(venue.url, clock=clock), StoredCloses(database), clock)
        sealing = Sealing(server_keys, {"binanceusdm": venue.url})
        conversation = Conversation(database, watch, ("binanceusdm",), clock, sealing)
        try:
            yield Talk(conversation, clock, database, watch), venue
        finally:
            await watch.close()
