"""/capital: what may back shorts, as a setting that /hedge counts with, and how open positions are backed."""

import pytest

from core.store.database import Database
from core.store.user.book import Book, Preferences
from tests.bot.commands.hedge_talk import hedged
from tests.conversation import Talk, talk_over


async def settled(talk: Talk) -> Preferences:
    return await Book(talk.database, talk.user, now=talk.clock()).preferences()


async def test_the_ways_of_the_venue_are_told_in_a_line_each_with_buttons(talk: Talk) -> None:
    answer = await talk.say("/capital")
    assert answer.lines[0] == "What backs your shorts on simulated: isolated"
    for word in ("Isolated: ", "Cross: ", "My coins: "):
        assert any(line.startswith(word) for line in answer.lines)
    assert not any(line.startswith("Portfolio margin: ") for line in answer.lines)
    assert answer.buttons["Cross"] == "/capital cross"
    assert "Isolated" not in answer.buttons


async def test_a_mode_is_kept_and_every_hedge_counts_with_it(talk: Talk) -> None:
    await talk.say("/add sample")
    await talk.say("/at simulated all")
    await talk.say("/capital")
    assert (await talk.press("My coins")).lines[0].endswith("my coins")
    assert (await settled(talk)).mode == "coins"
    answer = await talk.say("/hedge")
    assert "No cash needed" in answer.lines[0]
    assert "My coins are there" not in answer.buttons
    apart = await talk.say("/hedge isolated")
    assert "Margin to put up" in apart
    assert "isolated" in apart.buttons["Ticket"]
    assert "leverage 1x" in await talk.press("Ticket")
    assert "No cash needed" not in await talk.say("/hedge inverse")


async def test_cash_is_a_limit_until_it_is_taken_back(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "Cash: $5,000 in all" in await talk.say("/capital cash 5000")
    assert "With $5,000" in await talk.say("/hedge")
    any_cash = await talk.say("/hedge cash any")
    assert "With $5,000" not in any_cash
    assert "cash any" in any_cash.buttons["Ticket"]
    await talk.say("/capital")
    assert "no limit" in await talk.press("Any cash")
    assert "With $5,000" not in await talk.say("/hedge")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/capital portfolio", "I know of no such account on simulated"),
        ("/capital inverse", "I do not understand that. Type /capital coins"),
        ("/capital cash 0", "Cash is dollars above zero"),
        ("/capital cash lots", "is not a number I can read"),
        ("/capital coins please", "I do not understand that"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(talk: Talk, line: str, said: str) -> None:
    before = await settled(talk)
    assert said in await talk.say(line)
    assert await settled(talk) == before


async def test_the_first_hedge_asks_once_and_each_has_the_ways_to_need_less(talk: Talk) -> None:
    await talk.say("/add sample")
    first, second = await talk.say("/hedge"), await talk.say("/hedge")
    assert "Is that much there for margin?" in first
    assert "Is that much there" not in second
    for answer in (first, second):
        assert answer.buttons["I have less"] == "/hedge cash"
        assert answer.buttons["My coins are there"] == "/at"
    await talk.say("/at simulated all")
    await talk.say("/hedge")
    assert "No cash needed" in (await talk.press("My coins are there")).lines[0]


async def test_a_hedge_keeps_how_it_is_backed_and_its_shorts_have_no_price_of_their_own(
    embedded: Database,
) -> None:
    talk = talk_over(embedded, "calm")
    await talk.say("/add sample")
    await talk.say("/at simulated all")
    await talk.say("/ticket coins 2 orders")
    assert "backed by the account (coins)" in await talk.press("Filled as shown")
    stands = await talk.say("/positions")
    assert "Your simulated account, your coins as margin" in stands.lines
    assert "liquidated together, and only if BTC rises" in stands
    assert "tell me the margin" not in stands
    assert not any("liquid." in line for line in stands.lines)


async def test_an_account_that_is_set_otherwise_than_positions_were_recorded_asks(
    embedded: Database,
) -> None:
    talk = await hedged(embedded, "calm", "ETH")
    await talk.say("/at simulated all")
    asked = await talk.say("/capital coins")
    assert "Recorded otherwise: ETH with isolated margin" in asked.lines
    noted = await talk.press("Yes, my coins")
    assert noted.lines[0] == "Noted: ETH with your coins as margin"
    assert "Recorded otherwise" not in await talk.say("/capital")
    assert "Your simulated account" in await talk.say("/positions")
    await talk.say("/position undo")
    assert "Recorded otherwise" in await talk.say("/capital")


async def test_without_positions_a_mode_cannot_be_told_of_any(talk: Talk) -> None:
    assert "Nothing that is open can be backed so" in await talk.say("/position mode coins")
    assert "Say how the account backs it" in await talk.say("/position mode")


@pytest.mark.parametrize(
    "line", ["/set ETH 1 at simulated", "/remove ETH at everywhere", "/at elsewhere all"]
)
async def test_coins_moved_away_while_they_back_shorts_are_told_at_once(
    embedded: Database, line: str
) -> None:
    talk = talk_over(embedded, "calm")
    await talk.say("/add sample")
    await talk.say("/at simulated all")
    await talk.say("/ticket coins 2 orders")
    await talk.press("Filled as shown")
    assert "Less lies on" not in await talk.say("/set ETH 90 at simulated")
    answer = await talk.say(line)
    assert "Less lies on simulated to back your shorts there" in answer
    assert "Chance of liquidation within 14 days now: " in answer
    assert " before." in answer


async def test_a_hedge_for_so_much_cash_stays_one_when_it_is_adjusted(embedded: Database) -> None:
    talk = talk_over(embedded, "calm")
    await talk.say("/add sample")
    await talk.say("/ticket cash 9000")
    await talk.press("Filled as shown")
    assert (await talk.say("/adjust")).lines[0].startswith("Nothing to adjust")


async def test_more_orders_of_a_shared_account_say_so_and_margin_tells_of_it(embedded: Database) -> None:
    talk = talk_over(embedded, "calm")
    await talk.say("/add sample")
    await talk.say("/at simulated all")
    await talk.say("/ticket coins 2 orders")
    await talk.press("Filled as shown")
    await talk.say("/add ETH 3")
    more = await talk.say("/adjust")
    assert "Margin mode: Cross" in more
    assert "Isolated" not in more
    assert "in your futures wallet" not in more
    await talk.press("Filled as shown")
    assert "Your simulated account, your coins as margin" in await talk.say("/margin")
    assert "with isolated margin" not in await talk.say("/capital coins")
