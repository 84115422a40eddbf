"""The library's client, with a way to get updates unread, so that one odd update cannot spoil the others."""

from collections.abc import Sequence
from typing import Any

from telegram.ext import ExtBot

from bot.telegram.pace import CountAnswers
from bot.telegram.request import Unanswered

READ_TIMEOUT = 5.0
"""Seconds that Telegram's answer may take beyond those that it was asked to wait for updates."""


class BotClient(ExtBot[bool]):
    """A bot that tells the pace of notices about each message that it sends."""

    __slots__ = ("_answers",)

    def __init__(self, *args: Any, answers: CountAnswers, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "rate_limiter": answers})
        self._answers = answers

    @property
    def answers(self) -> CountAnswers:
        """Counts the messages, so that notices keep to Telegram's pace."""
        return self._answers

    async def raw_updates(self, offset: int, wait: float, kinds: Sequence[str]) -> list[Any]:
        """The updates from this number on, as they came. Asking for them confirms all earlier ones.

        wait: seconds that Telegram may take until there are some. Raises TelegramError. The library's own
        `get_updates` reads all of them or none, and where that fails it writes what people said into the log.
        """
        asked = {"offset": offset, "timeout": wait, "allowed_updates": list(kinds)}
        updates = await self._post("getUpdates", asked, read_timeout=wait + READ_TIMEOUT)
        if not isinstance(updates, list):
            raise Unanswered("Invalid server response")
        return updates
