"""/roll: dated shorts moved to the next date."""

import pytest

from core.store.database import Database
from tests.bot.commands.hedge_talk import dollars, entered, fits_a_phone, hedged
from tests.bot.commands.test_adjust import STANDS, amounts
from tests.bot.commands.test_filled import held, ledger
from tests.conversation import SIMULATED, Talk

JUNE, SEPTEMBER = "ETHUSDT_260626", "ETHUSDT_260925"


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/roll")
    assert answer.lines[0] == "You have no open hedge"
    assert answer.buttons["Plan a hedge"] == "/hedge"


async def test_perpetuals_have_nothing_to_roll(embedded: Database) -> None:
    talk = await hedged(embedded)
    answer = await talk.say("/roll")
    assert answer.lines[0] == "Nothing to roll: what you are short has no end date"
    assert "ETH short" in answer


async def test_the_old_is_bought_back_and_as_many_of_the_next_sold(database: Database) -> None:
    talk = await hedged(database, words="quarterly ETH")
    talk.clock.move(days=12)
    count = -(await held(talk))["ETH"]
    answer = await talk.say("/roll")
    assert answer.lines[:3] == [
        f"Roll {count:,} × 0.01 ETH from 26 Jun to 25 Sep",
        SIMULATED,
        "3.9 days left: roll before it ends, or you are no longer hedged.",
    ]
    assert amounts(answer) == {JUNE: count, SEPTEMBER: -count}
    assert answer.text.index("Reduce-only: ON") < answer.text.index("Reduce-only: off")
    assert fits_a_phone(answer)
    await talk.press("Filled as shown")
    episode = await ledger(talk).open()
    assert episode is not None
    assert await held(talk) == {"ETH": -count}
    assert len(episode.sizings) == 1
    assert "Nothing can be rolled now" in await talk.say("/roll")


async def test_basis_and_both_fees_are_told(embedded: Database) -> None:
    talk = await hedged(embedded, words="quarterly ETH")
    talk.clock.move(days=12)
    answer = await talk.say("/roll")
    for label in ("so far", "given up", "next earns", "both orders"):
        line = next(line for line in answer.lines if line.startswith(label))
        assert dollars(line), line
    fees = next(dollars(line)[0] for line in answer.lines if line.startswith("both orders"))
    assert -100 < fees < 0


async def test_long_before_the_end_there_is_no_hurry(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "quarterly ETH")
    assert "15.9 days left: no hurry before the last 7" in await talk.say("/roll")
    assert "/roll" not in (await talk.say("/adjust")).text


async def test_near_the_end_adjust_points_to_it_and_keeps_the_contract(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "quarterly ETH")
    talk.clock.move(days=10)
    answer = await talk.say("/adjust anyway")
    assert "Your ETH future ends on 26 Jun 2026: /roll moves it to the next one." in answer
    assert amounts(answer).keys() <= {JUNE}


async def test_after_the_roll_the_hedge_goes_on(database: Database) -> None:
    talk = await hedged(database, "calm", "quarterly ETH")
    talk.clock.move(days=12)
    before = (await talk.say("/adjust")).lines[0]
    await talk.say("/roll eth")
    await talk.press("Filled as shown")
    assert before.startswith(STANDS)
    after = (await talk.say("/adjust")).lines[0]
    assert after.startswith(STANDS)
    assert "With what the closed ETH made." in await talk.say("/positions")


async def test_a_future_entered_by_hand_can_be_rolled(database: Database, talk: Talk) -> None:
    await talk.say("/add sample")
    await entered(talk, f"short {JUNE} 1000 contracts at 2970")
    answer = await talk.say("/roll")
    assert amounts(answer) == {JUNE: 1000, SEPTEMBER: -1000}
    await talk.press("Filled as shown")
    episode = await ledger(talk).open()
    assert episode is not None
    assert episode.sizings[-1].wanted == {("simulated", "ETH/USDT:USDT-260925"): 1000}


@pytest.mark.parametrize("words", ["SOL", "ETH tomorrow", "<i>"])
async def test_what_is_not_open_is_refused(embedded: Database, words: str) -> None:
    talk = await hedged(embedded, words="quarterly ETH")
    answer = await talk.say(f"/roll {words}")
    assert "You have no open position in" in answer or "Type /roll, or /roll ETH" in answer


async def test_a_perpetual_beside_a_future_is_left_alone(database: Database) -> None:
    talk = await hedged(database, words="quarterly ETH")
    await entered(talk, "short SOL 30 contracts at 160")
    assert amounts(await talk.say("/roll")).keys() == {JUNE, SEPTEMBER}
