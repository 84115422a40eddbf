"""/exit: exactly what is open, bought back; then the report."""

import asyncio
from decimal import Decimal

import pytest

from core.store.database import Database
from tests.bot.commands.hedge_talk import entered, hedged, restarted
from tests.bot.commands.test_adjust import STANDS, amounts, one_venue_down, over_two_venues
from tests.bot.commands.test_filled import held, ledger
from tests.conversation import SIMULATED, Talk


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/exit")
    assert answer.lines[0] == "You have no open hedge"
    assert answer.buttons["Plan a hedge"] == "/hedge"


async def test_everything_is_bought_back_exactly_and_the_report_follows(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(hours=30)
    count = {asset: -count for asset, count in (await held(talk)).items()}
    answer = await talk.say("/exit")
    assert answer.lines[:2] == [
        f"To close your hedge: buy back {count['ETH'] / 100:g} ETH and buy back {count['SOL'] / 10:g} SOL",
        SIMULATED,
    ]
    assert amounts(answer) == {f"{asset}USDT": number for asset, number in count.items()}
    assert answer.text.count("Reduce-only: ON") == 2
    assert "would open a long" in answer
    assert "Margin that comes free" in answer
    done = await talk.press("Filled as shown")
    assert "this hedge is over" in done
    assert await ledger(talk).open() is None
    assert "Where that came from" in done
    assert "no open hedge" in await talk.say("/exit")


async def test_one_leg_leaves_the_others_and_nothing_to_adjust(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    talk.clock.move(hours=30)
    sol = (await held(talk))["SOL"]
    answer = await talk.say("/exit")
    answer = await talk.press("Only ETH")
    assert answer.lines[0].startswith("To close this part of your hedge: buy back ")
    assert amounts(answer).keys() == {"ETHUSDT"}
    await talk.press("Filled as shown")
    assert await held(talk) == {"SOL": sol}
    assert (await talk.say("/adjust")).lines[0].startswith(f"{STANDS}0.")


@pytest.mark.parametrize("words", ["eth", "ETHUSDT_260626", "ETH on simulated", "eth on simu"])
async def test_a_leg_goes_by_its_coin_or_its_contract(embedded: Database, words: str) -> None:
    talk = await hedged(embedded, words="quarterly ETH")
    assert amounts(await talk.say(f"/exit {words}")).keys() == {"ETHUSDT_260626"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("DOGE", "You have no open position in DOGE. You have ETH."),
        ("ETH on mars", "“mars” is not offered here"),
        ("ETH now please", "Type /exit, or /exit ETH for one coin."),
        ("<b>", "You have no open position in <b>."),
    ],
)
async def test_what_is_not_open_or_not_understood_is_refused(
    embedded: Database, words: str, said: str
) -> None:
    talk = await hedged(embedded)
    before = await held(talk)
    answer = await talk.say(f"/exit {words}")
    assert said in answer
    assert await held(talk) == before


async def test_pressed_on_two_devices_it_closes_once(database: Database) -> None:
    talk = await hedged(database)
    line = (await talk.say("/exit")).buttons["Filled as shown"]
    answers = await asyncio.gather(*(talk.conversation.answer(line, user=talk.user) for _ in range(2)))
    assert sum("Recorded" in reply.text for reply in answers) == 1
    assert await held(talk) == {}


async def test_a_second_exit_ticket_opens_no_long(database: Database) -> None:
    talk = await hedged(database)
    first = (await talk.say("/exit")).buttons["Filled as shown"]
    second = (await talk.say("/exit")).buttons["Filled as shown"]
    await talk.say(first)
    answer = await talk.say(second)
    assert "so nothing was recorded" in answer
    assert await held(talk) == {}


async def test_two_exit_tickets_pressed_at_once_close_once(database: Database) -> None:
    talk = await hedged(database)
    pressed = [(await talk.say("/exit")).buttons["Filled as shown"] for _ in range(2)]
    answers = await asyncio.gather(*(talk.conversation.answer(line, user=talk.user) for line in pressed))
    assert sum("Recorded" in reply.text for reply in answers) == 1
    assert await held(talk) == {}


async def test_after_half_was_bought_back_an_old_exit_ticket_is_refused(database: Database) -> None:
    talk = await hedged(database)
    leave = (await talk.say("/exit")).buttons["Filled as shown"]
    await talk.say("/dehedge half")
    await talk.press("Filled as shown")
    half = await held(talk)
    assert "nothing was recorded" in await talk.say(leave)
    assert await held(talk) == half


async def test_a_ticket_outlives_a_restart(database: Database) -> None:
    talk = await hedged(database)
    answer = await talk.say("/exit")
    again = restarted(talk, database)
    assert "this hedge is over" in await again.say(answer.buttons["Filled as shown"])


async def test_a_position_entered_by_hand_can_be_left(database: Database, talk: Talk) -> None:
    await talk.say("/add sample")
    await entered(talk, "short ETH 1000 contracts at 2970")
    answer = await talk.say("/exit")
    assert amounts(answer) == {"ETHUSDT": 1000}
    assert "Margin that comes free" not in answer
    assert "this hedge is over" in await talk.press("Filled as shown")


async def test_a_long_is_sold_again(talk: Talk) -> None:
    await talk.say("/add sample")
    await entered(talk, "long ETH 10 contracts at 2970")
    answer = await talk.say("/exit")
    assert answer.lines[0] == "To close your hedge: sell 0.1 ETH"
    assert amounts(answer) == {"ETHUSDT": -10}


async def test_without_holdings_it_can_still_be_left(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    await talk.say("/remove all")
    await talk.press("Yes, remove all")
    assert amounts(await talk.say("/exit ETH"))["ETHUSDT"] > 0
    await talk.press("Filled as shown")
    assert (await held(talk)).keys() == {"SOL"}


async def test_where_the_venue_is_down_it_says_what_to_do_by_hand(database: Database) -> None:
    talk = await one_venue_down(database)
    answer = await talk.say("/exit")
    assert amounts(answer).keys() == {"ETHUSDT"}
    assert "There by hand: Buy, Market, reduce-only, exactly 30 × 0.1 SOL" in answer
    assert "/filled bought SOL 30 contracts at PRICE on second" in answer
    alone = await talk.say("/exit SOL")
    assert alone.lines[0] == "Close it by hand: I cannot work out an order now"
    assert "Filled as shown" not in alone.buttons


async def test_a_future_that_has_ended_is_settled_by_hand(embedded: Database) -> None:
    talk = await hedged(embedded, "calm", "quarterly ETH")
    talk.clock.move(days=20)
    answer = await talk.say("/exit")
    assert "it ended on 26 Jun 2026 and the exchange has settled it" in answer
    count = -(await held(talk))["ETH"]
    assert f"/filled bought ETHUSDT_260626 {count} contracts at PRICE on simulated" in answer


async def test_each_venue_is_named_where_there_are_two(database: Database) -> None:
    talk = over_two_venues(database)
    await talk.say("/add sample")
    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    await entered(talk, "short SOL 30 contracts at 160 on second")
    answer = await talk.say("/exit")
    assert "ETHUSDT perpetual on simulated" in answer
    assert "SOLUSDT perpetual on second" in answer
    only = await talk.say("/exit SOL on second")
    assert amounts(only) == {"SOLUSDT": 30}
    await talk.press("Filled as shown")
    assert (await held(talk)).keys() == {"ETH"}
    assert (await held(talk))["ETH"] < Decimal(0)


async def test_what_is_not_open_on_that_venue_is_said_with_where_it_is(database: Database) -> None:
    talk = over_two_venues(database)
    await talk.say("/add sample")
    await entered(talk, "short SOL 30 contracts at 160 on second")
    refused = await talk.say("/exit SOL on simulated")
    assert refused.lines[0] == "You have no open position in SOL on simulated. You have SOL on second."
