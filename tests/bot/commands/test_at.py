"""/at, and what /add, /set, /remove, /portfolio and /export make of places."""

import csv
import io

import pytest

from core.store.user.book import Book
from tests.conversation import Talk


async def lying(talk: Talk, asset: str = "SOL") -> dict[str, str]:
    """The coins of one asset by place."""
    page = await Book(talk.database, talk.user, now=talk.clock()).page()
    return {place.key: f"{coins.normalize():f}" for place, coins in page.lying.get(asset, {}).items()}


async def test_coins_lie_elsewhere_until_it_is_said_where(talk: Talk) -> None:
    await talk.say("SOL 60\nETH 4.2")
    assert await lying(talk) == {"elsewhere": "60"}
    answer = await talk.say("/at simulated SOL 40, ETH all")
    assert "40" in answer
    assert await lying(talk) == {"simulated": "40", "elsewhere": "20"}
    assert await lying(talk, "ETH") == {"simulated": "4.2"}
    assert await talk.portfolio() == {"SOL": "60", "ETH": "4.2"}


async def test_coins_that_are_locked_say_until_when(talk: Talk) -> None:
    await talk.say("DOT 500")
    await talk.say("/at locked until 2027-03-01 DOT 300")
    assert await lying(talk, "DOT") == {"2027-03-01": "300", "elsewhere": "200"}
    assert "01 Mar 2027" in await talk.say("/portfolio")


@pytest.mark.parametrize(
    "line",
    [
        "/at nowhere SOL 40",
        "/at simulated",
        "/at simulated SOL",
        "/at simulated SOL 61",
        "/at simulated LINK 5",
        "/at simulated LINK all",
        "/at simulated SOL $500",
        "/at simulated SOL 5, SOL all",
        "/at simulated SOL -5",
        "/at locked SOL 40",
        "/at locked until 2020-01-01 SOL 40",
        "/at elsewhere SOL 5",
    ],
)
async def test_what_cannot_be_changes_nothing(talk: Talk, line: str) -> None:
    await talk.say("SOL 60")
    answer = await talk.say(line)
    assert "Saved" not in answer
    assert await lying(talk) == {"elsewhere": "60"}


async def test_a_new_number_of_a_coin_in_several_places_is_asked_about(talk: Talk) -> None:
    await talk.say("SOL 60")
    await talk.say("/at simulated SOL 40")
    question = await talk.say("/set SOL 45")
    assert await lying(talk) == {"simulated": "40", "elsewhere": "20"}
    await talk.say(question.buttons["45 in all"])
    assert await lying(talk) == {"simulated": "40", "elsewhere": "5"}
    question = await talk.say("/set SOL 30")
    assert "30 in all" not in question.buttons, "more than that is known to lie in places"
    await talk.say(question.buttons["30 at simulated"])
    assert await lying(talk) == {"simulated": "30", "elsewhere": "5"}


async def test_a_list_with_a_coin_in_several_places_changes_nothing(talk: Talk) -> None:
    await talk.say("SOL 60")
    await talk.say("/at simulated SOL 40")
    assert "Nothing was changed" in await talk.say("/set SOL 45\nETH 2")
    assert await talk.portfolio() == {"SOL": "60"}


async def test_adding_says_nothing_of_places_and_can(talk: Talk) -> None:
    await talk.say("SOL 60")
    await talk.say("/at simulated all")
    await talk.say("/add SOL 5")
    assert await lying(talk) == {"simulated": "60", "elsewhere": "5"}
    await talk.say("/add SOL 5 at simulated")
    assert await lying(talk) == {"simulated": "65", "elsewhere": "5"}
    await talk.say("/add at elsewhere SOL 1")
    assert await lying(talk) == {"simulated": "65", "elsewhere": "6"}


async def test_removing_a_coin_in_several_places_is_asked_about(talk: Talk) -> None:
    await talk.say("SOL 60")
    await talk.say("/at simulated SOL 40")
    question = await talk.say("/remove SOL")
    await talk.say(question.buttons["20 elsewhere"])
    assert await lying(talk) == {"simulated": "40"}
    question = await talk.say("/remove SOL")
    await talk.say(question.buttons["All of it"])
    assert await talk.portfolio() == {}
    await talk.say("SOL 3")
    assert await lying(talk) == {"elsewhere": "3"}, "what was removed left no place behind"


async def test_all_of_it_can_be_removed_wherever_it_lies(talk: Talk) -> None:
    await talk.say("SOL 60\nETH 2")
    await talk.say("/at simulated SOL 40")
    await talk.say("/remove all")
    await talk.press("Yes, remove all")
    assert await talk.portfolio() == {}


async def test_an_answer_that_begins_with_at_answers_the_question(talk: Talk) -> None:
    await talk.say("ETH 4.2")
    await talk.say("/hedge ETH")
    ticket = await talk.say("/ticket ETH")
    label = next(
        label for label in ticket.buttons if "filled" in label.lower() and "shown" not in label.lower()
    )
    asked = await talk.say(ticket.buttons[label])
    assert asked.reply.asks
    answer = await talk.say("at 3500")
    assert "place" not in answer
    await talk.say("/cancel")


async def test_the_export_has_the_places(talk: Talk) -> None:
    await talk.say("SOL 60")
    await talk.say("/at simulated SOL 40")
    files = {file.name: file.content for file in (await talk.say("/export")).reply.files}
    rows = list(csv.DictReader(io.StringIO(files["places.csv"].decode("utf-8-sig"))))
    assert [(row["asset"], row["place"], row["quantity"]) for row in rows] == [
        ("SOL", "simulated", "40"),
        ("SOL", "elsewhere", "20"),
    ]
