"""/status: how fresh the figures are; to the one who runs the program, how the venues answer."""

from datetime import timedelta

from bot.chat.router import Conversation
from bot.terminal.chat import LOCAL_USER
from bot.wording.status import status
from core.domain.errors import NoData
from core.domain.market import Health
from core.prices.watch import VenueHealth
from core.store.database import Database
from core.store.queue.outbox import Outbox
from tests.bot_html import visible
from tests.conversation import OWNER, Talk, talk_over
from tests.domain import NOW
from tests.notices import known, notice

VENUES = ("simulated", "bybit", "okx")


def healthy(venue: str, **figures: object) -> VenueHealth:
    known: dict[str, object] = {
        "quotes_at": NOW - timedelta(seconds=20),
        "funding_at": NOW - timedelta(minutes=2),
        "closes_at": NOW - timedelta(hours=3),
        "failure": None,
        "health": Health("closed", 4),
    }
    return VenueHealth(venue, **{**known, **figures})  # type: ignore[arg-type]


def owner(talk: Talk) -> Talk:
    return Talk(talk.conversation, talk.clock, talk.database, talk.watch, OWNER)


async def test_a_user_sees_how_old_the_figures_of_their_venue_are(embedded: Database) -> None:
    talk = talk_over(embedded, venues=VENUES)
    await talk.say("/add SOL 60")
    await talk.say("/hedge")
    await owner(talk).say("/venue bybit")
    await owner(talk).say("/status")
    talk.clock.move(seconds=30)

    answer = await talk.say("/status")

    assert answer.lines[0] == "Prices are current."
    assert ["simulated", "30s", "30s", "30s"] in [line.split() for line in answer.lines]
    assert "Bybit" not in answer
    assert "requests" not in answer


async def test_the_owner_sees_every_venue_in_use(embedded: Database) -> None:
    talk = talk_over(embedded, venues=VENUES)
    await talk.say("/status")
    theirs = owner(talk)
    await theirs.say("/venue okx")

    answer = await theirs.say("/status")

    assert answer.lines[0] == "All 2 venues in use answer."
    assert "OKX" in answer
    assert "0 requests in the last minute." in answer


async def test_only_who_is_named_is_the_owner(embedded: Database) -> None:
    talk = talk_over(embedded, venues=VENUES)
    for user in (1, OWNER + 1):
        other = Talk(talk.conversation, talk.clock, talk.database, talk.watch, user)
        assert "requests" not in await other.say("/status")


async def test_a_venue_that_is_down_is_said_to_be(embedded: Database) -> None:
    talk = talk_over(embedded, "outage")
    talk.clock.move(hours=1)

    answer = await talk.say("/status")

    assert answer.lines[0] == "simulated cannot be read now."
    assert "a simulated outage" in answer


def test_circuits_requests_problems_and_changes_are_listed_for_the_owner() -> None:
    health = Health(
        "opened",
        7,
        tuple(f"Bybit gives no usable mark price for C{n}." for n in range(11)),
        ("9:30: it moved.",),
    )
    text = visible(
        status([healthy("bybit", failure=NoData("Bybit is down."), health=health)], NOW, owner=True)
    )

    assert text.startswith("Bybit cannot be read now.")
    assert "left in peace" in text
    assert "7 requests in the last minute." in text
    assert "for C7." in text
    assert "for C8." not in text
    assert "And 3 more like these." in text
    assert "it moved" in text


def test_old_and_missing_figures_show_as_such() -> None:
    old = healthy(
        "bybit", quotes_at=NOW - timedelta(minutes=9), funding_at=None, closes_at=NOW - timedelta(days=2)
    )
    text = visible(status([old, healthy("okx")], NOW, owner=False))

    assert text.startswith("Prices from Bybit are old.")
    assert ["Bybit", "9m", "-", "2d"] in [line.split() for line in text.split("\n")]
    assert ["OKX", "20s", "2m", "3h"] in [line.split() for line in text.split("\n")]


async def test_the_owner_sees_how_many_notices_wait_and_for_how_long(embedded: Database) -> None:
    talk = talk_over(embedded)
    theirs = owner(talk)
    assert "No notice waits to be sent." in await theirs.say("/status")
    await known(embedded, [1, 2], talk.clock())
    outbox = Outbox(embedded)
    for user in (1, 2):
        await outbox.post(user, notice("drifted", talk.clock()))
    talk.clock.move(minutes=3)
    await outbox.claim(talk.clock(), 1, timedelta(seconds=20))

    assert "Notices: 1 to send, 1 on the way, oldest 3m." in await theirs.say("/status")
    assert "Notices" not in await talk.say("/status")

    talk.clock.move(minutes=3)
    await outbox.recover(talk.clock())
    assert "1 may not have arrived: digests name them." in await theirs.say("/status")


async def test_who_sits_at_a_terminal_beside_a_bot_sees_their_own_alone(embedded: Database) -> None:
    talk = talk_over(embedded)
    conversation = Conversation(embedded, talk.watch, ("simulated",), talk.clock, owner=LOCAL_USER)
    local = Talk(conversation, talk.clock, embedded, talk.watch, LOCAL_USER)
    await known(embedded, [LOCAL_USER, 1, 2], talk.clock())
    for user in (LOCAL_USER, 1, 2):
        await Outbox(embedded).post(user, notice("drifted", talk.clock()))
    assert "Notices: 1 to send" in await local.say("/status")
    assert "Notices: 2 to send" in await owner(talk).say("/status")
