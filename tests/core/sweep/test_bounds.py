"""The bounds of a state beside the step that leaves it: none is left between them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.alert import KINDS
from core.alert.rule import Rule, Side, State, step
from core.sweep.check import SLACK, Bounds
from core.sweep.crowd import Directory
from core.sweep.subjects import standing_bounds

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
KIND = KINDS["funding"]
FIGURES = st.integers(-20, 20).map(lambda tenths: Decimal(tenths) / 10) | st.decimals(
    -2, 2, allow_nan=False, allow_infinity=False, places=12
)
"""Often so few that values, tiers and margins meet."""


@st.composite
def rows(draw: st.DrawFn) -> tuple[Rule, State, Decimal]:
    """A rule, a state that it can be in, and a value."""
    side: Side = draw(st.sampled_from(get_args(Side)))
    tiers = draw(st.sets(FIGURES, min_size=1, max_size=1 if side == "across" else 4))
    rule = Rule("funding", "rate", "ETH", side, tuple(sorted(tiers, reverse=side == "below")))
    state = State()
    for minute, value in enumerate(draw(st.lists(FIGURES, max_size=4))):
        now = NOW + timedelta(minutes=minute)
        state, _ = step(rule, state, value, now, margin=KIND.margin(rule), cooldown=timedelta(0))
    edge = st.sampled_from([tier + way * KIND.margin(rule) for tier in rule.tiers for way in (-1, 0, 1)])
    return rule, state, draw(FIGURES | edge)


def outside(rule: Rule, state: State, value: float) -> bool:
    directory = Directory()
    tiers = "[" + ", ".join(f'"{tier}"' for tier in rule.tiers) + "]"
    number = directory.rules[(rule.kind, rule.figure, rule.subject, rule.side, tiers)]
    found = Bounds(directory).outside(np.array([value]), standing_bounds(np.array([number]), state.tier))
    return bool(found[0])


def leaves(rule: Rule, state: State, value: Decimal) -> bool:
    later = NOW + timedelta(hours=1)
    after, _ = step(rule, state, value, later, margin=KIND.margin(rule), cooldown=timedelta(0))
    return after.tier != state.tier


@given(rows())
def test_no_state_is_left_between_its_bounds(row: tuple[Rule, State, Decimal]) -> None:
    rule, state, value = row
    assert outside(rule, state, float(value)) or not leaves(rule, state, value)


@given(rows(), st.floats(-SLACK / 3, SLACK / 3))
def test_nor_by_a_value_that_is_a_little_off(row: tuple[Rule, State, Decimal], off: float) -> None:
    rule, state, value = row
    assert outside(rule, state, float(value) * (1 + off)) or not leaves(rule, state, value)


@given(rows())
def test_what_is_well_inside_is_not_asked_for(row: tuple[Rule, State, Decimal]) -> None:
    rule, state, value = row
    about = [value + Decimal("0.00001"), value, value - Decimal("0.00001")]
    assert any(leaves(rule, state, each) for each in about) or not outside(rule, state, float(value))


@given(rows())
def test_what_is_not_known_changes_nothing(row: tuple[Rule, State, Decimal]) -> None:
    rule, state, _ = row
    assert not outside(rule, state, float("nan"))
