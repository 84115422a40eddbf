"""/record: how often ranges held, of how many, of one's own hedges and, for the owner, of all."""

import re

from core.store.database import Database
from tests.bot.commands.hedge_talk import closed, hedged
from tests.conversation import OWNER, Answer, Talk, talk_over


def counted(answer: Answer, line: int = 0) -> tuple[int, int, int]:
    """How many held, of how many ranges, of how many hedges."""
    found = re.search(
        r"([\d,]+) of ([\d,]+) ranges? held \(\d+%\), over ([\d,]+) hedges?", answer.lines[line]
    )
    assert found is not None, answer.lines[line]
    held, stated, hedges = map(int, found.groups())
    return held, stated, hedges


async def lived(talk: Talk, days: int = 12) -> Answer:
    talk.clock.move(days=days)
    return await closed(talk)


async def test_who_has_no_hedge_is_told_what_is_counted_here(talk: Talk) -> None:
    answer = await talk.say("/record")
    assert "No range of yours" in answer.lines[0]
    assert set(answer.buttons) == {"History", "Plan a hedge"}
    assert "Over all users" not in answer


async def test_it_counts_what_the_reports_counted(database: Database) -> None:
    talk = await hedged(database, words="ETH SOL")
    report = await lived(talk)
    (told,) = re.findall(r"(\d) of (\d) ranges that I gave beforehand held", report.text)
    assert counted(await talk.say("/record")) == (int(told[0]), int(told[1]), 1)

    await talk.say("/ticket ETH")
    await talk.press("Filled as shown")
    open_again = await talk.say("/record")
    assert counted(open_again)[2] == 1  # one that is open is not counted
    assert set(open_again.buttons) == {"History", "Report so far"}
    await lived(talk)
    assert counted(await talk.say("/record"))[2] == 2


async def test_a_hedge_that_is_taken_back_is_not_counted_any_more(database: Database) -> None:
    talk = await hedged(database, words="ETH")
    assert "ranges" in await lived(talk)
    assert counted(await talk.say("/record"))[2] == 1
    await talk.say("/position undo")
    assert "No range of yours" in (await talk.say("/record")).lines[0]


async def test_the_owner_sees_the_count_of_everybody_without_names(database: Database) -> None:
    one = await hedged(database, words="ETH")
    await lived(one)
    other = one.someone_else()
    await other.say("/add sample")
    await other.say("/ticket ETH SOL")
    await other.press("Filled as shown")
    await lived(other)
    own, others = counted(await one.say("/record")), counted(await other.say("/record"))

    one.user = OWNER
    answer = await one.say("/record")
    assert "No range of yours" in answer.lines[0]
    (line,) = (number for number, text in enumerate(answer.lines) if text.startswith("Over all users"))
    assert counted(answer, line) == (own[0] + others[0], own[1] + others[1], 2)


async def test_a_hedge_without_a_report_is_named(database: Database) -> None:
    talk = await hedged(database, "outage", words="ETH")
    held = (await talk.say("/position")).text
    count = held.split(": short ")[1].split(" ")[0]
    talk.clock.move(minutes=105)  # within the outage
    await talk.say(f"/filled bought ETH {count} at 3500")
    if "Yes, record it" in (talk.last.buttons if talk.last else {}):
        await talk.press("Yes, record it")
    assert "/report 1" in await talk.say("/record")
    talk.clock.move(hours=3)
    await talk.say("/report 1")
    assert "/report 1" not in await talk.say("/record")


async def test_words_behind_it_are_refused(database: Database) -> None:
    assert "/record alone" in await talk_over(database).say("/record 3")
