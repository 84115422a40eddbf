"""How many messages a minute one user may send, so that nobody who sends very many keeps others waiting."""

import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0
"""Seconds."""
TOO_MANY = (
    "That is more than {most} messages in a minute. I did nothing with this one; send it again in {wait} s."
)


class Allowance:
    """Counts the messages of each user. seconds: a clock that only goes forward."""

    def __init__(self, most: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._answered: dict[int, deque[float]] = {}
        self._tidied = seconds()

    def refusal(self, user: int) -> str | None:
        """Count one message of the user. Gives the sentence that refuses it, or None where it is answered."""
        now = self._seconds()
        self._tidy(now)
        own = self._answered.setdefault(user, deque())
        while own and own[0] <= now - MINUTE:
            own.popleft()
        if len(own) >= self._most:
            return TOO_MANY.format(most=self._most, wait=max(round(own[0] + MINUTE - now), 1))
        own.append(now)
        return None

    def _tidy(self, now: float) -> None:
        """Once a minute, forget the users who have sent nothing for a minute."""
        if now - self._tidied < MINUTE:
            return
        self._tidied = now
        quiet = [user for user, own in self._answered.items() if not own or own[-1] <= now - MINUTE]
        for user in quiet:
            del self._answered[user]
