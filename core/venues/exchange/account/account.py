"""A user's account at a venue, read with a read-only key: what the key may do, coins owned, contracts open.

A client with a key in it lives as long as one call. ccxt would log signed addresses and repeats them in its
exceptions: it gets a logger that goes nowhere, and none of its exceptions leaves this module.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import aiohttp

from core.domain.capital.mode import AccountMode
from core.domain.contract import Contract
from core.domain.errors import BadInput, NoData
from core.domain.trace import trace
from core.machine.proxy import proxy_failures
from core.venues.exchange import private_side
from core.venues.exchange.account.private import PositionList, TradeList, Wallet
from core.venues.exchange.account.private_reading import Coins, Open, read_coins, read_open
from core.venues.exchange.account.rights import Rights
from core.venues.exchange.account.trade_reading import (
    Trades,
    next_page,
    read_trades,
    row_key,
    trade_requests,
    trade_rows,
)
from core.venues.exchange.adapter.client import moved_addresses
from core.venues.exchange.adapter.failure import ANOTHER_VENUE, BLOCKED, MALFORMED, hearing, is_ours, listen
from core.venues.exchange.adapter.library import ccxt_of, route

log = logging.getLogger(__name__)


class KeyRefused(NoData):
    """The venue does not accept the key: it is wrong, deleted, expired, or bound to other addresses."""


class AskedTooOften(NoData):
    """The venue asks for fewer requests."""


TIMEOUT = timedelta(seconds=20)
MOST_PAGES = 10
"""Pages of one list of trades that are read at a time; what is left out is read the next time."""
_ADDRESS = re.compile(r"\bIP\b|ip address|whitelist", re.IGNORECASE)
MISTAKEN = "could not be asked, through a mistake of mine. Whoever runs this bot finds it in the log."
_SILENT = logging.Logger("silent", logging.CRITICAL + 1)  # noqa: LOG001 - apart from every handler, on purpose


class Account:
    """The account at `venue` (its ccxt id) that `key` opens: ccxt's names of its pieces, and what they are.

    url: scheme and host that stand in for those of the venue. clock: the time now; it signs the requests.
    Every method raises NoData, in one sentence without anything of the key, when the venue does not answer or
    does not accept the key, and BadInput for a key of the wrong form.
    """

    def __init__(
        self,
        venue: str,
        key: Mapping[str, str],
        *,
        url: str | None,
        clock: Callable[[], datetime],
        name: str = "",
    ) -> None:
        self._venue = venue
        self._private = private_side(venue)
        self._key = key
        self._url = url
        self._clock = clock
        self._name = name or venue
        if tuple(key) != self._private.pieces or not all(key.values()):
            raise BadInput(f"A key of {self._name} has {len(self._private.pieces)} parts.")

    def __repr__(self) -> str:
        return f"<Account: {self._venue}>"

    async def rights(self) -> Rights:
        """What the key may do beyond reading, as far as the venue tells."""
        if self._private.rights is None:
            readable = "walletAddress" in self._key
            return Rights(trade=False, withdraw=False) if readable else Rights()
        method, read = self._private.rights
        [answer] = await self._ask([(method, {})])
        try:
            return read(answer)
        except (LookupError, TypeError, AttributeError):
            return Rights()

    async def check(self) -> None:
        """Read the first pocket, to see that the key is accepted."""
        await self._ask([(self._private.wallets[0].method, self._asks(self._private.wallets[0]))])

    async def balances(self) -> Coins:
        """Coins in spot, funding and futures pockets, unrealised profit not included."""
        wallets = self._private.wallets
        answers = await self._ask([(wallet.method, self._asks(wallet)) for wallet in wallets])
        return read_coins(self._name, zip(wallets, answers, strict=True))

    async def positions(self, contracts: Iterable[Contract]) -> Open:
        """Open positions in the given contracts of this venue, by symbol."""
        books = self._private.books
        answers = await self._ask([(book.method, self._asks(book)) for book in books])
        by_name = {contract.id: contract for contract in contracts}
        return read_open(self._name, zip(books, answers, strict=True), by_name, self._venue)

    async def state(self) -> AccountMode | None:
        """How the account backs positions; None where the venue is not asked, or does not tell this key."""
        asked = self._private.state
        if asked is None:
            return None
        try:
            return asked.read(*await self._ask(asked.requests))
        except (NoData, LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
            # Coins and positions are what a comparison is about: it does without this.
            return None

    @property
    def tells_trades(self) -> bool:
        """Whether I know how this venue tells the trades of an account."""
        return bool(self._private.trades)

    async def trades(
        self,
        contracts: Iterable[Contract],
        since: datetime,
        names: Collection[str],
        worth: Callable[[str], Decimal | None],
    ) -> Trades:
        """The trades that were made from `since` on, by time, each once.

        names: symbols of the contracts to ask for at a venue that tells those of one contract only. worth:
        USD for one of a coin, for fees.
        """
        by_name = {contract.id: contract for contract in contracts}
        pages = [
            page
            for listed in self._private.trades
            for asks in trade_requests(listed, by_name, since, names, self._clock())
            for page in await self._pages(listed, {**self._asks(listed), **asks})
        ]
        return read_trades(self._name, pages, by_name, worth)

    async def _pages(
        self, listed: TradeList, asks: Mapping[str, str]
    ) -> list[tuple[TradeList, Sequence[Any]]]:
        """The pages of one list from the first on, until one is not full."""
        pages: list[tuple[TradeList, Sequence[Any]]] = []
        known: dict[str, Any] = {}
        following: Mapping[str, str] | None = asks
        while following is not None and len(pages) < MOST_PAGES:
            [answer] = await self._ask([(listed.method, following)])
            page = trade_rows(self._name, listed, answer)
            before = len(known)
            known |= {row_key(listed, row): row for row in page}
            pages.append((listed, page))
            full = len(page) >= listed.most and len(known) > before
            following = next_page(listed, asks, answer, page, known.values()) if full else None
        return pages

    def _asks(self, of: Wallet | PositionList | TradeList) -> Mapping[str, str]:
        """The parameters of a request; an address is asked for by itself."""
        address = self._key.get("walletAddress")
        return of.asks if address is None else {**of.asks, "user": address}

    async def _ask(self, requests: Sequence[tuple[str, Mapping[str, str]]]) -> list[Any]:
        """The answers to all requests, by a client that is gone afterwards."""
        client, errors = await asyncio.to_thread(self._open)
        refusal, kind = "cannot be asked", NoData
        try:
            with hearing(client) as heard:
                return [
                    await _answer(getattr(client, method)(dict(asks)), errors) for method, asks in requests
                ]
        except (errors.BaseError, aiohttp.ClientError, OSError, *proxy_failures(), *MALFORMED) as error:
            refusal, kind = _reason(error, errors), _kind(error, errors)
            if is_ours(error, heard):
                # Only where it happened: the exception itself may repeat the signed address.
                log.error("A mistake of ours in asking %s\n%s", self._venue, trace(error))  # noqa: TRY400
                refusal, kind = MISTAKEN, NoData
        finally:
            await client.close()
            _wipe(client)
        # Raised out here, where ccxt's exception is forgotten: it carries the signed address and the client.
        raise kind(f"{self._name} {refusal}")

    def _open(self) -> tuple[Any, Any]:
        """ccxt's client with the key in it, and the module of its errors. ccxt takes seconds to import."""
        venue, errors = ccxt_of(self._venue)
        options = {"timeout": int(TIMEOUT.total_seconds() * 1000), "aiohttp_trust_env": True, "number": str}
        client = venue({"enableRateLimit": True, **options, **self._key})
        client.timeout_on_exit = 0
        client.verbose, client.logger = False, _SILENT
        client.milliseconds = lambda: int(self._clock().timestamp() * 1000)
        if self._url is not None:
            client.urls = {**client.urls, "api": moved_addresses(client.urls["api"], self._url)}
        route(client)
        listen(client, errors)
        return client, errors


async def _answer(asked: Awaitable[Any], errors: Any) -> Any:
    """The answer; a pocket that was never opened has nothing in it."""
    try:
        answer = await asked
    except errors.AccountNotEnabled:
        return {}
    if not isinstance(answer, (dict, list)):
        raise errors.BadResponse("the answer is not JSON")
    return answer


def _wipe(client: Any) -> None:
    """Take the key out of a client, which the collector may keep a while."""
    for name in ("apiKey", "secret", "password", "walletAddress"):
        setattr(client, name, "")
    client.last_request_url = client.last_request_headers = client.last_request_body = None
    client.milliseconds = None


def _kind(error: Exception, errors: Any) -> type[NoData]:
    """Which kind of refusal it is, for who asks again and again by itself."""
    if isinstance(error, (errors.RateLimitExceeded, errors.DDoSProtection)):
        return AskedTooOften
    refused = isinstance(error, (errors.AuthenticationError, errors.PermissionDenied))
    # A wrong clock and a country that is not served say nothing about the key.
    other = isinstance(error, (errors.InvalidNonce, errors.RestrictedLocation))
    return KeyRefused if refused and not other else NoData


def _reason(error: Exception, errors: Any) -> str:
    """What went wrong and what to do, in words of ours alone."""
    refused = (errors.AuthenticationError, errors.PermissionDenied)
    if isinstance(error, refused) and _ADDRESS.search(str(error)):
        return "refused this key: it is wrong, may not read this, or is bound to other IP addresses."
    reasons: tuple[tuple[Any, str], ...] = (
        (errors.RestrictedLocation, f"{BLOCKED}. {ANOTHER_VENUE}"),
        (errors.InvalidNonce, "says that my clock is wrong. Tell who runs this bot, and try again later."),
        (errors.PermissionDenied, "does not let this key read that: allow it to read, and nothing else."),
        (errors.AccountSuspended, "has suspended this account."),
        (errors.AuthenticationError, "refused this key: it is wrong, incomplete or deleted."),
        ((errors.RateLimitExceeded, errors.DDoSProtection), "asks for fewer requests. Try again later."),
        (errors.OnMaintenance, "is under maintenance. Try again later."),
        (errors.RequestTimeout, "did not answer in time. Try again in a minute."),
        (errors.BadResponse, "gave an answer that cannot be read. Try again in a minute."),
        (
            (errors.OperationFailed, aiohttp.ClientError, OSError),
            "cannot be reached. Try again in a minute.",
        ),
        (errors.BaseError, "refused the request. Check the key and what it may read."),
    )
    unreadable = "gave an answer that cannot be read. Try again in a minute."
    return next((words for kinds, words in reasons if isinstance(error, kinds)), unreadable)
