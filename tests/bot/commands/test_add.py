"""/add, /set, and holdings typed without a command."""

from dataclasses import replace

import pytest

from core.domain.caps import CAPS
from core.store.database import Database
from tests.conversation import SIMULATED, Talk, talk_over


@pytest.fixture
def talk(database: Database) -> Talk:
    """A newcomer's talk on a database of each kind."""
    return talk_over(database)


async def test_coins_are_added_to_what_is_held(talk: Talk) -> None:
    assert (await talk.say("/add SOL 60")).lines == ["Saved: 1 coin", "SOL: 60"]
    assert (await talk.say("/add SOL 1.5")).lines == ["Saved: 1 coin", "SOL: 61.5 (was 60)"]
    assert await talk.portfolio() == {"SOL": "61.5"}


async def test_coins_are_set_instead_of_what_is_held(talk: Talk) -> None:
    await talk.say("/add SOL 60\nETH 4")
    assert (await talk.say("/set SOL 45")).lines == ["Saved: 1 coin", "SOL: 45 (was 60)"]
    assert await talk.portfolio() == {"ETH": "4", "SOL": "45"}


async def test_the_same_coin_twice_in_one_message_adds_up(talk: Talk) -> None:
    await talk.say("/add SOL 60\nsol 5\nWETH 1\nETH 2")
    assert await talk.portfolio() == {"ETH": "3", "SOL": "65"}
    await talk.say("/set SOL 1\nSOL 2\n1000PEPE 5")
    assert await talk.portfolio() == {"ETH": "3", "PEPE": "5000", "SOL": "3"}


@pytest.mark.parametrize("line", ["/set SOL 999999999999", "ETH 1000000000", "/add ETH $200000m"])
async def test_coins_worth_more_than_can_be_hedged_are_a_slip(talk: Talk, line: str) -> None:
    await talk.say("/add LINK 5")
    answer = await talk.say(line)
    assert "more than can be hedged anywhere. Nothing was changed." in answer
    assert await talk.portfolio() == {"LINK": "5"}


async def test_no_more_coins_are_kept_than_the_operator_wants(talk: Talk) -> None:
    talk.conversation._caps = replace(CAPS, holdings=3)
    await talk.say("/add A1 1\nA2 1\nA3 1")
    assert "3 is the most that I keep" in await talk.say("/add A4 1")
    await talk.say("/set A1 7")
    assert await talk.portfolio() == {"A1": "7", "A2": "1", "A3": "1"}


async def test_a_sum_of_the_finest_and_the_largest_keeps_every_digit(talk: Talk) -> None:
    await talk.say("/set OWNCOIN 123456789012345678\nOWNCOIN 0.000000000000000001")
    assert await talk.portfolio() == {"OWNCOIN": "123456789012345678.000000000000000001"}


async def test_dollars_become_coins_at_the_price_now(talk: Talk) -> None:
    answer = await talk.say("/add USDC $500\nETH $1,000")
    assert answer.lines[:2] == ["Saved: 2 coins", SIMULATED]
    held = await talk.portfolio()
    assert held["USDC"] == "500"
    price = next(line for line in (await talk.say("/portfolio")).lines if line.startswith("ETH"))
    assert "$1,000" in price


async def test_dollars_of_a_coin_without_a_price_are_refused_and_nothing_is_saved(talk: Talk) -> None:
    answer = await talk.say("/add SOL 60\nNOCOIN $500")
    assert "simulated has no price for NOCOIN." in answer
    assert await talk.portfolio() == {}


@pytest.mark.parametrize("line", ["/add", "/set"])
async def test_without_holdings_the_form_is_shown(talk: Talk, line: str) -> None:
    answer = await talk.say(line)
    assert "SOL 60\nETH 4.2\nLINK $5000" in answer
    assert await talk.portfolio() == {}


async def test_the_form_itself_can_be_typed(talk: Talk) -> None:
    await talk.say("SOL 60\nETH 4.2\nLINK $5000")
    assert list(await talk.portfolio()) == ["ETH", "LINK", "SOL"]


@pytest.mark.parametrize("command", ["/add ", "/add\n", "/add\t", "/set ", "ADD ", "set\n", ""])
async def test_of_a_list_with_one_bad_line_nothing_is_saved(talk: Talk, command: str) -> None:
    answer = await talk.say(f"{command}SOL 60\nLINK 1,250\nETH 4")
    assert answer.lines == [
        "Nothing was changed.",
        "“LINK 1,250”: “1,250” could be 1250 or 1.25. Type one of these.",
        "Understood, but not saved either: SOL 60, ETH 4",
    ]
    assert await talk.portfolio() == {}


@pytest.mark.parametrize("line", ["SOL 1,250", "SOL 30%", "SOL -5", "I have 60 foo", "60", "€5 SOL"])
async def test_a_single_line_typed_without_a_command_is_refused_by_name_and_with_the_reason(
    talk: Talk, line: str
) -> None:
    answer = await talk.say(line)
    assert answer.lines[0] == "Nothing was changed."
    assert answer.lines[1].startswith(f"“{line}”: ")


@pytest.mark.parametrize(
    ("line", "reason"),
    {
        "SOL 1000000000000000000000000000000": "too large to be real",
        "SOL 0.0000000000000000001": "more than 18 decimal places",
        "SOL 0": "must be above zero",
        "/set SOL 0": "type /remove SOL",
    }.items(),
)
async def test_a_quantity_that_cannot_be_held_is_refused(talk: Talk, line: str, reason: str) -> None:
    await talk.say("/add ETH 1")
    assert reason in await talk.say(line)
    assert await talk.portfolio() == {"ETH": "1"}


@pytest.mark.parametrize("line", ["what a day", "🚀🚀", "---", "total", "Asset | Amount"])
async def test_talk_that_holds_no_number_is_answered_with_the_form(talk: Talk, line: str) -> None:
    assert "type what you hold, like SOL 60." in await talk.say(line)


async def test_two_hundred_lines_are_saved_at_once_and_more_are_refused_as_a_whole(talk: Talk) -> None:
    answer = await talk.say("\n".join(f"C{number} 1" for number in range(200)))
    assert answer.lines[0] == "Saved: 200 coins"
    assert len(await talk.portfolio()) == 200
    assert "201 lines; I take 200" in await talk.say("\n".join(f"D{number} 1" for number in range(201)))
    assert len(await talk.portfolio()) == 200


async def test_a_message_that_is_far_too_long_is_refused(talk: Talk) -> None:
    assert f"I read {CAPS.characters} characters" in await talk.say("SOL 60\n" * CAPS.characters)
    assert await talk.portfolio() == {}


class TestHoldingsThatTouchWhatIsHeld:
    async def test_are_asked_back_and_change_nothing_yet(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2\nSOL 1")
        answer = await talk.say("ETH 2\nLINK 5")
        assert answer.lines == [
            "You hold some of these. Add or replace?",
            "ETH: you hold 4.2. Add: 6.2. Replace: 2.",
            "LINK: new, 5.",
        ]
        assert list(answer.buttons) == ["Add to these", "Replace these", "Cancel"]
        assert await talk.portfolio() == {"ETH": "4.2", "SOL": "1"}

    @pytest.mark.parametrize(("button", "eth"), [("Add to these", "6.2"), ("Replace these", "2")])
    async def test_are_carried_out_once_as_chosen(self, talk: Talk, button: str, eth: str) -> None:
        await talk.say("/add ETH 4.2\nSOL 1")
        line = (await talk.say("ETH 2\nLINK 5")).buttons[button]
        assert f"ETH: {eth} (was 4.2)" in await talk.say(line)
        after = {"ETH": eth, "LINK": "5", "SOL": "1"}
        assert await talk.portfolio() == after
        assert "nothing changed now" in await talk.say(line)
        assert await talk.portfolio() == after

    async def test_are_gone_after_cancel(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        asked = await talk.say("ETH 2")
        assert "Cancelled; nothing was changed." in await talk.press("Cancel")
        assert "nothing changed now" in await talk.say(asked.buttons["Add to these"])
        assert await talk.portfolio() == {"ETH": "4.2"}

    async def test_are_gone_after_a_newer_list(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        old = await talk.say("ETH 2")
        new = await talk.say("ETH 3")
        assert "nothing changed now" in await talk.say(old.buttons["Replace these"])
        assert await talk.portfolio() == {"ETH": "4.2"}
        await talk.say(new.buttons["Replace these"])
        assert await talk.portfolio() == {"ETH": "3"}

    async def test_are_nobody_elses(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        asked = await talk.say("ETH 2")
        other = talk.someone_else()
        assert "nothing changed now" in await other.say(asked.buttons["Add to these"])
        assert await other.portfolio() == {}

    async def test_are_added_up_before_they_replace(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        asked = await talk.say("ETH 2\nWETH 3")
        assert "Add: 9.2. Replace: 5." in asked
        await talk.press("Replace these")
        assert await talk.portfolio() == {"ETH": "5"}

    async def test_in_dollars_keep_the_price_they_were_shown_with(self, talk: Talk) -> None:
        await talk.say("/add ETH 4.2")
        asked = await talk.say("ETH $1000")
        assert SIMULATED in asked
        shown = asked.lines[-1].split("Replace: ")[1].rstrip(".")
        talk.clock.move(hours=6)
        await talk.press("Replace these")
        held = (await talk.portfolio())["ETH"]
        assert held.startswith(shown[:8])


class TestWhatIsNotOneCoinAndOneNumberALine:
    TABLE = "Asset,Total,Available,USDT value\nSOL,60,60,5000\nETH,2,2,7000"

    async def test_is_shown_before_it_is_saved(self, talk: Talk) -> None:
        answer = await talk.say(self.TABLE)
        assert answer.lines == [
            "Is that right? Nothing is saved yet.",
            "SOL: 60",
            "ETH: 2",
            "Read from the columns “Asset” and “Total”.",
        ]
        assert list(answer.buttons) == ["Save", "Fix", "Cancel"]
        assert await talk.portfolio() == {}
        assert (await talk.press("Save")).lines[0] == "Saved: 2 coins"
        assert await talk.portfolio() == {"ETH": "2", "SOL": "60"}

    async def test_in_plain_words_says_what_is_only_about_right(self, talk: Talk) -> None:
        answer = await talk.say("ETH 2, SOL about 40")
        assert answer.lines[1:] == ["ETH: 2", "SOL: about 40"]
        await talk.press("Save")
        assert await talk.portfolio() == {"ETH": "2", "SOL": "40"}

    async def test_can_be_put_right_before_it_is_saved(self, talk: Talk) -> None:
        await talk.say("ETH 2, SOL about 40")
        answer = await talk.press("Fix")
        assert answer.lines[1:3] == ["ETH 2", "SOL 40"]
        assert await talk.portfolio() == {}
        await talk.say("ETH 2\nSOL 41.5")
        assert await talk.portfolio() == {"ETH": "2", "SOL": "41.5"}

    @pytest.mark.parametrize(("command", "sol"), [("/add", "61"), ("/set", "60")])
    async def test_is_shown_after_a_command_too_and_does_what_that_says(
        self, talk: Talk, command: str, sol: str
    ) -> None:
        await talk.say("SOL 1")
        await talk.say(f"{command}\n{self.TABLE}")
        assert await talk.portfolio() == {"SOL": "1"}
        await talk.press("Save")
        assert await talk.portfolio() == {"ETH": "2", "SOL": sol}

    async def test_that_touches_what_is_held_is_asked_back_as_any_list_is(self, talk: Talk) -> None:
        await talk.say("SOL 1")
        answer = await talk.say(self.TABLE)
        assert answer.lines[0] == "You hold some of these. Add or replace?"
        assert answer.lines[-1] == "Read from the columns “Asset” and “Total”."
        await talk.press("Replace these")
        assert await talk.portfolio() == {"ETH": "2", "SOL": "60"}

    async def test_is_refused_at_once_where_it_cannot_be_held(self, talk: Talk) -> None:
        assert "too large to be real" in await talk.say("Coin,Amount\nSOL,1000000000000000000000")


async def test_a_message_that_is_delivered_again_is_not_carried_out_again(talk: Talk) -> None:
    await talk.say("/add SOL 60", request=7)
    assert "carried out before" in await talk.say("/add SOL 60", request=7)
    assert await talk.portfolio() == {"SOL": "60"}


async def test_the_sample_portfolio_is_fifty_thousand_dollars_and_only_for_newcomers(talk: Talk) -> None:
    assert (await talk.say("/add sample")).lines[0] == "Saved: 8 coins"
    assert (await talk.say("/portfolio")).lines[0] == "Your coins: $50,000"
    held = await talk.portfolio()
    assert "first type /remove all" in await talk.say("/add sample")
    assert await talk.portfolio() == held


async def test_each_users_holdings_are_their_own(talk: Talk) -> None:
    await talk.say("/add SOL 60")
    assert await talk.someone_else().portfolio() == {}
