"""A database that the first release wrote is opened by today's program, and all in it is as it was.

`tests/fixtures/README.md` says what is in these databases and how they were written. Figures were answered
by the program that wrote them; a change that moves one of them has to say why.
"""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData, create_engine, make_url, select

from core.store.database import Database, open_database
from core.store.migrations import at_head, ensure_schema
from core.store.queue.outbox import Outbox
from core.store.tables import drafts
from core.store.user.alerts import Alerts
from core.store.user.keys import Keys, connected
from core.store.user.seal import ServerKeys
from core.sweep import Sweep
from tests.conftest import DIALECTS, sqlite_url
from tests.conversation import Answer, Talk, talk_over
from tests.postgres import Postgres

FIXTURES = Path(__file__).parents[1] / "fixtures"
WRITTEN = datetime(2026, 6, 22, 14, 30, tzinfo=UTC)
"""When the last of it was written."""
SERVER_KEYS = ServerKeys({1: b"1" * 32, 2: b"2" * 32})
USERS = (101, 202, 303, 404)

COINS = {
    101: {
        "AAVE": "11.23374617", "AVAX": "180.8089392", "DOT": "596.721018", "ETH": "3.5978272",
        "LINK": "350.599174", "NEAR": "2040.608101", "SOL": "39.35845715", "UNI": "497.7910522",
    },
    202: {"AVAX": "1000", "ETH": "12.5", "SOL": "300.000000000000000001"},
    303: {
        "DOT": "0.1", "ETH": "1", "LINK": "0.000000000000000001", "SOL": "2", "UNI": "12345678.123456789",
    },
    404: {"ETH": "10"},
}  # fmt: skip
"""What each holds, to the last digit."""

FIGURES: dict[tuple[int, str], str] = {
    (101, "/positions"): "21814 23516 7.28 4170.2 2226.8 73.1 254.12 144.93 14148 191.99 8307.3 7982 113.67",
    (101, "/report"): "93 99.2 99.4 288.23 1406.16 305.66 27.22 9.79 7.93 1702.32 14147.97 7981.64 6.07",
    (101, "/alerts"): "30 20 10 5 15 500 100000",
    (202, "/portfolio"): "83193 300 43508 12.5 27851 1000 11833",
    (202, "/positions"): "1624 2159 535.2 11.8 2286.3 2226.8 277.9 148.3 144.93 701.78 935.97",
    (202, "/history"): "65108 48377 16731 86",
    (202, "/report 1"): "74 86 88 677.39 3035.17 687.51 61.66 51.54 3.12 3709.44 49116.14 48377.09",
    (202, "/settings"): "80 2 30",
    (303, "/settings"): "0.036",
    (404, "/portfolio"): "22281 10",
    (404, "/positions"): "18968 19411 442.79 10 4150 2226.8 19232 263.72",
    (404, "/report"): "263.72 179.07 442.79 19231.63 18967.91",
}
"""What the first release answered at WRITTEN: figures that each answer must still have."""


@pytest.fixture(params=DIALECTS)
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A copy of each kind of database as the first release left it."""
    if request.param == "sqlite":
        path = tmp_path / "upgraded.db"
        shutil.copy(FIXTURES / "written_by_0_1.sqlite", path)
        yield sqlite_url(path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    with psycopg.connect(host=str(server.folder), user="postgres", dbname=name) as connection:
        connection.execute((FIXTURES / "written_by_0_1.sql").read_bytes())
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def upgraded(written: str) -> AsyncIterator[Database]:
    """The same, brought to the newest schema."""
    database = open_database(written)
    await ensure_schema(database)
    yield database
    await database.close()


def asked(database: Database, user: int) -> Talk:
    """The user, in the market that they were in, when the last of it was written."""
    talk = talk_over(database, "crash")
    talk.user, talk.clock.now = user, WRITTEN
    return talk


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the database itself has them, in the order of their keys."""
    where = make_url(url)
    engine = create_engine(where.set(drivername=where.drivername.replace("+aiosqlite", "")))
    seen = MetaData()
    with engine.connect() as connection:
        seen.reflect(connection)
        found = {
            table.name: [
                dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in seen.sorted_tables
            if table.name != "alembic_version"
        }
    engine.dispose()
    return found


def figures(answer: Answer) -> list[Decimal]:
    """Every number in the answer, without its sign and unit."""
    return [Decimal(each.replace(",", "")) for each in re.findall(r"\d[\d,]*(?:\.\d+)?", answer.text)]


def near(figure: Decimal, others: list[Decimal]) -> bool:
    """Whether it is there, at most written with fewer digits."""
    return any(abs(figure - other) <= max(figure / 1000, Decimal("0.005")) for other in others)


async def test_no_row_is_lost_and_no_value_changed(written: str) -> None:
    before = rows(written)
    assert [len(before[table]) for table in ("users", "journal", "notices", "sealed")] == [4, 9, 10, 7]
    database = open_database(written)
    await ensure_schema(database)
    assert await at_head(database)
    await database.close()
    after = rows(written)
    for table, own in before.items():
        there = {_without(row, own[0]) for row in after[table]} if own else set()
        assert [row for row in own if _without(row, row) not in there] == [], table


def _without(row: dict[str, Any], old: dict[str, Any]) -> str:
    """The values that were there before, but those that a newer release changes on purpose.

    Open hedges get the alerts that newer ones begin with, and costs below 5 % a year are no longer told.
    """
    changed = {"alerts_made"} | ({"tiers"} if row.get("figure") == "pays" else set())
    return repr({name: row[name] for name in old if name not in changed})


@pytest.mark.parametrize("user", USERS)
async def test_coins_are_what_they_were_to_the_last_digit(upgraded: Database, user: int) -> None:
    assert await asked(upgraded, user).portfolio() == COINS[user]


@pytest.mark.parametrize(("user", "line"), FIGURES)
async def test_the_same_question_has_the_same_answer(upgraded: Database, user: int, line: str) -> None:
    answer = await asked(upgraded, user).say(line)
    said = figures(answer)
    missing = [each for each in FIGURES[user, line].split() if not near(Decimal(each), said)]
    assert missing == [], answer.text


async def test_alerts_stand_where_they_stood(upgraded: Database) -> None:
    reached = {
        user: [each.number for each in await Alerts(upgraded, user, now=WRITTEN).list() if each.states]
        for user in USERS
    }
    assert reached == {101: [2, 4, 6, 8], 202: [2], 303: [], 404: [2, 3]}
    second = {each.number: each for each in await Alerts(upgraded, 202, now=WRITTEN).list()}
    assert (second[1].mode, second[3].snoozed_until) == ("off", WRITTEN + timedelta(hours=22))
    assert second[6].rule.tiers == (Decimal("0.3"),)


async def test_what_has_fired_does_not_fire_again(upgraded: Database) -> None:
    talk = asked(upgraded, 101)
    await talk.watch.refresh("simulated")
    swept = await Sweep(upgraded, talk.watch, talk.clock, ("simulated",)).run("simulated")
    assert swept.fired == 0


async def test_notices_are_sent_on_to_whom_they_were_for(upgraded: Database) -> None:
    outbox = Outbox(upgraded)
    depth = await outbox.depth(WRITTEN)
    assert (depth.waiting, depth.sending, depth.unknown) == (0, 1, 0)
    tomorrow = WRITTEN + timedelta(days=1)
    assert await outbox.recover(tomorrow) == 1
    assert [notice.kind for notice in await outbox.unknown(202)] == ["funding"]
    (batch,) = await outbox.claim(tomorrow, 9, timedelta(minutes=1))
    assert (batch.user, batch.chat) == (101, 101)
    assert {notice.kind for notice in batch.notices} == {"funding", "dehedge", "digest"}


async def test_keys_open_and_only_in_their_own_place(upgraded: Database) -> None:
    first, second = (Keys(upgraded, user, SERVER_KEYS, now=WRITTEN) for user in (101, 202))
    assert await first.opened("binanceusdm") == {"apiKey": "key-of-101", "secret": "secret-of-101"}
    assert await second.opened("bybit") == {"apiKey": "key-of-202", "secret": "secret-of-202"}
    assert await second.opened("okx") == {
        "apiKey": "other-key", "secret": "other-secret", "password": "pässword of 202",
    }  # fmt: skip
    assert await first.opened("bybit") is None
    assert await connected(upgraded, 202) == ("bybit", "okx")


async def test_a_question_that_waited_for_its_yes_is_still_answered(upgraded: Database) -> None:
    talk = asked(upgraded, 303)
    async with upgraded.read() as connection:
        token = await connection.scalar(select(drafts.c.token))
    assert "deleted" in await talk.say(f"/forget yes {token}")
    assert await talk.portfolio() == {}
    assert await asked(upgraded, 101).portfolio() == COINS[101]


async def test_a_hedge_goes_on_and_ends(upgraded: Database) -> None:
    talk = asked(upgraded, 404)
    await talk.say("/filled bought ETH 1000 at 2226.84")
    assert "no open hedge" in await talk.say("/positions")
    assert "1 past hedge" in await talk.say("/history")
