"""Tells the owner what is wrong with the program, by a message and not only in the log."""

import time
from collections.abc import Awaitable, Callable

from bot.health.troubles import Troubles
from bot.wording.layout import bold, lines
from bot.wording.reply import Reply, row

AGAIN = 3600.0
"""Seconds before the same trouble is told again, whether it stayed or came back."""
WAYS = row({"Status": "/status"}, below=True)

Send = Callable[[int, Reply], Awaitable[object]]
"""Sends a reply to a user."""


class Alarm:
    """Looks for troubles, and tells the owner of new ones and, once, that they are over.

    owner: gives the owner; None while there is none. seconds: a clock that only goes forward.
    """

    def __init__(
        self,
        troubles: Troubles,
        owner: Callable[[], Awaitable[int | None]],
        send: Send,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._troubles = troubles
        self._owner = owner
        self._send = send
        self._seconds = seconds
        self._told: dict[str, float] = {}
        self._standing = False

    async def look(self) -> None:
        """Tell what is wrong now, each trouble at most once an hour. Raises what sending raises."""
        found, now = await self._troubles.found(), self._seconds()
        news = [said for said in found if now - self._told.get(_about(said), float("-inf")) >= AGAIN]
        # Only where the owner was told that something was wrong.
        over = self._standing and not found
        if not news and not over:
            return
        owner = await self._owner()
        if owner is None:
            return
        if over:
            await self._send(owner, Reply(bold("The bot is well again."), (WAYS,)))
        else:
            head = bold("Something is wrong with the bot")
            await self._send(owner, Reply(lines(head, *news), (WAYS,)))
        # After sending: where that fails, the next look tries again.
        self._told.update(dict.fromkeys(map(_about, news), now))
        self._standing = bool(found)


def _about(said: str) -> str:
    """What a sentence is about: the sentence without its figures, which change while the trouble stays the
    same.
    """
    return "".join(letter for letter in said if not letter.isdigit())
