"""The book of one user: holdings, preferences and the draft, each change whole and made once."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.domain.errors import AlreadyDone, BadInput
from core.domain.holding import Holding, HoldingChange
from core.store.database import Database
from core.store.tables import handled, holdings, users
from core.store.user.book import Book, Draft, Preferences, forget_requests

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ANN = 4_503_599_627_370_495
"""A Telegram id as large as they come."""


def add(asset: str, quantity: str) -> HoldingChange:
    return HoldingChange("add", asset, Decimal(quantity))


def set_to(asset: str, quantity: str) -> HoldingChange:
    return HoldingChange("set", asset, Decimal(quantity))


def remove(asset: str) -> HoldingChange:
    return HoldingChange("remove", asset)


def book(database: Database, user: int = ANN, *, request: int | None = None, now: datetime = NOW) -> Book:
    return Book(database, user, now=now, request=request)


async def held(database: Database, user: int = ANN) -> dict[str, Decimal]:
    return {holding.asset: holding.quantity for holding in await book(database, user).holdings()}


async def test_a_newcomer_holds_nothing_and_has_the_defaults(database: Database) -> None:
    anns = book(database)
    assert await anns.holdings() == ()
    assert await anns.preferences() == Preferences()
    assert await anns.draft() is None
    assert not await anns.drop_draft()


async def test_asking_leaves_no_row(database: Database) -> None:
    await book(database).holdings()
    await book(database).preferences()
    async with database.read() as connection:
        assert (await connection.execute(select(users))).all() == []


async def test_changes_are_made_in_order_and_answered_with_what_is_held(database: Database) -> None:
    after = await book(database).apply([add("SOL", "60"), add("ETH", "1.50"), add("SOL", "0.5")])
    assert after == {"ETH": Decimal("1.5"), "SOL": Decimal("60.5")}
    assert await book(database).holdings() == (
        Holding("ETH", Decimal("1.5")),
        Holding("SOL", Decimal("60.5")),
    )
    assert await book(database).apply([remove("ETH"), set_to("SOL", "7")]) == {"SOL": Decimal(7)}
    assert await held(database) == {"SOL": Decimal(7)}


async def test_holdings_come_sorted_by_asset(database: Database) -> None:
    await book(database).apply([add(asset, "1") for asset in ("SOL", "1INCH", "A", "ZRX", "AB")])
    assert list(await held(database)) == ["1INCH", "A", "AB", "SOL", "ZRX"]


async def test_the_answer_is_written_as_it_will_be_read(database: Database) -> None:
    after = await book(database).apply([add("SOL", "1E+2"), add("ETH", "1.500")])
    assert {asset: str(quantity) for asset, quantity in after.items()} == {"ETH": "1.5", "SOL": "100"}
    assert str(await held(database)) == str(after)


async def test_the_finest_part_of_the_largest_holding_is_kept(database: Database) -> None:
    await book(database).apply([add("PEPE", "999999999999999999")])
    await book(database).apply([add("PEPE", "0.000000000000000001")])
    assert await held(database) == {"PEPE": Decimal("999999999999999999.000000000000000001")}


@pytest.mark.parametrize(
    "bad",
    [
        remove("DOGE"),
        add("SOL", "0"),
        add("SOL", "-1"),
        add("SOL", "NaN"),
        add("SOL", "1E-19"),
        add("SOL", "1E+30"),
        add("SOL", "1." + "0" * 90 + "1"),
    ],
    ids=repr,
)
async def test_one_change_that_cannot_be_made_undoes_all(database: Database, bad: HoldingChange) -> None:
    await book(database).apply([add("SOL", "60")])
    token = await book(database).save_draft("ETH 1")
    with pytest.raises(BadInput):
        await book(database, request=5).apply(
            [add("ETH", "1"), remove("SOL"), add("SOL", "1"), bad], draft=token
        )
    assert await held(database) == {"SOL": Decimal(60)}
    assert await book(database).draft() == Draft(token, "ETH 1")
    await book(database, request=5).apply([add("ETH", "1")], draft=token)
    assert await held(database) == {"ETH": Decimal(1), "SOL": Decimal(60)}


async def test_only_what_differs_is_written(database: Database) -> None:
    await book(database).apply([add("SOL", "60"), add("ETH", "1")])
    await book(database, now=LATER).apply([set_to("SOL", "60.0"), add("ETH", "1")])
    async with database.read() as connection:
        written = await connection.execute(select(holdings.c.asset, holdings.c.updated_at))
        assert sorted(map(tuple, written)) == [("ETH", LATER), ("SOL", NOW)]


async def test_a_request_that_is_delivered_again_changes_nothing(database: Database) -> None:
    await book(database, request=900).apply([add("SOL", "60")])
    with pytest.raises(AlreadyDone):
        await book(database, request=900, now=LATER).apply([add("SOL", "60")])
    assert await held(database) == {"SOL": Decimal(60)}
    await book(database, request=901).apply([add("SOL", "60")])
    assert await held(database) == {"SOL": Decimal(120)}


async def test_requests_of_two_users_may_bear_the_same_number(database: Database) -> None:
    await book(database, 1, request=900).apply([add("SOL", "1")])
    await book(database, 2, request=900).apply([add("SOL", "2")])
    assert await held(database, 2) == {"SOL": Decimal(2)}


async def test_of_one_request_delivered_ten_times_at_once_one_is_carried_out(database: Database) -> None:
    answers = await asyncio.gather(
        *(book(database, request=900).apply([add("SOL", "60")]) for _ in range(10)), return_exceptions=True
    )
    assert sum(isinstance(answer, AlreadyDone) for answer in answers) == 9
    assert await held(database) == {"SOL": Decimal(60)}


async def test_old_requests_are_forgotten_and_new_ones_are_not(database: Database) -> None:
    await book(database, request=1, now=NOW).apply([])
    await book(database, request=2, now=LATER).apply([])
    assert await forget_requests(database, LATER) == 1
    async with database.read() as connection:
        assert (await connection.execute(select(handled.c.request))).scalars().all() == [2]
    assert await forget_requests(database, LATER) == 0


async def test_a_draft_is_kept_until_it_is_dropped(database: Database) -> None:
    token = await book(database).save_draft("SOL 60\nETH 1 “π”")
    assert len(token) == 8
    assert await book(database).draft() == Draft(token, "SOL 60\nETH 1 “π”")
    assert await book(database).drop_draft()
    assert await book(database).draft() is None
    assert not await book(database).drop_draft()


async def test_a_new_draft_replaces_the_old_one(database: Database) -> None:
    old = await book(database).save_draft("SOL 60")
    new = await book(database).save_draft("SOL 61")
    assert old != new
    assert await book(database).draft() == Draft(new, "SOL 61")
    with pytest.raises(AlreadyDone):
        await book(database).apply([add("SOL", "60")], draft=old)
    assert await held(database) == {}
    assert await book(database).draft() == Draft(new, "SOL 61")


async def test_a_draft_pressed_twice_is_applied_once(database: Database) -> None:
    token = await book(database).save_draft("SOL 60")
    await book(database, request=1).apply([add("SOL", "60")], draft=token)
    assert await book(database).draft() is None
    with pytest.raises(AlreadyDone):
        await book(database, request=2).apply([add("SOL", "60")], draft=token)
    assert await held(database) == {"SOL": Decimal(60)}


async def test_a_draft_pressed_ten_times_at_once_is_applied_once(database: Database) -> None:
    token = await book(database).save_draft("SOL 60")
    answers = await asyncio.gather(
        *(book(database, request=n).apply([add("SOL", "60")], draft=token) for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, AlreadyDone) for answer in answers) == 9
    assert await held(database) == {"SOL": Decimal(60)}


async def test_a_refused_draft_leaves_its_request_open(database: Database) -> None:
    with pytest.raises(AlreadyDone):
        await book(database, request=1).apply([add("SOL", "60")], draft="deadbeef")
    await book(database, request=1).apply([add("SOL", "60")])
    assert await held(database) == {"SOL": Decimal(60)}


async def test_the_draft_of_another_user_cannot_be_used(database: Database) -> None:
    token = await book(database, 1).save_draft("SOL 60")
    with pytest.raises(AlreadyDone):
        await book(database, 2).apply([add("SOL", "60")], draft=token)
    assert await book(database, 1).draft() == Draft(token, "SOL 60")


async def test_preferences_are_kept_one_by_one(database: Database) -> None:
    anns = book(database)
    assert await anns.prefer(leverage=Decimal("3.5")) == Preferences(leverage=Decimal("3.5"))
    await anns.prefer(venue="bybit", horizon_days=30)
    await anns.prefer(coverage=Decimal("0.8"), fee=Decimal("0.00055"))
    full = Preferences("bybit", Decimal("3.5"), Decimal("0.8"), Decimal("0.00055"), 30)
    assert await anns.preferences() == full
    assert await anns.prefer() == full
    assert (await anns.prefer(venue=None, leverage=None)).venue is None
    assert await anns.preferences() == Preferences(
        coverage=Decimal("0.8"), fee=Decimal("0.00055"), horizon_days=30
    )


async def test_the_row_of_a_newcomer_has_the_default_preferences(database: Database) -> None:
    await book(database).apply([])
    assert await book(database).preferences() == Preferences()
    async with database.read() as connection:
        assert (await connection.execute(select(users.c.id, users.c.created_at))).one() == (ANN, NOW)


async def test_an_unknown_or_inexact_preference_is_refused(database: Database) -> None:
    await book(database).prefer(venue="bybit")
    with pytest.raises(TypeError):
        await book(database).prefer(id=7)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="exact"):
        await book(database).prefer(venue="bingx", leverage=3.5)  # type: ignore[arg-type]
    assert await book(database).preferences() == Preferences(venue="bybit")


async def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="UTC"):
        await book(database, now=NOW.replace(tzinfo=None)).apply([add("SOL", "1")])
