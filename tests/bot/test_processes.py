"""The bot in several processes on PostgreSQL: two that answer and two that work; one of each is killed."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from socket import socket

import aiohttp
import pytest

from tests.bot_api import BotApi
from tests.postgres import Postgres

pytestmark = pytest.mark.process

PATIENCE = 200.0


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def process(kind: str, api: BotApi, database_url: str, **settings: str) -> AsyncIterator[Process]:
    """One of the processes; killed in the end if it has not ended by itself."""
    address = {"MARKET": "simulated", "WEBHOOK_URL": "https://hedge.example"}
    environment = api.settings(database_url, **(address | settings))
    command = (sys.executable, "-m", "bot", kind)
    one = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    try:
        yield one
    finally:
        with suppress(ProcessLookupError):
            one.kill()
        await one.wait()


async def ready(port: int) -> bool:
    with suppress(aiohttp.ClientError):
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/readyz") as answer,
        ):
            return answer.status == 200
    return False


@pytest.mark.timeout(600)
async def test_what_one_of_them_leaves_another_one_answers(postgres: Postgres) -> None:
    url = postgres.url(postgres.create())
    ports, looks = [free_port(), free_port()], [free_port(), free_port()]
    async with BotApi() as api, AsyncExitStack() as stack:
        fronts = [
            await stack.enter_async_context(
                process("serve", api, url, WEBHOOK_PORT=str(port), METRICS_PORT=str(look))
            )
            for port, look in zip(ports, looks, strict=True)
        ]
        workers = [await stack.enter_async_context(process("worker", api, url)) for _ in range(2)]
        await api.until_called("setWebhook", 2, within=PATIENCE)
        api.processes = [f"http://127.0.0.1:{port}" for port in ports]
        for user in range(1, 7):
            api.say(user, "SOL 60")
        for user in range(1, 7):
            await api.reply(user, within=PATIENCE)
        for user in range(1, 7):
            api.say(user, "/hedge")
            api.say(user, "/alert price ETH above 1")
        fronts[0].kill()
        workers[0].kill()
        told = {
            user: [(await api.reply(user, within=PATIENCE)).text for _ in range(3)] for user in range(1, 7)
        }
        for user, texts in told.items():
            assert sum("SOL" in text and "Short" in text for text in texts) == 1, (user, texts)
        async with asyncio.timeout(PATIENCE):
            while not await ready(looks[1]):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        for one in (fronts[1], workers[1]):
            one.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            assert [await one.wait() for one in (fronts[1], workers[1])] == [0, 0]
    assert api.unconfirmed == []


@pytest.mark.parametrize("kind", ["serve", "worker"])
async def test_a_file_is_not_for_several(kind: str, tmp_path: "os.PathLike[str]") -> None:
    url = f"sqlite:///{tmp_path}/own.db"
    async with BotApi() as api, process(kind, api, url) as one:
        assert await one.wait() == 2


async def test_without_an_address_nobody_could_reach_it(postgres: Postgres) -> None:
    url = postgres.url(postgres.create())
    async with BotApi() as api, process("serve", api, url, WEBHOOK_URL="") as one:
        assert await one.wait() == 2
