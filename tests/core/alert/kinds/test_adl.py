"""Deleveraging: what the venue says of a contract that is short, and what can be done, in dollars."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.alert import KINDS
from core.alert.defaults import after_hedging
from core.alert.rule import Firing, State
from core.alert.situation import Situation
from core.domain.quote import STAGE_REFUSE, Deleveraging, Stage
from core.domain.snapshot import Snapshot
from tests.core.alert.given import fact, measured, read_each, said, stepped, value, with_open
from tests.core.journal.open_hedges import ETH, sold
from tests.domain import NOW, snapshot

MARKET = snapshot(ETH=2800, SOL=160)


def on(venue: str, stage: Stage | None = "near", age: timedelta = timedelta(0)) -> Snapshot:
    """The market as that venue has it, with what it says of ETH."""
    contracts = {symbol: replace(each, venue=venue) for symbol, each in MARKET.contracts.items()}
    signs = {} if stage is None else {ETH: Deleveraging(stage, NOW - age)}
    return replace(MARKET, venue=venue, contracts=contracts, deleveraging=signs)


def user(
    venue: str = "bybit", stage: Stage | None = "near", age: timedelta = timedelta(0), short: str = "1000"
) -> Situation:
    """Somebody with a short of so many ETH from $3,500 at 2x."""
    market = on(venue, stage, age)
    fill = sold(short, market, at="3500", venue=venue, margin="1750")
    return replace(with_open(market, fill), venue=venue, snapshots={venue: market})


@pytest.mark.parametrize(("stage", "figure"), [("calm", 0), ("near", 1), ("now", 2)])
def test_the_figure_is_what_the_venue_says(stage: Stage, figure: int) -> None:
    assert value(user(stage=stage), "adl") == figure
    assert value(user(stage=stage), "adl ETH") == figure


def test_it_says_what_the_short_has_made_and_what_each_way_takes() -> None:
    assert fact(user(), "adl", "gained") == 700
    assert fact(user(), "adl", "short") == 2800
    assert fact(user(), "adl", "add") == 2450  # as much again as backs it
    assert fact(user(), "adl", "reopen") == 2 * 2800 * MARKET.contracts[ETH].taker_fee


def test_only_closing_is_urgent_and_getting_worse_is_told_at_once() -> None:
    near, now = measured(user(stage="near"), "adl"), measured(user(stage="now"), "adl")
    assert near is not None
    assert now is not None
    assert (near.facts.urgent, now.facts.urgent) == (False, True)
    state, first = stepped(said("adl"), State(), near)
    assert isinstance(first, Firing)
    state, worse = stepped(said("adl"), state, now, NOW + timedelta(minutes=1))
    assert worse is not None
    assert worse.tier == 2
    # A venue that wavers is not told of each time.
    state, _ = stepped(said("adl"), state, measured(user(stage="calm"), "adl"), NOW + timedelta(minutes=2))
    _, again = stepped(said("adl"), state, now, NOW + timedelta(minutes=3))
    assert again is None


def test_a_sign_that_is_too_old_or_missing_is_not_known() -> None:
    assert value(user(age=STAGE_REFUSE), "adl") == 1
    assert value(user(age=STAGE_REFUSE + timedelta(seconds=1)), "adl") is None
    assert value(user(stage=None), "adl") is None


def test_a_long_and_a_venue_that_says_nothing_are_not_watched() -> None:
    assert read_each(user(short="-1000"), said("adl")) == {}
    assert read_each(user("okx"), said("adl")) == {}
    assert read_each(user(), said("adl SOL")) == {}


def test_a_short_at_a_venue_that_says_it_turns_it_on() -> None:
    for venue, there in (("bybit", True), ("okx", False)):
        held = [leg.held for leg in user(venue).legs]
        assert ("adl" in [kind.name for kind, _ in after_hedging(NOW, held, None)]) == there


def test_it_is_told_without_a_fresh_price_too() -> None:
    situation = user()
    old = {venue: replace(each, quotes={}) for venue, each in situation.snapshots.items()}
    found = measured(replace(situation, snapshots=old), "adl")
    assert found is not None
    assert found.value == Decimal(1)
    assert found.facts.gained is None
    assert KINDS["adl"].live
