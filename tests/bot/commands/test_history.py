"""/history: past hedges and the way to their reports."""

from bot.wording.history import MOST_SHOWN
from core.store.database import Database
from tests.bot.commands.hedge_talk import closed, hedged, restarted
from tests.conversation import Talk


async def test_who_has_none_is_told_so(talk: Talk) -> None:
    answer = await talk.say("/history")
    assert answer.lines[0] == "No past hedges yet"
    assert set(answer.buttons) == {"Plan a hedge"}


async def test_an_open_hedge_is_not_past(database: Database) -> None:
    talk = await hedged(database)
    answer = await talk.say("/history")
    assert answer.lines[0] == "No past hedges yet"
    assert set(answer.buttons) == {"Positions"}


async def test_each_past_hedge_has_its_dates_legs_result_and_report(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(days=12)
    await closed(talk)
    answer = await talk.say("/history")
    assert answer.lines[0] == "1 past hedge"
    assert answer.lines[1] == "1. 10 Jun to 22 Jun: ETH and SOL"
    assert answer.lines[2].startswith("Coins -$")
    assert answer.lines[2].endswith("% of the ups and downs taken away.")
    assert "Hedge 1, 10 Jun to 22 Jun" in await talk.press("Report 1")


async def test_a_short_life_is_told_by_what_came_back(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    talk.clock.move(days=1)
    await closed(talk)
    assert "Of each dollar lost it gave back " in await talk.say("/history")


async def test_it_says_the_same_after_a_restart(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    talk.clock.move(days=12)
    await closed(talk)
    before = await talk.say("/history")
    assert (await restarted(talk, database).say("/history")).text == before.text


async def test_many_hedges_are_counted_and_the_newest_told_of(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    for again in range(MOST_SHOWN + 1):
        talk.clock.move(hours=3)
        await closed(talk)
        if again < MOST_SHOWN:
            await talk.say("/ticket ETH")
            await talk.press("Filled as shown")
    answer = await talk.say("/history")
    assert answer.lines[0] == f"{MOST_SHOWN + 1} past hedges"
    assert answer.lines[1].startswith(f"{MOST_SHOWN + 1}. ")
    assert "And 1 older: /report with a number from 1 to 1." in answer
    assert f"Report {MOST_SHOWN + 1}" in answer.buttons
    assert "Report 1" not in answer.buttons


async def test_what_was_taken_back_is_no_past_hedge(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    await talk.press("Undo")
    assert (await talk.say("/history")).lines[0] == "No past hedges yet"
    assert "You have no hedge number 1" in await talk.say("/report 1")
