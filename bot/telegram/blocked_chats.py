"""Whose chat takes messages: a chat that refuses them gets none until its user writes again."""

import logging
from collections.abc import Callable
from datetime import datetime

from markupsafe import escape

from bot.wording.notices.times import moment
from bot.wording.reply import Reply
from core.domain.errors import NoData, NoStore
from core.store.database import Database
from core.store.queue import chats

log = logging.getLogger(__name__)

AGAIN = (
    "Your alerts have been off since {}: Telegram told me then that this chat takes no messages. "
    "They are on again. What was due then comes now."
)


class Chats:
    """The private chats of all users. A chat's id is its user's own, until Telegram says otherwise.

    Who writes to us has not blocked us, so anything that they write sends them alerts again.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def heard(self, user: int) -> Reply | None:
        """To be called when a user has written or pressed a button in private. Returns what to tell them
        besides, if anything. Never raises.
        """
        try:
            since = await chats.resume(self._database, user)
        except (NoData, NoStore) as error:
            log.warning("It is not stored that user %s writes again: %s", user, error)
            return None
        if since is None:
            return None
        log.info("User %s takes messages again", user)
        return Reply(escape(AGAIN.format(moment(since, self._clock()))))

    async def closed(self, user: int, why: str) -> None:
        """Telegram takes no message to this user. Notices wait until they write again; none is lost."""
        await chats.pause(self._database, user, why, self._clock())
        log.info("User %s takes no messages: %s", user, why)

    async def moved(self, user: int, chat: int) -> None:
        """The chat of this user has a new id."""
        await chats.chat_moved(self._database, user, chat)
