"""Where coins lie, as people type it: `bybit`, `at elsewhere`, `locked until 2027-03-01`."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.reading.venues import names, venue_called
from core.domain.coins.place import ELSEWHERE, Place
from core.domain.errors import BadInput

EVERYWHERE = "everywhere"
MOST_WORDS = 3
"""The most words that a venue's name has."""
LOCKED = "Type until when, like: /at locked until 2027-03-01 SOL 40"
_BEHIND = re.compile(r"(?is)(?P<before>.*\S)\s+at\s+(?P<place>[a-z][^\n,]*)")
_ELSEWHERE = frozenset({"elsewhere", "wallet", "ledger", "home"})


def read_place(text: str, offered: Sequence[str], now: datetime) -> tuple[Place, str]:
    """The place that the text begins with, and what follows it.

    offered: the ids of the venues offered here; of all that are known these are meant first.

    Raises BadInput saying which places there are.
    """
    first, rest = (*text.strip().split(maxsplit=1), "", "")[:2]
    if first.lower() in _ELSEWHERE:
        return ELSEWHERE, rest
    if first.lower() == "locked":
        return _locked(rest, now)
    words = text.split()
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        venue = _venue(" ".join(words[:count]), offered)
        if venue is None:
            continue
        return Place(venue), text.strip().split(maxsplit=count)[count] if len(words) > count else ""
    raise BadInput(
        f"I do not know the place “{first[:30]}”. Type one of {', '.join(offered)}, elsewhere, or "
        "locked until a date: /at elsewhere ETH 2."
    )


def _venue(text: str, offered: Sequence[str]) -> str | None:
    """The venue that is meant: one offered here, or else any that is known: coins may lie there."""
    for some in (offered, tuple(names())):
        try:
            return venue_called(text, some)
        except BadInput:
            continue
    return None


def _locked(text: str, now: datetime) -> tuple[Place, str]:
    words = text.split(maxsplit=1)
    if words and words[0].lower() in ("until", "till", "to"):
        words = words[1].split(maxsplit=1) if len(words) > 1 else []
    try:
        day = date.fromisoformat(words[0]) if words else None
    except ValueError:
        day = None
    if day is None:
        raise BadInput(LOCKED)
    if day <= now.date():
        raise BadInput(f"{day:%d %b %Y} is over, so nothing is locked until then. {LOCKED}")
    return Place(until=day), words[1] if len(words) > 1 else ""


def split_place(text: str, offered: Sequence[str], now: datetime) -> tuple[Place | None, str, bool]:
    """A place that stands before or behind a list of coins, the list, and whether the place is everywhere.

    `SOL 5 at bybit`, `at bybit SOL 5`; the place is None where none is named.
    """
    words = text.split(maxsplit=2)
    if len(words) > 1 and words[0].lower() == "at":
        if words[1].lower() == EVERYWHERE:
            return None, " ".join(words[2:]), True
        place, rest = read_place(text.strip()[2:], offered, now)
        return place, rest, False
    found = _BEHIND.fullmatch(text.strip())
    if found is None:
        return None, text, False
    if found["place"].strip().lower() == EVERYWHERE:
        return None, found["before"], True
    place, rest = read_place(found["place"], offered, now)
    if rest:
        raise BadInput(
            f"I do not understand “{rest[:30]}” behind the place. Type for example /add SOL 5 at bybit"
        )
    return place, found["before"], False
