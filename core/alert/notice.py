"""What a notice keeps of a firing, as plain JSON: enough to word it later, without asking anything again."""

from datetime import datetime, timedelta

from core.alert.rule import Firing, Rule
from core.alert.situation import Plain, Reading, plain_fact


def key(number: int, rule: Rule, firing: Firing) -> str:
    """The name of this notice among those of its user: it holds no live figure.

    number: of the user's alert. rule: with its exact subject. A tier that is reached anew has a new time.
    """
    return f"{number}:{rule.subject}:{firing.tier}:{firing.since.isoformat()}"


def body(number: int, rule: Rule, firing: Firing, reading: Reading, now: datetime) -> dict[str, Plain]:
    """What happened, to which subject, since when, beside the facts of the reading, all in one object.

    what: the rule's figure, or `flip` where a value changed sides. subject: the coin or venue; empty for the
    hedge as a whole. tier: from 1, the mildest, of so many `tiers`. side: the way that the value went. since:
    when that was first seen; then: the value at that time, where it is told later; at: of what time the
    figures are.
    """
    age = reading.facts.get("age")
    return {
        "number": number,
        "kind": rule.kind,
        "what": "flip" if rule.side == "across" else rule.figure,
        "subject": rule.subject,
        "side": firing.side,
        "tier": firing.tier,
        "tiers": len(rule.tiers),
        "value": plain_fact(firing.value),
        "threshold": plain_fact(firing.threshold),
        "since": plain_fact(firing.since),
        "then": plain_fact(firing.then),
        "at": plain_fact(now - timedelta(seconds=age if isinstance(age, int) else 0)),
        **reading.facts,
    }
