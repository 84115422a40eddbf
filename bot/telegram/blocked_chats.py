"""Whose chat takes messages from us: one that does not is left in peace until its user writes again."""

import logging
from collections.abc import Callable
from datetime import datetime

from markupsafe import escape

from bot.wording.notices.times import moment
from bot.wording.reply import Reply
from core.domain.errors import NoData
from core.store.database import Database
from core.store.queue import chats

log = logging.getLogger(__name__)

AGAIN = (
    "Your alerts have been off since {}: Telegram told me then that this chat takes no messages. "
    "They are on again. What was due then comes now."
)


class Chats:
    """The private chats of all users, whose id is the user's own until Telegram says otherwise.

    Who writes has not blocked us, so anything they write sends them alerts again, not only /start.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def heard(self, user: int) -> Reply | None:
        """The user wrote or pressed in their private chat; what to tell them, if anything. Never raises."""
        try:
            since = await chats.resume(self._database, user)
        except NoData as error:
            log.warning("It is not stored that user %s writes again: %s", user, error)
            return None
        if since is None:
            return None
        log.info("User %s takes messages again", user)
        return Reply(escape(AGAIN.format(moment(since, self._clock()))))

    async def closed(self, user: int, why: str) -> None:
        """Telegram takes no message to this user: nothing is sent until they write again, nothing is lost."""
        await chats.pause(self._database, user, why, self._clock())
        log.info("User %s takes no messages: %s", user, why)

    async def moved(self, user: int, chat: int) -> None:
        """The user's chat has another id now."""
        await chats.chat_moved(self._database, user, chat)
