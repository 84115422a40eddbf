"""Corrections by hand: the journal keeps everything and says what is right."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.journal.correction import UNDO, corrected, last_change, removal, taken_back
from core.journal.fill import Entry, Fill, Void
from core.journal.held import Held
from core.journal.journal import open_positions, positions
from tests.core.journal.test_journal import AT, What, counts, entries, exact, fill, margin


def then(before: list[Entry], what: tuple[What, ...]) -> list[Entry]:
    """The journal with one more change."""
    first = len(before) + 1
    return [*before, *(Entry(n, 1, each, AT, "typed", first) for n, each in enumerate(what, first))]


def the(known: list[Entry]) -> Held:
    (held,) = positions(known)
    return held


def test_a_corrected_position_has_that_count_and_price() -> None:
    before = entries(fill("-100", "3000", fee=Decimal(1)), fill("-50", "3100", 1, fee=Decimal(2)))
    after = the(then(before, corrected(before, the(before), Decimal(214), Decimal(3490))))
    assert after.count == -214
    assert after.entry == 3490
    assert after.fees == 3
    assert after.since == AT


def test_what_was_closed_of_it_stays_closed_and_follows_the_new_price() -> None:
    before = entries(fill("-100", "3000", margin=Decimal(900)), fill("40", "2900", 1))
    after = the(then(before, corrected(before, the(before), Decimal(70), Decimal(3100))))
    assert after.count == -70
    assert after.entry == 3100
    assert after.realised == 40 * Decimal("0.01") * 200


def test_a_corrected_position_keeps_its_leverage() -> None:
    before = entries(fill("-100", "3000", margin=Decimal(1000)), fill("-50", "3000", 1, margin=Decimal(500)))
    after = the(then(before, corrected(before, the(before), Decimal(75), Decimal(2000))))
    assert after.margin == 500  # half the contracts at two thirds of the price


def test_orders_of_several_prices_have_no_basis_because_they_are_told_as_one() -> None:
    before = entries(fill("-100", "3000", index=Decimal(2999)), fill("-50", "3600", 1, index=Decimal(3599)))
    *_, told = corrected(before, the(before), Decimal(140), Decimal(3201))
    assert isinstance(told, Fill)
    assert told.index == 3199
    *_, typo = corrected(before, the(before), Decimal(150), Decimal(6400))
    assert isinstance(typo, Fill)
    assert typo.index == 6398


def test_an_earlier_position_in_the_same_contract_is_left_alone() -> None:
    before = entries(fill("-100", "3000"), fill("100", "2900", 1), fill("-10", "2800", 2), margin("50", 3))
    after = the(then(before, corrected(before, the(before), Decimal(20), Decimal(2700))))
    assert after.realised == 100
    assert after.margin == 50
    gone = the(then(before, removal(before, the(before))))
    assert gone.count == 0
    assert gone.realised == 100


def test_a_position_that_one_order_turned_around_is_not_corrected() -> None:
    before = entries(fill("-100", "3000"), fill("150", "2900", 1))
    with pytest.raises(BadInput, match="turned around"):
        removal(before, the(before))
    more = entries(fill("-100", "3000"), fill("150", "2900", 1), fill("-50", "2900", 2), fill("5", "2900", 3))
    assert removal(more, the(more)) == (Void(4),)


def test_the_last_change_is_all_that_was_recorded_together() -> None:
    first = entries(fill("-100", "3000"))
    both = then(first, (fill("-1", "3000", 1), fill("-2", "3000", 1)))
    assert [entry.number for entry in last_change(both)] == [2, 3]
    undone = then(both, taken_back(both, 2))
    undone = [*undone[:3], *(Entry(e.number, 1, e.what, AT, UNDO, 4) for e in undone[3:])]
    assert [entry.number for entry in last_change(undone)] == [1]
    assert taken_back(undone, 2) == ()
    put_back = then(undone, taken_back(undone, 4))
    assert positions(put_back) == positions(both)


@given(st.lists(st.tuples(counts, exact, st.integers(0, 9)), min_size=1, max_size=8), counts, exact)
def test_any_position_becomes_what_is_said(
    told: list[tuple[Decimal, Decimal, int]], count: Decimal, price: Decimal
) -> None:
    before = entries(*(fill(str(size), str(paid), hour) for size, paid, hour in told))
    held = the(before)
    assume(held.count)
    try:
        change = corrected(before, held, abs(count), price)
    except BadInput:
        assume(False)
    after = the(then(before, change))
    assert after.count == abs(count) * (1 if held.count > 0 else -1)
    assert after.entry == price
    assert any(isinstance(each, Fill) for each in change)
    assert open_positions(then(before, removal(before, held))) == ()
