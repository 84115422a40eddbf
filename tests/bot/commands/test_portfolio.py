"""/portfolio: what is held and what it is worth."""

from core.store.database import Database
from tests.conversation import SAMPLE, SIMULATED, Talk, talk_over


async def test_a_newcomer_is_told_how_to_begin(talk: Talk) -> None:
    answer = await talk.say("/portfolio")
    assert answer.lines[0] == "You have no holdings yet."
    assert list(answer.buttons) == ["Try a sample portfolio", "Add my coins"]


async def test_each_coin_has_its_worth_and_share_and_the_prices_their_age(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/portfolio")
    assert answer.lines[0] == "Your coins: $50,000"
    assert SIMULATED in answer
    assert {line.split()[0] for line in answer.lines if "%" in line} == set(SAMPLE)
    assert next(line.split()[2:] for line in answer.lines if line.startswith("ETH ")) == ["$15,000", "30%"]
    assert "Prices: simulated, 0 s old." in answer
    talk.clock.move(seconds=75)
    assert "Prices: simulated, 1 min old." in await talk.say("/portfolio")


async def test_a_coin_without_a_price_is_named_and_left_out_of_the_total(talk: Talk) -> None:
    await talk.say("/add USDT 100\nNOCOIN 5\nABSENT 1")
    answer = await talk.say("/portfolio")
    assert answer.lines[0] == "Your coins: $100.00"
    assert "simulated has no current price for ABSENT, NOCOIN; left out of the total." in answer


async def test_without_any_price_there_is_no_total(talk: Talk) -> None:
    await talk.say("/add NOCOIN 5")
    answer = await talk.say("/portfolio")
    assert answer.lines[0] == "No prices for your holdings"
    assert "$" not in answer.text


async def test_of_more_than_eight_holdings_the_smallest_are_folded(talk: Talk) -> None:
    await talk.say("/add sample")
    before = await talk.say("/portfolio")
    assert "<blockquote" not in before.reply.text
    last = before.lines[-2].split()[0]
    await talk.say("/add BNB 0.0001")
    answer = await talk.say("/portfolio")
    shown, folded = answer.reply.text.split("<blockquote expandable>")
    assert "\n+2 " in shown
    assert [line.removeprefix("<pre>").split()[0] for line in folded.splitlines()] == [last, "BNB"]


async def test_prices_of_an_outage_are_told_by_their_age_and_then_refused(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    await talk.say("/add sample")
    talk.clock.move(minutes=29)
    await talk.say("/portfolio")
    talk.clock.move(minutes=5)
    answer = await talk.say("/portfolio")
    assert "Prices are 5 minutes old." in answer
    assert answer.lines[0].startswith("Your coins: $")
    talk.clock.move(minutes=11)
    answer = await talk.say("/portfolio")
    assert "16 minutes old, too old to use" in answer
    assert "Your coins: $" not in answer
    talk.clock.move(hours=3)
    assert "minutes old" not in await talk.say("/portfolio")
