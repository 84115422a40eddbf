"""The bot is off while the price passes a liquidation price and comes back: that is known after the start."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.chat.router import Conversation
from bot.health.metrics import Metrics
from bot.running.jobs import Jobs
from bot.wording.notices.notice import message
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.queue.outbox import Outbox
from core.sweep import Sweep
from core.venues.exchange import EXCHANGES
from core.venues.exchange.adapter.market import ExchangeMarket
from tests.binance_answers import BOOK_TICKER, PREMIUM_INDEX
from tests.conversation import Answer, Clock, Talk
from tests.venue_server import Answer as Served
from tests.venue_server import Query, VenueServer
from tests.venues.binanceusdm import FUTURE, PERPETUALS, book, premium
from tests.venues.gate import chart as days
from tests.venues.look import case_of
from tests.venues.world import NOW, ms

PEAK = NOW + timedelta(minutes=95)
"""When, within the three hours, SOL was at 231."""
GATE = "/api/v4/futures/usdt/candlesticks"


def _high(start: int, seconds: int, spike: bool) -> str:
    """The high of a candle that begins then, in seconds."""
    return "231" if spike and start <= PEAK.timestamp() < start + seconds else "151"


def gate_chart(*, marks: str = "good", spike: str = "mark") -> Callable[[Query], object]:
    """Gate's candles: marks are `good` or `none`; the spike is in those of `mark` or of `trade`."""

    def answer(query: Query) -> object:
        kind = "mark" if query["contract"].startswith("mark_") else "trade"
        if kind == "mark" and marks == "none":
            return []
        if query["interval"] == "1d":
            return days(query)
        seconds = {"1m": 60, "1h": 3600}[query["interval"]]
        first, last = (int(query[name]) // seconds * seconds for name in ("from", "to"))
        return [
            {"t": at, "o": "150", "h": _high(at, seconds, spike == kind), "l": "149", "c": "150"}
            for at in range(first, last + 1, seconds)
        ]

    return answer


@asynccontextmanager
async def running(
    database: Database, server: VenueServer, venue: str, clock: Clock
) -> AsyncIterator[tuple[Talk, Jobs]]:
    """The program's parts, just started."""

    def market(_: str) -> ExchangeMarket:
        return ExchangeMarket(EXCHANGES[venue], url=server.url, clock=clock)

    watch = Watch(market, StoredCloses(database), clock, (venue,))
    talk = Talk(Conversation(database, watch, (venue,), clock), clock, database, watch)
    metrics = Metrics(watch, Outbox(database), clock)
    jobs = Jobs(database, watch, Sweep(database, watch, clock, (venue,)), metrics, (venue,), clock)
    try:
        yield talk, jobs
    finally:
        await watch.close()


async def pushed(database: Database, clock: Clock) -> list[Answer]:
    outbox, found = Outbox(database), []
    while batches := await outbox.claim(clock(), 1, timedelta(minutes=1)):
        [batch] = batches
        found.append(Answer(message([each.facts for each in batch.notices], clock())))
        await outbox.sent(batch, 1, clock())
    return found


async def before(database: Database, server: VenueServer, venue: str, clock: Clock) -> None:
    """400 SOL, 399 of them short at $150, seen by the watch; then the program stops."""
    async with running(database, server, venue, clock) as (talk, jobs):
        await talk.say("SOL 400")
        await talk.say(f"/position add short SOL 399 at 150 margin 20000 on {venue}")
        await talk.say("/alert off adl")
        clock.move(minutes=1)
        await jobs.look(venue)
        assert await pushed(database, clock) == []
    clock.move(hours=3)


LOST = "Your SOL short counts as liquidated"


@pytest.mark.parametrize(
    ("marks", "spike"),
    [("good", "mark"), ("none", "trade")],
    ids=["by the mark", "by trades where there are no marks"],
)
async def test_a_short_that_was_liquidated_while_the_bot_was_off_counts_as_such(
    embedded: Database, marks: str, spike: str
) -> None:
    clock = Clock(NOW)
    async with VenueServer(
        case_of("gate").answers() | {GATE: gate_chart(marks=marks, spike=spike)}
    ) as server:
        await before(embedded, server, "gate", clock)
        async with running(embedded, server, "gate", clock) as (talk, jobs):
            await jobs.look("gate")
            pushes = await pushed(embedded, clock)
            assert pushes, "nobody was told"
            assert "SOL" in pushes[0].lines[0]
            assert pushes[0].lines[0].startswith("URGENT")
            for command in ("/positions", "/adjust", "/margin", "/report", "/alerts", "/hedge"):
                said = await talk.say(command)
                assert said.lines[0] == LOST, command
            assert "$231" in (await talk.say("/positions")).text
            await talk.press("It is still open")
            clock.move(minutes=1)
            await jobs.look("gate")
            assert LOST not in await talk.say("/positions"), "the user's word is later than the price"
        # another stop and start does not bring it back
        async with running(embedded, server, "gate", clock) as (talk, jobs):
            clock.move(minutes=30)
            await jobs.look("gate")
            assert LOST not in await talk.say("/positions")


async def test_a_command_before_the_first_look_knows_it_too(embedded: Database) -> None:
    clock = Clock(NOW)
    async with VenueServer(case_of("gate").answers() | {GATE: gate_chart()}) as server:
        await before(embedded, server, "gate", clock)
        async with running(embedded, server, "gate", clock) as (talk, _):
            assert (await talk.say("/positions")).lines[0] == LOST


async def test_a_venue_that_does_not_answer_for_marks_is_asked_for_trades(embedded: Database) -> None:
    clock = Clock(NOW)
    async with VenueServer(case_of("gate").answers() | {GATE: gate_chart(spike="trade")}) as server:
        refused = Served({"label": "INVALID_PARAM_VALUE", "message": "no"}, status=400)
        server.serve(GATE, refused, {"contract": "mark_SOL_USDT"})
        await before(embedded, server, "gate", clock)
        async with running(embedded, server, "gate", clock) as (talk, jobs):
            await jobs.look("gate")
            assert (await talk.say("/positions")).lines[0] == LOST


async def test_a_price_before_the_short_was_opened_says_nothing(embedded: Database) -> None:
    clock = Clock(NOW)
    async with VenueServer(case_of("gate").answers() | {GATE: gate_chart()}) as server:
        await before(embedded, server, "gate", clock)
        async with running(embedded, server, "gate", clock) as (talk, jobs):
            # this is said before anybody has looked: it is of now, which is after the peak
            await talk.say("/position SOL margin 20000")
            await jobs.look("gate")
            assert LOST not in await talk.say("/positions")


async def test_a_venue_without_candles_of_marks_is_asked_for_those_of_trades(embedded: Database) -> None:
    clock = Clock(NOW)

    def chart(query: Query) -> object:
        asked = json.loads(query["req"])
        length = {"1m": 60, "1h": 3600, "1d": 86400}[asked["interval"]]
        first = int(asked["startTime"]) // 1000 // length * length
        names = {"s": asked["coin"], "i": asked["interval"], "v": "1", "n": 1}
        return [
            {"t": at * 1000, "T": (at + length) * 1000 - 1, "o": "150", "l": "149", "c": "150"}
            | {"h": _high(at, length, True), **names}
            for at in range(first, int(clock().timestamp()) + 1, length)
        ]

    answers = case_of("hyperliquid").answers()
    async with VenueServer(answers) as server:
        server.serve("/info", chart, {"type": "candleSnapshot"})
        await before(embedded, server, "hyperliquid", clock)
        async with running(embedded, server, "hyperliquid", clock) as (talk, jobs):
            await jobs.look("hyperliquid")
            assert await pushed(embedded, clock)
            assert (await talk.say("/positions")).lines[0] == "Your SOLUSDC short counts as liquidated"


def binance(clock: Clock) -> dict[str, object]:
    """What Binance answers, by this clock: SOL's mark was at the peak, and is back."""

    counts = ("0", 60, "0", "0", "0")

    def marks(query: Query) -> object:
        seconds = {"1m": 60, "1h": 3600}[query["interval"]]
        first = int(query["startTime"]) // 1000 // seconds * seconds
        last = min(int(query.get("endTime", ms(clock()))) // 1000, first + seconds * int(query["limit"]) - 1)
        return [
            [
                at * 1000,
                "150",
                _high(at, seconds, True),
                "149",
                "150",
                "0",
                (at + seconds) * 1000 - 1,
                *counts,
            ]
            for at in range(first, last + 1, seconds)
        ]

    listed = (*PERPETUALS, FUTURE)
    return case_of("binanceusdm").answers() | {
        "/fapi/v1/markPriceKlines": marks,
        PREMIUM_INDEX: lambda _: [premium(each) | {"time": ms(clock())} for each in listed],
        BOOK_TICKER: lambda _: [book(each) | {"time": ms(clock())} for each in listed],
    }


async def test_where_the_margin_rates_are_assumed_it_is_asked_and_pushed_once(embedded: Database) -> None:
    clock = Clock(NOW)
    async with VenueServer(binance(clock)) as server:
        await before(embedded, server, "binanceusdm", clock)
        async with running(embedded, server, "binanceusdm", clock) as (talk, jobs):
            await jobs.look("binanceusdm")
            [push] = await pushed(embedded, clock)
            assert push.lines[0].startswith("URGENT")
            assert "may have been liquidated" in push.lines[0]
            assert "$231" in push
            assert LOST not in push
            stands = await talk.say("/positions")
            assert LOST not in stands
            assert "short 399 SOL" in await talk.say("/position"), "it counts as open"
            clock.move(minutes=1)
            await jobs.look("binanceusdm")
            assert await pushed(embedded, clock) == []
        # The question stands over a restart, and is not pushed again.
        async with running(embedded, server, "binanceusdm", clock) as (talk, jobs):
            clock.move(minutes=5)
            await jobs.look("binanceusdm")
            assert await pushed(embedded, clock) == []
            assert "It was liquidated" in (await talk.say("/positions")).buttons
            await talk.say(push.buttons["It is still open"])
            await jobs.look("binanceusdm")
            assert await pushed(embedded, clock) == []
            assert "It was liquidated" not in (await talk.say("/positions")).buttons
