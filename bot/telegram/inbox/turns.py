"""Answers what is in the inbox: each user's updates in their order, and the users side by side, by turns.

Only the users who have something waiting are kept in memory, and of each the few updates that are claimed
now. Who sends ten thousand lines gets one turn among the others' turns for every few of them.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.telegram.inbox.one_update import UpdateHandler
from core.domain.errors import NoData, NoStore
from core.domain.trace import reason
from core.store.queue.arrived import Claimed
from core.store.queue.inbox import ROWS_AT_ONCE as MOST_CLAIMED
from core.store.queue.inbox import Inbox

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=6)
"""After a process was killed, another one waits so long before it takes over its updates. Where it can see
that the process is gone, it does not wait.
"""
RENEW = 1.5
"""Seconds between two renewals of our leases."""
LOOK = 2.0
"""Seconds between two looks for updates that somebody else has left, or that were put off."""
SHARED_LOOK = 0.25
"""The same where other processes take updates in, too: one of them may have stored what a user sent while we
were answering the message before.
"""
MOST_USERS = 1_000
"""So many users are answered at the same time. The requests to Telegram have a limit of their own."""
AT_ONCE = 32
"""So many users' updates are claimed in one transaction."""
PAUSE = 0.5
"""Seconds before another try of what the database has refused."""
QUIET = 60.0
"""Seconds before the same trouble with the database is logged again."""
YIELD = 0.2
"""A line of somebody who sends very many waits up to so many seconds, while others who have sent few are
being answered.
"""
LATELY = 1.0
"""Seconds for which somebody who has sent few lines counts as having been answered just now."""
REST = 3.0
"""After a line of somebody who sends very many comes a rest of so many times as long as the line took, where
somebody who has sent few was answered in the last LATELY seconds.
"""
TICK = 0.01
"""So many seconds after a moment what was due then surely is due."""
GRACE = 2.0
"""Seconds that the updates under way have left once the program is asked to stop. All in all it has to stay
under 5, after which it may be killed.
"""


class Turns:
    """Claims updates and has them answered.

    clock: the machine's, aware UTC. look: seconds, see LOOK.
    """

    def __init__(
        self, inbox: Inbox, handler: UpdateHandler, clock: Callable[[], datetime], *, look: float = LOOK
    ) -> None:
        self._inbox = inbox
        self._handler = handler
        self._clock = clock
        self._every = look
        self._turns: deque[int] = deque()
        self._waiting: set[int] = set()
        self._at: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._again: set[int] = set()
        self._wake = asyncio.Event()
        self._done: list[tuple[Claimed, asyncio.Future[None]]] = []
        self._to_finish = asyncio.Event()
        self._few = 0
        self._few_at = 0.0
        self._calm = asyncio.Event()
        self._calm.set()
        self._told_at: dict[str, float] = {}
        self._stopping = False
        self._own: list[asyncio.Task[None]] = []

    def arrived(self, users: Iterable[int]) -> None:
        """To be called with users who have updates in the inbox."""
        for user in users:
            # Another claim now could answer two of this user's updates at once, and out of order.
            if user in self._at:
                self._again.add(user)
            elif user not in self._waiting:
                self._waiting.add(user)
                # At the end of the line, so that nobody is passed over.
                self._turns.append(user)
        self._wake.set()

    def start(self) -> None:
        """Begin to answer."""
        work = (self._claim, self._finish, self._renew, self._look)
        self._own = [asyncio.create_task(each(), name=f"inbox:{each.__name__}") for each in work]

    async def stop(self) -> None:
        """Claim nothing more, finish what is under way while time allows, and leave the rest in the inbox."""
        self._stopping = True
        self._wake.set()
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=GRACE)
            if late:
                log.error("The updates of %d users are left for the next start", len(late))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for each in self._own:
            each.cancel()
        await asyncio.gather(*self._own, return_exceptions=True)
        if self._own:
            await self._let_go()

    async def _let_go(self) -> None:
        """Store what is done and release the rest. What cannot be stored, its lease decides."""
        try:
            async with asyncio.timeout(GRACE):
                if self._done:
                    await self._inbox.finish([claimed for claimed, _ in self._done])
                await self._inbox.release()
        except Exception as error:  # noqa: BLE001
            log.warning("The inbox is left as it is: %s", type(error).__name__)

    # -- claiming

    async def _claim(self) -> None:
        """Claim updates for the users whose turn it is. Those of processes that are gone are taken over
        first.
        """
        with suppress(Exception):  # its leases will run out
            await self._inbox.take_over(self._clock())
        while not self._stopping:
            users = self._next()
            if not users:
                self._wake.clear()
                await self._wake.wait()
                continue
            now = self._clock()
            try:
                claimed = await self._inbox.claim(users, now, now + LEASE)
            except Exception as error:  # noqa: BLE001
                self._tell("Updates cannot be claimed", error)
                await asyncio.sleep(PAUSE)
                for user in users:
                    self._over(user, again=True)
                continue
            for user in users:
                if own := claimed.get(user):
                    task = asyncio.create_task(self._answer(user, own))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                else:
                    self._over(user)

    def _next(self) -> list[int]:
        """The users whose turn it is. Users whose updates are being answered get their
        next turn afterwards.
        """
        room = min(AT_ONCE, MOST_USERS - len(self._at))
        users = [self._turns.popleft() for _ in range(min(room, len(self._turns)))]
        self._waiting.difference_update(users)
        self._at.update(users)
        return users

    def _over(self, user: int, *, again: bool = False) -> None:
        """The turn of this user is over. again: whether more of their updates wait."""
        again = again or user in self._again
        self._at.discard(user)
        self._again.discard(user)
        self.arrived([user] if again else ())

    async def _look(self) -> None:
        """Look for updates that were there before, that others left, or that were put off and are due."""
        while True:
            try:
                self.arrived(user for user in await self._inbox.users(self._clock()) if user not in self._at)
            except Exception as error:  # noqa: BLE001
                self._tell("The inbox cannot be read", error)
            await asyncio.sleep(self._every)

    async def _renew(self) -> None:
        """Renew the leases of what is being answered."""
        while True:
            await asyncio.sleep(RENEW)
            if self._at:
                try:
                    await self._inbox.renew(self._clock() + LEASE)
                except Exception as error:  # noqa: BLE001
                    self._tell("The leases cannot be renewed", error)

    # -- answering

    async def _answer(self, user: int, claimed: Sequence[Claimed]) -> None:
        """Answer what one user has sent, in order. It ends once what is done is stored."""
        many = len(claimed) == MOST_CLAIMED  # and there may be more than were claimed
        self._count_few(0 if many else 1)
        try:
            again = await self._answer_all(user, claimed, many) and many
        finally:
            self._count_few(0 if many else -1)
        self._over(user, again=again)

    async def _answer_all(self, user: int, claimed: Sequence[Claimed], many: bool) -> bool:
        """Answer these updates in order. True when all of them are over, and that is stored."""
        written: list[asyncio.Future[None]] = []
        over = True
        loop = asyncio.get_running_loop()
        for each in claimed:
            if many:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._calm.wait(), YIELD)
            began = loop.time()
            later = await self._handler.answer(each)
            if many and loop.time() < self._few_at + LATELY:
                await asyncio.sleep(REST * (loop.time() - began))
            if later is not None:  # what the user has sent after it waits too
                over = False
                self._again.discard(user)
                loop.call_later(later.total_seconds() + TICK, self.arrived, [user])
                break
            future = loop.create_future()
            written.append(future)
            self._done.append((each, future))
            self._to_finish.set()
        if written:
            await asyncio.wait(written)
        return over

    def _count_few(self, more: int) -> None:
        """Note that so many more users with few lines are being answered."""
        self._few += more
        if more:
            self._few_at = asyncio.get_running_loop().time()
        if self._few:
            self._calm.clear()
        else:
            self._calm.set()

    async def _finish(self) -> None:
        """Store what is done: all that has come together since the last time, in one transaction."""
        while True:
            await self._to_finish.wait()
            self._to_finish.clear()
            done = list(self._done)
            if not done:
                continue
            try:
                await self._inbox.finish([claimed for claimed, _ in done])
            except Exception as error:  # noqa: BLE001
                self._tell("What is answered cannot be written down", error)
                await asyncio.sleep(PAUSE)
                self._to_finish.set()
                continue
            # More may have been added while the database was at it; those stay for the next time.
            del self._done[: len(done)]
            for _, future in done:
                if not future.done():
                    future.set_result(None)

    def _tell(self, what: str, error: Exception) -> None:
        """Log a trouble with the database, but not again at every try."""
        now = asyncio.get_running_loop().time()
        if now < self._told_at.get(what, float("-inf")) + QUIET:
            return
        self._told_at[what] = now
        why = reason(error, NoData | NoStore)
        log.error("%s, trying again: %s", what, why)
