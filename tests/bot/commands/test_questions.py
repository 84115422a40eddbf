"""A line after a question of ours answers that question; numbers count coins unless contracts are said."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.store.queue.outbox import Outbox
from core.store.user.topic import ASKED_FOR
from tests.conversation import Answer, Talk
from tests.notices import notice


async def asked(talk: Talk, words: str, button: str) -> Answer:
    """Someone was asked what became of their ticket; the question."""
    await talk.say("/add sample")
    await talk.say(f"/ticket {words}")
    return await talk.press(button)


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


async def bound(talk: Talk) -> None:
    """The question after [Partly] is in message 500, as in Telegram."""
    answer = await asked(talk, "50% ETH", "Partly")
    assert answer.reply.asks
    await talk.conversation.asked_in(answer.reply.asks, 500, user=talk.user)


async def pushed(talk: Talk) -> None:
    """A notice arrives."""
    talk.clock.move(minutes=1)
    outbox = Outbox(talk.database)
    assert await outbox.post(talk.user, notice("SOL fell", talk.clock()))
    (batch,) = await outbox.claim(talk.clock(), 1, timedelta(minutes=1))
    await outbox.sent(batch, 501, talk.clock())


@pytest.mark.parametrize("to", [500, None])
async def test_the_answer_is_a_reply_to_the_question_or_what_is_said_right_after_it(
    talk: Talk, to: int | None
) -> None:
    await bound(talk)
    assert "Recorded" in await talk.say("ETH 2.5 at 4170", to=to)


async def test_a_reply_to_the_question_answers_it_whatever_came_in_between(talk: Talk) -> None:
    await bound(talk)
    await pushed(talk)
    assert "Recorded" in await talk.say("ETH 2.5 at 4170", to=500)


async def test_a_reply_to_another_message_is_asked_about_and_changes_nothing(talk: Talk) -> None:
    await bound(talk)
    before = await talk.portfolio()
    answer = await talk.say("ETH 2.5 at 4170", to=499)
    assert answer.lines[0] == "What is that about?"
    assert "Recorded" not in answer
    assert await talk.portfolio() == before
    assert "Recorded" in await talk.say(answer.buttons["My question's answer"])


async def test_a_line_after_a_notice_is_asked_about_and_may_be_of_coins(talk: Talk) -> None:
    await bound(talk)
    await pushed(talk)
    held = await talk.portfolio()
    answer = await talk.say("ETH 2.5")
    assert set(answer.buttons) == {"My question's answer", "Coins that I hold"}
    assert await talk.portfolio() == held
    await talk.press("Coins that I hold")
    assert Decimal((await talk.portfolio())["ETH"]) - Decimal(held["ETH"]) == Decimal("2.5")


async def test_in_a_terminal_a_notice_takes_no_answer_away(talk: Talk) -> None:
    await asked(talk, "50% ETH", "Partly")
    await pushed(talk)
    assert "Recorded" in await talk.say("ETH 2.5 at 4170")


async def closed(talk: Talk) -> Answer:
    """Someone has a short that the exchange closed, and is asked at what price."""
    await talk.say("/add sample")
    await talk.say("/position add short ETH 2 at 4170")
    return await talk.say("/position closed ETH")


@pytest.mark.parametrize("line", ["4100", "$4,100", "at 4100"])
async def test_the_price_at_which_a_position_was_closed_is_the_answer(talk: Talk, line: str) -> None:
    asked = await closed(talk)
    assert any(label.startswith("At $") for label in asked.buttons), "the last price is offered beside"
    held = await talk.portfolio()
    assert "ETH short was closed at $4,100" in await talk.say(line)
    assert await talk.portfolio() == held


async def test_it_is_bound_to_its_message_and_coins_are_no_answer_to_it(talk: Talk) -> None:
    asked = await closed(talk)
    await talk.conversation.asked_in(asked.reply.asks, 70, user=talk.user)
    assert "What is that about?" in await talk.say("SOL 60", to=69)
    held = await talk.portfolio()
    refused = await talk.say("SOL 60")
    assert "Saved" not in refused
    assert await talk.portfolio() == held
    assert "was closed at $4,100" in await talk.say("4100", to=70)


async def test_a_reason_that_was_said_before_the_price_is_kept(talk: Talk) -> None:
    await closed(talk)
    asked = await talk.say("/position closed ETH adl")
    assert asked.reply.asks == "/position closed ETH deleveraged"
    await talk.say("4100")
    assert "Nothing is open" in await talk.say("/position")
