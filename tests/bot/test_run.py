"""The whole bot as its own process: settings from the environment, a real database, the Bot API over HTTP."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.binance_answers import binance_answers
from tests.bot_api import TOKEN, BotApi
from tests.conftest import sqlite_url
from tests.postgres import Postgres
from tests.venue_server import VenueServer

pytestmark = pytest.mark.process

ANNA, BERT = 7001, 7002
PATIENCE = 120
"""Seconds that a process may take to start on a busy machine."""
ANOTHER = "987654321:AAtest-TOKEN_of-another-bot"
"""Of another bot: what was sent to the one is not answered by the other."""
GRACE = 120
"""Seconds that it may take to end."""


@asynccontextmanager
async def running(api: BotApi, database_url: str, **settings: str) -> AsyncIterator[Process]:
    """`microhedge run` as a process of its own; killed in the end if it has not ended by itself."""
    environment = api.settings(database_url, **settings)
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
            assert "what to short" in (await api.reply(ANNA, within=PATIENCE)).text
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
    assert "refresh" not in log, "it would be told every minute of every venue"


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


CROWD = range(7100, 7120)
EACH = 5
"""Messages that each of the crowd sends in one burst."""
ENDS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGTERM)


async def test_whenever_the_process_ends_nothing_is_lost_and_nothing_is_counted_twice(
    database_url: str,
) -> None:
    async with BotApi() as api:
        for number in ENDS:
            async with running(api, database_url, MARKET="simulated") as bot:
                for _ in range(EACH):
                    for user in CROWD:
                        api.say(user, "/add SOL 1")
                answered = len(api.called("sendMessage"))
                await api.until_called("sendMessage", answered + len(CROWD) + EACH, within=PATIENCE)
                bot.send_signal(number)
                _, log = await asyncio.wait_for(bot.communicate(), GRACE)
                assert b"Traceback" not in log
                assert (bot.returncode == 0) == (number == signal.SIGTERM)
        async with running(api, database_url, MARKET="simulated") as bot:
            for user in CROWD:
                api.say(user, "/portfolio")
            for user in CROWD:
                assert f"SOL {EACH * len(ENDS)} " in await last_words(api, user)
            await stopped(bot)


async def last_words(api: BotApi, user: int) -> str:
    """The answer to /portfolio, which comes after those to all that was said before."""
    while not (answer := (await api.reply(user, within=PATIENCE)).text).startswith("Your coins"):
        pass
    return answer


async def test_two_bots_share_a_database(empty_database_url: str) -> None:
    """Two programs, begun at once on a database without tables, and one person who writes to both."""
    async with BotApi() as one, BotApi(ANOTHER, first_update=990_000_001) as other:
        first = running(one, empty_database_url, MARKET="simulated")
        second = running(other, empty_database_url, MARKET="simulated")
        async with first as bot, second as twin:
            for api in (one, other):
                for _ in range(20):
                    api.say(ANNA, "/add SOL 1")
            for api in (one, other):
                for _ in range(20):
                    assert "Saved" in (await api.reply(ANNA, within=PATIENCE)).text
            one.say(ANNA, "/portfolio")
            assert "SOL 40 " in (await one.reply(ANNA)).text
            await stopped(bot)
            await stopped(twin)


async def test_a_token_that_is_revoked_ends_the_process_in_plain_words(tmp_path: Path) -> None:
    async with BotApi() as api, running(api, sqlite_url(tmp_path / "x.db"), MARKET="simulated") as bot:
        api.say(ANNA, "/help")
        await api.reply(ANNA, within=PATIENCE)
        api.token = "123456789:another"
        api.say(ANNA, "/help")  # ends the long poll; the next one is refused
        _, log = await asyncio.wait_for(bot.communicate(), GRACE)
    assert bot.returncode == 2
    assert log.decode().splitlines()[-1].startswith("Telegram does not accept TELEGRAM_TOKEN.")
    assert b"Traceback" not in log
    assert TOKEN not in log.decode()


@dataclass
class Silence:
    """Whether nothing is let through any more, and how many connections have noticed."""

    fallen: bool = False
    held_up: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))


@asynccontextmanager
async def before(postgres: Postgres, folder: Path) -> AsyncIterator[Silence]:
    """Something before a PostgreSQL server, at the same socket in `folder`, that lets all through until
    silence falls, and then nothing.
    """
    silence, socket = Silence(), ".s.PGSQL.5432"
    guests: list[asyncio.Task[None]] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if silence.fallen:
                silence.held_up.release()
                await asyncio.Event().wait()
            writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(str(postgres.folder / socket))
        try:
            await asyncio.gather(pass_on(reader, back), pass_on(there, writer))
        finally:
            for each in (writer, back):
                each.close()
            await asyncio.gather(writer.wait_closed(), back.wait_closed(), return_exceptions=True)

    def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_unix_server(let_in, str(folder / socket))
    try:
        yield silence
    finally:
        server.close()
        for guest in guests:
            guest.cancel()
        await asyncio.gather(*guests, return_exceptions=True)


async def test_a_database_that_hangs_does_not_keep_it_from_ending(postgres: Postgres) -> None:
    name = postgres.create()
    with TemporaryDirectory() as place:  # the path of a socket must be short
        url = postgres.url(name).replace(str(postgres.folder), place)
        async with (
            BotApi() as api,
            before(postgres, Path(place)) as silence,
            running(api, url, MARKET="simulated", SIMULATION_SPEED="60") as bot,
        ):
            api.say(ANNA, "SOL 60")
            await api.reply(ANNA, within=PATIENCE)
            silence.fallen = True
            api.say(ANNA, "/portfolio")
            for _ in range(2):  # the question, and a look or a delivery
                await asyncio.wait_for(silence.held_up.acquire(), PATIENCE)
            bot.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(bot.communicate(), GRACE)
    assert bot.returncode == 1
    assert b"Something hangs" in log
    assert b"Traceback" not in log
