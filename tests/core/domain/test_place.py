"""Where coins lie, and how edits move them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.coins.place import (
    ELSEWHERE,
    Lying,
    MoreElsewhere,
    Place,
    SeveralPlaces,
    TooFewToMove,
    lying_at,
    place_of,
    totals,
)
from core.domain.errors import BadInput
from core.domain.holding import CoinsNotHeld, HoldingChange, spread

BYBIT, OKX, STAKED = Place("bybit"), Place("okx"), Place(until=date(2027, 3, 1))
places = st.sampled_from([BYBIT, OKX, STAKED, ELSEWHERE])
amounts = st.decimals("0.000000000000000001", 10**9, places=18)


def lying(**coins: int) -> Lying:
    """SOL by place: `bybit`, `okx`, `staked` and `elsewhere`."""
    known = {"bybit": BYBIT, "okx": OKX, "staked": STAKED, "elsewhere": ELSEWHERE}
    return {known[name]: Decimal(quantity) for name, quantity in coins.items()}


def edited(
    before: Lying, kind: str, quantity: int = 0, place: Place | None = None, *, whole: bool = False
) -> Lying:
    change = HoldingChange(kind, "SOL", Decimal(quantity), place, whole)  # type: ignore[arg-type]
    return spread({"SOL": before} if before else {}, [change]).get("SOL", {})


@pytest.mark.parametrize("place", [BYBIT, STAKED, ELSEWHERE])
def test_a_place_is_read_again_from_its_key(place: Place) -> None:
    assert place_of(place.key) == place


def test_without_a_place_coins_are_added_elsewhere() -> None:
    assert edited(lying(bybit=40), "add", 5) == lying(bybit=40, elsewhere=5)
    assert edited(lying(bybit=40), "add", 5, BYBIT) == lying(bybit=45)


def test_a_number_or_a_removal_without_a_place_is_for_coins_that_lie_elsewhere_alone() -> None:
    assert edited(lying(elsewhere=40), "set", 5) == lying(elsewhere=5)
    assert edited(lying(elsewhere=40), "remove") == {}
    for kind in ("set", "remove"):
        with pytest.raises(SeveralPlaces):
            edited(lying(bybit=40, elsewhere=20), kind, 5)
        with pytest.raises(SeveralPlaces):
            edited(lying(staked=40), kind, 5)


def test_with_a_place_the_others_stay() -> None:
    before = lying(bybit=40, elsewhere=20)
    assert edited(before, "set", 5, BYBIT) == lying(bybit=5, elsewhere=20)
    assert edited(before, "set", 0, BYBIT) == lying(elsewhere=20)
    assert edited(before, "remove", place=BYBIT) == lying(elsewhere=20)
    assert edited(before, "remove", whole=True) == {}
    with pytest.raises(CoinsNotHeld):
        edited(before, "remove", place=OKX)


def test_coins_said_to_lie_at_a_venue_come_from_elsewhere_and_go_back_there() -> None:
    assert edited(lying(elsewhere=60), "move", 40, BYBIT) == lying(bybit=40, elsewhere=20)
    assert edited(lying(bybit=40, elsewhere=20), "move", 10, BYBIT) == lying(bybit=10, elsewhere=50)
    assert edited(lying(okx=40, elsewhere=20), "move", place=BYBIT, whole=True) == lying(bybit=60)
    with pytest.raises(TooFewToMove, match="You hold 60 SOL in all"):
        edited(lying(elsewhere=60), "move", 61, BYBIT)
    with pytest.raises(TooFewToMove, match="Only what lies elsewhere"):
        edited(lying(okx=40, elsewhere=20), "move", 30, BYBIT)


def test_it_is_never_concluded_that_coins_lie_at_a_venue() -> None:
    assert edited(lying(bybit=10), "move", 2, ELSEWHERE) == lying(bybit=8, elsewhere=2)
    with pytest.raises(MoreElsewhere):
        edited(lying(bybit=4, elsewhere=6), "move", 2, ELSEWHERE)
    with pytest.raises(SeveralPlaces):
        edited(lying(bybit=4, okx=6), "move", 2, ELSEWHERE)


@given(st.dictionaries(places, amounts, min_size=1), places, amounts, st.booleans())
def test_a_move_never_changes_how_many_are_held(
    before: Lying, place: Place, wanted: Decimal, whole: bool
) -> None:
    try:
        after = spread({"SOL": before}, [HoldingChange("move", "SOL", wanted, place, whole)])
    except BadInput:
        return
    assert totals(after) == totals({"SOL": before})
    assert all(quantity > 0 for quantity in after["SOL"].values())


def test_only_what_lies_at_a_venue_is_counted_there() -> None:
    assert lying_at({"SOL": lying(bybit=4, okx=6, staked=1), "ETH": lying(elsewhere=2)}, "bybit") == {
        "SOL": Decimal(4)
    }
