"""What an alert watches and how that stands, in a few words."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from bot.wording.notices.kind_words import words_of
from bot.wording.notices.phrases import counted, exact_span, exact_text, share, span
from bot.wording.notices.told_facts import short_subject
from bot.wording.numbers import price
from core.alert import KINDS
from core.alert.kind import Unit
from core.alert.rule import Rule

_ACROSS = "{kind}{of} changes sides"
_ANY = "{kind}{of} {side} {limits}"


def described(rule: Rule) -> str:
    """`funding of ETH: shorts pay over 0.01%`, `liquidation less than 30%, 20%, 10% away`."""
    words = words_of(rule.kind)
    assert words is not None  # noqa: S101 - a rule is of a kind that there is  # nosec B101
    phrase = _ACROSS if rule.side == "across" else words.about.get(rule.figure, _ANY)
    coin = short_subject(rule.subject)
    limit = words.limit or _SET[KINDS[rule.kind].figures[rule.figure].unit]
    return phrase.format(
        kind=rule.kind,
        of=f" of {coin}" if coin else words.of_all.get(rule.figure, ""),
        side=rule.side,
        limits=", ".join(map(limit, rule.tiers)),
        **words.parts(rule),
    )


def rule_standing(rule: Rule, value: Decimal) -> str:
    """The value as it stands now: for a fall how far it fell, for funding who pays."""
    words = words_of(rule.kind)
    said = words.standing(rule, value) if words else None
    return _LIVE[KINDS[rule.kind].figures[rule.figure].unit](value) if said is None else said


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


_SET: Mapping[Unit, Callable[[Decimal], str]] = {
    "share": lambda part: exact_text(part) or "",
    "usd": lambda amount: f"${_plain(amount)}",
    "sigmas": _plain,
    "days": exact_span,
    "minutes": lambda minutes: counted(minutes, "minute"),
    "plain": _plain,
}
"""A limit as it was set, by its unit."""
_LIVE: Mapping[Unit, Callable[[Decimal], str]] = {
    "share": lambda part: share(part) or "",
    "usd": price,
    "sigmas": lambda moves: f"{moves:.1f} usual days' moves away",
    "days": lambda days: f"{span(days)} left",
    "minutes": lambda minutes: counted(round(minutes), "minute"),
    "plain": lambda figure: f"{figure:.2f}",
}
"""A value as it stands now, by its unit."""
