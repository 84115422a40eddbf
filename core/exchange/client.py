"""ccxt's client of one venue: opened late, closed cleanly, and every failure of it one clear sentence."""

import asyncio
import importlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from core.errors import NoData
from core.exchange.venue import Venue

Kinds = tuple[type[Exception], ...]


class Client:
    """The public endpoints of one venue through ccxt's asynchronous client.

    ccxt takes seconds and much memory to import, so that waits for the first call, in a thread.
    """

    def __init__(self, venue: Venue, *, url: str | None, timeout: timedelta) -> None:
        self._venue = venue
        self._url = url
        self._timeout = timeout
        self._opening = asyncio.Lock()
        self._ccxt: Any = None
        self._closed = False
        self._reasons: tuple[tuple[Kinds, str], ...] = ()
        self._failures: Kinds = ()
        self._unreadable: list[str] = []

    async def call(self, what: str, method: str, *args: object) -> Any:
        """What the ccxt method of that name answers; `what` names the figures for the user.

        Raises NoData, without address or body of the answer in it, for whatever goes wrong.
        """
        client = await self._opened()
        try:
            return await getattr(client, method)(*args)
        except self._failures as error:
            reason = next(words for kinds, words in self._reasons if isinstance(error, kinds))
            raise NoData(f"{self._venue.name} {reason}: no {what} for now. Try again in a minute.") from error

    async def markets(self) -> tuple[list[Mapping[str, Any]], list[str]]:
        """ccxt's row of every market, and the venue's own names of those that ccxt cannot parse."""
        self._unreadable.clear()
        rows = await self.call("contracts", "load_markets", True)
        return list(rows.values()), list(self._unreadable)

    async def close(self) -> None:
        """Let go of connections; calls after this raise NoData."""
        self._closed = True
        if self._ccxt is not None:
            await self._ccxt.close()

    async def _opened(self) -> Any:
        async with self._opening:
            if self._closed:
                raise NoData(f"The connection to {self._venue.name} is closed.")
            if self._ccxt is None:
                self._ccxt = await asyncio.to_thread(self._open)
        return self._ccxt

    def _open(self) -> Any:
        module = importlib.import_module(f"ccxt.async_support.{self._venue.id}")
        self._reasons = _reasons(importlib.import_module("ccxt.base.errors"))
        self._failures = tuple(kind for kinds, _ in self._reasons for kind in kinds)
        client = getattr(module, self._venue.id)(
            {
                "enableRateLimit": True,
                "timeout": int(self._timeout.total_seconds() * 1000),
                "aiohttp_trust_env": True,
                # what the venue wrote, digit for digit: ccxt's own default is a float
                "number": str,
            }
        )
        # closing a connector waits for its connections since aiohttp 3.12: there is nothing to sleep for
        client.timeout_on_exit = 0
        # currencies need a key and are of no use here
        client.has = {**client.has, "fetchCurrencies": False}
        if self._url is not None:
            client.urls = {**client.urls, "api": moved(client.urls["api"], self._url)}
        self._guard(client)
        return client

    def _guard(self, client: Any) -> None:
        """Close two gaps of ccxt: text passes as an empty answer, and one bad market hides all others."""
        fetch, parse_market = client.fetch, client.parse_market

        async def fetch_json(*args: object, **kwargs: object) -> object:
            answer = await fetch(*args, **kwargs)
            if not isinstance(answer, (dict, list)):
                raise TypeError("The answer is not JSON.")
            return answer

        def parse_or_skip(row: object) -> object:
            try:
                return parse_market(row)
            except self._failures:
                name = row.get("symbol") if isinstance(row, Mapping) else None
                self._unreadable.append(name if isinstance(name, str) and name else "one without a name")
                return None

        client.fetch, client.parse_market = fetch_json, parse_or_skip


def moved(addresses: Any, base: str) -> Any:
    """The same addresses, or tables of addresses, with `base` in place of their scheme and host."""
    if isinstance(addresses, Mapping):
        return {name: moved(address, base) for name, address in addresses.items()}
    return base.rstrip("/") + urlsplit(addresses).path


def _reasons(errors: Any) -> tuple[tuple[Kinds, str], ...]:
    """What each kind of failure means to the user, the narrow kinds before the wide ones."""
    malformed = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
    return (
        ((errors.RequestTimeout, TimeoutError), "did not answer in time"),
        ((errors.DDoSProtection, errors.RateLimitExceeded), "asks for fewer requests"),
        ((errors.OnMaintenance,), "is under maintenance"),
        ((errors.BadResponse, *malformed), "gave an answer that cannot be read"),
        ((errors.OperationFailed, aiohttp.ClientError, OSError), "cannot be reached"),
        ((errors.BaseError,), "refused the request"),
    )
