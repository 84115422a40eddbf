"""The list of ended hedges says what replaying their journals says."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.errors import HedgeError
from core.journal.fill import Fill, Margin, Terms, Void, Written
from core.journal.journal import live_entries
from core.outcome.course import contracts_traded
from core.store.database import Database
from core.store.user.episodes import Ended
from core.store.user.ledger import Ledger

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
ANN, BOB = 1, 2
COINS = ("ETH", "SOL", "LINK")


def random_entry(chance: random.Random, at: datetime, last: int) -> Written:
    """A fill, often one that closes all, or something that takes an entry back, often one of an old hedge."""
    coin = chance.choice(COINS)
    if last and chance.random() < 0.35:
        return Void(chance.randint(1, last))
    if chance.random() < 0.1:
        return Margin("bybit", f"{coin}/USDT:USDT", Decimal(100), at)
    count, price = Decimal(chance.choice((-2, -1, 1, 2))), Decimal(100)
    return Fill("bybit", f"{coin}/USDT:USDT", Terms(coin, Decimal(1)), count, price, at)


async def replayed(ledger: Ledger, number: int) -> tuple[Ended, tuple[str, ...]] | None:
    """What the whole episode says of the hedge; None where nothing is left of it, or it is open."""
    episode = await ledger.episode(number)
    assert episode is not None
    if episode.ended is None or not live_entries(episode.entries):
        return None
    coins = tuple(dict.fromkeys(terms.asset for terms in contracts_traded(episode).values()))
    return Ended(number, episode.began, episode.ended, reported=False), coins


@pytest.mark.parametrize("seed", range(4))
async def test_ended_hedges_are_those_of_which_something_is_left(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    numbers, last = 0, 0
    for turn in range(60):
        at = NOW + timedelta(minutes=turn)
        try:
            done = await Ledger(database, ANN, now=at).record([random_entry(chance, at, last)])
        except HedgeError:
            continue  # it cannot be, and has changed nothing
        numbers, last = max(numbers, done.number), done.entries[-1].number
    await Ledger(database, BOB, now=NOW).record([random_entry(chance, NOW, 0)])
    ledger = Ledger(database, ANN, now=NOW)
    expected = [found for number in range(numbers, 0, -1) if (found := await replayed(ledger, number))]
    assert list(await ledger.past()) == [hedge for hedge, _ in expected]
    assert await ledger.coins([hedge.number for hedge, _ in expected]) == {
        hedge.number: coins for hedge, coins in expected
    }
