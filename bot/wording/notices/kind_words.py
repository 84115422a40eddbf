"""All that is said of each kind of alert: in the file of its theme, which the kind names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import import_module

from bot.wording.notices.phrases import Telling
from core.alert import KINDS
from core.alert.rule import Rule

NEWS_THEMES: Mapping[str, str] = {"account": "account"}
"""Kinds of notices that come from no alert, with the file of their words."""
LAST = 1000
"""The place of what says none: behind all others."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """What is said of one kind of alert."""

    about: Mapping[str, str]
    """What an alert watches, by figure. The name of the kind comes first: by it several can be switched.
    `{of}` is the coin, `{limits}` the limits, `{side}` above or below; `parts` may give more."""
    telling: Telling | None = None
    """How its notices are worded; None for the daily summary, which is a message of its own."""
    order: int = LAST
    """Its place among the notices of one message: the lower, the more pressing."""
    watched: str | None = None
    """What opening a hedge turns on, for whoever reads of it the first time."""
    of_all: Mapping[str, str] = field(default_factory=dict)
    """By figure, what an alert is about that names no coin, where that is not the hedge as a whole."""
    limit: Callable[[Decimal], str] | None = None
    """How a limit is written, where it is not as its unit usually is."""
    parts: Callable[[Rule], Mapping[str, str]] = field(default=lambda _: {})
    """What else `about` has places for."""
    standing: Callable[[Rule, Decimal], str | None] = field(default=lambda *_: None)
    """How a value stands now; None where it is written as its unit usually is."""
    nothing: str | None = None
    """What is said of a new one while there is nothing that it is about; None for the usual sentence."""
    page: bool = False
    """Whether its notices lead to the exchange's own page of the contract, as one has to look there."""


@cache
def words_of(kind: str) -> KindWords | None:
    """What is said of this kind; None where there is none of this name.

    The file is imported here rather than above, so that a kind needs no second list: it names its theme.
    """
    known = KINDS.get(kind)
    theme = NEWS_THEMES.get(kind) if known is None else known.theme
    if theme is None:
        return None
    words: Mapping[str, KindWords] = import_module(f"bot.wording.notices.{theme}").WORDS
    return words[kind]


def telling_of(kind: str) -> Telling | None:
    """How notices of this kind are worded; None for the daily summary, and for a kind that is gone."""
    words = words_of(kind)
    return words.telling if words else None
