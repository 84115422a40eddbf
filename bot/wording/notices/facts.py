"""The facts that a notice carries, read from its stored JSON. A fact that is missing or malformed is None."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.reading.venues import name_of
from core.domain.asset import as_shown
from core.domain.errors import BadInput
from core.domain.quiet import zone

MOST_NAME = 24
"""Characters of a coin's or a venue's name in a line."""

MOST_FIGURES = 20
"""Of a number before or after its point; what is beyond is a mistake."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The stored body of one notice."""

    body: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return self.text("kind") or "alert"

    @property
    def subject(self) -> str:
        """The coin or venue it is about, by a short name; empty for the hedge as a whole."""
        found = self.body.get("subject")
        return short_subject(found)[:MOST_NAME] if isinstance(found, str) else ""

    @property
    def venue(self) -> str | None:
        """Whose prices it is about."""
        found = self.text("venue")
        return name_of(found) if found else None

    @property
    def position(self) -> str:
        """The contract as it is typed after a command; the coin where that is not known."""
        symbol, venue = self.body.get("symbol"), self.body.get("venue")
        if not (isinstance(symbol, str) and isinstance(venue, str) and symbol and venue):
            return self.subject
        asset = self.text("subject") or ""
        return f"{as_shown(symbol, asset) if asset and ':' not in asset else symbol} on {venue}"

    @property
    def place(self) -> tzinfo:
        """The time zone of the user; UTC where they have named none."""
        found = self.body.get("zone")
        try:
            return zone(found) if isinstance(found, str) else UTC
        except BadInput:
            return UTC

    @property
    def figure(self) -> str:
        """Which of the kind's figures it is about; `flip` where that changed sides."""
        return self.text("what") or ""

    @property
    def side(self) -> str | None:
        """`above` or `below`: the way that the value went."""
        return self.text("side")

    @property
    def worst(self) -> bool:
        """Whether it is the last of several limits but the end, which needs no limit."""
        tiers, tier = self.number("tiers"), self.number("tier")
        return tiers is not None and tier is not None and tier >= max(tiers - 1, Decimal(2))

    def text(self, name: str) -> str | None:
        found = self.body.get(name)
        return found.strip()[:MOST_NAME] if isinstance(found, str) and found.strip() else None

    def number(self, name: str) -> Decimal | None:
        """A finite number of a size that there is."""
        found = self.body.get(name)
        if isinstance(found, bool) or not isinstance(found, str | int):
            return None
        try:
            number = Decimal(found)
        except InvalidOperation:
            return None
        return number if number.is_finite() and abs(number.adjusted()) <= MOST_FIGURES else None

    def time(self, name: str) -> datetime | None:
        """An aware moment."""
        found = self.body.get(name)
        try:
            at = datetime.fromisoformat(found) if isinstance(found, str) else None
        except ValueError:
            return None
        return at if at is not None and at.tzinfo else None

    def yes(self, name: str) -> bool:
        return self.body.get(name) is True

    def inner(self, name: str) -> "Facts | None":
        """Facts within the facts."""
        found = self.body.get(name)
        return Facts(found) if isinstance(found, Mapping) else None

    def bodies(self, name: str) -> list["Facts"]:
        """The notices that this one tells of."""
        found = self.body.get(name)
        return [Facts(each) for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def short_subject(exact: str) -> str:
    """A position `bybit:ETH/USDT:USDT` as `ETH/USDT:USDT on Bybit`, a coin or a venue by its name.

    The first part of a symbol is not the coin for certain: MEXC's `TRUMP/USDT:USDT` is on MAGATRUMP.
    """
    place, colon, rest = exact.strip().partition(":")
    if not colon:
        return place
    return f"{rest} on {name_of(place)}" if "/" in rest else rest
