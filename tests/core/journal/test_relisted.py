"""What was filled stays what it was, whatever the venue lists under that name afterwards."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from core.advice.unwind import unwind
from core.domain.quote import Quote
from core.domain.snapshot import Snapshot
from core.journal.fill import Terms, Written
from core.journal.held import Held
from core.journal.journal import open_positions, positions
from core.journal.relisted import change_of, recounted, resized
from core.outcome.leg_standing import LegStanding
from core.outcome.report import report
from core.outcome.standing import standing
from tests.core.outcome.lives import SOL, after, episode, fill, step
from tests.domain import FLAT_BRACKET, NOW, VENUE, contract

LISTED = contract("SOL", multiplier="1", brackets=FLAT_BRACKET)
TERMS = Terms.of(LISTED)
SHORT = fill("-499.5", "150", "SOL", margin="20000", terms=TERMS)
LATER = after(hours=1)


def held(*what: Written) -> Held:
    (found,) = open_positions(episode(*what).entries)
    return found


def leg(multiplier: str, mark: str = "150", **changed: object) -> LegStanding:
    listed = replace(LISTED, multiplier=Decimal(multiplier), **changed)  # type: ignore[arg-type]
    venue = Snapshot(VENUE, {SOL: listed}, {SOL: Quote(Decimal(mark), LATER, index=Decimal(mark))})
    (found,) = standing(episode(SHORT), {VENUE: venue}, {}, LATER).open
    return found


def test_fills_from_before_the_coin_of_settlement_was_kept_go_on() -> None:
    old = replace(SHORT, terms=replace(TERMS, settle=None))
    both = held(old, fill("-0.5", "160", "SOL", after(hours=1), margin="100", terms=TERMS))
    assert both.count == -500


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, "none"),
        ({"asset": "SOLANA"}, "none"),
        ({"multiplier": Decimal(10)}, "size"),
        ({"settle": "USDC"}, "kind"),
        ({"scale": Decimal(1000)}, "kind"),
        ({"inverse": True}, "kind"),
        ({"expiry": NOW + timedelta(days=30)}, "kind"),
    ],
)
def test_what_has_changed_is_told_apart(changed: dict[str, object], what: str) -> None:
    assert change_of(TERMS, replace(LISTED, **changed)) == what  # type: ignore[arg-type]


def test_a_venue_that_corrects_the_hour_of_an_end_lists_the_same_future() -> None:
    ends = NOW + timedelta(days=30)
    future = contract("SOL", expiry=ends)
    assert change_of(Terms.of(future), replace(future, expiry=ends + timedelta(hours=8))) == "none"


def test_of_another_size_it_is_worth_what_it_was_and_no_order_is_made() -> None:
    same, tenfold = leg("1", "160"), leg("10", "160")
    assert tenfold.unrealised == same.unrealised == -4995
    assert tenfold.shorted == same.shorted
    assert tenfold.liquidation == same.liquidation
    assert (same.tradable, tenfold.tradable) == (True, False)
    assert unwind(tenfold, Fraction(1), None) is None
    assert tenfold.trouble is not None


def test_of_another_kind_it_has_no_figures_at_all() -> None:
    another = leg("1", scale=Decimal(1000))
    assert (another.contract, another.quote, another.unrealised) == (None, None, None)
    assert another.trouble is not None


def test_counted_anew_the_coins_the_entry_and_the_margin_stay() -> None:
    tenfold = replace(LISTED, multiplier=Decimal(10))
    before = held(SHORT)
    after_all = held(SHORT, *resized(before, tenfold, LATER, Decimal(160)))
    assert recounted(before, tenfold) == after_all.count == Decimal("-49.95")
    assert (after_all.coins, after_all.entry, after_all.margin) == (before.coins, before.entry, before.margin)
    assert after_all.realised == 0
    assert after_all.terms.multiplier == 10


def test_the_report_of_a_position_counted_anew_is_the_same() -> None:
    now = LATER + timedelta(hours=1)
    tenfold = replace(LISTED, multiplier=Decimal(10))
    coins = [step("SOL", "500", "150")]

    def card(*more: Written, listed: object) -> Decimal:
        venue = Snapshot(VENUE, {SOL: listed}, {SOL: Quote(Decimal(140), now, index=Decimal(140))})  # type: ignore[dict-item]
        return report(episode(SHORT, *more, steps=coins), {VENUE: venue}, {}, now).net

    again = resized(held(SHORT), tenfold, LATER, Decimal(160))
    assert card(*again, listed=tenfold) == card(listed=LISTED)


def test_a_part_closed_before_stays_what_it_was() -> None:
    part = fill("99.5", "140", "SOL", after(minutes=5), terms=TERMS)
    tenfold = replace(LISTED, multiplier=Decimal(10))
    before = held(SHORT, part)
    (found,) = positions(episode(SHORT, part, *resized(before, tenfold, LATER, None)).entries)
    assert (found.count, found.realised) == (Decimal(-40), before.realised)
