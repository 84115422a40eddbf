"""Whatever is held, a plan is made or refused with a reason, in an amount of work that has a bound."""

import sys
from collections.abc import Callable
from decimal import Decimal
from types import FrameType
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.errors import CannotHedge, HedgeError
from core.domain.holding import MAX_QUANTITY, Holding
from core.domain.snapshot import Snapshot
from core.hedge.plan import MOST_ORDERS, plan
from core.hedge.ticket import tickets_of
from core.hedge.wish import Wish
from tests.domain import NOW, contract, snapshot
from tests.effort import examples

T = TypeVar("T")

MOST_CALLS = 400_000
"""Calls of functions that one plan may take; an ordinary one takes some 20,000."""


def market(most: str | None = "300") -> Snapshot:
    largest = None if most is None else Decimal(most)
    listed = [contract(coin, multiplier="0.01", max_count=largest) for coin in ("BTC", "ETH", "SOL")]
    return snapshot(*listed, BTC=90000, ETH=3500, SOL=160)


def calls_of(work: Callable[[], T]) -> tuple[int, T]:
    """Calls of functions that the work takes, and what it gives."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        found = work()
    finally:
        sys.setprofile(before)
    return count, found


def planned(found: Snapshot, wish: Wish, *held: tuple[str, Decimal]) -> int | str:
    """The orders of the ticket, counted; or why there is none."""
    holdings = [Holding(asset, quantity) for asset, quantity in held]
    try:
        placed = tickets_of(plan(holdings, found, wish, NOW), found, NOW)
    except HedgeError as error:
        return str(error)
    assert all(len(each.orders) <= 2 for each in placed)
    return sum(each.number for each in placed)


quantities = st.builds(
    lambda digits, power: Decimal(digits).scaleb(power), st.integers(1, 999_999_999), st.integers(-18, 9)
)
wishes = st.sampled_from(
    [
        Wish(),
        Wish(legs=("ETH",)),
        Wish(legs=("ETH", "SOL")),
        Wish(drop=Decimal("0.2")),
        Wish(beta=Decimal(1), legs=("SOL",)),
    ]
)


@given(quantities, quantities, quantities, wishes, st.sampled_from(["300", "1", None]))
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_holdings_are_planned_or_refused_in_bounded_work(
    btc: Decimal, eth: Decimal, sol: Decimal, wish: Wish, most: str | None
) -> None:
    found = market(most)
    calls, said = calls_of(lambda: planned(found, wish, ("BTC", btc), ("ETH", eth), ("SOL", sol)))
    assert calls < MOST_CALLS
    assert isinstance(said, str) or said <= MOST_ORDERS


@pytest.mark.parametrize("quantity", [Decimal(10) ** 12 - 1, MAX_QUANTITY])
def test_more_orders_than_a_person_could_place_are_refused_with_the_reason(quantity: Decimal) -> None:
    with pytest.raises(CannotHedge, match=r"would take [\d,]+ orders, because one order of SOL .* \$480 at"):
        plan([Holding("SOL", quantity), Holding("ETH", Decimal(5))], market(), Wish(legs=("SOL",)), NOW)


def test_as_many_orders_as_a_person_could_place_are_not() -> None:
    said = planned(market(), Wish(drop=Decimal("0.2"), legs=("SOL",)), ("SOL", Decimal(3 * MOST_ORDERS)))
    assert said == MOST_ORDERS
