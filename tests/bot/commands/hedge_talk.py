"""Steps that many talks about open and past hedges begin with."""

import re
from decimal import Decimal

from bot.wording.layout import WIDTH
from core.store.database import Database
from tests.bot_html import visible
from tests.conversation import Answer, Talk, talk_over


async def hedged(database: Database, scenario: str = "crash", words: str = "ETH") -> Talk:
    """Someone with the sample portfolio whose hedge is filled as its ticket shows it."""
    talk = talk_over(database, scenario)
    await talk.say("/add sample")
    await talk.say(f"/ticket {words}")
    assert "Recorded" in await talk.press("Filled as shown")
    return talk


async def entered(talk: Talk, words: str) -> Answer:
    """A position entered by hand, and a yes where its price is asked back."""
    answer = await talk.say(f"/position add {words}")
    return await talk.press("Yes, record it") if "Yes, record it" in answer.buttons else answer


async def closed(talk: Talk) -> Answer:
    """Buys back all that is open, at what it costs now."""
    folds = (await talk.say("/positions")).text.split("price now ")[1:]
    marks = [dollars(fold)[0] for fold in folds]
    held = re.findall(r"^(\w+): short ([\d,.]+\d)", (await talk.say("/position")).text, re.MULTILINE)
    answer = None
    for (name, count), mark in zip(held, marks, strict=True):
        answer = await talk.say(f"/filled bought {name} {count} at {mark}")
        if "Yes, record it" in answer.buttons:
            answer = await talk.press("Yes, record it")
    assert answer is not None, "nothing was open"
    return answer


def restarted(talk: Talk, database: Database, scenario: str = "crash") -> Talk:
    """The same person, and a program that was started anew: only the database carries over."""
    again = talk_over(database, scenario)
    again.clock.now = talk.clock.now
    return again


def dollars(text: str) -> list[Decimal]:
    """Every amount of dollars in the text, with its sign."""
    return [
        Decimal(found.replace("$", "").replace(",", "").replace("+", ""))
        for found in re.findall(r"[+-]?\$[\d,]+(?:\.\d+)?", text)
    ]


def fits_a_phone(answer: Answer) -> bool:
    """Whether no table is wider than a narrow phone."""
    blocks = str(answer.reply.text).split("<pre>")[1:]
    rows = [line for block in blocks for line in visible(block.split("</pre>")[0]).split("\n")]
    return bool(rows) and max(map(len, rows)) <= WIDTH
