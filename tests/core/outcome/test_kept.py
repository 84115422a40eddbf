"""What was stated beforehand, beside what came."""

from dataclasses import replace
from decimal import Decimal

from core.domain.range import Forecast, Promise, Range
from core.journal.episode import Episode
from core.outcome.archive import read_report, write_report
from core.outcome.report import Report, report
from core.store.user.rows import read_sizing, write_sizing
from tests.core.outcome.lives import BEGAN, ETH, after, episode, fill, market, sizing, step

UNTIL = after(days=7)


def usd(low: str, high: str) -> Range:
    return Range(Decimal(low), Decimal(high))


PROMISE = Promise(
    days=14,
    benchmark="ETH",
    fall=Decimal("0.2"),
    bare_swing=usd("-400", "600"),
    swing=usd("-50", "50"),
    bare_fall=Forecast(Decimal(-600), usd("-900", "-300")),
    in_fall=Forecast(Decimal(0), usd("-60", "60")),
)


def hedged(promise: Promise | None) -> Episode:
    """One ETH held from 3000 on, and shorted whole."""
    own = replace(sizing({ETH: "100"}, betas={"ETH": 1.0}), promise=promise)
    return episode(fill("-100", "3000", wanted="-100"), steps=[step("ETH", "1", "3000")], sizings=[own])


def card(promise: Promise | None, price: str) -> Report:
    return report(hedged(promise), {"testvenue": market(UNTIL, f"ETH {price}")}, {}, UNTIL)


def test_a_swing_over_half_the_horizon_is_judged_by_the_root_of_it() -> None:
    found = {each.what: each for each in card(PROMISE, "2800").kept}
    assert set(found) == {"bare swing", "swing"}
    assert (found["bare swing"].low, found["bare swing"].high) == (Decimal("-282.84"), Decimal("424.26"))
    assert (found["bare swing"].came, found["bare swing"].held) == (Decimal("-200.00"), True)
    assert found["swing"].came == 0


def test_a_fall_is_judged_beside_the_fall_that_came() -> None:
    found = {each.what: each for each in card(PROMISE, "2700").kept}
    bare = found["bare fall"]
    # Half the fall of the plan: half of what was expected, and the root of a half of how far off it may be.
    assert (bare.low, bare.high, bare.came) == (Decimal("-512.13"), Decimal("-87.87"), Decimal("-300.00"))
    assert not found["bare swing"].held


def test_a_plan_of_before_ranges_is_told_from_one_that_states_them() -> None:
    assert (card(None, "2800").stated, card(None, "2800").kept) == (False, ())
    assert card(PROMISE, "2800").stated


def test_too_short_a_life_is_not_judged() -> None:
    soon = after(hours=3)
    found = report(hedged(PROMISE), {"testvenue": market(soon, "ETH 2800")}, {}, soon)
    assert (found.stated, found.kept) == (True, ())


def test_what_was_judged_and_promised_is_read_as_it_was_written() -> None:
    found = card(PROMISE, "2700")
    assert read_report(write_report(found)) == found
    funded = replace(PROMISE, funding=Forecast(Decimal(5), usd("-2", "9")))
    own = replace(sizing({ETH: "100"}, betas={"ETH": 1.0}, at=BEGAN), promise=funded)
    assert read_sizing(write_sizing(own)) == own
