"""The library's client, fetching updates with more care: none is lost in a crash, no refusal goes unheard."""

from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import ExtBot

from bot.telegram.backlog import Backlog
from bot.telegram.pace import CountAnswers


class Client(ExtBot[bool]):
    """Asks for more updates when those of the backlog are handled, because asking confirms them.

    Confirmed ones do not come again after a crash. The library alone confirms them as soon as it has them.

    on_refused: called when Telegram no longer accepts the token. Without it the library's polling ends then,
    for good, and tells nobody, while all else goes on.
    """

    __slots__ = ("_answers", "_backlog", "_on_refused")

    def __init__(
        self,
        *args: Any,
        backlog: Backlog,
        on_refused: Callable[[], object] | None,
        answers: CountAnswers,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **{**kwargs, "rate_limiter": answers})
        self._answers = answers
        self._backlog = backlog
        self._on_refused = on_refused

    @property
    def answers(self) -> CountAnswers:
        """Counts the messages, for the pace of those that wait for their turn."""
        return self._answers

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """As the library's own; none when the token is refused, so that polling ends by being stopped."""
        await self._backlog.settle()
        try:
            updates = await super().get_updates(*args, **kwargs)
        except InvalidToken:
            if self._on_refused is None:
                raise
            self._on_refused()
            return ()
        self._backlog.add(updates)
        return updates
