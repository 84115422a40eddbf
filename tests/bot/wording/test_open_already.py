"""What of a plan is open already is said beside it."""

import re

from core.store.database import Database
from tests.bot.commands.hedge_talk import entered, hedged
from tests.bot.commands.test_filled import held
from tests.conversation import Talk


async def test_hedge_answers_the_whole_plan_and_says_what_is_open_of_it(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "50% ETH")
    short = -(await held(talk))["ETH"]
    answer = await talk.say("/hedge ETH")
    whole = re.fullmatch(r"Short ([\d.]+) ETH", answer.lines[0])
    assert whole is not None
    count = round(float(whole[1]) * 100)
    assert (
        f"Open already: {short / 100:g} of {count / 100:g} ETH ({(count - short) / 100:g} to sell); "
        "the ticket is only the difference." in answer
    )
    ticket = await talk.press("Ticket")
    assert f"Amount: {count - short} contracts" in ticket


async def test_too_much_is_to_be_bought_back_and_strays_are_closed(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "ETH SOL")
    answer = await talk.say("/hedge 20% ETH")
    assert "to buy back); the ticket is only the difference." in answer
    assert "Not part of this plan, closed by its ticket: SOL short" in answer


async def test_a_plan_that_is_open_as_it_is_says_so(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "ETH")
    assert "(as planned); the ticket is only the difference." in await talk.say("/hedge ETH")


async def test_without_positions_nothing_is_said(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "Open already" not in await talk.say("/hedge")


async def test_a_long_stands_in_the_way_of_the_whole_plan(talk: Talk) -> None:
    await talk.say("/add sample")
    await entered(talk, "long ETH 10 contracts at 3000")
    answer = await talk.say("/hedge ETH")
    assert re.search(r"Open already: -0.1 of [\d.]+ ETH", answer.text)
