"""The words after /hedge: read into a wish, and spelled again for a button."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.desk import Desk
from bot.numbers import parse_number
from core.asset import STABLECOINS, canonical
from core.errors import BadInput
from core.exposure import NO_HOLDINGS, Exposure, expose
from core.hedge.plan import Hedge, histories, plan
from core.hedge.subset import MOST_LEGS
from core.hedge.wish import Wish
from core.market import Snapshot
from core.position import Position
from core.store.book import Preferences

FORMS = "/hedge, /hedge 50%, /hedge ETH, /hedge ETH:60 SOL:40 or /hedge beta 1.5 ETH"
USUAL = Wish()


async def planned(desk: Desk, words: list[str], positions: Iterable[Position] = ()) -> Hedge:
    """The hedge of the user's holdings that the words ask for, over their usual settings.

    positions: what is open already, of which the plan is then a change.
    """
    page = await desk.page()
    wish, holdings = read_wish(words, usual_wish(page.preferences)), page.holdings
    needed = histories((held.asset for held in holdings), wish) if holdings else []
    return plan(holdings, await desk.snapshot(needed), wish, desk.now, positions)


async def valued(desk: Desk, *more: str) -> tuple[Snapshot, Exposure]:
    """What the user's holdings are worth, in a snapshot with the histories that measuring them may need.

    more: further assets whose histories are needed. Raises BadInput where nothing is held.
    """
    page = await desk.page()
    if not page.holdings:
        raise BadInput(NO_HOLDINGS)
    needed = histories((held.asset for held in page.holdings), usual_wish(page.preferences))
    snapshot = await desk.snapshot([*needed, *more])
    return snapshot, expose(page.holdings, snapshot, desk.now)


def usual_wish(mine: Preferences) -> Wish:
    """What the user's settings wish for where a message says nothing else."""
    return Wish(coverage=mine.coverage, leverage=mine.leverage, horizon_days=mine.horizon_days, fee=mine.fee)


@dataclass(slots=True)
class _Reading:
    """The words that are still to be read, and what was read."""

    words: list[str]
    said: dict[str, Any] = field(default_factory=dict)
    legs: dict[str, Decimal | None] = field(default_factory=dict)

    def say(self, name: str, value: object) -> None:
        if name in self.said:
            raise BadInput(f"The {name.replace('_', ' ')} is there twice. Say it once.")
        self.said[name] = value

    def next(self, after: str, example: str) -> str:
        if not self.words:
            raise BadInput(f"Something is missing after “{after}”. Type for example {example}.")
        return self.words.pop(0)


def _beta(reading: _Reading, _: re.Match[str]) -> None:
    reading.say("beta", parse_number(reading.next("beta", "/hedge beta 1.5 ETH")))


def _target(reading: _Reading, _: re.Match[str]) -> None:
    example = "/hedge target beta 0.5"
    word = reading.next("target", example)
    if word.lower() == "beta":
        word = reading.next("beta", example)
    reading.say("target_beta", parse_number(word))


def _keep(reading: _Reading, _: re.Match[str]) -> None:
    amount = reading.next("keep", "/hedge keep 5000 drop 20%").removeprefix("$")
    reading.say("keep", parse_number(amount, money=True))


def _drop(reading: _Reading, _: re.Match[str]) -> None:
    share = reading.next("drop", "/hedge drop 20%").removeprefix("-").removesuffix("%")
    reading.say("drop", parse_number(share) / 100)


def _only(reading: _Reading, _: re.Match[str]) -> None:
    reading.say("only", canonical(reading.next("only", "/hedge only SOL"))[0])


def _leg(reading: _Reading, found: re.Match[str]) -> None:
    asset, _ = canonical(found[1])
    if asset in STABLECOINS:
        raise BadInput(f"{asset} does not move, so shorting it hedges nothing. Type {FORMS}.")
    if asset in reading.legs:
        raise BadInput(f"{asset} is there twice. Name each coin once.")
    reading.legs[asset] = parse_number(found[2]) if found[2] else None


_WORDS: tuple[tuple[re.Pattern[str], Callable[[_Reading, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"beta", _beta),
        (r"target", _target),
        (r"keep", _keep),
        (r"drop", _drop),
        (r"only", _only),
        (r"perp(?:etual)?", lambda reading, _: reading.say("kind", "perpetual")),
        (r"quarterly|dated", lambda reading, _: reading.say("kind", "quarterly")),
        (r"inverse", lambda reading, _: reading.say("inverse", value=True)),
        (r"sure", lambda reading, _: reading.say("sure", value=True)),
        (r"([\d.,]+)%", lambda reading, found: reading.say("coverage", parse_number(found[1]) / 100)),
        (r"([\d.,]+)x", lambda reading, found: reading.say("leverage", parse_number(found[1]))),
        (r"(\d{1,4})d", lambda reading, found: reading.say("horizon_days", int(found[1]))),
        (r"(\d*[a-z][a-z0-9]*)(?::([\d.,]+)%?)?", _leg),
    )
)
"""What a word looks like, and what it says; the first row that matches reads it."""


def read_wish(words: list[str], usual: Wish) -> Wish:
    """The wish that the words say, over the user's usual settings.

    Raises BadInput naming the word that is not understood, or the limit that is passed.
    """
    reading = _Reading(list(words))
    while reading.words:
        word = reading.words.pop(0)
        matches = ((pattern.fullmatch(word), read) for pattern, read in _WORDS)
        match, read = next(((match, read) for match, read in matches if match), (None, None))
        if match is None or read is None:
            raise BadInput(f"I do not understand “{word[:30]}”. Type {FORMS}.")
        read(reading, match)
    if len(reading.legs) > MOST_LEGS:
        raise BadInput(f"At most {MOST_LEGS} coins to short at once.")
    return replace(usual, **reading.said, legs=tuple(reading.legs), shares=_shares(reading.legs))


def _shares(legs: dict[str, Decimal | None]) -> tuple[Decimal, ...]:
    """The legs' fixed weights as shares of one; empty when none is given."""
    given = [share for share in legs.values() if share is not None]
    if not given:
        return ()
    if len(given) != len(legs) or min(given) <= 0:
        raise BadInput("Give every coin a weight above zero, or none: /hedge ETH:60 SOL:40.")
    return tuple(share / sum(given, Decimal(0)) for share in given)


_SPELLINGS: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("coverage", lambda share: f"{_short(share * 100)}%"),
    ("leverage", lambda times: f"{_short(times)}x"),
    ("sure", lambda _: "sure"),
    ("horizon_days", lambda days: f"{days}d"),
    ("beta", lambda beta: f"beta {_short(beta)}"),
    ("target_beta", lambda beta: f"target beta {_short(beta)}"),
    ("keep", lambda amount: f"keep {_short(amount)}"),
    ("drop", lambda share: f"drop {_short(share * 100)}%"),
    ("only", lambda asset: f"only {asset}"),
    ("kind", str),
    ("inverse", lambda _: "inverse"),
)


_ALWAYS = ("coverage", "horizon_days")
"""Said even where they are as usual, because a user's settings may say otherwise."""


def spell(wish: Wish) -> str:
    """The words that say this wish after a command."""
    words = [
        say(getattr(wish, name))
        for name, say in _SPELLINGS
        if name in _ALWAYS or getattr(wish, name) != getattr(USUAL, name)
    ]
    if wish.shares:
        mix = zip(wish.legs, wish.shares, strict=True)
        return " ".join([*words, *(f"{leg}:{_short(round(share * 100, 2))}" for leg, share in mix)])
    return " ".join([*words, *wish.legs])


def same(hedge: Hedge, words: list[str]) -> str:
    """The words that ask for this hedge again, after a command; none where none were said.

    Spelled out, because one coin's name alone may mean something else to another command.
    """
    return f" {spell(hedge.wish)}" if words else ""


def _short(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
