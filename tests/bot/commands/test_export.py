"""/export and /forget: taking everything along, and leaving nothing behind."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from core.store.database import Database
from core.store.tables import metadata
from core.store.user.whole import owner
from tests.conversation import Answer, Talk, talk_over

POSITION = "/position add short 2.14 ETH at 3500"


def tables(answer: Answer) -> dict[str, list[dict[str, str]]]:
    """The rows of each CSV file by name."""
    return {
        file.name: list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))
        for file in answer.reply.files
        if file.name.endswith(".csv")
    }


async def test_everything_comes_as_five_tables_and_json(talk: Talk) -> None:
    await talk.say("ETH 4.2\nSOL 60")
    await talk.say(POSITION)
    answer = await talk.say("/export")
    names = [file.name for file in answer.reply.files]
    assert names[:2] == ["holdings.csv", "places.csv"]
    assert names[2:] == ["fills.csv", "positions.csv", "reports.csv", "everything.json"]
    found = tables(answer)
    assert [(row["asset"], row["quantity"]) for row in found["holdings.csv"]] == [
        ("ETH", "4.2"),
        ("SOL", "60"),
    ]
    [fill] = found["fills.csv"]
    [position] = found["positions.csv"]
    assert (fill["asset"], fill["price"], fill["source"]) == ("ETH", "3500", "typed")
    assert (position["entry"], position["count"]) == ("3500", fill["count"])
    assert fill["count"].startswith("-")
    assert found["reports.csv"] == []
    everything = json.loads(answer.reply.files[-1].content)
    assert [row["asset"] for row in everything["holdings"]] == ["ETH", "SOL"]
    assert len(everything["journal"]) == 1


async def test_a_newcomer_gets_empty_tables(talk: Talk) -> None:
    answer = await talk.say("/export")
    assert tables(answer) == {name: [] for name in tables(answer)}


async def test_nobody_elses_data_is_in_it(talk: Talk) -> None:
    await talk.someone_else().say("ETH 123.456")
    await talk.say("SOL 60")
    answer = await talk.say("/export")
    assert not any(b"123.456" in file.content for file in answer.reply.files)


async def rows_of(database: Database, user: int) -> dict[str, int]:
    """How many rows the user has, by table."""
    found = {}
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            column = owner(table)
            if column is not None:
                rows = (await connection.execute(select(table).where(column == user))).all()
                found[table.name] = len(rows)
    return found


async def test_forgetting_asks_once_and_leaves_nothing(database: Database) -> None:
    talk = talk_over(database)
    other = talk.someone_else()
    for person in (talk, other):
        await person.say("ETH 4.2", request=person.user * 100)
        await person.say(POSITION)
    kept = await rows_of(database, other.user)
    assert kept["journal"] == kept["handled"] == 1
    asked = await talk.say("/forget")
    assert asked.lines[0] == "Delete everything I know about you?"
    assert await talk.portfolio() == {"ETH": "4.2"}
    done = await talk.press("Yes, delete everything")
    assert done.lines[0] == "Everything is deleted"
    assert set((await rows_of(database, talk.user)).values()) == {0}
    assert await rows_of(database, other.user) == kept


async def test_a_no_an_old_question_and_another_drafts_token_delete_nothing(talk: Talk) -> None:
    await talk.say("ETH 4.2")
    old = (await talk.say("/forget")).buttons["Yes, delete everything"]
    await talk.press("No")
    holdings = (await talk.say("ETH 1")).buttons["Add to these"].split()[-1]
    for line in (old, f"/forget yes {holdings}", "/forget yes", "/forget me", "/forget yes 00000000"):
        assert list((await talk.say(line)).buttons) == ["Help"], line
    assert await talk.portfolio() == {"ETH": "4.2"}


@pytest.mark.parametrize("again", [1, 2])
async def test_a_yes_that_is_delivered_again_says_that_it_is_done(talk: Talk, again: int) -> None:
    await talk.say("ETH 4.2")
    line = (await talk.say("/forget")).buttons["Yes, delete everything"]
    assert "Everything is deleted" in await talk.say(line, request=5)
    assert "no longer open" in await talk.say(line, request=4 + again)
    assert await rows_of(talk.database, talk.user) == dict.fromkeys(
        await rows_of(talk.database, talk.user), 0
    )
