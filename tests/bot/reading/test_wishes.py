"""The words after /hedge."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.wishes import USUAL, read_wish, spell
from core.domain.errors import BadInput
from core.hedge.wish import Wish


@pytest.mark.parametrize(
    ("words", "wish"),
    {
        "": Wish(),
        "half": Wish(coverage=Decimal("0.5")),
        "all": Wish(),
        "50 %": Wish(coverage=Decimal("0.5")),
        "ETH, SOL": Wish(legs=("ETH", "SOL")),
        "only ETH SOL": Wish(only=("ETH", "SOL")),
        "only ETH and SOL": Wish(only=("ETH", "SOL")),
        "only eth, sol 50%": Wish(coverage=Decimal("0.5"), only=("ETH", "SOL")),
        "only SOL with ETH": Wish(only=("SOL",), legs=("ETH",)),
        "ETH only SOL": Wish(only=("SOL",), legs=("ETH",)),
        "without DOGE": Wish(without=("DOGE",)),
        "half without DOGE SHIB": Wish(coverage=Decimal("0.5"), without=("DOGE", "SHIB")),
        "except DOGE 2x": Wish(leverage=Decimal(2), without=("DOGE",)),
        "S A 0G": Wish(legs=("S", "A", "0G")),
    }.items(),
)
def test_words_are_read_as_they_are_meant(words: str, wish: Wish) -> None:
    assert read_wish(words.split(), USUAL) == wish


@pytest.mark.parametrize(
    ("words", "complaint"),
    {
        "only": "Which coins",
        "only 50%": "Which coins",
        "without": "Which coins",
        "only ETH without SOL": "which to leave out",
        "only ETH ETH": "there twice",
        "with": "Something is missing",
        "half 50%": "coverage is there twice",
        "50": "“50”",
        "ETH!": "“ETH!”",
    }.items(),
)
def test_what_is_not_understood_is_named(words: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=complaint):
        read_wish(words.split(), USUAL)


coins = st.lists(st.sampled_from(["ETH", "SOL", "DOGE", "1INCH", "S", "0G"]), unique=True, max_size=3)
wishes = st.builds(
    Wish,
    coverage=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal("0.333")]),
    legs=coins.map(tuple),
    only=coins.map(tuple),
    kind=st.sampled_from(["perpetual", "quarterly"]),
    drop=st.sampled_from([None, Decimal("0.2")]),
    leverage=st.sampled_from([None, Decimal(2), Decimal("1.5")]),
    horizon_days=st.sampled_from([14, 30]),
)


@given(wishes, coins)
def test_a_wish_is_read_as_it_was_spelled(wish: Wish, without: list[str]) -> None:
    assert read_wish(spell(wish).split(), USUAL) == wish
    left = Wish(legs=wish.legs, without=tuple(without), coverage=wish.coverage)
    assert read_wish(spell(left).split(), USUAL) == left
