"""Telegram's pace: how soon the next notice may go, beside the answers to commands, which wait for nobody.

The library's own limiter knows no limit of a private chat, and makes answers wait behind what is pushed.
"""

import time
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.telegram.send_reply import seconds

RATE = 25
"""Messages a second over all chats. Telegram begins to refuse at about 30."""
CHAT_GAP = 1.0
"""Seconds between two messages to one chat."""
MOST_DEBT = 1.0
"""Seconds that answers may put off the next notice: the limit is for a second, whatever was before."""
_MESSAGES = frozenset({"sendMessage", "sendDocument", "sendPhoto", "editMessageText"})


class Pace:
    """When the next notice may go. Moments are seconds of one clock that only goes forward.

    Notices book their turn; answers go at once and put off the notices that come after them.
    """

    def __init__(self, rate: float = RATE, chat_gap: float = CHAT_GAP) -> None:
        self._step = 1 / rate
        self._gap = chat_gap
        self._next = 0.0
        self._paused = 0.0
        self._refused: tuple[int | None, float] = (None, 0.0)
        self._free: dict[int, float] = {}

    def book(self, now: float) -> float:
        """The moment at which one more notice may go to a chat that is free; the turn is taken."""
        turn = max(now, self._next, self._paused)
        self._next = turn + self._step
        return turn

    def free_at(self, chat: int, now: float) -> float:
        """When this chat may get a message: `now`, or later."""
        return max(now, self._free.get(chat, now))

    def sent(self, chat: int, now: float) -> None:
        """A notice goes to this chat."""
        self._busy_until(chat, now + self._gap, now)

    def answered(self, chat: int, now: float) -> None:
        """An answer goes to this chat, whatever the pace says."""
        self._next = min(max(now, self._next) + self._step, now + MOST_DEBT)
        self._busy_until(chat, now + self._gap, now)

    def refused(self, chat: int, seconds: float, now: float) -> None:
        """Telegram wants no message for so long. It does not say whether to this chat or to any.

        At first the chat is believed to be meant; everybody is when a second one is refused meanwhile.
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
    """Lets every request of a bot through at once, and tells the pace of messages and refusals among them.

    A notice has waited for its turn already: it is sent with `rate_limit_args=True` and not counted again.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace = pace
        self.clock = clock

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go of."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: bool | None,
    ) -> Any:
        """Make the request; raises what it raises."""
        chat = data.get("chat_id")
        if endpoint not in _MESSAGES or not isinstance(chat, int):
            return await callback(*args, **kwargs)
        if not rate_limit_args:
            self.pace.answered(chat, self.clock())
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self.pace.refused(chat, seconds(error.retry_after), self.clock())
            raise
