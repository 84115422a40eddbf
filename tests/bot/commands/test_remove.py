"""/remove and /cancel."""

import pytest

from core.store.database import Database
from tests.conversation import Talk, talk_over


@pytest.fixture
def talk(database: Database) -> Talk:
    """A newcomer's talk on a database of each kind."""
    return talk_over(database)


async def test_a_coin_is_removed_under_any_of_its_names(talk: Talk) -> None:
    await talk.say("/add SOL 60\nETH 4")
    removed = await talk.say("/remove weth")
    assert removed.lines == ["Removed: 1 coin", "WETH is ETH.", "ETH: removed (was 4)"]
    assert await talk.portfolio() == {"SOL": "60"}


async def test_several_coins_are_removed_at_once_or_none(talk: Talk) -> None:
    await talk.say("/add SOL 60\nETH 4\nLINK 1")
    assert "You hold no DOT" in await talk.say("/remove SOL, DOT")
    assert len(await talk.portfolio()) == 3
    await talk.say("/remove SOL, eth sol")
    assert await talk.portfolio() == {"LINK": "1"}


async def test_all_are_removed_after_one_question(talk: Talk) -> None:
    await talk.say("/add SOL 60\nETH 4")
    asked = await talk.say("/remove all")
    assert asked.lines == ["Remove all 2 holdings?", "ETH, SOL"]
    assert len(await talk.portfolio()) == 2
    assert (await talk.press("Yes, remove all")).lines[0] == "Removed: 2 coins"
    assert await talk.portfolio() == {}
    assert "no holdings to remove" in await talk.say(asked.buttons["Yes, remove all"])


async def test_the_answer_no_leaves_everything(talk: Talk) -> None:
    await talk.say("/add SOL 60")
    await talk.say("/remove all")
    await talk.press("No")
    assert await talk.portfolio() == {"SOL": "60"}


@pytest.mark.parametrize(
    ("line", "reason"),
    {
        "/remove": "Which coin",
        "/remove LINK": "You hold no LINK",
        "/remove SO-L": "“SO-L” is not a coin's ticker",
        "/remove all but SOL": "You hold no ALL",
    }.items(),
)
async def test_what_cannot_be_removed_is_named(talk: Talk, line: str, reason: str) -> None:
    await talk.say("/add SOL 60")
    assert reason.casefold() in (await talk.say(line)).text.casefold()
    assert await talk.portfolio() == {"SOL": "60"}


async def test_there_may_be_nothing_to_cancel(talk: Talk) -> None:
    assert "nothing to cancel" in await talk.say("/cancel")
    assert "no holdings" in await talk.press("Portfolio")
