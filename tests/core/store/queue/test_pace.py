"""All processes together keep Telegram's pace."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from core.store.database import open_database
from core.store.queue.pace import CHAT_GAP, RATE, StoredPace, forget_paces
from tests.postgres import Postgres

SOON = 0.001


@pytest.fixture
def url(postgres: Postgres, migrated_postgres: str) -> str:
    postgres.empty(migrated_postgres)
    return postgres.url(migrated_postgres)


async def test_messages_of_all_processes_are_as_far_apart_as_one_allows(url: str) -> None:
    processes = [open_database(url) for _ in range(4)]
    paces = [StoredPace(each) for each in processes]
    sent: list[float] = []

    async def send(pace: StoredPace, chat: int) -> None:
        await pace.turn(chat)
        sent.append(time.monotonic())

    began = time.monotonic()
    await asyncio.gather(*(send(paces[chat % 4], chat) for chat in range(1, 41)))
    # A machine that others use too may send later than it was allowed to, but never sooner.
    for number, moment in enumerate(sorted(sent)):
        assert moment - began >= number / RATE - SOON
    for each in processes:
        await each.close()


async def test_a_chat_gets_one_message_a_second(url: str) -> None:
    database = open_database(url)
    pace, began = StoredPace(database), time.monotonic()
    for _ in range(3):
        await pace.turn(7)
    assert time.monotonic() - began >= 2 * CHAT_GAP - SOON
    await database.close()


async def test_chats_that_have_long_been_free_are_forgotten(url: str) -> None:
    database = open_database(url)
    await StoredPace(database).turn(7)
    now = datetime.now(UTC)
    assert await forget_paces(database, now) == 0
    assert await forget_paces(database, now.replace(year=now.year + 1)) == 2
    await database.close()
