"""Whole sentences in the conversation: a screen, a question back, or a change that waits for a yes."""

import pytest

from tests.conversation import SAMPLE, Talk


@pytest.fixture
async def holder(talk: Talk) -> Talk:
    await talk.say("/add ETH 4\nSOL 60\nLINK 100")
    return talk


@pytest.mark.parametrize("text", ["hedge my portfolio", "protect me", "hegde my portfolo"])
async def test_a_screen_is_shown_and_said_what_it_was_taken_for(holder: Talk, text: str) -> None:
    answer = await holder.say(text)
    assert answer.lines[0].startswith("Short ")
    assert "/hedge" in answer.lines[1]


async def test_a_plain_command_without_a_slash_stays_one(holder: Talk) -> None:
    assert (await holder.say("hedge ETH")).lines[0].endswith("ETH")
    assert "$" not in (await holder.say("hedge ETH")).lines[0]
    assert "/hedge only SOL" in await holder.say("hedge my sol")


async def test_half_of_a_coin_is_sold_only_after_a_yes(holder: Talk) -> None:
    answer = await holder.say("sold half my link")
    assert "LINK: 50 (you hold 100)" in answer
    assert (await holder.portfolio())["LINK"] == "100"
    await holder.press("Save")
    assert (await holder.portfolio())["LINK"] == "50"


async def test_all_of_a_coin_is_sold(holder: Talk) -> None:
    answer = await holder.say("sold all my link")
    assert answer.buttons["Save"] == "/remove LINK"
    await holder.press("Save")
    assert "LINK" not in await holder.portfolio()


async def test_one_coin_is_swapped_for_another(holder: Talk) -> None:
    await holder.say("swapped 2 eth for 30 sol")
    await holder.press("Save")
    assert await holder.portfolio() == {"ETH": "2", "LINK": "100", "SOL": "90"}


@pytest.mark.parametrize("text", ["sold 5 eth", "sold 5 btc", "swapped 4 eth for 1 btc"])
async def test_what_cannot_have_been_changes_nothing(holder: Talk, text: str) -> None:
    before = await holder.portfolio()
    answer = await holder.say(text)
    assert "Save" not in answer.buttons
    assert await holder.portfolio() == before


async def test_ten_thousand_of_a_coin_are_asked_back(holder: Talk) -> None:
    answer = await holder.say("10k of SOL")
    assert [*answer.buttons.values()] == ["/add SOL $10000", "/add SOL 10000", "/help"]
    assert (await holder.portfolio())["SOL"] == "60"


async def test_an_alert_is_set_only_after_a_yes(holder: Talk) -> None:
    before = await holder.say("/alerts")
    answer = await holder.say("tell me if sol drops below 120")
    assert answer.buttons["Yes"] == "/alert price SOL below 120"
    assert (await holder.say("/alerts")).text == before.text


async def test_coins_with_some_about_right_are_shown_first(talk: Talk) -> None:
    answer = await talk.say("i got 2 eth and some sol (~40)")
    assert "SOL: about 40" in answer
    assert await talk.portfolio() == {}
    await talk.press("Save")
    assert await talk.portfolio() == {"ETH": "2", "SOL": "40"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    {
        "/delete": ["/remove", "/forget"],
        "/support": ["/help"],
        "/close": ["/exit"],
        "/pnl": ["/positions"],
    }.items(),
)
async def test_an_unknown_command_is_taken_by_its_meaning_first(
    talk: Talk, typed: str, meant: list[str]
) -> None:
    assert [*(await talk.say(typed)).buttons.values()] == meant


async def test_what_is_not_understood_offers_ways_on(talk: Talk) -> None:
    assert "/add sample" in (await talk.say("blah blah")).buttons.values()
    await talk.say("/add sample")
    assert set(await talk.portfolio()) == set(SAMPLE)
    assert "/hedge" in (await talk.say("blah blah")).buttons.values()
