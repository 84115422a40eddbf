"""What a venue says against what the book says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.coins.place import ELSEWHERE, Lying, Place
from core.domain.errors import BadInput, NoData
from core.domain.holding import HoldingChange, spread
from core.domain.position import Position
from core.journal.ended import LIQUIDATED
from core.journal.fate import BY_ACCOUNT, OPEN, Fate
from core.journal.fill import Entry, Fill, Margin, Terms
from core.journal.held import Held
from core.journal.journal import open_positions
from core.journal.matching import closing_or_opening
from core.journal.sync import (
    Difference,
    added_up,
    coin_changes,
    read_difference,
    write_difference,
)

NOW = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
SYMBOL, MARK = "ETH/USDT:USDT", Decimal("3520.5")
LINEAR = Terms("ETH", Decimal("0.01"))
INVERSE = Terms("ETH", Decimal(10), inverse=True)


def D(**numbers: str) -> dict[str, Decimal]:  # noqa: N802
    return {name: Decimal(number) for name, number in numbers.items()}


def position(count: str, entry: str, margin: str | None = None) -> Position:
    return Position("bybit", SYMBOL, Decimal(count), Decimal(entry), Decimal(margin) if margin else None)


def fill(count: str, price: str, terms: Terms = LINEAR, margin: str | None = None) -> Fill:
    own = Decimal(margin) if margin else None
    return Fill("bybit", SYMBOL, terms, Decimal(count), Decimal(price), NOW - timedelta(days=1), margin=own)


def held(*fills: Fill) -> Held:
    """The position that these fills make."""
    [found] = open_positions(Entry(n, 1, each, NOW, "typed") for n, each in enumerate(fills, 1))
    return found


def after(before: Held | None, there: Position | None, terms: Terms = LINEAR) -> Held | None:
    """The book's position once the fill is recorded."""
    found = closing_or_opening(before, there, terms, MARK, NOW)
    old = [] if before is None else [fill(f"{before.count:f}", f"{before.position.entry:f}", terms)]
    made = open_positions(
        Entry(n, 1, each, NOW, "sync") for n, each in enumerate([*old, *([found] if found else [])], 1)
    )
    return made[0] if made else None


HERE, THERE = Place("bybit"), Place("okx")


def anywhere(**coins: str) -> dict[str, Lying]:
    """Coins of which no place is known."""
    return {asset: {ELSEWHERE: quantity} for asset, quantity in D(**coins).items()}


def quantities(lying: Mapping[str, Lying], **there: dict[str, Decimal]) -> dict[str, dict[Place, Decimal]]:
    """Where coins lie once the edits are made that a look at these venues asks for."""
    return spread(lying, coin_changes(lying, there, {})[0])


def test_coins_of_no_known_place_are_taken_for_those_at_the_venue() -> None:
    lying = anywhere(ETH="4.2", SOL="60", LINK="5")
    assert quantities(lying, bybit=D(ETH="4.5", SOL="60", NEAR="5")) == {
        "ETH": {HERE: Decimal("4.5")},
        "SOL": {HERE: Decimal(60)},
        "NEAR": {HERE: Decimal(5)},
        "LINK": {ELSEWHERE: Decimal(5)},
    }


def test_what_lies_elsewhere_beside_coins_at_a_venue_stays() -> None:
    lying = {"SOL": {HERE: Decimal(40), ELSEWHERE: Decimal(20)}, "ETH": {HERE: Decimal(2)}}
    after = quantities(lying, bybit=D(SOL="30"))
    assert after == {"SOL": {HERE: Decimal(30), ELSEWHERE: Decimal(20)}}


def test_a_venue_that_was_not_asked_keeps_its_coins() -> None:
    lying = {"SOL": {HERE: Decimal(40), THERE: Decimal(20)}}
    assert quantities(lying, bybit=D(SOL="30")) == {"SOL": {HERE: Decimal(30), THERE: Decimal(20)}}


def test_a_book_that_knows_all_of_it_is_left() -> None:
    lying = {"SOL": {HERE: Decimal(40), ELSEWHERE: Decimal(20)}}
    assert coin_changes(lying, {"bybit": D(SOL="40")}, {}) == ((), ())
    assert coin_changes(anywhere(LINK="5"), {"bybit": {}}, {}) == ((), ())


def test_dust_needs_a_price_and_is_left_out_only_where_nothing_is_held() -> None:
    owned, prices = D(NEAR="0.3", TARN="0.3", SOL="0.001"), D(NEAR="2.5", SOL="160")
    changes, dust = coin_changes(anywhere(SOL="1"), {"bybit": owned}, prices)
    assert {change.asset for change in changes} == {"TARN", "SOL"}
    assert dust == ("NEAR",)


def test_what_is_borrowed_is_no_holding() -> None:
    assert coin_changes({}, {"bybit": D(BTC="-0.5")}, {}) == ((), ())


def test_coins_at_several_venues_are_added_up_also_where_one_is_borrowed() -> None:
    assert added_up([D(ETH="4", SOL="1"), D(ETH="-1")]) == D(ETH="3", SOL="1")
    after = quantities({}, bybit=D(ETH="4", SOL="1"), okx=D(ETH="-1"))
    assert after == {"ETH": {HERE: Decimal(3)}, "SOL": {HERE: Decimal(1)}}


def test_where_they_agree_there_is_no_fill() -> None:
    assert closing_or_opening(held(fill("-214", "3498.5")), position("-214", "1"), LINEAR, None, NOW) is None


def test_what_only_the_venue_has_is_opened_at_its_entry_with_its_margin() -> None:
    found = closing_or_opening(None, position("-214", "3498.5", "2500"), LINEAR, None, NOW)
    assert found == Fill("bybit", SYMBOL, LINEAR, Decimal(-214), Decimal("3498.5"), NOW, margin=Decimal(2500))


def test_what_only_the_book_has_is_closed_at_the_mark() -> None:
    found = closing_or_opening(held(fill("-214", "3498.5")), None, LINEAR, MARK, NOW)
    assert found is not None
    assert (found.count, found.price, found.margin) == (Decimal(214), MARK, None)


def test_without_a_mark_nothing_is_closed() -> None:
    with pytest.raises(NoData, match="no price of ETH/USDT:USDT on bybit"):
        closing_or_opening(held(fill("-214", "3498.5")), None, LINEAR, None, NOW)


def test_what_turned_around_is_filled_at_the_venues_entry() -> None:
    found = closing_or_opening(held(fill("-214", "3498.5")), position("100", "3600", "9"), LINEAR, MARK, NOW)
    assert found is not None
    assert (found.count, found.price, found.margin) == (Decimal(314), Decimal(3600), Decimal(9))


def test_margin_that_came_with_what_was_added_is_added() -> None:
    before = held(fill("-214", "3498.5", margin="2500"))
    found = closing_or_opening(before, position("-428", "3500", "5100"), LINEAR, MARK, NOW)
    assert found is not None
    assert found.margin == 2600
    unknown = closing_or_opening(
        held(fill("-214", "3498.5")), position("-428", "3500", "5100"), LINEAR, MARK, NOW
    )
    assert unknown is not None
    assert unknown.margin is None


def test_the_margin_of_an_inverse_contract_is_recorded_in_dollars() -> None:
    found = closing_or_opening(None, position("-100", "3500", "0.1"), INVERSE, None, NOW)
    assert found is not None
    assert found.margin == 350


def test_averages_that_contradict_each_other_leave_the_venues_entry() -> None:
    found = closing_or_opening(held(fill("-214", "3498.5")), position("-215", "10"), LINEAR, MARK, NOW)
    assert found is not None
    assert found.price == 10


prices = st.decimals("0.01", "100000", places=2)
counts = st.integers(-5000, 5000).filter(bool)


@given(counts, prices, st.integers(0, 5000), prices, st.sampled_from([LINEAR, INVERSE]))
def test_the_book_ends_with_the_venues_count_and_where_it_grew_with_its_entry(
    old: int, paid: Decimal, more: int, added: Decimal, terms: Terms
) -> None:
    before = held(fill(str(old), str(paid), terms))
    whole = old + more if old > 0 else old - more
    average = held(*(fill(str(n), str(p), terms) for n, p in ((old, paid), (whole - old, added)) if n))
    there = position(str(whole), f"{average.position.entry:.8f}")
    found = after(before, there, terms)
    assert found is not None
    assert found.count == whole
    # What a price of twelve places leaves, beside an entry of eight.
    assert abs(found.entry - Fraction(there.entry)) <= Fraction(there.entry) / 10**7


@given(counts, prices, st.integers(-5000, 5000), prices)
def test_the_book_always_ends_with_the_venues_count(
    old: int, paid: Decimal, now: int, entry: Decimal
) -> None:
    found = after(held(fill(str(old), str(paid))), position(str(now), str(entry)) if now else None)
    assert (0 if found is None else found.count) == now


def test_a_difference_waits_as_text_and_comes_back_whole() -> None:
    dated = Terms("ETH", Decimal("0.01"), Decimal(1000), True, NOW, "ETH")
    difference = Difference(
        NOW,
        {"ETH": {ELSEWHERE: Decimal("4.200000000000000001"), HERE: Decimal(1)}},
        {("bybit", SYMBOL): Decimal("-2.14")},
        (HoldingChange("set", "SOL", Decimal(60), HERE), HoldingChange("set", "ETH", Decimal(0), ELSEWHERE)),
        (
            fill("-1", "3500.5", margin="2"),
            replace(fill("3", "1e-9", dated), index=Decimal("1.1e-9"), reason=LIQUIDATED),
            Margin("bybit", SYMBOL, Decimal("2500.5"), NOW),
            Fate("bybit", SYMBOL, OPEN, Decimal("3500.5"), NOW, BY_ACCOUNT),
            Fate("bybit", SYMBOL, OPEN, None, NOW, BY_ACCOUNT),
        ),
    )
    assert read_difference(write_difference(difference)) == difference
    assert not difference.empty


@pytest.mark.parametrize("text", ["", "SOL 60", "{}", "[]", '{"sync": 5}', '{"sync": "2026-06-10"}'])
def test_another_draft_is_no_difference(text: str) -> None:
    with pytest.raises(BadInput, match="no difference to apply"):
        read_difference(text)
