"""Who comes in: strangers are turned away and told so, and the owner gets in by a printed link."""

import asyncio
import logging
import re
import sys
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from markupsafe import Markup, escape
from telegram.error import TelegramError

from bot.desk.access import Access
from bot.telegram.client import BotClient
from bot.telegram.send_reply import deliver
from bot.wording.people import PRIVATE, USED_UP, stayed
from bot.wording.reply import Reply
from core.domain.admission import ONE_SENTENCE
from core.domain.errors import NoData, NoStore
from core.domain.trace import trace

log = logging.getLogger(__name__)

OWNER_LINK = (
    "This bot has no owner yet. Open this link in Telegram within an hour to become its owner:\n"
    "    {}\n"
    "It works once. Start the bot again for a new one.\n"
)
TOLD_A_MINUTE = 30
"""Strangers who are told a sentence in a minute: a crowd of them must not take the place of who is inside."""
REMEMBERED = 10_000
"""Strangers told lately who are remembered, so that what they send then costs no look into the database."""
_LINK = re.compile(r"/start(?:@\w+)?\s+(?P<code>[A-Za-z0-9_-]{1,64})\s*", re.ASCII)


class Arriving(Protocol):
    """As much of an update as matters here."""

    @property
    def user(self) -> int: ...
    @property
    def chat(self) -> int: ...
    @property
    def private(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


class Admission:
    """Turns strangers away before anything of theirs is stored.

    show: prints the link by which the owner gets in.
    """

    def __init__(self, access: Access, show: Callable[[str], object] = sys.stdout.write) -> None:
        self._access = access
        self._show = show
        self._bot: BotClient | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._told: OrderedDict[int, datetime] = OrderedDict()
        self._lately: deque[datetime] = deque(maxlen=TOLD_A_MINUTE)

    async def admits(self, arrival: Arriving) -> bool:
        """Whether the sender of an update may talk to the bot. A link that lets them in is used first.

        Raises NoData without a database. The sender's next update may be in the same batch, so a link has to
        have done its work by then.
        """
        opened = _LINK.fullmatch(arrival.text) if arrival.kind == "text" and arrival.private else None
        if opened is not None:
            await self._access.enter(arrival.user, opened["code"])
        if await self._access.admits(arrival.user):
            return True
        if arrival.private:
            self._tell(arrival, USED_UP if opened else PRIVATE)
        return False

    async def open(self, bot: BotClient) -> None:
        """To be called once Telegram is reached: print the way in while there is no owner, else tell the
        owner who is in already.
        """
        self._bot, self._access.bot = bot, bot.username
        code = await self._access.owner_code()
        if code is not None:
            self._show(OWNER_LINK.format(self._access.link(code)))
            sys.stdout.flush()
            return
        owner = await self._access.owner()
        if owner is None or not (count := await self._access.people.unannounced()):
            return
        try:
            await deliver(bot, owner, Reply(escape(stayed(count))))
            await self._access.people.announced()
        except TelegramError as error:  # they are told at the next start
            log.warning("The owner is not told of %d people who stay in: %s", count, error)

    async def close(self) -> None:
        """Stop telling strangers."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _tell(self, arrival: Arriving, sentence: Markup) -> None:
        """Begin to tell a stranger, unless they were told today or very many others were just now."""
        now = self._access.clock()
        last = self._told.get(arrival.user)
        if self._bot is None or (last is not None and now < last + ONE_SENTENCE):
            return
        if len(self._lately) == TOLD_A_MINUTE and now < self._lately[0] + timedelta(minutes=1):
            return
        self._lately.append(now)
        self._told[arrival.user] = now
        self._told.move_to_end(arrival.user)
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        task = asyncio.create_task(self._say(self._bot, arrival.user, arrival.chat, sentence))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _say(self, bot: BotClient, stranger: int, chat: int, sentence: Markup) -> None:
        try:
            if await self._access.people.tell_once(stranger, self._access.clock()):
                await deliver(bot, chat, Reply(sentence))
        except (TelegramError, NoData, NoStore) as error:
            log.info("A stranger was not told that the bot is private: %s", error)
        except Exception as error:  # noqa: BLE001
            log.error("A stranger was not told that the bot is private\n%s", trace(error))  # noqa: TRY400
