"""Rules as people type them, read: `liquidation 20%`, `price SOL fall 5% 1h`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from core.alert.kind import Figure, Kind, Unit
from core.alert.rule import Rule, Side
from core.domain.coins.asset import STABLECOINS
from core.domain.coins.names import ticker_of
from core.domain.errors import BadInput

MOST_TIERS = 6
_SIDES: dict[str, Side] = {
    **dict.fromkeys(("above", "over", "more", ">"), "above"),
    **dict.fromkeys(("below", "under", "less", "<"), "below"),
    **dict.fromkeys(("flip", "flips"), "across"),
}
_SAME = {
    **dict.fromkeys(("s", "sigmas"), "sigma"),
    **dict.fromkeys(("year", "yearly"), "apr"),
    **dict.fromkeys(("falls", "drop", "drops", "down"), "fall"),
    **dict.fromkeys(("rises", "up"), "rise"),
    "1d": "24h",
    "r²": "r2",
}
"""Words that say the same as one that names a figure."""
_SPOKEN = tuple(
    (re.compile(pattern, re.IGNORECASE), short)
    for pattern, short in (
        (r"([<>])", r" \1 "),
        (r"(?<=\d)\s*(?:%|percent\b)", "%"),
        (r"(?<=\d)\s*(?:minutes?|mins?)\b", "min"),
        (r"(?<=\d)\s*hours?\b", "h"),
        (r"(?<=\d)\s*days?\b", "d"),
        (r"(?<=\d)\s*(?:\$|usdt?\b|dollars?\b)", ""),
    )
)
"""Units as they are said, and how they stand behind a number here."""
_FILLERS = frozenset({"at", "by", "goes", "if", "in", "is", "of", "than", "the", "to", "when", "within"})
"""Words that say nothing where another one names the coin."""
_MINUS = "-−"
_FALL, _RISE = "fall", "rise"
_PAYS = "pays"
"""Names a figure whose amounts are what is paid: a tier is what comes in, the same with the other sign."""
_MULTIPLE = re.compile(r"[.,]?\d[\d.,]*x", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?P<amount>[+−-]?\$?[.,]?\d[\d.,'_]*(?:[kmdh%]|min)?)(?P<sigma>s|sigmas?)?", re.IGNORECASE
)
_POSITION = re.compile(r"[a-z0-9]+:\S+/\S+", re.IGNORECASE)
_ZERO, _ONE = Decimal(0), Decimal(1)
_SUFFIXES: Mapping[Unit, Mapping[str, Decimal]] = {
    "share": {"%": Decimal("0.01")},
    "usd": {"": _ONE},
    "sigmas": {"": _ONE},
    "plain": {"": _ONE},
    "days": {"d": _ONE, "h": _ONE / 24},
    "minutes": {"min": _ONE, "m": _ONE, "h": Decimal(60)},
}
"""What follows a number of this unit, and how much of the unit it is."""
_CALLED: Mapping[Unit, str] = {
    "share": "percentage, like 10%",
    "usd": "price",
    "sigmas": "number",
    "plain": "number",
    "days": "time, like 3d or 6h",
    "minutes": "time, like 15m",
}
_FINEST = Decimal("1e-12")
"""Parts of a day are kept to this."""


class ReadNumber(Protocol):
    """Reads a number as people type it, without a sign; `money` lets a lone comma group thousands.

    Raises BadInput where it is none.
    """

    def __call__(self, text: str, *, money: bool = False) -> Decimal: ...


@dataclass(slots=True)
class _Said:
    """What the words say, before it is known whether that makes a rule. others: words of no other meaning."""

    others: list[str] = field(default_factory=list)
    side: Side | None = None
    figure: set[str] = field(default_factory=set)
    amounts: list[str] = field(default_factory=list)


def read_rule(kind: Kind, words: Sequence[str], number: ReadNumber) -> Rule:
    """The rule of this kind that the words say.

    Raises BadInput, for words that say no rule NotARule.
    """
    said = _said(kind, words)
    subject = _subject(kind, said.others)
    name, figure = _figure(kind, said)
    side = _side(kind, figure, said)
    if side == "across":
        tiers: tuple[Decimal, ...] = (_ZERO,)
    else:
        tiers = tuple(_tier(kind, figure, text, number) for text in said.amounts) or figure.usual
    if not tiers or (said.amounts and side == "across"):
        raise _refused(kind, "Say at which figure." if not tiers else "A flip has no figure.", figure)
    if kind.coin == "needed" and not subject:
        raise _refused(kind, "Say which coin.")
    if len(tiers) > MOST_TIERS:
        raise _refused(kind, f"At most {MOST_TIERS} figures.")
    return Rule(kind.name, name, subject, side, tuple(sorted(set(tiers), reverse=side == "below")))


def _said(kind: Kind, words: Sequence[str]) -> _Said:
    said = _Said()
    naming = frozenset().union(*(figure.said for figure in kind.figures.values()))
    for typed in _split(_shortened(words), naming):
        word = typed.lower()
        if word in naming:
            said.figure.add(word)
        elif word in _SIDES:
            if said.side:
                raise _not_understood(kind, typed)
            said.side = _SIDES[word]
        elif _AMOUNT.fullmatch(word) or (_in_multiples(kind) and _MULTIPLE.fullmatch(word)):
            said.amounts.append(word)
        else:
            said.others.append(typed)
    if _FALL in naming and said.figure and not said.figure & {_FALL, _RISE}:
        _turn_to_fall(said)
    return said


def _shortened(words: Sequence[str]) -> list[str]:
    """The words with units as they are read here: `5 percent` is `5%`."""
    text = " ".join(words)
    for pattern, short in _SPOKEN:
        text = pattern.sub(short, text)
    return text.split()


def _turn_to_fall(said: _Said) -> None:
    """A move of -5% is a fall of 5%."""
    if said.amounts and all(text[0] in _MINUS for text in said.amounts):
        said.figure.add(_FALL)
        said.amounts = [text.lstrip(_MINUS) for text in said.amounts]


def _in_multiples(kind: Kind) -> bool:
    """Whether its share is above one by nature, so that `1.5x` may say it as well as 150%."""
    return any(figure.unit == "share" and figure.least > 1 for figure in kind.figures.values())


def _split(words: Sequence[str], naming: frozenset[str]) -> Iterator[str]:
    """The words, each of one meaning: `4s` is two."""
    for typed in words:
        same = _SAME.get(typed.lower(), typed)
        word = same if same in naming else typed
        found = _AMOUNT.fullmatch(typed)
        if found and found["sigma"]:
            yield from (found["amount"], "sigma")
        else:
            yield word


def _subject(kind: Kind, words: Sequence[str]) -> str:
    """The one coin or position that the words name; empty where they name none."""
    named = [word for word in words if word.lower() not in _FILLERS]
    if kind.coin == "needed":
        named = named or list(words)
    first, second = (*named, "", "")[:2]
    if second or (first and kind.coin == "none"):
        raise _not_understood(kind, second or first)
    if not first or (kind.coin == "optional" and _POSITION.fullmatch(first)):
        return first
    asset = ticker_of(first)
    if asset in STABLECOINS:
        raise BadInput(f"{asset} counts as one dollar here and is not watched. Name another coin.")
    return asset


def _figure(kind: Kind, said: _Said) -> tuple[str, Figure]:
    for name, figure in kind.figures.items():
        if figure.said == said.figure:
            return name, figure
    more = [figure for figure in kind.figures.values() if said.figure and said.figure < figure.said]
    if more:
        words = (" ".join(sorted(figure.said - said.figure)) for figure in more)
        raise _refused(kind, f"Say also {' or '.join(words)}.", more[-1])
    raise _not_understood(kind, " ".join(sorted(said.figure)))


def _side(kind: Kind, figure: Figure, said: _Said) -> Side:
    if figure.side is None and said.side is None:
        raise _refused(kind, "Say whether above or below.", figure)
    if figure.side is not None and said.side not in (None, figure.side):
        raise _refused(kind, "That has one direction only.", figure)
    side = said.side or figure.side
    assert side is not None  # noqa: S101 - one of them is there  # nosec B101
    if side == "across" and not figure.least <= 0 <= figure.most:
        raise _refused(kind, "That never changes sign.")
    return side


def _tier(kind: Kind, figure: Figure, text: str, number: ReadNumber) -> Decimal:
    size = _size(figure.unit, text.lstrip("+-−").removeprefix("$"), number)
    if size is None:
        raise _refused(kind, f"“{text[:30]}” is no {_CALLED[figure.unit]}.", figure)
    below_zero = (text[0] in _MINUS) != (_PAYS in figure.said)
    tier = -size if below_zero else size
    if figure.unit == "usd" and tier <= 0:
        raise _refused(kind, f"“{text[:30]}” is no {_CALLED[figure.unit]}.", figure)
    if not figure.least <= tier <= figure.most:
        least, most = (_spelled(figure.unit, bound) for bound in (figure.least, figure.most))
        raise _refused(kind, f"That goes from {least} to {most}.", figure)
    return tier


def _size(unit: Unit, text: str, number: ReadNumber) -> Decimal | None:
    """The amount in its unit, without its sign; None where it does not end as one of this unit does."""
    if text.endswith("%") and unit != "share":
        return None
    if text.endswith("x"):
        return number(text.removesuffix("x")) if unit == "share" else None
    for suffix, worth in _SUFFIXES[unit].items():
        if text.endswith(suffix):
            size = number(text.removesuffix(suffix), money=unit == "usd") * worth
            return size.quantize(_FINEST).normalize() if unit == "days" else size
    return _ZERO if text.strip("0.,") == "" else None


def _spelled(unit: Unit, tier: Decimal) -> str:
    """The amount so that it is read as this very figure again."""
    if unit == "share":
        return f"{_plain(tier.scaleb(2))}%"
    if unit == "days":
        return f"{_plain(tier)}d" if tier == tier.to_integral_value() else f"{_plain(round(tier * 24, 6))}h"
    if unit == "minutes":
        return f"{_plain(tier)}m"
    text = _plain(tier)
    # Three places after a point could be thousands.
    return f"{text}0" if unit == "usd" and len(text.partition(".")[2]) == 3 else text


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(eq=False)
class NotARule(BadInput):
    """The words say no rule of this kind of alert."""

    says = "{why}"
    why: str
    """What is wrong with them, as a sentence."""
    form: str
    """Words that are right and nearest to those."""


def _not_understood(kind: Kind, typed: str) -> BadInput:
    return _refused(kind, f"I do not understand “{typed[:30]}” here.")


def _refused(kind: Kind, why: str, figure: Figure | None = None) -> BadInput:
    """Why not, and a form that is right: the nearest one to the figure."""
    said = figure.said if figure else frozenset()
    form = max(kind.forms, key=lambda form: len(said & set(form.split())))
    return NotARule(why, form)
