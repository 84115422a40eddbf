"""Trades of a venue taken into a journal once, whoever has typed them as well."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.journal.fill import Fill, Terms
from core.journal.merging import Merge, Told, Traded, fills_of, merge
from tests.domain import NOW

ETH = "ETH/USDT:USDT"
TERMS = Terms("ETH", Decimal(1))
D = Decimal


def trade(name: str, count: str, minute: int = 0, price: str = "3500", order: str = "") -> Traded:
    return Traded(name, order or name, ETH, D(count), D(price), NOW + timedelta(minutes=minute))


def told(number: int, count: str, minute: int = 0, price: str = "3500", *, read: bool = False) -> Told:
    fill = Fill("bybit", ETH, TERMS, D(count), D(price), NOW + timedelta(minutes=minute))
    return Told(number, fill, read)


def after(held: str, found: Merge, typed: tuple[Told, ...] = ()) -> Decimal:
    """What the journal has open once this is done."""
    gone = sum((each.fill.count for each in typed if each.number in found.voided), D(0))
    return D(held) - gone + sum((each.count for each, _ in found.written), D(0))


def test_trades_that_nobody_typed_are_written() -> None:
    found = merge(D(0), (), (), (trade("2", "-1", 1), trade("1", "-2")), D(-3))
    assert [each.id for each, _ in found.written] == ["1", "2"]
    assert (found.voided, found.agrees) == ((), True)


def test_trades_that_do_not_come_to_the_position_wait() -> None:
    found = merge(D(0), (), (), (trade("1", "-2"),), D(-3))
    assert found == Merge(agrees=False)


def test_a_typed_fill_makes_room_for_the_trades_of_its_order() -> None:
    typed = told(7, "-2.14", 5)
    pending = (trade("1", "-1", order="a"), trade("2", "-1.14", order="a"), trade("3", "-5", 1, order="b"))
    found = merge(D("-2.14"), (typed,), (), pending, D("-7.14"))
    assert found.voided == (7,)
    assert {each.id: owner for each, owner in found.written} == {"1": typed, "2": typed, "3": None}


def test_a_typed_fill_at_a_wholly_other_price_is_another_one() -> None:
    found = merge(D(-2), (told(7, "-2", price="2000"),), (), (trade("1", "-2"),), D(-2))
    assert found == Merge(agrees=False)


def test_a_fill_typed_beside_a_trade_that_is_there_is_taken_back() -> None:
    found = merge(D(-4), (told(9, "-2", 10),), (trade("1", "-2"),), (), D(-2))
    assert (found.voided, found.written) == ((9,), ())


def test_what_was_read_from_the_positions_has_the_trades_before_it() -> None:
    found = merge(D(-2), (told(3, "-2", 10, read=True),), (), (trade("1", "-2"), trade("2", "-1", 20)), D(-3))
    assert [each.id for each in found.absorbed] == ["1"]
    assert [each.id for each, _ in found.written] == ["2"]


def test_what_a_typed_fill_knew_goes_over_in_proportion() -> None:
    typed = told(7, "-4")
    typed = replace(typed, fill=replace(typed.fill, margin=D(100), wanted=D("-4.2"), index=D(3499)))
    found = merge(D(-4), (typed,), (), (trade("1", "-1", order="a"), trade("2", "-3", order="a")), D(-4))
    fills = fills_of(found, "bybit", TERMS)
    assert [fill.margin for fill in fills] == [25, 75]
    assert [fill.wanted for fill in fills] == [D("-4.2"), None]
    assert {fill.index for fill in fills} == {D(3499)}


COUNTS = st.sampled_from(["-2", "-1", "1", "2"])


@given(
    st.lists(st.tuples(COUNTS, st.integers(0, 30)), max_size=5),
    st.lists(st.tuples(COUNTS, st.integers(0, 30)), max_size=4),
    st.integers(-4, 4),
)
def test_whatever_is_done_ends_at_what_is_open_at_the_venue(
    made: list[tuple[str, int]], typed: list[tuple[str, int]], there: int
) -> None:
    pending = tuple(trade(str(number), count, minute) for number, (count, minute) in enumerate(made))
    fills = tuple(told(number, count, minute) for number, (count, minute) in enumerate(typed, 100))
    held = sum((each.fill.count for each in fills), D(0))
    found = merge(held, fills, (), pending, D(there))
    if found.agrees:
        assert after(str(held), found, fills) == there
        assert sorted(each.id for each, _ in found.written) == sorted(each.id for each in pending)
    else:
        assert (found.written, found.voided, found.absorbed) == ((), (), ())
