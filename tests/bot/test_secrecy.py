"""Lines with a secret in them stay nowhere."""

from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory

from bot.commands import COMMANDS
from bot.secrecy import keeps_secret
from bot.terminal import remembering

SECRET = (
    "/connect bybit k s",
    "connect bybit k s",
    "/connect@bot k",
    "/Connect\nk",
    "/conect bybit k",
    "  /connect k",
    "/ connect k",
    "\\connect k",
    "/connect, bybit k s",
    "/connect: bybit k s",
    "/connect-bybit k s",
    "/connect_bybit k s",
    "/ćonnect bybit k s",
    "conect bybit XK3hQ9z7TbC1pLmN8sVa",
    "API key: XK3hQ9z7TbC1pLmN8sVa",
    "XK3hQ9z7TbC1pLmN8sVa",
    "SOL 60\nXK3hQ9z7TbC1pLmN8sVa",
)
OPEN = (
    "/connect", "connect", "/cost ETH", "SOL 60", "", "/disconnect bybit", "/calc value 1", "I connect k",
    "1000000BABYDOGE 5", "100000000000000000000000M SOL", "/filled ETHUSDT_260626 5 at 3500", "connect",
)  # fmt: skip


@pytest.mark.parametrize("line", SECRET)
def test_what_follows_connect_is_secret(line: str) -> None:
    assert keeps_secret(line, COMMANDS)


@pytest.mark.parametrize("line", OPEN)
def test_all_else_is_not(line: str) -> None:
    assert not keeps_secret(line, COMMANDS)


async def test_the_history_of_the_terminal_has_every_line_but_those(tmp_path: Path) -> None:
    path = tmp_path / "history"
    history = remembering(path, COMMANDS)
    for line in (*SECRET, "SOL 60", "/hedge"):
        history.append_string(line)
    assert history.get_strings() == ["SOL 60", "/hedge"]
    assert [line async for line in FileHistory(str(path)).load()] == ["/hedge", "SOL 60"]
    assert "connect" not in path.read_text()


async def test_so_has_one_that_is_forgotten_in_the_end() -> None:
    history = remembering(None, COMMANDS)
    for line in (*SECRET, "SOL 60"):
        history.append_string(line)
    assert history.get_strings() == ["SOL 60"]
