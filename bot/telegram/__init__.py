"""Microhedge in Telegram: updates become lines of the conversation, replies become messages."""

import os

# python-telegram-bot reads this each time it tells a duration: a timedelta, as in its next major version,
# instead of a bare number with a deprecation warning (RetryAfter would raise it while being made).
os.environ["PTB_TIMEDELTA"] = "true"
