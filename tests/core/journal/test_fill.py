"""Fills: what the coin cost when they were made."""

from decimal import Decimal

from core.domain.paid import index_at


def test_a_price_about_the_mark_was_paid_at_the_index_of_then() -> None:
    assert index_at(Decimal(3490), Decimal(3500), Decimal(3498)) == 3498
    assert index_at(Decimal(3517), Decimal(3500), Decimal(3498)) == 3498


def test_a_price_of_another_time_had_the_same_basis() -> None:
    assert index_at(Decimal(7000), Decimal(3500), Decimal(3498)) == 6996
    assert index_at(Decimal("0.035"), Decimal(3500), Decimal(3500)) == Decimal("0.035")


def test_without_an_index_it_is_not_known() -> None:
    assert index_at(Decimal(3000), Decimal(3500), None) is None
