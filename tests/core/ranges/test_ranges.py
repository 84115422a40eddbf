"""Ranges of a plan: around what is expected, wider for a deeper fall, narrower with a hedge."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.cost.funding import Record
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.ranges.outcome import after, in_fall, shorted_of, swings
from core.ranges.paid import funding_ends
from core.ranges.promised import promised
from core.ranges.spread import deviation
from tests.domain import NOW, holdings, snapshot

HELD = holdings("ETH 4", "SOL 60", "LINK 300")


def hedge(wish: Wish = Wish()) -> Hedge:  # noqa: B008 - a wish is never changed
    return plan(HELD, snapshot(BTC=60000, ETH=3000, SOL=150, LINK=15), wish, NOW)


def test_what_is_expected_lies_in_its_range_and_the_hedge_makes_it_narrower() -> None:
    for found in (in_fall(hedge()), swings(hedge())):
        for each in (found.bare, found.hedged):
            assert each.range.low < each.mid < each.range.high
        assert _width(found.hedged.range) < _width(found.bare.range)


def test_a_range_grows_with_the_root_of_the_days() -> None:
    short, long = (swings(hedge(Wish(horizon_days=days))).bare.range for days in (7, 28))
    assert float(_width(long) / _width(short)) == pytest.approx(2, abs=0.01)


def test_a_deeper_fall_is_less_certain() -> None:
    none = Decimal(0)
    small, deep = (after(hedge(), {"BTC": Decimal(move)}, none, none).hedged for move in ("-0.1", "-0.4"))
    assert _width(deep.range) > _width(small.range)


def test_coins_do_not_lose_more_than_they_are_worth() -> None:
    found, all_lost = hedge(), {"BTC": Decimal(-1)}
    worth = found.exposure.moving_value
    assert after(found, all_lost, -worth, Decimal(0)).bare.range.low == -worth


def test_a_coin_shorted_for_all_that_is_held_leaves_the_basis_open() -> None:
    found = hedge()
    study = found.study
    whole = deviation(study, study.weights, study.weights)
    assert 0 < whole < 0.02 * deviation(study, study.weights, 0 * study.weights)


def test_funding_is_expected_at_its_mean_and_errs_with_the_days() -> None:
    known = Record(mean=0.0003, worst=None, deviation=0.0002, days=30, span=30)
    low, high = funding_ends(known, 14)
    assert low < 14 * known.mean < high


def test_a_promise_has_the_figures_that_the_answer_shows() -> None:
    found = hedge()
    said = promised(found)
    assert (said.days, said.benchmark, said.fall) == (14, found.outcome.benchmark, found.wish.fall)
    assert said.in_fall.mid == found.outcome.hedged.quantize(Decimal("0.01"))
    assert said.swing.low < 0 < said.swing.high
    assert said.funding is None
    assert shorted_of(replace(found, legs=())).sum() == 0


def _width(found: object) -> Decimal:
    return found.high - found.low  # type: ignore[attr-defined,no-any-return]
