"""/replay: which past it understands, and what it says of it, in the simulated market and on real prices."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from bot.chat.router import Conversation
from bot.commands.replay import MOST_DAYS, read_event
from bot.wording.layout import WIDTH
from bot.wording.replay import BLOCKS, span_of_days, sparkline
from bot.wording.reply import MAX_BUTTON_BYTES
from core.domain.errors import BadInput
from core.domain.series import Candles
from core.prices.watch import Watch
from core.replay.event import EVENTS, Event
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.venues.simulated.market import SimulatedMarket
from tests.conversation import BEGAN, SIMULATED, Answer, Clock, Talk, pressable, talk_over
from tests.recorded_market import DATA, MISSING, NOW, RecordedMarket, recorded_candles

TODAY = date(2025, 1, 1)
NO_DATA = not (DATA / "daily_spot.csv.gz").exists()


def dollars(text: str) -> float:
    return float(text.replace("$", "").replace(",", ""))


def tables(answer: Answer) -> list[list[list[str]]]:
    """The tables, row by row, in words."""
    blocks = re.findall(r"<pre>(.*?)</pre>", str(answer.reply.text), re.DOTALL)
    return [[line.split() for line in block.split("\n")] for block in blocks]


def ends(answer: Answer) -> tuple[float, float]:
    """What is made in the end, alone and hedged."""
    (row,) = [row for row in tables(answer)[0] if row[0] == "End"]
    return dollars(row[1]), dollars(row[2])


# What is understood


@pytest.mark.parametrize("word", ["luna", "LUNA", "Luna"])
def test_a_fall_has_a_name(word: str) -> None:
    assert read_event([word, "50%", "ETH"], TODAY) == ("luna", EVENTS["luna"], ["50%", "ETH"])


@pytest.mark.parametrize(
    "words",
    ["2024-08-01 2024-08-10", "2024-8-1 2024-8-10", "2024/08/01 to 2024/08/10", "2024-08-01 - 2024-08-10"],
)
def test_days_may_be_written_in_some_ways(words: str) -> None:
    event = Event("", date(2024, 8, 1), date(2024, 8, 10))
    assert read_event([*words.split(), "2x"], TODAY) == ("", event, ["2x"])


def test_a_day_alone_is_the_first_of_fourteen_as_far_as_they_are_over() -> None:
    assert read_event(["2024-08-01", "50%"], TODAY) == (
        "", Event("", date(2024, 8, 1), date(2024, 8, 14)), ["50%"],
    )  # fmt: skip
    assert read_event(["2024-12-25"], TODAY)[1].last == date(2024, 12, 31)
    assert read_event(["2024-12-31"], TODAY)[1] == Event("", date(2024, 12, 31), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("terra", "I know no fall named “terra”, only may2021, luna, ftx, aug2024, oct2025"),
        ("50% ETH", "“50%” is not a day"),
        ("2024-13-01", "“2024-13-01” is not a day"),
        ("2024-02-30", "“2024-02-30” is not a day"),
        ("01.08.2024", "“01.08.2024” is not a day"),
        ("2024-08-01 10.08.2024", "“10.08.2024” is not a day"),
        ("2024", "“2024” is not a day"),
        ("2024-08-10 2024-08-01", "Type /replay 2024-08-01 2024-08-10"),
        ("2025-01-01", "until 2024-12-31 at most, not 2025-01-01"),
        ("2031-05-01", "days that are over"),
        ("2024-12-01 2025-01-01", "days that are over"),
        ("2022-12-31 2024-12-31", "two years at most"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_type(words: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        read_event(words.split(), TODAY)


def test_two_years_are_taken() -> None:
    last = TODAY - timedelta(days=1)
    first = last - timedelta(days=MOST_DAYS - 1)
    assert read_event([f"{first}", f"{last}"], TODAY)[1].days == MOST_DAYS


# In the simulated market


async def test_the_answer_comes_first_and_says_that_the_fall_is_made_up(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/replay luna")
    assert answer.lines[0].startswith("In this made-up fall you would have ")
    assert " instead of " in answer.lines[0]
    assert answer.lines[1] == SIMULATED
    assert answer.lines[2].startswith("A made-up fall stands in for the Luna fall of 5 to 18 May 2022")
    bare, hedged = ends(answer)
    assert bare < -10_000
    assert abs(hedged) < 2_000
    assert "hour by hour" in answer


async def test_each_name_has_a_fall_of_its_own(talk: Talk) -> None:
    await talk.say("/add sample")
    falls = {(await talk.say(f"/replay {name}")).text.split("moved back to ")[1][:20] for name in EVENTS}
    assert len(falls) == len(EVENTS)


async def test_end_and_parts_add_up(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/replay ftx 50% ETH")
    bare, hedged = ends(answer)
    made, funding = re.search(r"shorts made (\S+) .* received on the way: (\S+),", answer.text).groups()  # type: ignore[union-attr]
    assert hedged == pytest.approx(bare + dollars(made) + dollars(funding), abs=3)
    coins = next(rows for rows in tables(answer) if rows[0][0] == "Coin")
    assert sum(dollars(row[2]) for row in coins[1:]) == pytest.approx(bare, abs=8)


async def test_it_is_the_hedge_that_hedge_gives(talk: Talk) -> None:
    await talk.say("/add sample")
    hedge = await talk.say("/hedge 70% ETH SOL")
    answer = await talk.say("/replay luna 70% ETH SOL")
    shorts = next(rows for rows in tables(answer) if rows[0][0] == "Short")
    for asset, worth, *_ in shorts[1:]:
        assert f"worth {worth}" in re.sub(r" +", " ", re.sub(r"\.\d\d\b", "", hedge.text)), asset
    assert answer.buttons["Hedge"] == "/hedge 70% 14d ETH SOL"
    assert answer.buttons["FTX"] == "/replay ftx 70% 14d ETH SOL"
    assert "Luna" not in answer.buttons


async def test_days_of_the_simulated_past_can_be_asked_for(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/replay 2026-03-01 2026-03-10")
    assert answer.lines[0].startswith("From 1 to 10 Mar 2026 you would have ")
    assert answer.lines[1] == SIMULATED
    assert "made-up fall" not in answer
    assert (await talk.say("/replay 2026-03-01 2026-03-01")).lines[0].startswith("On 1 Mar 2026 you would")


async def test_long_spans_go_day_by_day(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "hour by hour" in await talk.say("/replay 2026-03-01 2026-03-31")
    answer = await talk.say("/replay 2026-03-01 2026-04-01")
    assert "day by day" in answer
    assert "more than 31 days" in answer


async def test_the_lowest_day_is_the_one_with_the_lowest_close(talk: Talk) -> None:
    await talk.say("/set BTC 1")
    answer = await talk.say("/replay 2026-03-01 2026-04-15 1% ETH")
    closes = (await SimulatedMarket(7, "calm", talk.clock).closes({"BTC": date(2026, 3, 1)}))["BTC"]
    lowest = closes.days[np.argmin(closes.prices[:46])].astype(object)
    (when,) = [line for line in answer.lines if line.startswith("when, UTC")]
    assert when.split()[2:4] == [f"{lowest.day}", f"{lowest:%b}"]


async def test_the_same_question_has_the_same_answer_later(talk: Talk) -> None:
    await talk.say("/set BTC 1")
    first = await talk.say("/replay 2026-03-01 ETH")
    talk.clock.move(seconds=30)
    assert (await talk.say("/replay 2026-03-01 ETH")).text == first.text


async def test_a_coin_that_did_not_exist_is_left_out_with_its_dollars(talk: Talk) -> None:
    await talk.say("/add sample")
    without = await talk.say("/replay 2026-03-01")
    await talk.say("/add FENN $3000")
    answer = await talk.say("/replay 2026-03-01")
    assert (
        "Not counted on either side: FENN $3,000 (no prices when it began: perhaps not listed yet)" in answer
    )
    assert "All figures are for the other $50,000 and the hedge of these" in answer
    assert ends(answer) == ends(without)


async def test_coins_that_all_did_not_exist_are_no_replay(talk: Talk) -> None:
    await talk.say("/set FENN 10000")
    answer = await talk.say("/replay 2026-03-01 BTC")
    assert answer.lines[0] == "simulated gives no usable prices of FENN for 2026-03-01 on."


async def test_a_short_that_did_not_exist_is_left_out_with_its_dollars(talk: Talk) -> None:
    await talk.say("/set ETH 10")
    answer = await talk.say("/replay 2026-03-01 beta 1 FENN")
    assert "Shorts left out: FENN $" in answer
    assert "there is no hedge" in answer
    assert "no short of this" in answer.lines[0]
    mixed = await talk.say("/replay 2026-03-01 beta 1 ETH:50 FENN:50")
    assert "The hedge here is what is left, $20,850" in mixed


async def test_dated_futures_have_no_funding(talk: Talk) -> None:
    await talk.say("/set ETH 10")
    answer = await talk.say("/replay luna quarterly")
    assert "Funding received" not in answer
    assert "as their coin did" in answer


async def test_a_rally_liquidates_and_is_told(embedded: Database) -> None:
    talk = talk_over(embedded, "rally")
    talk.clock.move(days=6)
    await talk.say("/set ETH 10")
    answer = await talk.say("/replay 2026-06-10 2026-06-13 ETH 5x sure")
    assert "would have been liquidated" in answer
    rows = next(rows for rows in tables(answer) if rows[0] == ["liquidated", "in", "the", "end"])
    assert [row[:2] for row in rows[1:]] == [["1x", "none"], ["2x", "none"], ["3x", "ETH"], ["5x", "ETH"]]
    assert dollars(rows[-1][2]) == ends(answer)[1]
    assert "Liquidated at 5x: ETH by 1" in answer


class Altered(SimulatedMarket):
    """The simulated market with other candles of SOL: `alter` gets those of each length in hours."""

    alter: Callable[[Candles, int], Candles | None]

    async def candles(
        self, assets: Collection[str], first: datetime, last: datetime, hours: int
    ) -> Mapping[str, Candles]:
        found = dict(await super().candles(assets, first, last, hours))
        sol = type(self).alter(found.pop("SOL"), hours) if "SOL" in found else None
        return found | ({"SOL": sol} if sol else {})


def altered(database: Database, change: Callable[[Candles, int], Candles | None]) -> Talk:
    """A newcomer's talk on such a market."""

    class Market(Altered):
        alter = staticmethod(change)

    clock = Clock()
    watch = Watch(lambda venue: Market(7, "calm", clock, venue, BEGAN), StoredCloses(database), clock)
    return Talk(Conversation(database, watch, ("simulated",), clock), clock, database, watch)


def another_coin(sol: Candles, _hours: int) -> Candles:
    """From 5 March on a coin of a hundredth of the price."""
    after = np.where(sol.times > np.datetime64("2026-03-05T00:00:00"), 0.01, 1.0)
    return Candles(sol.times, sol.highs * after, sol.lows * after, sol.closes * after)


async def test_a_coin_that_became_another_is_left_out_by_name(embedded: Database) -> None:
    talk = altered(embedded, another_coin)
    await talk.say("/add sample")
    answer = await talk.say("/replay 2026-03-01")
    why = "SOL $10,000 (moved over 7-fold on 5 Mar 2026: perhaps two coins under one name)"
    assert f"Not counted on either side: {why}. All figures are for the other $40,000" in answer
    assert ends(answer)[0] > -15_000


def counted_anew(sol: Candles, _hours: int) -> Candles:
    """From 14:00 on 5 March on four new coins for each old one."""
    after = np.where(sol.times > np.datetime64("2026-03-05T14:00:00"), 0.25, 1.0)
    return Candles(sol.times, sol.highs * after, sol.lows * after, sol.closes * after)


async def test_a_coin_that_was_counted_anew_did_not_fall(embedded: Database) -> None:
    talk = altered(embedded, counted_anew)
    await talk.say("/add sample")
    answer = await talk.say("/replay 2026-03-01")
    why = "SOL $10,000 (one coin became several, or several one, on 5 Mar 2026: no gain or loss)"
    assert f"Not counted on either side: {why}. All figures are for the other $40,000" in answer
    assert ends(answer)[0] > -7_000


async def test_one_coin_without_hourly_prices_makes_it_day_by_day(embedded: Database) -> None:
    talk = altered(embedded, lambda sol, hours: sol if hours == 24 else None)
    await talk.say("/add sample")
    answer = await talk.say("/replay 2026-03-01")
    assert "Not counted" not in answer
    assert "day by day" in answer


async def test_a_coin_that_stopped_is_carried_on_by_name(embedded: Database) -> None:
    talk = altered(
        embedded, lambda sol, _: Candles(sol.times[:90], sol.highs[:90], sol.lows[:90], sol.closes[:90])
    )
    await talk.say("/add sample")
    answer = await talk.say("/replay 2026-03-01")
    assert "SOL had no prices for a time after 3 Mar 2026 18:00 UTC: its last price stands" in answer


async def test_without_words_the_falls_are_offered(talk: Talk) -> None:
    answer = await talk.say("/replay")
    assert [answer.buttons[event.name] for event in EVENTS.values()] == [f"/replay {name}" for name in EVENTS]
    await talk.say("/add sample")
    await talk.say("/replay")
    assert (await talk.press("FTX")).lines[0].startswith("In this made-up fall")


async def test_every_button_can_be_pressed_and_every_row_fits(talk: Talk) -> None:
    await talk.say("/add sample")
    for words in (
        "luna",
        "2026-05-01 50% only SOL",
        "2025-12-20 2026-05-01 ETH:60 SOL:40 3x sure",
        "ftx inverse ETH",
    ):
        answer = await talk.say(f"/replay {words}")
        assert "Something went wrong" not in answer
        for block in re.findall(r"<pre>(.*?)</pre>", str(answer.reply.text), re.DOTALL):
            assert max(map(len, block.split("\n"))) <= WIDTH
        for button in pressable(answer.reply):
            assert len(button.line.encode()) <= MAX_BUTTON_BYTES
            assert "I do not" not in await talk.say(button.line)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("luna", "You have no holdings yet"),
        ("nope", "I know no fall named “nope”"),
        ("2030-01-01", "days that are over"),
    ],
)
async def test_what_cannot_be_answered_says_why(talk: Talk, words: str, said: str) -> None:
    assert said in await talk.say(f"/replay {words}")


async def test_stablecoins_alone_need_no_replay(talk: Talk) -> None:
    await talk.say("/set USDT 1000")
    assert "only stablecoins" in await talk.say("/replay luna")


async def test_a_venue_that_is_down_says_so(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    talk.clock.move(hours=1)
    await talk.say("/add ETH 10")
    assert "is down" in await talk.say("/replay luna")


@pytest.mark.parametrize(
    "days",
    ["9999-12-31", "9999-12-31 9999-12-31", "0001-01-01", "0001-01-01 9999-12-31", "2024-01-01 9999-12-31"],
)
async def test_days_at_the_ends_of_the_calendar_are_answered(talk: Talk, days: str) -> None:
    await talk.say("/add sample")
    answer = await talk.say(f"/replay {days}")
    assert "no coin before 2009-01-03" in answer or "days that are over" in answer


async def test_days_before_everything_have_no_prices(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/replay 2009-01-03 2009-01-20")
    assert answer.text.startswith("simulated gives no usable prices of ETH, SOL,")


def test_dates_are_as_short_as_can_be() -> None:
    assert span_of_days(date(2022, 5, 5), date(2022, 5, 18)) == "5 to 18 May 2022"
    assert span_of_days(date(2024, 7, 29), date(2024, 8, 11)) == "29 Jul to 11 Aug 2024"
    assert span_of_days(date(2023, 12, 30), date(2024, 1, 2)) == "30 Dec 2023 to 2 Jan 2024"


def test_a_sparkline_goes_from_the_lowest_block_to_the_highest() -> None:
    assert sparkline(np.arange(8.0), 0, 7, 8) == BLOCKS
    assert sparkline(np.arange(800.0), 0, 799, 8) == BLOCKS
    assert sparkline(np.zeros(3), 0, 0, 8) == BLOCKS[0] * 3
    assert len(sparkline(np.arange(800.0), 0, 799, 28)) == 28


# On real prices


@pytest.fixture
def recorded(embedded: Database) -> Talk:
    """A newcomer's talk on the market of the last day on record."""
    if NO_DATA:
        pytest.skip(MISSING)
    clock = Clock(NOW)
    watch = Watch(lambda _: RecordedMarket(), StoredCloses(embedded), clock)
    return Talk(Conversation(embedded, watch, ("recorded",), clock), clock, embedded, watch)


def change(asset: str, event: Event) -> Decimal:
    """From the close before the event to the close that ends it."""
    known = recorded_candles()[asset]
    by_day = dict(zip(known.times.astype("datetime64[D]").astype(object), known.closes.tolist(), strict=True))
    return Decimal(by_day[event.end.date()]) / Decimal(by_day[event.first]) - 1


SAMPLE = {"ETH": 15, "SOL": 10, "LINK": 5, "AVAX": 4, "DOT": 4, "NEAR": 4, "UNI": 4, "AAVE": 4}
"""Thousands of dollars."""


@pytest.mark.parametrize(
    ("name", "lost", "kept"),
    [("may2021", 24_826, 0.9), ("luna", 21_630, 0.9), ("ftx", 19_040, 0.9), ("aug2024", 11_069, 0.9)],
)
async def test_the_falls_that_happened(recorded: Talk, name: str, lost: int, kept: float) -> None:
    """What is lost alone is checked coin by coin; the hedge of today would have kept most of it."""
    await recorded.say("/add sample")
    answer = await recorded.say(f"/replay {name}")
    assert answer.lines[0].startswith(f"In the {EVENTS[name].name} fall you would have ")
    assert SIMULATED not in answer
    bare, hedged = ends(answer)
    by_hand = sum(1000 * worth * change(asset, EVENTS[name]) for asset, worth in SAMPLE.items())
    assert bare == pytest.approx(float(by_hand), abs=2)
    assert bare == pytest.approx(-lost, abs=2)
    assert hedged > bare * (1 - kept)
    assert "day by day" in answer


async def test_an_order_of_eth_alone_would_have_kept_what_eth_fell(recorded: Talk) -> None:
    await recorded.say("/set ETH 10")
    answer = await recorded.say("/replay luna ETH")
    bare, hedged = ends(answer)
    assert bare < -11_000
    assert abs(hedged) < 20
    assert "Funding received" in answer


async def test_funding_that_is_not_on_record_is_named(recorded: Talk) -> None:
    await recorded.say("/set SOL 100")
    answer = await recorded.say("/replay luna SOL")
    assert "not counted" in answer
    assert "Funding received" not in answer


async def test_a_rally_of_sol_would_have_taken_its_short(recorded: Talk) -> None:
    await recorded.say("/set SOL 100")
    answer = await recorded.say("/replay 2021-08-15 2021-09-10 SOL")
    rows = next(rows for rows in tables(answer) if rows[0] == ["liquidated", "in", "the", "end"])
    assert [row[1] for row in rows[1:]] == ["SOL"] * 4
    assert "would have been liquidated" in answer


async def test_coins_of_later_years_are_named(recorded: Talk) -> None:
    await recorded.say("/add sample")
    answer = await recorded.say("/replay 2020-09-01 2020-09-30")
    assert "UNI $4,000, NEAR $4,000, AAVE $4,000 and AVAX $4,000 (no prices when it began" in answer
    assert "All figures are for the other $34,000" in answer


async def test_shorts_that_were_in_line_to_be_closed_are_named_as_a_possibility(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/replay ftx")
    assert "so in line to be closed by simulated (auto-deleveraging)" in answer
    assert "Whether any was nobody knows" in answer
    assert "Closed there and not opened again: -$" in answer
