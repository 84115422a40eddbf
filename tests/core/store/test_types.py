"""What goes into the database comes out of it unchanged, or is refused."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from core.store.database import Database
from core.store.tables import users
from core.store.types import plain

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LARGEST = Decimal("99999999999999999999.999999999999999999")
LEAST = LARGEST.copy_negate()

exact_numbers = st.decimals(LEAST, LARGEST, places=18) | st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**20) + 1, 10**20 - 1),
    st.integers(0, 18),
)
instants = st.datetimes(timezones=st.just(UTC))


async def keep(database: Database, user: int, *, at: datetime = NOW, fee: object = None) -> None:
    async with database.write() as connection:
        await connection.execute(insert(users), {"id": user, "created_at": at, "fee": fee})


async def kept(database: Database, user: int) -> tuple[datetime, Decimal | None]:
    async with database.read() as connection:
        query = select(users.c.created_at, users.c.fee).where(users.c.id == user)
        at, fee = (await connection.execute(query)).one()
        return at, fee


def test_every_exact_number_comes_back_the_same(opened: Database, runner: asyncio.Runner) -> None:
    fresh = itertools.count(1)

    @given(exact_numbers)
    @example(LARGEST)
    @example(LEAST)
    @example(Decimal("0.1"))
    @example(Decimal("1E+19"))
    @example(Decimal("-0.000"))
    @example(Decimal("0E-999999"))
    @example(Decimal("0.000000000000000001"))
    @example(Decimal("1.50000000000000000000000000000000000"))
    def comes_back(number: Decimal) -> None:
        user = next(fresh)
        runner.run(keep(opened, user, fee=number))
        _, back = runner.run(kept(opened, user))
        assert back == number
        assert back.as_tuple() == Decimal(plain(number)).as_tuple()

    comes_back()


def test_every_instant_comes_back_the_same_and_in_utc(opened: Database, runner: asyncio.Runner) -> None:
    fresh = itertools.count(1)

    @given(instants)
    def comes_back(at: datetime) -> None:
        user = next(fresh)
        runner.run(keep(opened, user, at=at))
        back, _ = runner.run(kept(opened, user))
        assert back == at
        assert back.utcoffset() == timedelta(0)

    comes_back()


@pytest.mark.parametrize(
    "number",
    [
        0.1,
        1,
        True,
        "0.1",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1E+20"),
        Decimal("-1E+20"),
        Decimal("1E-19"),
        Decimal("1.0000000000000000001"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
    ],
    ids=repr,
)
async def test_a_number_that_cannot_be_kept_exactly_is_refused(database: Database, number: object) -> None:
    with pytest.raises(ValueError, match="exact"):
        await keep(database, 1, fee=number)
    async with database.read() as connection:
        assert (await connection.execute(select(users))).all() == []


@pytest.mark.parametrize(
    "at",
    [NOW.replace(tzinfo=None), NOW.astimezone(timezone(timedelta(hours=2)))],
    ids=["naive", "local"],
)
async def test_an_instant_that_is_not_utc_is_refused(database: Database, at: datetime) -> None:
    with pytest.raises(ValueError, match="UTC"):
        await keep(database, 1, at=at)


@pytest.mark.parametrize(
    ("number", "text"), [("1E+2", "100"), ("60.00", "60"), ("-0", "0"), ("0E-999999", "0"), ("0.10", "0.1")]
)
def test_a_number_is_written_in_plain_notation(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text
