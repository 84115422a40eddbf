"""Going through the past again: worked by hand, by what must always hold, and on what really happened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.series import FundingHistory
from core.hedge.afford.within import hedge_within
from core.hedge.hedge import Hedge
from core.hedge.plan import plan
from core.hedge.wish import Wish
from core.replay.event import EVENTS, Event
from core.replay.fall import Replay, Replayed, Short, on_record, replay, replay_hedge, short_of
from core.replay.tracks import Moments, Tracks, moments, tracks
from tests.core.replay.test_tracks import START, candles, days_later
from tests.domain import NOW, contract, holdings, snapshot

MONEY = st.integers(1, 10**7).map(Decimal)
LOGS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=25)


def past(**closed: Sequence[float]) -> Tracks:
    """A day for each close after the first."""
    last = days_later(len(next(iter(closed.values()))) - 1)
    return tracks({asset: candles(list(prices)) for asset, prices in closed.items()}, closed, START, last, 24)


def settlements(*rates: float, hours: int = 8) -> FundingHistory:
    """One each `hours`, the first of them so long after START."""
    times = moments(START, START + timedelta(hours=hours * len(rates)), hours)[1:]
    return FundingHistory(times, np.array(rates))


def short(asset: str, notional: Decimal | int, at: str | None = None, **rest: object) -> Short:
    """A short that is liquidated at the price `at`, over the first one; its margin is its loss by then."""
    margin = Decimal(notional) * (Decimal(at) - 1 if at else 1)
    return Short(asset, Decimal(notional), margin, Decimal(at) if at else None, **rest)  # type: ignore[arg-type]


def by_prices(logs: list[float]) -> list[float]:
    return list(100 * np.exp(np.concatenate([[0.0], np.cumsum(logs)])))


def test_worked_by_hand() -> None:
    """$10,000 of ETH, $5,000 short: -10 %, then +20 % over the start, then -20 %."""
    known = past(ETH=[1000, 900, 1200, 800])
    told = replay({"ETH": Decimal(10_000)}, [short("ETH", 5000)], known)
    assert list(told.unhedged) == pytest.approx([0, -1000, 2000, -2000])
    assert list(told.hedged) == pytest.approx([0, -500, 1000, -1000])
    assert told.end(told.hedged) == pytest.approx(Decimal(-1000))
    assert told.lowest(told.unhedged)[0] == pytest.approx(Decimal(-2000))
    assert told.lowest(told.unhedged)[1] == 3
    assert told.at(3) == days_later(3)
    assert told.made == pytest.approx(Decimal(1000))
    assert told.funding == 0


def test_a_liquidated_short_loses_its_margin_and_protects_no_longer() -> None:
    """The high of the second day is 20 % up; at 1.15 the margin of $750 is gone."""
    known = past(ETH=[1000, 900, 1200, 800])
    told = replay({"ETH": Decimal(10_000)}, [short("ETH", 5000, at="1.15")], known)
    assert [path.liquidated for path in told.liquidated] == [2]
    assert list(told.hedged) == pytest.approx([0, -500, 2000 - 750, -2000 - 750])


def test_a_high_between_two_closes_liquidates() -> None:
    wick = tracks({"ETH": candles([10, 9, 8], [10, 13, 9])}, ["ETH"], START, days_later(2), 24)
    told = replay({}, [short("ETH", 1000, at="1.25")], wick)
    assert list(told.hedged) == pytest.approx([0, -250, -250])
    assert told.shorts[0].rise == pytest.approx(0.3)
    assert not replay({}, [short("ETH", 1000, at="1.31")], wick).liquidated


def test_a_high_before_the_beginning_does_not() -> None:
    early = tracks({"ETH": candles([10, 9], [15, 9])}, ["ETH"], START, days_later(1), 24)
    (path,) = replay({}, [short("ETH", 1000, at="1.25")], early).shorts
    assert path.liquidated is None
    assert path.rise == 0


def test_funding_is_of_what_the_short_is_worth_when_it_settles() -> None:
    """Nothing at the opening; two settlements at the first price, the third at 900; the rest at 900."""
    known = past(ETH=[1000, 900, 900])
    paid = settlements(0.001, 0.001, 0.001, -0.002, 0, 0)
    told = replay({}, [short("ETH", 5000, funding=paid)], known)
    assert list(told.shorts[0].funding) == pytest.approx([0, 5 + 5 + 4.5, 14.5 - 9])
    assert told.funding == pytest.approx(Decimal("5.5"))


def test_a_settlement_at_the_opening_is_not_received() -> None:
    at_once = FundingHistory(moments(START, START, 8), np.array([0.5]))
    assert replay({}, [short("ETH", 5000, funding=at_once)], past(ETH=[10, 10])).funding == 0


def test_a_liquidated_short_receives_nothing_more() -> None:
    known = past(ETH=[1000, 1000, 1200, 1000])
    told = replay({}, [short("ETH", 1000, at="1.1", funding=settlements(*[0.001] * 9))], known)
    assert list(told.shorts[0].funding) == pytest.approx([0, 3, 3, 3])


def test_a_coin_margined_short_loses_coins() -> None:
    """It is $1,000 for good, so funding does not grow; lost margin is worth what the coins cost then."""
    known = past(ETH=[1000, 1500, 500])
    kept = replay({}, [short("ETH", 1000, inverse=True, funding=settlements(0, 0, 0, 0.01))], known)
    assert list(kept.shorts[0].funding) == pytest.approx([0, 0, 10])
    lost = replay({}, [short("ETH", 1000, at="1.4", inverse=True)], known)
    assert list(lost.hedged) == pytest.approx([0, -400 * 1.5, -400 * 0.5])


@given(LOGS, MONEY, st.lists(st.floats(-0.01, 0.01), max_size=75))
def test_a_coin_shorted_one_to_one_is_flat_but_for_its_funding(
    logs: list[float], worth: Decimal, rates: list[float]
) -> None:
    known = past(ETH=by_prices(logs))
    told = replay({"ETH": worth}, [short("ETH", worth, funding=settlements(*rates))], known)
    assert told.hedged == pytest.approx(told.shorts[0].funding, abs=float(worth) * 1e-9)


@given(LOGS, LOGS, MONEY, st.floats(0, 1.5))
def test_what_the_hedge_makes_grows_with_its_coverage(
    one: list[float], other: list[float], worth: Decimal, coverage: float
) -> None:
    days = min(len(one), len(other)) + 1
    known = past(ETH=by_prices(one)[:days], SOL=by_prices(other)[:days])
    full, part = (
        replay({"SOL": worth}, [short("ETH", worth * share, funding=settlements(0.001))], known)
        for share in (Decimal(1), Decimal(str(coverage)))
    )
    made = (full.hedged - full.unhedged) * coverage
    assert part.hedged - part.unhedged == pytest.approx(made, abs=float(worth) * 1e-6)
    none = replay({"SOL": worth}, [short("ETH", 0)], known)
    assert np.array_equal(none.hedged, none.unhedged)


@given(LOGS, MONEY, st.decimals("1.01", "2", places=2))
def test_a_liquidated_short_never_gains_again(logs: list[float], worth: Decimal, at: Decimal) -> None:
    told = replay(
        {}, [short("ETH", worth, at=str(at), funding=settlements(0.001))], past(ETH=by_prices(logs))
    )
    (path,) = told.shorts
    closed = path.liquidated
    assert (closed is not None) == (max(by_prices(logs)[1:]) / 100 >= float(at))
    if closed is not None:
        assert set(path.made[closed:]) == {-float(path.short.margin)}
        assert len(set(path.funding[closed:])) == 1
        assert max(by_prices(logs)[1:closed], default=0) / 100 < float(at)


@given(LOGS)
def test_more_leverage_is_liquidated_no_later(logs: list[float]) -> None:
    found = replayed(past(ETH=by_prices(logs), SOL=by_prices(logs)), hedge=ETH_HEDGE)
    closed = [
        told.shorts[0].liquidated or len(logs) + 1 for told in found.by_leverage.values() if told is not None
    ]
    assert len(closed) == 4
    assert closed == sorted(closed, reverse=True)


@given(LOGS, LOGS)
def test_paths_begin_at_nothing_and_the_lowest_is_no_higher_than_the_end(
    one: list[float], other: list[float]
) -> None:
    days = min(len(one), len(other)) + 1
    known = past(ETH=by_prices(one)[:days], SOL=by_prices(other)[:days])
    told = replayed(known, hedge=ETH_HEDGE).as_planned
    for path in (told.unhedged, told.hedged):
        low, at = told.lowest(path)
        assert path[0] == 0
        assert low <= min(Decimal(0), told.end(path))
        assert (at == 0) == (low == 0)


MARKET = snapshot(
    contract("ETH", multiplier="0.01"), contract("ETH", multiplier="10", inverse=True),
    BTC=90000, ETH=3500, SOL=160,
)  # fmt: skip
HELD = holdings("ETH 5", "SOL 100")
ETH_HEDGE = plan(HELD, MARKET, Wish(legs=("ETH",)), NOW)


def replayed(known: Tracks, *, hedge: Hedge, settled: dict[str, FundingHistory] | None = None) -> Replayed:
    event = Event("", START.date(), START.date())
    return replay_hedge(hedge, event, known, settled or {}, asked=event, left_out={}, jumped={}, recounted={})


@pytest.mark.parametrize(
    "wish", [Wish(), Wish(leverage=Decimal(4)), Wish(legs=("ETH",), inverse=True, leverage=Decimal(2))]
)
def test_a_leg_is_liquidated_where_the_plan_says(wish: Wish) -> None:
    for leg in plan(HELD, MARKET, wish, NOW).legs:
        moved = short_of(leg, leg.leverage, None)
        assert moved is not None
        assert moved.notional == leg.notional
        assert moved.margin == leg.margin
        assert moved.liquidation is not None
        assert leg.liquidation is not None
        assert float(moved.liquidation * leg.price) == pytest.approx(float(leg.liquidation), rel=1e-12)


def test_a_coin_margined_short_at_1x_is_never_liquidated() -> None:
    leg = plan(HELD, MARKET, Wish(legs=("ETH",), inverse=True, leverage=Decimal(1)), NOW).legs[0]
    moved = short_of(leg, Decimal(1), None)
    assert moved is not None
    assert moved.liquidation is None


def test_more_than_the_venue_allows_is_no_short() -> None:
    leg = ETH_HEDGE.legs[0]
    low = replace(leg.contract.brackets[0], max_leverage=Decimal(3))
    small = replace(leg, contract=replace(leg.contract, brackets=(low,)))
    assert short_of(small, Decimal(3), None) is not None
    assert short_of(small, Decimal(5), None) is None
    found = replayed(past(ETH=[10, 9], SOL=[10, 9]), hedge=replace(ETH_HEDGE, legs=(small,)))
    assert [leverage for leverage, told in found.by_leverage.items() if told is None] == [Decimal(5)]


def test_a_leg_without_prices_is_named_and_not_in_the_figures() -> None:
    hedge = plan(HELD, MARKET, Wish(legs=("BTC", "ETH")), NOW)
    found = replayed(past(ETH=[10, 9], SOL=[10, 9]), hedge=hedge)
    assert [leg.asset for leg in found.absent] == ["BTC"]
    assert [path.short.asset for path in found.as_planned.shorts] == ["ETH"]


def test_funding_that_is_not_on_record_for_all_of_the_time_counts_as_unknown() -> None:
    known = past(ETH=[10, 9, 8], SOL=[10, 9, 8])
    symbol = ETH_HEDGE.legs[0].contract.symbol
    whole, short_record = settlements(*[0.001] * 6), settlements(*[0.001] * 3)
    assert replayed(known, hedge=ETH_HEDGE).unknown_funding == ("ETH",)
    assert replayed(known, hedge=ETH_HEDGE, settled={symbol: short_record}).unknown_funding == ("ETH",)
    told = replayed(known, hedge=ETH_HEDGE, settled={symbol: whole})
    assert told.unknown_funding == ()
    assert told.as_planned.funding > 0


def record_of(*hours: int) -> FundingHistory:
    ends = [START.replace(tzinfo=None) + timedelta(hours=at) for at in hours]
    times: Moments = np.array(ends, dtype="datetime64[s]")
    return FundingHistory(times, np.zeros(len(hours)))


@pytest.mark.parametrize(
    ("hours", "whole"),
    [
        ((0, 8, 16, 24), True),
        ((8, 16), False),
        ((4, 12, 20), True),
        ((0, 8, 16, 24, 32), True),
        ((4, 8, 12, 16, 20, 24), True),
        (tuple(range(25)), True),
        ((-8, 0, 8, 16, 24, 32), True),
        ((8, 24), False),
        ((16, 24), False),
        ((0, 8), False),
        ((), False),
    ],
)
def test_a_record_has_no_hole_of_more_than_eight_hours(hours: tuple[int, ...], whole: bool) -> None:
    times: Moments = moments(START, days_later(1), 24)
    assert on_record(record_of(*hours), times) == whole


def test_events_are_a_fortnight_each_and_lie_in_order() -> None:
    assert {event.days for event in EVENTS.values()} == {14}
    firsts = [event.first for event in EVENTS.values()]
    assert firsts == sorted(firsts)
    assert EVENTS["luna"].end - EVENTS["luna"].start == timedelta(days=14)
    assert EVENTS["luna"].start.date() == date(2022, 5, 5)


def test_nothing_held_and_nothing_shorted_is_nothing() -> None:
    told: Replay = replay({}, [], past(ETH=[10, 9]))
    assert told.hedged.tolist() == [0, 0]
    assert told.made == told.funding == 0


def test_shorts_that_share_an_account_end_together_at_the_high_that_liquidates_it() -> None:
    seen = replace(snapshot(BTC=90_000, ETH=3500, SOL=160), venue="bybit")
    found = hedge_within(
        holdings("ETH 10", "SOL 100"), seen, Wish(mode="cross", cash=Decimal(6000), legs=("ETH",)), NOW
    )
    told = replayed(past(ETH=[100, 105, 300, 90], SOL=[100, 100, 100, 100]), hedge=found)
    assert [path.liquidated for path in told.as_planned.shorts] == [2]
    (path,) = told.as_planned.shorts
    assert path.made[3] == path.made[2] < 0
    assert told.by_leverage == {}
    calm = replayed(past(ETH=[100, 105, 110, 90], SOL=[100, 100, 100, 100]), hedge=found)
    assert not calm.as_planned.liquidated
