"""Says whether updates come in as they should, for /healthz and the owner."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.telegram.inbox.intake_state import IntakeState
from core.domain.errors import NoData

SILENT = timedelta(minutes=2)
"""Telegram answers each request for updates within seconds, also when there are none."""
TOLD = timedelta(hours=1)
"""How long it is told that something could not be read or answered."""
TAKEN = (
    "Another process, or a webhook, takes this bot's messages: stop the other one, or get a new token from "
    "@BotFather."
)
UNSTORED = "Messages cannot be stored now: they wait at Telegram, for a day at most."
UNREAD = "Updates from Telegram that could not be read or answered lately: {}. The log says which."


class IntakeCheck:
    """A check that raises NoData where updates do not come in, with what is wrong.

    clock: the machine's, aware UTC.
    """

    def __init__(self, intake_state: IntakeState, clock: Callable[[], datetime]) -> None:
        self._intake_state = intake_state
        self._clock = clock
        self._began = clock()
        self._odd = (0, self._began)
        self._before = 0

    async def __call__(self) -> None:
        now = self._clock()
        if found := [*self._silence(now), *self._unread(now)]:
            raise NoData(" ".join(found))

    def _silence(self, now: datetime) -> list[str]:
        told = self._intake_state
        found = []
        if told.conflict:
            found.append(TAKEN)
        elif now - (told.polled_at or self._began) > SILENT:
            seconds = (now - (told.polled_at or self._began)).total_seconds()
            why = f" ({told.failing})" if told.failing else ""
            found.append(f"Telegram has not answered for {seconds:.0f} s{why}: no messages come in.")
        if not told.storing:
            found.append(UNSTORED)
        return found

    def _unread(self, now: datetime) -> list[str]:
        """Updates set aside since an hour before the last of them that was noticed."""
        odd, (known, since) = self._intake_state.poison + self._intake_state.set_aside, self._odd
        if odd != known:
            self._before = known if now - since > TOLD else self._before
            self._odd = (odd, now)
        elif now - since > TOLD:
            self._before = odd
        return [UNREAD.format(odd - self._before)] if odd > self._before else []
