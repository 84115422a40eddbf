"""`microhedge rotate-keys`, as it is started, and its setting."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import read_settings
from core.domain.errors import BadInput
from core.store.database import open_database
from core.store.migrations import migrate
from core.store.user.keys import Keys
from core.store.user.seal import ServerKeys, read_server_keys
from tests.bot.test_main import microhedge
from tests.conftest import sqlite_url

KEY = {"apiKey": "key-of-mine", "secret": "hunter2"}
NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)


def as_setting(*versions: int) -> str:
    keys = {str(number): base64.b64encode(bytes([number]) * 32).decode() for number in versions}
    return json.dumps(keys)


async def keep(path: Path, users: range, server: ServerKeys) -> None:
    database = open_database(sqlite_url(path))
    for user in users:
        await Keys(database, user, server, now=NOW).keep("bybit", KEY)
    await database.close()


async def opened(path: Path, user: int, server: ServerKeys) -> dict[str, str] | None:
    database = open_database(sqlite_url(path))
    try:
        return await Keys(database, user, server, now=NOW).opened("bybit")
    finally:
        await database.close()


@pytest.mark.process
def test_every_users_keys_are_put_under_the_newest_key_and_once(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    migrate(sqlite_url(path))
    asyncio.run(keep(path, range(1, 6), read_server_keys(as_setting(1))))
    done = microhedge("rotate-keys", folder=tmp_path, SERVER_KEYS=as_setting(1, 2))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "5 users' keys are now under server key 2.\n"
    assert asyncio.run(opened(path, 3, read_server_keys(as_setting(2)))) == KEY
    again = microhedge("rotate-keys", folder=tmp_path, SERVER_KEYS=as_setting(2))
    assert again.stdout == "0 users' keys are now under server key 2.\n"


@pytest.mark.process
def test_what_cannot_be_opened_is_counted_and_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    migrate(sqlite_url(path))
    asyncio.run(keep(path, range(1, 3), read_server_keys(as_setting(1))))
    done = microhedge("rotate-keys", folder=tmp_path, SERVER_KEYS=as_setting(2))
    assert done.returncode == 1
    assert "2 are not" in done.stderr
    assert asyncio.run(opened(path, 1, read_server_keys(as_setting(1)))) == KEY


@pytest.mark.process
def test_without_a_server_key_there_is_nothing_to_rotate_to(tmp_path: Path) -> None:
    done = microhedge("rotate-keys", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "SERVER_KEYS is not set, so there is nothing to rotate to.\n"


@pytest.mark.parametrize("value", ["hunter2", '{"1": "hunter2"}', '{"1": "aHVudGVyMg=="}'])
def test_a_server_key_of_another_form_is_refused_by_name_and_not_shown(value: str) -> None:
    with pytest.raises(BadInput, match=r"^SERVER_KEYS must be JSON such as") as refused:
        read_settings({"SERVER_KEYS": value})
    assert "unter" not in str(refused.value)
    assert "aHVu" not in str(refused.value)


def test_server_keys_are_read_and_never_shown() -> None:
    settings = read_settings({"SERVER_KEYS": as_setting(1, 2)})
    assert settings.server_keys is not None
    assert settings.server_keys.newest == 2
    assert "server_keys" not in repr(settings)
