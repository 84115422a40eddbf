"""Reads the words that tell of a filled order: `ETH 2.14 at 3498.5`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.reading.numbers import PRICE, parse_number
from core.domain.errors import BadInput
from core.hedge.wish import MOST_LEVERAGE
from core.journal.ended import DELEVERAGED, LIQUIDATED, SETTLED

FORM = "/filled ETH 2.14 at 3498.5"
"""What a line about a fill looks like; every refusal repeats it."""
_MINUS = ("-", "\u2212")
"""The hyphen of a keyboard, and the minus sign that exchanges print."""


REASONS: Mapping[str, str] = {
    "liquidated": LIQUIDATED,
    "liquidation": LIQUIDATED,
    "deleveraged": DELEVERAGED,
    "deleveraging": DELEVERAGED,
    "adl": DELEVERAGED,
    "settled": SETTLED,
    "settlement": SETTLED,
}
"""What may be typed for why an exchange closed a position."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a line says of one filled order. What it does not say is None."""

    coin: str
    """As typed: a ticker, or the name of a contract."""
    count: Decimal | None = None
    """How many, above zero: of coins or of contracts, as `in_coins` says."""
    in_coins: bool | None = None
    """Whether the count is of coins; False where it is of contracts."""
    sold: bool | None = None
    """Whether it was sold; False where it was bought."""
    price: Decimal | None = None
    """What was paid or got for one, as the exchange quotes it, above zero."""
    leverage: Decimal | None = None
    """How many times its margin the position is worth, from 1 to MOST_LEVERAGE."""
    margin: Decimal | None = None
    """USD set aside for the position, above zero."""
    fee: Decimal | None = None
    """In USD; below zero where the venue paid it."""
    venue: str | None = None
    """As typed, in lower case."""


@dataclass(slots=True)
class _Reading:
    """One line about a fill while it is read, word by word."""

    words: list[str]
    """The words that are still to be read."""
    said: dict[str, Any] = field(default_factory=dict)
    """What was read so far, by the name of the field of `Said`."""

    def say(self, what: str, value: object) -> None:
        """Keep what a field of `Said` is. Raises BadInput where the line said it before."""
        if what in self.said:
            raise BadInput(f"The {what} is there twice. Type for example {FORM}.")
        self.said[what] = value

    def number(self, what: str) -> None:
        """Read the next word as the number of this field. Raises BadInput where there is none."""
        if not self.words:
            raise BadInput(f"The {what} is missing. Type for example {FORM}.")
        self.say(what, read_amount(self.words.pop(0)))

    def fee(self) -> None:
        """A number that is below zero where the exchange paid it."""
        received = bool(self.words) and self.words[0].startswith(_MINUS)
        if received:
            self.words[0] = self.words[0][1:]
        self.number("fee")
        self.said["fee"] *= -1 if received else 1

    def coin(self, word: str) -> None:
        """Read the coin's name. Raises BadInput where another coin is in the line already."""
        # The same coin may come twice, as in `ETH 2.14 ETH`, which says that the number counts coins.
        if self.said.setdefault("coin", word).upper() != word.upper():
            raise BadInput(f"I do not understand “{word[:30]}”. One order a line: {FORM}.")
        # A coin behind a number is its unit, `2.14 ETH`; in front of it, it may name the contract as well.
        if "count" in self.said:
            self.said.setdefault("in_coins", True)

    def count(self, word: str) -> None:
        """Read how many. A second bare number is most likely the price, so BadInput says how to mark one."""
        if "count" in self.said:
            raise BadInput(f"Put “at” before the price: {FORM}.")
        self.say("count", read_amount(word))

    def venue(self) -> None:
        """Read the exchange that follows the word `on`. Raises BadInput where nothing follows."""
        if not self.words:
            raise BadInput(f"The exchange is missing after “on”. Type for example {FORM} on bybit.")
        self.say("venue", self.words.pop(0).lower())


_WORDS: tuple[tuple[re.Pattern[str], Callable[[_Reading, str], None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"at|@|price", lambda reading, _: reading.number("price")),
        (r"lev|leverage", lambda reading, _: reading.number("leverage")),
        (r"[\d.,]+x", lambda reading, word: reading.say("leverage", read_amount(word))),
        (r"margin", lambda reading, _: reading.number("margin")),
        (r"fee", lambda reading, _: reading.fee()),
        (r"on", lambda reading, _: reading.venue()),
        (r"sold|sell|short|shorted", lambda reading, _: reading.say("sold", value=True)),
        (r"bought|buy|long", lambda reading, _: reading.say("sold", value=False)),
        (r"contracts?", lambda reading, _: reading.said.update(in_coins=False)),
        (r"coins?", lambda reading, _: reading.said.update(in_coins=True)),
        (r"[-\u2212$]*[.,]?\d[\d.,'’_]*[km]?", lambda reading, word: reading.count(word)),
        (r"\d*[a-z][a-z0-9/:_-]*", lambda reading, word: reading.coin(word)),
    )
)
"""What a word looks like, and what it says; the first row that matches reads it."""


def read_fill(line: str) -> Said:
    """What the line says. Raises BadInput naming the word that is not understood, or what is missing."""
    reading = _Reading(line.replace("@", " @ ").split())
    while reading.words:
        word = reading.words.pop(0)
        read = next((read for pattern, read in _WORDS if pattern.fullmatch(word)), None)
        if read is None:
            raise BadInput(f"I do not understand “{word[:30]}”. Type for example {FORM}.")
        read(reading, word)
    if "coin" not in reading.said:
        raise BadInput(f"Which coin? Type for example {FORM}.")
    said = Said(**reading.said)
    _check(said)
    return said


def reason_said(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The words without those that say why the exchange closed it, and the reason; None where none does."""
    said = [REASONS[word.lower()] for word in words if word.lower() in REASONS]
    return [word for word in words if word.lower() not in REASONS], said[-1] if said else None


def read_amount(word: str) -> Decimal:
    """A number as people type it; a lone comma groups thousands: 3,480 is 3480, and 3.480 is 3.48.

    Raises BadInput for what is no number or below zero, and for the word that stands for a price on a ticket.
    """
    if word.upper() == PRICE:
        raise BadInput(f"Put the price that you got where {PRICE} stands, for example {FORM}.")
    text = word.removeprefix("$").removesuffix("x")
    if text.startswith(_MINUS):
        raise BadInput(f"{word[:20]} is below zero. Say sold or bought, and numbers above zero: {FORM}.")
    return parse_number(text, money="," in text)


def _check(said: Said) -> None:
    """Raise BadInput for a number that cannot be."""
    for what, amount in (("count", said.count), ("price", said.price)):
        if amount is not None and amount <= 0:
            raise BadInput(f"The {what} must be above zero. Type for example {FORM}.")
    if said.leverage is not None and not 1 <= said.leverage <= MOST_LEVERAGE:
        raise BadInput(f"Leverage goes from 1 to {MOST_LEVERAGE}. Type for example {FORM} lev 3.")
    if said.margin == 0:
        raise BadInput(f"The margin must be above zero; leave it out if you do not know it: {FORM}.")
