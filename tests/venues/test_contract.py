"""What every venue must give, whatever its shape: the same assertions over the served answers of each."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from core.domain.contract import Contract
from core.domain.series import FundingHistory
from core.margin.adl import SIGNALLED
from core.venues.exchange import EXCHANGES
from tests.venues.case import Case, Rules
from tests.venues.look import HOURS, MARKED, PAST, Seen, all_served, case_of, seen
from tests.venues.past import ABOVE
from tests.venues.world import (
    ASKS,
    BIDS,
    DATED_PREMIUM,
    INDEXES,
    LISTED,
    MARKS,
    NOW,
    OPEN,
    RATES,
    SPOT_ONLY,
    TODAY,
    TRADED,
    close,
    days,
    past_rate,
)

CAPABILITIES = {
    "bid", "brackets", "candles", "closes", "dated", "history", "index", "interval", "inverse", "marks",
    "interest", "next", "spot", "time", "turnover",
}  # fmt: skip
"""What `Case.absent` may name."""


@pytest.fixture(params=list(EXCHANGES))
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


@pytest.fixture
def found(case: Case) -> Seen:
    return seen(case.venue)


def listed(case: Case, found: Seen) -> list[tuple[Contract, Rules, str, Decimal]]:
    """Each contract with what is expected of it, its asset, and how many coins its price is for."""
    return [
        (found.contracts[symbol], rules, *case.figures(symbol)) for symbol, rules in case.contracts.items()
    ]


def test_every_contract_of_ours_is_listed_and_no_other(case: Case, found: Seen) -> None:
    assert found.contracts.keys() == {*case.contracts, *case.leaving}
    assert not case.unlisted.keys() & found.contracts.keys()


def test_what_can_be_done_in_a_contract_is_the_venues(case: Case, found: Seen) -> None:
    expected = {**dict.fromkeys(case.contracts, "trading"), **case.leaving}
    assert {symbol: contract.condition for symbol, contract in found.contracts.items()} == expected
    assert all(contract.ends is None for contract in found.contracts.values())


def test_one_contract_is_as_many_coins_as_it_is(case: Case, found: Seen) -> None:
    for contract, rules, asset, scale in listed(case, found):
        assert contract.asset == asset, contract.symbol
        assert contract.multiplier == Decimal(rules.multiplier), contract.symbol
        assert contract.scale == scale, contract.symbol
        assert contract.inverse == (contract.symbol in case.inverse), contract.symbol
        assert contract.settle == rules.settle, contract.symbol


def test_a_contract_is_worth_its_coins_at_their_price(case: Case, found: Seen) -> None:
    for contract, rules, asset, _ in listed(case, found):
        mark = found.quotes[contract.symbol].mark
        coin = MARKS[asset] if contract.perpetual else Decimal(INDEXES[asset]) * DATED_PREMIUM
        dollars = Decimal(rules.multiplier) * (1 if contract.inverse else Decimal(coin))
        assert contract.value(mark) == dollars, contract.symbol


def test_the_limits_of_an_order_are_the_venues(case: Case, found: Seen) -> None:
    for contract, rules, *_ in listed(case, found):
        assert contract.lot == Decimal(rules.lot), contract.symbol
        assert contract.min_count == Decimal(rules.min_count or rules.lot), contract.symbol
        assert contract.min_notional == Decimal(rules.min_notional), contract.symbol
        assert contract.tick == Decimal(rules.tick), contract.symbol


def test_only_dated_contracts_expire_and_on_their_day(case: Case, found: Seen) -> None:
    for contract, rules, *_ in listed(case, found):
        assert (contract.expiry is not None) == (contract.symbol in case.dated), contract.symbol
        assert (contract.expiry is None) == (rules.interval_hours is not None), contract.symbol
        if contract.expiry is not None:
            named = re.search(r"-(\d{6})$", contract.symbol)
            assert contract.expiry > NOW
            assert named is None or f"{contract.expiry:%y%m%d}" == named[1]


def test_prices_are_the_worlds(case: Case, found: Seen) -> None:
    assert found.quotes.keys() - case.leaving == case.contracts.keys()
    for contract, _, asset, scale in listed(case, found):
        quote = found.quotes[contract.symbol]
        future = Decimal(INDEXES[asset]) * DATED_PREMIUM
        assert quote.mark == (Decimal(MARKS[asset]) if contract.perpetual else future) * scale
        assert timedelta(0) <= NOW - quote.at <= timedelta(minutes=1), contract.symbol
        index = None if "index" in case.absent else Decimal(INDEXES[asset]) * scale
        assert quote.index == index, contract.symbol


def test_bids_and_asks_are_the_worlds(case: Case, found: Seen) -> None:
    for contract, _, asset, scale in listed(case, found):
        quote = found.quotes[contract.symbol]
        if "bid" in case.absent:
            assert quote.bid is None
            assert quote.ask is None
            continue
        assert quote.bid is not None, contract.symbol
        assert quote.ask is not None, contract.symbol
        if contract.perpetual:
            assert (quote.bid, quote.ask) == (Decimal(BIDS[asset]) * scale, Decimal(ASKS[asset]) * scale)
        else:
            assert quote.mark * Decimal("0.99") < quote.bid <= quote.ask < quote.mark * Decimal("1.01")


def test_what_is_traded_and_open_in_a_perpetual_is_the_worlds_in_dollars(case: Case, found: Seen) -> None:
    for contract, *_ in listed(case, found):
        quote = found.quotes[contract.symbol]
        for name, said, worth in (("turnover", quote.turnover, TRADED), ("interest", quote.interest, OPEN)):
            if name in case.absent or contract.inverse:
                assert said is None, contract.symbol
            elif contract.perpetual:
                assert said is not None, contract.symbol
                assert abs(said / Decimal(worth) - 1) < Decimal("1e-9"), contract.symbol


def test_every_perpetual_pays_the_worlds_rate_at_its_interval(case: Case, found: Seen) -> None:
    perpetuals = {symbol for symbol in case.contracts if symbol not in case.dated}
    assert found.rates.keys() - case.leaving == perpetuals
    for symbol, rate in found.rates.items():
        if symbol in case.leaving:
            continue
        # to the last digits: one venue tells money, which is divided by a price
        assert abs(rate.rate - Decimal(RATES[case.figures(symbol)[0]])) < Decimal("1e-15"), symbol
        assert rate.interval_hours == case.contracts[symbol].interval_hours, symbol
        if "next" in case.absent:
            assert rate.next_at is None
        else:
            assert rate.next_at is not None, symbol
            assert NOW < rate.next_at <= NOW + timedelta(hours=rate.interval_hours), symbol


def test_how_near_it_is_to_closing_positions_in_profit_is_what_it_says(case: Case, found: Seen) -> None:
    assert bool(case.stages) == (case.venue in SIGNALLED)
    assert {symbol: sign.stage for symbol, sign in found.signs.items()} == case.stages
    assert all(timedelta(0) <= NOW - sign.at <= timedelta(minutes=30) for sign in found.signs.values())


def settlements(case: Case, symbol: str) -> FundingHistory:
    """What the perpetual settled in the time that was asked for."""
    hours = case.contracts[symbol].interval_hours
    assert hours is not None
    day = datetime.combine((NOW - PAST).date(), datetime.min.time(), NOW.tzinfo)
    times = [day + timedelta(hours=hours * step) for step in range(24 * (PAST.days + 2) // hours)]
    inside = [at for at in times if NOW - PAST <= at <= NOW]
    asset = case.figures(symbol)[0]
    return FundingHistory(
        np.array([at.replace(tzinfo=None) for at in inside], dtype="datetime64[s]"),
        np.array([float(past_rate(asset, at)) for at in inside]),
    )


def test_past_funding_is_whole_over_every_page_end(case: Case, found: Seen) -> None:
    if "history" in case.absent:
        assert not found.settled
        return
    wanted = {contract.symbol for asset in served(case) if (contract := found.perpetual(asset))}
    assert wanted
    assert found.settled.keys() >= wanted
    for symbol in wanted:
        expected = settlements(case, symbol)
        assert list(found.settled[symbol].times) == list(expected.times), symbol
        assert found.settled[symbol].rates == pytest.approx(expected.rates, abs=1e-12), symbol


def served(case: Case) -> tuple[str, ...]:
    return case.histories or tuple(MARKS)


def spot_served(case: Case) -> tuple[str, ...]:
    return () if "spot" in case.absent else tuple(SPOT_ONLY)


def test_closes_have_every_day_since_the_first(case: Case, found: Seen) -> None:
    if "closes" in case.absent:
        assert not any(len(closes.days) for closes in found.closes.values())
        return
    for asset in (*served(case), *spot_served(case)):
        closes = found.closes[asset]
        assert list(closes.days.astype(object)) == days(), asset
        expected = [float(close(asset, day)) for day in days()]
        assert closes.prices == pytest.approx(expected, rel=1e-9), asset


def test_hourly_candles_are_whole_and_of_the_right_size(case: Case, found: Seen) -> None:
    if "candles" in case.absent:
        assert not any(len(candles.times) for candles in found.candles.values())
        return
    last = np.datetime64(NOW.replace(minute=0, tzinfo=None), "s")
    expected = [last - np.timedelta64(back, "h") for back in range(HOURS // timedelta(hours=1))][::-1]
    for asset in served(case):
        candles = found.candles[asset]
        assert list(candles.times) == expected, asset
        assert (candles.lows <= candles.closes).all()
        assert (candles.closes <= candles.highs).all()
        level = candles.closes / float(INDEXES[asset])
        assert level.min() > 0.7, asset
        assert level.max() < 1.3, asset


def test_what_a_contract_did_while_nobody_looked_is_known_by_its_mark(case: Case, found: Seen) -> None:
    wanted = {contract.symbol: asset for asset in served(case) if (contract := found.perpetual(asset))}
    for length, back in MARKED.items():
        if "candles" in case.absent:
            assert not any(len(candles.times) for candles in found.marks[length].values())
            continue
        first, step = NOW - back, length // timedelta(seconds=1)
        begin = datetime.fromtimestamp(-(-first.timestamp() // step) * step, UTC)
        count = -(-(NOW - begin) // length)
        start = np.datetime64(begin.replace(tzinfo=None), "s")
        ends = list(start + np.arange(1, count + 1) * np.timedelta64(step, "s"))
        for symbol, asset in wanted.items():
            candles = found.marks[length][symbol]
            if "marks" not in case.absent:
                assert list(candles.times) == ends, (symbol, length)
                high = Decimal(INDEXES[asset]) * case.figures(symbol)[1] * ABOVE * Decimal("1.01")
                assert candles.highs == pytest.approx(float(high), rel=1e-9), symbol
            else:
                assert list(candles.times) == ends, (symbol, length)


def test_brackets_are_the_venues_or_said_to_be_assumed(case: Case, found: Seen) -> None:
    for contract, rules, *_ in listed(case, found):
        floors = [bracket.floor for bracket in contract.brackets]
        assert contract.brackets_assumed == (rules.first is None), contract.symbol
        assert floors[0] == 0
        assert all(low < high for low, high in pairwise(floors))
        if rules.first is not None:
            first = contract.brackets[0]
            assert (first.rate, first.max_leverage) == tuple(map(Decimal, rules.first)), contract.symbol
        if rules.higher is not None:
            assert Decimal(rules.higher) in floors, contract.symbol


def test_a_coin_without_a_contract_has_a_spot_price(case: Case, found: Seen) -> None:
    if "spot" in case.absent:
        assert not found.spot
        return
    bid, ask = map(Decimal, SPOT_ONLY["KAS"])
    assert found.spot["KAS"].mark == (bid + ask) / 2


def test_nothing_is_refused_but_what_should_be(case: Case, found: Seen) -> None:
    unexpected = [
        problem for problem in found.problems if not any(piece in problem for piece in case.refused)
    ]
    assert unexpected == []
    for piece in case.refused:
        assert any(piece in problem for problem in found.problems), piece


def test_only_known_paths_of_this_venue_are_asked(case: Case, found: Seen) -> None:
    known = set(all_served(case.venue))
    assert set(found.asked) <= known
    assert known - set(found.asked) <= set(case.quiet)
    # every request that left has arrived here, so none went to another host
    assert found.sent == found.asked.total()


def test_what_a_venue_lacks_is_said_and_is_lacking(case: Case) -> None:
    assert set(case.absent) <= CAPABILITIES
    assert ("dated" in case.absent) == (not case.dated)
    assert ("inverse" in case.absent) == (not case.inverse)
    assert ("marks" in case.absent) == (EXCHANGES[case.venue].marks is None)
    assert ("time" in case.absent) == (not EXCHANGES[case.venue].server_time)
    assert ("brackets" in case.absent) == all(rules.first is None for rules in case.contracts.values())


def test_the_world_has_the_days_it_says() -> None:
    assert days()[0] == LISTED
    assert days()[-1] == TODAY - timedelta(days=1)
    assert isinstance(days()[0], date)
