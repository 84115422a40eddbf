"""An error offers its way out as a button, and hides nothing that is known without prices."""

import pytest

from bot.chat.failures import ways_out
from core.store.database import Database
from tests.bot.commands.hedge_talk import hedged
from tests.conversation import Talk, talk_over


@pytest.mark.parametrize(
    ("sentence", "lines"),
    {
        "Coverage goes from 1% to 150%. Type for example /hedge 50%.": ["/hedge 50%"],
        "Type /hedge quarterly, or /hedge inverse.": ["/hedge quarterly", "/hedge inverse"],
        "Type a lower one: /hedge beta 1.5 ETH.": ["/hedge beta 1.5 ETH"],
        "/portfolio shows what you hold, /position what is open.": ["/portfolio", "/position"],
        "Add some first, for example: /add SOL 60": [],
        "Type /forget again.": [],
        "Say where, for example: /set SOL 5 at elsewhere": [],
        "Type for example /alert liquidation 20%.": ["/alert"],
    }.items(),
)
def test_what_changes_nothing_is_a_button(sentence: str, lines: list[str]) -> None:
    assert [button.line for button in ways_out(sentence)] == lines


async def test_an_error_offers_its_fix(talk: Talk) -> None:
    await talk.say("/add sample")
    assert (await talk.say("/hedge 500%")).buttons["Hedge 50%"] == "/hedge 50%"


async def test_without_prices_the_users_own_quantities_are_told(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    await talk.say("/add SOL 60\nETH 4")
    talk.clock.move(hours=1)
    answer = await talk.say("/portfolio")
    assert "4 ETH" in answer
    assert "60 SOL" in answer
    assert answer.buttons["Try again"] == "/portfolio"


async def test_without_prices_what_is_short_is_told(embedded: Database) -> None:
    talk = await hedged(embedded, "outage", "ETH")
    talk.clock.move(hours=1)
    answer = await talk.say("/hedge")
    assert "short " in answer
    assert answer.buttons["Try again"] == "/hedge"


async def test_remove_alone_lists_the_coins(talk: Talk) -> None:
    await talk.say("/add SOL 60\nETH 4")
    answer = await talk.say("/remove")
    assert answer.buttons == {
        "ETH": "/remove ETH",
        "SOL": "/remove SOL",
        "All": "/remove all",
        "None": "/portfolio",
    }
    await talk.press("SOL")
    assert await talk.portfolio() == {"ETH": "4"}
