"""A line after a question of ours answers that question; numbers count coins unless contracts are said."""

import pytest

from core.store.user.topic import ASKED_FOR
from tests.conversation import Talk


async def asked(talk: Talk, words: str, button: str) -> None:
    """Someone who was asked what became of their ticket."""
    await talk.say("/add sample")
    await talk.say(f"/ticket {words}")
    await talk.press(button)


@pytest.mark.parametrize("line", ["ETH 1.5", "1.5 ETH", "1.5", "150 contracts ETH", "ETH 1.5 at 4100"])
async def test_after_partly_a_line_is_a_fill_and_no_holding(talk: Talk, line: str) -> None:
    await asked(talk, "50% ETH", "Partly")
    held = await talk.portfolio()
    answer = await talk.say(line)
    assert answer.lines[0].startswith("Recorded: sold 150 × 0.01 ETH (1.5 ETH)"), answer.text
    assert await talk.portfolio() == held


async def test_a_part_of_a_contract_can_only_be_coins(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    assert "(6.5 ETH)" in await talk.say("ETH 6.5")


async def test_after_filled_at_a_number_alone_is_the_price(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Filled at...")
    answer = await talk.say("4150.5")
    assert "Recorded: sold 569 × 0.01 ETH (5.69 ETH) at $4,150.50" in answer


async def test_what_is_not_of_the_ticket_is_no_fill_and_no_holding_either(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    held = await talk.portfolio()
    answer = await talk.say("BTC 0.03")
    assert "has no order in BTC" in answer
    assert await talk.portfolio() == held
    assert "Recorded: sold 150" in await talk.say("ETH 1.5")


@pytest.mark.parametrize("line", ["/portfolio", "/help", "/nonsense"])
async def test_any_command_leaves_the_question(talk: Talk, line: str) -> None:
    await asked(talk, "50% ETH", "Partly")
    await talk.say(line)
    assert "Saved: 1 coin" in await talk.say("BTC 0.03")


async def test_a_question_is_answered_once_and_does_not_wait_for_ever(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    await talk.say("ETH 1.5")
    assert "Saved: 1 coin" in await talk.say("BTC 0.03")
    await talk.say("/ticket 50% ETH")
    await talk.press("Partly")
    talk.clock.now += 2 * ASKED_FOR
    assert "Saved: 1 coin" in await talk.say("XRP 5")


async def test_a_line_that_is_handled_again_does_nothing_twice(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    held = await talk.portfolio()
    await talk.say("ETH 1.5", request=7)
    await talk.say("ETH 1.5", request=7)
    assert await talk.portfolio() == held
    assert "short 150 × 0.01 ETH" in await talk.say("/position")


async def test_another_users_question_is_theirs(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    assert "Saved: 1 coin" in await talk.someone_else().say("ETH 1.5")


@pytest.mark.parametrize(
    "words", ["short ETH 2 at 4170", "short 2 ETH at 4170", "short ETH 200 contracts at 4170"]
)
async def test_a_position_is_counted_in_coins_unless_contracts_are_said(talk: Talk, words: str) -> None:
    await talk.say("/add sample")
    answer = await talk.say(f"/position add {words}")
    assert "sold 200 × 0.01 ETH (2 ETH) at $4,170" in answer.lines[0]
