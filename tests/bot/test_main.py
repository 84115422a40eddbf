"""The program as it is started: `microhedge run | demo | chat | migrate`."""

import asyncio
import contextlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.store.database import open_database
from core.store.housekeeping import latest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAsecretSECRETsecret"
NOWHERE = '{"binanceusdm": "http://127.0.0.1:9"}'
"""The discard port: nothing listens there."""


def microhedge(
    *arguments: str, said: str = "", folder: Path, **environ: str
) -> "subprocess.CompletedProcess[str]":
    """Run the program to its end in `folder`, with a database of its own there."""
    database = {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'book.db'}"}
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=said,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**clean, **database, **environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        timeout=240,
        check=False,
    )


def test_the_demo_plays_itself_where_nobody_types(tmp_path: Path) -> None:
    played = microhedge("demo", folder=tmp_path)
    assert played.returncode == 0, played.stderr
    assert played.stderr == ""
    assert "you> /hedge\nShort " in played.stdout
    assert "SIMULATED market" in played.stdout
    assert not (tmp_path / "book.db").exists(), "the demo forgets"


def test_the_demo_listens_where_somebody_does(tmp_path: Path) -> None:
    played = microhedge(
        "demo", "--scenario", "outage", said="/add SOL 60\n:tick 1h\n/hedge\n", folder=tmp_path
    )
    assert "Saved: 1 coin\nSOL: 60" in played.stdout
    assert "you>" not in played.stdout
    assert played.returncode == 0


def test_a_simulated_market_goes_on_where_the_book_ends(tmp_path: Path) -> None:
    began = datetime.now(UTC)
    microhedge("chat", "--market", "simulated", said=":tick 3d\nSOL 60\n", folder=tmp_path)
    microhedge("chat", "--market", "simulated", said="/set SOL 50\n", folder=tmp_path)

    async def last() -> datetime | None:
        database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'book.db'}")
        try:
            return await latest(database)
        finally:
            await database.close()

    until = asyncio.run(last())
    assert until is not None
    assert until - began > timedelta(days=3)


def test_a_catalogue_alone_leaves_nothing_open_in_the_end(tmp_path: Path) -> None:
    chat = microhedge(
        "chat", "--market", "exchange",
        said="/markets BTC\n", folder=tmp_path, VENUES="cme", VENUE_URLS=NOWHERE,
    )  # fmt: skip
    assert chat.returncode == 0
    assert "No venue gives prices now" in chat.stdout
    assert "closed" not in chat.stderr


def test_what_was_said_in_one_process_is_known_in_the_next(tmp_path: Path) -> None:
    first = microhedge("chat", "--market", "simulated", said="/add ETH 4.2\n", folder=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    second = microhedge("chat", "--market", "simulated", said="/portfolio\n", folder=tmp_path)
    assert "ETH 4.2 $" in second.stdout


def test_without_a_token_the_bot_says_in_two_lines_where_to_get_one(tmp_path: Path) -> None:
    refused = microhedge("run", folder=tmp_path, TELEGRAM_TOKEN="")
    assert refused.returncode == 2
    assert refused.stdout == ""
    first, second = refused.stderr.splitlines()
    assert "@BotFather" in first
    assert "TELEGRAM_TOKEN=" in second


@pytest.mark.parametrize(
    ("name", "value"), [("TELEGRAM_API_URL", TOKEN), ("DATABASE_URL", f"mysql://{TOKEN}"), ("MARKET", TOKEN)]
)
def test_a_bad_setting_is_one_sentence_without_its_value(tmp_path: Path, name: str, value: str) -> None:
    refused = microhedge("chat", folder=tmp_path, TELEGRAM_TOKEN=TOKEN, **{name: value})
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{name} must ")
    assert refused.stderr.count("\n") == 1
    assert "secret" not in (refused.stdout + refused.stderr).lower()


def test_where_the_exchange_cannot_be_reached_the_chat_falls_back_and_says_so(tmp_path: Path) -> None:
    chat = microhedge("chat", said="/add ETH 4.2\n/portfolio\n", folder=tmp_path, VENUE_URLS=NOWHERE)
    assert chat.returncode == 0, chat.stderr
    assert chat.stdout.startswith("binanceusdm cannot be reached from here: using the SIMULATED market.\n")
    assert "SIMULATED market: prices are made up." in chat.stdout


def test_where_only_the_exchange_is_wanted_the_chat_says_that_it_is_gone(tmp_path: Path) -> None:
    said = "/add ETH 4.2\n/portfolio\n"
    chat = microhedge("chat", "--market", "exchange", said=said, folder=tmp_path, VENUE_URLS=NOWHERE)
    assert chat.returncode == 0, chat.stderr
    assert "Saved: 1 coin\nETH: 4.2" in chat.stdout
    assert "SIMULATED" not in chat.stdout
    assert "cannot be reached" in chat.stdout.split("ETH: 4.2")[1]


def test_the_schema_is_brought_up_and_a_second_time_is_no_harm(tmp_path: Path) -> None:
    for _time in range(2):
        migrated = microhedge("migrate", folder=tmp_path)
        assert (migrated.returncode, migrated.stdout) == (0, "The database has the newest schema.\n")


def test_an_unknown_way_of_running_is_refused(tmp_path: Path) -> None:
    assert microhedge("dance", folder=tmp_path).returncode == 2


def test_a_reader_who_goes_away_ends_the_chat_without_a_word(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as played:
        assert played.stdout is not None
        assert played.stderr is not None
        played.stdout.readline()
        played.stdout.close()
        assert played.stderr.read() == b""
        assert played.wait(240) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("command", "kept"), [("demo", False), ("chat", True)])
def test_what_is_typed_at_the_prompt_is_for_its_owner_alone_and_the_demo_forgets_it(
    tmp_path: Path, command: str, kept: bool
) -> None:
    import pty

    ours, theirs = pty.openpty()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "MARKET": "simulated",
        "TERM": "dumb",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'book.db'}",
    }
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        environ.pop(name, None)
    with subprocess.Popen(
        [sys.executable, "-m", "bot", command], cwd=tmp_path, env=environ, stdin=theirs, stdout=theirs
    ) as chat:
        os.close(theirs)
        os.write(ours, b"/add SOL 4242\n:quit\n")
        with contextlib.suppress(OSError):  # Linux's word for the end
            while os.read(ours, 4096):
                pass
        assert chat.wait(240) == 0
    os.close(ours)
    found = [path for path in tmp_path.rglob("*history*") if b"4242" in path.read_bytes()]
    assert len(found) == kept
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in found)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_what_a_terminal_cannot_show_or_send_does_not_end_the_chat(tmp_path: Path, encoding: str) -> None:
    chat = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        input=b"\xff\xfe\xe2\x82\xac\n/help\n",
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": f"{encoding}:strict"},
        timeout=240,
        check=False,
    )
    assert (chat.returncode, chat.stderr) == (0, b"")
    assert b"Type what you hold" in chat.stdout
