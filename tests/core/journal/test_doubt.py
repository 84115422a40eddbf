"""A fill that is told is doubted where it does not fit its order, the price now, or what is open."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from core.journal.doubt import (
    AgainstOrder,
    Doubt,
    FarFromOrdered,
    FarFromPrice,
    FilledBefore,
    TurnsAround,
    fill_doubts,
)
from core.journal.fill import Fill, Terms
from core.journal.held import Held
from core.journal.order import Order

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS = Terms("ETH", Decimal("0.01"))
SYMBOL = "ETH/USDT:USDT"
ORDER = Order(
    venue="bybit",
    symbol=SYMBOL,
    terms=TERMS,
    unit="ETH",
    count=Decimal(-100),
    price=Decimal(3500),
    index=None,
    leverage=Decimal(2),
    wanted=Decimal(-100),
    fee_rate=Decimal("0.0005"),
)


def doubts(
    count: int,
    price: int = 3500,
    *,
    order: Order | None = ORDER,
    filled: int = 0,
    held: Held | None = None,
) -> list[Doubt]:
    fill = Fill("bybit", SYMBOL, TERMS, Decimal(count), Decimal(price), NOW, fee=Decimal(0), margin=None)
    usual = Decimal(3500)
    return list(fill_doubts(fill, order=order, filled=Decimal(filled), held=held, usual=usual))


def short(count: int) -> Held:
    nothing, entry = Fraction(0), Fraction(3500)
    return Held("bybit", SYMBOL, TERMS, Decimal(-count), entry, None, nothing, nothing, NOW, NOW, NOW)


@pytest.mark.parametrize(("count", "price"), [(-100, 3500), (-11, 2801), (-999, 4200), (-110, 3500)])
def test_what_fits_well_enough_is_not_doubted(count: int, price: int) -> None:
    assert doubts(count, price) == []


def test_the_other_side_is_doubted() -> None:
    assert doubts(100) == [AgainstOrder(sold=False)]


@pytest.mark.parametrize("count", [-1000, -10])
def test_a_tenth_or_ten_times_of_the_order_is_doubted(count: int) -> None:
    assert doubts(count) == [FarFromOrdered(Decimal(100), Decimal(-count), TERMS)]


def test_more_than_a_tenth_over_the_order_is_doubted_only_together_with_what_was_filled() -> None:
    assert doubts(-60, filled=-50) == []
    assert doubts(-61, filled=-50) == [FilledBefore(Decimal(50), Decimal(100), TERMS)]


def test_a_small_rest_is_not_doubted() -> None:
    assert doubts(-1, filled=-99) == []


def test_a_price_more_than_a_fifth_off_is_doubted() -> None:
    assert doubts(-100, 4201) == [FarFromPrice(Decimal(3500), Decimal(4201))]


def test_closing_more_than_is_open_is_doubted() -> None:
    assert doubts(50, order=None, held=short(50)) == []
    assert doubts(51, order=None, held=short(50)) == [TurnsAround(short=True, held=Decimal(50), terms=TERMS)]
