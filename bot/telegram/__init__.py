"""The conversation in Telegram: updates become lines of text, and replies become messages.

`inbox/` leads from an update to its answer. Everything else is about sending: replies, notices at Telegram's
pace, and the connection itself. This room may use what is below it in `bot` and the database's inbox and
outbox; it knows nothing of commands, and only it and what runs it import telegram.
"""

import os

# python-telegram-bot reads this each time it tells a duration: a timedelta, as in its next major version,
# instead of a bare number with a deprecation warning (RetryAfter would raise it while being made).
os.environ["PTB_TIMEDELTA"] = "true"
