"""The owner lets people in and takes them out; nobody else can."""

from datetime import timedelta

import pytest

from bot.chat.router import Conversation
from bot.desk.access import Access
from bot.terminal.chat import LOCAL_USER
from bot.wording.people import PRIVATE
from bot.wording.reply import Reply
from core.store.database import Database
from core.store.people import People
from tests.conversation import Talk, talk_over

ANN, BEN, CID = 7001, 7002, 7003


@pytest.fixture
def access(embedded: Database) -> Access:
    return Access(People(embedded), bot="HedgeTestBot")


@pytest.fixture
async def ann(embedded: Database, access: Access) -> Talk:
    """The owner's talk."""
    return await talk_of(embedded, access, ANN, owner=ANN)


async def talk_of(database: Database, access: Access, user: int, owner: int | None = None) -> Talk:
    over = talk_over(database)
    access.clock = over.clock
    await access.begin(owner)
    conversation = Conversation(database, over.watch, ("simulated",), over.clock, access=access)
    return Talk(conversation, over.clock, database, over.watch, user)


def other(ann: Talk, user: int) -> Talk:
    return Talk(ann.conversation, ann.clock, ann.database, ann.watch, user)


def code_in(text: str) -> str:
    [link] = [line for line in text.split("\n") if "https://t.me/HedgeTestBot?start=" in line]
    return link.partition("start=")[2]


async def test_somebody_is_invited_comes_in_is_removed_and_comes_back(ann: Talk, access: Access) -> None:
    ben = other(ann, BEN)
    assert (await ben.say("/portfolio")).reply == Reply(PRIVATE)
    invitation = await ann.say("/invite Ben")
    assert invitation.lines[0] == "An invitation for Ben"
    assert await access.enter(BEN, code_in(invitation.text)) == "member"
    assert "what to short" in await ben.say(f"/start {code_in(invitation.text)}")
    await ben.say("SOL 60")

    people = await ann.say("/people")
    assert people.lines[:3] == [
        "2 people may use this bot",
        f"{ANN} the owner, since 10 June 2026",
        f"{BEN} Ben, since 10 June 2026",
    ]
    assert "Ben is removed" in await ann.say(f"/people remove {BEN}")
    assert (await ben.say("/portfolio")).reply == Reply(PRIVATE)
    assert "Removed" in (await ann.say("/people")).lines

    again = code_in((await ann.say("/invite")).text)
    assert await access.enter(BEN, again) == "member"
    assert await ben.portfolio() == {"SOL": "60"}


async def test_only_the_owner_may(ann: Talk, access: Access) -> None:
    code = code_in((await ann.say("/invite")).text)
    await access.enter(BEN, code)
    ben = other(ann, BEN)
    for line in ("/invite", "/people", f"/people remove {ANN}", f"/people name {ANN} x"):
        assert (await ben.say(line)).text == "Only the owner of this bot can do that."
    assert len(await access.known()) == 2


async def test_an_invitation_is_good_for_three_days(ann: Talk, access: Access) -> None:
    said = await ann.say("/invite")
    assert "until 13 June 2026 09:30 UTC." in said.text
    ann.clock.move(days=3)
    assert await access.enter(BEN, code_in(said.text)) is None


@pytest.mark.parametrize(
    "line",
    ["/people remove", "/people remove Ben", "/people name 7001", "/people add 5", "/people remove -5"],
)
async def test_what_is_not_understood_says_what_to_type(ann: Talk, line: str) -> None:
    assert (await ann.say(line)).text.startswith("Type /people, /people remove 12345 or")


async def test_nobody_who_is_not_there_is_removed_or_named(ann: Talk) -> None:
    for line in ("/people remove 999", "/people name 999 Eve"):
        assert "Nobody with the number 999 is on the list" in await ann.say(line)
    assert "You are the owner" in await ann.say(f"/people remove {ANN}")


async def test_the_owner_gives_names(ann: Talk, access: Access) -> None:
    await access.enter(BEN, code_in((await ann.say("/invite")).text))
    said = await ann.say(f"/people name {BEN} Benjamin of the desk")
    assert f"{BEN} Benjamin of the desk, since 10 June 2026" in said.lines


async def test_the_owner_is_greeted_and_told_who_stays(embedded: Database, access: Access) -> None:
    before = talk_over(embedded)
    for user in (BEN, CID):
        await other(before, user).say("SOL 1")
    ann = await talk_of(embedded, access, ANN)
    code = await access.owner_code()
    assert code is not None
    assert await access.enter(ANN, code) == "owner"
    greeting = await ann.say(f"/start {code}")
    assert greeting.lines[0] == "You are the owner of this bot."
    assert "2 people used this bot before and stay in, alerts included." in greeting.text
    assert "what to short" in greeting.text
    assert "used this bot before" not in (await ann.say(f"/start {code}")).text
    assert "SOL" in await other(ann, BEN).say("/portfolio")


async def test_where_everybody_may_one_can_be_removed_and_let_in_again(embedded: Database) -> None:
    access = Access(People(embedded), public=True)
    ann = await talk_of(embedded, access, ANN, owner=ANN)
    assert "SOL" in await other(ann, CID).say("SOL 1")
    assert "is removed" in await ann.say(f"/people remove {CID}")
    assert (await other(ann, CID).say("/portfolio")).reply == Reply(PRIVATE)
    assert (await ann.say("/people")).lines[0] == "Everybody may use this bot (PUBLIC=1)"
    assert (
        await access.enter(CID, (await ann.say("/invite")).text.partition("/start ")[2].split()[0])
        == "member"
    )
    assert "SOL" in await other(ann, CID).say("/portfolio")


async def test_who_sits_at_a_terminal_is_their_own_operator(embedded: Database, access: Access) -> None:
    access.bot = None
    local = await talk_of(embedded, access, LOCAL_USER)
    assert "SOL" in await local.say("SOL 60")
    said = await local.say("/invite Ann")
    [line] = [line for line in said.lines if line.startswith("/start ")]
    assert await access.enter(ANN, line.removeprefix("/start ")) == "member"
    assert f"{ANN} Ann, since" in (await local.say("/people")).text
    assert "is removed" in await local.say(f"/people remove {ANN}")


async def test_a_removal_by_another_process_counts_within_seconds(ann: Talk, access: Access) -> None:
    await access.enter(BEN, code_in((await ann.say("/invite")).text))
    ben = other(ann, BEN)
    await ben.say("SOL 60")
    await People(ann.database).remove(BEN, ann.clock())
    ann.clock.now += timedelta(seconds=3)
    assert (await ben.say("/portfolio")).reply == Reply(PRIVATE)
