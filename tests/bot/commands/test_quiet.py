"""/quiet and /digest: hours of the user's day, by the clock on their wall."""

import pytest

from core.store.database import Database
from core.store.user.alerts import Alerts
from core.store.user.book import Book, Preferences
from tests.conversation import Talk, talk_over


@pytest.fixture
def sleeper(database: Database) -> Talk:
    """Someone new, over each database."""
    return talk_over(database)


async def settled(talk: Talk) -> Preferences:
    return await Book(talk.database, talk.user, now=talk.clock()).preferences()


async def digests(talk: Talk) -> list[str]:
    found = await Alerts(talk.database, talk.user, now=talk.clock()).list()
    return [alert.mode for alert in found if alert.rule.kind == "digest"]


async def test_quiet_hours_are_kept_with_their_place(sleeper: Talk) -> None:
    answer = await sleeper.say("/quiet 23-7 Europe/Berlin")
    assert answer.lines[0] == "Quiet from 23:00 to 07:00, Europe/Berlin time"
    assert "still come then" in answer
    mine = await settled(sleeper)
    assert (mine.quiet_from, mine.quiet_to, mine.timezone) == (23 * 60, 7 * 60, "Europe/Berlin")
    assert (await sleeper.say("/quiet")).text == answer.text
    assert (await sleeper.press("Off")).lines[0] == "No quiet hours: alerts come at any hour"
    assert (await settled(sleeper)).quiet_from is None


async def test_a_place_that_was_named_is_remembered(talk: Talk) -> None:
    await talk.say("/quiet 23-7 new york")
    answer = await talk.say("/digest 8:30")
    assert answer.lines[0] == "A summary every day at 08:30, America/New York time"
    assert (await talk.say("/quiet 22-6")).lines[0] == "Quiet from 22:00 to 06:00, America/New York time"
    assert (await talk.say("/quiet 22-6 utc")).lines[0] == "Quiet from 22:00 to 06:00, UTC time"


async def test_a_zone_alone_moves_what_is_set(talk: Talk) -> None:
    await talk.say("/quiet 23-7 berlin")
    assert (await talk.say("/quiet lisbon")).lines[0] == "Quiet from 23:00 to 07:00, Europe/Lisbon time"
    await talk.say("/digest 8")
    assert (await talk.say("/digest Tokyo")).lines[0] == "A summary every day at 08:00, Asia/Tokyo time"
    await talk.say("/quiet none")
    assert "not say from when" in await talk.say("/quiet berlin"), "there is nothing to move"


@pytest.mark.parametrize("word", ["off", "None", "no", "stop", "never"])
async def test_words_that_end_it(talk: Talk, word: str) -> None:
    await talk.say("/quiet 23-7")
    await talk.say("/digest 8")
    assert (await talk.say(f"/quiet {word}")).lines[0] == "No quiet hours: alerts come at any hour"
    assert (await talk.say(f"/digest {word}")).lines[0] == "No daily summary"


async def test_who_has_named_no_place_is_told_that_it_is_utc(talk: Talk) -> None:
    for line in ("/quiet 23-7", "/digest 8:00"):
        answer = await talk.say(line)
        assert "UTC time" in answer.lines[0]
        assert "time zone" in answer


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("/quiet 23-7 Europe/Brelin", "Did you mean Europe/Berlin,"),
        ("/quiet 23-7 Amstrdam", "Did you mean Europe/Amsterdam?"),
        ("/quiet 23-7 CET", "Did you mean Europe/Berlin?"),
        ("/quiet 23-7 xyzzy", "Type a large city of yours"),
        ("/quiet 25-7", "It goes from 0:00 to 23:59."),
        ("/quiet 7-7", "begin and end at the same time"),
        ("/quiet 23", "does not say from when until when"),
        ("/quiet please", "does not say from when until when"),
        ("/digest 25:00", "It goes from 0:00 to 23:59."),
        ("/digest noon", "is not a time of day"),
        ("/digest 8:00 Brelin", "Did you mean Europe/Berlin?"),
    ],
)
async def test_what_cannot_be_is_told_in_a_sentence_and_changes_nothing(
    talk: Talk, typed: str, complaint: str
) -> None:
    assert complaint in await talk.say(typed)
    assert await settled(talk) == Preferences()
    assert await digests(talk) == []


async def test_a_summary_is_turned_on_moved_and_off(sleeper: Talk) -> None:
    answer = await sleeper.say("/digest 9:00 Europe/Berlin")
    assert answer.lines[0] == "A summary every day at 09:00, Europe/Berlin time"
    assert "comes in a minute" in answer, "in Berlin it is 11:30"
    assert await digests(sleeper) == ["silent"]
    assert (await settled(sleeper)).digest_at == 9 * 60
    moved = await sleeper.say("/digest 8pm")
    assert moved.lines[0] == "A summary every day at 20:00, Europe/Berlin time"
    assert "Today's" not in moved
    assert await digests(sleeper) == ["silent"]
    assert (await sleeper.press("Off")).lines[0] == "No daily summary"
    assert await digests(sleeper) == []
    assert (await settled(sleeper)).digest_at is None


async def test_a_summary_that_was_muted_is_not_said_to_come(talk: Talk) -> None:
    await talk.say("/digest 20:00")
    await talk.say("/alert off digest")
    assert (await talk.say("/digest")).lines[0] == "No daily summary"
    assert (await talk.say("/digest 20:00")).lines[0].startswith("A summary every day")


async def test_a_summary_is_listed_with_the_alerts(talk: Talk) -> None:
    await talk.say("/digest 20:00")
    assert "1. digest once a day: on, silent" in await talk.say("/alerts")
