"""/hedge on several exchanges, and the one ticket with the orders of all of them."""

import pytest

from core.journal.journal import open_positions
from core.store.database import Database
from core.store.user.ledger import Ledger
from tests.conversation import Talk, talk_over


@pytest.fixture
async def several(embedded: Database) -> Talk:
    talk = talk_over(embedded, "calm", venues=("bybit", "okx", "gate"))
    await talk.say("/add sample")
    return talk


async def test_a_hedge_is_split_and_says_what_one_that_freezes_would_leave(several: Talk) -> None:
    answer = await several.say("/hedge on bybit okx 2 orders")
    assert answer.lines[0].startswith("4 orders on Bybit and OKX")
    assert "If Bybit froze, 50% would still be covered." in answer.lines
    three = await several.say("/hedge on bybit okx gate ETH")
    assert "If Gate froze, 67% would still be covered." in three.lines


async def test_its_ticket_has_the_orders_of_both_and_is_recorded_as_shown(several: Talk) -> None:
    await several.say("/hedge on bybit okx ETH")
    ticket = await several.press("Ticket")
    assert ticket.lines[0] == "Place 2 orders on 2 exchanges"
    assert any(line.startswith("First have ") and "on Bybit and " in line for line in ticket.lines)
    assert "Recorded: 2 orders" in await several.press("Filled as shown")
    episode = await Ledger(several.database, several.user, now=several.clock()).open()
    assert episode is not None
    assert {held.venue for held in open_positions(episode.entries)} == {"bybit", "okx"}
    assert (await several.say("/adjust")).lines[0].startswith("Nothing to adjust")
    assert "on top of it" in await several.say("/ticket on bybit okx ETH")


@pytest.mark.parametrize(
    "words", ["on", "on bybit", "on bybit bybit", "on bybit nowhere", "on bybit okx coins"]
)
async def test_fewer_than_two_exchanges_or_a_shared_account_are_refused(several: Talk, words: str) -> None:
    answer = await several.say(f"/hedge on {words}")
    assert list(answer.buttons) == ["Help"]


async def test_with_a_usual_account_that_shorts_share_each_part_has_its_own_margin(several: Talk) -> None:
    await several.say("/capital cross")
    await several.say("/hedge on bybit okx ETH")
    assert "Margin mode: Isolated" in await several.press("Ticket")


async def test_a_ticket_without_words_is_of_the_split_hedge_that_was_seen_last(several: Talk) -> None:
    await several.say("/hedge SOL")
    await several.say("/hedge on bybit okx ETH")
    assert "Place 2 orders on 2 exchanges" in (await several.say("/ticket")).lines
