"""What must not change a plan, and what must change it in proportion."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.domain.errors import CannotHedge, HedgeError
from core.domain.holding import Holding
from core.domain.quote import SpotPrice
from core.domain.series import Closes
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from tests.domain import NOW, contract, holdings, snapshot
from tests.effort import examples

PRICES: dict[str, Any] = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "LINK": 15, "AVAX": 20}
MARKET = snapshot(**PRICES)
PORTFOLIO = ("ETH 4", "SOL 62.5", "LINK 400", "AVAX 1000")
MIX: dict[str, Any] = {"legs": ("ETH", "SOL"), "shares": (Decimal("0.6"), Decimal("0.4"))}
WISHES: dict[str, Callable[[], Wish]] = {
    "usual": Wish,
    "half": lambda: Wish(coverage=Decimal("0.5")),
    "named": lambda: Wish(legs=("BTC", "ETH")),
    "mix": lambda: Wish(**MIX),
    "own beta": lambda: Wish(legs=("ETH",), beta=Decimal("1.5")),
    "own beta of a mix": lambda: Wish(beta=Decimal("1.5"), **MIX),
    "dollar for dollar": lambda: Wish(drop=Decimal("0.2")),
    "dollar for dollar in a mix": lambda: Wish(drop=Decimal("0.2"), **MIX),
    "keep": lambda: Wish(keep=Decimal(3000), drop=Decimal("0.2")),
}
HELD = st.dictionaries(
    st.sampled_from(["BTC", "ETH", "SOL", "LINK", "AVAX"]),
    st.decimals("5", "5000", places=2),
    min_size=1,
)
SHARES = st.lists(st.decimals("0.1", "1.5", places=2), min_size=2, max_size=2).map(sorted)


def owned(held: dict[str, Decimal]) -> list[Holding]:
    return [Holding(asset, quantity) for asset, quantity in held.items()]


def targets(hedge: Hedge) -> dict[str, float]:
    return {leg.asset: float(leg.target) for leg in hedge.legs}


def with_closes(market: Snapshot, **changed: Closes) -> Snapshot:
    return replace(market, closes={**market.closes, **changed})


# --- dollars held


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES.keys())
@pytest.mark.parametrize("cash", ["1", "50000", "10000000"])
def test_dollars_beside_the_coins_change_no_order_and_no_outcome(wish: Callable[[], Wish], cash: str) -> None:
    alone = plan(holdings(*PORTFOLIO), MARKET, wish(), NOW)
    beside = plan(holdings(*PORTFOLIO, f"USDC {cash}"), MARKET, wish(), NOW)
    assert [(leg.asset, leg.count) for leg in beside.legs] == [(leg.asset, leg.count) for leg in alone.legs]
    assert targets(beside) == pytest.approx(targets(alone))
    near = pytest.approx
    assert beside.outcome.without == near(alone.outcome.without)
    assert beside.outcome.hedged == near(alone.outcome.hedged, abs=Decimal("0.01"))
    assert beside.left_swing == near(alone.left_swing)
    assert beside.effectiveness == near(alone.effectiveness)
    assert [choice.legs for choice in beside.frontier] == [choice.legs for choice in alone.frontier]
    figures = [[choice.effectiveness for choice in hedge.frontier] for hedge in (beside, alone)]
    assert figures[0] == near(figures[1])


def test_coins_too_few_to_hedge_are_told_their_own_worth_and_not_that_of_the_dollars() -> None:
    with pytest.raises(CannotHedge, match=r"Your \$0.35 of coins .* about \$7 of coins like yours"):
        plan(holdings("USDC 1000", "ETH 0.0001"), MARKET, Wish(), NOW)


# --- what does not matter, and what scales


@settings(max_examples=examples(40))
@given(HELD, st.sampled_from(sorted(WISHES)), st.sampled_from(["0.1", "10", "1000"]))
def test_ten_times_the_coins_take_ten_times_the_short(
    held: dict[str, Decimal], name: str, times: str
) -> None:
    assume(name != "keep")
    factor = Decimal(times)
    larger = {asset: quantity * factor for asset, quantity in held.items()}
    try:
        one, other = (plan(owned(coins), MARKET, WISHES[name](), NOW) for coins in (held, larger))
    except HedgeError:
        return
    assume(not one.dropped and not other.dropped)
    assert targets(other) == pytest.approx(
        {asset: usd * float(factor) for asset, usd in targets(one).items()}
    )


@settings(max_examples=examples(25))
@given(HELD, st.sampled_from(sorted(WISHES)), st.data())
def test_the_order_of_the_holdings_and_their_number_of_lines_change_nothing(
    held: dict[str, Decimal], name: str, data: st.DataObject
) -> None:
    """An asset under two names, WETH and ETH, comes as two holdings of one asset."""
    split = [Holding(asset, quantity / 2) for asset, quantity in held.items() for _ in range(2)]
    shuffled = data.draw(st.permutations(split))
    try:
        one = plan(owned(held), MARKET, WISHES[name](), NOW)
    except HedgeError as refusal:
        with pytest.raises(type(refusal)):
            plan(shuffled, MARKET, WISHES[name](), NOW)
        return
    other = plan(shuffled, MARKET, WISHES[name](), NOW)
    assert {leg.asset: leg.count for leg in one.legs} == {leg.asset: leg.count for leg in other.legs}
    assert one.outcome.hedged == pytest.approx(other.outcome.hedged, abs=Decimal("0.01"))


@settings(max_examples=examples(40))
@given(HELD, SHARES)
def test_more_coverage_never_shorts_less(held: dict[str, Decimal], shares: list[Decimal]) -> None:
    fewer, more = (plan(owned(held), MARKET, Wish(legs=("ETH",), coverage=share), NOW) for share in shares)
    assert fewer.notional <= more.notional
    assert fewer.outcome.hedged <= more.outcome.hedged
    assert fewer.margin <= more.margin or fewer.legs[0].leverage != more.legs[0].leverage


# --- what a wish promises


@pytest.mark.parametrize("fall", ["0.2", "0.5", "0.9", "0.95"])
@pytest.mark.parametrize("legs", [("BTC",), ("BTC", "ETH"), ()])
def test_no_more_is_lost_than_was_to_be_kept_also_where_coins_lose_everything(
    fall: str, legs: tuple[str, ...]
) -> None:
    found = plan(holdings(*PORTFOLIO), MARKET, Wish(keep=Decimal(3000), drop=Decimal(fall), legs=legs), NOW)
    assert found.outcome.hedged == pytest.approx(Decimal(-3000), abs=100)


def test_who_can_lose_no_more_than_accepted_needs_no_hedge() -> None:
    with pytest.raises(CannotHedge, match=r"lose about \$50,000, less than the \$55,000"):
        plan(
            holdings(*PORTFOLIO), MARKET,
            Wish(keep=Decimal(55_000), drop=Decimal("0.95"), legs=("BTC",)), NOW,
        )  # fmt: skip


def test_a_kept_loss_holds_after_a_leg_was_dropped() -> None:
    coarse = snapshot(contract("BTC", multiplier="1", min_notional="90000"), **PRICES)
    wish = Wish(keep=Decimal(2000), drop=Decimal("0.2"), legs=("BTC", "SOL"))
    found = plan(holdings(*PORTFOLIO), coarse, wish, NOW)
    assert found.dropped == ("BTC",)
    assert found.outcome.hedged == pytest.approx(Decimal(-2000), abs=1)


def test_what_is_short_of_a_mix_counts_as_rounding_where_a_leg_is_too_small_to_trade() -> None:
    coarse = snapshot(contract("BTC", multiplier="1", min_notional="90000"), **PRICES)
    wish = Wish(beta=Decimal(1), legs=("ETH", "BTC"), shares=(Decimal("0.9"), Decimal("0.1")))
    found = plan(holdings("SOL 10"), coarse, wish, NOW)
    assert found.dropped == ("BTC",)
    assert found.wanted == {"ETH": 1440, "BTC": 160}
    assert found.rounding == found.notional - 1600
    assert found.rounding_cost > 0


# --- what was not measured


def test_a_benchmark_whose_price_stood_still_is_no_benchmark() -> None:
    still = Closes(MARKET.closes["BTC"].days, np.full(401, 90_000.0))
    found = plan(holdings(*PORTFOLIO), with_closes(MARKET, BTC=still), Wish(), NOW)
    assert found.outcome.benchmark != "BTC"
    assert "BTC: its price stood still, left out" in found.notes
    assert np.isfinite([found.beta, found.left_beta, float(found.outcome.without)]).all()
    with pytest.raises(CannotHedge, match="BTC has too little price history"):
        plan(holdings(*PORTFOLIO), with_closes(MARKET, BTC=still), Wish(legs=("BTC",)), NOW)


def test_the_swings_of_a_leg_that_was_not_measured_count_as_large_as_any_that_were() -> None:
    young = snapshot(days={"FENN": 20}, **PRICES, FENN=2)
    found = plan(holdings(*PORTFOLIO), young, Wish(legs=("FENN",), beta=Decimal(1)), NOW)
    (leg,) = found.legs
    study = found.study
    measured = [np.sqrt(study.covariance[column, column]) for column in study.columns(study.sample.measured)]
    assert leg.sigma == pytest.approx(max(measured))
    assert leg.sigma > np.sqrt(study.covariance[study.columns(["FENN"])[0]][study.columns(["FENN"])[0]])
    assert any(note.startswith("FENN: its swings were not measured") for note in found.notes)


def test_where_no_coin_was_measured_there_is_no_r_squared() -> None:
    young = snapshot(days={"FENN": 20}, **PRICES, FENN=2)
    assert plan(holdings("FENN 1000"), young, Wish(), NOW).r_squared is None
    assert plan(holdings("FENN 1000", "ETH 1"), young, Wish(), NOW).r_squared is not None


def test_a_future_that_has_expired_is_not_offered() -> None:
    gone = contract("ETH", symbol="ETH/USDT:USDT-260610", expiry=NOW)
    with pytest.raises(CannotHedge, match="no quarterly contract for ETH"):
        plan(
            holdings("ETH 4"), snapshot(gone, contract("ETH"), BTC=90_000, ETH=3500),
            Wish(kind="quarterly", legs=("ETH",)), NOW,
        )  # fmt: skip


SMALL: dict[str, Any] = {"BTC": 90_000, "ETH": 3_500, "SOL": 160, "AVAX": 22, "LINK": 15, "DOT": 4, "UNI": 8}
FEW = st.lists(
    st.tuples(st.sampled_from(["AVAX", "LINK", "DOT", "UNI", "TARN"]), st.integers(100, 20_000)),
    min_size=1,
    max_size=5,
    unique_by=lambda pair: pair[0],
)
"""Small coins and the dollars held of each; TARN has no contract."""


@given(FEW, st.sampled_from(["0.3", "1", "1.5"]), st.sampled_from([None, Decimal("0.2")]))
def test_no_coin_is_shorted_beyond_what_is_held_of_it_but_the_majors(
    held: list[tuple[str, int]], coverage: str, drop: Decimal | None
) -> None:
    seen = snapshot(**SMALL, TARN=1)
    seen = replace(seen, contracts={k: c for k, c in seen.contracts.items() if c.asset != "TARN"})
    seen = replace(seen, spot={"TARN": SpotPrice(Decimal(1), NOW, "elsewhere")})
    prices = SMALL | {"TARN": 1}
    mine = [Holding(asset, Decimal(usd) / prices[asset]) for asset, usd in held]
    try:
        found = plan(mine, seen, Wish(coverage=Decimal(coverage), drop=drop), NOW)
    except CannotHedge:
        return
    have = {each.asset: each.quantity for each in mine}
    for leg in found.legs:
        assert leg.asset in {"BTC", "ETH", "SOL"} or leg.quantity <= have.get(leg.asset, 0)


def test_a_coin_that_is_named_may_be_shorted_beyond_what_is_held_of_it() -> None:
    mine = [Holding("AVAX", Decimal(10)), Holding("LINK", Decimal(1000))]
    (leg,) = plan(mine, snapshot(**SMALL), Wish(legs=("AVAX",)), NOW).legs
    assert leg.quantity > 10
