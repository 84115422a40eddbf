"""The venues themselves: the figures of the contract suite, asked of the real hosts and checked for sense.

Needs the internet, so `make test` does not collect it; `make test-live` does. `VENUE_URLS` puts another host
in place of a venue's, `LIVE_VENUES` names those to ask.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from bot.settings import read_settings
from core.domain.contract import Contract
from core.domain.errors import NoData
from core.venues.exchange import EXCHANGES
from tests.venues.look import HOURS, PAST, Seen, look
from tests.venues.world import MARKS

pytestmark = pytest.mark.timeout(600)
DAYS = 300
"""Days with a close that a coin as old as Bitcoin must have."""
INTERVALS = {1, 2, 4, 6, 8, 12, 24}
VENUES = os.environ.get("LIVE_VENUES", "").replace(",", " ").split() or list(EXCHANGES)


def elsewhere(venue: str) -> str | None:
    """The host that stands in for a venue's own, None where none does."""
    return read_settings().venue_urls.get(venue)


@cache
def asked(venue: str) -> Seen | NoData:
    """What a venue says now, asked for once; the failure where it says nothing."""
    since = datetime.now(UTC).date() - timedelta(days=DAYS)
    try:
        return asyncio.run(look(venue, elsewhere(venue), lambda: datetime.now(UTC), since))
    except NoData as failure:
        return failure


@pytest.fixture(params=VENUES)
def found(request: pytest.FixtureRequest) -> Seen:
    seen = asked(request.param)
    if isinstance(seen, NoData):
        pytest.fail(str(seen))
    return seen


@pytest.fixture
def bitcoin(found: Seen) -> Contract:
    """The venue's perpetual on Bitcoin, or its first future where it has none."""
    dated = [c for c in found.contracts.values() if c.asset == "BTC" and not c.inverse]
    contract = found.perpetual("BTC") or min(dated, key=lambda c: c.symbol, default=None)
    assert contract is not None
    return contract


def test_an_order_can_be_small_and_is_worth_something(found: Seen, bitcoin: Contract) -> None:
    mark = found.quotes[bitcoin.symbol].mark
    dollars = bitcoin.least(mark) * bitcoin.value(mark)
    assert 0.01 < dollars < 2000


def test_prices_agree_with_each_other(found: Seen, bitcoin: Contract) -> None:
    quote = found.quotes[bitcoin.symbol]
    assert abs(found.at - quote.at) < timedelta(minutes=5)
    if quote.index is not None:
        assert abs(quote.mark / quote.index - 1) < 0.05
    if quote.bid is not None and quote.ask is not None:
        assert quote.mark * 99 / 100 < quote.bid <= quote.ask < quote.mark * 101 / 100


def test_most_contracts_have_a_price(found: Seen) -> None:
    assert len(found.quotes) >= 0.8 * len(found.contracts)


def test_funding_is_of_a_usual_size_and_interval(found: Seen, bitcoin: Contract) -> None:
    if not bitcoin.perpetual:
        pytest.skip("there is no perpetual")
    rate = found.rates[bitcoin.symbol]
    assert abs(rate.rate) < 0.01
    assert rate.interval_hours in INTERVALS
    if rate.next_at is not None:
        assert timedelta(minutes=-5) < rate.next_at - found.at <= timedelta(hours=rate.interval_hours)


def test_past_funding_has_few_gaps(found: Seen, bitcoin: Contract) -> None:
    if not bitcoin.perpetual:
        pytest.skip("there is no perpetual")
    past = found.settled[bitcoin.symbol]
    assert len(past.times) >= 0.9 * (PAST / timedelta(hours=found.rates[bitcoin.symbol].interval_hours))
    assert float(np.abs(past.rates).max()) < 0.02


def test_closes_are_whole_until_yesterday(found: Seen, bitcoin: Contract) -> None:
    closes = found.closes["BTC"]
    yesterday = found.at.date() - timedelta(days=1)
    assert list(closes.days.astype(object)) == [yesterday - timedelta(days=n) for n in range(DAYS)][::-1]
    price = float(found.quotes[bitcoin.symbol].mark / bitcoin.scale)
    assert 0.7 < closes.prices[-1] / price < 1.4


def test_hourly_candles_are_nearly_whole(found: Seen) -> None:
    assert len(found.candles["BTC"].times) >= HOURS / timedelta(hours=1) - 2


def test_brackets_rise(found: Seen) -> None:
    for contract in found.contracts.values():
        assert contract.brackets[0].floor == 0
        for low, high in pairwise(contract.brackets):
            assert low.floor < high.floor, contract.symbol
            assert low.rate <= high.rate, contract.symbol


def test_the_clocks_agree(found: Seen) -> None:
    assert not [problem for problem in found.problems if "clock" in problem]


def reached() -> Iterator[Seen]:
    return (seen for venue in VENUES if isinstance(seen := asked(venue), Seen))


@pytest.mark.parametrize("asset", MARKS)
def test_a_coin_costs_the_same_everywhere(asset: str) -> None:
    """A wrong multiplier or a missed thousand shows here."""
    prices = {
        seen.venue: float(seen.quotes[contract.symbol].mark / contract.scale)
        for seen in reached()
        if (contract := seen.perpetual(asset)) and contract.symbol in seen.quotes
    }
    if not prices:
        pytest.skip("no venue gave its price")
    middle = median(prices.values())
    assert {venue: price for venue, price in prices.items() if abs(price / middle - 1) > 0.02} == {}
