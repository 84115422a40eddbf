"""Killed, stopped, or without its database or room on the disk at any moment, the bot loses no line that was
pasted, carries out none twice and leaves none unanswered.

PASTE_KILLS=200 PASTE_STOPS=50 pytest tests/bot/test_kills.py
"""

import os
import signal

import pytest

from tests.blows import database_restarted, disk_full
from tests.conftest import DIALECTS
from tests.pastes import Blow, Survived, paste_and_hurt, signalled
from tests.postgres import Postgres

pytestmark = pytest.mark.process

KILLS = int(os.environ.get("PASTE_KILLS", "6"))
"""For each kind of database."""
STOPS = int(os.environ.get("PASTE_STOPS", "3"))
"""Blows of each other kind, for each kind of database."""
USERS = range(5001, 5007)
LINES = 30 if KILLS > 20 else 10


async def hurt(url: str, blow: Blow, blows: int) -> Survived:
    survived = await paste_and_hurt(url, blow, blows=blows, users=USERS, lines=LINES)
    print(survived)  # noqa: T201
    assert survived.blows == blows
    return survived


@pytest.mark.timeout(600 + 20 * KILLS)
async def test_killed_it_loses_no_pasted_line_and_does_none_twice(database_url: str) -> None:
    survived = await hurt(database_url, signalled(signal.SIGKILL), KILLS)
    assert survived.wrong == survived.refused == 0


@pytest.mark.timeout(600 + 20 * STOPS)
async def test_nor_stopped(database_url: str) -> None:
    survived = await hurt(database_url, signalled(signal.SIGTERM), STOPS)
    assert survived.wrong == survived.refused == 0


@pytest.mark.timeout(600 + 20 * STOPS)
async def test_nor_while_the_disk_is_full(database_url: str) -> None:
    async with disk_full(database_url) as blow:
        survived = await hurt(database_url, blow, STOPS)
    assert survived.wrong == 0


@pytest.mark.timeout(600 + 20 * STOPS)
@pytest.mark.parametrize("database_url", DIALECTS[1:], indirect=True)
async def test_nor_while_the_database_is_restarted(database_url: str, postgres: Postgres) -> None:
    durable = f"{database_url}&options=-csynchronous_commit%3Don"  # as outside of tests
    survived = await hurt(durable, database_restarted(postgres), STOPS)
    assert survived.wrong == survived.refused == 0
