"""From holdings and a wish to whole contracts, and what the answer says of itself."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from core.domain.contract import Contract
from core.domain.errors import BadInput, CannotHedge, HedgeError, NoData
from core.domain.quote import QUOTE_REFUSE
from core.domain.snapshot import Snapshot
from core.hedge.hedge import Hedge
from core.hedge.method import WORTH_A_MAJOR, WORTH_AN_OWN_LEG
from core.hedge.plan import plan
from core.hedge.unmet import NotOffered
from core.hedge.unseen import WORSE
from core.hedge.wish import Wish
from core.measure.beta import Floats, covariance, effectiveness
from core.measure.subset import MOST_LEGS
from tests.domain import NOW, contract, holdings, snapshot
from tests.effort import examples

MICRO_ETHER = contract("ETH", multiplier="0.01")
PORTFOLIO = ("ETH 4", "SOL 62.5", "LINK 400", "AVAX 1000")
"""Worth $50,000: $14,000 of ETH, $10,000 of SOL, $6,000 of LINK and $20,000 of AVAX."""


def venue(*contracts: Contract, **changes: Any) -> Snapshot:
    prices = {"BTC": 90_000, "ETH": 3500, "SOL": 160, "LINK": 15, "AVAX": 20} | changes.pop("prices", {})
    return snapshot(*contracts, **changes, **prices)


def hedged(*texts: str, on: Snapshot | None = None, **wished: Any) -> Hedge:
    """`hedged("SOL 60", legs=("ETH",))`: the plan for these holdings."""
    return plan(holdings(*(texts or PORTFOLIO)), on or venue(), Wish(**wished), NOW)


def counts(hedge: Hedge) -> dict[str, Decimal]:
    return {leg.asset: leg.count for leg in hedge.legs}


def shorted(hedge: Hedge) -> Floats:
    study = hedge.study
    columns = study.columns(leg.asset for leg in hedge.legs)
    return study.spread(columns, np.array([float(leg.notional / hedge.exposure.value) for leg in hedge.legs]))


# --- the textbook example


def test_50000_dollars_at_a_beta_of_one_and_a_half_are_2143_hundredths_of_ether() -> None:
    found = hedged(on=venue(MICRO_ETHER), beta=Decimal("1.5"), legs=("ETH",))
    assert found.exposure.value == 50_000
    (leg,) = found.legs
    assert leg.count == 2143
    assert leg.target == 75_000
    assert leg.notional == 75_005
    assert leg.quantity == Decimal("21.43")
    assert found.rounding == 5
    assert found.beta == 1.5
    assert found.left_beta == pytest.approx(-0.0001)


def test_a_fall_of_a_fifth_costs_15000_dollars_without_and_earns_one_with_that_hedge() -> None:
    outcome = hedged(on=venue(MICRO_ETHER), beta=Decimal("1.5"), legs=("ETH",)).outcome
    assert outcome.benchmark == "ETH"
    assert outcome.without == pytest.approx(Decimal(-15_000))
    assert outcome.hedged == pytest.approx(Decimal(1), abs=Decimal("1e-6"))


def test_that_hedge_at_twice_the_leverage_puts_up_half_and_earns_the_funding() -> None:
    found = hedged(on=venue(MICRO_ETHER), beta=Decimal("1.5"), legs=("ETH",), leverage=Decimal(2), sure=True)
    assert found.margin == Decimal("37502.5")
    assert found.income == Decimal("22.5015")  # 3 settlements of 0.01 % on 75,005
    (leg,) = found.legs
    assert leg.liquidation is not None
    assert 5200 < leg.liquidation < 5250


# --- what is wished


def test_a_coin_alone_is_hedged_one_to_one_by_its_own_contract() -> None:
    assert counts(hedged("SOL 60")) == {"SOL": 60_000}
    assert hedged("SOL 60").effectiveness == pytest.approx(1)


@pytest.mark.parametrize("coverage", ["0.25", "0.5", "1", "1.5"])
def test_coverage_scales_what_is_shorted(coverage: str) -> None:
    whole, part = hedged(legs=("BTC",)), hedged(legs=("BTC",), coverage=Decimal(coverage))
    assert part.legs[0].target == pytest.approx(whole.legs[0].target * Decimal(coverage))
    assert part.legs[0].beta == whole.legs[0].beta
    assert part.coverage == Decimal(coverage)


def test_the_named_legs_are_shorted_and_no_others() -> None:
    assert set(counts(hedged(legs=("BTC", "SOL")))) == {"BTC", "SOL"}


def test_one_named_leg_is_shorted_by_the_beta_that_was_measured() -> None:
    found = hedged(legs=("BTC",))
    study = found.study
    moves = study.covariance[study.columns(["BTC"])[0]]
    beta = moves @ study.weights / moves[study.columns(["BTC"])[0]]
    assert found.beta == pytest.approx(beta)
    assert float(found.legs[0].target / 50_000) == pytest.approx(beta)
    assert found.left_beta == pytest.approx(0, abs=0.001)


def test_a_fixed_mix_keeps_its_shares() -> None:
    found = hedged(legs=("ETH", "SOL"), shares=(Decimal("0.6"), Decimal("0.4")))
    worth = {leg.asset: leg.notional for leg in found.legs}
    assert float(worth["ETH"] / found.notional) == pytest.approx(0.6, abs=0.001)
    targets = {leg.asset: leg.target for leg in found.legs}
    assert float(targets["ETH"] / targets["SOL"]) == pytest.approx(1.5)


def test_a_beta_of_ones_own_is_split_by_the_shares() -> None:
    found = hedged(legs=("ETH", "SOL"), shares=(Decimal("0.6"), Decimal("0.4")), beta=Decimal("1.5"))
    assert {leg.asset: round(leg.target, 6) for leg in found.legs} == {"ETH": 45_000, "SOL": 30_000}


def test_a_leg_without_a_contract_here_is_refused_by_name_with_what_could_be_typed() -> None:
    with pytest.raises(NotOffered, match=r"no perpetual contract for DOGE") as refused:
        hedged(legs=("DOGE",))
    assert refused.value.majors == ("BTC", "ETH", "SOL")


def test_a_leg_with_too_little_history_is_refused_unless_the_beta_is_given() -> None:
    young = venue(days={"FENN": 20}, prices={"FENN": 2})
    with pytest.raises(CannotHedge, match="FENN has too little price history"):
        hedged(on=young, legs=("FENN",))
    assert counts(hedged(on=young, legs=("FENN",), beta=Decimal(1))) == {"FENN": 25_000_000}


def test_more_leverage_than_the_venue_allows_on_the_size_is_refused_with_what_it_allows() -> None:
    with pytest.raises(CannotHedge, match=r"at most 75x on \$1,050,000 of ETH"):
        hedged("ETH 300", legs=("ETH",), beta=Decimal(1), leverage=Decimal(125))


# --- which legs


def test_the_frontier_goes_from_one_order_up_and_ends_at_no_more_than_six() -> None:
    sizes = [len(choice.legs) for choice in hedged().frontier]
    assert sizes[0] == 1
    assert sizes == sorted(set(sizes))
    assert sizes[-1] <= MOST_LEGS
    assert all(0 < choice.effectiveness <= 1 for choice in hedged().frontier)


def test_what_a_hedge_is_expected_to_remove_is_judged_on_days_that_its_fit_did_not_see() -> None:
    found = hedged(legs=("BTC",))
    study = found.study
    column = study.columns(["BTC"])
    bare = left = 0.0
    for end in range(study.sample.days - 150, study.sample.days + 1, 30):
        early, late = study.sample.parted(end - 30, end)
        before = covariance(early.returns, early.weights())
        beta = before[column] @ study.weights / before[column, column]
        bare += float(np.var(late.returns @ study.weights))
        left += float(np.var(late.returns @ (study.weights - study.spread(column, beta))))
    assert found.unseen == pytest.approx(1 - (1 + WORSE) * left / bare - found.rounding_cost)
    assert found.unseen_days == 180


def test_the_default_has_as_many_legs_as_pay_their_way() -> None:
    found = hedged()
    majors = {"BTC", "ETH", "SOL"}
    shares = [
        choice.effectiveness
        - sum(WORTH_A_MAJOR if leg in majors else WORTH_AN_OWN_LEG for leg in choice.legs)
        for choice in found.frontier
    ]
    chosen = found.frontier[shares.index(max(shares))]
    assert {leg.asset for leg in found.legs} == set(chosen.legs)


def test_a_portfolio_of_coins_with_contracts_is_best_hedged_by_them() -> None:
    found = hedged(legs=("ETH", "SOL", "LINK", "AVAX"))
    assert found.effectiveness > 0.999
    assert found.left_swing < found.swing / 20
    assert {leg.asset: round(leg.notional) for leg in found.legs} == pytest.approx(
        {"ETH": 14_000, "SOL": 10_000, "LINK": 6000, "AVAX": 20_000}, rel=0.01
    )


def test_the_legs_come_largest_first() -> None:
    notionals = [leg.notional for leg in hedged(legs=("BTC", "ETH", "SOL")).legs]
    assert notionals == sorted(notionals, reverse=True)


def test_an_inverse_contract_is_not_taken_unless_wished() -> None:
    inverse = contract("ETH", multiplier="10", inverse=True)
    market = venue(inverse, MICRO_ETHER)
    (linear,) = hedged(on=market, legs=("ETH",)).legs
    assert not linear.contract.inverse
    (wished,) = hedged(on=market, legs=("ETH",), inverse=True).legs
    assert wished.contract == inverse
    with pytest.raises(CannotHedge, match="no perpetual contract for ETH"):
        hedged(on=venue(inverse), legs=("ETH",))


# --- whole contracts


def test_a_leg_that_rounds_to_nothing_is_dropped_and_the_rest_refitted() -> None:
    coarse = contract("BTC", multiplier="1", min_notional="90000")
    found = hedged(on=venue(coarse), legs=("BTC", "ETH", "SOL"))
    alone = hedged(on=venue(coarse), legs=("ETH", "SOL"))
    assert found.dropped == ("BTC",)
    assert counts(found) == counts(alone)
    assert {leg.asset: leg.target for leg in found.legs} == {leg.asset: leg.target for leg in alone.legs}


def test_a_leg_that_is_of_no_use_once_another_was_dropped_is_named_too() -> None:
    coarse = contract("AVAX", multiplier="1", min_notional="1000000")
    found = hedged("BTC 0.1623", on=venue(coarse, prices={"DOT": 4}), legs=("AVAX", "ETH", "BTC"))
    assert set(counts(found)) == {"BTC"}
    assert set(found.dropped) == {"AVAX", "ETH"}


def test_a_leg_of_a_fixed_mix_that_rounds_to_nothing_is_dropped_and_the_other_left_as_it_is() -> None:
    coarse = contract("BTC", multiplier="1", min_notional="90000")
    shares = (Decimal("0.9"), Decimal("0.1"))
    found = hedged("SOL 10", on=venue(coarse), legs=("ETH", "BTC"), shares=shares, beta=Decimal(1))
    assert found.dropped == ("BTC",)
    assert found.legs[0].target == 1440


def test_too_small_a_portfolio_is_told_the_smallest_that_could_be_hedged() -> None:
    large = contract("ETH", multiplier="2")
    message = r"\$160.00 of coins is too small .* smallest ETH order .* \$7,000.00, .* about \$5,000 of coins"
    with pytest.raises(CannotHedge, match=message):
        hedged("SOL 1", on=venue(large), legs=("ETH",), beta=Decimal("1.4"))


def test_the_smallest_portfolio_that_was_named_can_be_hedged() -> None:
    large = contract("ETH", multiplier="2")
    found = hedged("SOL 31.25", on=venue(large), legs=("ETH",), beta=Decimal("1.4"))  # $5,000
    assert counts(found) == {"ETH": 1}
    assert found.rounding == 0


def test_every_leg_is_an_order_that_the_venue_takes() -> None:
    for leg in hedged(legs=("BTC", "ETH", "SOL", "LINK")).legs:
        assert leg.count >= leg.contract.least(leg.price)
        assert leg.count % leg.contract.lot == 0


# --- what is and is not hedged


def test_stablecoins_count_in_the_worth_and_are_not_hedged() -> None:
    with_cash = hedged("SOL 60", "USDT 5000", "USDC 400")
    assert with_cash.exposure.value == 15_000
    assert counts(with_cash) == counts(hedged("SOL 60"))


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ((), "no holdings yet"),
        (("USDT 100", "USDC 5"), "only stablecoins"),
        (("ZZZ 5",), "testvenue has no price for ZZZ"),
    ],
)
def test_with_nothing_to_hedge_it_says_why(held: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        plan(holdings(*held), venue(), Wish(), NOW)


def test_a_coin_without_a_price_is_named_and_not_hedged() -> None:
    found = hedged("SOL 60", "ZZZ 1000")
    assert found.exposure.unpriced == ("ZZZ",)
    assert counts(found) == counts(hedged("SOL 60"))


def test_only_one_holding_is_hedged_where_that_is_wished() -> None:
    assert counts(hedged(only=("SOL",))) == {"SOL": 62_500}
    with pytest.raises(BadInput, match="hold no DOGE"):
        hedged(only=("DOGE",))


def test_a_young_coin_is_hedged_on_an_assumed_beta_and_named_with_its_dollars() -> None:
    market = venue(days={"TARN": 20, "FENN": 60}, prices={"TARN": 2, "FENN": 4})
    found = hedged("SOL 60", "TARN 500", "FENN 100", on=market)
    assert found.assumed == {"TARN": 1000}
    assert found.shrunk == {"FENN": 400}
    assert not {"TARN", "FENN"} & set(counts(found))
    assert found.notional > 9600


def test_a_stopped_coin_is_named() -> None:
    market = venue()
    old = replace(market.closes["AVAX"], days=market.closes["AVAX"].days - np.timedelta64(10, "D"))
    found = hedged(on=replace(market, closes={**market.closes, "AVAX": old}))
    assert "AVAX: no closes in the last 3 days" in found.notes
    assert found.assumed == {"AVAX": 20_000}


def test_a_portfolio_of_stale_prices_is_refused() -> None:
    late = venue(age=QUOTE_REFUSE + timedelta(seconds=1))
    with pytest.raises(HedgeError, match="no price for ETH, SOL"):
        hedged("SOL 60", "ETH 4", on=late)


def test_a_leg_with_a_stale_price_is_refused() -> None:
    market = venue()
    old = replace(market.quotes["BTC/USDT:USDT"], at=NOW - QUOTE_REFUSE - timedelta(seconds=1))
    market = replace(market, quotes={**market.quotes, "BTC/USDT:USDT": old})
    with pytest.raises(CannotHedge, match="no perpetual contract for BTC with a current price"):
        hedged(on=market, legs=("BTC",))


def test_without_any_history_no_beta_is_made_up() -> None:
    with pytest.raises(NoData, match="no beta can be measured"):
        hedged("SOL 60", on=snapshot(days={"SOL": 0, "BTC": 0}, SOL=160, BTC=90_000))


# --- invariants


def test_what_the_plan_says_follows_from_its_own_legs() -> None:
    found = hedged(legs=("BTC", "ETH", "SOL"))
    study, hedge = found.study, shorted(found)
    betas = study.betas_to("BTC")
    assert found.outcome.benchmark == "BTC"
    assert found.left_beta == pytest.approx(found.beta - hedge @ betas)
    assert found.effectiveness == pytest.approx(effectiveness(study.covariance, study.weights, hedge))
    left = study.weights - hedge
    swing = 50_000 * np.sqrt(14 * (left @ study.covariance @ left))
    assert float(found.left_swing) == pytest.approx(swing)
    assert float(found.outcome.without) == pytest.approx(-50_000 * 0.2 * found.beta)
    assert found.margin == sum(leg.margin for leg in found.legs)


def test_the_order_of_the_holdings_changes_nothing() -> None:
    assert counts(hedged(*reversed(PORTFOLIO))) == counts(hedged(*PORTFOLIO))


def figures(value: object) -> list[float]:
    """Every number inside an answer."""
    if isinstance(value, Decimal | float):
        return [float(value)]
    if isinstance(value, np.ndarray):
        return [float(number) for number in value.ravel()] if value.dtype.kind == "f" else []
    if isinstance(value, tuple | list):
        return [number for item in value for number in figures(item)]
    if isinstance(value, dict):
        return [number for item in value.values() for number in figures(item)]
    if is_dataclass(value):
        return [number for own in fields(value) for number in figures(getattr(value, own.name))]
    return []


HELD = st.dictionaries(
    st.sampled_from(["BTC", "ETH", "SOL", "LINK", "DOGE", "PEPE", "FENN", "TARN", "USDT", "ZZZ", "ADA"]),
    st.decimals("0.0001", "100000", places=4),
    min_size=1,
    max_size=6,
)
WISHES: st.SearchStrategy[Callable[[], Wish]] = st.sampled_from(
    [
        Wish,
        lambda: Wish(coverage=Decimal("0.5")),
        lambda: Wish(legs=("ETH",)),
        lambda: Wish(legs=("BTC", "ETH", "SOL", "LINK", "DOGE", "ADA")),
        lambda: Wish(legs=("ETH", "SOL"), shares=(Decimal("0.6"), Decimal("0.4"))),
        lambda: Wish(legs=("TARN",), beta=Decimal("1.5")),
        lambda: Wish(legs=("ETH",), inverse=True),
        lambda: Wish(drop=Decimal("0.3"), keep=Decimal(1000)),
    ]
)


@settings(max_examples=examples(60))
@given(held=HELD, wish=WISHES)
def test_no_figure_of_an_answer_is_ever_nothing_or_endless(
    simulated: Snapshot, held: dict[str, Decimal], wish: Callable[[], Wish]
) -> None:
    owned = holdings(*(f"{asset} {quantity}" for asset, quantity in held.items()))
    try:
        found = plan(owned, simulated, wish(), NOW)
    except HedgeError:
        return
    assert all(isfinite(number) for number in figures(found))
    event("hedged")
    assert found.legs
    assert found.margin > 0
    assert all(leg.notional > 0 for leg in found.legs)
    assert found.effectiveness <= 1
    assert found.exposure.value == sum(holding.value for holding in found.exposure.holdings)


def test_nothing_is_sized_on_a_price_that_stands_still_while_its_coin_moves() -> None:
    market = venue()
    still = {symbol: replace(quote, frozen="SOL" in symbol) for symbol, quote in market.quotes.items()}
    frozen = replace(market, quotes=still)
    with pytest.raises(NoData, match="keeps the price of SOL"):
        frozen.quote("SOL/USDT:USDT", NOW)
    with pytest.raises(HedgeError):
        hedged("SOL 60", on=frozen, legs=("SOL",))
    assert "SOL" not in [leg.asset for leg in hedged(on=frozen).legs]
