"""The words after /hedge: read into a wish, and spelled again for a button."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.reading.numbers import parse_number
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.names import ticker_of
from core.domain.errors import BadInput
from core.hedge.hedge import Hedge
from core.hedge.wish import Wish
from core.measure.subset import MOST_LEGS

FORMS = "/hedge, /hedge half, /hedge ETH, /hedge only ETH SOL, /hedge without DOGE or /hedge beta 1.5 ETH"
USUAL = Wish()


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

    def next(self, after: str, example: str, *, take: bool = True) -> str:
        if not self.words:
            raise BadInput(f"Something is missing after “{after}”. Type for example {example}.")
        return self.words.pop(0) if take else self.words[0]


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


ANY_CASH = ("any", "off", "unlimited")
"""What takes a limit of cash away."""


def _cash(reading: _Reading, _: re.Match[str]) -> None:
    amount = reading.next("cash", "/hedge cash 5000").removeprefix("$")
    if amount.lower() in ANY_CASH:
        reading.say("cash", None)
        reading.said["unlimited"] = True
    else:
        reading.say("cash", parse_number(amount, money=True))


def _mode(reading: _Reading, found: re.Match[str]) -> None:
    reading.say("mode", found[0].lower())
    if reading.words and reading.words[0].lower() == "margin":
        reading.words.pop(0)


def _only(reading: _Reading, _: re.Match[str]) -> None:
    reading.say("only", _coins(reading, "only", "/hedge only ETH SOL"))


def _without(reading: _Reading, found: re.Match[str]) -> None:
    reading.say("without", _coins(reading, found[0], "/hedge without DOGE"))


def _coins(reading: _Reading, after: str, example: str) -> tuple[str, ...]:
    """All coins that follow, up to the first word that says something else."""
    coins: list[str] = []
    while reading.words and (reading.words[0].lower() in _AND or _names_coin(reading.words[0])):
        word = reading.words.pop(0)
        if word.lower() not in _AND:
            coins.append(ticker_of(word))
    if not coins:
        raise BadInput(f"Which coins? After “{after}” name some that you hold: {example}.")
    if len(set(coins)) < len(coins):
        raise BadInput(f"A coin is there twice. Name each coin once: {example}.")
    return tuple(coins)


def _names_coin(word: str) -> bool:
    """Whether the word can only be a coin's name."""
    *others, (coin, _) = _WORDS
    match = coin.fullmatch(word)
    return bool(match and not match[2]) and not any(pattern.fullmatch(word) for pattern, _ in others)


def _orders(reading: _Reading, found: re.Match[str]) -> None:
    example = "/hedge 2 orders"
    if not re.fullmatch(r"orders?", reading.next(found[1], example), re.IGNORECASE):
        raise BadInput(f"I do not understand “{found[1]}”. For so many contracts type {example}.")
    reading.say("orders", int(found[1]))


def _leg(reading: _Reading, found: re.Match[str]) -> None:
    asset = ticker_of(found[1])
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
        (r"cash", _cash),
        (r"only", _only),
        (r"without|except|excluding", _without),
        (
            r"with|using",
            lambda reading, found: reading.next(found[0], "/hedge only SOL with ETH", take=False),
        ),
        (r"half", lambda reading, _: reading.say("coverage", Decimal("0.5"))),
        (r"all|everything|fully?|whole", lambda reading, _: reading.say("coverage", Decimal(1))),
        (r"perp(?:etual)?", lambda reading, _: reading.say("kind", "perpetual")),
        (r"quarterly|dated", lambda reading, _: reading.say("kind", "quarterly")),
        (r"inverse", lambda reading, _: reading.say("inverse", value=True)),
        (r"isolated|cross|coins|portfolio", _mode),
        (r"sure", lambda reading, _: reading.say("sure", value=True)),
        (r"(\d)", _orders),
        (r"([\d.,]+)%", lambda reading, found: reading.say("coverage", parse_number(found[1]) / 100)),
        (r"([\d.,]+)x", lambda reading, found: reading.say("leverage", parse_number(found[1]))),
        (r"(\d{1,4})d", lambda reading, found: reading.say("horizon_days", int(found[1]))),
        (r"(\d*[a-z][a-z0-9]*(?:\.[a-z]+)?)(?::([\d.,]+)%?)?", _leg),
    )
)
"""What a word looks like, and what it says; the first row that matches reads it, the last a coin's name."""
_AND = frozenset({"and", "&", "+"})
"""What may stand between two coins."""
_APART = re.compile(r"(?<=[A-Za-z]),|,(?=\s|$)|;")
_PERCENT = re.compile(r"(?<=\d)\s+%")


def read_wish(words: list[str], usual: Wish) -> Wish:
    """The wish that the words say, over the user's usual settings.

    Raises BadInput naming the word that is not understood, or the limit that is passed.
    """
    reading = _Reading(_APART.sub(" ", _PERCENT.sub("%", " ".join(words))).split())
    while reading.words:
        word = reading.words.pop(0)
        matches = ((pattern.fullmatch(word), read) for pattern, read in _WORDS)
        match, read = next(((match, read) for match, read in matches if match), (None, None))
        if match is None or read is None:
            raise BadInput(f"I do not understand “{word[:30]}”. Type {FORMS}.")
        read(reading, match)
    if len(reading.legs) > MOST_LEGS:
        raise BadInput(f"At most {MOST_LEGS} coins to short at once.")
    said = reading.said
    if said.get("inverse") and "mode" not in said:
        said["mode"] = "isolated"  # coins back such contracts one by one, whatever is usual
    if said.get("mode") == "isolated":
        said["apart"] = usual.mode != "isolated"
    if said.get("unlimited"):
        said["unlimited"] = usual.cash is not None
    return replace(usual, **said, legs=tuple(reading.legs), shares=_shares(reading.legs))


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
    ("orders", lambda count: f"{count} order{'s' * (count > 1)}"),
    ("beta", lambda beta: f"beta {_short(beta)}"),
    ("target_beta", lambda beta: f"target beta {_short(beta)}"),
    ("keep", lambda amount: f"keep {_short(amount)}"),
    ("drop", lambda share: f"drop {_short(share * 100)}%"),
    ("cash", lambda amount: f"cash {_short(amount)}"),
    ("kind", str),
    ("inverse", lambda _: "inverse"),
    ("mode", str),
    ("apart", lambda _: "isolated"),
    ("unlimited", lambda _: "cash any"),
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
    legs = [*wish.legs]
    if wish.shares:
        legs = [
            f"{leg}:{_short(round(share * 100, 2))}" for leg, share in zip(legs, wish.shares, strict=True)
        ]
    # The coins that are hedged come last: a coin behind them would be taken for one of them.
    hedged = [("only", wish.only), ("without", wish.without)]
    return " ".join([*words, *legs, *(word for name, some in hedged if some for word in (name, *some))])


def same(hedge: Hedge, words: list[str]) -> str:
    """The words that ask for this hedge again, after a command; none where none were said.

    Spelled out, because one coin's name alone may mean something else to another command.
    """
    return f" {spell(hedge.wish)}" if words else ""


def _short(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
