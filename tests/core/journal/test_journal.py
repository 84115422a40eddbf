"""The journal: positions follow from it exactly, in whatever order equal-time entries arrive."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.position import Position
from core.journal.fill import Entry, Fill, Margin, Terms, Void, Written
from core.journal.held import Held, decimal, gain
from core.journal.journal import check_fill, live, open_positions, positions, voided_entries

AT = datetime(2026, 6, 1, tzinfo=UTC)
ETH = Terms("ETH", Decimal("0.01"))
PEPE = Terms("PEPE", Decimal(1000), scale=Decimal(1000))
COIN = Terms("ETH", Decimal(10), inverse=True)
What: TypeAlias = Written


def fill(count: str, price: str, hour: int = 0, terms: Terms = ETH, **rest: Any) -> Fill:
    symbol = f"{terms.asset}/{'USD' if terms.inverse else 'USDT'}"
    return Fill("v", symbol, terms, Decimal(count), Decimal(price), AT + timedelta(hours=hour), **rest)


def margin(amount: str, hour: int = 0) -> Margin:
    return Margin("v", "ETH/USDT", Decimal(amount), AT + timedelta(hours=hour))


def entries(*what: What) -> list[Entry]:
    return [Entry(number, 1, each, AT, "typed", number) for number, each in enumerate(what, 1)]


def the(*what: What) -> Held:
    """The one contract that these entries are about."""
    (held,) = positions(entries(*what))
    return held


def told(*figures: object) -> tuple[object, ...]:
    return figures


exact = st.decimals("0.00000001", "100000", places=8)
counts = st.decimals("-1000", "1000", places=3).filter(bool)
hours = st.integers(0, 3)
fills = st.builds(
    lambda count, price, fee, hour, kept, terms: fill(
        str(count), str(price), hour, terms, fee=fee, **({} if kept is None else {"margin": kept})
    ),
    counts,
    exact,
    st.decimals("-10", "10", places=4),
    hours,
    st.none() | exact,
    st.sampled_from([ETH, PEPE, COIN]),
)
margins = st.builds(lambda amount, hour: margin(str(amount), hour), exact, hours)
journals = st.lists(fills | margins, max_size=12)


def test_a_short_is_what_was_sold_at_the_average_price() -> None:
    held = the(fill("-100", "3500", fee=Decimal(1)), fill("-50", "3200", 1, fee=Decimal("0.5")))
    assert told(held.count, held.entry) == (Decimal(-150), 3400)
    assert told(held.realised, held.fees) == (0, Fraction(3, 2))
    assert held.since == AT
    assert held.unrealised(Decimal(3000)) == 600


def test_what_is_bought_back_realises_its_part() -> None:
    held = the(fill("-150", "3400"), fill("50", "3000", 1))
    assert told(held.count, held.entry, held.realised) == (Decimal(-100), 3400, 200)
    assert held.changed == AT + timedelta(hours=1)


def test_an_average_without_an_end_is_kept_exactly() -> None:
    held = the(fill("-1", "100"), fill("-2", "101", 1))
    assert held.entry == Fraction(302, 3)
    assert decimal(held.entry) == Decimal("100.6666666666666666666666666666667")


def test_crossing_zero_closes_first_and_opens_anew() -> None:
    held = the(fill("-100", "3000", margin=Decimal(900)), fill("150", "2900", 2, margin=Decimal(400)))
    assert told(held.count, held.entry, held.realised) == (Decimal(50), 2900, 100)
    assert held.since == AT + timedelta(hours=2)
    assert held.margin == 400


def test_a_closed_contract_keeps_what_it_made_and_opens_from_nothing() -> None:
    closed = the(fill("-100", "3000"), fill("100", "2900", 1))
    assert told(closed.count, closed.realised, closed.entry) == (0, 100, 3000)
    again = the(fill("-100", "3000"), fill("100", "2900", 1), fill("-10", "2800", 5))
    assert told(again.realised, again.entry, again.since) == (100, 2800, AT + timedelta(hours=5))
    assert open_positions(entries(fill("-100", "3000"), fill("100", "2900", 1))) == ()


def test_margin_is_added_released_in_proportion_and_set() -> None:
    sold = fill("-100", "3000", margin=Decimal(900))
    assert the(sold, fill("-100", "3000", 1, margin=Decimal(100))).margin == 1000
    assert the(sold, fill("25", "3000", 1)).margin == 675
    assert the(sold, fill("-100", "3000", 1)).margin is None
    assert the(sold, fill("-100", "3000", 1), margin("1500", 2)).margin == 1500
    assert the(sold, margin("1500", 1), fill("50", "3000", 2)).margin == 750


def test_a_margin_of_nothing_open_says_nothing() -> None:
    assert positions(entries(margin("1500"))) == ()
    assert the(fill("-1", "3000"), fill("1", "3000", 1), margin("1500", 2)).margin is None


def test_a_thousand_coin_price_is_for_a_thousand_coins() -> None:
    held = the(fill("-50", "0.0055", terms=PEPE))
    assert held.coins == -50_000
    assert held.unrealised(Decimal("0.0045")) == Fraction(5, 100)


def test_an_inverse_contract_makes_coins_valued_at_the_exit() -> None:
    held = the(fill("-100", "2000", terms=COIN), fill("100", "1000", 1, terms=COIN))
    coins = 1000 * (Fraction(1, 1000) - Fraction(1, 2000))
    assert held.realised == coins * 1000


def test_an_inverse_average_keeps_the_coins() -> None:
    held = the(fill("-100", "2000", terms=COIN), fill("-100", "1000", 1, terms=COIN))
    assert held.coins == -(Fraction(1000, 2000) + Fraction(1000, 1000))


def test_the_margin_of_an_inverse_position_is_in_coins_for_a_plan() -> None:
    held = the(fill("-100", "2000", terms=COIN, margin=Decimal(500)))
    assert held.position == Position("v", "ETH/USD", Decimal(-100), Decimal(2000), Decimal("0.25"))


def test_what_is_taken_back_has_never_been() -> None:
    sold, more = fill("-100", "3000"), fill("-100", "2000", 1)
    assert live(entries(sold, more, Void(2))) == (sold,)
    assert live(entries(sold, more, Void(2), Void(3))) == (sold, more)
    assert live(entries(sold, more, Void(2), Void(3), Void(4))) == (sold,)
    assert voided_entries(entries(sold, more, Void(2), Void(3))) == {3}


def test_a_contract_that_is_worth_something_else_meanwhile_is_refused() -> None:
    other = Terms("ETH", Decimal("0.1"))
    with pytest.raises(BadInput, match="not worth what it was"):
        positions(entries(fill("-1", "3000"), fill("-1", "3000", 1, other)))
    assert the(fill("-1", "3000"), fill("1", "3000", 1), fill("-1", "3000", 2, other)).terms == other


@pytest.mark.parametrize(
    "bad",
    [
        fill("0", "3000"),
        fill("NaN", "3000"),
        fill("-1", "0"),
        fill("-1", "-5"),
        fill("-1", "Infinity"),
        fill("-1", "3000", fee=Decimal("NaN")),
        fill("-1", "3000", margin=Decimal(-1)),
    ],
    ids=repr,
)
def test_a_fill_that_cannot_be_is_refused(bad: Fill) -> None:
    with pytest.raises(BadInput):
        check_fill(bad)


@given(journals, st.randoms())
def test_the_order_of_arrival_does_not_matter(what: list[What], chance: Random) -> None:
    shuffled = list(what)
    chance.shuffle(shuffled)
    assert positions(entries(*what)) == positions(entries(*shuffled))


@given(journals, st.data())
def test_taking_back_twice_is_as_if_nothing_happened(what: list[What], data: st.DataObject) -> None:
    before = entries(*what)
    if not what:
        return
    target = data.draw(st.integers(1, len(what)))
    assert positions(entries(*what, Void(target), Void(len(what) + 1))) == positions(before)
    without = [each for number, each in enumerate(what, 1) if number != target]
    assert positions(entries(*what, Void(target))) == positions(entries(*without))


@given(st.lists(fills, min_size=1, max_size=12), exact)
def test_realised_and_unrealised_are_the_cash_that_flowed(what: list[Fill], mark: Decimal) -> None:
    for held in positions(entries(*what)):
        own = [each for each in what if each.symbol == held.symbol]
        assert held.count == sum(each.count for each in own)
        assert held.fees == sum(Fraction(each.fee) for each in own)
        if held.terms.inverse:
            assert held.realised + held.unrealised(mark) == _inverse_by_lots(own, mark)
        else:
            paid = sum(_cash(each) for each in own)
            worth = Fraction(held.count) * Fraction(held.terms.multiplier) / Fraction(held.terms.scale)
            assert held.realised + held.unrealised(mark) == worth * Fraction(mark) - paid


def _cash(one: Fill) -> Fraction:
    units = Fraction(one.terms.multiplier) / Fraction(one.terms.scale)
    return Fraction(one.count) * units * Fraction(one.price)


def _inverse_by_lots(own: Sequence[Fill], mark: Decimal) -> Fraction:
    """What inverse fills made, kept as coins: each reduction takes its share of the coins that are owed."""
    count, coins, made = Fraction(0), Fraction(0), Fraction(0)
    for one in sorted(own, key=lambda one: (one.at, one.count, one.price)):
        size, price = Fraction(one.count), Fraction(one.price)
        closing = Fraction(0)
        if count * size < 0:
            closing = size if abs(size) <= abs(count) else -count
            share = coins * (-closing / count)
            made += (share + closing * 10 / price) * price
            coins -= share
        count += size
        coins += (size - closing) * 10 / price
    return made + (coins - count * 10 / Fraction(mark)) * Fraction(mark)


@given(counts, exact, exact)
def test_a_gain_is_lost_by_the_other_side(count: Decimal, entry: Decimal, leave: Decimal) -> None:
    for terms in (ETH, PEPE, COIN):
        assert gain(terms, count, entry, leave) == -gain(terms, -count, entry, leave)
