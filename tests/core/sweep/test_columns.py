"""Columns of many users' rows say what the rows do, on both databases."""

from datetime import UTC, datetime
from decimal import Decimal
from math import isnan

import numpy as np
import pytest

from core.alert.rule import Rule
from core.domain.holding import HoldingChange
from core.store.database import Database
from core.store.tables import alerts, holdings, users
from core.sweep.columns import ROW, WORD, Columns, UserRows, instant
from core.sweep.crowd import Directory, Numbering
from tests.core.sweep.world import World

ANN, BOB, CID, DAN = 2, 5, 7, 9
UNTIL = datetime(2026, 6, 10, 9, 30, 0, 125_000, tzinfo=UTC)
SOL_BELOW = Rule("price", "level", "SOL", "below", (Decimal("120.5"), Decimal(100)))


@pytest.fixture
async def world(database: Database) -> World:
    """Four people; the first has said when the digest is to come, and the third nothing."""
    made = World(database)
    await made.book(DAN).apply(
        [HoldingChange("add", "SOL", Decimal("0.1")), HoldingChange("add", "BTC", Decimal("1e-18"))]
    )
    await made.book(ANN).apply([HoldingChange("add", "ETH", Decimal("12345678.000000001"))])
    await made.book(BOB).apply([HoldingChange("add", "SOL", Decimal(3))])
    await made.book(CID).prefer(leverage=Decimal(2))
    await made.book(ANN).prefer(digest_at=480, timezone="Europe/Berlin")
    return made


@pytest.mark.parametrize("dense", [True, False])
async def test_they_are_of_the_users_that_are_asked_for(world: World, dense: bool) -> None:
    ids = np.array([1, ANN, CID, DAN])
    found = await world.database.survey(
        lambda connection: UserRows(connection, Directory(), ids, dense=dense).columns(
            holdings.c.user_id, holdings.c.asset, holdings.c.quantity
        )
    )
    rows = sorted(zip(found.user.tolist(), found.words(0), found.figures(1).tolist(), strict=True))
    assert rows == [(1, "ETH", 12345678.000000001), (3, "BTC", 1e-18), (3, "SOL", 0.1)]
    assert np.all(np.diff(found.user) >= 0)
    index: Numbering[str] = Numbering()
    assert [index.names[number] for number in found.numbered(0, index.__getitem__)] == found.words(0)


async def test_what_is_not_there_is_nan_or_empty(world: World) -> None:
    found = await world.database.survey(
        lambda connection: UserRows(connection, Directory(), np.array([ANN, BOB])).columns(
            users.c.id, users.c.digest_at, users.c.timezone, users.c.fee, users.c.touched
        )
    )
    berlin, nobody = found.figures(0).tolist()
    assert berlin == 480
    assert isnan(nobody)
    assert found.words(1) == ["Europe/Berlin", ""]
    assert [isnan(each) for each in found.figures(2)] == [True, True]
    assert abs(instant(found.words(3)[0]) - datetime.now(UTC)).total_seconds() < 60


@pytest.mark.parametrize("ids", [[], [CID]])
async def test_nobody_has_no_rows(world: World, ids: list[int]) -> None:
    found = await world.database.survey(
        lambda connection: UserRows(connection, Directory(), np.array(ids, dtype=np.int64)).columns(
            holdings.c.user_id, holdings.c.asset, holdings.c.quantity
        )
    )
    assert (len(found), found.words(0), found.figures(1).tolist()) == (0, [], [])


async def test_many_columns_are_the_words_of_one_and_moments_are_exact(world: World) -> None:
    await world.alerts(BOB).add(SOL_BELOW)
    await world.alerts(BOB).change(1, snoozed_until=UNTIL)
    rule = (alerts.c.kind, alerts.c.subject, alerts.c.tiers, alerts.c.snoozed_until)
    found = await world.database.survey(
        lambda connection: UserRows(connection, Directory(), np.array([BOB])).columns(alerts.c.user_id, rule)
    )
    (words,) = found.words(0)
    *typed, until = words.split(WORD)
    assert typed == ["price", "SOL", '["120.5", "100"]']
    assert instant(until) == UNTIL


def test_a_column_that_has_not_all_rows_is_refused() -> None:
    found = Columns(np.array([1, 2]), f"1{ROW}2", ["only one"])
    with pytest.raises(ValueError, match="a column of 2 rows has 1"):
        found.words(0)
