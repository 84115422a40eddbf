"""What opening a hedge turns on, with limits that the leverage taken leaves room for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from core.alert import KINDS
from core.alert.kind import Kind
from core.alert.kinds import liquidation
from core.alert.rule import Rule
from core.alert.situation import Situation
from core.journal.episode import Episode, Sizing
from core.journal.held import Held, decimal, value
from core.outcome.leg_standing import LegStanding

MAINTENANCE = Decimal("0.02")
"""About what a venue keeps of a position's worth when it closes it; by so much the distance is shorter."""
PARTS = (Decimal("0.6"), Decimal("0.4"), Decimal("0.2"))
"""Of the distance at the beginning: where each limit is at most."""
PERCENT = Decimal("0.01")
_ZERO = Decimal(0)


def after_hedging(
    now: datetime, held: Iterable[Held], sizing: Sizing | None
) -> tuple[tuple[Kind, Rule], ...]:
    """The rules that the open hedge calls for, each of all its subjects; expiry where something expires.

    held: its open contracts. sizing: the last that says what is wanted short.
    """
    held = tuple(held)
    legs = tuple(LegStanding(each, None, None, None, None, None, None) for each in held)
    if not legs:
        return ()
    sized = Episode(0, now, sizings=() if sizing is None else (sizing,))
    situation = Situation(now, "", {}, episode=sized, bare=legs)
    return tuple(
        (kind, _roomy(rule, held))
        for kind in KINDS.values()
        for rule in kind.after_hedging
        if kind.always or kind.subjects(situation, rule)
    )


def _roomy(rule: Rule, held: Iterable[Held]) -> Rule:
    """The rule; of the distance to liquidation with limits that are not passed from the first minute on.

    They are parts of how far away the nearest position begins, as its margin tells, and the usual ones where
    those are nearer.
    """
    shares = [share for each in held if (share := _backed(each)) is not None]
    if rule not in liquidation.kind.after_hedging or not shares:
        return rule
    begins = max(min(shares) - MAINTENANCE, _ZERO)
    wide = zip(rule.tiers, PARTS, strict=True)
    tiers = [min(tier, (part * begins).quantize(PERCENT, ROUND_DOWN)) for tier, part in wide]
    least = [PERCENT * (len(tiers) - place) for place in range(len(tiers))]
    return replace(rule, tiers=tuple(max(pair) for pair in zip(tiers, least, strict=True)))


def _backed(held: Held) -> Decimal | None:
    """Margin over worth at entry; None where the margin is not known."""
    worth = abs(value(held.terms, held.count, decimal(held.entry)))
    return None if held.margin is None or not worth else decimal(held.margin / worth)
