"""Which lines carry a secret, so that they are kept nowhere: in no chat, no history, no log."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Protocol

from bot.reading.keyshape import keys
from bot.reading.onchain import public

_NAME = re.compile(r"(?P<slash>[/\\]?)\s*(?P<name>[^\W_]+)")
"""A command's name; what clings to it (`@bot`, a comma, `-bybit`) does not matter."""
_LONGEST_NAME = 40
"""Characters of a word that may still be a misspelled command."""
_CODE = re.compile(r"/start(?:@\w+)?[ \t]+[A-Za-z0-9_-]{1,64}", re.ASCII)
"""A link that opened the bot: its code works only once, and so is no secret any more."""
_SAID = re.compile(
    r"\b(?P<what>passphrase|password|secret|private key|api ?key|key)\b['\"]?"
    r"[ \t]{0,3}(?P<is>is\b|was\b|[:=])?[ \t]{0,3}['\"]?(?P<value>[^\s'\"]{8,200})",
    re.IGNORECASE,
)
"""What somebody calls a secret themselves."""
_ROWS = 3
"""In so many rows of a table a word of the same shape is a number of an order or a transfer, and no key."""
_BESIDE = 3
"""A row of such a table has at least so many other words."""


class Named(Protocol):
    """What has to be known of a command here."""

    @property
    def name(self) -> str: ...
    @property
    def secret(self) -> bool: ...


def keeps_secret(line: str, commands: Iterable[Named]) -> bool:
    """Whether a line has something that must not stay.

    That is what follows the name of a secret command, which may be misspelled after a slash, and what looks
    like a key. It takes time in proportion to the line's length.
    """
    line = line.strip()
    secrets = {command.name: command.secret for command in commands}
    slash, name, more = _begins(line)
    if more and secrets.get(name):
        return True
    if _CODE.fullmatch(line):
        return False
    if _has_key(line):
        return True
    near = get_close_matches(name, secrets, n=1) if more and slash and name not in secrets else ()
    return any(secrets[each] for each in near)


def _begins(line: str) -> tuple[bool, str, bool]:
    """Whether a line begins with a slash, the name after it, and whether more than that word follows."""
    match = _NAME.match(line[: _LONGEST_NAME + 2])
    if match is None or len(match["name"]) > _LONGEST_NAME:
        return False, "", False
    words = line[match.end("slash") :].split(maxsplit=1)
    return bool(match["slash"]), match["name"].lower(), len(words) > 1


def _has_key(text: str) -> bool:
    """Whether something in the text looks like a key, and does not number the rows of a table."""
    rows = [(row, set(keys(row))) for row in text.splitlines()]
    tables = _columns((row, found) for row, found in rows if found)
    return any(_shape(word) not in tables for _, found in rows for word in found) or _says_so(text)


def _columns(rows: Iterable[tuple[str, set[str]]]) -> Mapping[tuple[int, bool], int]:
    """The shapes of words that number the rows of a table: they stand in many rows, among other words."""
    count: dict[tuple[int, bool], int] = defaultdict(int)
    for row, found in rows:
        if len(row.split()) > _BESIDE or row.count(",") >= _BESIDE:
            for shape in set(map(_shape, found)):
                count[shape] += 1
    return {shape: number for shape, number in count.items() if number >= _ROWS}


def _shape(word: str) -> tuple[int, bool]:
    """The word's length, and whether it is all lower case."""
    return len(word), word.lower() == word


def _says_so(text: str) -> bool:
    """Whether something is called a key or a password and may well be one that a person thought of."""
    for said in _SAID.finditer(text):
        value = said["value"].rstrip(".,;!?)")
        mixed = any(map(str.isalpha, value)) and any(map(str.isdigit, value))
        address = public(value) and len(value.removeprefix("0x")) < 56
        weak = said["what"].lower().endswith("key") and not said["is"] and len(value) < 16
        if len(value) >= 8 and mixed and not address and not weak and "://" not in value:
            return True
    return False
