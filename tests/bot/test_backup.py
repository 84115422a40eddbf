"""Copies kept on the server: for its owner, by its owner, and one a day by itself."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.router import Conversation
from core.domain.errors import BadInput
from core.store.copies import DAYS, Backups, kept
from core.store.database import Database
from tests.bot.test_main import microhedge
from tests.conversation import OWNER, Talk, talk_over

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_owner_gets_a_copy_on_the_server_and_its_name(embedded: Database, tmp_path: Path) -> None:
    folder, talk = tmp_path / "backups", talk_over(embedded)
    conversation = Conversation(
        embedded, talk.watch, ("simulated",), talk.clock, owner=OWNER, backups=Backups(embedded, folder)
    )
    owner = Talk(conversation, talk.clock, embedded, talk.watch, OWNER)
    answer = await owner.say("/backup")
    (name,) = names(folder)
    assert name in answer
    assert str(tmp_path) not in answer
    assert answer.reply.files == ()
    assert _modes(folder) == {0o700, 0o600}
    other = Talk(conversation, talk.clock, embedded, talk.watch, 1)
    assert "Only whoever runs this bot" in await other.say("/backup")
    assert names(folder) == [name]


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


async def test_one_is_made_a_day_and_seven_are_kept(embedded: Database, tmp_path: Path) -> None:
    backups, now = Backups(embedded, tmp_path / "backups"), [NOON]
    made = []
    for _hour in range(24 * (DAYS + 3)):
        if copied := await backups.make_daily(lambda: now[0]):
            made.append(copied.name)
        now[0] += timedelta(hours=1)
    assert len(made) == DAYS + 3
    assert names(tmp_path / "backups") == made[-DAYS:]


def test_of_a_day_the_newest_is_kept_and_of_today_all() -> None:
    made = [NOON - timedelta(hours=hours) for hours in (1, 2, 24, 25, 26, 24 * 30)]
    assert kept(made, NOON) == {made[0], made[1], made[2], made[5]}


async def test_two_copies_are_not_made_at_once(embedded: Database, tmp_path: Path) -> None:
    backups = Backups(embedded, tmp_path / "backups")
    async with backups._copying:
        with pytest.raises(BadInput, match="being made right now"):
            await backups.make(NOON)


@pytest.mark.process
def test_a_copy_from_the_shell_is_put_back_from_the_shell(tmp_path: Path) -> None:
    said = {"chat": ("chat", "--market", "simulated")}
    microhedge(*said["chat"], said="ETH 4.2\n", folder=tmp_path)
    copied = microhedge("backup", "copy.sqlite", folder=tmp_path)
    assert (copied.returncode, copied.stderr) == (0, "")
    microhedge(*said["chat"], said="/set ETH 1\n", folder=tmp_path)
    restored = microhedge("restore", "copy.sqlite", folder=tmp_path)
    assert restored.returncode == 0, restored.stderr
    assert "ETH 4.2" in microhedge(*said["chat"], said="/portfolio\n", folder=tmp_path).stdout
    (before,) = names(tmp_path / "backups")
    assert before in restored.stdout, "what was there is not lost"
    missing = microhedge("restore", "nowhere.sqlite", folder=tmp_path)
    assert (missing.returncode, missing.stderr) == (2, "There is no file nowhere.sqlite.\n")
