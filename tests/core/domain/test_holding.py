"""How a list of holdings changes: in order, exactly, and all of it or nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import BadInput
from core.domain.holding import MAX_QUANTITY, HoldingChange, changed, check_quantity

QUANTITIES = st.decimals(Decimal("1e-18"), MAX_QUANTITY / 4, places=18)
ASSETS = st.sampled_from(["BTC", "ETH", "SOL"])
CHANGES = st.one_of(
    st.builds(HoldingChange, st.sampled_from(["add", "set"]), ASSETS, QUANTITIES),
    st.builds(HoldingChange, st.just("remove"), ASSETS),
)


def add(text: str) -> HoldingChange:
    asset, quantity = text.split()
    return HoldingChange("add", asset, Decimal(quantity))


def put(text: str) -> HoldingChange:
    asset, quantity = text.split()
    return HoldingChange("set", asset, Decimal(quantity))


def portfolio(*texts: str) -> dict[str, Decimal]:
    return {asset: Decimal(quantity) for asset, quantity in (text.split() for text in texts)}


def test_adding_sums_setting_replaces_and_removing_deletes() -> None:
    before = portfolio("SOL 60", "ETH 4", "LINK 3")
    changes = [add("SOL 0.5"), put("ETH 1"), HoldingChange("remove", "LINK"), add("BTC 2")]
    assert changed(before, changes) == portfolio("SOL 60.5", "ETH 1", "BTC 2")


def test_changes_are_made_in_the_order_given() -> None:
    assert changed({}, [add("SOL 1"), put("SOL 5"), add("SOL 2")]) == portfolio("SOL 7")
    assert changed({}, [put("SOL 5"), HoldingChange("remove", "SOL"), add("SOL 2")]) == portfolio("SOL 2")


def test_the_holdings_before_are_left_alone() -> None:
    before = portfolio("SOL 60")
    changed(before, [add("SOL 1"), add("ETH 1")])
    assert before == portfolio("SOL 60")


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("kind", ["add", "set"])
def test_a_quantity_that_is_not_above_zero_is_refused_by_name(kind: str, quantity: str) -> None:
    change = HoldingChange("add" if kind == "add" else "set", "SOL", Decimal(quantity))
    with pytest.raises(BadInput, match="quantity of SOL must be above zero"):
        changed(portfolio("SOL 60"), [change])


def test_a_reduction_is_not_an_addition_of_less_than_nothing() -> None:
    with pytest.raises(BadInput, match="must be above zero"):
        changed(portfolio("SOL 60"), [add("SOL -10")])


def test_removing_what_is_not_held_is_refused() -> None:
    with pytest.raises(BadInput, match="hold no ETH"):
        changed(portfolio("SOL 60"), [HoldingChange("remove", "ETH")])
    with pytest.raises(BadInput, match="hold no SOL"):
        changed(portfolio("SOL 60"), [HoldingChange("remove", "SOL"), HoldingChange("remove", "SOL")])


def test_more_than_any_supply_is_refused_also_as_a_sum() -> None:
    with pytest.raises(BadInput, match="too large"):
        changed({}, [put("SOL 1000000000000000001")])
    with pytest.raises(BadInput, match="too large"):
        changed({"SOL": MAX_QUANTITY}, [add("SOL 0.000000000000000001")])
    assert changed({}, [put("SOL 1000000000000000000")]) == {"SOL": MAX_QUANTITY}


@pytest.mark.parametrize("whole", ["0", "1", "123456789012345678"])
def test_finer_than_any_chain_is_refused_however_large_the_number(whole: str) -> None:
    finest = Decimal(f"{whole}.000000000000000001")
    check_quantity("SOL", finest)
    with pytest.raises(BadInput, match="more than 18 decimal places"):
        check_quantity("SOL", Decimal(f"{whole}.0000000000000000001"))


def test_zeros_at_the_end_are_no_decimal_places() -> None:
    check_quantity("SOL", Decimal("1.50000000000000000000000"))
    check_quantity("SOL", Decimal("1e3"))


@given(QUANTITIES, QUANTITIES, QUANTITIES)
def test_sums_are_exact_to_the_last_place(held: Decimal, first: Decimal, second: Decimal) -> None:
    after = changed({"SOL": held}, [HoldingChange("add", "SOL", first), HoldingChange("add", "SOL", second)])
    assert Fraction(after["SOL"]) == Fraction(held) + Fraction(first) + Fraction(second)


@given(st.dictionaries(ASSETS, QUANTITIES), st.lists(CHANGES, max_size=6))
def test_whatever_the_changes_every_quantity_left_can_be_held(
    before: dict[str, Decimal], changes: list[HoldingChange]
) -> None:
    try:
        after = changed(before, changes)
    except BadInput:
        return
    for asset, quantity in after.items():
        check_quantity(asset, quantity)
    untouched = before.keys() - {change.asset for change in changes}
    assert {asset: after[asset] for asset in untouched} == {asset: before[asset] for asset in untouched}


@given(st.dictionaries(ASSETS, QUANTITIES), st.lists(CHANGES, max_size=5))
def test_all_changes_are_made_or_none(before: dict[str, Decimal], changes: list[HoldingChange]) -> None:
    kept = dict(before)
    with pytest.raises(BadInput):
        changed(before, [*changes, HoldingChange("remove", "DOGE")])
    assert before == kept


@given(ASSETS, QUANTITIES, st.dictionaries(ASSETS, QUANTITIES))
def test_setting_twice_is_setting_once(asset: str, quantity: Decimal, before: dict[str, Decimal]) -> None:
    once = changed(before, [HoldingChange("set", asset, quantity)])
    assert changed(once, [HoldingChange("set", asset, quantity)]) == once
