"""Past funding of the simulated market: what was announced is what was settled."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.cost.funding import record
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN, Clock

ETH, NEAR, SOL, TARN = "ETH/USDT:USDT", "NEAR/USDT:USDT", "SOL/USDT:USDT", "TARN/USDT:USDT"


def market(clock: Clock, scenario: str = "calm") -> SimulatedMarket:
    return SimulatedMarket(7, scenario, clock, began=BEGAN)


async def test_settlements_are_on_the_interval_and_end_now() -> None:
    found = await market(Clock()).funding_history([ETH, NEAR], BEGAN - timedelta(days=35))
    for symbol, hours in ((ETH, 8), (NEAR, 4)):
        known = found[symbol]
        assert set(np.diff(known.times).astype(int)) == {hours * 3600}
        assert known.times[-1].astype(object) == datetime(2026, 6, 10, 8)  # noqa: DTZ001 - as numpy has it
        assert len(known.times) == len(known.rates) == 35 * 24 // hours


async def test_a_settlement_at_either_end_counts() -> None:
    clock = Clock(datetime(2026, 6, 10, 16, tzinfo=UTC))
    found = await market(clock).funding_history([ETH], datetime(2026, 6, 10, 8, tzinfo=UTC))
    assert [at.hour for at in found[ETH].times.astype(object)] == [8, 16]


async def test_the_same_past_from_whenever_it_is_asked() -> None:
    early, late = Clock(), Clock(BEGAN + timedelta(days=3))
    since = BEGAN - timedelta(days=10)
    first = (await market(early, "funding-flip").funding_history([SOL], since))[SOL]
    second = (await market(late, "funding-flip").funding_history([SOL], since))[SOL]
    assert list(second.rates[: len(first.rates)]) == list(first.rates)


async def test_what_was_announced_just_before_was_settled() -> None:
    clock = Clock(datetime(2026, 6, 10, 15, 59, 59, tzinfo=UTC))
    announced = (await market(clock, "funding-flip").funding())[ETH].rate
    clock.move(seconds=1)
    found = await market(clock, "funding-flip").funding_history([ETH], clock.now)
    assert list(found[ETH].rates) == [pytest.approx(float(announced))]


async def test_an_interval_that_turns_hourly_is_seen_in_the_times() -> None:
    clock = Clock(BEGAN + timedelta(days=2))
    known = (await market(clock, "funding-flip").funding_history([SOL], BEGAN - timedelta(days=2)))[SOL]
    gaps = np.diff(known.times).astype(int) // 3600
    assert set(gaps) == {8, 1}
    assert list(gaps) == sorted(gaps, reverse=True)


async def test_a_young_coin_has_settled_nothing_before_its_first_day() -> None:
    known = (await market(Clock()).funding_history([TARN], BEGAN - timedelta(days=35)))[TARN]
    assert known.times[0].astype(object).date() == BEGAN.date() - timedelta(days=20)


async def test_an_unknown_or_dated_contract_is_left_out() -> None:
    own = market(Clock())
    dated = next(symbol for symbol in await own.contracts() if "-" in symbol)
    assert await own.funding_history(["NOPE/USDT:USDT", dated], BEGAN - timedelta(days=1)) == {}


async def test_a_flip_of_funding_shows_in_the_worst_fortnight() -> None:
    clock = Clock()
    calm = record((await market(clock).funding_history([ETH], BEGAN - timedelta(days=35)))[ETH], clock.now)
    clock.move(days=14)
    known = await market(clock, "funding-flip").funding_history([ETH], clock.now - timedelta(days=35))
    flipped = record(known[ETH], clock.now)
    assert calm is not None
    assert calm.worst is not None
    assert flipped is not None
    assert flipped.worst is not None
    assert flipped.worst < 0 < calm.worst
