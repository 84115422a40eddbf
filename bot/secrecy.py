"""Which lines carry a secret, so that they stay nowhere."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol

_LINE = re.compile(r"\s*(?P<slash>/?)(?P<name>\w+)(?:@\w+)?\s+\S", re.ASCII)


class Named(Protocol):
    """As much of a command as matters here."""

    @property
    def name(self) -> str: ...
    @property
    def secret(self) -> bool: ...


def keeps_secret(line: str, commands: Iterable[Named]) -> bool:
    """Whether something secret follows the command's name, which may be misspelled after a slash."""
    match = _LINE.match(line)
    if match is None:
        return False
    secrets = {command.name: command.secret for command in commands}
    name = match["name"].lower()
    if name in secrets or not match["slash"]:
        return secrets.get(name, False)
    return any(secrets[near] for near in get_close_matches(name, secrets, n=1))
