"""The report card: the parts of the miss add up to it exactly, and each is what its name says."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import NoData
from core.domain.series import Candles, FundingHistory
from core.domain.snapshot import Snapshot
from core.journal.episode import Episode, Sizing, Step
from core.journal.fill import Fill, Void
from core.journal.journal import positions
from core.outcome.report import Report, report
from tests.core.outcome.lives import (
    BEGAN,
    ETH,
    SOL,
    Histories,
    after,
    episode,
    fill,
    market,
    pairs,
    settlements,
    sizing,
    step,
    terms,
)
from tests.domain import VENUE, contract, quote

CENT = Decimal("0.01")
RATES = [0.0001] * 60
MIDNIGHT = after(hours=-36)
SETTLED: Histories = {(VENUE, symbol): settlements(*RATES, first=MIDNIGHT) for symbol in (ETH, SOL)}
NOTHING_SETTLED: Histories = {
    key: FundingHistory(known.times, known.rates * 0) for key, known in SETTLED.items()
}


def told(
    life: Episode,
    prices: str,
    now: datetime | None = None,
    histories: Histories = NOTHING_SETTLED,
    marks: str = "",
) -> Report:
    """`told(life, "ETH 2400 SOL 120")`: the report when coins cost this, by default three hours on."""
    now = now or after(hours=3)
    return report(life, {VENUE: market(now, prices, marks)}, histories, now)


def usd(*amounts: str | int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def amounts(card: Report) -> dict[str, str]:
    """The parts that are not nothing."""
    return {name: f"{amount:f}" for name, amount in card.parts.items() if amount}


def test_a_perfect_hedge_misses_nothing() -> None:
    life = episode(
        fill("-200", "3000", wanted="-200", index="3000"),
        steps=[step("ETH", "2", "3000")],
        sizings=[sizing({ETH: "200"})],
    )
    card = told(life, "ETH 2400")
    assert (card.spot, card.hedge, card.net, card.miss) == usd(-1200, 1200, 0, 0)
    assert amounts(card) == {}
    assert card.offset == 1


def test_coins_that_fall_further_than_planned_are_a_miss_of_beta() -> None:
    # 20 SOL at $150 and beta 1: one ETH of $3,000 short. SOL falls 20 %, ETH 10 %.
    life = episode(
        fill("-100", "3000", wanted="-100", index="3000"),
        steps=[step("SOL", "20", "150")],
        sizings=[sizing({ETH: "100"})],
    )
    card = told(life, "ETH 2700 SOL 120")
    assert (card.spot, card.hedge) == usd(-600, 300)
    assert amounts(card) == {"beta": "-300.00"}
    assert card.offset == Decimal("0.5")


def test_each_part_is_what_its_name_says() -> None:
    # 1.004 ETH wanted, 1 sold at $3,003 over an index of $3,000; later the mark is $2,399 over 2,400.
    life = episode(
        fill("-100", "3003", wanted="-100.4", index="3000", fee="1.5"),
        steps=[step("ETH", "1.004", "3000")],
        sizings=[sizing({ETH: "100.4"})],
    )
    card = told(life, "ETH 2400", after(hours=5), SETTLED, "ETH 2399")
    assert amounts(card) == {
        "basis": "4.00",  # a premium of 3 became a discount of 1, on one coin
        "funding": "0.30",  # 0.01 % of $3,000 at 16:00
        "rounding": "-2.40",  # 0.004 coins too few on a fall of $600
        "fees": "-1.50",
    }
    assert card.spot == Decimal("-602.40")
    assert card.miss == Decimal("0.40")
    assert card.cost == Decimal("-2.80")


def test_half_a_hedge_is_measured_against_half_the_loss() -> None:
    life = episode(
        fill("-100", "3000", wanted="-100", index="3000"),
        steps=[step("ETH", "2", "3000")],
        sizings=[sizing({ETH: "100"}, coverage="0.5")],
    )
    card = told(life, "ETH 2400")
    assert (card.coverage, card.spot, card.hedge, card.miss) == usd("0.5", -1200, 600, 0)
    assert card.protected == 3000


def test_more_than_all_of_the_coins_is_not_protected() -> None:
    life = episode(
        fill("-150", "3000", wanted="-150", index="3000"),
        steps=[step("ETH", "1", "3000")],
        sizings=[sizing({ETH: "150"}, coverage="1.5")],
    )
    card = told(life, "ETH 2400")
    assert (card.protected, card.miss) == (Decimal(3000), Decimal(0))


def test_what_rounding_added_goes_in_proportion_when_part_is_closed_by_hand() -> None:
    # 0.4 of a contract too many for a fall of $600, then half of that for one of $300
    life = episode(
        fill("-100", "3000", wanted="-99.6", index="3000"),
        fill("50", "2400", index="2400", at=after(hours=5)),
        steps=[step("ETH", "0.996", "3000")],
        sizings=[sizing({ETH: "99.6"})],
    )
    assert told(life, "ETH 2100", after(hours=8)).parts["rounding"] == Decimal("3.00")  # 2.40 + 0.60


def test_part_of_an_inverse_short_is_closed_in_proportion() -> None:
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    life = episode(
        fill("-300", "3000", terms=ten_dollars, index="3000"),
        fill("150", "2400", terms=ten_dollars, index="2400", at=after(hours=1)),
        fill("150", "2000", terms=ten_dollars, index="2000", at=after(hours=2)),
        ended=after(hours=2),
    )
    assert told(life, "ETH 2000").hedge == 300 + 500  # half a coin from $3,000 to 2,400, half to 2,000


def test_an_order_filled_in_part_is_a_miss_of_size() -> None:
    life = episode(
        fill("-50", "3000", wanted="-50", index="3000"),
        steps=[step("ETH", "1", "3000")],
        sizings=[sizing({ETH: "100"})],
    )
    assert amounts(told(life, "ETH 2400")) == {"size": "-300.00"}


def test_an_order_that_was_never_placed_is_a_miss_of_size() -> None:
    life = episode(
        fill("-50", "3000", wanted="-50", index="3000"),
        steps=[step("ETH", "0.5", "3000"), step("SOL", "10", "150")],
        sizings=[sizing({ETH: "50", SOL: "10"}, betas={"ETH": 0.5, "SOL": 0.5})],
    )
    assert amounts(told(life, "ETH 2400 SOL 120")) == {"size": "-300.00"}


def test_contracts_of_one_name_are_counted_as_each_venue_counts_them() -> None:
    # one ETH is short elsewhere, in contracts ten times as large; the plan wants another here
    life = episode(
        fill("-10", "3000", venue="elsewhere", terms=terms("ETH", multiplier="0.1"), index="3000"),
        fill("-100", "3000", wanted="-100", index="3000"),
        steps=[step("ETH", "2", "3000")],
        sizings=[replace(sizing({}), wanted={(VENUE, ETH): Decimal(100), ("elsewhere", ETH): Decimal(10)})],
    )
    both = {VENUE: market(after(hours=3), "ETH 2400"), "elsewhere": market(after(hours=3), "ETH 2400")}
    none = {(venue, ETH): NOTHING_SETTLED[VENUE, ETH] for venue in both}
    card = report(life, both, none, after(hours=3))
    assert card.hedge == 1200
    assert amounts(card) == {}


def test_what_was_filled_on_another_venue_than_planned_is_a_miss_of_size_alone() -> None:
    life = episode(
        fill("-1", "150", "SOL", wanted="-1", index="150"),
        fill("-50", "3000", venue="elsewhere", index="3000"),
        steps=[step("ETH", "0.5", "3000"), step("SOL", "1", "150")],
        sizings=[sizing({ETH: "50", SOL: "1"}, betas={"ETH": 1500 / 1650, "SOL": 150 / 1650})],
    )
    now = after(hours=3)
    both = {VENUE: market(now, "ETH 2400 SOL 150"), "elsewhere": market(now, "ETH 2400 SOL 150")}
    none = dict.fromkeys(((VENUE, SOL), ("elsewhere", ETH)), NOTHING_SETTLED[VENUE, ETH])
    assert amounts(report(life, both, none, now)) == {}


def test_a_leg_closed_early_is_a_miss_of_size_from_then_on() -> None:
    life = episode(
        fill("-100", "3000", wanted="-100", index="3000"),
        fill("100", "2700", wanted="100", index="2700", at=after(hours=2)),
        fill("-1", "120", "SOL", at=after(hours=2)),
        steps=[step("ETH", "1", "3000")],
        sizings=[sizing({ETH: "100"})],
    )
    assert amounts(told(life, "ETH 2400 SOL 120", after(hours=4))) == {"size": "-300.00"}


def test_an_adjustment_takes_over_the_new_plan_and_rounds_anew() -> None:
    # 0.3 of a contract too many for the first fall of $600, 0.4 too few for the second of $300.
    life = episode(
        fill("-100", "3000", wanted="-99.7", index="3000"),
        fill("20", "2400", wanted="19.6", index="2400", at=after(hours=6)),
        steps=[step("ETH", "0.997", "3000"), step("ETH", "0.804", "2400", after(hours=6))],
        sizings=[sizing({ETH: "99.7"}), sizing({ETH: "80.4"}, at=after(hours=5, minutes=55))],
    )
    assert amounts(told(life, "ETH 2100", after(hours=8))) == {"rounding": "0.60"}  # 1.80 - 1.20


def test_coins_that_come_midway_are_no_gain() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        steps=[step("ETH", "1", "3000"), step("ETH", "3", "2700", after(hours=5))],
    )
    card = told(life, "ETH 2400", after(hours=10))
    assert card.spot == -300 + 3 * -300
    assert card.hedge == 600


def test_a_position_typed_in_by_hand_has_no_rounding_and_no_plan_to_miss() -> None:
    life = episode(fill("-100", "3003", index="3000", fee="1"), steps=[step("ETH", "1", "3000")])
    assert amounts(told(life, "ETH 2400")) == {"basis": "3.00", "fees": "-1.00"}


def test_a_sizing_that_aims_at_nothing_is_no_plan() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("50", "2700", wanted="50", index="2700", at=after(hours=2)),
        steps=[step("ETH", "0.75", "3000")],
        sizings=[sizing({}, at=after(hours=2))],
    )
    card = told(life, "ETH 2400", after(hours=4))
    assert amounts(card) == {}


def test_a_position_that_goes_through_zero_is_followed() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("150", "2700", index="2700", at=after(hours=5)),
    )
    card = told(life, "ETH 2400", after(hours=8))
    assert card.hedge == 300 - 150
    assert card.offset is None


def test_an_inverse_short_is_counted_in_dollars() -> None:
    # 300 contracts of $10 at $3,000: one coin; at $2,400 it makes $600 of coins.
    ten_dollars = terms("ETH", multiplier="10", inverse=True)
    life = episode(
        fill("-300", "3000", symbol="ETH/USD:ETH", terms=ten_dollars, wanted="-301.5", index="3000"),
        steps=[step("ETH", "1.005", "3000")],
        sizings=[sizing({"ETH/USD:ETH": "301.5"})],
    )
    now = after(hours=3)
    coin_margined = contract("ETH", multiplier="10", inverse=True)
    venue = market(now, "ETH 2400")
    both = Snapshot(
        VENUE, {**venue.contracts, coin_margined.symbol: coin_margined},
        {**venue.quotes, coin_margined.symbol: quote("2400", now, index="2400")},
    )  # fmt: skip
    histories = {(VENUE, "ETH/USD:ETH"): NOTHING_SETTLED[VENUE, ETH]}
    card = report(life, {VENUE: both}, histories, now)
    assert (card.spot, card.hedge) == usd(-603, 600)
    assert amounts(card) == {"rounding": "-3.00"}


def test_a_hedge_of_one_coin_is_measured_against_that_coin() -> None:
    life = episode(
        fill("-10", "150", "SOL", wanted="-10", index="150"),
        steps=[step("ETH", "1", "3000"), step("SOL", "10", "150")],
        sizings=[sizing({SOL: "10"}, only=("SOL",))],
    )
    card = told(life, "ETH 2400 SOL 120")
    assert (card.spot, card.hedge, card.miss) == usd(-900, 300, 0)
    assert card.protected == 1500


def test_what_was_taken_back_never_was() -> None:
    life = episode(fill("-100", "3000"), fill("-900", "3000"), Void(2), steps=[step("ETH", "1", "3000")])
    assert told(life, "ETH 2400").hedge == 600


def test_the_premium_is_told_for_a_thousand_dollars_and_a_year() -> None:
    life = episode(
        fill("-100", "3000", index="3000", fee="3"),
        fill("100", "3000", index="3000", fee="3", at=after(days=10)),
        steps=[step("ETH", "1", "3000")],
        ended=after(days=10),
    )
    card = told(life, "ETH 3000", after(days=10))
    assert card.cost == 6
    assert card.premium is None  # no price is known for most of the days, so what it protected is not
    brief = told(
        episode(fill("-100", "3000", index="3000", fee="6"), steps=[step("ETH", "1", "3000")]),
        "ETH 3000", after(hours=6),
    )  # fmt: skip
    assert (brief.protected, brief.premium) == usd(3000, 2)
    assert brief.yearly is None


def test_funding_that_is_not_known_is_named_and_left_out() -> None:
    life = episode(fill("-100", "3000", index="3000"), steps=[step("ETH", "1", "3000")])
    card = told(life, "ETH 2400", histories={})
    assert card.unfunded == ("ETH",)
    assert "funding" not in card.parts
    assert card.hedge == 600


def test_a_coin_without_a_price_is_named_and_left_out() -> None:
    life = episode(
        fill("-100", "3000", index="3000"), steps=[step("ETH", "1", "3000"), step("NOPE", "5", None)]
    )
    card = told(life, "ETH 2400")
    assert card.unpriced == ("NOPE",)
    assert card.spot == -600


def test_a_price_of_hours_before_is_said_to_be_rough() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("100", "2400", index="2400", at=after(hours=5)),
        steps=[step("ETH", "1", "3000"), step("SOL", "10", "150"), step("SOL", "0", "140", after(hours=2))],
        ended=after(hours=5),
    )
    assert told(life, "ETH 9999 SOL 9999", after(hours=90)).rough == ()  # ETH was priced at its exit
    held = replace(life, steps=life.steps[:2])
    card = told(held, "ETH 9999 SOL 9999", after(hours=90))
    assert card.rough == ("SOL",)
    assert card.spot == -600
    later = replace(life, steps=(step("ETH", "1", None), step("SOL", "1", None, after(hours=4))))
    assert told(later, "ETH 9999", after(hours=90)).unpriced == ("SOL",)


def test_an_aim_that_changed_while_a_price_was_not_known_is_rough() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("50", "2400", index="2400", at=after(hours=5)),
        steps=[step("ETH", "1", "3000"), step("SOL", "10", "150")],
        sizings=[sizing({ETH: "100"}), sizing({ETH: "50"}, coverage="0.5", at=after(hours=5))],
    )
    assert told(life, "ETH 2400 SOL 120", after(hours=9)).rough == ("SOL",)
    priced = replace(life, steps=(*life.steps, step("SOL", "10", "120", after(hours=5))))
    assert told(priced, "ETH 2400 SOL 120", after(hours=9)).rough == ()


def test_candles_of_the_end_make_it_exact() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("100", "2400", index="2400", at=after(hours=5)),
        steps=[step("SOL", "10", "150")],
        ended=after(hours=5),
    )
    at = np.array([after(hours=5).replace(tzinfo=None)], dtype="datetime64[s]")
    price = np.array([120.0])
    hourly = {"SOL": Candles(at, price, price, price)}
    now = after(hours=90)
    card = report(life, {VENUE: market(now, "SOL 9999")}, NOTHING_SETTLED, now, hourly)
    assert (card.spot, card.rough) == (Decimal(-300), ())


def test_stablecoins_are_no_gain_no_loss_and_nothing_to_protect() -> None:
    life = episode(
        fill("-100", "3000", index="3000"), steps=[step("ETH", "1", "3000"), step("USDT", "9000", "1")]
    )
    card = told(life, "ETH 2400")
    assert (card.spot, card.protected) == usd(-600, 3000)


@pytest.mark.parametrize(
    ("missing", "words"),
    [("venue", "cannot be reached"), ("contract", "does not list"), ("quote", "gives no price")],
)
def test_an_open_contract_without_a_price_is_refused_by_name(missing: str, words: str) -> None:
    life = episode(fill("-100", "3000", index="3000"), steps=[step("ETH", "1", "3000")])
    now = after(hours=3)
    venue = market(now, "ETH 2400")
    if missing == "contract":
        venue = Snapshot(VENUE, {}, {})
    if missing == "quote":
        venue = Snapshot(VENUE, venue.contracts, {})
    with pytest.raises(NoData, match=words):
        report(life, {} if missing == "venue" else {VENUE: venue}, {}, now)


def test_a_closed_contract_needs_no_price() -> None:
    life = episode(
        fill("-100", "3000", index="3000"),
        fill("100", "2400", index="2400", at=after(hours=2)),
        steps=[step("ETH", "1", "3000")],
        ended=after(hours=2),
    )
    card = report(life, {}, NOTHING_SETTLED, after(hours=2))
    assert (card.spot, card.hedge) == usd(-600, 600)


# Lives of any kind: at each event the prices of both coins are known, and anything may happen.

PRICES = st.decimals("0.01", "100000", places=2)
COUNTS = st.decimals("-5000", "5000", places=3).filter(bool)
SMALL = st.decimals("-3", "3", places=3)
COINS = {"ETH": ETH, "SOL": SOL}
SOME_COINS = st.sets(st.sampled_from(sorted(COINS.values())), min_size=1)


@st.composite
def lives(draw: st.DrawFn) -> tuple[Episode, str, datetime]:
    fills: list[Fill] = []
    steps: list[Step] = []
    plans: list[Sizing] = []
    held = {asset: draw(st.decimals("0", "1000", places=4)) for asset in COINS}
    at = BEGAN
    for event in range(draw(st.integers(1, 5))):
        for asset in COINS:
            index = draw(PRICES)
            if event and draw(st.booleans()):
                held[asset] = draw(st.decimals("0", "1000", places=4))
            steps.append(Step(at, asset, held[asset], index))
            for _ in range(draw(st.integers(0 if event else 1, 2))):
                count = draw(COUNTS)
                fee, price = draw(st.decimals("-5", "5", places=4)), draw(PRICES)
                one = fill(f"{count:f}", f"{price:f}", asset, at, index=f"{index:f}", fee=f"{fee:f}")
                fills.append(replace(one, wanted=count + draw(SMALL)) if draw(st.booleans()) else one)
        if draw(st.booleans()):
            wanted_of = {symbol: f"{draw(COUNTS):f}" for symbol in draw(SOME_COINS)}
            plans.append(sizing(wanted_of, coverage=f"{draw(st.decimals('0.01', '1.5', places=2)):f}", at=at))
        at += timedelta(hours=draw(st.integers(2, 60)))
    if not any(one.at == plan.at for plan in plans for one in fills):
        plans = []
    ends = " ".join(f"{asset} {draw(PRICES):f}" for asset in COINS)
    return episode(*fills, steps=steps, sizings=plans), ends, at


def closely(found: Decimal, exact: Fraction, cents: int = 1) -> bool:
    return abs(Fraction(found) - exact) <= cents * Fraction(CENT)


def by_segments(life: Episode, ends: str, until: datetime) -> Fraction:
    """Beta told another way: segment by segment, coverage * coins less what the planned shorts made."""
    fills = [entry.what for entry in life.entries if isinstance(entry.what, Fill)]
    costs = pairs(ends)
    moments = sorted({each.at for each in life.steps})
    total = Fraction(0)
    for start, end in zip(moments, [*moments[1:], until], strict=True):
        counted = [
            plan
            for plan in life.sizings
            if min((one.at for one in fills if one.at >= plan.at), default=plan.at) <= start
        ]
        for asset, symbol in COINS.items():
            first = next(each for each in life.steps if each.at == start and each.asset == asset)
            last = next((each for each in life.steps if each.at == end and each.asset == asset), None)
            assert first.price is not None
            to = costs[asset] if last is None or last.price is None else last.price
            moved = Fraction(to) - Fraction(first.price)
            size = Fraction(terms(asset).multiplier)
            if counted:
                short = Fraction(counted[-1].wanted.get((VENUE, symbol), Decimal(0))) * size
                share = Fraction(counted[-1].coverage)
            else:
                short = (
                    -sum(Fraction(one.count) for one in fills if one.symbol == symbol and one.at <= start)
                    * size
                )
                share = Fraction(1)
            total += (share * Fraction(first.quantity) - short) * moved
    return total


@given(lives())
def test_the_parts_add_up_to_the_miss_exactly(lived: tuple[Episode, str, datetime]) -> None:
    life, ends, until = lived
    card = told(life, ends, until, SETTLED)
    hedge = sum((leg.prices + (leg.funding or 0) - leg.fees for leg in card.legs), Decimal(0))
    assert sum(card.parts.values(), Decimal(0)) == card.miss
    assert card.hedge == hedge
    assert card.net == card.spot + card.hedge


@given(lives())
def test_beta_is_what_coins_made_beside_the_planned_shorts(
    lived: tuple[Episode, str, datetime],
) -> None:
    life, ends, until = lived
    card = told(life, ends, until)
    # The other parts and each leg are rounded to the cent, and beta takes what that leaves.
    assert closely(card.parts["beta"], by_segments(life, ends, until), cents=6)


@given(lives())
def test_the_legs_make_what_the_journal_says(lived: tuple[Episode, str, datetime]) -> None:
    life, ends, until = lived
    card = told(life, ends, until)
    made = {leg.symbol: leg for leg in card.legs}
    for held in positions(life.entries):
        expected = held.realised + held.unrealised(pairs(ends)[held.terms.asset])
        assert closely(made[held.symbol].prices, expected)
        assert closely(made[held.symbol].fees, held.fees)


@given(lives(), st.randoms())
def test_the_order_of_what_happened_at_once_changes_nothing(
    lived: tuple[Episode, str, datetime], chance: Any
) -> None:
    life, ends, until = lived
    shuffled = [entry.what for entry in life.entries]
    chance.shuffle(shuffled)
    again = episode(*shuffled, steps=life.steps, sizings=life.sizings)
    assert told(again, ends, until) == told(life, ends, until)


@given(lives())
def test_without_the_hedge_it_is_what_the_coins_made(
    lived: tuple[Episode, str, datetime],
) -> None:
    life, ends, until = lived
    alone = Episode(1, life.began, None, (), life.steps, ())
    assert told(life, ends, until).spot == told(alone, ends, until).spot
