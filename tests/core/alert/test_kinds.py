"""What holds for every kind: old prices fire nothing but `stale`, and facts are plain JSON."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.alert import KINDS
from core.alert.defaults import after_hedging
from core.alert.facts import Facts, as_kept, exact_fact
from core.alert.facts_json import read_facts, write_facts
from core.alert.kind import QUIET, URGENT
from core.alert.notice import facts_of, key
from core.alert.rule import Rule, State, step
from core.alert.situation import Situation, reading
from core.alert.trail import Trail
from core.domain.quote import QUOTE_WARN
from core.domain.series import FundingHistory
from core.hedge.wish import Wish
from core.journal.fill import Fill
from tests.core.alert.given import (
    ETH,
    FUTURE,
    fact,
    hedged,
    measured,
    older,
    read_each,
    said,
    stepped,
    user,
    value,
    with_open,
)
from tests.core.journal.open_hedges import BEGAN, sold
from tests.domain import NOW, VENUE, contract, snapshot

FUTURE_SYMBOL = "BTC/USDT:USDT-260710"
MARKET = snapshot(
    contract("BTC"), contract("BTC", symbol=FUTURE_SYMBOL, expiry=FUTURE), BTC=60000, ETH=3500, SOL=160
)
PRICED = [
    "liquidation 20%",
    "liquidation 4 sigma",
    "margin 150%",
    "funding ETH below 0",
    "funding ETH above 5% apr",
    "funding ETH extreme",
    "funding pays",
    "drift 10%",
    "drift risk",
    "dehedge 15%",
    "price SOL below 120",
    "price SOL 5% 1h",
    "price SOL fall 5% 24h",
    "basis BTC below 0",
    "beta",
    "beta r2 50%",
]
"""Rules of every kind that needs prices."""


def everything() -> Situation:
    """A hedge with a margin, and all that is needed to measure every kind."""
    placed = hedged(MARKET, "ETH 10", "SOL 100", wish=Wish(legs=("ETH",)))
    assert placed.episode is not None
    entries = tuple(
        replace(entry, what=replace(entry.what, margin=Decimal(20000)))
        for entry in placed.episode.entries
        if isinstance(entry.what, Fill)
    )
    past = NOW.astimezone(UTC).replace(tzinfo=None)
    times = np.datetime64(past, "s") - np.arange(89, -1, -1) * np.timedelta64(8 * 3600, "s")
    hours = [NOW - timedelta(hours=24), NOW - timedelta(hours=1)]
    return replace(
        placed,
        episode=replace(placed.episode, entries=entries),
        histories={(VENUE, "ETH/USDT:USDT"): FundingHistory(times, np.full(90, 0.0001))},
        trails={"SOL": Trail(tuple(hours), (Decimal(150), Decimal(155)))},
    )


@pytest.mark.parametrize("words", PRICED)
def test_every_kind_is_measured_on_fresh_prices(words: str) -> None:
    assert value(everything(), words) is not None
    assert value(older(everything(), QUOTE_WARN), words) is not None


@pytest.mark.parametrize("words", PRICED)
def test_old_prices_measure_nothing(words: str) -> None:
    assert value(older(everything(), QUOTE_WARN + timedelta(seconds=1)), words) is None


@pytest.mark.parametrize("words", PRICED)
def test_without_the_venue_nothing_is_measured(words: str) -> None:
    found = read_each(replace(everything(), snapshots={}), said(words))
    assert set(found.values()) <= {None}


def test_every_kind_but_five_is_among_them() -> None:
    others = {"stale", "contract", "adl", "expiry", "digest"}
    assert {words.split()[0] for words in PRICED} == KINDS.keys() - others


@pytest.mark.parametrize("words", [*PRICED, "expiry 7d", "stale", "digest"])
def test_facts_come_back_from_json(words: str) -> None:
    dated = with_open(MARKET, sold("10", MARKET, FUTURE_SYMBOL))
    situation = replace(
        dated if words.startswith("expiry") else everything(), digest_due=NOW - timedelta(minutes=3)
    )
    found = measured(situation, words)
    assert found is not None
    assert read_facts(json.loads(json.dumps(write_facts(found.facts)))) == found.facts
    assert found.facts.simulated is False


def test_urgent_is_what_can_close_a_position() -> None:
    assert {name for name, kind in KINDS.items() if kind.urgency == URGENT} == {"liquidation", "margin"}
    assert {name for name, kind in KINDS.items() if kind.urgency == QUIET} == {"digest"}
    assert [name for name, kind in KINDS.items() if kind.silent] == ["digest"]


def test_a_kind_is_found_by_its_name() -> None:
    assert all(kind.name == name for name, kind in KINDS.items())


def test_usual_tiers_go_from_mild_to_bad() -> None:
    for name, kind in KINDS.items():
        for figure, known in kind.figures.items():
            if known.usual:
                said(" ".join([name, *(["ETH"] if kind.coin == "needed" else []), *known.said]))
            assert all(known.least <= tier <= known.most for tier in known.usual), figure


def called_for(situation: Situation) -> list[str]:
    """The kinds that are turned on for a hedge like this one."""
    held = [leg.held for leg in situation.legs]
    return [kind.name for kind, _ in after_hedging(situation.now, held, situation.sizing)]


def test_opening_a_hedge_turns_on_what_it_calls_for() -> None:
    assert called_for(everything()) == [
        "liquidation", "contract", "funding", "drift", "expiry", "dehedge", "stale",
    ]  # fmt: skip
    dated = with_open(MARKET, sold("10", MARKET, FUTURE_SYMBOL))
    assert called_for(dated) == ["liquidation", "contract", "expiry", "dehedge", "stale"]
    assert after_hedging(NOW, (), None) == ()


def test_a_rule_of_the_usual_set_can_be_typed() -> None:
    for kind in KINDS.values():
        for rule in kind.after_hedging:
            assert rule.kind == kind.name
            assert rule.tiers == kind.figures[rule.figure].usual
            assert rule.side == kind.figures[rule.figure].side


def test_a_margin_never_keeps_a_tier_from_being_left() -> None:
    """By the margin, a value of nothing at all is back from every smallest tier of a kind that looks up."""
    for kind in KINDS.values():
        for name, figure in kind.figures.items():
            if figure.side == "above":
                least = Rule(kind.name, name, "", "above", (figure.least,))
                assert figure.least - kind.margin(least) >= 0, (kind.name, name)


# Stale and digest: the two that come without prices.


@pytest.mark.parametrize(("age", "minutes"), [(0, 0), (14, 14), (16, 16), (600, 600)])
def test_stale_counts_minutes_since_the_newest_price(age: int, minutes: int) -> None:
    assert value(older(everything(), timedelta(minutes=age)), "stale") == minutes


def test_stale_says_how_many_positions_cannot_be_watched() -> None:
    assert fact(older(everything(), timedelta(hours=1)), "stale", "positions") == 1
    assert fact(user(MARKET, "ETH 10"), "stale", "positions") == 0


def test_a_price_ahead_of_our_clock_has_no_age() -> None:
    found = measured(older(everything(), timedelta(seconds=-20)), "drift 10%")
    assert found is not None
    assert found.facts.age == timedelta(0)
    assert value(older(everything(), timedelta(seconds=-20)), "stale") == 0


def test_a_venue_that_never_answered_counts_from_when_it_was_first_asked() -> None:
    silent = replace(everything(), snapshots={})
    assert value(silent, "stale") is None
    for minutes, known in ((10, None), (15, None), (16, 16)):
        asked = replace(silent, asked_since=NOW - timedelta(minutes=minutes))
        assert value(asked, "stale") == known


def test_a_start_during_an_outage_tells_it_no_second_time() -> None:
    rule, state, told = said("stale"), State(), []
    silent = replace(everything(), snapshots={})
    for minute in range(-20, 60):
        now = NOW + timedelta(minutes=minute)
        before = older(everything(), timedelta(minutes=minute + 20))
        situation = replace(before, now=NOW) if minute < 0 else replace(silent, now=now, asked_since=NOW)
        state, firing = stepped(rule, state, measured(situation, "stale"), now)
        told += [minute] if firing else []
    assert told == [-4]


def test_stale_is_of_every_venue_where_something_is_open() -> None:
    situation = with_open(MARKET, sold("10", MARKET, venue="othervenue"))
    found = read_each(situation, said("stale"))
    assert list(found) == [VENUE, "othervenue", "othervenue:ETH/USDT:USDT"]
    assert found["othervenue"] is None


def digests(due: list[datetime], *, looked: list[datetime]) -> list[datetime]:
    """When a digest is told, of those due, to somebody who looks at these moments."""
    rule, told = said("digest"), []
    states: dict[str, State] = {}
    for now in looked:
        last = max((at for at in due if at <= now), default=None)
        for name, found in read_each(replace(everything(), now=now, digest_due=last), rule).items():
            state, firing = stepped(rule, states.get(name, State()), found, now)
            states = {name: state}
            told += [now] if firing else []
    return told


def test_a_digest_comes_once_a_day() -> None:
    due = [NOW + timedelta(days=day) for day in range(3)]
    looked = [NOW - timedelta(hours=1) + timedelta(minutes=10) * place for place in range(3 * 144)]
    assert digests(due, looked=looked) == due


def test_a_digest_missed_by_hours_comes_on_return_and_one_missed_by_a_night_with_the_next() -> None:
    due = [NOW + timedelta(days=day) for day in range(3)]
    five, six = (NOW + timedelta(hours=hours) for hours in (5, 6))
    assert digests(due, looked=[five, six]) == [five]
    late = [NOW, NOW + timedelta(hours=37), NOW + timedelta(hours=49)]
    assert digests(due, looked=late) == [NOW, NOW + timedelta(hours=49)]


def test_nobody_gets_a_digest_unasked() -> None:
    assert read_each(everything(), said("digest")) == {}


def test_a_digest_says_how_coins_and_hedge_stand() -> None:
    situation = replace(everything(), digest_due=NOW)
    found = measured(situation, "digest")
    assert found is not None
    assert situation.standing is not None
    assert found.facts.worth == 51000
    assert found.facts.net == situation.standing.net
    assert found.facts.coverage == pytest.approx(1, abs=1e-3)
    assert found.facts.expiry is None
    assert found.facts.began == BEGAN
    assert found.facts.short == situation.standing.shorted
    assert found.facts.day is not None
    assert found.facts.day > 0


def test_a_digest_comes_without_prices_too() -> None:
    situation = replace(older(everything(), timedelta(hours=2)), digest_due=NOW)
    found = measured(situation, "digest")
    assert found is not None
    assert {getattr(found.facts, name) for name in ("worth", "net", "short", "coverage", "day")} == {None}


def test_a_digest_names_the_future_that_ends_first() -> None:
    dated = with_open(MARKET, sold("10", MARKET, FUTURE_SYMBOL))
    found = measured(replace(dated, digest_due=NOW), "digest")
    assert found is not None
    assert (found.facts.expiry, found.facts.expiry_subject) == (FUTURE, "BTC")


def test_somebody_without_a_hedge_hears_of_their_coins() -> None:
    found = measured(user(MARKET, "ETH 10", digest_due=NOW), "digest")
    assert found is not None
    assert found.facts.worth == 35000
    assert {getattr(found.facts, name) for name in ("began", "net", "short", "day", "coverage")} == {None}


# What a notice keeps.


def test_a_notice_says_what_happened_and_is_named_without_figures() -> None:
    kind, rule = KINDS["liquidation"], said("liquidation 200% 20%")
    situation = older(everything(), timedelta(minutes=2))
    (each,) = kind.each(rule, situation)
    found = kind.measure(situation, each)
    assert found is not None
    _, firing = step(each, State(), found.value, NOW, margin=Decimal(0), cooldown=timedelta(0))
    assert firing is not None
    told = facts_of(7, each, firing, found, NOW)
    assert {
        name: getattr(told, name) for name in ("number", "kind", "what", "subject", "tier", "tiers", "side")
    } == {
        "number": 7,
        "kind": "liquidation",
        "what": "distance",
        "subject": "ETH",
        "tier": 1,
        "tiers": 3,
        "side": "below",
    }
    assert told.at == NOW - timedelta(minutes=2)
    assert told.value == pytest.approx(found.value)
    assert read_facts(json.loads(json.dumps(write_facts(told)))) == told
    assert key(7, each, firing) == f"7:{ETH}:1:{NOW.isoformat()}"


def test_a_flip_is_named_as_one() -> None:
    rule = said("funding ETH flip")
    state, _ = step(rule, State(), Decimal(1), NOW, margin=Decimal(0), cooldown=timedelta(0))
    _, firing = step(rule, state, Decimal(-1), NOW, margin=Decimal(0), cooldown=timedelta(0))
    found = reading(Decimal(-1))
    assert firing is not None
    assert found is not None
    told = facts_of(1, rule, firing, found, NOW)
    assert (told.what, told.side) == ("flip", "below")


def test_a_fact_that_is_no_number_is_not_known() -> None:
    assert {exact_fact(float("nan")), exact_fact(Decimal("inf")), exact_fact(None)} == {None}
    (unknown,) = (as_kept(Facts(worth=Decimal("nan"), errors={"ETH": Decimal("inf")})),)
    assert (unknown.worth, unknown.errors) == (None, {})
    assert reading(float("inf")) is None
    assert reading(Decimal("nan")) is None


def test_facts_are_written_out() -> None:
    facts = Facts(
        mark=Decimal("1e-7"),
        short=Decimal(100),
        value=exact_fact(0.1),
        since=NOW,
        age=timedelta(minutes=2, microseconds=5),
        errors={"ETH": Decimal(1) / 3},
        without=("SOL",),
        attention=(),
    )
    assert write_facts(as_kept(facts)) == {
        "mark": "0.0000001",
        "short": "100",
        "value": "0.1",
        "since": NOW.isoformat(),
        "age": 120,
        "errors": {"ETH": "0.333333333333333333"},
        "without": ["SOL"],
        "attention": [],
    }


def test_what_an_older_release_stored_is_read() -> None:
    """Every fact was written then, null where it was not known; numbers are text, and ages are seconds."""
    old = {
        "number": 3,
        "kind": "price",
        "what": "level",
        "tier": 1,
        "value": "118.42",
        "since": "2026-03-10T09:00:00+00:00",
        "age": 20,
        "worth": None,
        "hedged": False,
        "errors": {"ETH": "2300.5", "SOL": None},
        "before": {"net": "394", "began": None},
        "without": ["SOL"],
        "attention": [],
        "unknown": [{"kind": "drift", "key": "1::1:x"}],
        "of a later release": [1, 2],
    }
    assert read_facts(old) == Facts(
        number=3,
        kind="price",
        what="level",
        tier=1,
        value=Decimal("118.42"),
        since=datetime(2026, 3, 10, 9, tzinfo=UTC),
        age=timedelta(seconds=20),
        errors={"ETH": Decimal("2300.5")},
        before=Facts(net=Decimal(394)),
        without=("SOL",),
        attention=(),
        unknown=(Facts(kind="drift", key="1::1:x"),),
    )
