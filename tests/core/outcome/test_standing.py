"""How an open hedge stands now: what is known is added up, and what is not is named."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.quote import QUOTE_REFUSE
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode
from core.journal.fill import Margin, Terms
from core.outcome.standing import Standing, standing
from tests.core.outcome.lives import (
    BEGAN,
    ETH,
    SOL,
    Histories,
    after,
    episode,
    fill,
    market,
    settlements,
    sizing,
    step,
    terms,
)
from tests.domain import FLAT_BRACKET, VENUE, contract, quote

NOW = after(hours=5)
SETTLED: Histories = {(VENUE, symbol): settlements(*[0.0001] * 9) for symbol in (ETH, SOL)}
HEDGE = episode(
    fill("-100", "3500", index="3500", fee="1.75", margin="1750"), steps=[step("ETH", "1", "3500")]
)
"""A short of one coin at $3,500 and 2x, and the coin."""


def stands(
    life: Episode, prices: str, histories: Histories = SETTLED, age: timedelta = timedelta(0)
) -> Standing:
    return standing(life, {VENUE: market(NOW, prices, age=age)}, histories, NOW)


def test_a_short_after_a_fall() -> None:
    now = stands(HEDGE, "ETH 2800")
    (leg,) = now.open
    assert (leg.side, leg.held.count) == (-1, Decimal(-100))
    assert leg.held.entry == 3500
    assert leg.unrealised == 700
    assert leg.funding == Decimal("0.35")  # 0.01 % of $3,500 at 16:00
    assert now.spot == -700
    assert now.hedge == Decimal("698.60")  # 700 + 0.35 - 1.75
    assert now.net == Decimal("-1.40")
    assert now.whole


def test_its_liquidation_is_where_its_margin_ends() -> None:
    flat = contract("ETH", multiplier="0.01", brackets=FLAT_BRACKET)
    known = market(NOW, "ETH 2800")
    venue = Snapshot(VENUE, {ETH: flat}, known.quotes)
    (leg,) = standing(HEDGE, {VENUE: venue}, SETTLED, NOW).open
    assert leg.liquidation is not None
    assert leg.distance is not None
    assert leg.health is not None
    # (1,750 + 3,500) / 1.005 = 5,223.88: the worked example of a short at 2x and 0.5 %
    assert round(leg.liquidation, 2) == Decimal("5223.88")
    assert round(leg.distance, 4) == Decimal("0.8657")
    assert leg.health == (1750 + 700) / (Decimal("0.005") * 2800)


def test_an_inverse_short_on_its_own_coin_is_never_liquidated_at_1x() -> None:
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    life = episode(fill("-350", "3500", symbol="ETH/USD:ETH", terms=ten_dollars, margin="3500"))
    own = contract("ETH", multiplier="10", inverse=True)
    venue = Snapshot(VENUE, {own.symbol: own}, {own.symbol: quote("2800", NOW, index="2800")})
    (leg,) = standing(life, {VENUE: venue}, {}, NOW).open
    assert leg.margin_known
    assert leg.liquidation is None
    assert leg.unrealised == 700


def test_a_coin_margined_short_is_backed_by_its_coins() -> None:
    # $3,500 at 2x: half a coin of margin. 3,500 * 0.995 / (1 - 0.5) = 6,965
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    life = episode(fill("-350", "3500", symbol="ETH/USD:ETH", terms=ten_dollars, margin="1750"))
    own = contract("ETH", multiplier="10", inverse=True, brackets=FLAT_BRACKET)
    venue = Snapshot(VENUE, {own.symbol: own}, {own.symbol: quote("2800", NOW, index="2800")})
    (leg,) = standing(life, {VENUE: venue}, {}, NOW).open
    assert leg.liquidation == 6965
    assert leg.health == (1400 + 700) / Decimal("17.5")


def test_a_thousand_coins_are_liquidated_at_the_price_of_a_thousand() -> None:
    kilo = contract("PEPE", multiplier="1000", scale="1000", brackets=FLAT_BRACKET)
    life = episode(
        fill("-100", "0.01", "PEPE", symbol=kilo.symbol, terms=Terms.of(kilo), margin="0.5"),
    )
    venue = Snapshot(VENUE, {kilo.symbol: kilo}, {kilo.symbol: quote("0.01", NOW, index="0.01")})
    (leg,) = standing(life, {VENUE: venue}, {}, NOW).open
    assert leg.liquidation is not None
    assert round(leg.liquidation, 8) == Decimal("0.01492537")  # 1.5 / (100 * 1.005)


def test_margin_that_is_not_known_gives_no_liquidation_price() -> None:
    life = episode(fill("-100", "3500"))
    (leg,) = stands(life, "ETH 2800").open
    assert not leg.margin_known
    assert (leg.liquidation, leg.distance, leg.health) == (None, None, None)


def test_margin_that_is_added_moves_the_liquidation_away() -> None:
    more = episode(
        *(entry.what for entry in HEDGE.entries), Margin(VENUE, ETH, Decimal(3500), after(hours=1))
    )
    (leg,), (richer,) = stands(HEDGE, "ETH 2800").open, stands(more, "ETH 2800").open
    assert leg.liquidation is not None
    assert richer.liquidation is not None
    assert richer.liquidation > leg.liquidation


def test_a_long_is_liquidated_below() -> None:
    life = episode(fill("100", "3500", margin="1750"))
    (leg,) = stands(life, "ETH 3400").open
    assert leg.side == 1
    assert leg.distance is not None
    assert leg.distance < 0


def test_coverage_is_what_is_short_of_what_would_be_wanted_now() -> None:
    plan = sizing({ETH: "100"}, coverage="1", betas={"ETH": 1.0})
    life = replace(HEDGE, sizings=(plan,), steps=(step("ETH", "1", "3500"),))
    assert stands(life, "ETH 2800").coverage == 1
    grown = replace(life, steps=(*life.steps, step("ETH", "4", "3500", after(hours=1))))
    assert stands(grown, "ETH 2800").coverage == Decimal("0.25")
    assert stands(grown, "ETH 2800").target == 1


def test_dollars_that_come_later_do_not_thin_the_coverage() -> None:
    # Half of the portfolio was dollars, so the beta of the whole is a half.
    plan = sizing({ETH: "100"}, betas={"ETH": 0.5})
    life = replace(HEDGE, sizings=(plan,), steps=(step("ETH", "1", "3500"), step("USDT", "3500", "1")))
    richer = replace(life, steps=(*life.steps, step("USDT", "90000", "1", after(hours=1))))
    assert stands(life, "ETH 2800").coverage == stands(richer, "ETH 2800").coverage == 1


def test_a_hedge_of_one_coin_covers_that_coin() -> None:
    plan = sizing({ETH: "100"}, betas={"ETH": 1.0}, only=("ETH",))
    life = replace(HEDGE, sizings=(plan,), steps=(step("ETH", "1", "3500"), step("SOL", "500", "150")))
    assert stands(life, "ETH 2800 SOL 120").coverage == 1


def test_a_hedge_without_a_plan_has_no_target() -> None:
    now = stands(HEDGE, "ETH 2800")
    assert (now.coverage, now.target) == (None, None)
    assert now.shorted == 2800


def test_what_a_closed_leg_made_stays_in_the_total() -> None:
    life = episode(
        fill("-100", "3500", fee="1"),
        fill("-10", "150", "SOL", fee="1"),
        fill("10", "140", "SOL", at=after(hours=1), fee="1"),
    )
    now = stands(life, "ETH 3500 SOL 120")
    assert [leg.asset for leg in now.open] == ["ETH"]
    assert now.hedge == 100 - 3 + Decimal("0.35")


@pytest.mark.parametrize("trouble", ["cannot be reached", "does not list", "gives no price", "too old"])
def test_a_leg_without_a_price_is_named_and_never_counted_as_nothing(trouble: str) -> None:
    known = market(NOW, "ETH 2800")
    venues = {
        "cannot be reached": {},
        "does not list": {VENUE: Snapshot(VENUE, {}, known.quotes)},
        "gives no price": {VENUE: Snapshot(VENUE, known.contracts, {})},
        "too old": {VENUE: market(NOW, "ETH 2800", age=QUOTE_REFUSE + timedelta(seconds=1))},
    }
    now = standing(HEDGE, venues[trouble], SETTLED, NOW)
    (leg,) = now.open
    assert leg.trouble is not None
    assert trouble in str(leg.trouble)
    assert (leg.unrealised, leg.total, leg.distance, leg.health) == (None, None, None, None)
    assert (now.spot, now.hedge, now.net, now.coverage, now.shorted) == (None, None, None, None, None)
    assert now.missing == ("ETH",)
    assert not now.whole


def test_one_venue_that_is_down_leaves_the_other() -> None:
    life = episode(
        fill("-100", "3500"), fill("-10", "150", "SOL", venue="elsewhere"), steps=[step("ETH", "1", "3500")]
    )
    now = stands(life, "ETH 2800 SOL 120")
    assert now.missing == ("SOL",)
    assert now.hedge == Decimal("700.35")
    assert now.net == Decimal("0.35")


def test_funding_that_is_not_known_is_named_and_the_rest_added_up() -> None:
    now = stands(HEDGE, "ETH 2800", histories={})
    assert now.open[0].funding is None
    assert now.unfunded == ("ETH",)
    assert now.hedge == Decimal("698.25")


def test_a_coin_without_a_price_is_named() -> None:
    life = replace(HEDGE, steps=(*HEDGE.steps, step("NOPE", "7", None)))
    now = stands(life, "ETH 2800")
    assert now.unpriced == ("NOPE",)
    assert now.spot == -700
    only = replace(HEDGE, steps=(step("NOPE", "7", None),))
    assert stands(only, "ETH 2800").spot is None


def test_a_slip_that_was_taken_back_leaves_the_coverage_known() -> None:
    plan = sizing({ETH: "100"}, betas={"ETH": 1.0})
    life = replace(HEDGE, sizings=(plan,), steps=(step("ETH", "1", "3500"),))
    slip = replace(life, steps=(*life.steps, step("NOPE", "7", None, after(hours=1))))
    assert stands(slip, "ETH 2800").coverage is None
    back = replace(slip, steps=(*slip.steps, step("NOPE", "0", None, after(hours=2))))
    assert stands(back, "ETH 2800").coverage == 1


def test_the_age_is_that_of_the_oldest_price_in_use() -> None:
    assert stands(HEDGE, "ETH 2800", age=timedelta(minutes=2)).age == timedelta(minutes=2)


COUNTS = st.integers(1, 10_000)


@given(COUNTS, st.integers(1, 10**7), st.integers(1, 10**7), st.lists(COUNTS, max_size=4))
def test_the_coins_made_the_same_with_whatever_hedge(
    held: int, began: int, now: int, shorts: list[int]
) -> None:
    fills = [
        fill(f"-{count}", f"{began}", at=BEGAN + timedelta(minutes=index))
        for index, count in enumerate(shorts)
    ]
    life = episode(*fills, steps=[step("ETH", f"{held}", f"{began}")])
    assert stands(life, f"ETH {now}").spot == held * (now - began)
