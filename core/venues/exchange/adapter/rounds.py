"""Figures that a venue gives for one contract at a time: a few requests a round, the needed ones first."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from core.domain.errors import NoData

RETRY = timedelta(minutes=5)
"""After a failure, how long before a contract is asked for again."""
AT_ONCE = 4
"""Requests on their way at the same time."""


class Round:
    """`answers`: the last one for each symbol. `most`: requests in a round; `keep`: how long one is good."""

    def __init__(self, most: int, keep: timedelta) -> None:
        self._most = most
        self._keep = keep
        self._asked_at: dict[str, datetime] = {}
        self._failed: dict[str, str] = {}
        self.answers: dict[str, Any] = {}

    async def ask(
        self,
        symbols: Iterable[str],
        first: Collection[str],
        now: datetime,
        fetch: Callable[[str], Awaitable[Any]],
    ) -> list[str]:
        """Ask for what is due, `first` before the others and then the longest unasked; what failed."""
        listed = list(symbols)
        for gone in self._asked_at.keys() - set(listed):
            del self._asked_at[gone]
            self.answers.pop(gone, None)
            self._failed.pop(gone, None)
        due = [symbol for symbol in listed if self._due(symbol, now)]
        never = datetime.min.replace(tzinfo=now.tzinfo)
        due.sort(key=lambda symbol: (symbol not in first, self._asked_at.get(symbol, never)))
        places = asyncio.Semaphore(AT_ONCE)

        async def one(symbol: str) -> None:
            self._asked_at[symbol] = now
            try:
                async with places:
                    self.answers[symbol] = await fetch(symbol)
                self._failed.pop(symbol, None)
            except NoData as failure:
                self._failed[symbol] = str(failure)
                self.answers.pop(symbol, None)  # it was due, so it is too old to stand

        await asyncio.gather(*(one(symbol) for symbol in due[: self._most]))
        return list(self._failed.values())

    def _due(self, symbol: str, now: datetime) -> bool:
        asked = self._asked_at.get(symbol)
        return asked is None or now - asked >= (RETRY if symbol in self._failed else self._keep)
