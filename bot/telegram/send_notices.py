"""Sends notices at Telegram's pace: the most urgent first, each once, and none is lost.

A batch is claimed only when its turn has come. So a crash leaves no more in doubt than the few messages that
were on their way: their leases run out, and the outbox decides what becomes of them (see
`core.store.queue.outbox`).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from markupsafe import escape
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    RetryAfter,
    TelegramError,
)

from bot.telegram.blocked_chats import Chats
from bot.telegram.client import BotClient
from bot.telegram.request import Unanswered, UnansweredInTime
from bot.telegram.send_reply import bare, is_gone, post, seconds
from bot.wording.notices.notice import message
from bot.wording.reply import Reply
from core.alert.facts import Facts
from core.alert.kind import URGENT
from core.domain.trace import trace
from core.store.queue.notice import Batch
from core.store.queue.outbox import Outbox

log = logging.getLogger(__name__)

PATIENCE = 15.0
"""Seconds that Telegram may take to accept a message."""
LEASE = 25.0
"""Seconds after which a message on its way is in doubt. They cover the wait for the message before it, the
patience with Telegram, and the writing down. The process that sends it still goes by the answer, however
late that comes.
"""
AT_ONCE = 8
"""So many messages may be on their way at the same time. A crash leaves all of them in doubt."""
ALONE = 1.0
"""Seconds that an urgent message waits for the urgent one before it. A crash sends again what was on its way,
so as a rule only one urgent message is; but one that hangs must not hold up the others.
"""
GRACE = 3.0
"""Seconds that messages on their way have left once the program is asked to stop."""
RECOVER = 5.0
"""Seconds between two looks for leases that have run out, for a storm of alerts may last long."""
LOOK = 0.25
"""Seconds between two looks for something urgent, while messages are on their way and nothing else is due."""
BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds before another try of what Telegram could not take, by how many tries there were."""
UNTOLD = "An alert fired: {}. I failed to put it into words. Look at /alerts and /positions now."

Write = Callable[[Sequence[Facts], datetime], Reply]
"""Makes the message out of the facts of notices, as of a moment."""


class Delivery:
    """Sends the notices that are due.

    clock: aware UTC; it goes `speed` times as fast as the machine's. count: called with the result of each
    try: sent, wait, later, doubtful, paused, moved or dropped. lease: seconds, see LEASE.
    """

    def __init__(
        self,
        outbox: Outbox,
        bot: BotClient,
        chats: Chats,
        clock: Callable[[], datetime],
        *,
        speed: int = 1,
        count: Callable[[str], object] = lambda _result: None,
        write: Write = message,
        lease: float = LEASE,
    ) -> None:
        self._outbox = outbox
        self._bot = bot
        self._pace = bot.answers.pace
        self._chats = chats
        self._clock = clock
        self._speed = speed
        self._count = count
        self._write = write
        self._lease = lease
        self._draining = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._flying: dict[asyncio.Task[None], int] = {}
        self._recovered = 0.0
        self._urgent: asyncio.Task[None] | None = None

    async def deliver(self) -> None:
        """Send what is due until nothing is. It may be called at any time, also after a crash."""
        async with self._draining:
            if self._stopping.is_set():
                return
            await self._recover()
            turn = self._pace.book(self._now())
            while await self._reached(turn):
                if self._now() >= self._recovered + RECOVER:
                    await self._recover()
                batch = await self._claimed()
                if batch is not None:
                    await self._start(batch)
                    turn = self._pace.book(self._now())
                elif self._flying:
                    await asyncio.wait(self._flying, timeout=LOOK)
                else:
                    return
            await asyncio.gather(*self._flying)

    async def stop(self) -> None:
        """Claim nothing more and finish what is on its way. What takes too long stays in doubt."""
        self._stopping.set()
        try:
            async with asyncio.timeout(GRACE), self._draining:
                await asyncio.gather(*self._flying)
        except TimeoutError:
            if self._flying:
                log.warning("Telegram did not accept %d messages in time", len(self._flying))
            for task in list(self._flying):
                task.cancel()
            await asyncio.gather(*self._flying, return_exceptions=True)

    async def _recover(self) -> None:
        """Decide about messages that a process which is gone had on their way, but not about our own."""
        self._recovered = self._now()
        await self._outbox.recover(self._clock(), but=self._flying.values())

    def _now(self) -> float:
        return self._bot.answers.clock()

    def _in(self, wait: float) -> datetime:
        """The moment that is so many seconds of the machine from now, by the market's clock."""
        return self._clock() + timedelta(seconds=wait) * self._speed

    async def _reached(self, turn: float) -> bool:
        """Wait for the turn. False when delivery is to stop."""
        if (wait := turn - self._now()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)
        return not self._stopping.is_set()

    async def _claimed(self) -> Batch | None:
        """The most urgent batch whose chat may get a message now; None where there is none."""
        lease = timedelta(seconds=self._lease) * self._speed
        while batches := await self._outbox.claim(self._clock(), 1, lease):
            [batch] = batches
            wait = self._pace.free_at(batch.chat, self._now()) - self._now()
            if wait <= 0:
                return batch
            # It gives back its claim, so that somebody else's notice may go meanwhile.
            await self._outbox.put_off(batch, self._in(wait))
        return None

    async def _start(self, batch: Batch) -> None:
        self._pace.sent(batch.chat, self._now())
        urgent = batch.urgency == URGENT
        task = asyncio.create_task(self._send(batch, self._urgent if urgent else None))
        self._urgent = task if urgent else self._urgent
        self._flying[task] = batch.user
        task.add_done_callback(self._flying.pop)
        # Wait here and claim nothing: what is claimed and not sent would be in doubt after a crash.
        if len(self._flying) >= AT_ONCE:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    async def _send(self, batch: Batch, after: asyncio.Task[None] | None) -> None:
        """Send a batch and store what became of it. Where storing fails too, the lease
        of the batch runs out.
        """
        if after is not None:
            await asyncio.wait({after}, timeout=ALONE)
        try:
            self._count(await self._sent(batch))
        except Exception as error:  # noqa: BLE001
            log.error("A notice to user %s is in doubt\n%s", batch.user, trace(error))  # noqa: TRY400
            self._count("doubtful")

    async def _sent(self, batch: Batch) -> str:
        """Send a batch and store what became of it. Returns the result that is counted."""
        try:
            number = await self._posted(batch, self._written(batch))
        except TelegramError as error:
            log.info("A notice to user %s was not sent: %s", batch.user, error)
            return await self._failed(batch, error)
        await self._outbox.sent(batch, number, self._clock())
        return "sent"

    def _written(self, batch: Batch) -> Reply:
        """The message. Where our wording fails, a bare sentence still says that something has happened."""
        try:
            return self._write([notice.facts for notice in batch.notices], self._clock())
        except Exception as error:  # noqa: BLE001
            log.error("A notice to user %s cannot be worded\n%s", batch.user, trace(error))  # noqa: TRY400
            kinds = dict.fromkeys(notice.kind for notice in batch.notices)
            return Reply(escape(UNTOLD.format(", ".join(kinds))))

    async def _posted(self, batch: Batch, reply: Reply) -> int:
        """Send the message and return its id. Raises TelegramError where it was not sent."""
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    return await post(self._bot, batch.chat, reply, silent=batch.silent)
                except BadRequest as error:
                    if is_gone(error):
                        raise
                    # A mistake of ours in the form must not keep back what it says.
                    log.error("Telegram refused a notice, its bare words are sent: %s", error)  # noqa: TRY400
                    return await post(self._bot, batch.chat, bare(reply), silent=batch.silent)
        except TimeoutError:
            # Telegram may still send it, so nobody knows whether it arrived.
            raise UnansweredInTime from None

    async def _failed(self, batch: Batch, error: TelegramError) -> str:
        """Store what becomes of a batch that Telegram did not take. Returns the result that is counted."""
        match error:
            case RetryAfter():
                await self._outbox.later(batch, self._in(seconds(error.retry_after)))
                return "wait"
            case ChatMigrated():
                await self._chats.moved(batch.user, error.new_chat_id)
                await self._outbox.later(batch, self._clock())
                return "moved"
            case Unanswered():
                await self._outbox.doubtful(batch, self._clock())
                return "doubtful"
            case BadRequest() if not is_gone(error):
                await self._outbox.dropped(batch, error.message)
                return "dropped"
            case Forbidden() | BadRequest():
                await self._chats.closed(batch.user, error.message)
                await self._outbox.later(batch, self._clock())
                return "paused"
        # It says that it could not (5xx), or nothing reached it, or the token is no good: surely not sent.
        await self._outbox.later(batch, self._in(BACKOFF[min(batch.attempts, len(BACKOFF)) - 1]))
        return "later"
