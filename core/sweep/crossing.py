"""What has changed in a user's situation, exactly: new states of their alerts, and the notices these make."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.alert import KINDS
from core.alert.kind import QUIET, URGENT
from core.alert.notice import body, key
from core.alert.rule import Firing, Rule, State, step
from core.alert.situation import Reading, Situation
from core.store.queue.notice import Notice
from core.store.queue.outbox import AlertChange
from core.store.user.alerts import Alert
from core.sweep.people import WatchedUser
from core.sweep.summary import Seen, summary

FIRST = timedelta(minutes=10)
"""So long after a hedge was recorded what its answers said is no news."""


def crossings(person: WatchedUser, situation: Situation) -> list[AlertChange]:
    """Every alert of the user of which a state is another now."""
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
    """Of this alert; what was kept of a position that may only be out of sight is kept on."""
    own = [each for each in seen if each.alert is alert]
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
    urgency = URGENT if reading.facts.get("urgent") is True else kind.urgency
    said: dict[str, Any] = body(one.alert.number, one.rule, firing, reading, now)
    said["zone"] = person.quiet.zone  # its times are told by the user's clock
    if kind.urgency == QUIET:
        said |= summary(person, situation, seen)
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
    """At once, or after the user's quiet hours: what is urgent does not wait for their end."""
    return now if urgency == URGENT else person.quiet.until(now)
