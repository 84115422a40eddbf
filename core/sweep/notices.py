"""What has changed for a user, exactly: new states of their alerts, and the notices that these make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from core.alert import KINDS
from core.alert.facts import Facts
from core.alert.kind import QUIET, URGENT
from core.alert.notice import facts_of, key
from core.alert.rule import Firing, Rule, State, step
from core.alert.situation import Reading, Situation
from core.store.queue.notice import Notice, in_order
from core.store.queue.outbox import AlertChange
from core.store.user.alerts import Alert
from core.sweep.exact import WatchedUser

FIRST = timedelta(minutes=10)
"""For so long after a hedge was recorded, what the answers said about it is no news."""
MOST = 30
"""Notices of one sort that a digest carries."""
YESTERDAY = timedelta(hours=30)
"""A digest made since so long before this one was due is yesterday's: each may be up to half a day late."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One exact subject of an alert, measured."""

    alert: Alert
    rule: Rule
    reading: Reading | None
    state: State
    firing: Firing | None


def crossings(person: WatchedUser, situation: Situation) -> list[AlertChange]:
    """The alerts of the user of which any state is another now, with the notices that this makes."""
    seen = [
        _seen(alert, rule, situation)
        for alert in person.alerts
        if alert.rule.kind in KINDS
        for rule in KINDS[alert.rule.kind].each(alert.rule, situation)
    ]
    changes = (_change(person, alert, situation, seen) for alert in person.alerts if alert.rule.kind in KINDS)
    return [change for change in changes if change is not None]


def _seen(alert: Alert, rule: Rule, situation: Situation) -> Seen:
    kind = KINDS[rule.kind]
    reading = kind.measure(situation, rule)
    state, firing = step(
        rule,
        alert.states.get(rule.subject, State()),
        reading.value if reading else None,
        situation.now,
        margin=kind.margin(rule),
        cooldown=kind.cooldown,
        snoozed_until=alert.snoozed_until,
    )
    if firing is not None and kind.answered and just_recorded(alert, situation):
        firing = None
    return Seen(alert, rule, reading, state, firing)


def just_recorded(alert: Alert, situation: Situation) -> bool:
    """Whether the hedge that turned this alert on began a moment ago: the answers have said how it stands."""
    entries = situation.episode.entries if situation.episode else ()
    began = min((entry.recorded_at for entry in entries), default=None)
    return alert.origin == "hedge" and began is not None and situation.now - began <= FIRST


def _change(
    person: WatchedUser, alert: Alert, situation: Situation, seen: Sequence[Seen]
) -> AlertChange | None:
    """The change of this alert; None where every state is what it was."""
    own = [each for each in seen if each.alert is alert]
    # A subject that is gone is forgotten, but not a position that may only be out of sight.
    after = dict(alert.states) if situation.unclear else {}
    after |= {each.rule.subject: each.state for each in own}
    after = {subject: state for subject, state in after.items() if state != State()}
    if after == alert.states:
        return None
    made = [
        _notice(person, each, each.firing, each.reading, situation, seen)
        for each in own
        if each.firing is not None and each.reading is not None
    ]
    return AlertChange(person.user, alert.number, alert.version, after, tuple(made))


def _notice(
    person: WatchedUser,
    one: Seen,
    firing: Firing,
    reading: Reading,
    situation: Situation,
    seen: Sequence[Seen],
) -> Notice:
    kind, now = KINDS[one.rule.kind], situation.now
    urgency = URGENT if reading.facts.urgent else kind.urgency
    said = facts_of(one.alert.number, one.rule, firing, reading, now)
    # Its times are told by the clock where the user is.
    said = replace(said, zone=person.quiet.zone)
    if kind.urgency == QUIET:
        said = with_summary(said, person, situation, seen)
    return Notice(
        key(one.alert.number, one.rule, firing),
        one.alert.number,
        one.rule.kind,
        urgency,
        one.alert.mode == "silent",
        said,
        now,
        _due(person, urgency, now),
    )


def _due(person: WatchedUser, urgency: int, now: datetime) -> datetime:
    """When the notice may be sent: at once if it is urgent, else not within the user's quiet hours."""
    return now if urgency == URGENT else person.quiet.until(now)


def with_summary(said: Facts, person: WatchedUser, situation: Situation, seen: Sequence[Seen]) -> Facts:
    """The facts of a digest, with what it tells of the other alerts.

    `before` are figures of yesterday's digest, `fired` is what was told since the last one, `attention` what
    is past a limit now (empty where it is known that nothing is), `unknown` what may not have arrived.
    """
    last, fired, before = person.last_digest, said.fired, said.before
    if last is not None:
        since = (each for each in person.told if each.created_at > last.created_at)
        fired = tuple(_flat(each.facts) for each in in_order(since)[:MOST])
        due, old = situation.digest_due, last.facts
        if due is not None and last.created_at >= due - YESTERDAY:
            before = Facts(net=old.net, coins=old.coins, hedge=old.hedge, began=old.began)
    return replace(
        said,
        fired=fired,
        before=before,
        attention=_attention(situation, seen),
        unknown=tuple(replace(_flat(each.facts), key=each.key) for each in person.unknown),
    )


def _attention(situation: Situation, seen: Iterable[Seen]) -> tuple[Facts, ...] | None:
    """What is past a limit now, the gravest first.

    None where nothing is of what is known, but not everything is known: then nobody may say that all is well.
    """
    others = [each for each in seen if KINDS[each.rule.kind].urgency != QUIET]
    past = [each for each in others if each.state.tier and each.reading and each.rule.side != "across"]
    if not past and (situation.unclear or not others or any(each.reading is None for each in others)):
        return None
    # What is urgent, then what is furthest past its limits.
    past.sort(key=lambda each: (KINDS[each.rule.kind].urgency, -each.state.tier))
    return tuple(_flat(_standing(each, each.reading, situation.now)) for each in past[:MOST] if each.reading)


def _standing(one: Seen, reading: Reading, now: datetime) -> Facts:
    """What a notice would say of the tier that it is in."""
    tier, rule = one.state.tier, one.rule
    side: Literal["above", "below"] = "above" if rule.side == "above" else "below"
    firing = Firing(tier, side, one.state.since[tier - 1] or now, reading.value, rule.tiers[tier - 1])
    return facts_of(one.alert.number, rule, firing, reading, now)


def _flat(said: Facts) -> Facts:
    """The facts without the lists in them: a digest that names one before it would grow from day to day."""
    return replace(said, without=(), unpriced=(), fired=(), attention=None, unknown=())
