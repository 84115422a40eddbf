"""The alerts of a crowd as rows: one for each exact subject of an alert, those checked alike together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import numpy as np

from core.alert import KINDS
from core.alert.check import Check
from core.alert.rule import Rule, State, States
from core.domain.quiet import following, zone
from core.measure.beta import Floats
from core.sweep.crowd import AlertColumns, Crowd, Directory, Flags, Numbers, small


class Group(Enum):
    """Rows that no check of their own is for."""

    SHARED = "shared"
    """A named coin, for users without a contract of their own in it: one value serves all of them."""
    DUE = "due"
    """Measured exactly when the time has come, as the kind is not looked at with every sweep."""
    ALWAYS = "always"
    """Measured exactly each time, as no check works them out."""
    LEFTOVER = "leftover"
    """Alerts of which the state of a subject is kept that is not among the rows: measured exactly as well."""


TIERS = 8
"""More than any rule has, counting the state in which none is reached."""
Checking = Check | Group
Place = tuple[Checking, Numbers, Numbers]
"""How some rows are checked; the alert of each; and what each is of, as `AlertRows.at` says."""
MEASURED: Set[Checking] = {Group.DUE, Group.ALWAYS, Group.LEFTOVER}
"""Those that have no value here."""


@dataclass(eq=False)
class AlertRows:
    """Rows that are checked alike. There are very many, so what their alerts have in common is not
    repeated."""

    alerts: AlertColumns
    """The alerts of the whole crowd."""
    alert: Numbers
    """By row, the place of its alert in `alerts`."""
    at: Numbers
    """By row, what it is of: of a check of contracts the place among all that the crowd has open, of one of
    perpetuals the number in the directory, of one of venues the place in `Checks.venues`, else nothing."""
    standing: Numbers
    """By row, the number of its state, as `standing_bounds` gives it."""
    waiting: Numbers
    """Rows that are measured exactly from some time on, whatever their value: those whose state waits for the
    end of a cool-down or a snooze, and those that are DUE."""
    wake: Floats
    """Of each row in `waiting` that time, in seconds."""

    def __len__(self) -> int:
        return len(self.alert)

    @property
    def user(self) -> Numbers:
        """By row, the place of the user in the crowd."""
        return self.alerts.user[self.alert]

    @property
    def rule(self) -> Numbers:
        """By row, the number of the rule in the directory."""
        return self.alerts.rule[self.alert]


@dataclass(eq=False)
class Checks:
    """All that is to be checked of a crowd."""

    rows: dict[Checking, AlertRows]
    venues: list[str]
    """The venues that rows of venues are of; the crowd's own comes first."""


def checks(crowd: Crowd, directory: Directory, home: str) -> Checks:
    """All that is to be checked of a crowd whose venue is `home`."""
    venues: list[str] = [home]
    chosen: dict[Checking, list[tuple[Numbers, Numbers]]] = defaultdict(list)
    # Most users have the same rules: the work is done once for each rule, not for each alert.
    by_rule = np.argsort(crowd.alerts.rule, kind="stable")
    edges = np.searchsorted(crowd.alerts.rule[by_rule], np.arange(len(directory.rules.names) + 1))
    for number in np.unique(crowd.alerts.rule).tolist():
        rule = directory.rule(number)
        if rule is not None:
            alerts = by_rule[edges[number] : edges[number + 1]]
            for check, some, at in _expanded(crowd, directory, rule, alerts, venues):
                chosen[check].append((some, at))
    rows = {check: _rows(crowd, parts) for check, parts in chosen.items()}
    found = Checks(rows, venues)
    _remember(crowd, directory, found)
    return found


def _expanded(
    crowd: Crowd, directory: Directory, rule: Rule, alerts: Numbers, venues: list[str]
) -> Iterator[Place]:
    """The rows of these alerts, which have this rule: of the subjects that its kind would find."""
    kind = KINDS[rule.kind]
    if not kind.live:
        yield Group.DUE, alerts, np.zeros_like(alerts)
        return
    for check in kind.figures[rule.figure].checks:
        match check.of:
            case "contract":
                which, place = _contracts(crowd, directory, rule, alerts)
                yield check, alerts[which], place
            case "venue":
                yield check, alerts, np.zeros_like(alerts)
                yield check, *_venues(crowd, directory, alerts, venues)
            case "holder":
                yield check, alerts, np.zeros_like(alerts)
            case "hedge" if not rule.subject:
                some = alerts[_hedged(crowd, directory, check)[crowd.alerts.user[alerts]]]
                yield check, some, np.zeros_like(some)
            case "coin" | "perpetual" if rule.subject:
                yield from _of_coin(crowd, directory, rule, check, alerts)
            case _:
                yield Group.ALWAYS, alerts, np.zeros_like(alerts)
    if not kind.figures[rule.figure].checks:
        # Right for a kind of which nothing is worked out here; it costs a measurement each time.
        yield Group.ALWAYS, alerts, np.zeros_like(alerts)


def _contracts(crowd: Crowd, directory: Directory, rule: Rule, alerts: Numbers) -> tuple[Numbers, Numbers]:
    """Of each alert the open contracts that its rule means: which alert, which contract."""
    which, leg = crowd.positions.parts.each(crowd.alerts.user[alerts])
    places = directory.places.names
    if rule.subject:
        meant = np.array([rule.subject in (place.asset, place.name) for place in places] or [False])
        keep = meant[crowd.positions.place[leg]]
        which, leg = which[keep], leg[keep]
    return which, leg


def _hedged(crowd: Crowd, directory: Directory, check: Check) -> Flags:
    """Who has a hedge that this check is of."""
    positions = crowd.positions
    match check.open:
        case "short":
            counts = positions.count < 0
        case "perpetual":
            perpetual = np.array([place.expiry is None for place in directory.places.names] or [False])
            counts = perpetual[positions.place]
        case _:
            counts = np.ones(len(positions.place), dtype=bool)
    some = positions.parts.total(counts.astype(np.float64)) > 0
    return some & crowd.targets.sized if "sizing" in check.needs else some


def _of_coin(
    crowd: Crowd, directory: Directory, rule: Rule, check: Check, alerts: Numbers
) -> Iterator[Place]:
    """A rule about a named coin: of the user's own contract in it, where there is one that counts."""
    which, leg = crowd.positions.parts.each(crowd.alerts.user[alerts])
    keep = np.array(
        [
            place.asset == rule.subject and check.open == ("dated" if place.expiry else "perpetual")
            for place in directory.places.names
        ]
        or [False]
    )[crowd.positions.place[leg]]
    which, leg = which[keep], leg[keep]
    count = np.bincount(which, minlength=len(alerts))
    without, several = alerts[count == 0], alerts[count > 0]
    yield Group.SHARED, without, np.zeros_like(without)
    if check.of == "perpetual":
        one = count[which] == 1
        yield check, alerts[which[one]], crowd.positions.place[leg[one]]
        several = alerts[count > 1]
    yield Group.ALWAYS, several, np.zeros_like(several)


def _venues(
    crowd: Crowd, directory: Directory, alerts: Numbers, venues: list[str]
) -> tuple[Numbers, Numbers]:
    """Of each alert the venues, but the crowd's own, where its user has something open."""
    number = {venue: place for place, venue in enumerate(venues)}
    for place in directory.places.names:
        if place.venue not in number:
            number[place.venue] = len(venues)
            venues.append(place.venue)
    of_place = np.array([number[place.venue] for place in directory.places.names] or [0])
    which, leg = crowd.positions.parts.each(crowd.alerts.user[alerts])
    pairs = np.unique(np.stack([which, of_place[crowd.positions.place[leg]]]), axis=1)
    # The crowd's own venue is a row of everybody already.
    pairs = pairs[:, pairs[1] > 0]
    return alerts[pairs[0]], pairs[1]


def standing_bounds(rule: Numbers, tier: int) -> Numbers:
    """The number of the state of each rule, by its number, in a tier."""
    return rule.astype(np.int32) * TIERS + tier


def _rows(crowd: Crowd, parts: Iterable[tuple[Numbers, Numbers]]) -> AlertRows:
    """The rows of these alerts, none of which has been reached."""
    some, ats = zip(*parts, strict=True)
    alert, at = small(np.concatenate(some)), small(np.concatenate(ats))
    none = np.zeros(0, dtype=np.int64)
    return AlertRows(crowd.alerts, alert, at, standing_bounds(crowd.alerts.rule[alert], 0), none, np.zeros(0))


def _remember(crowd: Crowd, directory: Directory, found: Checks) -> None:
    """Give the rows what is kept of their subjects; what is kept of others is to be looked at exactly."""
    kept = np.array(sorted(crowd.alerts.states), dtype=np.int64)
    left = {int(alert): set(crowd.alerts.states[int(alert)]) for alert in kept}
    for check, rows in found.rows.items():
        if check in MEASURED:
            _remember_due(crowd, directory, rows, left)
            continue
        waiting: dict[int, float] = {}
        for row in np.flatnonzero(np.isin(rows.alert, kept)).tolist():
            alert = int(rows.alert[row])
            rule = directory.rule(int(crowd.alerts.rule[alert]))
            assert rule is not None  # noqa: S101 - else it would have no row  # nosec B101
            name = _subject(crowd, directory, found.venues, check, rule, int(rows.at[row]))
            left[alert].discard(name)
            state = crowd.alerts.states[alert].get(name, State())
            rows.standing[row] += state.tier
            if not state.quiet:
                waiting[row] = _wake(rule, state, crowd.alerts.snoozed.get(alert))
        rows.waiting, rows.wake = np.array(list(waiting), dtype=np.int64), np.array(list(waiting.values()))
    asked = [alert for alert, names in left.items() if names]
    if asked:
        found.rows[Group.LEFTOVER] = _rows(crowd, [(np.array(asked), np.zeros(len(asked), dtype=np.int64))])
        _remember_due(crowd, directory, found.rows[Group.LEFTOVER], left)


def _subject(
    crowd: Crowd, directory: Directory, venues: list[str], check: Checking, rule: Rule, at: int
) -> str:
    """The exact name of what a row is of, as the kind calls it."""
    if isinstance(check, Check) and check.of == "contract":
        return directory.places.names[int(crowd.positions.place[at])].name
    return venues[at] if isinstance(check, Check) and check.of == "venue" else rule.subject


def _remember_due(crowd: Crowd, directory: Directory, rows: AlertRows, left: dict[int, set[str]]) -> None:
    """When each is to be measured: always, but a digest that was told not before the next one."""
    rows.waiting, rows.wake = np.arange(len(rows)), np.zeros(len(rows))
    for row, alert in enumerate(rows.alert.tolist()):
        left.pop(alert, None)
        rule = directory.rule(int(crowd.alerts.rule[alert]))
        if rule is not None and KINDS[rule.kind].daily:
            minutes, place = crowd.digest.get(int(crowd.alerts.user[alert]), (None, None))
            rows.wake[row] = _next_digest(minutes, place, crowd.alerts.states.get(alert, {}))


def _next_digest(minutes: int | None, zone_name: str | None, states: States) -> float:
    """Seconds of the first time after the last one was told; 0 where none has been, or one waits."""
    if minutes is None:
        return 0.0 if states else np.inf
    told = [at for state in states.values() for at in state.fired if at is not None]
    if not told or not all(state.quiet for state in states.values()):
        return 0.0
    return following(max(told), minutes, zone(zone_name)).timestamp()


def _wake(rule: Rule, state: State, snoozed_until: datetime | None) -> float:
    """From when on what waits may fire, in seconds."""
    fired = state.fired[state.tier - 1] if len(state.fired) >= state.tier else None
    cooled = fired.timestamp() + KINDS[rule.kind].cooldown.total_seconds() if fired else 0.0
    return max(cooled, snoozed_until.timestamp() if snoozed_until else 0.0)
