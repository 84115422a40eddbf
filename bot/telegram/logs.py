"""Keeps the bot's token and users' keys out of the logs, whoever writes them there."""

import logging
import re
from dataclasses import dataclass

from bot.reading.keyshape import masked

MASK = "***"
_CONNECT = re.compile(
    r"""(/[ck]\w{3,8}t(?:@\w+)?(?=\s|\\)|(?<=['"])connect(?=\s|\\)).*""", re.IGNORECASE | re.DOTALL
)
"""A /connect that someone typed, perhaps misspelled, and all that is logged after it."""


@dataclass(frozen=True, slots=True)
class HideSecret(logging.Filter):
    """Masks `secret` and the keys of users in messages, tracebacks and stacks. It lets
    every record through.
    """

    secret: str

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask one record. The traceback is put into words here, because the formatter would only do it
        later.
        """
        message = record.getMessage()
        shown = self._masked(message)
        if shown != message:
            record.msg, record.args = shown, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._masked(record.exc_text)
        if record.stack_info:
            record.stack_info = self._masked(record.stack_info)
        return True

    def _masked(self, text: str) -> str:
        return masked(_CONNECT.sub(rf"\1 {MASK}", text.replace(self.secret, MASK)), MASK)


def hide_secrets(token: str) -> None:
    """Mask `token` in everything that reaches the handlers of the root logger. Call it after they are set up.

    The filter is put on the handlers because a filter on a logger does not see what the loggers below it pass
    up.
    """
    if not token:
        return
    for handler in logging.getLogger().handlers:
        handler.addFilter(HideSecret(token))  # equal filters are added once
