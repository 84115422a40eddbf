"""A crowd's alerts as rows to be checked: one for each exact subject, those checked alike together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from core.alert import KINDS
from core.alert.rule import Rule, State, States
from core.domain.quiet import following, zone
from core.measure.beta import Floats
from core.sweep.bounds import standing_bounds
from core.sweep.crowd import Crowd, ToldColumns
from core.sweep.index import Directory, Flags, Numbers, small

SILENT, COIN = "stale leg", "stale coin"
"""Of each open contract whether it has a price of its own; of whoever holds a coin without one: no value."""
LEG = ("liquidation distance", "liquidation sigma", "margin health", "contract state", "expiry left", SILENT)
"""Checks of each open contract; `at` is its place among all that the crowd has open."""
HEDGE = ("drift size", "drift risk", "dehedge fall", "funding pays")
"""Checks of a user's hedge as a whole; `at` means nothing."""
PLACE = ("funding rate", "funding apr")
"""Checks of the one perpetual that a user has of a coin; `at` is the number of its place."""
SHARED = "shared"
"""The same for everybody who has nothing open in the coin; `at` means nothing."""
STALE_CHECK = "stale"
"""`at` is a place in the crowd's `venues`."""
DUE, ASK, STRAY = "due", "ask", "stray"
"""Measured exactly when the time has come; always; always, as something is kept that no row is of."""
MEASURED = {DUE, ASK, STRAY}
"""Checks without a value."""


@dataclass(eq=False)
class AlertRows:
    """Rows that are checked alike, of so many users that none says what its alert does. alert: its place.

    standing: of the state, as in `core.sweep.bounds`. waiting: the rows that are measured from some time on,
    whatever their value, and in `wake` those times, in seconds: states that wait for a cool-down or a snooze
    to end; those that are DUE.
    """

    told: ToldColumns
    alert: Numbers
    at: Numbers
    standing: Numbers
    waiting: Numbers
    wake: Floats

    def __len__(self) -> int:
        return len(self.alert)

    @property
    def user(self) -> Numbers:
        """Places in the crowd."""
        return self.told.user[self.alert]

    @property
    def rule(self) -> Numbers:
        """Numbers in the directory."""
        return self.told.rule[self.alert]


@dataclass(eq=False)
class Checks:
    """The rows of a crowd by check. venues: those that rows of STALE mean."""

    rows: dict[str, AlertRows]
    venues: list[str]


def checks(crowd: Crowd, directory: Directory, home: str) -> Checks:
    """All that is to be checked of a crowd whose venue is `home`."""
    venues: list[str] = [home]
    chosen: dict[str, list[tuple[Numbers, Numbers]]] = defaultdict(list)
    by_rule = np.argsort(crowd.told.rule, kind="stable")
    edges = np.searchsorted(crowd.told.rule[by_rule], np.arange(len(directory.rules.names) + 1))
    for number in np.unique(crowd.told.rule).tolist():
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
) -> Iterator[tuple[str, Numbers, Numbers]]:
    """Check, alerts and what each row is of: the subjects of a rule, as its kind would find them."""
    check = f"{rule.kind} {rule.figure}"
    nothing = np.zeros(len(alerts), dtype=np.int64)
    if not KINDS[rule.kind].live:
        yield DUE, alerts, nothing
    elif rule.kind == "stale":
        yield from _venues(crowd, directory, alerts, venues)
        which, leg = crowd.opened.parts.each(crowd.told.user[alerts])
        yield SILENT, alerts[which], leg
        yield COIN, alerts, nothing
    elif check in LEG:
        which, leg = _legs(crowd, directory, rule, alerts)
        yield check, alerts[which], leg
    elif check in HEDGE and not rule.subject:
        has = _hedged(crowd, directory, check)[crowd.told.user[alerts]]
        yield check, alerts[has], nothing[has]
    elif rule.kind in ("price", "funding", "basis") and rule.subject and check != "funding pays":
        yield from _of_coin(crowd, directory, rule, alerts)
    else:
        yield ASK, alerts, nothing


def _legs(crowd: Crowd, directory: Directory, rule: Rule, alerts: Numbers) -> tuple[Numbers, Numbers]:
    """Of each alert the open contracts that its rule means: which alert, which contract."""
    which, leg = crowd.opened.parts.each(crowd.told.user[alerts])
    places = directory.places.names
    if rule.subject:
        meant = np.array([rule.subject in (place.asset, place.name) for place in places] or [False])
        keep = meant[crowd.opened.place[leg]]
        which, leg = which[keep], leg[keep]
    return which, leg


def _hedged(crowd: Crowd, directory: Directory, check: str) -> Flags:
    """Who has a hedge that this check is of."""
    opened = crowd.opened
    match check:
        case "drift size" | "drift risk":
            sized = crowd.wanted.sized
            return sized & (opened.parts.size > 0)
        case "dehedge fall":
            counts = opened.count < 0
        case _:
            perpetual = np.array([place.expiry is None for place in directory.places.names] or [False])
            counts = perpetual[opened.place]
    return opened.parts.total(counts.astype(np.float64)) > 0


def _of_coin(
    crowd: Crowd, directory: Directory, rule: Rule, alerts: Numbers
) -> Iterator[tuple[str, Numbers, Numbers]]:
    """A rule about a named coin: of the user's own contract in it, where there is one."""
    nothing = np.zeros(len(alerts), dtype=np.int64)
    if rule.kind == "price":
        yield SHARED, alerts, nothing
        return
    dated = rule.kind == "basis"
    own = np.array(
        [each.asset == rule.subject and (each.expiry is not None) == dated for each in directory.places.names]
        or [False]
    )
    which, leg = crowd.opened.parts.each(crowd.told.user[alerts])
    keep = own[crowd.opened.place[leg]]
    which, leg = which[keep], leg[keep]
    count = np.bincount(which, minlength=len(alerts))
    yield SHARED, alerts[count == 0], nothing[count == 0]
    check = f"{rule.kind} {rule.figure}"
    if check in PLACE:
        one = count[which] == 1
        yield check, alerts[which[one]], crowd.opened.place[leg[one]]
        yield ASK, alerts[count > 1], nothing[count > 1]
    else:
        yield ASK, alerts[count > 0], nothing[count > 0]


def _venues(
    crowd: Crowd, directory: Directory, alerts: Numbers, venues: list[str]
) -> Iterator[tuple[str, Numbers, Numbers]]:
    """The venue of the crowd, and those where its users have something open."""
    yield STALE_CHECK, alerts, np.zeros(len(alerts), dtype=np.int64)
    number = {venue: place for place, venue in enumerate(venues)}
    for place in directory.places.names:
        if place.venue not in number:
            number[place.venue] = len(venues)
            venues.append(place.venue)
    of_place = np.array([number[place.venue] for place in directory.places.names] or [0])
    which, leg = crowd.opened.parts.each(crowd.told.user[alerts])
    pairs = np.unique(np.stack([which, of_place[crowd.opened.place[leg]]]), axis=1)
    pairs = pairs[:, pairs[1] > 0]
    yield STALE_CHECK, alerts[pairs[0]], pairs[1]


def _rows(crowd: Crowd, parts: Iterable[tuple[Numbers, Numbers]]) -> AlertRows:
    """The rows of these alerts, none of which has been reached."""
    some, ats = zip(*parts, strict=True)
    alert, at = small(np.concatenate(some)), small(np.concatenate(ats))
    none = np.zeros(0, dtype=np.int64)
    return AlertRows(crowd.told, alert, at, standing_bounds(crowd.told.rule[alert], 0), none, np.zeros(0))


def _remember(crowd: Crowd, directory: Directory, found: Checks) -> None:
    """Give the rows what is kept of their subjects; what is kept of others is to be looked at exactly."""
    kept = np.array(sorted(crowd.told.states), dtype=np.int64)
    left = {int(alert): set(crowd.told.states[int(alert)]) for alert in kept}
    for check, rows in found.rows.items():
        if check in (DUE, ASK):
            _remember_due(crowd, directory, rows, left)
            continue
        waiting: dict[int, float] = {}
        for row in np.flatnonzero(np.isin(rows.alert, kept)).tolist():
            alert = int(rows.alert[row])
            rule = directory.rule(int(crowd.told.rule[alert]))
            assert rule is not None  # noqa: S101 - else it would have no row  # nosec B101
            name = _subject(crowd, directory, found.venues, check, rule, int(rows.at[row]))
            left[alert].discard(name)
            state = crowd.told.states[alert].get(name, State())
            rows.standing[row] += state.tier
            if not state.quiet:
                waiting[row] = _wake(rule, state, crowd.told.snoozed.get(alert))
        rows.waiting, rows.wake = np.array(list(waiting), dtype=np.int64), np.array(list(waiting.values()))
    asked = [alert for alert, names in left.items() if names]
    if asked:
        found.rows[STRAY] = _rows(crowd, [(np.array(asked), np.zeros(len(asked), dtype=np.int64))])
        _remember_due(crowd, directory, found.rows[STRAY], left)


def _subject(crowd: Crowd, directory: Directory, venues: list[str], check: str, rule: Rule, at: int) -> str:
    if check in LEG:
        return directory.places.names[int(crowd.opened.place[at])].name
    return venues[at] if check == STALE_CHECK else rule.subject


def _remember_due(crowd: Crowd, directory: Directory, rows: AlertRows, left: dict[int, set[str]]) -> None:
    """When each is to be measured: always, but a digest that was told not before the next one."""
    rows.waiting, rows.wake = np.arange(len(rows)), np.zeros(len(rows))
    for row, alert in enumerate(rows.alert.tolist()):
        left.pop(alert, None)
        rule = directory.rule(int(crowd.told.rule[alert]))
        if rule is not None and rule.kind == "digest":
            minutes, place = crowd.digest.get(int(crowd.told.user[alert]), (None, None))
            rows.wake[row] = _next_digest(minutes, place, crowd.told.states.get(alert, {}))


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
