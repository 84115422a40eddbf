"""The whole bot as its own process: settings from the environment, a real database, the Bot API over HTTP."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.binance_answers import binance_answers
from tests.bot_api import TOKEN, BotApi
from tests.venue_server import VenueServer

ANNA, BERT = 7001, 7002
PATIENCE = 30
"""Seconds that a process may take to start on a busy machine."""
GRACE = 15
"""Seconds that it may take to end."""


@asynccontextmanager
async def running(api: BotApi, database_url: str, **settings: str) -> AsyncIterator[Process]:
    """`microhedge run` as a process of its own; killed in the end if it has not ended by itself."""
    environment = {
        **os.environ,
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API_URL": api.url,
        "TELEGRAM_FILE_URL": api.url,
        "DATABASE_URL": database_url,
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def stopped(process: Process) -> str:
    """Ask the process to end, as an operator would; what it logged."""
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), GRACE)
    assert process.returncode == 0
    return log.decode()


async def test_a_person_registers_coins_hedges_them_and_finds_them_again_after_a_restart(
    database_url: str,
) -> None:
    async with BotApi() as api:
        async with running(api, database_url, MARKET="simulated") as bot:
            api.say(ANNA, "/start")
            assert "futures to short" in (await api.reply(ANNA, within=PATIENCE)).text
            api.press(ANNA, "Try a sample portfolio")
            saved = await api.reply(ANNA)
            assert "Saved: 8 coins" in saved.text
            assert "SIMULATED" in saved.text
            api.say(ANNA, "/hedge 50% ETH")
            assert (await api.reply(ANNA)).text.startswith("Short ")
            api.say(BERT, "/portfolio")
            assert "no holdings" in (await api.reply(BERT)).text
            log = await stopped(bot)
        async with running(api, database_url, MARKET="simulated") as bot:
            api.say(ANNA, "/portfolio")
            assert "LINK" in (await api.reply(ANNA, within=PATIENCE)).text
            log += await stopped(bot)
    assert TOKEN not in log
    assert "LINK" not in log


async def test_without_an_exchange_the_bot_says_so_and_answers_once_it_is_back(database_url: str) -> None:
    prices = {"BTC": Decimal(90000), "ETH": Decimal(3500), "SOL": Decimal(160)}
    async with BotApi() as api, VenueServer({}) as venue:
        urls = f'{{"binanceusdm": "{venue.url}"}}'
        async with running(api, database_url, MARKET="auto", VENUE_URLS=urls) as bot:
            api.say(ANNA, "ETH 2")
            assert "Saved" in (await api.reply(ANNA, within=PATIENCE)).text
            api.say(ANNA, "/portfolio")
            refused = await api.reply(ANNA, within=PATIENCE)
            assert "Binance" in refused.text
            assert "SIMULATED" not in refused.text
            venue.answers.update(binance_answers(prices, datetime.now(UTC)))
            for _ in range(PATIENCE):
                api.say(ANNA, "/hedge ETH")
                answer = (await api.reply(ANNA, within=PATIENCE)).text
                if answer.startswith("Short"):
                    break
                await asyncio.sleep(1)
            assert answer.startswith("Short 2 ETH")
            assert "SIMULATED" not in answer
            await stopped(bot)


@pytest.mark.parametrize("token", ["", "123:wrong"])
async def test_a_missing_or_wrong_token_ends_in_plain_words(token: str, tmp_path: object) -> None:
    async with BotApi() as api:
        settings = {"MARKET": "simulated", "TELEGRAM_TOKEN": token}
        async with running(api, f"sqlite+aiosqlite:///{tmp_path}/x.db", **settings) as bot:
            _, log = await asyncio.wait_for(bot.communicate(), PATIENCE)
    words = log.decode()
    assert bot.returncode == 2
    assert "@BotFather" in words
    assert "Traceback" not in words
    if token:
        assert token not in words
    else:
        assert len(words.splitlines()) == 2
