"""What a venue's account says of a position that may have been liquidated, or is counted anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from core.domain.contract import Contract
from core.domain.position import Position
from core.journal.fate import BY_EXTREME, BY_MARK, DOUBTFUL, LIQUIDATED, OPEN, Becomes, Fate
from core.journal.fill import Entry, Fill, Margin, Terms, Written
from core.journal.held import Held
from core.journal.journal import positions
from core.journal.matching import Matching, matching
from tests.domain import contract

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
SYMBOL, MARK = "SOL/USDT:USDT", Decimal(150)
LISTED: Contract = contract("SOL", multiplier="1")
SOL = Terms.of(LISTED)
SHORT = Fill("v", SYMBOL, SOL, Decimal(-400), Decimal(150), NOW - timedelta(days=1), margin=Decimal(20000))


def shown(*figures: object) -> list[object]:
    return list(figures)


def book(*entries: Written) -> Held:
    """The position that these make."""
    [found] = positions(Entry(n, 1, each, NOW, "typed") for n, each in enumerate(entries, 1))
    return found


def noted(what: Becomes = LIQUIDATED, reason: str = BY_MARK) -> Held:
    """The short, seen at 205 an hour ago."""
    return book(SHORT, Fate("v", SYMBOL, what, Decimal(205), NOW - timedelta(hours=1), reason))


def there(count: str, entry: str = "150", margin: str | None = None) -> Position:
    return Position("v", SYMBOL, Decimal(count), Decimal(entry), Decimal(margin) if margin else None)


def after(held: Held | None, entries: Matching) -> Held:
    """The position once these are recorded behind what it rests on."""
    before: list[Written] = [SHORT]
    if held is not None and held.note is not None:
        before.append(held.note)
    return book(*before, *entries)


@pytest.mark.parametrize("what", [LIQUIDATED, DOUBTFUL])
def test_what_is_gone_was_liquidated_and_lost_its_margin(what: Becomes) -> None:
    held = noted(what, BY_EXTREME)
    entries = matching(held, None, LISTED, MARK, NOW)
    ended = after(held, entries)
    assert shown(ended.count, ended.realised) == [0, -20000]
    [fill] = entries
    assert isinstance(fill, Fill)
    assert shown(fill.reason, fill.at) == ["liquidated", NOW - timedelta(hours=1)]


@pytest.mark.parametrize("what", [LIQUIDATED, DOUBTFUL])
def test_what_is_there_is_open_with_the_margin_that_it_has_there(what: Becomes) -> None:
    held = noted(what)
    entries = matching(held, there("-400", margin="26000"), LISTED, MARK, NOW)
    still = after(held, entries)
    assert shown(still.count, still.margin, still.note, still.assured) == [-400, 26000, None, 205]
    assert [type(each) for each in entries] == [Margin, Fate]


def test_a_part_that_is_there_is_open_and_the_rest_was_closed() -> None:
    held = noted()
    still = after(held, matching(held, there("-200"), LISTED, MARK, NOW))
    assert shown(still.count, still.note, still.assured) == [-200, None, 205]
    assert still.realised == 0


def test_another_entry_there_is_a_new_position_after_the_old_one_was_liquidated() -> None:
    held = noted()
    anew = after(held, matching(held, there("-400", "140", "19000"), LISTED, MARK, NOW))
    assert shown(anew.count, anew.entry, anew.margin, anew.realised) == [-400, 140, 19000, -20000]
    assert not anew.lost


def test_the_other_side_there_is_a_new_position_too() -> None:
    held = noted()
    anew = after(held, matching(held, there("10", "140"), LISTED, MARK, NOW))
    assert shown(anew.count, anew.entry, anew.realised) == [10, 140, -20000]


def test_what_was_never_doubted_is_left_as_it_is() -> None:
    assert matching(book(SHORT), there("-400", "150", "26000"), LISTED, MARK, NOW) == ()


def test_contracts_of_another_size_are_counted_anew_and_nothing_is_closed() -> None:
    listed = replace(LISTED, multiplier=Decimal(10))
    held = book(SHORT)
    same = after(held, matching(held, there("-40"), listed, MARK, NOW))
    assert shown(same.count, same.terms.multiplier, same.realised) == [-40, 10, 0]
    assert same.coins == Fraction(-400)
    less = after(held, matching(held, there("-20"), listed, MARK, NOW))
    assert shown(less.count, less.coins, less.entry) == [-20, -200, 150]


def test_what_only_the_venue_has_is_opened_as_it_lists_it() -> None:
    [opened] = matching(None, there("-5", "151"), LISTED, None, NOW)
    assert isinstance(opened, Fill)
    assert shown(opened.count, opened.price, opened.terms) == [-5, 151, SOL]


def test_the_word_of_the_account_is_kept_as_its_own() -> None:
    [fate] = matching(noted(), there("-400"), LISTED, MARK, NOW)
    assert isinstance(fate, Fate)
    assert shown(fate.what, fate.reason, fate.at) == [OPEN, "account", NOW]
