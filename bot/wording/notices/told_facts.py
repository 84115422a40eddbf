"""The facts of a notice as sentences use them: names that fit a line, times on the user's clock."""

from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.reading.venues import name_of
from core.alert.facts import Facts
from core.domain.coins.asset import as_shown
from core.domain.errors import BadInput
from core.domain.quiet import zone

MOST_NAME = 24
"""Characters of a coin's or a venue's name in a line."""


@dataclass(frozen=True, slots=True)
class ToldFacts:
    """What is told of one notice. Of what it does not know, less is said."""

    facts: Facts

    @property
    def kind(self) -> str:
        """Its kind of alert; `alert` where that is not known."""
        return short_text(self.facts.kind) or "alert"

    @property
    def subject(self) -> str:
        """The coin or venue it is about, by a short name; empty for the hedge as a whole."""
        return short_subject(self.facts.subject or "")[:MOST_NAME]

    @property
    def venue(self) -> str | None:
        """Whose prices it is about, by the name that people use."""
        found = short_text(self.facts.venue)
        return name_of(found) if found else None

    @property
    def position(self) -> str:
        """The contract as it is typed after a command; the coin where that is not known."""
        symbol, venue = self.facts.symbol, self.facts.venue
        if not (symbol and venue):
            return self.subject
        asset = short_text(self.facts.subject) or ""
        return f"{as_shown(symbol, asset) if asset and ':' not in asset else symbol} on {venue}"

    @property
    def place(self) -> tzinfo:
        """The time zone of the user; UTC where they have named none."""
        try:
            return UTC if self.facts.zone is None else zone(self.facts.zone)
        except BadInput:
            return UTC

    @property
    def figure(self) -> str:
        """Which of the kind's figures it is about; `flip` where that changed sides."""
        return short_text(self.facts.what) or ""

    @property
    def side(self) -> str | None:
        """`above` or `below`: the way that the value went."""
        return short_text(self.facts.side)

    @property
    def condition(self) -> str:
        """What can be done in the contract; empty where that is not known."""
        return short_text(self.facts.condition) or ""

    @property
    def worst(self) -> bool:
        """Whether it is the last of several limits but the end, which needs no limit."""
        tiers, tier = self.facts.tiers, self.facts.tier
        return tiers is not None and tier is not None and tier >= max(tiers - 1, 2)


def short_text(found: str | None) -> str | None:
    """A name cut so that it fits a line; None where there is none."""
    return (found or "").strip()[:MOST_NAME] or None


def short_subject(exact: str) -> str:
    """A position `bybit:ETH/USDT:USDT` as `ETH/USDT:USDT on Bybit`, a coin or a venue by its name.

    The first part of a symbol is not the coin for certain: MEXC's `TRUMP/USDT:USDT` is on MAGATRUMP.
    """
    place, colon, rest = exact.strip().partition(":")
    if not colon:
        return place
    return f"{rest} on {name_of(place)}" if "/" in rest else rest
