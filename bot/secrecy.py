"""Which lines carry a secret, so that they stay nowhere."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol

_LINE = re.compile(r"\s*(?P<slash>[/\\]?)\s*(?P<name>[^\W_]+)\S*\s+\S")
"""A name, whatever clings to it (`@bot`, a comma, `-bybit`), and more."""

KEY = re.compile(r"\b(?=(?:\d*[A-Za-z]){3})(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}\b", re.ASCII)
"""What keys of exchanges look like; no coin, contract or number does."""


class Named(Protocol):
    """As much of a command as matters here."""

    @property
    def name(self) -> str: ...
    @property
    def secret(self) -> bool: ...


def keeps_secret(line: str, commands: Iterable[Named]) -> bool:
    """Whether something secret follows the command's name, which may be misspelled after a slash.

    A line that begins with no command's name does where it has what looks like a key.
    """
    match = _LINE.match(line)
    secrets = {command.name: command.secret for command in commands}
    name = match["name"].lower() if match else ""
    if name in secrets:
        return secrets[name]
    if KEY.search(line):
        return True
    near = get_close_matches(name, secrets, n=1) if match and match["slash"] else ()
    return any(secrets[each] for each in near)
