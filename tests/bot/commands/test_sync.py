"""/sync: what the venue says against the book, taken over on a press."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from core.journal.fate import BY_EXTREME, DOUBTFUL, Fate
from core.journal.fill import Fill
from core.journal.journal import open_positions
from core.store.database import Database
from core.store.user.ledger import Ledger
from tests.account_answers import BINANCE
from tests.bot.commands.account_talk import CONNECT, POSITIONS, SPOT, account_talk
from tests.conversation import Talk
from tests.venue_server import Answer, VenueServer

Pair = tuple[Talk, VenueServer]


@pytest.fixture
async def pair(database: Database) -> AsyncIterator[Pair]:
    async with account_talk(database) as (talk, venue):
        await talk.say(CONNECT)
        yield talk, venue


def balance(venue: VenueServer, **quantities: str) -> None:
    """The spot pocket holds these and nothing else."""
    venue.answers[SPOT] = {
        "balances": [{"asset": name, "free": free, "locked": "0"} for name, free in quantities.items()]
    }


def short(venue: VenueServer, count: str, entry: str = "3498.5") -> None:
    """So many contracts of ETH are open at the venue."""
    rows: Any = BINANCE.answers[POSITIONS]
    row = {**rows[0], "positionAmt": count, "entryPrice": entry}
    venue.answers[POSITIONS] = [row] if Decimal(count) else []


async def open_now(talk: Talk) -> dict[str, tuple[str, str]]:
    """Count and entry of what the book has open."""
    episode = await Ledger(talk.database, talk.user, now=talk.clock()).open()
    held = open_positions(episode.entries) if episode else ()
    return {
        each.symbol: (f"{each.count.normalize():f}", f"{each.position.entry.normalize():f}") for each in held
    }


async def test_nothing_is_changed_before_the_press_and_all_of_it_after(pair: Pair) -> None:
    talk, _ = pair
    await talk.say("ETH 4.2\nLINK 5")
    shown = await talk.say("/sync")
    assert shown.lines[:7] == [
        "Binance and your book differ in 4 things",
        "Coins, in your book → there",
        "ETH: 4.2 → 4.5",
        "SOL: none → 60",
        "USDT: none → 1000",
        "Positions, in your book → there",
        "ETH: none → short 2.14 ETH, booked at $3,498.50",
    ]
    assert "In your book alone, left as they are (sold? /remove them): LINK." in shown
    assert await talk.portfolio() == {"ETH": "4.2", "LINK": "5"}
    assert await open_now(talk) == {}
    done = await talk.press("Apply")
    assert done.lines[0] == "Applied: 3 coins and 1 position"
    assert await talk.portfolio() == {"ETH": "4.5", "LINK": "5", "SOL": "60", "USDT": "1000"}
    assert await open_now(talk) == {"ETH/USDT:USDT": ("-2.14", "3498.5")}
    assert (await talk.say("/sync")).lines[0] == "Your book agrees with Binance"


async def test_a_fill_of_a_sync_says_so_and_carries_its_margin(pair: Pair) -> None:
    talk, _ = pair
    await talk.say("/sync")
    await talk.press("Apply")
    episode = await Ledger(talk.database, talk.user, now=talk.clock()).open()
    assert episode is not None
    [entry] = episode.entries
    assert entry.source == "sync"
    assert open_positions(episode.entries)[0].margin == 2500
    assert isinstance(entry.what, Fill)
    assert entry.what.index == pytest.approx(entry.what.price, rel=Decimal("0.003"))
    assert {step.asset: step.quantity for step in episode.steps}["ETH"] == Decimal("4.5")


async def test_a_hedge_that_a_sync_opens_turns_the_usual_alerts_on_and_says_so(pair: Pair) -> None:
    talk, venue = pair
    await talk.say("/sync")
    assert "I watch for you: liquidation, an exchange that" in await talk.press("Apply")
    short(venue, "-4.28", "3500")
    await talk.say("/sync")
    assert "I watch for you" not in await talk.press("Apply"), "more of the same hedge"


async def test_a_difference_is_applied_once_however_often_it_is_pressed(pair: Pair) -> None:
    talk, _ = pair
    line = (await talk.say("/sync")).buttons["Apply"]
    answers = await asyncio.gather(*(talk.say(line) for _ in range(4)))
    assert min(answer.lines[0].partition(":")[0] for answer in answers) == "Applied"
    assert sum("Applied" in answer for answer in answers) == 1
    assert "applied or was replaced; nothing changed now" in await talk.say(line)
    assert await open_now(talk) == {"ETH/USDT:USDT": ("-2.14", "3498.5")}


async def test_a_press_that_is_delivered_twice_is_applied_once(pair: Pair) -> None:
    talk, _ = pair
    line = (await talk.say("/sync")).buttons["Apply"]
    assert "Applied" in await talk.say(line, request=9)
    assert "Applied" not in await talk.say(line, request=9)
    assert await open_now(talk) == {"ETH/USDT:USDT": ("-2.14", "3498.5")}


async def test_after_an_hour_it_is_not_applied_any_more(pair: Pair) -> None:
    talk, _ = pair
    line = (await talk.say("/sync")).buttons["Apply"]
    talk.clock.move(minutes=61)
    assert "over an hour old, so nothing was changed" in await talk.say(line)
    assert await talk.portfolio() == {}


@pytest.mark.parametrize("meanwhile", ["/add ETH 1", "/position add short 1 ETH at 3500"])
async def test_when_the_book_changed_since_it_is_not_applied(pair: Pair, meanwhile: str) -> None:
    talk, _ = pair
    line = (await talk.say("/sync")).buttons["Apply"]
    await talk.say(meanwhile)
    before = await talk.portfolio(), await open_now(talk)
    assert before != ({}, {})
    assert "changed since, so nothing was changed now" in await talk.say(line)
    assert (await talk.portfolio(), await open_now(talk)) == before


async def test_cancelling_drops_it(pair: Pair) -> None:
    talk, _ = pair
    line = (await talk.say("/sync")).buttons["Apply"]
    await talk.press("Cancel")
    assert "nothing changed now" in await talk.say(line)
    assert await talk.portfolio() == {}


async def test_what_grew_has_the_venues_average_and_what_closed_is_booked_at_the_mark(pair: Pair) -> None:
    talk, venue = pair
    await talk.say("/sync")
    await talk.press("Apply")
    short(venue, "-4.28", "3500")
    grown = await talk.say("/sync")
    assert "ETH: short 2.14 ETH → short 4.28 ETH, booked at $3,501.50" in grown
    await talk.press("Apply")
    assert await open_now(talk) == {"ETH/USDT:USDT": ("-4.28", "3500")}
    short(venue, "-1", "3500")
    assert "booked at $3,520.50" in await talk.say("/sync")
    answer = await talk.press("Apply")
    assert "booked at the price they were shown with" in answer
    assert await open_now(talk) == {"ETH/USDT:USDT": ("-1", "3500")}
    short(venue, "0")
    assert "short 1 ETH → none, booked at $3,500.25" in await talk.say("/sync")
    await talk.press("Apply")
    assert await open_now(talk) == {}


async def liquidated(talk: Talk, venue: VenueServer) -> None:
    """The short of the account is in the book, and was seen beyond its liquidation price."""
    short(venue, "-2.14")
    await talk.say("/sync")
    await talk.press("Apply")
    ledger = Ledger(talk.database, talk.user, now=talk.clock())
    reached = Fate("binanceusdm", "ETH/USDT:USDT", DOUBTFUL, Decimal(9000), talk.clock(), BY_EXTREME)
    assert await ledger.note([reached])


async def test_a_position_that_is_gone_was_liquidated_and_the_report_follows(pair: Pair) -> None:
    talk, venue = pair
    await liquidated(talk, venue)
    short(venue, "0")
    shown = await talk.say("/sync")
    assert "ETH: short 2.14 ETH → liquidated, its margin of" in shown
    done = await talk.press("Apply")
    assert done.lines[0] == "Applied: 1 position"
    assert "booked at the price" not in done
    assert "Having it cost" in done, "the report of the hedge that is over"
    assert await open_now(talk) == {}


async def test_a_position_that_is_there_is_open_and_the_question_is_settled(pair: Pair) -> None:
    talk, venue = pair
    await liquidated(talk, venue)
    assert "It was liquidated" in (await talk.say("/positions")).buttons
    shown = await talk.say("/sync")
    assert "ETH: short 2.14 ETH is still open there" in shown
    await talk.press("Apply")
    assert "It was liquidated" not in (await talk.say("/positions")).buttons
    assert (await talk.say("/sync")).lines[0] == "Your book agrees with Binance"


async def test_what_the_exchange_closed_is_booked_with_its_reason_and_hedged_again_in_one_tap(
    pair: Pair,
) -> None:
    talk, venue = pair
    await talk.say("/sync")
    await talk.press("Apply")
    assert "The exchange closed it" not in talk.last.buttons  # type: ignore[union-attr]
    short(venue, "-1")
    await talk.say("/sync")
    part = await talk.press("The exchange closed it")
    assert "ETH: liquidated, as it was in loss." in part
    assert part.buttons["Hedge again"] == "/adjust"
    assert next(iter(part.buttons)) == "Hedge again"
    short(venue, "0")
    await talk.say("/sync")
    whole = await talk.press("The exchange closed it")
    assert "$3,500 of your coins are not hedged" in whole
    assert whole.buttons["Hedge again"] == "/hedge"
    episode = await Ledger(talk.database, talk.user, now=talk.clock()).latest()
    assert episode is not None
    fills = [entry.what for entry in episode.entries if isinstance(entry.what, Fill)]
    assert [fill.reason for fill in fills] == [None, "liquidated", "liquidated"]
    assert {fill.terms.settle for fill in fills} == {"USDT"}
    assert await open_now(talk) == {}


async def test_dust_is_left_out_and_named(pair: Pair) -> None:
    talk, venue = pair
    balance(venue, ETH="4.5", NEAR="0.3", PEPE="100")
    shown = await talk.say("/sync")
    assert "Left out, each worth under $1: NEAR, PEPE." in shown
    await talk.press("Apply")
    assert set(await talk.portfolio()) == {"ETH", "SOL", "USDT"}


async def test_what_is_held_already_is_no_dust(pair: Pair) -> None:
    talk, venue = pair
    await talk.say("NEAR 50")
    balance(venue, NEAR="0.3")
    assert "NEAR: 50 → 0.3" in await talk.say("/sync")


async def test_what_is_borrowed_is_not_held(pair: Pair) -> None:
    talk, venue = pair
    balance(venue, ETH="4.5", BTC="-0.5")
    shown = await talk.say("/sync")
    assert "Borrowed, so not held: left as they are: BTC." in shown


async def test_while_the_venue_is_down_nothing_is_shown_to_apply(pair: Pair) -> None:
    talk, venue = pair
    venue.answers[POSITIONS] = Answer(b"busy", 503, "text/plain")
    answer = await talk.say("/sync")
    assert answer.text.startswith("Binance cannot be reached")
    assert list(answer.buttons) == ["Try again", "Help"]


@pytest.mark.parametrize("line", ["/sync apply", "/sync now", "/sync apply 1234567", "/sync apply zzzzzzzz"])
async def test_other_words_are_refused(pair: Pair, line: str) -> None:
    talk, _ = pair
    assert "Type /sync alone" in await talk.say(line)


async def test_a_draft_of_another_kind_is_not_applied(pair: Pair) -> None:
    talk, _ = pair
    await talk.say("ETH 1")
    line = (await talk.say("ETH 2")).buttons["Add to these"]
    assert "no difference to apply" in await talk.say(line.replace("/add draft", "/sync apply"))
    assert await talk.portfolio() == {"ETH": "1"}
