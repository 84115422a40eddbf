"""What opening a hedge turns on."""

from collections.abc import Iterable
from datetime import datetime

from core.alert import KINDS
from core.alert.kind import Kind
from core.alert.rule import Rule
from core.alert.situation import Situation
from core.life.episode import Episode, Sizing
from core.life.journal import Held
from core.outcome.standing import Leg


def after_hedging(
    now: datetime, held: Iterable[Held], sizing: Sizing | None
) -> tuple[tuple[Kind, Rule], ...]:
    """The rules that the open hedge calls for, each of all its subjects; expiry where something expires.

    held: its open contracts. sizing: the last that says what is wanted short.
    """
    legs = tuple(Leg(each, None, None, None, None, None, None) for each in held)
    if not legs:
        return ()
    sized = Episode(0, now, sizings=() if sizing is None else (sizing,))
    situation = Situation(now, "", {}, episode=sized, bare=legs)
    return tuple(
        (kind, rule)
        for kind in KINDS.values()
        for rule in kind.after_hedging
        if kind.subjects(situation, rule)
    )
