"""/picture, and what is drawn with a replay."""

import re
from xml.etree import ElementTree as ET

import pytest

from bot.commands.picture import PICTURED
from bot.picture.canvas import PHONE_WIDE
from bot.picture.render import png
from bot.wording.reply import Picture
from core.store.database import Database
from tests.conversation import Talk, talk_over

MOST_BYTES = 200_000


async def hedged(talk: Talk) -> Talk:
    """Coins, a hedge of them, two days later."""
    await talk.say("/add sample")
    await talk.say("/hedge 2 orders")
    await talk.say("/ticket")
    await talk.press("Filled as shown")
    talk.clock.move(days=2)
    return talk


async def drawn(talk: Talk, line: str) -> Picture:
    answer = await talk.say(line)
    assert answer.reply.pictures, answer.text
    [picture] = answer.reply.pictures
    return picture


@pytest.mark.parametrize("name", PICTURED)
async def test_each_picture_is_whole_in_light_and_dark_and_small(talk: Talk, name: str) -> None:
    await hedged(talk)
    picture = await drawn(talk, f"/picture {name}")
    assert picture.words.endswith(".")
    assert picture.light != picture.dark
    for svg in (picture.light, picture.dark):
        root = ET.fromstring(svg)
        assert root.get("width") == str(PHONE_WIDE)
        assert "~" not in re.sub(r">[^<]*<", "><", svg), "every colour is filled in"
        image = await png(svg)
        assert image.startswith(b"\x89PNG")
        assert len(image) < MOST_BYTES


async def test_the_portfolio_has_every_coin_by_its_whole_name(talk: Talk) -> None:
    await talk.say("/add sample")
    picture = await drawn(talk, "/picture portfolio")
    said = {each.text for each in ET.fromstring(picture.light).iter() if each.text}
    assert {"ETH", "SOL", "LINK", "AVAX", "DOT", "NEAR", "UNI", "AAVE"} <= said


async def test_a_hedge_that_a_rise_liquidates_is_marked(talk: Talk) -> None:
    await talk.say("/add sample")
    picture = await drawn(talk, "/picture hedge 5x ETH")
    assert "liquidated" in picture.words


async def test_a_replay_comes_with_its_path(talk: Talk) -> None:
    await talk.say("/add sample")
    picture = await drawn(talk, "/replay ftx")
    assert "lowest" in picture.words


async def test_a_beta_through_time_is_near_the_one_that_is_told(talk: Talk) -> None:
    await talk.say("/add ETH 4")
    picture = await drawn(talk, "/picture beta ETH")
    assert re.search(r"is 1\.00 now", picture.words), picture.words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/picture storm", "portfolio"),
        ("/picture gains", "no open hedge"),
        ("/picture liquidation", "no open hedge"),
        ("/picture report", "no open hedge"),
        ("/picture report x", "/picture report 3"),
        ("/picture report 7", "/history"),
        ("/picture funding ETH SOL", "one coin"),
        ("/picture portfolio now", "/picture portfolio"),
    ],
)
async def test_what_cannot_be_drawn_is_said(talk: Talk, line: str, words: str) -> None:
    await talk.say("/add sample")
    answer = await talk.say(line)
    assert words in answer
    assert not answer.reply.pictures


async def test_without_coins_nothing_is_drawn(talk: Talk) -> None:
    for name in ("portfolio", "hedge", "beta"):
        assert not (await talk.say(f"/picture {name}")).reply.pictures


async def test_a_young_hedge_has_no_card(embedded: Database) -> None:
    talk = talk_over(embedded)
    await hedged(talk)
    talk.clock.move(days=-2)
    talk.clock.move(hours=1)
    assert "a day" in await talk.say("/picture report")


async def test_the_picture_alone_names_what_can_be_drawn(talk: Talk) -> None:
    answer = await talk.say("/picture")
    assert {f"/picture {name}" for name in PICTURED} == set(answer.buttons.values())
