"""How people call the ways in which an account backs shorts, and which of them a venue has."""

from bot.reading.venues import by_specification
from core.domain.capital.mode import MarginMode
from core.margin.pooled.terms import VenueTerms, terms_of

MODE_WORDS: dict[str, MarginMode] = {
    "isolated": "isolated", "cross": "cross", "coins": "coins", "portfolio": "portfolio",
}  # fmt: skip
"""What may be typed for each mode that an account can be set to, the plainest first."""


def mode_wished(wish: str) -> MarginMode:
    """The mode in the words of a wish; isolated where they say none."""
    return next((MODE_WORDS[word] for word in wish.lower().split() if word in MODE_WORDS), "isolated")


def modes_offered(terms: VenueTerms) -> list[MarginMode]:
    """The modes of a venue that can be chosen: those whose rules are known well enough for a figure."""
    unknown = "portfolio" if terms.portfolio is None else None
    return [each for each in MODE_WORDS.values() if each in terms.modes and each != unknown]


def has_mode(venue: str, mode: MarginMode | None) -> bool:
    """Whether a mode was said that the venue has. At a broker nothing is set."""
    return mode is not None and not by_specification(venue) and mode in modes_offered(terms_of(venue))
