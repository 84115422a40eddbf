"""Notices that wait, the bot that delivers them, and what has become of them."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from markupsafe import Markup, escape
from sqlalchemy import select

from bot.telegram.blocked_chats import Chats
from bot.telegram.client import BotClient
from bot.telegram.pace import CountAnswers, Pace
from bot.telegram.request import AiohttpRequest
from bot.telegram.send_notices import Delivery
from bot.wording.reply import Reply
from core.alert.facts import Facts
from core.alert.kind import QUIET, URGENT, USUAL
from core.store.database import Database
from core.store.queue.notice import Notice
from core.store.queue.outbox import Outbox
from core.store.tables import notices
from core.store.user.book import Book
from tests.bot_api import BotApi
from tests.conversation import Clock

KINDS = {"liquidation": URGENT, "funding": USUAL, "digest": QUIET}


def notice(text: str, at: datetime, kind: str = "funding", *, silent: bool = False) -> Notice:
    """A notice that says `text`, which is its key as well."""
    return Notice(text, None, kind, KINDS[kind], silent, Facts(kind=kind, subject=text), at, at)


def plainly(told: Sequence[Facts], _now: datetime) -> Reply:
    """The texts of notices, a line each. Raises ValueError where one has none."""
    if not all(facts.subject for facts in told):
        raise ValueError("a notice without a text")
    return Reply(Markup("\n").join(escape(facts.subject or "") for facts in told))


async def known(database: Database, users: Collection[int], now: datetime) -> None:
    """These users have a row."""
    for user in users:
        await Book(database, user, now=now).prefer()


async def states(database: Database, user: int) -> dict[str, str]:
    """What has become of a user's notices, by key."""
    query = select(notices.c.key, notices.c.state).where(notices.c.user_id == user)
    async with database.read() as connection:
        return {row.key: row.state for row in await connection.execute(query)}


class Post:
    """A post office: notices are handed in and delivered. `results` are those of the tries, in order."""

    def __init__(self, database: Database, clock: Clock, bot: BotClient) -> None:
        self.database = database
        self.clock = clock
        self.bot = bot
        self.outbox = Outbox(database)
        self.chats = Chats(database, clock)
        self.results: list[str] = []
        self.delivery = Delivery(
            self.outbox, bot, self.chats, clock, count=self.results.append, write=plainly
        )

    async def take(self, user: int, text: str, kind: str = "funding", *, silent: bool = False) -> None:
        """A notice to this user is due now."""
        await known(self.database, [user], self.clock())
        assert await self.outbox.post(user, notice(text, self.clock(), kind, silent=silent))

    async def deliver(self, after: float = 0) -> list[str]:
        """Deliver what is due in so many seconds; the results of the tries."""
        self.clock.now += timedelta(seconds=after)
        self.results.clear()
        await self.delivery.deliver()
        return self.results

    async def states(self, user: int) -> dict[str, str]:
        return await states(self.database, user)


@asynccontextmanager
async def client(url: str, token: str, pace: Pace, read_timeout: float = 5.0) -> AsyncIterator[BotClient]:
    """The bot, without anybody who polls."""
    bot = BotClient(
        token,
        base_url=f"{url}/bot",
        request=AiohttpRequest(read_timeout=read_timeout),
        get_updates_request=AiohttpRequest(1),
        answers=CountAnswers(pace),
    )
    async with bot:
        yield bot


@asynccontextmanager
async def post_office(
    api: BotApi, database: Database, *, pace: Pace | None = None, read_timeout: float = 5.0
) -> AsyncIterator[Post]:
    """A post office whose pace, unless it is given, keeps nobody waiting."""
    hurried = pace or Pace(rate=10_000, chat_gap=0)
    async with client(api.url, api.token, hurried, read_timeout) as bot:
        yield Post(database, Clock(), bot)
