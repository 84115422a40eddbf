"""Past funding in memory: each settlement is asked for once, over the real adapter and a venue here."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from core.domain.quote import FundingRate
from core.prices.settlements import KEEP, RETRY, Settlements
from tests.binance_answers import FUNDING_RATE, binance_answers
from tests.conversation import Clock
from tests.core.venues.exchange.conftest import NOW, PRICES, opened
from tests.domain import funding
from tests.venue_server import Answer, VenueServer

ETH, BTC, NEAR = "ETH/USDT:USDT", "BTC/USDT:USDT", "NEAR/USDT:USDT"
RATES: dict[str, FundingRate] = {ETH: funding("0.0001"), BTC: funding("0.0001"), NEAR: funding("0.0001", 4)}


class Visit:
    """A venue, a clock, and what is kept of the venue's settlements."""

    def __init__(self, venue: VenueServer) -> None:
        self.venue = venue
        self.clock = Clock(NOW)
        self.market = opened(venue.url, clock=self.clock)
        self.kept = Settlements(self.market)

    def later(self, **step: float) -> None:
        self.clock.move(**step)
        self.venue.answers.update(binance_answers(PRICES, self.clock.now))

    async def ask(self, *symbols: str, since: datetime | None = None) -> dict[str, int]:
        """How many settlements of each are known now."""
        found = await self.kept.of(symbols, RATES, self.clock.now, since)
        return {symbol: len(known.times) for symbol, known in found.items()}

    def asked(self) -> int:
        return self.venue.counts[FUNDING_RATE]


@pytest.fixture
async def visit(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visit]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with VenueServer(binance_answers(PRICES, NOW)) as venue:
        one = Visit(venue)
        yield one
        await one.market.close()


async def test_35_days_are_known_after_one_request_a_coin(visit: Visit) -> None:
    assert await visit.ask(ETH, NEAR) == {ETH: 105, NEAR: 210}
    assert visit.asked() == 2


async def test_until_the_next_settlement_nothing_more_is_asked_for(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(hours=1, minutes=29)
    assert await visit.ask(ETH) == {ETH: 105}
    assert visit.asked() == 1


async def test_after_a_settlement_only_that_one_is_asked_for(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(hours=2)
    found = await visit.kept.of([ETH], RATES, visit.clock.now)
    assert str(found[ETH].times[-1]) == "2026-03-10T16:00:00"
    assert str(found[ETH].times[0]) == "2026-02-04T00:00:00"
    assert visit.asked() == 2
    since = int(visit.venue.asked[-1].query["startTime"])
    assert since == int(NOW.replace(hour=8, minute=0, second=1).timestamp() * 1000)


async def test_a_settlement_that_is_not_published_yet_is_asked_for_again_after_a_while(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.clock.move(hours=2)
    for _ in range(3):
        found = await visit.kept.of([ETH], RATES, visit.clock.now)
        assert str(found[ETH].times[-1]) == "2026-03-10T08:00:00"
    assert visit.asked() == 2
    visit.later(seconds=RETRY.total_seconds() + 1)
    found = await visit.kept.of([ETH], RATES, visit.clock.now)
    assert str(found[ETH].times[-1]) == "2026-03-10T16:00:00"
    assert visit.asked() == 3


async def test_old_settlements_are_forgotten(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(days=10)
    found = await visit.kept.of([ETH], RATES, visit.clock.now)
    oldest = visit.clock.now - KEEP
    assert found[ETH].times[0].astype(object) >= oldest.replace(tzinfo=None)
    assert len(found[ETH].times) == 105


async def test_a_venue_in_trouble_leaves_what_is_known_and_is_not_pestered(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(hours=2)
    visit.venue.answers[FUNDING_RATE] = Answer(b"", status=503)
    for _ in range(5):
        assert await visit.ask(ETH) == {ETH: 104}  # the oldest of the 105 is now more than 35 days ago
    assert visit.asked() == 2


async def test_a_coin_whose_history_cannot_be_had_is_left_out(visit: Visit) -> None:
    visit.venue.serve(FUNDING_RATE, Answer(b"", status=503), {"symbol": "BTCUSDT"})
    assert await visit.ask(ETH, BTC) == {ETH: 105}
    assert await visit.ask("NOPE/USDT:USDT") == {}


async def test_without_any_answer_there_is_nothing_and_no_error(visit: Visit) -> None:
    visit.venue.answers.clear()
    assert await visit.ask(ETH) == {}


async def test_a_new_coin_does_not_refetch_the_others(visit: Visit) -> None:
    await visit.ask(ETH)
    await visit.ask(ETH, BTC)
    assert [r.query["symbol"] for r in visit.venue.asked if r.path == FUNDING_RATE] == ["ETHUSDT", "BTCUSDT"]


async def test_a_coin_that_turned_hourly_is_asked_for_hourly(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(hours=1)
    await visit.kept.of([ETH], {ETH: funding("0.0001", 1)}, visit.clock.now)
    assert visit.asked() == 2


async def test_the_gap_between_two_visits_is_filled(visit: Visit) -> None:
    await visit.ask(ETH)
    visit.later(days=2)
    found = (await visit.kept.of([ETH], RATES, visit.clock.now))[ETH]
    gaps = {int(gap) for gap in (found.times[1:] - found.times[:-1]).astype(int)}
    assert gaps == {int(timedelta(hours=8).total_seconds())}


async def test_the_life_of_a_long_hedge_is_known_whole_and_asked_for_once(visit: Visit) -> None:
    opened_at = visit.clock.now - timedelta(days=60)
    for _ in range(3):
        assert await visit.ask(ETH, since=opened_at) == {ETH: 180}
    assert visit.asked() == 1
    visit.later(hours=2)
    assert await visit.ask(ETH, since=opened_at) == {ETH: 181}
    assert visit.asked() == 2


async def test_a_question_that_reaches_further_is_not_answered_with_less(visit: Visit) -> None:
    assert await visit.ask(ETH) == {ETH: 105}
    assert await visit.ask(ETH, since=visit.clock.now - timedelta(days=60)) == {ETH: 180}
    assert await visit.ask(ETH) == {ETH: 105}
    assert visit.asked() == 2


async def test_a_shorter_hedge_is_told_its_own_settlements(visit: Visit) -> None:
    await visit.ask(ETH)
    assert await visit.ask(ETH, since=visit.clock.now - timedelta(days=2)) == {ETH: 6}
    assert visit.asked() == 1


async def test_a_further_reach_that_fails_is_not_pestered_and_then_made_good(visit: Visit) -> None:
    await visit.ask(ETH)
    answers = visit.venue.answers[FUNDING_RATE]
    visit.venue.answers[FUNDING_RATE] = Answer(b"", status=503)
    opened_at = visit.clock.now - timedelta(days=60)
    for _ in range(3):
        assert await visit.ask(ETH, since=opened_at) == {ETH: 105}
    assert visit.asked() == 2
    visit.venue.answers[FUNDING_RATE] = answers
    visit.later(seconds=RETRY.total_seconds() + 1)
    assert await visit.ask(ETH, since=opened_at) == {ETH: 180}


async def test_what_a_closed_hedge_needed_is_forgotten(visit: Visit) -> None:
    opened_at = visit.clock.now - timedelta(days=60)
    await visit.ask(ETH, since=opened_at)
    visit.later(days=2)
    await visit.ask(ETH)
    visit.later(hours=9)
    assert await visit.ask(ETH, since=opened_at) == {ETH: 187}
    assert int(visit.venue.asked[-1].query["startTime"]) == int(opened_at.timestamp() * 1000)


async def test_an_answer_that_can_do_without_goes_on_after_its_patience_and_has_it_the_next_time(
    visit: Visit,
) -> None:
    await visit.kept.soon([ETH], RATES, visit.clock.now, timedelta(0))
    assert not visit.kept.known
    async with asyncio.timeout(60):
        await visit.ask(ETH)  # waits for what is being fetched
    await visit.kept.soon([ETH], RATES, visit.clock.now, timedelta(0))
    assert len(visit.kept.known[ETH].times) == 105
    assert visit.asked() == 1
