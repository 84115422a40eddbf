"""What a journal comes to, taken along from entry to entry, is what replaying all of it gives."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.journal.fill import Entry, Void
from core.journal.journal import FINEST, live_entries, open_positions, positions
from core.journal.order import trade_key
from core.journal.tally import Tally, replayed_tally
from tests.core.journal.test_journal import AT, What, entries, fill, fills, journals, margins

batches = st.lists(st.lists(fills | margins, min_size=1, max_size=3), max_size=6)


def later(batch: list[What], hours: int) -> list[What]:
    """The same, so much later."""
    ahead = timedelta(hours=hours)
    return [what if isinstance(what, Void) else replace(what, at=what.at + ahead) for what in batch]


def numbered(journal: list[list[What]]) -> list[list[Entry]]:
    """The batches as they are recorded one after the other, each on a ticket of its own."""
    found, number = [], 0
    for ticket, batch in enumerate(journal):
        made = []
        for what in batch:
            number += 1
            made.append(Entry(number, 1, what, AT, "ticket", ticket=f"{ticket:08x}"))
        found.append(made)
    return found


@given(batches)
def test_what_comes_later_is_added_as_replaying_it_would(journal: list[list[What]]) -> None:
    told = numbered([later(batch, 4 * place) for place, batch in enumerate(journal)])
    tally: Tally | None = Tally()
    known: list[Entry] = []
    for batch in told:
        known += batch
        assert tally is not None
        tally = tally.plus(batch)
        assert tally == replayed_tally(known)
    assert tally is not None
    assert tally.held == positions(known)
    assert tally.open == open_positions(known)
    assert tally.live == len(live_entries(known))


@given(batches, st.data())
def test_whatever_is_recorded_a_tally_is_right_or_says_that_it_has_to_be_replayed(
    journal: list[list[What]], data: st.DataObject
) -> None:
    known: list[Entry] = []
    for batch in journal:
        taken_back = st.sampled_from([Void(entry.number) for entry in known] or [Void(1)])
        what: list[What] = [data.draw(taken_back)] if data.draw(st.booleans()) else batch
        new = [Entry(number, 1, each, AT, "typed") for number, each in enumerate(what, len(known) + 1)]
        added = replayed_tally(known).plus(new)
        known += new
        assert added is None or added == replayed_tally(known)


@given(journals)
def test_an_entry_that_is_not_later_than_all_before_is_never_just_added(journal: list[What]) -> None:
    for before, after in pairwise(entries(*journal)):
        assert not isinstance(before.what, Void)
        assert not isinstance(after.what, Void)
        added = replayed_tally([before]).plus([after])
        assert (added is None) == (after.what.at <= before.what.at)


def test_an_entry_that_was_taken_back_still_has_its_time() -> None:
    told = entries(fill("-5", "3000"), fill("-5", "3000", 3), Void(2))
    assert replayed_tally(told).last == AT + timedelta(hours=3)
    assert replayed_tally(told).final == AT
    assert replayed_tally(told).plus([Entry(4, 1, fill("-5", "3000", 2), AT, "typed")]) is None


def test_what_was_filled_of_a_ticket_is_what_counts_of_it() -> None:
    told = [
        Entry(1, 1, fill("-5", "3000"), AT, "ticket", ticket="a"),
        Entry(2, 1, fill("-2", "3000", 1), AT, "ticket", ticket="a"),
        Entry(3, 1, fill("-7", "3000", 2), AT, "ticket", ticket="b"),
        Entry(4, 1, fill("-1", "3000", 3), AT, "typed"),
        Entry(5, 1, Void(1), AT, "undo"),
    ]
    key = trade_key("v", fill("-5", "3000").symbol, Decimal(-5))
    assert replayed_tally(told).followed == {"a": {key: Decimal(-2)}, "b": {key: Decimal(-7)}}


def test_orders_that_open_and_close_by_turns_do_not_make_the_numbers_ever_longer() -> None:
    told = [
        fill(f"{'-' if turn % 2 else ''}{7 + turn % 5}.{turn + 3:03}", f"{3000 + turn}.{turn:07}7", turn)
        for turn in range(300)
    ]
    (held,) = positions(entries(fill("-5000", "3000", -1, margin=Decimal(9)), *told))
    numbers = (held.entry, held.realised, held.margin or Fraction(0))
    assert all(len(f"{each.denominator}") <= 601 for each in numbers)
    assert FINEST.bit_length() < 2000


def test_a_journal_that_cannot_be_replayed_cannot_be_added_to_either() -> None:
    first = fill("-5", "3000")
    second = replace(first, terms=replace(first.terms, multiplier=Decimal(7)), at=AT + timedelta(hours=1))
    with pytest.raises(BadInput, match="not worth what it was"):
        replayed_tally(entries(first, second))
    with pytest.raises(BadInput, match="not worth what it was"):
        replayed_tally(entries(first)).plus([Entry(2, 1, second, AT, "typed")])
