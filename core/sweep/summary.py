"""What a digest tells of the user's other alerts, beside its own figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from core.alert import KINDS
from core.alert.kind import QUIET
from core.alert.notice import body
from core.alert.rule import Firing, Rule, State
from core.alert.situation import Reading, Situation
from core.store.queue.notice import in_order
from core.store.queue.outbox import NAMED
from core.store.user.alerts import Alert
from core.sweep.people import WatchedUser

MOST = 30
"""Notices of one sort that a digest carries."""
YESTERDAY = timedelta(hours=30)
"""A digest made since so long before this one was due is yesterday's: each may be up to half a day late."""
FIGURES = ("net", "coins", "hedge", "began")
"""Of the digest before, for what was made since."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One exact subject of an alert: what was measured, where that puts it, and what it is to be told."""

    alert: Alert
    rule: Rule
    reading: Reading | None
    state: State
    firing: Firing | None


def summary(person: WatchedUser, situation: Situation, seen: Sequence[Seen]) -> dict[str, Any]:
    """The facts `before`, `fired`, `attention` and NAMED of a digest, each where there is such a thing.

    before: figures of yesterday's. fired: bodies of what was told since the digest before. attention: bodies
    of what is past a limit now; empty where nothing is and that is known. NAMED: as the outbox has it.
    """
    found: dict[str, Any] = {}
    last = person.last_digest
    if last is not None:
        since = (each for each in person.told if each.created_at > last.created_at)
        found["fired"] = [_flat(each.body) for each in in_order(since)[:MOST]]
        due = situation.digest_due
        if due is not None and last.created_at >= due - YESTERDAY:
            found["before"] = {name: last.body.get(name) for name in FIGURES}
    attention = _attention(situation, seen)
    if attention is not None:
        found["attention"] = attention
    if person.unknown:
        found[NAMED] = [{**_flat(each.body), "key": each.key} for each in person.unknown]
    return found


def _attention(situation: Situation, seen: Iterable[Seen]) -> list[Mapping[str, Any]] | None:
    """What is past a limit now, the gravest first; None where it is none of what is known, but not all is."""
    others = [each for each in seen if KINDS[each.rule.kind].urgency != QUIET]
    past = [each for each in others if each.state.tier and each.reading and each.rule.side != "across"]
    if not past and (situation.unclear or not others or any(each.reading is None for each in others)):
        return None
    past.sort(key=lambda each: (KINDS[each.rule.kind].urgency, -each.state.tier))
    return [_flat(_standing(each, each.reading, situation.now)) for each in past[:MOST] if each.reading]


def _standing(one: Seen, reading: Reading, now: datetime) -> dict[str, Any]:
    """What a notice would say of the tier that it is in."""
    tier, rule = one.state.tier, one.rule
    side: Literal["above", "below"] = "above" if rule.side == "above" else "below"
    firing = Firing(tier, side, one.state.since[tier - 1] or now, reading.value, rule.tiers[tier - 1])
    return dict(body(one.alert.number, rule, firing, reading, now))


def _flat(said: Mapping[str, Any]) -> dict[str, Any]:
    """A body without the lists in it: a digest that names one before it would grow from day to day."""
    return {name: each for name, each in said.items() if not isinstance(each, list)}
