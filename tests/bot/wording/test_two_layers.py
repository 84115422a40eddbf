"""The first layer of the main screens: ten lines, coins and dollars, no word that needs a lesson."""

import re

import pytest

from bot.wording.layout import SIMULATED_LINE, bold, lines, unbroken
from core.store.database import Database
from tests.bot.commands.hedge_talk import hedged
from tests.bot_html import visible
from tests.conversation import Answer, Talk, talk_over

MOST_LINES = 10
UNEXPLAINED = (
    r"\bbetas?\b",
    r"R²",
    r"\bvariance\b",
    r"\bnotional\b",
    r"\bperpetuals?\b",
    r"\bisolated\b",
    r"\breduce-only\b",
    r"\bbasis\b",
    r"\d[\d,]* × ",
)
"""Words that stand in no first layer, whatever the screen."""
BEFORE = ("/start", "/portfolio", "/hedge", "/hedge ETH SOL", "/whatif", "/margin", "/exposure", "/funding",
          "/funding ETH", "/help")  # fmt: skip
OPEN = ("/positions", "/adjust", "/dehedge", "/alerts", "/report", "/start", "/whatif", "/hedge")


def first_layer(answer: Answer) -> list[str]:
    """What is read before a tap, without what is said beside every figure."""
    shown = visible(str(answer.reply.text).split("<blockquote")[0]).strip().split("\n")
    return [line for line in shown if line != SIMULATED_LINE]


def check(answer: Answer) -> None:
    layer = first_layer(answer)
    assert len(layer) <= MOST_LINES, layer
    found = [word for word in UNEXPLAINED if re.search(word, "\n".join(layer), re.IGNORECASE)]
    assert not found, (found, layer)


async def test_before_a_hedge(talk: Talk) -> None:
    await talk.say("/add sample")
    for line in BEFORE:
        check(await talk.say(line))


async def test_with_a_hedge_open(embedded: Database) -> None:
    talk = await hedged(embedded, words="ETH SOL")
    talk.clock.move(days=5)
    for line in OPEN:
        check(await talk.say(line))


async def test_of_another_size_than_usual(talk: Talk) -> None:
    await talk.say("/add sample")
    for words in (
        "target beta 0.5",
        "beta 1.5 ETH",
        "keep 5000 drop 20%",
        "drop 20%",
        "cash 9000",
        "quarterly",
    ):
        check(await talk.say(f"/hedge {words}"))


async def test_fewer_and_more_orders_lead_to_each_other(talk: Talk) -> None:
    await talk.say("/add sample")
    usual = await talk.say("/hedge 2 orders")
    assert " and " in usual.lines[0]
    more = await talk.press("More orders")
    assert more.lines[0].count(",") + more.lines[0].count(" and ") == 2
    assert (await talk.press("Fewer orders")).lines[0] == usual.lines[0]
    fewest = await talk.press("Fewer orders")
    assert "Fewer orders" not in fewest.buttons


async def test_who_has_never_hedged_is_offered_the_lessons(embedded: Database) -> None:
    talk = talk_over(embedded)
    await talk.say("/add sample")
    assert (await talk.say("/hedge")).buttons["What does this mean?"] == "/learn"
    await talk.say("/ticket")
    await talk.press("Filled as shown")
    assert "What does this mean?" not in (await talk.say("/hedge")).buttons


@pytest.mark.parametrize("text", ["0.1 SOL", "560 × 0.01 ETH", "21 × $10 ETH"])
def test_no_line_is_broken_between_a_number_and_its_coin(text: str) -> None:
    assert " " not in unbroken(text)
    assert " " not in lines(text)
    assert " " not in bold(text)


def test_other_spaces_stay() -> None:
    assert unbroken("2 orders in 14 days: 3 in 1,000") == "2 orders in 14 days: 3 in 1,000"
