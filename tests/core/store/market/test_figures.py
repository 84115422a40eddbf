"""The figures of a venue come back as they were, and only where they are newer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from core.domain.market import VenueFigures
from core.domain.quote import Deleveraging, FundingRate
from core.domain.snapshot import Lost
from core.store.database import Database
from core.store.market.figures import StoredFigures
from core.store.tables import figures as table
from tests.domain import NOW, VENUE, snapshot

LISTED = snapshot(ETH=3500, BTC=90_000)
ETH = next(symbol for symbol, contract in LISTED.contracts.items() if contract.asset == "ETH")
FIGURES = VenueFigures(
    NOW,
    LISTED.contracts,
    LISTED.quotes,
    {ETH: FundingRate(Decimal("-0.000123"), 8, NOW, NOW + timedelta(hours=3))},
    NOW - timedelta(minutes=1),
    {ETH: Deleveraging("near", NOW)},
    {
        "OLD": Lost(LISTED.contracts[ETH], NOW, LISTED.quotes[ETH]),
        "NEW": Lost(LISTED.contracts[ETH], NOW, None),
    },
    {ETH: NOW - timedelta(days=2)},
    ("SOL costs nothing, so it is refused.",),
)


@pytest.fixture
def store(database: Database) -> StoredFigures:
    return StoredFigures(database)


async def test_they_come_back_to_the_last_digit(store: StoredFigures) -> None:
    assert await store.newer(VENUE, None) is None
    await store.save(VENUE, FIGURES)
    assert await store.newer(VENUE, None) == FIGURES
    assert await store.newer("okx", None) is None


async def test_only_newer_ones_are_had_and_kept(store: StoredFigures) -> None:
    await store.save(VENUE, FIGURES)
    assert await store.newer(VENUE, NOW) is None
    assert await store.newer(VENUE, NOW - timedelta(seconds=1)) == FIGURES
    late = VenueFigures(NOW - timedelta(seconds=1), {}, {})
    await store.save(VENUE, late)
    assert await store.newer(VENUE, None) == FIGURES


async def test_what_another_version_wrote_is_as_good_as_nothing(
    store: StoredFigures, database: Database
) -> None:
    await store.save(VENUE, FIGURES)
    async with database.write() as connection:
        await connection.execute(update(table).values(body=b"another form"))
    assert await store.newer(VENUE, None) is None


async def test_what_is_asked_for_is_known_to_all(store: StoredFigures) -> None:
    await store.ask("okx", NOW)
    await store.ask("gate", NOW - timedelta(hours=2))
    assert set(await store.asked(NOW - timedelta(hours=1))) == {"okx"}
    assert await store.newer("okx", None) is None
