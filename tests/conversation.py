"""A person who talks to the real conversation, over a real database and the real simulated market."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.chat.router import Conversation
from bot.desk.access import Access
from bot.wording.reply import Button, Reply
from core.prices.watch import Watch
from core.store.database import Database
from core.store.market.closes import StoredCloses
from core.store.people import People
from core.venues.simulated.market import SimulatedMarket
from tests.bot_html import visible

BEGAN = datetime(2026, 6, 10, 9, 30, tzinfo=UTC)
OWNER = 77
"""The user who runs the program."""
SIMULATED = "SIMULATED market: prices are made up."
SAMPLE = ("AAVE", "AVAX", "DOT", "ETH", "LINK", "NEAR", "SOL", "UNI")


@dataclass
class Clock:
    """Tells the time it was set to."""

    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> None:
        self.now += timedelta(**step)


@dataclass(frozen=True)
class Answer:
    """A reply as it is read: its text, its lines, and the buttons by label."""

    reply: Reply

    @property
    def text(self) -> str:
        """What the reader sees; raises BadHtml where Telegram would refuse the markup."""
        return visible(self.reply.text)

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @property
    def buttons(self) -> dict[str, str]:
        return {button.label: button.line for button in pressable(self.reply)}

    def __contains__(self, words: str) -> bool:
        return words in self.text


def pressable(reply: Reply) -> Iterator[Button]:
    return (button for row in reply.buttons for button in row)


@dataclass
class Talk:
    """One user's talk; `others` talk to the same conversation."""

    conversation: Conversation
    clock: Clock
    database: Database
    watch: Watch
    user: int = 1
    last: Answer | None = field(default=None, repr=False)

    async def say(self, text: str, *, request: int | None = None, to: int | None = None) -> Answer:
        answered = self.conversation.answer(text, user=self.user, request=request, reply_to=to)
        self.last = Answer(await answered)
        return self.last

    async def press(self, label: str) -> Answer:
        assert self.last is not None, "nothing was said yet"
        return await self.say(self.last.buttons[label])

    async def portfolio(self) -> dict[str, str]:
        """What the user holds, as stored."""
        from core.store.user.book import Book

        held = await Book(self.database, self.user, now=self.clock()).holdings()
        return {holding.asset: f"{holding.quantity:f}" for holding in held}

    def someone_else(self) -> "Talk":
        return Talk(self.conversation, self.clock, self.database, self.watch, self.user + 1)


def talk_over(
    database: Database,
    scenario: str = "calm",
    venues: tuple[str, ...] = ("simulated",),
    *,
    began: datetime = BEGAN,
) -> Talk:
    """A newcomer's talk, at BEGAN, on a market whose scenario unfolds from `began` on."""
    clock = Clock()
    watch = Watch(
        lambda venue: SimulatedMarket(7, scenario, clock, venue, began), StoredCloses(database), clock, venues
    )
    access = Access(People(database), public=True, clock=clock)
    talk = Conversation(database, watch, venues, clock, owner=OWNER, access=access)
    return Talk(talk, clock, database, watch)
