"""What opening a hedge turns on."""

from core.alert import KINDS
from core.alert.kind import Kind
from core.alert.rule import Rule
from core.alert.situation import Situation


def after_hedging(situation: Situation) -> tuple[tuple[Kind, Rule], ...]:
    """The rules that the open hedge calls for, each of all its subjects; expiry where something expires."""
    if not situation.legs:
        return ()
    return tuple(
        (kind, rule)
        for kind in KINDS.values()
        for rule in kind.after_hedging
        if kind.subjects(situation, rule)
    )
