"""The other way round of reading a rule: the words that say it, to see that reading them gives it back."""

from core.alert import KINDS
from core.alert.rule import Rule
from core.alert.words import _PAYS, _spelled


def spelled(rule: Rule) -> str:
    """The words after /alert that say this rule."""
    kind = KINDS[rule.kind]
    figure = kind.figures[rule.figure]
    side = "flip" if rule.side == "across" else "" if figure.side else rule.side
    plain = rule.side == "across" or rule.tiers == figure.usual
    sign = -1 if _PAYS in figure.said else 1
    tiers = () if plain else (_spelled(figure.unit, sign * tier) for tier in rule.tiers)
    words = [rule.kind, rule.subject, side, *tiers, *sorted(figure.said, reverse=True)]
    return " ".join(filter(None, words))
