"""Keeps the bot's token out of the logs, whoever writes it there."""

import logging
from dataclasses import dataclass

MASK = "***"


@dataclass(frozen=True, slots=True)
class HideSecret(logging.Filter):
    """Replaces `secret` in messages, tracebacks and stacks by a mask; lets every record through."""

    secret: str

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask one record. The traceback is put into words here, because the formatter would do it later."""
        message = record.getMessage()
        if self.secret in message:
            record.msg, record.args = message.replace(self.secret, MASK), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = record.exc_text.replace(self.secret, MASK)
        if record.stack_info:
            record.stack_info = record.stack_info.replace(self.secret, MASK)
        return True


def hide_secrets(token: str) -> None:
    """Mask `token` in everything that reaches the root logger's handlers; call it after they are set up.

    On the handlers and not on loggers: a logger's filter does not see what its children pass up.
    """
    if not token:
        return
    for handler in logging.getLogger().handlers:
        handler.addFilter(HideSecret(token))  # equal filters are added once
