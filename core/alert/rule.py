"""When an alert fires: its limits, what the user has been told of them, and the step from one state to the
next.

An alert is one rule, which may be about several subjects: one that names none is about each open position,
for example (`Kind.each`). Each subject has a state of its own, so that a second position in danger is told
beside the first. `States` is what is kept of an alert, by the exact name of the subject. A subject that is
not in it is in `State()`. The state of a subject that is gone is forgotten, so that its return is news.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

Side = Literal["above", "below", "across"]
Moments = tuple[datetime | None, ...]

ABOVE, BELOW = 1, 2
"""The tiers of a rule `across`: on which side of its limit the value is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a user wants to be told."""

    kind: str
    """A name in KINDS."""
    figure: str
    """Which of the kind's figures the tiers are of."""
    subject: str
    """What it is about; empty for everything that the kind finds."""
    side: Side
    """On which side of a tier a value has reached it; a value equal to it has not. `across` has one tier, and
    is about the value changing from one side of it to the other."""
    tiers: tuple[Decimal, ...]
    """The limits, the mildest first, in the figure's unit."""

    def __post_init__(self) -> None:
        if not self.tiers or not all(tier.is_finite() for tier in self.tiers):
            raise ValueError(f"tiers of {self.tiers}")
        ordered = sorted(set(self.tiers), reverse=self.side == "below")
        if tuple(ordered) != self.tiers or (self.side == "across" and len(self.tiers) > 1):
            raise ValueError(f"tiers of {self.tiers} {self.side}")


@dataclass(frozen=True, slots=True)
class State:
    """Where the value of one subject stands, and what the user knows of that."""

    tier: int = 0
    """The worst tier reached, counted from 1; 0 for none. Of a rule `across` it is ABOVE or BELOW, and 0
    while no value was seen."""
    told: int = 0
    """The tier that the user knows of."""
    since: Moments = ()
    """By tier, since when the value is in it or a worse one; None where it is not. It may be shorter than the
    tiers."""
    fired: Moments = ()
    """By tier, when it was last told; it may be shorter than the tiers."""
    seen: Decimal | None = None
    """The value that brought it into the tier, as long as the user does not know of that."""

    @property
    def quiet(self) -> bool:
        """Whether nothing waits for the end of a cool-down or a snooze."""
        return self.tier in (0, self.told)


States = Mapping[str, State]
"""Of one alert, by the exact subject."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A tier that the user is to be told of."""

    tier: int
    """Counted from 1, the mildest."""
    side: Literal["above", "below"]
    """The way that the value went."""
    since: datetime
    """When the tier was reached."""
    value: Decimal
    """The value now."""
    threshold: Decimal
    """The limit that was passed."""
    then: Decimal | None = None
    """The value when the tier was reached, where it is told later than that."""


def step(
    rule: Rule,
    state: State,
    value: Decimal | None,
    now: datetime,
    *,
    margin: Decimal,
    cooldown: timedelta,
    snoozed_until: datetime | None = None,
) -> tuple[State, Firing | None]:
    """The state after `value` was seen at `now`, and what the user is to be told of it, if anything.

    The state is the same object where nothing has changed; a value that is not known, None, changes nothing.
    A tier is left only when the value is back by `margin`, in the value's unit, so that a value that wavers
    about a limit is told once. A tier that is worse than the one the user knows of fires at once, unless it
    fired less than `cooldown` ago or the alert is snoozed: then it fires when that ends, if it is still
    reached. Coming back to a milder tier never fires.
    """
    if value is None:
        return state, None
    tier = _tier(rule, state.tier, value, margin)
    after = _moved(rule, state, tier, now)
    after = replace(after, seen=None if after.quiet else value if tier != state.tier else state.seen)
    if not after.quiet and _may_fire(after, now, cooldown, snoozed_until):
        return _fired(rule, after, value, now)
    return (state if (after.tier, after.told) == (state.tier, state.told) else after), None


def write_states(states: States) -> str:
    """The states as text for `read_states`; those in which nothing has ever happened are left out."""
    return json.dumps({name: _written(state) for name, state in states.items() if state != State()})


def read_states(text: str) -> dict[str, State]:
    """The states that `write_states` wrote."""
    kept: dict[str, dict[str, Any]] = json.loads(text)
    return {name: _read(state) for name, state in kept.items()}


def _written(state: State) -> dict[str, Any]:
    since, fired = ([at and at.isoformat() for at in times] for times in (state.since, state.fired))
    kept = {"tier": state.tier, "told": state.told, "since": since, "fired": fired}
    return kept if state.seen is None else {**kept, "seen": str(state.seen)}


def _read(kept: Mapping[str, Any]) -> State:
    since, fired = (
        tuple(at and datetime.fromisoformat(at) for at in kept[name]) for name in ("since", "fired")
    )
    seen = kept.get("seen")
    return State(kept["tier"], kept["told"], since, fired, None if seen is None else Decimal(seen))


def _tier(rule: Rule, before: int, value: Decimal, margin: Decimal) -> int:
    """The tier that the value is in, where it was in the tier `before`."""
    if rule.side == "across":
        (middle,) = rule.tiers
        if value > middle + (margin if before == BELOW else 0):
            return ABOVE
        return BELOW if value < middle - (margin if before == ABOVE else 0) else before
    sign = 1 if rule.side == "above" else -1
    beyond = [sign * (value - tier) for tier in rule.tiers]
    reached = sum(distance > 0 for distance in beyond)
    held = sum(distance > -margin for distance in beyond)
    return max(reached, min(before, held))


def _moved(rule: Rule, state: State, tier: int, now: datetime) -> State:
    """The state with the value in `tier`, before anything is told."""
    if rule.side == "across":
        since = tuple(
            (at if tier == state.tier else now) if own == tier else None
            for own, at in zip((ABOVE, BELOW), _padded(state.since, 2), strict=True)
        )
        return replace(state, tier=tier, told=state.told or tier, since=since)
    since = tuple(
        (at or now) if own <= tier else None
        for own, at in enumerate(_padded(state.since, len(rule.tiers)), start=1)
    )
    return replace(state, tier=tier, told=min(state.told, tier), since=since)


def _may_fire(state: State, now: datetime, cooldown: timedelta, snoozed_until: datetime | None) -> bool:
    fired = state.fired[state.tier - 1] if len(state.fired) >= state.tier else None
    return (fired is None or now - fired >= cooldown) and (snoozed_until is None or now >= snoozed_until)


def _fired(rule: Rule, state: State, value: Decimal, now: datetime) -> tuple[State, Firing]:
    """The state once its tier is told, and what is told.

    With a tier all milder ones count as told; of a rule `across` only that side does.
    """
    tier, across = state.tier, rule.side == "across"
    fired = tuple(
        now if own == tier or (own < tier and not across) else at
        for own, at in enumerate(_padded(state.fired, len(state.since)), start=1)
    )
    since = state.since[tier - 1]
    assert since is not None  # noqa: S101 - of the tier that the value is in  # nosec B101
    up = tier == ABOVE if across else rule.side == "above"
    threshold = rule.tiers[0] if across else rule.tiers[tier - 1]
    return replace(state, told=tier, fired=fired, seen=None), Firing(
        tier, "above" if up else "below", since, value, threshold, state.seen if since < now else None
    )


def _padded(moments: Moments, length: int) -> Iterator[datetime | None]:
    """So many moments, those that are missing as None."""
    return iter((moments + (None,) * length)[:length])
