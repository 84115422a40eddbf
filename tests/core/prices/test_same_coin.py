"""One ticker, two coins: told by prices and closes."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.series import Closes
from core.prices.same_coin import agree, closes_agree, other_coins, same_as

PRICES = st.decimals("0.0000001", "1000000", places=7)


def priced(**prices: str) -> dict[str, Decimal]:
    return {venue: Decimal(price) for venue, price in prices.items()}


@given(PRICES, PRICES)
def test_agreement_does_not_depend_on_the_order(one: Decimal, other: Decimal) -> None:
    assert agree(one, other) == agree(other, one)


@given(PRICES)
def test_a_price_agrees_with_itself_and_not_with_a_tenth_more(price: Decimal) -> None:
    assert agree(price, price)
    assert not agree(price, price * Decimal("1.1"))


def test_the_coin_of_the_users_own_venue_is_the_one_that_is_meant() -> None:
    trump = priced(mexc="0.212", bybit="9.9", okx="9.91", gate="0.213")
    assert same_as(trump, "bybit") == frozenset({"bybit", "okx"})
    assert same_as(trump, "mexc") == frozenset({"mexc", "gate"})


def test_without_a_price_there_it_is_the_coin_of_most_and_else_nobody_knows() -> None:
    assert same_as(priced(mexc="0.212", bybit="9.9", okx="9.91"), "kraken") == frozenset({"bybit", "okx"})
    assert same_as(priced(mexc="0.212", bybit="9.9"), "kraken") is None
    assert same_as(priced(bybit="9.9"), "kraken") == frozenset({"bybit"})
    assert same_as({}, "kraken") == frozenset()


def test_only_what_both_price_is_known_to_be_another_coin() -> None:
    here, there = priced(TRUMP="9.9", SOL="160", ETH="3500"), priced(TRUMP="0.212", SOL="161")
    assert other_coins(["ETH", "SOL", "TRUMP", "TRUMP"], here, there) == ["TRUMP"]


@pytest.mark.parametrize(("factor", "one_coin"), [(1.0, True), (1.02, True), (0.9, False), (4.0, False)])
def test_closes_of_a_week_have_to_agree_too(factor: float, one_coin: bool) -> None:
    days = np.arange("2026-06-01", "2026-06-10", dtype="datetime64[D]")
    prices = np.linspace(1, 2, 9)
    assert closes_agree(Closes(days, prices), Closes(days[1:], prices[1:] * factor)) is one_coin
    assert closes_agree(Closes(days[:2], prices[:2]), Closes(days[5:], prices[5:] * factor)), (
        "no day in common"
    )
