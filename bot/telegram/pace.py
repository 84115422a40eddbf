"""Telegram's pace: how soon the next notice may be sent. Answers to commands wait for nobody.

The library's own limiter knows no limit for a private chat, and makes answers wait behind what is pushed.
"""

import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.send_reply import seconds
from core.domain.errors import NoData, NoStore
from core.store.queue.pace import StoredPace

log = logging.getLogger(__name__)

RATE = 25
"""Messages a second over all chats. Telegram begins to refuse at about 30."""
CHAT_GAP = 1.0
"""Seconds between two messages to one chat."""
MOST_DEBT = 1.0
"""Answers put off the next notice by at most so many seconds, however many they were: Telegram's limit is for
one second.
"""
_MESSAGES = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText"})


class Pace:
    """Says when the next notice may be sent. All moments are seconds of one clock that only goes forward.

    A notice books its turn. An answer is sent at once, and the notices after it wait a little longer.
    """

    def __init__(self, rate: float = RATE, chat_gap: float = CHAT_GAP) -> None:
        self._step = 1 / rate
        self._gap = chat_gap
        self._next = 0.0
        self._paused = 0.0
        self._refused: tuple[int | None, float] = (None, 0.0)
        self._free: dict[int, float] = {}

    def book(self, now: float) -> float:
        """Book the next turn and return its moment. The chat of the notice may still be busy then."""
        turn = max(now, self._next, self._paused)
        self._next = turn + self._step
        return turn

    def free_at(self, chat: int, now: float) -> float:
        """When this chat may get a message: `now`, or later."""
        return max(now, self._free.get(chat, now))

    def sent(self, chat: int, now: float) -> None:
        """To be called when a notice is sent to this chat."""
        self._busy_until(chat, now + self._gap, now)

    def answered(self, chat: int, now: float) -> None:
        """To be called when an answer is sent to this chat, whatever the pace would say."""
        self._next = min(max(now, self._next) + self._step, now + MOST_DEBT)
        self._busy_until(chat, now + self._gap, now)

    def refused(self, chat: int, seconds: float, now: float) -> None:
        """To be called when Telegram wants no message for so many seconds. It does not say whether it means
        this chat or all.

        The first time only this chat is taken to be meant. All are, when another chat is refused while that
        lasts.
        """
        other, until = self._refused
        if now < until and chat != other:
            self._paused = max(self._paused, now + seconds)
        self._refused = (chat, max(until, now + seconds) if chat == other else now + seconds)
        self._busy_until(chat, now + seconds, now)

    def _busy_until(self, chat: int, moment: float, now: float) -> None:
        moment = max(moment, self._free.pop(chat, 0.0))
        self._free[chat] = moment
        # The oldest come first, but for the few that Telegram paused: they may keep some behind them a while.
        while (oldest := next(iter(self._free))) != chat and self._free[oldest] <= now:
            del self._free[oldest]


class CountAnswers(BaseRateLimiter[bool]):
    """Lets every request through at once, and tells the pace about messages and refusals among them.

    A notice has waited for its turn already. It is sent with `rate_limit_args=True`, so that it is not
    counted twice. shared: where other processes send too, every message waits for its turn among theirs.
    """

    def __init__(
        self, pace: Pace, clock: Callable[[], float] = time.monotonic, shared: StoredPace | None = None
    ) -> None:
        self.pace = pace
        self.clock = clock
        self._shared = shared

    async def initialize(self) -> None:
        """Does nothing; the library asks for it."""

    async def shutdown(self) -> None:
        """Does nothing; the library asks for it."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: bool | None,
    ) -> Any:
        """Make the request. Raises what the request raises."""
        chat = data.get("chat_id")
        if endpoint not in _MESSAGES or not isinstance(chat, int):
            return await callback(*args, **kwargs)
        if self._shared is not None:
            try:
                await self._shared.turn(chat)
            except (NoData, NoStore) as error:
                log.warning("The pace of all cannot be kept for now: %s", error)
        if not rate_limit_args:
            self.pace.answered(chat, self.clock())
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.pace.refused(chat, seconds(error.retry_after), self.clock())
            raise
