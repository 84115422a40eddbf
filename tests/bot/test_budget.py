"""How much a venue is asked does not depend on how many people ask."""

import random
from datetime import timedelta
from decimal import Decimal

from bot.chat.router import Conversation
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from tests.binance_answers import KLINES, binance_answers
from tests.core.venues.exchange.conftest import NOW, opened
from tests.venue_server import VenueServer

FUNDING = "/fapi/v1/fundingRate"
COINS = {f"C{number}X": Decimal(10 + number) for number in range(60)}
HELD = 50


async def requests(database: Database, users: int, command: str) -> dict[str, int]:
    """Requests by path while so many users of 50 coins each ask within one minute."""
    chosen = random.Random(5)
    async with VenueServer(binance_answers({"BTC": Decimal(90_000), **COINS}, NOW, days=120)) as venue:
        market = opened(venue.url)
        watch = Watch(lambda _: market, StoredCloses(database), lambda: NOW, ("binanceusdm",))
        talk = Conversation(database, watch, ("binanceusdm",), lambda: NOW)
        await talk.answer("\n".join(f"{coin} 1" for coin in COINS), user=1000)
        await talk.answer(command, user=1000)
        before = venue.counts
        for user in range(users):
            await talk.answer("\n".join(f"{coin} 2" for coin in chosen.sample(list(COINS), HELD)), user=user)
            await talk.answer(command, user=user)
        await watch.close()
        return dict(venue.counts - before)


async def test_many_users_ask_no_more_than_one(embedded: Database) -> None:
    assert await requests(embedded, 30, "/portfolio") == {}


async def test_hedges_ask_for_the_funding_of_each_contract_at_most_once(embedded: Database) -> None:
    found = await requests(embedded, 30, "/hedge")
    assert found.keys() <= {FUNDING}
    assert found.get(FUNDING, 0) <= len(COINS) + 1


async def test_a_history_is_asked_for_once_whoever_wants_it(embedded: Database) -> None:
    async with VenueServer(binance_answers({"BTC": Decimal(90_000), **COINS}, NOW, days=120)) as venue:
        now = NOW
        market = opened(venue.url, clock=lambda: now)
        watch = Watch(lambda _: market, StoredCloses(embedded), lambda: now, ("binanceusdm",))
        for _ in range(3):
            await watch.snapshot("binanceusdm", list(COINS))
        assert venue.counts[KLINES] == len(COINS)

        now += timedelta(days=1)
        for _ in range(3):
            await watch.snapshot("binanceusdm", list(COINS))
        await watch.close()

        assert venue.counts[KLINES] == 2 * len(COINS)
