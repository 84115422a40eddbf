"""Takes updates in: they are fetched, read one by one, stored, and only then confirmed.

Asking for the next updates is what confirms the ones before. So nothing is asked for until these are stored.
While they cannot be, Telegram keeps them and gives them again, whatever becomes of this process.
"""

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.telegram.client import BotClient
from bot.telegram.inbox.arrival import Arrival, Unreadable, number_of, read_arrival, sender_of, write_arrival
from bot.telegram.inbox.intake_state import IntakeState
from core.domain.errors import NoData, NoStore
from core.domain.trace import trace
from core.store.queue.arrived import NOBODY, Accepted
from core.store.queue.inbox import Inbox
from core.store.user.seal import TextSeal

log = logging.getLogger(__name__)

Admits = Callable[[Arrival], Awaitable[bool]]
"""Says whether the sender of an update may talk to this bot. What is turned away is not stored."""

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
SLOW = 5.0
"""Seconds after which the database counts as not storing the updates."""
GRACE = 2.0
"""Seconds that the database has for what was just fetched, once the program is asked to stop."""
MOST_RAW = 4_096
"""So many characters are kept of an update that cannot be read."""
WITHOUT_NUMBER = 100
"""So many updates without a readable number are remembered, so that each is logged only once."""


async def everybody(_arrival: Arrival) -> bool:
    """Nobody is turned away."""
    return True


class Intake:
    """Polls for the updates of a bot until it is cancelled.

    holds_secret: says whether a text must not be stored as it is. arrived: called with the users whose
    updates have been stored. clock: the machine's, aware UTC. chance: varies the pauses, so that many bots do
    not come back at once.
    """

    def __init__(
        self,
        bot: BotClient,
        inbox: Inbox,
        seal: TextSeal,
        intake_state: IntakeState,
        *,
        holds_secret: Callable[[str], bool],
        arrived: Callable[[Iterable[int]], object],
        clock: Callable[[], datetime],
        admits: Admits = everybody,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._seal = seal
        self._intake_state = intake_state
        self._holds_secret = holds_secret
        self._arrived = arrived
        self._clock = clock
        self._admits = admits
        self._chance = chance
        self._failures = 0
        self._storing: asyncio.Future[None] | None = None
        self._numberless: deque[int] = deque(maxlen=WITHOUT_NUMBER)

    async def run(self) -> None:
        """Take in what comes, for ever. Raises InvalidToken when Telegram no longer accepts the token."""
        offset = 0
        while True:
            fetched = await self._fetch(offset)
            if fetched is None:
                await self._pause(LAST_PAUSE)
            elif (after := await self._take(fetched, offset)) is None:
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

    async def _take(self, fetched: Sequence[Any], offset: int) -> int | None:
        """Store what was fetched. Returns the number to ask from next; None where it cannot be stored."""
        told = self._intake_state
        slow = asyncio.get_running_loop().call_later(SLOW, self._say_slow)
        try:
            kept: list[Accepted] = []
            turned_away = 0
            for raw in fetched:
                read = self._read(raw)
                if isinstance(read, Arrival):
                    if await self._admits(read):
                        kept.append(self._accepted(read))
                    else:
                        turned_away += 1
                elif read is not None:
                    if read.user == NOBODY or await self._admits(_nothing_read(read)):
                        kept.append(read)
                    else:
                        turned_away += 1
            await self._store(kept, offset)
        except Exception as error:  # noqa: BLE001 - a full disk, a database that is away: all the same here
            told.store_failures += 1
            if told.storing:
                why = str(error) if isinstance(error, NoData | NoStore) else f"\n{trace(error)}"
                log.error("Updates cannot be stored, so Telegram keeps them: %s", why)  # noqa: TRY400
            told.storing = False
            return None
        finally:
            slow.cancel()
        if not told.storing:
            log.info("Updates can be stored again")
        told.storing = True
        told.turned_away += turned_away
        told.accepted += sum(each.why is None for each in kept)
        self._count_poison([each for each in kept if each.why is not None])
        self._arrived({each.user for each in kept if each.why is None})
        return max([offset, *(number + 1 for raw in fetched if (number := number_of(raw)) is not None)])

    async def _store(self, kept: Sequence[Accepted], offset: int) -> None:
        """Store the updates. It is not cut short where the program is asked to stop meanwhile."""
        self._storing = asyncio.ensure_future(self._inbox.store(kept, self._clock(), confirmed=offset))
        await asyncio.shield(self._storing)

    async def stop(self) -> None:
        """Wait a moment for what is being stored. `run` has been cancelled before."""
        if self._storing is not None:
            await asyncio.wait({self._storing}, timeout=GRACE)
            self._storing.cancel()
            await asyncio.gather(self._storing, return_exceptions=True)

    def _say_slow(self) -> None:
        self._intake_state.storing = False
        self._intake_state.store_failures += 1
        log.error("Updates have not been stored for %g s; Telegram keeps them", SLOW)

    def _read(self, raw: Any) -> Arrival | Accepted | None:
        """What an update brings. Where it cannot be read it is kept sealed; None for what is of no concern to
        us.
        """
        try:
            return read_arrival(raw)
        except Unreadable as unreadable:
            why = str(unreadable)
        except Exception as error:  # noqa: BLE001 - the next one may be well
            why = type(error).__name__
        number = number_of(raw)
        if number is None:
            self._tell_numberless(raw, why)
            return None
        return self._poison(raw, number, why)

    def _accepted(self, arrival: Arrival) -> Accepted:
        """An arrival as it is stored. A text that holds a secret is stored only sealed."""
        user, update = arrival.user, arrival.update
        if not self._holds_secret(arrival.text):
            return Accepted(user, update, write_arrival(arrival))
        secret = self._seal.seal(arrival.text, "inbox", user, update)
        return Accepted(user, update, write_arrival(replace(arrival, text="")), secret)

    def _poison(self, raw: Any, number: int, why: str) -> Accepted:
        """An update that cannot be read, sealed as a whole: nobody knows where in it a secret might be."""
        user = sender_of(raw) or NOBODY
        text = json.dumps(raw, ensure_ascii=True)[:MOST_RAW]
        return Accepted(user, number, secret=self._seal.seal(text, "inbox", user, number), why=why)

    def _count_poison(self, kept: Sequence[Accepted]) -> None:
        self._intake_state.poison += len(kept)
        for each in kept:
            log.error("Update %s cannot be read, it is passed over: %s", each.update, each.why)

    def _tell_numberless(self, raw: Any, why: str) -> None:
        """Log an update without a number, once. It cannot be confirmed, so it comes again and again."""
        mark = hash(repr(raw)[:MOST_RAW])
        if mark not in self._numberless:
            self._numberless.append(mark)
            self._intake_state.poison += 1
            log.error("An update without a number cannot be read, it is passed over: %s", why)

    async def _pause(self, most: float) -> None:
        """Wait before the next try: longer the more tries have failed in a row, and varied by chance."""
        pause = min(FIRST_PAUSE * 2**self._failures, most)
        self._failures = min(self._failures + 1, 16)
        await asyncio.sleep(pause * (0.5 + self._chance() / 2))


def _nothing_read(kept: Accepted) -> Arrival:
    """As much of an unreadable update as is needed to ask whether its sender is let in."""
    return Arrival(kept.update, "other", kept.user, kept.user, private=False, message=None, text="")
