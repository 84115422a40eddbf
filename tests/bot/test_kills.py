"""Killed or stopped at any moment, the bot loses no line that was pasted and carries out none twice.

PASTE_KILLS=200 pytest tests/bot/test_kills.py
"""

import os
import signal

import pytest

from tests.pastes import paste_and_kill

pytestmark = pytest.mark.process

KILLS = int(os.environ.get("PASTE_KILLS", "3"))
"""For each kind of database and each signal."""
USERS = range(5001, 5005) if KILLS < 10 else range(5001, 5007)
LINES = 10 if KILLS < 10 else 30


@pytest.mark.timeout(600 + 60 * KILLS)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_no_pasted_line_is_lost_or_done_twice_and_each_is_answered(
    database_url: str, how: signal.Signals
) -> None:
    survived = await paste_and_kill(database_url, kills=KILLS, users=USERS, lines=LINES, how=how)
    assert survived.sent == KILLS * len(USERS) * LINES
    assert (survived.lost, survived.doubled, survived.unanswered, survived.left) == (0, 0, 0, 0)
