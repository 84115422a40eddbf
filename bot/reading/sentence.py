"""Several holdings in one line of plain words: `I have 2 ETH and about 40 SOL`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.domain.coins.asset import ALIASES, STABLECOINS
from core.domain.coins.sector import LEADERS, SECTORS
from core.domain.errors import BadInput

FORM = "SOL 60"
KNOWN = frozenset(
    {"BTC", "ETH", "BNB", *ALIASES, *ALIASES.values(), *STABLECOINS, *SECTORS, *LEADERS.values()}
)
"""Coins that are taken for coins however they are written; others are, where they are in capital letters."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DEEDS = _words("buy bought sell sold short shorted long hedge sent send paid spent transfer transferred")
"""Words of something done, which says nothing about what is held now."""

_ABOUT = _words("about around approx approximately roughly circa ca nearly almost ~ ≈")
_FILLERS = _words(
    "i have hold own got holding i've ive i'm my the of and plus also some with now currently today & + "
    "coins coin we our in wallet worth just hodl bag bags portfolio"
)


@dataclass(frozen=True, slots=True)
class ToldHolding:
    """A coin and a number as they were written. dollars: the number is of dollars; about: it is not exact."""

    coin: str
    number: str
    dollars: bool
    about: bool


@dataclass(slots=True)
class _Reading:
    """Coins (True) and numbers (False) in the order they came, and what was said of the next number."""

    order: list[tuple[bool, str]] = field(default_factory=list)
    dollars: set[int] = field(default_factory=set)
    about: set[int] = field(default_factory=set)


def told_holdings(words: Iterable[str], numbers: Sequence[str]) -> tuple[ToldHolding, ...] | None:
    """The holdings that the words tell of, at least one; None where they do not go in pairs.

    numbers: those of the words that are numbers. Raises BadInput for words of something done.
    """
    reading = _Reading()
    for word in words:
        if not _read(reading, word, numbers):
            return None
    kinds = [coin for coin, _ in reading.order]
    if not kinds or len(kinds) % 2 or any(kinds[at] == kinds[at + 1] for at in range(0, len(kinds), 2)):
        return None
    found = []
    for at in range(0, len(kinds), 2):
        coin, number = (at, at + 1) if kinds[at] else (at + 1, at)
        found.append(
            ToldHolding(
                reading.order[coin][1],
                reading.order[number][1],
                number in reading.dollars,
                number in reading.about,
            )
        )
    return tuple(found)


def _read(reading: _Reading, word: str, numbers: Sequence[str]) -> bool:
    """Whether the word has a place in such a line."""
    lower, place = word.lower(), len(reading.order)
    if lower in DEEDS:
        raise BadInput(
            f"“{word}” says what was done, and I need what you hold now, like {FORM}. A short is "
            "entered with /position add short 2 ETH at 3500."
        )
    if word == "$":
        reading.dollars.add(place)
    elif lower in _ABOUT:
        reading.about.add(place)
    elif word[0] in "~≈" and word[1:] in numbers:
        reading.about.add(place)
        reading.order.append((False, word[1:]))
    elif word in numbers:
        reading.order.append((False, word))
    elif len(word) > 3 and word[-1] == "s" and word.upper() not in KNOWN and word[:-1].upper() in KNOWN:
        reading.order.append((True, word[:-1]))
    elif word.upper() in KNOWN or (word.isupper() and word.isalnum() and lower not in _FILLERS):
        reading.order.append((True, word))
    else:
        return lower in _FILLERS
    return True
