"""ccxt's client of one venue: opened late, closed cleanly, and every failure of it one clear sentence."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import ExcludeType, OpenedState

from core.domain.errors import NoData
from core.domain.trace import trace
from core.machine.server_time import ServerTime
from core.venues.exchange.adapter.failure import (
    Heard,
    Kinds,
    hearing,
    is_ours,
    listen,
    moment_text,
    reasons,
    retry_after,
)
from core.venues.exchange.adapter.library import ccxt_of, route
from core.venues.exchange.backs import Ask

log = logging.getLogger(__name__)

FAILURES = 5
"""Failures in a row after which the circuit opens."""
REST = timedelta(seconds=30)
"""How long an open circuit lets nothing through; then one request probes."""
_LISTING = ("markets", "markets_by_id", "symbols", "ids")
"""What ccxt keeps of a venue's contracts."""


class _OurMistake(Exception):
    """This program asked wrongly, or could not read what it should have: nothing the venue has done."""


class VenueClient:
    """The public endpoints of one ccxt class, `name` being what people call the venue.

    ccxt takes seconds and much memory to import, so that waits for the first call, in a thread.
    """

    def __init__(
        self,
        ccxt_id: str,
        name: str,
        *,
        clock: Callable[[], datetime],
        timeout: timedelta,
        options: Mapping[str, object] | None = None,
        url: str | None = None,
        rest: timedelta = REST,
        needed: Collection[str] = (),
    ) -> None:
        self._id = ccxt_id
        self._name = name
        self._clock = clock
        self._timeout = timeout
        self._options = options or {}
        self._url = url
        self._opening = asyncio.Lock()
        self._circuits = AsyncCircuitBreakerFactory(FAILURES, rest.total_seconds())
        self._needed = needed
        self._states: dict[str, Any] = {}
        self._wait_until: datetime | None = None
        self.server_time = ServerTime()
        self._sent: deque[datetime] = deque(maxlen=10_000)
        self._ccxt: Any = None
        self._closed = False
        self._reasons: tuple[tuple[Kinds, str, str], ...] = ()
        self._blocked: Kinds = ()
        self._unreadably: type[Exception] = TypeError
        self._blocks: dict[str, str] = {}
        self._mistakes: set[str] = set()
        self._failures: Kinds = ()
        self._harmless: ExcludeType = []
        self._overloads: Kinds = ()
        self._unreadable: list[str] = []

    @property
    def circuit(self) -> str:
        """Whether the `needed` methods are let through: `closed` if so, `opened` if one is not.

        `half-opened`: one request probes; `waiting`: nothing is sent for as long as the venue asks.
        """
        if self._wait_until is not None and self._clock() < self._wait_until:
            return "waiting"
        states = {self._states[method].state for method in self._needed if method in self._states}
        return next((state for state in ("opened", "half-opened") if state in states), "closed")

    @property
    def calls(self) -> int:
        """Requests that were sent in the last minute."""
        since = self._clock() - timedelta(minutes=1)
        return sum(at > since for at in self._sent)

    async def call(self, what: str, method: str, *args: object, **params: object) -> Any:
        """What the ccxt method of that name answers; `what` names the figures for the user.

        Raises NoData, without address or body of the answer in it, for whatever goes wrong.
        """
        client = await self._opened()
        self._check_wait(what)
        # one for each method: an endpoint that is down must not silence the others
        circuit = await self._circuits.get_breaker(method, exclude=self._harmless)
        self._states[method] = circuit.context
        if circuit.context.state == "half-opened":  # one probe is enough
            raise self._silent(method, what)
        with hearing(client) as heard:
            try:
                async with circuit:
                    answer = await self._asked(client, method, args, params, heard)
            except OpenedState:
                raise self._silent(method, what) from None
            except _OurMistake as error:
                self._tell(method, error)
                raise NoData(
                    f"I failed to read {self._name}, which is a mistake of mine: no {what}."
                ) from error
            except self._failures as error:
                if isinstance(error, self._overloads):
                    self._wait(heard)
                raise self._failed(method, what, error) from error
        self._blocks.pop(method, None)
        return answer

    async def _asked(
        self, client: Any, method: str, args: tuple[object, ...], params: dict[str, object], heard: Heard
    ) -> Any:
        """The answer, or what went wrong with it; a mistake of ours is told apart from the venue's."""
        try:
            return await getattr(client, method)(*args, **params)
        except Exception as error:
            if is_ours(error, heard):
                raise _OurMistake from error
            raise

    def _failed(self, method: str, what: str, error: Exception) -> NoData:
        """What to tell of a failure."""
        reason, advice = next((said, do) for kinds, said, do in self._reasons if isinstance(error, kinds))
        if isinstance(error, self._blocked):
            self._blocks[method] = f"{reason}: no {{what}}. {advice}"
            return self._silent(method, what)
        self._blocks.pop(method, None)
        return NoData(f"{self._name} {reason}: no {what} for now. {advice}")

    def _silent(self, method: str, what: str) -> NoData:
        """What to tell while nothing is sent; what does not serve us here goes on being called that."""
        usual = f"failed {FAILURES} times in a row: no {what} until it answers."
        return NoData(f"{self._name} {self._blocks.get(method, usual).replace('{what}', what)}")

    def _tell(self, method: str, error: BaseException) -> None:
        """Log a mistake of ours, once for each place that it happens in."""
        where = trace(error)
        if where not in self._mistakes:
            self._mistakes.add(where)
            log.error("A mistake of ours in asking %s for %s\n%s", self._name, method, where)

    async def table(self, what: str, ask: Ask) -> Any:
        """The answer to a request for a table. Raises NoData as `call` does."""
        if ask.address:
            address = ask.address if self._url is None else moved_addresses(ask.address, self._url)
            return await self.call(what, ask.method, address)
        return await self.call(what, ask.method, dict(ask.params))

    async def markets(self) -> tuple[list[Mapping[str, Any]], list[str]]:
        """ccxt's row of every market, and the venue's own names of those that ccxt cannot parse."""
        client = await self._opened()
        known = {name: getattr(client, name) for name in _LISTING}
        self._unreadable.clear()
        rows = await self.call("contracts", "load_markets", True)
        if not rows and known["markets"]:
            # ccxt would no longer recognise any price either
            for name, value in known.items():
                setattr(client, name, value)
        return list(rows.values()), list(self._unreadable)

    async def close(self) -> None:
        """Let go of connections; calls after this raise NoData."""
        self._closed = True
        if self._ccxt is not None:
            await self._ccxt.close()

    def _check_wait(self, what: str) -> None:
        if self._wait_until is not None and self._clock() < self._wait_until:
            at = moment_text(self._wait_until, self._clock())
            raise NoData(f"{self._name} asks for fewer requests: no {what} until {at}.")

    def _wait(self, heard: Heard) -> None:
        """Send nothing more for as long as the venue asks in its answer, or has asked before."""
        now = self._clock()
        until = now + retry_after(heard.headers.get("retry-after"), now)
        self._wait_until = max(until, self._wait_until or until)

    async def _opened(self) -> Any:
        async with self._opening:
            if self._closed:
                raise NoData(f"The connection to {self._name} is closed.")
            if self._ccxt is None:
                self._ccxt = await asyncio.to_thread(self._open)
        return self._ccxt

    def _open(self) -> Any:
        venue, errors = ccxt_of(self._id)
        self._reasons = reasons(errors)
        self._failures = tuple(kind for kinds, *_ in self._reasons for kind in kinds)
        self._blocked = (errors.RestrictedLocation,)
        self._unreadably = errors.BadResponse
        # what the venue refuses, and what we break off ourselves, is no failure of the venue
        refused = [errors.BadSymbol, errors.BadRequest, errors.NotSupported, errors.ArgumentsRequired]
        self._harmless = [*refused, asyncio.CancelledError, _OurMistake]
        self._overloads = (errors.DDoSProtection, errors.RateLimitExceeded)
        client = venue(
            {
                "enableRateLimit": True,
                "timeout": int(self._timeout.total_seconds() * 1000),
                "aiohttp_trust_env": True,
                # what the venue wrote, digit for digit: ccxt's own default is a float
                "number": str,
            }
        )
        client.options = client.deep_extend(client.options, self._options)
        # closing a connector waits for its connections since aiohttp 3.12: there is nothing to sleep for
        client.timeout_on_exit = 0
        # currencies need a key and are of no use here
        client.has = {**client.has, "fetchCurrencies": False}
        if self._url is not None:
            client.urls = {**client.urls, "api": moved_addresses(client.urls["api"], self._url)}
        route(client)
        listen(client, errors)
        self._guard(client)
        return client

    def _guard(self, client: Any) -> None:
        """Count requests; close two gaps of ccxt: text passes as an empty answer, a bad market hides all."""
        fetch, parse_market = client.fetch, client.parse_market

        async def fetch_json(*args: object, **kwargs: object) -> object:
            self._sent.append(self._clock())
            answer = await fetch(*args, **kwargs)
            self.server_time.heard(client.last_response_headers or {})
            if not isinstance(answer, (dict, list)):
                raise self._unreadably("not JSON")
            return answer

        def parse_or_skip(row: object) -> object:
            try:
                return parse_market(row)
            except self._failures:
                name = row.get("symbol") if isinstance(row, Mapping) else None
                self._unreadable.append(name if isinstance(name, str) and name else "one without a name")
                return None

        client.fetch, client.parse_market = fetch_json, parse_or_skip


def moved_addresses(addresses: Any, base: str) -> Any:
    """The same addresses, or tables of addresses, with `base` in place of their scheme and host."""
    if isinstance(addresses, Mapping):
        return {name: moved_addresses(address, base) for name, address in addresses.items()}
    return base.rstrip("/") + urlsplit(addresses).path
