"""Aims by a date, by a share of the worth, and by a floor."""

import re

import pytest

from tests.conversation import Talk


@pytest.fixture
async def holder(talk: Talk) -> Talk:
    await talk.say("/add sample")
    return talk


@pytest.mark.parametrize("day", ["24 June", "june 24th", "24 Jun 2026", "2026-06-24"])
async def test_a_hedge_stands_until_a_day(holder: Talk, day: str) -> None:
    assert "within 14 days" in await holder.say(f"/hedge until {day}")


async def test_the_last_day_of_a_hedge_may_be_said_plainly(holder: Talk) -> None:
    assert "within 14 days" in await holder.say("hedge me until the 24th of june")


@pytest.mark.parametrize("day", ["yesterday", "24", "31 February", "10 June 2026", "2026-06-10", "", "june"])
async def test_what_is_no_day_to_come_is_refused(holder: Talk, day: str) -> None:
    answer = await holder.say(f"/hedge until {day}")
    assert "until 2026-12-24" in answer


async def test_a_tenth_may_be_lost(holder: Talk) -> None:
    await holder.say("/hedge")  # the first one asks about margin besides
    share, dollars = (
        (await holder.say("/hedge keep 10% drop 30%")),
        (await holder.say("/hedge keep 5000 drop 30%")),
    )
    assert share.text == dollars.text


async def test_a_floor_is_what_may_be_lost_above_it(holder: Talk) -> None:
    await holder.say("/hedge")  # the first one asks about margin besides
    floor, loss = (
        (await holder.say("/hedge floor $45,000 drop 30%")),
        (await holder.say("/hedge keep 5000 drop 30%")),
    )
    assert re.sub(r"\s", " ", floor.text) == re.sub(r"\s", " ", loss.text)
    choice = await holder.say("never below $45,000")
    assert "/hedge floor 45000 drop 30%" in choice.buttons.values()


@pytest.mark.parametrize("words", ["floor 60000 drop 30%", "floor", "keep 120% drop 30%", "floor x drop 30%"])
async def test_an_aim_that_cannot_be_is_refused(holder: Talk, words: str) -> None:
    assert not (await holder.say(f"/hedge {words}")).lines[0].startswith("Short")
