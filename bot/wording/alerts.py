"""What a user sees of their alerts: what each one watches, whether it is on, and how things stand now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from markupsafe import Markup

from bot.wording.layout import bold, folded, lines
from bot.wording.layout import listed as named
from bot.wording.notices.digest import unsure
from bot.wording.notices.kind_words import words_of
from bot.wording.notices.phrases import counted
from bot.wording.notices.times import moment
from bot.wording.notices.told_facts import short_subject
from bot.wording.rule import described, rule_standing
from core.alert import KINDS
from core.alert.facts import Facts
from core.alert.kind import QUIET, URGENT, Kind
from core.alert.rule import Rule
from core.domain.caps import CAPS
from core.store.user.alerts import Alert

EXAMPLES = (
    "/alert funding ETH below -0.01%",
    "/alert drift 10%",
    "/alert liquidation 20%",
    "/alert price SOL below 120",
)
SWITCHING = "To change no. {n}: /alert off {n}, on {n}, silent {n}, snooze {n} 1d, remove {n}"
FEW = 8
"""Alerts that are listed before the others fold away."""
SHOWN = 5
"""Subjects of one alert that are told of."""
NOTHING_YET = "There is nothing open that it is about; it begins by itself once there is."
UNKNOWN = "How it stands is not known now; you will hear once it is known and past the limit."
EXPLAINED = (
    "An alert comes once when its limit is passed, and at once again when it gets worse; then only after it "
    "was clearly back. While prices are old, no alert on prices comes but stale, which says so."
)
BLIND = (
    "Not known now: a price, past prices or a margin is missing, and the alert cannot come until it is there."
)
UNWATCHED = "Careful: no warning of a liquidation comes from it meanwhile."

GONE = "Careful: no warning of a liquidation comes from it any more."


_OWN_COMMAND: Mapping[str, Mapping[str, str]] = {
    "digest": {"digest": "a summary a day, at the time that /digest says"},
}
"""What a form of a kind says, by kind and form, where a command beside /alert has a part in it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How one subject of an alert stands now."""

    subject: str
    value: Decimal | None
    """None where it is not known now."""
    reached: bool
    """Whether the value is past the limit of the alert."""


def alerts_listed(
    alerts: Sequence[Alert],
    now: datetime,
    place: tzinfo = UTC,
    unknown: Sequence[Facts] = (),
    blind: Collection[int] = (),
    most: int = CAPS.alerts,
) -> Markup:
    """The whole answer to /alerts.

    place: the time zone that the user has named, here as in all functions of this file. unknown: the facts
    of notices of which nobody knows whether they arrived. blind: the numbers of alerts that cannot
    fire now, because no figures come in. most: how many alerts one user may have.
    """
    if not alerts:
        return lines(
            bold("You have no alerts"),
            "Recording a hedge with /filled turns on the usual ones. Or type one:",
            *map(_copied, EXAMPLES),
            *unsure(unknown),
        )
    rows = [
        f"{alert.number}. {described(alert.rule)}: {state(alert, now, place)}"
        f"{', not known now' if alert.number in blind else ''}"
        for alert in alerts
    ]
    return lines(
        bold(_headline(alerts)),
        *unsure(unknown),
        *rows[:FEW],
        BLIND if blind else None,
        f"and {len(rows) - FEW} more, in the details." if len(rows) > FEW else None,
        folded(
            *rows[FEW:],
            SWITCHING.format(n=alerts[0].number),
            "A new one, for example:", *map(_copied, EXAMPLES), "All of a kind: /alert silent funding",
            EXPLAINED, f"At most {most}.",
        ),
    )  # fmt: skip


def kinds(only: str = "") -> Markup:
    """All kinds that can be watched, or all forms of one kind."""
    if only:
        kind = KINDS[only]
        return lines(
            bold(f"/alert {only}: {_about(kind)}"), *_forms({**kind.forms, **_OWN_COMMAND.get(kind.name, {})})
        )
    examples = {next(iter(kind.forms)): _about(kind) for kind in KINDS.values() if kind.urgency != QUIET}
    return lines(
        bold("What I can watch for you"),
        *_forms(examples),
        "More of one: /alert price",
        "Off, silent, asleep: /help alert",
    )


def _about(kind: Kind) -> str:
    return kind.help.removeprefix("tells you ")


def _forms(forms: Mapping[str, str]) -> Iterable[Markup]:
    return (Markup("<code>/alert {}</code>\n   {}").format(form, help_) for form, help_ in forms.items())


def state(alert: Alert, now: datetime, place: tzinfo = UTC) -> str:
    """What an alert is doing: `watching`, `reached since 09:12 UTC`, `asleep until 10:30 UTC` or `off`, and
    whether it is silent.

    A daily summary has no limit to watch, so it is only `on`.
    """
    if alert.mode == "off":
        return "off"
    silent = ", silent" if alert.mode == "silent" else ""
    if asleep(alert, now) and alert.snoozed_until:
        return f"asleep until {moment(alert.snoozed_until, now, place)}{silent}"
    since = reached_since(alert)
    if since is not None:
        return f"reached since {moment(since, now, place)}{silent}"
    return f"{'on' if KINDS[alert.rule.kind].urgency == QUIET else 'watching'}{silent}"


def asleep(alert: Alert, now: datetime) -> bool:
    return alert.snoozed_until is not None and alert.snoozed_until > now


def reached_since(alert: Alert) -> datetime | None:
    """Since when the alert is past its limit, for any of its subjects; None where it is not.

    Two cases are no news and give None: an alert on a change of sides, which is always on one of the two, and
    the daily summary, which is due each day.
    """
    if alert.rule.side == "across" or KINDS[alert.rule.kind].urgency == QUIET:
        return None
    reached = (one.since[0] for one in alert.states.values() if one.tier and one.since)
    return min((since for since in reached if since), default=None)


def alert_made(alert: Alert, measured: Sequence[Measured]) -> Markup:
    """The answer to a new alert: how each of its subjects stands now."""
    known = [each for each in measured if each.value is not None]
    return lines(
        bold(f"Alert {alert.number} is {alert.mode}: {described(alert.rule)}"),
        *(_now(alert.rule, each) for each in known[:SHOWN]),
        _nothing_yet(alert.rule) if not measured else UNKNOWN if not known else None,
        folded(EXPLAINED),
    )


def _nothing_yet(rule: Rule) -> str:
    words = words_of(rule.kind)
    return words.nothing if words and words.nothing else NOTHING_YET


def alerts_changed(alerts: Sequence[Alert], now: datetime, place: tzinfo = UTC) -> Markup:
    """The answer to alerts that were switched or put to sleep."""
    states = [state(alert, now, place) for alert in alerts]
    # Each state once: several alerts switched together mostly have the same one.
    first, *others = dict.fromkeys(states)
    if len(alerts) == 1:
        heading, told = f"Alert {alerts[0].number} is {first}", [described(alerts[0].rule)]
    elif not others:
        heading = f"{counted(len(alerts), 'alert')} are {first}"
        told = [f"{alert.number}. {described(alert.rule)}" for alert in alerts]
    else:
        heading = f"{counted(len(alerts), 'alert')} changed"
        each = zip(alerts, states, strict=True)
        told = [f"{alert.number}. {described(alert.rule)}: {now_is}" for alert, now_is in each]
    return lines(bold(heading), *told, _grave(alerts, now))


def alerts_removed(alerts: Sequence[Alert]) -> Markup:
    """The answer to alerts that are gone."""
    return lines(
        bold(f"Removed: {counted(len(alerts), 'alert')}"),
        *(described(alert.rule) for alert in alerts),
        GONE if any(map(_urgent, alerts)) else None,
    )


def turned_on(alerts: Sequence[Alert]) -> str | None:
    """The alerts that opening a hedge has turned on, in one line; None where it has turned on none."""
    if not alerts:
        return None
    on = list(dict.fromkeys(_watched(alert.rule.kind) for alert in alerts))
    return f"I watch for you: {named(on)}. /alerts shows and changes that."


def _watched(kind: str) -> str:
    """What an alert of this kind watches, for whoever reads of it the first time."""
    words = words_of(kind)
    return words.watched if words and words.watched else kind


def _headline(alerts: Sequence[Alert]) -> str:
    on = [alert for alert in alerts if alert.mode != "off"]
    reached = sum(reached_since(alert) is not None for alert in on)
    said = [f"{len(on)} on"] + ([f"{reached} reached"] if reached else [])
    off = len(alerts) - len(on)
    return f"Your alerts: {', '.join(said + ([f'{off} off'] if off else []))}"


def _copied(form: str) -> Markup:
    return Markup("<code>{}</code>").format(form)


def _grave(alerts: Iterable[Alert], now: datetime) -> str | None:
    """A warning where an alert on liquidation or margin is switched off or asleep."""
    mute = (alert.mode == "off" or asleep(alert, now) for alert in alerts if _urgent(alert))
    return UNWATCHED if any(mute) else None


def _urgent(alert: Alert) -> bool:
    return KINDS[alert.rule.kind].urgency == URGENT


def _now(rule: Rule, one: Measured) -> str:
    """`ETH now: -0.012%. It is past your limit: you will hear in a minute.`"""
    assert one.value is not None  # noqa: S101 - only of what is known  # nosec B101
    where = f"{short_subject(one.subject)} now" if one.subject else "Now"
    past = " That is past your limit already: you will hear in a minute." if one.reached else ""
    return f"{where}: {rule_standing(rule, one.value)}.{past}"
