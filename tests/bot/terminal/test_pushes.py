"""What is pushed to the one person at a terminal, on a market that crashes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.chat.router import Conversation
from bot.clocks.clock import MovableClock
from bot.terminal.chat import LOCAL_USER, PUSHED, Chat
from bot.terminal.pushes import Pushes
from core.domain.errors import NoData
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.queue.outbox import Outbox
from core.store.tables import users
from core.store.user.alerts import Alerts
from core.venues.simulated.market import SimulatedMarket
from tests.bot.terminal.test_terminal import Screen
from tests.conversation import Clock
from tests.notices import known, notice, states

VENUES = ("simulated",)
NEIGHBOUR = 7001
ALERT = "/alert price SOL below 200"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def unreachable(_look: object) -> None:
    raise NoData("Cannot reach the database.")


class Seat:
    """The person at the terminal, and what they see."""

    def __init__(self, database: Database, speed: int = 1) -> None:
        self.database = database
        self.machine = Clock()
        self.clock = MovableClock(speed, self.machine)
        watch = Watch(
            lambda venue: SimulatedMarket(7, "crash", self.clock, venue),
            StoredCloses(database),
            self.clock,
            VENUES,
        )
        self.screen = Screen()
        talk = Conversation(database, watch, VENUES, self.clock)
        self.pushes = Pushes(database, watch, VENUES, self.clock, LOCAL_USER)
        self.chat = Chat(talk, self.clock, self.screen, pushes=self.pushes)

    async def say(self, line: str) -> str:
        await self.chat.say(line)
        return self.screen.read_new()


@pytest.fixture
def seat(embedded: Database) -> Seat:
    return Seat(embedded)


async def test_an_alert_that_is_reached_is_shown_after_what_was_typed_and_once(seat: Seat) -> None:
    await seat.say("/add SOL 60")
    assert PUSHED not in await seat.say(ALERT)
    shown = await seat.say(":tick 36h")
    assert shown.index("It is now") < shown.index(PUSHED)
    assert "SOL under $200" in shown
    assert "[Snooze 1 h]" in shown
    assert PUSHED not in await seat.say("/portfolio")
    assert PUSHED not in await seat.say(":tick 1h")


async def test_the_buttons_of_a_push_can_be_pressed(seat: Seat) -> None:
    await seat.say("/add SOL 60")
    await seat.say(ALERT)
    await seat.say(":tick 36h")
    await seat.say(":press Snooze 1 d")
    [alert] = await Alerts(seat.database, LOCAL_USER, now=seat.clock()).list()
    assert alert.snoozed_until == seat.clock() + timedelta(days=1)


async def test_a_push_tells_times_by_the_users_clock(seat: Seat) -> None:
    await seat.say("/add SOL 60")
    await seat.say("/quiet 1-2 Kathmandu")
    await seat.say(ALERT)
    shown = await seat.say(":tick 36h")
    assert ":15 Kathmandu time." in shown, "whose clocks are 5:45 hours before UTC"
    assert "UTC." not in shown.split(PUSHED)[1]


async def test_with_a_faster_clock_it_comes_while_nobody_types(embedded: Database) -> None:
    seat = Seat(embedded, speed=3600)
    await seat.say("/add SOL 60")
    await seat.say(ALERT)
    seat.machine.move(seconds=36)
    await seat.chat.show_pushes()
    assert "SOL under $200" in seat.screen.read_new()


async def test_an_alert_of_another_day_is_watched_when_the_terminal_is_opened_again(
    embedded: Database,
) -> None:
    yesterday = Seat(embedded)
    await yesterday.say("/add SOL 60")
    await yesterday.say(ALERT)
    async with embedded.write() as connection:
        await connection.execute(update(users).values(touched=LONG_AGO))
    today = Seat(embedded)
    await today.say("/portfolio")
    assert "SOL under $200" in await today.say(":tick 36h")


async def test_a_database_that_is_away_is_said_once_and_what_was_due_then_comes_later(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seat.say("/add SOL 60")
    await seat.say(ALERT)
    with monkeypatch.context() as away:
        away.setattr(seat.database, "survey", unreachable)
        assert "No alert can come now" in await seat.say(":tick 36h")
        assert "No alert" not in await seat.say(":tick 1h")
    assert "SOL under $200" in await seat.say(":tick 1m")


async def test_the_market_is_looked_at_once_a_minute_of_its_own(seat: Seat) -> None:
    await seat.say("/add SOL 60")
    await seat.say(ALERT)
    seat.clock.move("0m")
    before = seat.pushes._looked
    seat.machine.move(seconds=59)
    await seat.say("/portfolio")
    assert seat.pushes._looked == before
    seat.machine.move(seconds=1)
    await seat.say("/portfolio")
    assert seat.pushes._looked != before


async def test_what_is_for_the_bots_users_is_left_to_the_bot(seat: Seat, embedded: Database) -> None:
    await known(embedded, [LOCAL_USER, NEIGHBOUR], seat.clock())
    outbox = Outbox(embedded)
    for user in (LOCAL_USER, NEIGHBOUR):
        await outbox.post(user, notice("drifted", seat.clock()))
    assert (await seat.say("/help")).count(PUSHED) == 1
    assert await states(embedded, NEIGHBOUR) == {"drifted": "waiting"}


async def test_what_is_for_the_person_at_the_terminal_is_left_by_the_bot(embedded: Database) -> None:
    clock = Clock()
    await known(embedded, [LOCAL_USER, NEIGHBOUR], clock())
    outbox = Outbox(embedded)
    for user in (LOCAL_USER, NEIGHBOUR):
        await outbox.post(user, notice("drifted", clock()))
    batches = await outbox.claim(clock(), 10, timedelta(seconds=20))
    assert [batch.user for batch in batches] == [NEIGHBOUR]


async def test_the_bots_users_are_not_measured_on_this_market(seat: Seat, embedded: Database) -> None:
    neighbour = Conversation(embedded, seat.pushes._watch, VENUES, seat.clock)
    await neighbour.answer("/add SOL 60", user=NEIGHBOUR)
    await neighbour.answer(ALERT, user=NEIGHBOUR)
    await seat.say("/add SOL 60")
    await seat.say(ALERT)
    assert PUSHED in await seat.say(":tick 36h")
    assert await states(embedded, NEIGHBOUR) == {}
