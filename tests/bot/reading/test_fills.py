"""A filled order as people type it."""

from decimal import Decimal

import pytest

from bot.reading.fills import Said, read_fill
from core.domain.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ETH 2140 at 3498.5", Said("ETH", Decimal(2140), price=Decimal("3498.5"))),
        ("ETH 3,480", Said("ETH", Decimal(3480))),
        ("ETH 3.480", Said("ETH", Decimal("3.480"))),
        ("2.14 ETH @3500", Said("ETH", Decimal("2.14"), in_coins=True, price=Decimal(3500))),
        ("2140 contracts ETH", Said("ETH", Decimal(2140), in_coins=False)),
        ("ETH 2.14 coins", Said("ETH", Decimal("2.14"), in_coins=True)),
        ("ETH 2.14 ETH", Said("ETH", Decimal("2.14"), in_coins=True)),
        ("at $3,500 sold 3k SOL", Said("SOL", Decimal(3000), in_coins=True, sold=True, price=Decimal(3500))),
        (
            "ETH 3,480 lev 3 margin 2500 fee 1.2 on Bybit",
            Said(
                "ETH",
                Decimal(3480),
                leverage=Decimal(3),
                margin=Decimal(2500),
                fee=Decimal("1.2"),
                venue="bybit",
            ),
        ),
        (
            "bought ETH 1 fee -0.4 2x",
            Said("ETH", Decimal(1), sold=False, fee=Decimal("-0.4"), leverage=Decimal(2)),
        ),
        (
            "sold ETH/USDT:USDT-260626 5 contracts",
            Said("ETH/USDT:USDT-260626", Decimal(5), in_coins=False, sold=True),
        ),
        ("1000PEPE 5", Said("1000PEPE", Decimal(5))),
        ("ETH margin 3000", Said("ETH", margin=Decimal(3000))),
    ],
)
def test_a_line_is_read_as_it_is_meant(typed: str, said: Said) -> None:
    assert read_fill(typed) == said


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("2140 at 3500", "Which coin"),
        ("ETH 2140 3500", "Put “at” before the price"),
        ("ETH 0 at 3500", "count must be above zero"),
        ("ETH -5 at 3500", "below zero"),
        ("ETH 5 at 0", "price must be above zero"),
        ("ETH 5 at -1", "below zero"),
        ("ETH 5 at", "price is missing"),
        ("ETH 5 at nan", "not a number"),
        ("ETH 5 at 1e999", "not a number"),
        ("ETH 5 at 3500 at 3600", "price is there twice"),
        ("ETH 5 SOL 5", "One order a line"),
        ("ETH 5 lev 0", "Leverage goes from 1"),
        ("ETH 5 500x", "Leverage goes from 1"),
        ("ETH 5 margin 0", "margin must be above zero"),
        ("ETH 5 on", "exchange is missing"),
        ("ETH 5 % 7", "I do not understand"),
        ("ETH 9" + "9" * 70, "too long"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_type(typed: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_fill(typed)


def test_the_word_that_stands_for_a_price_is_no_price() -> None:
    with pytest.raises(BadInput, match="Put the price that you got where PRICE stands"):
        read_fill("METM6 32 at PRICE")
