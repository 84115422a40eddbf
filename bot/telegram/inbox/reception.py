"""Takes updates in, however they came: each is read by itself, strangers are turned away, the rest is stored.

Only what is stored may be confirmed to Telegram: see `intake.py`, which asks for updates, and
`bot.telegram.webhook`, to which they are sent.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.telegram.inbox.arrival import Arrival, Unreadable, number_of, read_arrival, sender_of, write_arrival
from bot.telegram.inbox.intake_state import IntakeState
from core.domain.errors import NoData, NoStore
from core.domain.trace import reason
from core.store.queue.arrived import NOBODY, Accepted
from core.store.queue.inbox import Inbox
from core.store.user.seal import TextSeal

log = logging.getLogger(__name__)

Admits = Callable[[Arrival], Awaitable[bool]]
"""Says whether the sender of an update may talk to this bot. What is turned away is not stored."""

SLOW = 5.0
"""Seconds after which the database counts as not storing the updates."""
GRACE = 2.0
"""Seconds that the database has for what was just taken, once the program is asked to stop."""
MOST_RAW = 4_096
"""So many characters are kept of an update that cannot be read."""
WITHOUT_NUMBER = 100
"""So many updates without a readable number are remembered, so that each is logged only once."""


async def everybody(_arrival: Arrival) -> bool:
    """Nobody is turned away."""
    return True


class Reception:
    """Stores the updates of a bot.

    holds_secret: says whether a text must not be stored as it is. arrived: called with the users whose
    updates have been stored. clock: the machine's, aware UTC.
    """

    def __init__(
        self,
        inbox: Inbox,
        seal: TextSeal,
        intake_state: IntakeState,
        *,
        holds_secret: Callable[[str], bool],
        arrived: Callable[[Iterable[int]], object],
        clock: Callable[[], datetime],
        admits: Admits = everybody,
    ) -> None:
        self._inbox = inbox
        self._seal = seal
        self._intake_state = intake_state
        self._holds_secret = holds_secret
        self._arrived = arrived
        self._clock = clock
        self._admits = admits
        self._storing: set[asyncio.Future[None]] = set()
        self._numberless: deque[int] = deque(maxlen=WITHOUT_NUMBER)

    async def take(self, fetched: Sequence[Any], *, confirmed: int | None = None) -> bool:
        """Store these updates as they came, in one transaction. Returns whether that could be done.

        confirmed: as `core.store.queue.inbox.Inbox.store` has it.
        """
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
            await self._store(kept, confirmed)
        except Exception as error:  # noqa: BLE001 - a full disk, a database that is away: all the same here
            told.store_failures += 1
            if told.storing:
                why = reason(error, NoData | NoStore)
                log.error("Updates cannot be stored, so Telegram keeps them: %s", why)  # noqa: TRY400
            told.storing = False
            return False
        finally:
            slow.cancel()
        if not told.storing:
            log.info("Updates can be stored again")
        told.storing = True
        told.turned_away += turned_away
        told.accepted += sum(each.why is None for each in kept)
        self._count_poison([each for each in kept if each.why is not None])
        self._arrived({each.user for each in kept if each.why is None})
        return True

    async def _store(self, kept: Sequence[Accepted], confirmed: int | None) -> None:
        """Store the updates. It is not cut short where the program is asked to stop meanwhile."""
        storing = asyncio.ensure_future(self._inbox.store(kept, self._clock(), confirmed=confirmed))
        self._storing.add(storing)
        storing.add_done_callback(self._storing.discard)
        await asyncio.shield(storing)

    async def stop(self) -> None:
        """Wait a moment for what is being stored. Nothing is taken any more."""
        if late := set(self._storing):
            await asyncio.wait(late, timeout=GRACE)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)

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


def _nothing_read(kept: Accepted) -> Arrival:
    """As much of an unreadable update as is needed to ask whether its sender is let in."""
    return Arrival(kept.update, "other", kept.user, kept.user, private=False, message=None, text="")
