"""/hedge: which contracts to short, how many, and what that means."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.command import Asked, Command
from bot.numbers import parse_number
from bot.reply import Button, Reply, fits
from bot.wording.hedge import hedge
from core.asset import STABLECOINS, canonical
from core.errors import BadInput
from core.hedge.plan import MAJORS, Hedge, plan
from core.hedge.subset import MOST_LEGS
from core.hedge.wish import LEAST_COVERAGE, Wish

USUAL = Wish()
FORMS = "/hedge, /hedge 50%, /hedge ETH, /hedge ETH:60 SOL:40 or /hedge beta 1.5 ETH"


async def _hedge(asked: Asked) -> Reply:
    desk = asked.desk
    preferences = await desk.book.preferences()
    wish = read_wish(
        asked.words,
        Wish(
            coverage=preferences.coverage,
            leverage=preferences.leverage,
            horizon_days=preferences.horizon_days,
            fee=preferences.fee,
        ),
    )
    holdings = await desk.book.holdings()
    histories = [*MAJORS, *(held.asset for held in holdings), *wish.legs] if holdings else []
    answer = plan(holdings, await desk.snapshot(histories), wish, desk.now)
    return Reply(hedge(answer), _buttons(answer))


def _buttons(answer: Hedge) -> tuple[tuple[Button, ...], ...]:
    """Every other number of orders, and half the hedge."""
    mine = {leg.asset for leg in answer.legs}
    others = [
        Button(f"{len(choice.legs)}: {' '.join(choice.legs)}", line)
        for choice in answer.frontier
        if set(choice.legs) != mine
        and fits(line := spell(replace(answer.wish, legs=choice.legs, shares=(), beta=None)))
    ]
    half = replace(answer.wish, coverage=max(answer.wish.coverage / 2, LEAST_COVERAGE))
    last = [Button("Half of it", spell(half))] if fits(spell(half)) else []
    return (*((other,) for other in others), (*last, Button("Portfolio", "/portfolio")))


def spell(wish: Wish) -> str:
    """The command line that says this wish."""
    words = ["/hedge", f"{(wish.coverage * 100).normalize():f}%"]
    if wish.leverage is not None:
        words.append(f"{wish.leverage:f}x")
    if wish.horizon_days != USUAL.horizon_days:
        words.append(f"{wish.horizon_days}d")
    if wish.beta is not None:
        words += ["beta", f"{wish.beta:f}"]
    if wish.shares:
        words += [
            f"{leg}:{round(share * 100, 2):f}" for leg, share in zip(wish.legs, wish.shares, strict=True)
        ]
    else:
        words += wish.legs
    return " ".join(words)


@dataclass(slots=True)
class _Words:
    """The words after /hedge that are still to be read, and what was read."""

    words: list[str]
    coverage: Decimal | None = None
    beta: Decimal | None = None
    leverage: Decimal | None = None
    horizon: int | None = None
    legs: dict[str, Decimal | None] = field(default_factory=dict)

    def read_beta(self, _: re.Match[str]) -> None:
        if not self.words:
            raise BadInput("Give the beta a number: /hedge beta 1.5 ETH.")
        self.beta = parse_number(self.words.pop(0))

    def read_coverage(self, found: re.Match[str]) -> None:
        self.coverage = parse_number(found[1]) / 100

    def read_leverage(self, found: re.Match[str]) -> None:
        self.leverage = parse_number(found[1])

    def read_horizon(self, found: re.Match[str]) -> None:
        self.horizon = int(found[1])

    def read_leg(self, found: re.Match[str]) -> None:
        asset, _ = canonical(found[1])
        if asset in STABLECOINS:
            raise BadInput(f"{asset} does not move, so shorting it hedges nothing. Type one of: {FORMS}.")
        if asset in self.legs:
            raise BadInput(f"{asset} is there twice. Name each coin once.")
        self.legs[asset] = parse_number(found[2]) if found[2] else None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[_Words, re.Match[str]], None]], ...] = (
    (re.compile(r"beta", re.IGNORECASE), _Words.read_beta),
    (re.compile(r"([\d.,]+)%"), _Words.read_coverage),
    (re.compile(r"([\d.,]+)x", re.IGNORECASE), _Words.read_leverage),
    (re.compile(r"(\d{1,3})d", re.IGNORECASE), _Words.read_horizon),
    (re.compile(r"([A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*)(?::([\d.,]+)%?)?"), _Words.read_leg),
)


def read_wish(words: list[str], usual: Wish) -> Wish:
    """The wish that the words after /hedge say, over the user's usual settings.

    Raises BadInput naming the word that is not understood.
    """
    found = _Words(list(words))
    while found.words:
        word = found.words.pop(0)
        for pattern, read in _FORMS:
            if match := pattern.fullmatch(word):
                read(found, match)
                break
        else:
            raise BadInput(f"I do not understand “{word[:30]}”. Type {FORMS}.")
    if len(found.legs) > MOST_LEGS:
        raise BadInput(f"At most {MOST_LEGS} coins to short at once.")
    return replace(
        usual,
        coverage=usual.coverage if found.coverage is None else found.coverage,
        leverage=usual.leverage if found.leverage is None else found.leverage,
        horizon_days=usual.horizon_days if found.horizon is None else found.horizon,
        beta=found.beta,
        legs=tuple(found.legs),
        shares=_shares(found.legs),
    )


def _shares(legs: dict[str, Decimal | None]) -> tuple[Decimal, ...]:
    """The legs' fixed weights as shares of one; empty when none is given."""
    given = [share for share in legs.values() if share is not None]
    if not given:
        return ()
    if len(given) != len(legs) or min(given) <= 0:
        raise BadInput("Give every coin a weight above zero, or none: /hedge ETH:60 SOL:40.")
    return tuple(share / sum(given, Decimal(0)) for share in given)


command = Command("hedge", "what to short, how many, at what cost", _hedge, "/hedge 50% ETH")
