"""/margin, and /hedge where its leverage is risky."""

import pytest

from bot.reading.venues import name_of
from core.store.database import Database
from tests.bot_html import visible
from tests.conversation import Talk, talk_over


async def test_margin_says_what_backs_the_shorts_and_how_far_liquidation_is(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/margin 2x ETH")
    assert answer.lines[0].startswith("Margin to put up: $2")
    assert "ETH +49%" in answer
    assert "chance in 14d" in answer
    assert "liquidated at" in answer


async def test_margin_shows_the_cash_for_a_rally_beside_what_the_coins_gain(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/margin 3x ETH")
    (ten, twenty, forty) = (line for line in answer.lines if line.startswith(("+10%", "+20%", "+40%")))
    assert [len(line.split()) for line in (ten, twenty, forty)] == [3, 3, 3]
    assert "liquidated on the way: ETH before ETH is up 40%" in answer
    assert "Add $" in answer


async def test_a_coin_margined_short_at_1x_needs_no_cash(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/margin 1x inverse ETH")
    assert "never" in answer
    assert "These shorts need no cash" in answer


async def test_margin_compares_leverages_and_leads_to_the_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/margin 50% 2x ETH")
    assert set(answer.buttons) == {"At 1x", "At 3x", "The hedge"}
    assert "ETH +33%" in await talk.press("At 3x")
    assert (await talk.say(answer.buttons["The hedge"])).lines[0].startswith("Short")


@pytest.mark.parametrize(("venue", "said"), [("bybit", "soon"), ("okx", "place ")])
async def test_margin_says_whether_open_shorts_may_be_closed_in_profit(
    embedded: Database, venue: str, said: str
) -> None:
    talk = talk_over(embedded, "crash", venues=(venue,))
    await talk.say("/add sample")
    assert "closed in profit" not in await talk.say("/margin ETH")
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    talk.clock.move(hours=24)
    answer = await talk.say("/margin ETH")
    assert "May an exchange close them in profit?" in answer.lines
    (row,) = [line for line in answer.lines if line.startswith(f"ETH {name_of(venue)}")]
    assert said in row


async def test_margin_without_coins_says_what_to_do(talk: Talk) -> None:
    assert "You have no holdings yet" in await talk.say("/margin")


async def test_a_hedge_says_how_likely_its_liquidation_is(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge 2x ETH")
    assert "Chance of liquidation within 14 days:" in answer
    assert "chance of that" in answer


async def test_a_hedge_that_1x_cannot_make_safe_names_the_cash_that_would(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/hedge 90d ETH")
    assert "1x is the lowest there is: add $" in answer
    assert "to make it 1 in 100" in answer


async def test_a_likely_liquidation_is_asked_about_first(talk: Talk) -> None:
    await talk.say("/add sample")
    question = await talk.say("/hedge 5x ETH")
    assert question.lines[0].startswith("5x is risky: about ")
    assert " in 100 such shorts are liquidated" in question.lines[0]
    assert "Sell" not in question
    assert set(question.buttons) == {"Yes, 5x", "Choose for me"}

    taken = await talk.press("Yes, 5x")
    assert taken.lines[0].startswith("Short")
    assert " at 5x" in taken

    talk.last = question
    ours = await talk.press("Choose for me")
    assert ours.lines[0].startswith("Short")
    assert " at 5x" not in ours


async def test_a_risky_leverage_from_the_settings_can_be_made_1x(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/settings leverage 5")
    question = await talk.say("/hedge ETH")
    assert set(question.buttons) == {"Yes, 5x", "Make it 1x"}
    assert " at 1x" in await talk.press("Make it 1x")


@pytest.mark.parametrize("words", ["", "5x", "90d", "quarterly", "inverse", "50% BTC SOL", "125x ETH"])
async def test_every_answer_fits_a_phone(talk: Talk, words: str) -> None:
    await talk.say("/add sample")
    answer = await talk.say(f"/margin {words}")
    for block in str(answer.reply.text).split("<pre>")[1:]:
        assert max(map(len, visible(block.split("</pre>")[0]).split("\n"))) <= 35
