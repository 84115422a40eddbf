"""/positions: how the open hedge stands, in a crash, without prices, and after a restart."""

from datetime import timedelta

import pytest

from core.domain.quote import QUOTE_REFUSE
from core.store.database import Database
from core.venues.simulated.listing import perpetuals_listed
from tests.bot.commands.hedge_talk import dollars, fits_a_phone, hedged, restarted
from tests.conversation import SIMULATED, Talk, talk_over


async def test_without_a_hedge_it_says_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/positions")
    assert answer.lines[0] == "You have no open hedge"
    assert "/position add" in answer
    assert set(answer.buttons) == {"Plan a hedge", "Past hedges"}


async def test_the_line_that_it_shows_for_a_position_by_hand_can_be_typed(database: Database) -> None:
    talk = talk_over(database, "calm")
    line = next(line for line in (await talk.say("/positions")).lines if "/position add" in line)
    answer = await talk.say(line[line.index("/position") :])
    assert "214 × 0.01 ETH (2.14 ETH) at $3,500.00" in answer


async def test_in_a_crash_the_hedge_makes_up_for_the_coins(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    answer = await talk.say("/positions")
    hedge, coins, net = dollars(answer.lines[0])
    assert answer.lines[0].endswith("in all since 10 Jun")
    assert coins < -10_000 < 10_000 < hedge
    assert abs(net) < abs(coins) / 5
    assert abs(hedge + coins - net) <= 1
    assert answer.lines[1] == SIMULATED
    assert (
        f"Without the hedge you would stand at {answer.lines[0].split('coins ')[1].split(':')[0]}." in answer
    )
    assert "of your coins' risk now; you aimed at 100%." in answer
    assert "Prices: simulated, 0 s old." in answer


async def test_each_position_is_told_of(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    answer = await talk.say("/positions")
    for heading in ("coins", "entry", "now", "made", "funding", "liquid.", "that is", "safety"):
        assert heading in answer
    assert "ETH short: ETH/USDT:USDT" in answer
    assert answer.buttons == {
        "Adjust": "/adjust", "De-hedge": "/dehedge", "Exit": "/exit", "Report": "/report",
        "Gains, drawn": "/picture gains", "Liquidation, drawn": "/picture liquidation",
    }  # fmt: skip


@pytest.mark.parametrize("words", ["", "ETH", "BTC SOL ETH", "quarterly ETH", "inverse ETH", "only SOL"])
async def test_it_fits_a_phone(database: Database, words: str) -> None:
    talk = await hedged(database, words=words)
    for _ in range(3):
        assert fits_a_phone(await talk.say("/positions"))
        talk.clock.move(hours=20)


async def test_funding_of_a_dated_future_is_nothing(database: Database) -> None:
    talk = await hedged(database, words="quarterly ETH")
    talk.clock.move(days=3)
    answer = await talk.say("/positions")
    assert "Without the funding" not in answer
    assert "funding $0.00" in " ".join(answer.text.split())


async def test_a_venue_that_is_down_is_named_and_nothing_becomes_zero(database: Database) -> None:
    talk = await hedged(database, "outage")
    talk.clock.move(minutes=45)  # within the outage; the last prices are too old
    answer = await talk.say("/positions")
    assert answer.lines[0] == "Hedge not known now, coins not known now since 10 Jun"
    assert "too old to use" in answer
    assert "?" in answer
    assert "+$0.00" not in answer
    talk.clock.move(hours=2)
    assert "not known" not in (await talk.say("/positions")).lines[0]


async def test_after_a_restart_during_an_outage_the_venue_is_named(database: Database) -> None:
    talk = await hedged(database, "outage")
    talk.clock.move(minutes=45)
    answer = await restarted(talk, database, "outage").say("/positions")
    assert "simulated cannot be reached now" in answer
    assert answer.lines[0].startswith("Hedge not known now")


async def test_a_contract_that_is_no_longer_listed_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await hedged(database, words="ETH SOL")
    listed = {symbol: own for symbol, own in perpetuals_listed("simulated").items() if own.asset != "SOL"}
    monkeypatch.setattr("core.venues.simulated.market.perpetuals_listed", lambda _venue: listed)
    again = restarted(talk, database)
    again.clock.move(hours=9)
    answer = await again.say("/positions")
    assert "simulated does not list SOL any more." in answer
    assert "as far as known" in answer.lines[0]
    assert "+$0.00" not in answer


async def test_after_a_restart_it_says_the_same(database: Database) -> None:
    talk = await hedged(database)
    talk.clock.move(hours=30)
    before = await talk.say("/positions")
    assert (await restarted(talk, database).say("/positions")).text == before.text


async def test_funding_of_a_long_life_is_counted_from_its_beginning(database: Database) -> None:
    talk = await hedged(database, "calm")
    talk.clock.move(days=20)
    await talk.say("/funding ETH")
    talk.clock.move(days=30)
    answer = await talk.say("/positions")
    fetched = await restarted(talk, database, "calm").say("/positions")
    assert "Without the funding" not in answer
    assert answer.text == fetched.text


async def test_margin_that_was_not_told_is_asked_for(database: Database) -> None:
    talk = talk_over(database, "calm")
    await talk.say("/add ETH 2")
    if "Yes, record it" in (await talk.say("/position add short ETH 2 ETH at 3000")).buttons:
        await talk.press("Yes, record it")
    answer = await talk.say("/positions")
    assert "No liquidation price for ETH: tell me the margin, /position ETH margin 500" in answer
    await talk.say("/position ETH margin 3000")
    assert "No liquidation price" not in await talk.say("/positions")


async def test_old_prices_say_their_age(database: Database) -> None:
    talk = await hedged(database, "outage")
    talk.clock.move(minutes=29)
    await talk.say("/positions")
    talk.clock.move(minutes=10)
    assert timedelta(minutes=10) < QUOTE_REFUSE
    answer = await talk.say("/positions")
    assert "Prices: simulated, 10 min old." in answer
    assert "Prices are 10 minutes old." in answer


async def test_another_user_sees_nothing_of_it(database: Database) -> None:
    talk = await hedged(database)
    assert (await talk.someone_else().say("/positions")).lines[0] == "You have no open hedge"


async def test_very_many_coins_are_not_cut_short(database: Database) -> None:
    talk = talk_over(database, "calm")
    await talk.say("/add PEPE 1234567890")
    await talk.say("/ticket PEPE")
    await talk.press("Filled as shown")
    answer = await talk.say("/positions")
    assert fits_a_phone(answer)
    row = next(line for line in answer.lines if line.startswith("PEPE ") and "$" in line)
    assert "1.234B" in row
