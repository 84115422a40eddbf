"""A perpetual whose end the exchange has announced, while it still says that it trades."""

from datetime import timedelta

from core.store.database import Database
from tests.binance_answers import EXCHANGE_INFO
from tests.bot.never_blind import Bot, never_blind
from tests.bot.test_never_blind import opened_short


def announce(bot: Bot, days: int) -> None:
    end = bot.clock() + timedelta(days=days)
    bot.row(EXCHANGE_INFO, "SOLUSDT")["deliveryDate"] = int(end.timestamp() * 1000)


async def test_no_new_short_is_opened_in_it_before_the_horizon_and_the_answer_says_why(
    embedded: Database,
) -> None:
    async with never_blind(embedded) as bot:
        announce(bot, 4)
        await bot.talk.say("SOL 400")
        answer = await bot.talk.say("/hedge drop 20% SOL")
        assert "Binance ends SOLUSDT on 14 Mar 2026" in answer.text
        assert "Short 3" not in answer.text


async def test_one_that_ends_later_is_named_with_its_end(embedded: Database) -> None:
    async with never_blind(embedded) as bot:
        announce(bot, 60)
        await bot.talk.say("SOL 400")
        answer = await bot.talk.say("/hedge drop 20% SOL")
        assert "SOLUSDT on 09 May 2026" in answer.text


async def test_a_held_short_gets_the_alert_of_a_contract_that_ends(embedded: Database) -> None:
    async with never_blind(embedded) as bot:
        await opened_short(bot)
        announce(bot, 4)
        pushes = await bot.look(61)
        assert [push.lines[0] for push in pushes] == ["Your SOL contract ends in 4 days"]
