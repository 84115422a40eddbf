"""Files that are given to the conversation."""

import csv
import io

import pytest

from bot.wording.reply import Reply
from tests.bot.exports import EXPORTS, REFUSALS, Export
from tests.conversation import Answer, Talk


async def give(talk: Talk, name: str, content: bytes) -> Answer:
    reply: Reply = await talk.conversation.take(name, content, user=talk.user)
    talk.last = Answer(reply)
    return talk.last


def as_csv(*rows: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(row.split("|") for row in rows)
    return out.getvalue().encode()


async def test_a_file_is_shown_before_it_is_saved(talk: Talk) -> None:
    await give(talk, "mine.csv", b"Coin,Amount\nSOL,60\nETH,4.25\n")
    assert await talk.portfolio() == {}
    await talk.press("Save")
    assert await talk.portfolio() == {"SOL": "60", "ETH": "4.25"}


async def test_what_was_exported_comes_back_through_the_same_door(talk: Talk) -> None:
    await talk.say("SOL 60\nETH 4.25\nPEPE 1234567.5")
    before = await talk.portfolio()
    files = {file.name: file.content for file in (await talk.say("/export")).reply.files}
    await talk.say("/remove all")
    await talk.press("Yes, remove all") if "Yes, remove all" in (
        talk.last.buttons if talk.last else {}
    ) else None
    for name in ("holdings.csv", "everything.json"):
        other = talk.someone_else()
        await give(other, name, files[name])
        await other.press("Save")
        assert await other.portfolio() == before, name
        talk = other


@pytest.mark.parametrize("name", ["fills.csv", "positions.csv"])
async def test_what_was_traded_is_not_taken_for_coins(talk: Talk, name: str) -> None:
    await talk.say("/add sample")
    await talk.say("/hedge 2 orders")
    await talk.say("/ticket")
    await talk.press("Filled as shown")
    files = {file.name: file.content for file in (await talk.say("/export")).reply.files}
    other = talk.someone_else()
    answer = await give(other, name, files[name])
    assert "Save" not in answer.buttons
    assert await other.portfolio() == {}


async def test_a_command_in_a_file_is_not_carried_out(talk: Talk) -> None:
    await talk.say("SOL 60")
    for content in (b"/remove all", b"/add ETH 5", b"//add ETH 5"):
        await give(talk, "a.txt", content)
    assert await talk.portfolio() == {"SOL": "60"}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda each: each.whose)
async def test_exports_are_read_from_files_by_the_rules_of_pasted_tables(talk: Talk, export: Export) -> None:
    answer = await give(talk, "export.csv", as_csv(export.heading, *export.rows))
    if export.refused:
        assert REFUSALS[export.refused] in answer
    else:
        await talk.press("Save")
        assert set(await talk.portfolio()) == {each.split()[0] for each in export.held}
