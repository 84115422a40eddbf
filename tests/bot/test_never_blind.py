"""A position is never watched blind: what vanishes, stops or ends is told, and everything says so."""

from collections.abc import Callable

import pytest

from core.store.database import Database
from tests.binance_answers import EXCHANGE_INFO, PREMIUM_INDEX
from tests.bot.never_blind import Bot, never_blind
from tests.conversation import Answer

SHORT = "/position add short SOL 399 at 160 margin 20000 on binance"


async def opened_short(bot: Bot) -> None:
    """Someone with SOL and a short in it, seen once by the watch."""
    await bot.talk.say("SOL 400")
    answer = await bot.talk.say(SHORT)
    if "Yes, record it" in answer.buttons:
        await bot.talk.press("Yes, record it")
    assert await bot.look() == []


def settling(bot: Bot) -> None:
    bot.row(EXCHANGE_INFO, "SOLUSDT")["status"] = "SETTLING"


def absent(bot: Bot) -> None:
    bot.drop("SOLUSDT")


def zero(bot: Bot) -> None:
    settling(bot)
    bot.row(PREMIUM_INDEX, "SOLUSDT")["markPrice"] = "0.00000000"


VARIANTS: list[Callable[[Bot], None]] = [settling, absent, zero]


def urgent(pushes: list[Answer]) -> list[Answer]:
    return [push for push in pushes if push.lines[0].startswith("URGENT")]


@pytest.mark.parametrize("vanish", VARIANTS)
async def test_a_contract_that_vanishes_is_told_urgently(
    embedded: Database, vanish: Callable[[Bot], None]
) -> None:
    async with never_blind(embedded) as bot:
        await opened_short(bot)
        vanish(bot)
        pushes = urgent(await bot.looks(36))
        assert pushes, "nobody was told"
        assert len(pushes) <= 2, [push.lines[0] for push in pushes]
        first = pushes[0]
        assert "SOL" in first.lines[0]
        assert "not watched" in first.text or "is not watched" in first.text
        assert first.buttons["It was closed"] == "/position closed SOL/USDT:USDT on binanceusdm"
        pages = [button for row in first.reply.buttons for button in row if button.url]
        assert [page.url for page in pages] == ["https://www.binance.com/en/futures/SOLUSDT"]


@pytest.mark.parametrize("vanish", [absent, zero])
async def test_it_is_told_within_twenty_minutes(embedded: Database, vanish: Callable[[Bot], None]) -> None:
    async with never_blind(embedded) as bot:
        await opened_short(bot)
        vanish(bot)
        assert urgent(await bot.looks(20, minutes=1))


@pytest.mark.parametrize("vanish", VARIANTS)
async def test_every_answer_says_what_is_not_watched(
    embedded: Database, vanish: Callable[[Bot], None]
) -> None:
    async with never_blind(embedded) as bot:
        await opened_short(bot)
        vanish(bot)
        await bot.looks(36)
        status = await bot.talk.say("/status")
        assert "Prices are current" not in status
        assert "SOL" in status.lines[0]
        for line in ("/margin", "/adjust", "/positions", "/hedge"):
            answer = await bot.talk.say(line)
            assert "SOL short" in answer.text, (line, answer.text)
            assert "has no price for SOL" not in answer.text, line
        portfolio = await bot.talk.say("/portfolio")
        assert "SOL" in portfolio
        assert "$64,1" in portfolio, "the spot price values the coins"


@pytest.mark.parametrize("vanish", VARIANTS)
async def test_the_daily_summary_says_what_is_not_known(
    embedded: Database, vanish: Callable[[Bot], None]
) -> None:
    async with never_blind(embedded) as bot:
        await opened_short(bot)
        await bot.talk.say("/digest 8:00")
        vanish(bot)
        pushes = await bot.looks(24, minutes=60)
        summaries = [push for push in pushes if "SOL short" in push.text and "coins" in push.text.lower()]
        assert summaries, [push.text for push in pushes]
        assert all(len(push.lines) > 1 for push in pushes), "a bare heading"


async def test_a_contract_whose_coin_was_renamed_may_go_on_under_the_new_name(embedded: Database) -> None:
    async with never_blind(embedded) as bot:
        bot.row(EXCHANGE_INFO, "SOLUSDT")["baseAsset"] = "FTM"
        await bot.talk.say("ETH 4")
        await bot.talk.say("/position add short FTM 20 at 160 margin 2000 on binance")
        await bot.look()
        absent(bot)
        [push] = urgent(await bot.looks(36))
        assert "FTM is S now, so it may go on as S" in push
        assert "FTM is S now, so it may go on as S" in await bot.talk.say("/positions")
