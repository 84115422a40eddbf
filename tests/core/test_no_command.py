"""The engine knows nothing of how users talk to it: none of its texts names a command."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import core
from bot.commands import COMMANDS

NAMED = re.compile(rf"(?<![\w./:])/(?:{'|'.join(command.name for command in COMMANDS)})(?![\w/-])")


def test_no_text_of_core_names_a_command() -> None:
    assert [place for path in sorted(Path(core.__path__[0]).rglob("*.py")) for place in _named(path)] == []


def test_a_command_is_found_wherever_a_text_names_it() -> None:
    assert NAMED.search("Type /sync.")
    assert NAMED.search("/hedge 50%")
    assert NAMED.search("see (/position)")
    assert not NAMED.search("https://help.coinbase.com/help/status")
    assert not NAMED.search("ETH/USDT of 30/365")


def _named(path: Path) -> Iterator[str]:
    """Where a string or a docstring of the file names a command, and how."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in NAMED.finditer(node.value):
                yield f"{path}:{node.lineno}: {found[0]}"
