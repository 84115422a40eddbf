"""What keys look like that exchanges make: found in what people type, and in what is logged.

Every pattern passes over a text once, whatever is in it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from string import hexdigits

from bot.reading.onchain import public

_PEM = r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
_FORMS = (
    rf"{_PEM}"
    r"|organizations/[0-9A-Za-z-]{8,}/apiKeys/[0-9A-Za-z-]{8,}"  # Coinbase
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # OKX; KuCoin's secret
    r"|(?<![0-9])[0-9]{6,12}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"  # a bot of Telegram
)
"""Forms that only keys have."""
_FORM = re.compile(_FORMS)
_WORD = re.compile(rf"(?P<form>{_FORMS})|[A-Za-z0-9+/_-]{{16,}}={{0,2}}")
_PIECE = re.compile(r"[A-Za-z0-9]{16,}")
_LONG = 20
"""Letters and digits from which on hardly anything but a key, an address or a hash is that long."""
_MIXED = 7
"""Changes between small letters, capitals and digits in a shorter one. Of 18 drawn at random there are
10 or 11; in a name of several words there are fewer."""
_HEX = frozenset({24, 32, 48})
"""Hexadecimal digits of the keys and secrets that are written in these alone."""
_BASE64 = 40
"""Characters of the shortest secret in base64."""
_RESTLESS = 0.4
"""Such changes for each character of base64: at random it is 0.65, in a path of words less than half."""


def masked(text: str, mask: str) -> str:
    """The text with `mask` for what looks like a key, an address or a hash: no log shows any of them."""
    return _WORD.sub(lambda found: mask if _like_a_key(found) else found[0], text)


def keys(text: str) -> Iterator[str]:
    """What can only be keys among what people type: not links, addresses, wallets and hashes."""
    yield from re.findall(_PEM, text)
    for word in text.split():
        if not _link(word):
            found = (each for each in _WORD.finditer(word) if _like_a_key(each))
            yield from (each[0] for each in found if each["form"] or not _names_public(each[0]))


def _like_a_key(found: re.Match[str]) -> bool:
    """Whether it has a key's form, or looks as if it was drawn at random."""
    word = found[0]
    if found["form"] or _FORM.search(word) or any(map(_random, _PIECE.findall(word))):
        return True
    return len(word) >= _BASE64 and _changes(word) >= _RESTLESS * len(word) and _of_all_kinds(word)


def _random(piece: str) -> bool:
    """Whether letters and digits, with nothing between them, look like a key."""
    letters = sum(map(str.isalpha, piece))
    if len(piece) in _HEX and letters and set(piece) <= set(hexdigits):
        return True
    if letters < 3 or letters == len(piece):
        return False
    return len(piece) >= _LONG or (_changes(piece) >= _MIXED and _of_all_kinds(piece))


def _names_public(word: str) -> bool:
    """Whether it is an address or a hash, or has such ones in it and nothing else that looks like a key."""
    if public(word):
        return True
    pieces = [piece for piece in _PIECE.findall(word) if _random(piece)]
    return bool(pieces) and not _FORM.search(word) and all(map(public, pieces))


def _link(word: str) -> bool:
    """Whether a word is the address of a page: a scheme, or a name with a dot before the first slash."""
    host, slash, _ = word.partition("/")
    return "://" in word or word.lower().startswith("www.") or bool(slash and re.search(r"\w\.\w", host))


def _of_all_kinds(text: str) -> bool:
    return {"a", "A", "0"} <= set(map(_kind, text))


def _changes(text: str) -> int:
    return sum(before != after for before, after in pairwise(map(_kind, text)))


def _kind(letter: str) -> str:
    if letter.isalpha():
        return "a" if letter.islower() else "A"
    return "0" if letter.isdigit() else letter
