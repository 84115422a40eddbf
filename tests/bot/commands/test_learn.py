"""/learn: eight lessons with the reader's own figures."""

import pytest

from bot.commands import COMMANDS
from bot.wording.lessons import LESSONS, MOST_WORDS
from tests.conversation import Talk

NAMED = {f"/{command.name}" for command in COMMANDS}


async def test_there_are_eight(talk: Talk) -> None:
    assert [*(await talk.say("/learn")).buttons.values()] == [f"/learn {name}" for name in LESSONS]
    assert len(LESSONS) == 8


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("holds", [True, False])
async def test_a_lesson_is_short_and_leads_to_its_screen(talk: Talk, name: str, *, holds: bool) -> None:
    if holds:
        await talk.say("/add sample")
    answer = await talk.say(f"/learn {name}")
    assert answer.lines[0] == LESSONS[name].title
    assert 40 < len(answer.text.split()) < MOST_WORDS
    assert next(iter(answer.buttons.values())).split()[0] in NAMED


async def test_it_tells_the_readers_own_figures(talk: Talk) -> None:
    await talk.say("/add sample")
    hedge = (await talk.say("/hedge")).reply.text
    lesson = await talk.say("/learn funding")
    income = next(word for word in lesson.text.split() if word.startswith("$"))
    assert income in hedge


@pytest.mark.parametrize("word", ["beta", "liquidation", "ADL", "perpetual", "hedge?"])
async def test_it_is_found_by_other_words(talk: Talk, word: str) -> None:
    assert (await talk.say(f"/learn {word}")).lines[0] in {each.title for each in LESSONS.values()}


async def test_another_word_names_the_lessons(talk: Talk) -> None:
    answer = await talk.say("/learn pigeons")
    assert all(name in answer for name in LESSONS)
