"""When an alert fires: once at each crossing of a tier, at once when it gets worse, never without cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alert.rule import ABOVE, BELOW, Firing, Rule, Side, State, read_states, step, write_states

START = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEVER = timedelta(0)
ONE_HOUR = timedelta(hours=1)
Values = Sequence[Decimal | None]


def rule(side: Side, *tiers: str) -> Rule:
    return Rule("liquidation", "distance", "x", side, tuple(map(Decimal, tiers)))


BELOW_THREE = rule("below", "0.3", "0.2", "0.1")


@dataclass
class Watched:
    """A value that is looked at once a minute."""

    rule: Rule
    margin: Decimal = Decimal("0.02")
    cooldown: timedelta = NEVER
    state: State = field(default_factory=State)
    now: datetime = START

    def see(self, value: str | Decimal | None, snoozed_until: datetime | None = None) -> Firing | None:
        self.now += MINUTE
        self.state, firing = step(
            self.rule,
            self.state,
            None if value is None else Decimal(value),
            self.now,
            margin=self.margin,
            cooldown=self.cooldown,
            snoozed_until=snoozed_until,
        )
        return firing

    def tiers(self, *values: str | None) -> list[int]:
        """The tier that is told at each of the values, 0 for nothing."""
        return [firing.tier if (firing := self.see(value)) else 0 for value in values]


def test_a_tier_is_told_once_however_long_it_lasts() -> None:
    assert Watched(BELOW_THREE).tiers("0.4", "0.29", "0.28", "0.29", "0.25") == [0, 1, 0, 0, 0]


def test_a_worse_tier_is_told_at_once() -> None:
    watched = Watched(BELOW_THREE, cooldown=ONE_HOUR)
    assert watched.tiers("0.29", "0.19", "0.09") == [1, 2, 3]


def test_of_several_tiers_passed_at_once_the_worst_is_told() -> None:
    watched = Watched(BELOW_THREE)
    assert watched.see("0.5") is None
    firing = watched.see("0.05")
    assert firing == Firing(3, "below", watched.now, Decimal("0.05"), Decimal("0.1"))


def test_a_milder_tier_is_not_told_on_the_way_back() -> None:
    assert Watched(BELOW_THREE).tiers("0.05", "0.15", "0.25", "0.28") == [3, 0, 0, 0]


def test_a_value_that_wavers_around_a_tier_is_told_once() -> None:
    assert Watched(BELOW_THREE).tiers("0.29", "0.31", "0.29", "0.31", "0.29") == [1, 0, 0, 0, 0]


def test_it_is_told_again_after_it_was_back_by_the_margin() -> None:
    assert Watched(BELOW_THREE).tiers("0.29", "0.32", "0.29") == [1, 0, 1]


def test_a_value_that_equals_a_tier_has_not_passed_it() -> None:
    assert Watched(rule("below", "0"), Decimal(0)).tiers("0", "-0.0001", "0", "-0.0001") == [0, 1, 0, 1]
    assert Watched(rule("above", "15"), Decimal(0)).tiers("15", "16", "15", "16") == [0, 1, 0, 1]


def test_rules_look_up_as_they_look_down() -> None:
    assert Watched(rule("above", "0.05", "0.15"), Decimal("0.01")).tiers(
        "0.04", "0.06", "0.2", "0.145", "0.16", "0.13", "0.16", "0.04", "0.06"
    ) == [0, 1, 2, 0, 0, 0, 2, 0, 1]


def test_a_crossing_within_the_cool_down_is_told_when_that_ends() -> None:
    watched = Watched(BELOW_THREE, cooldown=5 * MINUTE)
    assert watched.tiers("0.29", "0.4", "0.29", "0.29", "0.29", "0.29", "0.29") == [1, 0, 0, 0, 0, 1, 0]


def test_a_crossing_within_the_cool_down_that_is_over_by_its_end_is_not_told() -> None:
    watched = Watched(BELOW_THREE, cooldown=5 * MINUTE)
    assert watched.tiers("0.29", "0.4", "0.29", "0.4", "0.4", "0.4", "0.4") == [1, 0, 0, 0, 0, 0, 0]


def test_the_time_of_a_crossing_that_waited_is_that_of_the_crossing() -> None:
    watched = Watched(BELOW_THREE, cooldown=5 * MINUTE)
    watched.tiers("0.29", "0.4", "0.29", "0.29", "0.29")
    firing = watched.see("0.28")
    assert firing is not None
    assert (firing.since, firing.value) == (START + 3 * MINUTE, Decimal("0.28"))


def test_telling_a_worse_tier_tells_the_milder_ones_too() -> None:
    watched = Watched(BELOW_THREE, cooldown=10 * MINUTE)
    assert watched.tiers("0.15", "0.4", "0.29", "0.25") == [2, 0, 0, 0]


def test_nothing_is_told_while_snoozed_and_what_still_stands_is_told_then() -> None:
    watched = Watched(BELOW_THREE)
    awake = START + 3 * MINUTE
    assert [watched.see(value, awake) for value in ("0.29", "0.15")] == [None, None]
    firing = watched.see("0.15", awake)
    assert firing is not None
    assert firing.tier == 2


def test_an_unknown_value_tells_nothing_and_forgets_nothing() -> None:
    watched = Watched(BELOW_THREE)
    assert watched.tiers("0.29", None, None, "0.29") == [1, 0, 0, 0]
    before = watched.state
    watched.see(None)
    assert watched.state is before


def test_what_was_crossed_while_nobody_looked_is_told_once_on_return() -> None:
    watched = Watched(BELOW_THREE)
    watched.see("0.5")
    watched.state = read_states(write_states({"x": watched.state})).get("x", State())
    watched.now += timedelta(days=2)
    assert watched.tiers("0.15", "0.15") == [2, 0]


def test_a_sign_is_told_when_it_flips_and_never_at_first_sight() -> None:
    watched = Watched(rule("across", "0"), Decimal("0.001"))
    told = [watched.see(value) for value in ("0.01", "-0.0005", "-0.002", "-0.003", "0.0005", "0.002")]
    assert [firing.side if firing else None for firing in told] == [
        None, None, "below", None, None, "above",
    ]  # fmt: skip


def test_nothing_is_known_of_a_sign_before_it_is_one() -> None:
    watched = Watched(rule("across", "0"), Decimal(0))
    assert watched.see("0") is None
    assert watched.state.tier == 0
    assert watched.tiers("-1", "0", "1") == [0, 0, ABOVE]


def test_a_flip_back_within_the_cool_down_is_no_news() -> None:
    watched = Watched(rule("across", "0"), Decimal(0), cooldown=5 * MINUTE)
    told = watched.tiers("1", "-1", "1", "-1", "1", "1", "1", "1", "1")
    assert told == [0, BELOW, ABOVE, 0, 0, 0, 0, 0, 0]


def test_nothing_new_is_the_same_state_object() -> None:
    fresh = State()
    after, _ = step(BELOW_THREE, fresh, Decimal("0.5"), START, margin=Decimal(0), cooldown=NEVER)
    assert after is fresh
    inside, _ = step(BELOW_THREE, fresh, Decimal("0.15"), START, margin=Decimal(0), cooldown=NEVER)
    again, _ = step(BELOW_THREE, inside, Decimal("0.16"), START + MINUTE, margin=Decimal(0), cooldown=NEVER)
    assert again is inside


@pytest.mark.parametrize(
    ("side", "tiers"),
    [
        ("below", ("0.1", "0.2")),
        ("above", ("0.2", "0.1")),
        ("above", ("0.1", "0.1")),
        ("across", ("0", "1")),
        ("above", ("NaN",)),
        ("below", ()),
    ],
)
def test_tiers_go_from_mild_to_bad(side: Side, tiers: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="tiers"):
        rule(side, *tiers)


# Random paths, against tiers that are watched one by one.

SIDES: tuple[Side, ...] = ("above", "below", "across")
AMOUNTS = st.integers(-40, 40).map(lambda cents: Decimal(cents) / 100)
MARGINS = st.sampled_from([Decimal(0), Decimal("0.03"), Decimal("0.1")])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    side = draw(st.sampled_from(SIDES))
    tiers = draw(st.sets(AMOUNTS, min_size=1, max_size=1 if side == "across" else 4))
    return Rule("drift", "size", "", side, tuple(sorted(tiers, reverse=side == "below")))


PATHS = st.lists(AMOUNTS | st.none(), max_size=60)


def inside(rule: Rule, margin: Decimal, values: Iterable[Decimal]) -> list[list[bool]]:
    """For each value, whether it is in each tier: entered beyond it, left once back by the margin."""
    sign = 1 if rule.side == "above" else -1
    now = [False] * len(rule.tiers)
    found = []
    for value in values:
        beyond = [sign * (value - tier) for tier in rule.tiers]
        now = [off > 0 or (was and off > -margin) for off, was in zip(beyond, now, strict=True)]
        found.append(now)
    return found


def walk(watched: Watched, values: Values, *, restarts: bool = False) -> list[Firing | None]:
    told = []
    for value in values:
        if restarts:
            watched.state = read_states(write_states({"x": watched.state})).get("x", State())
        told.append(watched.see(value))
    return told


@given(rules().filter(lambda rule: rule.side != "across"), MARGINS, PATHS)
def test_every_crossing_is_told_and_each_once(
    rule: Rule, margin: Decimal, path: list[Decimal | None]
) -> None:
    told = walk(Watched(rule, margin), path)
    assert all(firing is None for firing, value in zip(told, path, strict=True) if value is None)
    seen = [firing for firing, value in zip(told, path, strict=True) if value is not None]
    before = [False] * len(rule.tiers)
    for firing, now in zip(seen, inside(rule, margin, (v for v in path if v is not None)), strict=True):
        crossed = any(is_in and not was for is_in, was in zip(now, before, strict=True))
        assert (firing.tier if firing else 0) == (sum(now) if crossed else 0)
        before = now


@given(rules().filter(lambda rule: rule.side == "across"), MARGINS, PATHS)
def test_every_flip_is_told_and_each_once(rule: Rule, margin: Decimal, path: list[Decimal | None]) -> None:
    (middle,) = rule.tiers
    side = 0
    for value, firing in zip(path, walk(Watched(rule, margin), path), strict=True):
        before = side
        if value is not None and abs(value - middle) > (margin if side else 0):
            side = 1 if value > middle else -1
        flipped = before != 0 and side != before
        assert (firing.side if firing else None) == ({1: "above", -1: "below"}[side] if flipped else None)


@given(rules().filter(lambda rule: rule.side != "across"), MARGINS, PATHS, st.integers(1, 20))
def test_a_cool_down_delays_and_never_drops_what_still_stands(
    rule: Rule, margin: Decimal, path: list[Decimal | None], minutes: int
) -> None:
    cooldown = minutes * MINUTE
    values = [value for value in path if value is not None]
    told = walk(Watched(rule, margin, cooldown), values)
    at = [START + (place + 1) * MINUTE for place in range(len(values))]
    stays = inside(rule, margin, values)
    for place, now in enumerate(stays):
        tier = sum(now)
        entered = next((i + 1 for i in reversed(range(place)) if sum(stays[i]) < tier), 0)
        earlier = [(at[i], f.tier) for i, f in enumerate(told[:place]) if f]
        of_this_stay = [when for when, worst in earlier if worst >= tier and when >= at[entered]]
        cooling = any(at[place] - when < cooldown for when, worst in earlier if worst >= tier)
        due = tier > 0 and not of_this_stay and not cooling
        firing = told[place]
        assert (firing.tier if firing else 0) == (tier if due else 0)
        assert firing is None or firing.since == at[entered]


@given(rules(), MARGINS, PATHS, st.integers(0, 20))
def test_a_restart_changes_nothing(
    rule: Rule, margin: Decimal, path: list[Decimal | None], minutes: int
) -> None:
    one, other = (Watched(rule, margin, minutes * MINUTE) for _ in range(2))
    assert walk(one, path) == walk(other, path, restarts=True)
    assert other.state == one.state


@given(rules(), MARGINS, PATHS, st.integers(0, 20))
def test_a_notice_has_a_name_of_its_own(
    rule: Rule, margin: Decimal, path: list[Decimal | None], minutes: int
) -> None:
    told = [firing for firing in walk(Watched(rule, margin, minutes * MINUTE), path) if firing]
    assert len({(firing.tier, firing.since) for firing in told}) == len(told)
