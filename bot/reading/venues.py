"""Venues as people call them."""

import functools
from collections.abc import Mapping, Sequence

from core.domain.errors import BadInput
from core.venues.catalogue import CATALOGUES
from core.venues.offered import VENUES

SIMULATED = "simulated"


@functools.cache
def names() -> Mapping[str, str]:
    """What people call each venue, by its id."""
    return {venue: each.name for venue, each in VENUES.items()}


def name_of(venue: str) -> str:
    """What people call the venue; its id where nothing else is known."""
    return venue if venue == SIMULATED else names().get(venue, venue)


def by_specification(venue: str) -> bool:
    """Whether the venue's contracts are known by their specification alone, not by what they trade at."""
    return venue in CATALOGUES


def venue_called(text: str, offered: Sequence[str]) -> str:
    """The one of the offered venues that is meant by its id, its name, or the beginning of either.

    Raises BadInput naming what there is, when none or more than one is meant.
    """
    wanted = _plain(text)
    found: list[str] = []
    for fits in (str.__eq__, str.startswith):
        found = [
            venue
            for venue in offered
            if wanted and any(fits(_plain(each), wanted) for each in (venue, name_of(venue)))
        ]
        if len(found) == 1:
            return found[0]
    if found:
        raise BadInput(
            f"“{text[:30]}” may be {' or '.join(map(name_of, found))}. Type for example /venue {found[0]}."
        )
    raise BadInput(f"“{text[:30]}” is not offered here. Type one of: {', '.join(offered)}.")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
