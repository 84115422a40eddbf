"""A coin that is counted anew, told from one that crashes: both show a quarter of yesterday's price."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain.errors import NoData
from core.domain.series import Candles, Closes
from core.measure.beta import WINDOW, daily_returns
from core.measure.breaks import days_in_doubt, traded_through
from core.measure.sample import sample
from core.prices.watch import Watch
from tests.conversation import Clock
from tests.core.prices.test_watch import Shelf
from tests.core.test_elsewhere import Place
from tests.domain import NOW, snapshot

TODAY = date(2026, 6, 10)
ROW = 200
"""The first close in the new unit."""
Floats = NDArray[np.float64]


def steps(seed: int = 1) -> tuple[Floats, Floats]:
    """A year of Bitcoin's log moves and of a coin that makes one and a half of them."""
    chance = np.random.default_rng(seed)
    bitcoin = chance.normal(0, 0.03, WINDOW)
    return bitcoin, 1.5 * bitcoin + chance.normal(0, 0.01, WINDOW)


def closes(moves: Floats, before: float = 1.0) -> Closes:
    """Closes to yesterday; those before ROW times `before`."""
    prices = 100 * np.exp(np.r_[0, np.cumsum(moves)])
    prices[:ROW] *= before
    days = np.datetime64(TODAY) - np.arange(len(prices), 0, -1).astype("timedelta64[D]")
    return Closes(days, prices)


def day(row: int) -> date:
    return TODAY - timedelta(days=WINDOW + 1 - row)


def beta(bitcoin: Closes, coin: Closes) -> float:
    returns = daily_returns({"BTC": bitcoin, "COIN": coin}, ["BTC", "COIN"], TODAY)
    both = np.cov(returns[np.isfinite(returns).all(axis=1)].T)
    return float(both[0, 1] / both[0, 0])


@pytest.mark.parametrize("many", [2, 4, 5, 10, 100, 1000, 1 / 2, 1 / 4, 1 / 5])
def test_a_coin_that_is_counted_anew_keeps_its_beta(many: float) -> None:
    bitcoin, coin = steps()

    assert beta(closes(bitcoin), closes(coin, many)) == pytest.approx(1.48, abs=0.02)


@pytest.mark.parametrize(("many", "said"), [(4, "1 became 4"), (1 / 4, "4 became 1")])
def test_the_day_is_left_out_by_name_and_the_past_before_it_stays(many: float, said: str) -> None:
    bitcoin, coin = steps()

    found = sample({"BTC": closes(bitcoin), "COIN": closes(coin, many)}, ["BTC", "COIN"], TODAY)

    assert found.notes == (f"COIN: counted anew on {day(ROW)} ({said}), that day left out",)
    assert found.days == WINDOW - 1


def crash(*falls: float) -> tuple[Closes, Closes]:
    """A coin that falls on the days from ROW on; Bitcoin hardly does."""
    bitcoin, coin = steps()
    coin[ROW - 1 : ROW - 1 + len(falls)] += falls
    return closes(bitcoin), closes(coin)


def test_a_crash_that_went_on_falling_stays_though_it_began_with_three_quarters() -> None:
    # FTT from 7 November 2022 on: $22, 5.5, 2.4, 3.7, 2.7
    bitcoin, coin = crash(*np.diff(np.log([22, 5.5, 2.4, 3.7, 2.7])))

    found = sample({"BTC": bitcoin, "COIN": coin}, ["BTC", "COIN"], TODAY)

    assert (found.days, found.notes) == (WINDOW, ())
    assert found.returns[ROW - 1, 1] == pytest.approx(np.log(5.5 / 22), abs=0.15)


def test_a_fall_that_all_coins_share_is_no_break() -> None:
    bitcoin, coin = steps()
    bitcoin[ROW - 1], coin[ROW - 1] = -0.5, -0.69

    found = sample({"BTC": closes(bitcoin), "COIN": closes(coin)}, ["BTC", "COIN"], TODAY)

    assert (found.days, found.notes) == (WINDOW, ())


def test_a_great_move_to_no_round_part_stays() -> None:
    bitcoin, coin = crash(np.log(0.4))

    assert sample({"BTC": bitcoin, "COIN": coin}, ["BTC", "COIN"], TODAY).notes == ()


@pytest.mark.parametrize("fall", [np.log(1 / 4), np.log(1 / 10)])
def test_a_crash_whose_hours_were_traded_stays_however_it_looks(fall: float) -> None:
    bitcoin, coin = crash(fall)
    traded = Closes(coin.days, coin.prices, {day(ROW): True})

    found = sample({"BTC": bitcoin, "COIN": traded}, ["BTC", "COIN"], TODAY)

    assert (found.days, found.notes) == (WINDOW, ())


def test_between_restless_days_the_hours_tell_that_nothing_was_traded() -> None:
    bitcoin, coin = crash(0.3, np.log(1 / 4), 0.3)
    broken = Closes(coin.days, coin.prices, {day(ROW + 1): False})

    assert sample({"BTC": bitcoin, "COIN": coin}, ["BTC", "COIN"], TODAY).notes == ()
    (note,) = sample({"BTC": bitcoin, "COIN": broken}, ["BTC", "COIN"], TODAY).notes
    assert "counted anew" in note


def test_another_coin_under_the_name_is_still_told_by_its_price_alone() -> None:
    bitcoin, coin = steps()

    (note,) = sample({"BTC": closes(bitcoin), "COIN": closes(coin, 1e4)}, ["BTC", "COIN"], TODAY).notes

    assert note == f"COIN: another coin before {day(ROW)}, left out"


def test_the_days_in_doubt_are_those_far_beyond_the_usual() -> None:
    _, coin = steps()

    assert days_in_doubt(closes(coin)) == {}
    assert list(days_in_doubt(closes(coin, 4))) == [day(ROW)]


def hours(*candles: tuple[float, float]) -> Candles:
    """Candles of an hour by high and low, closing in the middle."""
    start = datetime(2026, 5, 1, tzinfo=UTC).replace(tzinfo=None)
    times = np.array([start + timedelta(hours=n) for n in range(len(candles))], dtype="datetime64[s]")
    high, low = np.array(candles, dtype=np.float64).T
    return Candles(times, high, low, (high + low) / 2)


def test_hours_that_meet_were_traded_and_hours_apart_were_not() -> None:
    fall = float(np.log(1 / 4))

    assert traded_through(hours((101, 99), (100, 60), (61, 30), (31, 24)), fall) is True
    assert traded_through(hours((101, 99), (102, 22), (26, 24)), fall) is True, "within one hour"
    assert traded_through(hours((101, 99), (100, 98), (25.5, 24.5), (26, 25)), fall) is False
    assert traded_through(hours((25, 24), (101, 99)), -fall) is False, "and the other way"
    assert traded_through(hours((101, 99), (100, 98)), fall) is None, "the move is not in them"
    assert traded_through(hours((101, 99)), fall) is None


@dataclass
class Jumped(Place):
    """A venue where KAS was counted anew a month ago, and which has the hours of that day, or fails."""

    hourly: Candles | None = None

    async def closes(self, since: Mapping[str, date]) -> Mapping[str, Closes]:
        prices = 0.08 * np.exp(np.r_[0, np.cumsum(steps()[1][:99])])
        prices[:70] *= 4
        days = np.datetime64(NOW.date()) - np.arange(100, 0, -1).astype("timedelta64[D]")
        return {asset: Closes(days, prices) for asset in since}

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        self.asked.append(f"{first:%d %H} to {last:%d %H}")
        if self.hourly is None:
            raise NoData("no hours")
        return dict.fromkeys(assets, self.hourly)


@pytest.mark.parametrize(
    ("hourly", "known"),
    [
        (hours((101, 99), (25.5, 24.5)), [False]),
        (hours((101, 99), (100, 50), (51, 24)), [True]),
        (None, []),
    ],
)
async def test_the_hours_of_a_day_in_doubt_are_asked_for_once(
    hourly: Candles | None, known: list[bool]
) -> None:
    clock = Clock(NOW)
    venue = Jumped("one", clock, snapshot(KAS="0.08"), hourly=hourly)
    watch = Watch({"one": venue}.__getitem__, Shelf(), clock, ("one",))

    for _ in range(2):
        found = await watch.snapshot("one", ["KAS"])

    assert list(found.closes["KAS"].traded.values()) == known
    doubted = NOW.date() - timedelta(days=30)
    spans = [asked for asked in venue.asked if " to " in asked]
    assert spans == [f"{doubted - timedelta(days=1):%d} 23 to {doubted + timedelta(days=1):%d} 00"]
