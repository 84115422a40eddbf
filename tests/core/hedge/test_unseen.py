"""What hedges removed on unseen days: the figure against its definition, and what is kept of it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.holding import Holding
from core.hedge.method import limits
from core.hedge.study import Study, study
from core.hedge.unseen import LEFT_HIGH, LEFT_LOW, WORSE, expected, folds, frontier, removed_between
from core.hedge.wish import Wish
from core.measure.exposure import expose
from tests.domain import NOW, snapshot

PRICES: dict[str, Any] = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "LINK": 15, "AVAX": 20, "DOT": 4}
MARKET = snapshot(**PRICES)
LEGS = tuple(PRICES)
HELD = st.dictionaries(st.sampled_from(LEGS), st.integers(100, 20_000), min_size=1)


def studied(held: dict[str, int], *, anew: bool = False) -> Study:
    """The study of so many dollars of each coin; `anew` with closes that were never seen before."""
    closes = {asset: replace(one) if anew else one for asset, one in MARKET.closes.items()}
    mine = [Holding(asset, Decimal(usd) / PRICES[asset]) for asset, usd in held.items()]
    return study(expose(mine, MARKET, NOW), LEGS, replace(MARKET, closes=closes), NOW.date())


@given(st.lists(HELD, min_size=2, max_size=4), st.sampled_from(["0.5", "1", "1.5"]))
def test_what_is_kept_is_what_would_be_worked_out_anew(books: list[dict[str, int]], coverage: str) -> None:
    """Plans of several people follow each other, and each gets the figures of their own coins and wish."""
    wish = Wish(coverage=Decimal(coverage))
    for held in (*books, *books):
        kept, fresh = studied(held), studied(held, anew=True)
        ours = frontier(kept, LEGS, limits(kept, wish, LEGS))
        theirs = frontier(fresh, LEGS, limits(fresh, wish, LEGS))
        assert [one.legs for one in ours] == [one.legs for one in theirs]
        assert [one.effectiveness for one in ours] == [one.effectiveness for one in theirs]


@given(HELD, st.floats(0.3, 1.5))
def test_the_figure_is_the_variance_that_was_left_on_the_days_of_the_folds(
    held: dict[str, int], coverage: float
) -> None:
    measured = studied(held)
    judged = folds(measured)
    for choice in frontier(measured, LEGS, limits(measured, Wish(), LEGS)):
        bare = left = missed = 0.0
        for fold, hedge in zip(judged, choice.then, strict=True):
            days = fold.stretch.returns
            bare += float(np.var(days @ measured.weights)) * len(days)
            left += float(np.var(days @ (measured.weights - coverage * hedge))) * len(days)
            missed += float(np.var(days @ (measured.weights - hedge))) * len(days)
        wanted = 1 - (left + WORSE * coverage**2 * missed) / bare
        assert expected(judged, choice.then, coverage) == pytest.approx(wanted, abs=1e-9)


@given(st.floats(-0.5, 1))
def test_the_range_of_the_risk_removed_holds_the_figure_and_closes_where_all_is_removed(
    figure: float,
) -> None:
    low, high = removed_between(figure)
    assert low <= figure <= high <= 1
    assert high - low == pytest.approx((LEFT_HIGH - LEFT_LOW) * (1 - figure))
