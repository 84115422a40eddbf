"""The orders of /ticket, and the hedge that other commands speak of, are those that were shown last."""

import re

import pytest

from core.store.database import Database
from tests.bot.commands.hedge_talk import closed, hedged
from tests.conversation import Answer, Talk


def legs(answer: Answer) -> list[str]:
    """The counts of a hedge's details, or of a ticket's amounts, in order of the coins."""
    if answer.lines[0].startswith("Short "):
        counted = next(line for line in answer.lines if " of coins: " in line)
        return sorted(re.findall(r"([\d,]+) × ", counted))
    return sorted(re.findall(r"^Amount: ([\d,]+) contracts", answer.text, re.MULTILINE))


@pytest.mark.parametrize(
    "words", ["", "half", "50% ETH", "ETH SOL", "only SOL", "without DOT", "drop 20%", "2x ETH", "2 orders"]
)
async def test_a_ticket_is_of_the_hedge_that_was_shown(talk: Talk, words: str) -> None:
    await talk.say("/add sample")
    shown = await talk.say(f"/hedge {words}")
    counts = [count.replace(",", "") for count in legs(shown)]
    assert legs(await talk.say("/ticket")) == counts
    assert legs(await talk.press("Filled as shown")) == []
    assert len(counts) == len(re.findall(": short [0-9,]+ × ", (await talk.say("/position")).text))


async def test_it_says_which_hedge_it_is_of_and_how_long_that_is_meant(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/hedge 50% ETH")
    which = "About the hedge that you saw last: 50% 14d ETH. I keep it for 60 minutes."
    for line in ("/ticket", "/whatif", "/cost", "/margin", "/funding", "/whatif -10%"):
        assert which in await talk.say(line), line
    assert which not in await talk.say("/cost all")


async def test_other_commands_tell_the_same_margin_as_the_hedge_they_are_about(talk: Talk) -> None:
    await talk.say("/add sample")
    margin = re.search(r"Margin to put up: (\$[\d,]+)", (await talk.say("/hedge 50% ETH")).text)
    assert margin is not None
    assert margin[1] in await talk.say("/margin")
    assert (await talk.say("/cost")).buttons["Hedge"] == "/hedge 50% 14d ETH"


async def test_after_an_hour_it_is_asked_which(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/hedge 50% ETH")
    talk.clock.move(minutes=61)
    answer = await talk.say("/ticket")
    assert answer.lines[0] == "The orders of what?"
    assert answer.buttons == {"What I saw last": "/ticket 50% 14d ETH", "Plan a hedge": "/hedge"}
    assert "About your usual hedge" in await talk.say("/cost")
    await talk.say("/ticket")
    assert "Place 1 order" in await talk.press("What I saw last")


async def test_that_prices_have_moved_since_is_said(talk: Talk) -> None:
    await talk.say("/add sample")
    shown = await talk.say("/hedge ETH SOL")
    talk.clock.move(minutes=50)
    answer = await talk.say("/ticket")
    moved = legs(answer) != [count.replace(",", "") for count in legs(shown)]
    assert moved == ("have changed since" in answer)


@pytest.mark.parametrize("line", ["/exit", "/dehedge half", "/dehedge close", "/adjust anyway"])
async def test_after_other_orders_a_ticket_is_of_those(database: Database, line: str) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    shown = await talk.say(line)
    answer = await talk.say("/ticket")
    if "Filled as shown" not in shown.buttons:
        return
    assert f"New orders of the ones that you saw last: {line}" in answer
    assert legs(answer) == legs(shown)


async def test_with_a_hedge_open_and_nothing_shown_it_is_asked_which(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=2)
    answer = await talk.say("/ticket")
    assert "You have a hedge open." in answer
    assert {"Adjust it", "Close it", "Hedge anew"} < answer.buttons.keys()


async def test_what_was_shown_is_the_users_own_and_not_taken_for_a_change(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/hedge 50% ETH")
    other = talk.someone_else()
    await other.say("/add sample")
    assert "saw last" not in await other.say("/cost")


async def test_once_all_is_closed_there_is_nothing_more_to_close(database: Database) -> None:
    talk = await hedged(database)
    await talk.say("/exit")
    await closed(talk)
    assert "no open" in (await talk.say("/ticket")).text.lower()
