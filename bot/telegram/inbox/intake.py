"""Asks Telegram for updates, again and again, and confirms those that are stored.

Asking for the next updates is what confirms the ones before. So nothing is asked for until these are stored.
While they cannot be, Telegram keeps them and gives them again, whatever becomes of this process.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.telegram.client import BotClient
from bot.telegram.inbox.arrival import number_of
from bot.telegram.inbox.intake_state import IntakeState
from bot.telegram.inbox.reception import Reception

log = logging.getLogger(__name__)

UPDATES = ("message", "edited_message", "callback_query")
WAIT = 10
"""Seconds that Telegram may keep a request for updates open until there are some."""
FIRST_PAUSE = 0.5
LAST_PAUSE = 30.0
"""Seconds before the next try where Telegram failed: doubled each time, up to this."""
LAST_STORE_PAUSE = 4.0
"""The same where the database failed: that is our own, and everybody waits for it."""
ODD_PAUSE = 1.0
"""Seconds before the next request where nothing came that could be confirmed, as the same would come again at
once.
"""


class Intake:
    """Polls for the updates of a bot until it is cancelled.

    reception: stores what is fetched. clock: the machine's, aware UTC. chance: varies the pauses, so that
    many bots do not come back at once.
    """

    def __init__(
        self,
        bot: BotClient,
        reception: Reception,
        intake_state: IntakeState,
        *,
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._bot = bot
        self._reception = reception
        self._intake_state = intake_state
        self._clock = clock
        self._chance = chance
        self._failures = 0

    async def run(self) -> None:
        """Take in what comes, for ever. Raises InvalidToken when Telegram no longer accepts the token."""
        offset = 0
        while True:
            fetched = await self._fetch(offset)
            if fetched is None:
                await self._pause(LAST_PAUSE)
            elif (after := await self._stored(fetched, offset)) is None:
                # The same ones are asked for again: what is not stored is not confirmed.
                await self._pause(LAST_STORE_PAUSE)
            else:
                if fetched and after == offset:
                    await asyncio.sleep(ODD_PAUSE)
                offset, self._failures = after, 0

    async def _fetch(self, offset: int) -> list[Any] | None:
        """The updates as they came; None when they cannot be fetched."""
        told = self._intake_state
        try:
            fetched = await self._bot.raw_updates(offset, WAIT, UPDATES)
        except InvalidToken:
            raise
        except Exception as error:  # noqa: BLE001 - whatever comes over the wire must not end the polling
            told.conflict = isinstance(error, Conflict)
            told.conflicts += told.conflict
            # The library's errors are in Telegram's words; any other might repeat what people said.
            why = str(error) if isinstance(error, TelegramError) else type(error).__name__
            if told.failing != why:
                log.warning("Updates cannot be fetched, trying again: %s", why)
            told.failing = why
            return None
        if told.failing is not None:
            log.info("Updates can be fetched again")
        told.polled_at, told.failing, told.conflict = self._clock(), None, False
        return fetched

    async def _stored(self, fetched: Sequence[Any], offset: int) -> int | None:
        """Store what was fetched. Returns the number to ask from next; None where it cannot be stored."""
        if not await self._reception.take(fetched, confirmed=offset):
            return None
        return max([offset, *(number + 1 for raw in fetched if (number := number_of(raw)) is not None)])

    async def _pause(self, most: float) -> None:
        """Wait before the next try: longer the more tries have failed in a row, and varied by chance."""
        pause = min(FIRST_PAUSE * 2**self._failures, most)
        self._failures = min(self._failures + 1, 16)
        await asyncio.sleep(pause * (0.5 + self._chance() / 2))
