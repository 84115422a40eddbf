"""The notice that a firing makes: its key and its facts, enough to word it later without asking again."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.alert.facts import Facts, exact_fact
from core.alert.rule import Firing, Rule
from core.alert.situation import Reading


def key(number: int, rule: Rule, firing: Firing) -> str:
    """The name of this notice among those of its user. It holds no live figure, so that a repeat is known.

    number: of the user's alert. rule: with its exact subject. A tier that is reached anew has a new time.
    """
    return f"{number}:{rule.subject}:{firing.tier}:{firing.since.isoformat()}"


def facts_of(number: int, rule: Rule, firing: Firing, reading: Reading, now: datetime) -> Facts:
    """What the reading says, with what fired beside it.

    The reading has the last word on the subject, on the value that is told and on since when it is so.
    """
    said = reading.facts
    return replace(
        said,
        number=number,
        kind=rule.kind,
        what="flip" if rule.side == "across" else rule.figure,
        subject=rule.subject if said.subject is None else said.subject,
        side=firing.side,
        tier=firing.tier,
        tiers=len(rule.tiers),
        value=exact_fact(firing.value) if said.value is None else said.value,
        threshold=exact_fact(firing.threshold),
        since=said.since or firing.since,
        then=exact_fact(firing.then),
        at=now - (said.age or timedelta(0)),
    )
